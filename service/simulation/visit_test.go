package simulation_test

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/review"
	"hutong/wechat/simulator"
)

// visitor is somebody who buys once, says what they think of it, leaves, and comes back as somebody new.
type visitor struct {
	guest
	order  string // "" until they have bought
	review string // "" until they have written one
	at     int    // so many of the steps are behind them
}

// visit lets a visitor go on, or do something out of turn.
func (h *history) visit(t *rapid.T) {
	if h.crasher.Crashed() {
		return
	}
	v := h.aVisitor(t)
	steps := []func(*rapid.T, *visitor){h.visitorBuys, h.visitorReceives, h.visitorSpeaks, h.visitorIsHeard, h.visitorAdds, h.visitorIsHeard, h.visitorLeaves}
	if rapid.IntRange(0, 3).Draw(t, "out of turn") == 0 {
		pick(t, steps, "step out of turn")(t, v)
		return
	}
	for range rapid.IntRange(2, 7).Draw(t, "steps of a visit") {
		steps[v.at%len(steps)](t, v)
		v.at++
	}
}

// aVisitor is one of two, or, on the other replica, the one who was here last.
func (h *history) aVisitor(t *rapid.T) *visitor {
	if h.rival.at && h.visitors[0] != nil {
		return h.visitors[0]
	}
	defer h.aside()()
	if rapid.IntRange(0, 3).Draw(t, "another visitor") == 0 {
		h.visitors[0], h.visitors[1] = h.visitors[1], h.visitors[0]
	}
	if h.visitors[0] == nil {
		h.visitors[0] = &visitor{guest: guest{Buyer: h.Buyer()}}
	}
	return h.visitors[0]
}

func (h *history) visitorBuys(t *rapid.T, v *visitor) {
	o, err := h.placeAtOnce(v.Buyer.Buyer, h.key(), order.Basket{AddressNo: v.Address, CouponNo: order.NoCoupon, Lines: []offer.Want{{SKUNo: h.stable.No, Quantity: 1}}})
	if h.known(t, err); err == nil {
		v.order, v.review = o.No, ""
		h.payFor(placed{v.Buyer, o.No})
		h.deliver(t)
	}
}

func (h *history) visitorReceives(t *rapid.T, v *visitor) {
	h.ship(t, placed{v.Buyer, v.order})
	h.known(t, errOf(h.Fulfilment.Confirm(h.Ctx, v.Buyer.Buyer, v.order)))
}

// visitorSpeaks is a review, of which WeChat may think anything.
func (h *history) visitorSpeaks(t *rapid.T, v *visitor) {
	in := review.Input{Order: v.order, Rating: 1 + h.serial%5, Words: h.words(t)}
	if rapid.Bool().Draw(t, "with a photo") {
		p, err := h.Picture.Take(h.Ctx, v.UserID, snapshot(4, uint8(h.serial)))
		if h.known(t, err); err != nil {
			return
		}
		in.Pictures = []string{p.No}
	}
	if rapid.IntRange(0, 2).Draw(t, "look troubled") == 0 {
		h.trouble(t, pick(t, []simulator.Op{simulator.OpCheckText, simulator.OpCheckPicture, simulator.OpPush}, "look"))
	}
	r, err := h.Review.Write(h.Ctx, v.UserID, h.key(), in, "en")
	if h.known(t, err); err == nil {
		h.seen.add("reviews written", 1)
		v.review = r.No
	}
}

func (h *history) words(t *rapid.T) string {
	return pick(t, []string{"", "很好用", "很好用", simulator.ReviewWord, simulator.RiskyWord}, "words")
}

// visitorIsHeard is WeChat that looks at what they said, and staff who have their say.
func (h *history) visitorIsHeard(t *rapid.T, v *visitor) {
	h.jobs(t)
	h.deliver(t)
	if v.review == "" || rapid.Bool().Draw(t, "staff leave it") {
		return
	}
	h.known(t, errOf(h.Review.Reply(h.staffCtx(), v.review, review.Reply{Words: "thanks"}, "en")))
	h.known(t, errOf(h.Review.Decide(h.staffCtx(), v.review, review.Decision{
		Status: pick(t, []model.ReviewStatus{model.ReviewPublished, model.ReviewRefused, model.ReviewHidden}, "what staff decide"), Reason: "because",
		Addition: rapid.Bool().Draw(t, "of the addition"),
	}, "en")))
}

func (h *history) visitorAdds(t *rapid.T, v *visitor) {
	if rapid.IntRange(0, 3).Draw(t, "takes it back") == 0 {
		h.known(t, h.Review.Remove(h.Ctx, v.UserID, v.review))
		return
	}
	h.known(t, errOf(h.Review.Add(h.Ctx, v.UserID, v.review, review.Addition{Words: h.words(t)}, "en")))
}

// visitorLeaves has their account deleted, and comes back.
func (h *history) visitorLeaves(t *rapid.T, v *visitor) {
	h.Clock.Turn(time.Minute) // nobody leaves before WeChat has heard what was sent
	h.jobs(t)
	h.known(t, h.Favourite.Add(h.Ctx, v.UserID, fmt.Sprintf("product-%d", 1+h.serial%9)))
	err := h.Privacy.Delete(h.Ctx, v.UserID)
	if h.known(t, err); h.crasher.Crashed() || err != nil && !errors.Is(err, model.ErrUnauthorized) { // which they are after a crash
		return
	}
	defer h.aside()()
	no, token := h.signIn(t, v.Name)
	if err := h.DB.Read(h.Ctx).Model(&model.User{}).Where("no = ?", no).Pluck("id", &v.UserID).Error; err != nil {
		t.Fatal(err)
	}
	a, err := h.Address.Create(h.Ctx, v.UserID, h.key(), home)
	must(t, err)
	v.no, v.token, v.Address, v.order, v.review = no, token, a.No, "", ""
}
