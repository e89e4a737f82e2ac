package simulation_test

import (
	"encoding/json"
	"net/url"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/review"
	"hutong/wechat/simulator"
)

// speak is somebody who says what they think of what they bought, with photos: others see it once WeChat has looked at
// all of it, each photo is shown once, and something is added once. What WeChat calls risky is seen no more, even when staff
// had to look for want of its verdict, and let it pass.
func (h *history) speak(t *rapid.T) {
	g, s := h.guest(t), h.guest(t)
	one, two := h.SKU(1_290, 4), h.SKU(1_390, 4)
	o, v := h.takes(t, g, one, two)
	other, _ := h.takes(t, s, one)
	h.receives(t, o)
	h.receives(t, other)
	mine, spare := h.photo(t, g.UserID), h.photo(t, g.UserID)
	write := func(by guest, o placed, line int, words string, photos ...string) (review.View, error) {
		return h.Review.Write(h.Ctx, by.UserID, h.key(), review.Input{Order: o.no, Line: line, Rating: 4, Words: words, Pictures: photos}, "en")
	}
	seen := func(when string, n int) {
		shown, _, _, err := h.Review.OfProduct(h.Ctx, v.Lines[0].Handle, review.Filter{}, 0, 10, "en")
		if err != nil || len(shown) != n {
			t.Errorf("%s others see %d reviews, %v; want %d", when, len(shown), err, n)
		}
	}
	_, err := write(s, other, 0, "not mine", mine)
	h.refused(t, "another's photo", err, model.ErrInvalid)
	r, err := write(g, o, 0, "很好用", mine)
	must(t, err)
	_, err = write(g, o, 1, "twice", mine)
	h.refused(t, "a photo that is shown already", err, model.ErrInvalid)
	_, err = write(g, o, 0, "twice")
	h.refused(t, "a second review", err, model.ErrReviewed)
	_, err = h.Review.Add(h.Ctx, s.UserID, r.No, review.Addition{Words: "me too"})
	h.refused(t, "to add to another's review", err, model.ErrReviewNotFound)

	h.settle(t) // the words have passed, the photo is being looked at
	h.check(t)
	seen("before the photo was looked at", 0)
	h.Clock.Turn(5 * time.Second)
	h.settle(t)
	seen("when all has passed", 1)
	h.toldOf(t, r.No, "risky", model.CallbackRepeated)
	seen("though WeChat says otherwise later", 1)
	decide := func(no string, to model.ReviewStatus) error {
		return errOf(h.Review.Decide(h.staffCtx(), no, review.Decision{Status: to, Reason: "looked at it"}, "en"))
	}
	h.refused(t, "staff's no to what WeChat has passed", decide(r.No, model.ReviewRefused), model.ErrWrongState)

	must(t, errOf(h.Review.Add(h.Ctx, g.UserID, r.No, review.Addition{Words: "仍然很好用"})))
	h.settle(t)
	_, err = h.Review.Add(h.Ctx, g.UserID, r.No, review.Addition{Words: "and more"})
	h.refused(t, "to add something twice", err, model.ErrReviewed)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpPush, Kind: simulator.Lost}))
	r, err = write(g, o, 1, "也很好", spare)
	must(t, err)
	h.settle(t)
	h.pass(t, 32*time.Minute)
	must(t, decide(r.No, model.ReviewPublished))
	h.toldOf(t, r.No, "risky", model.CallbackApplied)
	h.refused(t, "to show what is risky", decide(r.No, model.ReviewPublished), model.ErrWrongState)
	must(t, h.Review.Remove(h.Ctx, g.UserID, r.No))
	h.Clock.Turn(5 * time.Second)
	h.settle(t)
}

// toldOf lets WeChat tell its verdict on the photo of a review, and wants to hear what became of it.
func (h *history) toldOf(t *rapid.T, reviewNo, verdict string, want model.CallbackOutcome) {
	var c model.ContentCheck
	err := h.DB.Read(h.Ctx).Where("subject_kind = 'review' AND kind = ? AND subject_id = (?)", model.CheckPicture,
		h.DB.Read(h.Ctx).Model(&model.Review{}).Select("id").Where("no = ?", reviewNo)).Take(&c).Error
	must(t, err)
	content, err := json.Marshal(map[string]any{
		"FromUserName": "o", "CreateTime": h.Clock.Now().Unix(), "MsgType": "event", "Event": "wxa_media_check", "trace_id": c.TraceID,
		"result": map[string]any{"suggest": verdict},
	})
	must(t, err)
	address, body, err := h.Sim.SealPush(h.Merchant.AppID, "", content, h.Clock.Now())
	must(t, err)
	query, err := url.ParseQuery(address[1:])
	must(t, err)
	if got, err := h.Push.Pushed(h.Ctx, query, body); err != nil || got != want {
		t.Errorf("a verdict on %s: %s, %v; want %s", c.TraceID, got, err, want)
	}
}
