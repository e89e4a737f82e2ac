package simulation_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// scene is what chance brings about too seldom. It is played from its beginning, when all faults are over, and wants
// that all goes as it should.
type scene struct {
	name string
	play func(t *rapid.T)
}

// acts are so many parts of all scenes and duels, a power of two: a history has one of them.
const acts = 8

// play lets each scene and each duel of one act happen.
func (h *history) play(t *rapid.T) {
	act := 0
	for n := 1; n < acts; n *= 2 { // bit by bit: a range favours its small numbers
		if rapid.Bool().Draw(t, "act") {
			act += n
		}
	}
	for i, s := range h.scenes() {
		if i%acts == act {
			s.play(t)
			h.played(t, s.name)
		}
	}
	for i, d := range h.duels(t) {
		if i%acts == act {
			h.fight(t, d)
			h.played(t, d.name)
		}
	}
}

// played looks at everything, and tells what was played when something is wrong.
func (h *history) played(t *rapid.T, name string) {
	if h.check(t); t.Failed() {
		t.Fatalf("after %q", name)
	}
}

func (h *history) scenes() []scene {
	return slices.Concat(
		h.afterSaleScenes(), h.billScenes(), h.figureScenes(), h.groupScenes(), h.houseScenes(), h.offerScenes(), h.parcelScenes(), h.paymentScenes(), h.stockScenes(), h.leftScenes(),
	)
}

// key is one that nothing else has.
func (h *history) key() string {
	h.serial++
	return fmt.Sprintf("once-%06d", h.serial)
}

// must wants that what a scene needs goes well.
func must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
