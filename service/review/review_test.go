package review_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"slices"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/review"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// shop is one where somebody has received something.
type shop struct {
	*testshop.Shop
	t      *testing.T
	staff  context.Context
	handle string
	sku    model.SKU
	serial int
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		world := testshop.NewWorld(t, db, clock)
		s := &shop{Shop: world.Shop(), t: t}
		s.staff = model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		s.sku = s.SKU(10_00, 1000)
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

func (s *shop) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// sent is an order on its way.
func (s *shop) sent() (order.View, *testshop.Buyer) {
	s.t.Helper()
	b := s.Buyer()
	v := b.MustOrder(b.Wants(s.sku, 1))
	s.handle = v.Lines[0].Handle
	s.check(b.Pay(v.No))
	s.Deliver()
	s.serial++
	_, err := s.Fulfilment.Ship(s.staff, fmt.Sprint("ship-key-", s.serial), v.No, fulfilment.Shipment{
		Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "ZTO", Waybill: fmt.Sprintf("ZTO%07d", s.serial)}},
	})
	s.check(err)
	return v, b
}

func (s *shop) received() (order.View, *testshop.Buyer) {
	s.t.Helper()
	v, b := s.sent()
	_, err := s.Fulfilment.Confirm(s.Ctx, b.Buyer, v.No)
	s.check(err)
	return v, b
}

func (s *shop) write(user int64, in review.Input) (review.View, error) {
	s.serial++
	return s.Review.Write(s.Ctx, user, fmt.Sprint("review-key-", s.serial), in, "en")
}

// settle lets WeChat look.
func (s *shop) settle() {
	s.RunJobs()
	s.Later(6 * time.Second)
}

// public are the words that everybody reads, and what all think.
func (s *shop) public(f review.Filter) ([]string, review.Summary) {
	s.t.Helper()
	shown, sum, _, err := s.Review.OfProduct(s.Ctx, s.handle, f, 0, 10, "en")
	s.check(err)
	words := []string{}
	for _, r := range shown {
		words = append(words, r.Words+r.Added)
	}
	return words, sum
}

func (s *shop) photo(user int64) string {
	s.t.Helper()
	var b bytes.Buffer
	s.check(png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 4, 4))))
	p, err := s.Picture.Take(s.Ctx, user, b.Bytes())
	s.check(err)
	return p.No
}

func (s *shop) mine(user int64) review.View {
	s.t.Helper()
	views, _, err := s.Review.Mine(s.Ctx, user, 0, 10, "en")
	s.check(err)
	if len(views) != 1 {
		s.t.Fatalf("%d reviews", len(views))
	}
	return views[0]
}

func TestOthersSeeAReviewOnceAllOfItHasPassed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		v, b := s.received()
		open, _, err := s.Review.Open(s.Ctx, b.UserID, 0, 10, "en")
		if err != nil || len(open) != 1 || open[0].Order != v.No || open[0].Handle != s.handle {
			t.Errorf("%+v, %v", open, err)
		}
		written, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 4, Words: " 很好用 ", Pictures: []string{s.photo(b.UserID)}})
		s.check(err)
		if written.Status != model.ReviewChecking || written.Words != "很好用" || written.Author != "王**" || len(written.Pictures) != 1 {
			t.Errorf("%+v", written)
		}
		s.RunJobs() // the words have passed, the picture has not
		if words, sum := s.public(review.Filter{}); len(words) != 0 || sum.Count != 0 {
			t.Errorf("seen before its time: %q", words)
		}
		s.settle()
		if words, sum := s.public(review.Filter{}); !slices.Equal(words, []string{"很好用"}) || sum.Count != 1 || sum.Average != 400 || sum.ByRating[3] != 1 {
			t.Errorf("%q, %+v", words, sum)
		}
		if open, _, _ := s.Review.Open(s.Ctx, b.UserID, 0, 10, "en"); len(open) != 0 {
			t.Errorf("still to be reviewed: %+v", open)
		}
		v2, b2 := s.received()
		_, err = s.write(b2.UserID, review.Input{Order: v2.No, Rating: 1, Anonymous: true})
		s.check(err)
		_, sum := s.public(review.Filter{})
		if sum.Count != 2 || sum.Average != 250 {
			t.Errorf("%+v", sum)
		}
		if words, _ := s.public(review.Filter{Rating: 4}); len(words) != 1 {
			t.Errorf("of four stars: %q", words)
		}
		if words, _ := s.public(review.Filter{Pictures: true}); !slices.Equal(words, []string{"很好用"}) {
			t.Errorf("with pictures: %q", words)
		}
		if r := s.mine(b2.UserID); r.Author != "" {
			t.Errorf("anonymous is %q", r.Author)
		}
	})
}

