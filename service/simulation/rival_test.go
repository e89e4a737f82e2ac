package simulation_test

import (
	"context"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// rival is another replica on the same database, where something happens in the midst of what happens here: what was
// read here is old then. It has no faults of its own.
type rival struct {
	interrupter testdb.Interrupter
	open        database.Options
	db          *database.DB        // nil until it is needed
	services    *service.Services   // on db
	at          bool                // something happens there now
	came        bool                // something has happened there since the action began
	order       *placed             // what the interrupted action is about
	buyer       *testshop.Buyer     // who does it
	day         model.Day           // that is reconciled here
	wants       []offer.Want        // what is being ordered here
	jobs        map[int64]model.Job // as they were when the job that runs here was taken
	since       time.Time           // when that was
	taken       map[int64]model.Job // jobs that were taken over there from here, as they were left
	ran         int64               // jobs that ran there
	panicked    any                 // what happened there and must not be swallowed by whoever was interrupted
}

// calmly are the actions that nothing comes in between of, and that come in between of nothing.
var calmly = []string{"", "crash", "fault", "settle", "allow", "again", "wrong", "forged", "duel", "fight", "contest", "quarrel"}

// likely are actions that get into each other's way: who places orders meets who changes what there is to order, and so on.
var likely = [][2][]string{
	{
		{"buy", "place", "desk", "live", "outlive", "claim", "join", "gather", "miss"},
		{"staff", "staff", "offer", "offer", "buy", "claim", "claim", "join", "join", "run", "desk"},
	},
	{
		{"prepare", "cancel", "refresh", "deliver", "dawdle", "jobs", "desk", "run"},
		{"prepare", "pay", "cancel", "deliver", "desk", "jobs", "wait", "run", "join"},
	},
	{
		{"send", "ask", "handle", "back", "mend", "carry", "deliver", "jobs"},
		{"send", "ask", "handle", "back", "mend", "carry", "deliver", "jobs", "wait"},
	},
	{{"balance"}, {"balance", "balance", "wait"}},
	{{"visit", "revisit"}, {"visit", "visit", "visit", "deliver", "jobs"}},
}

// between is the action that comes in between of another.
func between(t *rapid.T, name string, others []string) string {
	var near []string
	for _, l := range likely {
		if slices.Contains(l[0], name) {
			near = append(near, l[1]...)
		}
	}
	if len(near) > 0 && rapid.IntRange(0, 3).Draw(t, "by likely rivals") > 0 {
		others = near
	}
	return pick(t, others, "what comes in between")
}

// interrupted are the actions, each of which another may come in between of.
func (h *history) interrupted(actions map[string]func(*rapid.T)) map[string]func(*rapid.T) {
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(actions)), func(name string) bool { return slices.Contains(calmly, name) })
	out := map[string]func(*rapid.T){}
	for name, action := range actions {
		if slices.Contains(calmly, name) || name == "wait" {
			out[name] = action
			continue
		}
		out[name] = func(t *rapid.T) {
			h.rival.order, h.rival.buyer, h.rival.wants, h.rival.day, h.rival.came = nil, nil, nil, "", false
			if rapid.Bool().Draw(t, "interrupted") && !h.crasher.Crashed() {
				other := between(t, name, others)
				h.rival.interrupter.Arm(rapid.IntRange(1, 25).Draw(t, "when"), func() { h.meanwhile(t, actions[other]) })
				defer h.rival.interrupter.Disarm()
			}
			action(t)
			h.parted(t)
		}
	}
	return out
}

// parted wants that whoever came in between is gone, and passes on what went wrong there. One who waits for what the
// interrupted action holds would outlive it, and act in the midst of what comes next.
func (h *history) parted(t *rapid.T) {
	if p := h.rival.panicked; p != nil {
		panic(p)
	}
	if h.rival.at {
		t.Fatal("who came in between is still there")
	}
}

// meanwhile lets an action happen on the other replica.
func (h *history) meanwhile(t *rapid.T, action func(*rapid.T)) {
	if h.crasher.Crashed() {
		return
	}
	// Whoever was interrupted goes on, and parted panics: a panic here would leave its connection with nobody, for which its
	// end would wait, or be its failure if it is a job.
	defer func() {
		if p := recover(); p != nil {
			h.rival.panicked = p
		}
	}()
	here, db := h.Services, h.DB
	if h.rival.db == nil {
		var err error
		if h.rival.db, err = database.Open(context.WithoutCancel(h.Ctx), h.rival.open); err != nil {
			t.Fatal(err)
		}
		h.rival.services = h.Replica(h.rival.db)
	}
	h.Use(h.rival.services, h.rival.db)
	h.rival.at, h.rival.came = true, true
	defer func() {
		h.Use(here, db)
		h.rival.at = false
	}()
	h.seen.add("interruptions", 1)
	action(t)
}

// meet lets first happen, and second on the other replica at its n-th point; came tells whether first has so many.
func (h *history) meet(t *rapid.T, n int, first, second func() error) (err, other error, came bool) {
	h.rival.came = false
	h.rival.interrupter.Arm(n, func() { h.meanwhile(t, func(*rapid.T) { other = second() }) })
	err = first()
	h.rival.interrupter.Disarm()
	h.parted(t)
	return err, other, h.rival.came
}

// aside lets the history be looked at: nothing crashes and nobody comes in between.
func (h *history) aside() (done func()) {
	crashes, rivals := h.crasher.Pause(), h.rival.interrupter.Pause()
	return func() { crashes(); rivals() }
}

// sameAgain is an order, or, on the other replica, likely the one that the interrupted action is about.
func (h *history) sameAgain(t *rapid.T, o placed) placed {
	switch {
	case !h.rival.at:
		h.rival.order, h.rival.buyer = &o, o.buyer
	case h.rival.order != nil && rapid.IntRange(0, 3).Draw(t, "the same order") > 0:
		return *h.rival.order
	}
	return o
}

// sameOne is a buyer, or, on the other replica, likely the one who is interrupted.
func (h *history) sameOne(t *rapid.T, b *testshop.Buyer) *testshop.Buyer {
	switch {
	case !h.rival.at:
		h.rival.buyer = b
	case h.rival.buyer != nil && rapid.Bool().Draw(t, "the same buyer"):
		return h.rival.buyer
	}
	return b
}