func TestWhatCannotBeReviewed(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		v, b := s.sent()
		stranger := s.Buyer()
		refused := func(name string, user int64, in review.Input, want error) {
			t.Helper()
			if _, err := s.write(user, in); !errors.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		good := review.Input{Order: v.No, Rating: 5}
		refused("before receipt", b.UserID, good, model.ErrWrongState)
		_, err := s.Fulfilment.Confirm(s.Ctx, b.Buyer, v.No)
		s.check(err)
		refused("a stranger", stranger.UserID, good, model.ErrOrderNotFound)
		refused("no such line", b.UserID, review.Input{Order: v.No, Line: 1, Rating: 5}, model.ErrInvalid)
		refused("no stars", b.UserID, review.Input{Order: v.No}, model.ErrOutOfRange)
		refused("six stars", b.UserID, review.Input{Order: v.No, Rating: 6}, model.ErrOutOfRange)
		refused("too many words", b.UserID, review.Input{Order: v.No, Rating: 5, Words: string(make([]rune, 501))}, model.ErrTooLong)
		refused("a stranger's picture", b.UserID, review.Input{Order: v.No, Rating: 5, Pictures: []string{s.photo(stranger.UserID)}}, model.ErrInvalid)

		written := 0
		for _, err := range testdb.Race(8, func(i int) error {
			_, err := s.Review.Write(s.Ctx, b.UserID, fmt.Sprint("racing-", i), good, "en")
			return err
		}) {
			switch {
			case err == nil:
				written++
			case !errors.Is(err, model.ErrReviewed):
				t.Error(err)
			}
		}
		if written != 1 {
			t.Errorf("one line was reviewed %d times", written)
		}
		late, b2 := s.received()
		s.Clock.Turn(91 * 24 * time.Hour)
		refused("after 91 days", b2.UserID, review.Input{Order: late.No, Rating: 5}, model.ErrTooLate)
	})
}

func TestStaffDecideWhatIsHeld(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		decide := func(no string, to model.ReviewStatus, addition bool) error {
			_, err := s.Review.Decide(s.staff, no, review.Decision{Status: to, Addition: addition, Reason: "looked at it"}, "en")
			return err
		}
		held, b := s.received()
		r, err := s.write(b.UserID, review.Input{Order: held.No, Rating: 2, Words: simulator.ReviewWord})
		s.check(err)
		if err := decide(r.No, model.ReviewPublished, false); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("published before WeChat has looked: %v", err)
		}
		s.settle()
		if s.mine(b.UserID).Status != model.ReviewHeld {
			t.Errorf("it is %s", s.mine(b.UserID).Status)
		}
		desk, _, err := s.Review.AtDesk(s.staff, review.DeskFilter{Statuses: []model.ReviewStatus{model.ReviewHeld}}, 0, 10, "en")
		if err != nil || len(desk) != 1 || desk[0].Order != held.No {
			t.Errorf("%+v, %v", desk, err)
		}
		if _, err := s.Review.Decide(s.staff, r.No, review.Decision{Status: model.ReviewPublished}, "en"); !errors.Is(err, model.ErrRequired) {
			t.Errorf("without a reason: %v", err)
		}
		s.check(decide(r.No, model.ReviewPublished, false))
		_, err = s.Review.Reply(s.staff, r.No, review.Reply{Words: "谢谢"}, "en")
		s.check(err)
		if words, _ := s.public(review.Filter{}); len(words) != 1 {
			t.Error("it is not seen")
		}
		s.check(decide(r.No, model.ReviewHidden, false))
		if words, sum := s.public(review.Filter{}); len(words) != 0 || sum.Count != 0 {
			t.Error("it is still seen")
		}
		s.check(decide(r.No, model.ReviewPublished, false))

		risky, b2 := s.received()
		r2, err := s.write(b2.UserID, review.Input{Order: risky.No, Rating: 5, Words: simulator.RiskyWord})
		s.check(err)
		s.settle()
		for _, to := range []model.ReviewStatus{model.ReviewPublished, model.ReviewHidden} {
			if err := decide(r2.No, to, false); !errors.Is(err, model.ErrWrongState) {
				t.Errorf("what is risky became %s: %v", to, err)
			}
		}
		if n := s.Count(&model.AuditEntry{}, "action LIKE 'review.%' AND actor_kind = 'staff'"); n != 4 {
			t.Errorf("%d are logged", n)
		}
	})
}

// WeChat's verdict on a picture comes when staff have long looked themselves: what is risky is seen no more, for good.
func TestARiskyPictureIsRefusedHoweverLate(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		decide := func(no string, to model.ReviewStatus) error {
			_, err := s.Review.Decide(s.staff, no, review.Decision{Status: to, Reason: "looked at it"}, "en")
			return err
		}
		for staff, to := range map[string][]model.ReviewStatus{
			"have not looked": nil, "published it": {model.ReviewPublished}, "hid it": {model.ReviewPublished, model.ReviewHidden},
			"refused it": {model.ReviewRefused},
		} {
			v, b := s.received()
			s.check(s.Sim.AddFault(simulator.Fault{Op: simulator.OpPush, Kind: simulator.Lost}))
			r, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 5, Pictures: []string{s.photo(b.UserID)}})
			s.check(err)
			s.RunJobs()
			s.Later(32 * time.Minute)
			for _, status := range to {
				s.check(decide(r.No, status))
			}
			var c model.ContentCheck
			s.check(s.DB.Read(s.Ctx).Order("id DESC").Take(&c).Error)
			s.check(s.pushed(c.TraceID, "risky"))
			if got := s.mine(b.UserID).Status; got != model.ReviewRefused {
				t.Errorf("when staff %s it is %s", staff, got)
			}
			if err := decide(r.No, model.ReviewPublished); !errors.Is(err, model.ErrWrongState) {
				t.Errorf("when staff %s it is published again: %v", staff, err)
			}
		}
		v, b := s.received()
		r, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 1, Words: "差"})
		s.check(err)
		s.settle()
		if err := decide(r.No, model.ReviewRefused); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("staff refuse what WeChat has passed: %v", err)
		}
	})
}

// pushed has WeChat tell its verdict on a picture.
func (s *shop) pushed(trace, suggest string) error {
	content := fmt.Appendf(nil, `{"MsgType":"event","Event":"wxa_media_check","trace_id":%q,"errcode":0,"result":{"suggest":%q}}`, trace, suggest)
	address, body, err := s.Sim.SealPush(s.Merchant.AppID, "", content, s.Clock.Now())
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	_, err = s.Push.Pushed(s.Ctx, u.Query(), body)
	return err
}

func TestSomethingIsAddedOnceAndLookedAt(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		v, b := s.received()
		r, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 5, Words: "好"})
		s.check(err)
		s.settle()
		add := func(user int64, words string) error {
			_, err := s.Review.Add(s.Ctx, user, r.No, review.Addition{Words: words}, "en")
			return err
		}
		if err := add(s.Buyer().UserID, "mine"); !errors.Is(err, model.ErrReviewNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		added := 0
		for _, err := range testdb.Race(4, func(int) error { return add(b.UserID, simulator.ReviewWord) }) {
			if err == nil {
				added++
			} else if !errors.Is(err, model.ErrReviewed) {
				t.Error(err)
			}
		}
		s.settle()
		if words, _ := s.public(review.Filter{}); added != 1 || !slices.Equal(words, []string{"好"}) {
			t.Errorf("added %d times, all see %q", added, words)
		}
		_, err = s.Review.Decide(s.staff, r.No, review.Decision{Status: model.ReviewPublished, Addition: true, Reason: "fine"}, "en")
		s.check(err)
		if words, _ := s.public(review.Filter{}); !slices.Equal(words, []string{"好" + simulator.ReviewWord}) {
			t.Errorf("all see %q", words)
		}
	})
}

func TestNothingIsLeftOfWhatIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		v, b := s.received()
		in := review.Input{Order: v.No, Rating: 5, Words: "好", Pictures: []string{s.photo(b.UserID)}}
		r, err := s.write(b.UserID, in)
		s.check(err)
		if err := s.Review.Remove(s.Ctx, s.Buyer().UserID, r.No); !errors.Is(err, model.ErrReviewNotFound) {
			t.Errorf("a stranger: %v", err)
		}
		// A verdict that comes at the same time changes nothing of that.
		testdb.Race(2, func(i int) error {
			if i == 0 {
				return s.Review.Remove(s.Ctx, b.UserID, r.No)
			}
			_, err := s.RunJob(s.Ctx)
			return err
		})
		s.settle()
		if n := s.Count(&model.Review{}, "status <> 'removed' OR words <> '' OR author <> ''"); n != 0 {
			t.Error("something is left")
		}
		if p, c := s.Count(&model.Photo{}, "1 = 1"), s.Count(&model.ContentCheck{}, "1 = 1"); p+c != 0 {
			t.Errorf("%d photos and %d checks are left", p, c)
		}
		if _, err := s.write(b.UserID, in); !errors.Is(err, model.ErrReviewed) {
			t.Errorf("reviewed anew: %v", err)
		}
		if err := s.Review.Remove(s.Ctx, b.UserID, r.No); !errors.Is(err, model.ErrReviewNotFound) {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

// What is said while a review is taken back is either taken back with it, or not said.
func TestNothingIsAddedToWhatIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		for range 12 {
			v, b := s.received()
			r, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 5})
			s.check(err)
			for i, err := range testdb.Race(4, func(i int) error {
				if i == 3 {
					return s.Review.Remove(s.Ctx, b.UserID, r.No)
				}
				_, err := s.Review.Add(s.Ctx, b.UserID, r.No, review.Addition{Words: "好"}, "en")
				return err
			}) {
				if err != nil && (i == 3 || !errors.Is(err, model.ErrReviewed) && !errors.Is(err, model.ErrReviewNotFound)) {
					t.Errorf("%d: %v", i, err)
				}
			}
		}
		if n, c := s.Count(&model.Review{}, "status <> 'removed' OR added_words <> '' OR added_status <> ''"), s.Count(&model.ContentCheck{}, "1 = 1"); n+c > 0 {
			t.Errorf("%d reviews have something left, and %d words are still to be looked at", n, c)
		}
	})
}
