package review_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/review"
	"hutong/wechat/simulator"
)

// said is the number of a review of something that came, by somebody new.
func (s *shop) said(in review.Input) (no string, user int64) {
	s.t.Helper()
	v, b := s.received()
	in.Order = v.No
	r, err := s.write(b.UserID, in)
	s.check(err)
	return r.No, b.UserID
}

// desk are the numbers that staff see, read one by one.
func (s *shop) desk(f review.DeskFilter) (nos []string) {
	s.t.Helper()
	for before := int64(0); ; {
		page, next, err := s.Review.AtDesk(s.staff, f, before, 1, "en")
		s.check(err)
		for _, r := range page {
			nos = append(nos, r.No)
		}
		if next == 0 {
			return nos
		}
		before = next
	}
}

func TestStaffFindReviews(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		good, author := s.said(review.Input{Rating: 5, Words: "好"})
		held, _ := s.said(review.Input{Rating: 1, Words: simulator.ReviewWord})
		first := s.handle
		s.sku = s.SKU(20_00, 10)
		other, _ := s.said(review.Input{Rating: 5})
		gone, who := s.said(review.Input{Rating: 5})
		s.check(s.Review.Remove(s.Ctx, who, gone))
		s.settle()
		_, err := s.Review.Add(s.Ctx, author, good, review.Addition{Words: simulator.ReviewWord}, "en")
		s.check(err)
		s.settle()
		for name, c := range map[string]struct {
			filter review.DeskFilter
			want   []string
		}{
			"all":                    {review.DeskFilter{}, []string{other, held, good}},
			"five stars":             {review.DeskFilter{Rating: 5}, []string{other, good}},
			"of a product":           {review.DeskFilter{Handle: first}, []string{held, good}},
			"something in it held":   {review.DeskFilter{Statuses: []model.ReviewStatus{model.ReviewHeld}}, []string{held, good}},
			"published or refused":   {review.DeskFilter{Statuses: []model.ReviewStatus{model.ReviewPublished, model.ReviewRefused}}, []string{other, good}},
			"five stars of the held": {review.DeskFilter{Rating: 5, Statuses: []model.ReviewStatus{model.ReviewHeld}}, []string{good}},
		} {
			if got := s.desk(c.filter); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		if _, _, err := s.Review.AtDesk(s.staff, review.DeskFilter{Handle: "nothing"}, 0, 1, "en"); !errors.Is(err, model.ErrProductNotFound) {
			t.Errorf("of no product: %v", err)
		}
	})
}

func TestStaffFindReviewsThatShowSomething(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.said(review.Input{Rating: 5, Words: "好"})
		v, b := s.received()
		shown, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 1, Pictures: []string{s.photo(b.UserID)}})
		s.check(err)
		s.said(review.Input{Rating: 5})
		if got := s.desk(review.DeskFilter{Pictures: true}); !slices.Equal(got, []string{shown.No}) {
			t.Errorf("%v, want %s", got, shown.No)
		}
	})
}

func TestTheShopAnswers(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		no, author := s.said(review.Input{Rating: 2})
		answer := func(words, want string) {
			t.Helper()
			_, err := s.Review.Reply(s.staff, no, review.Reply{Words: words}, "en")
			s.check(err)
			shown, _, _, err := s.Review.OfProduct(s.Ctx, s.handle, review.Filter{}, 0, 10, "en")
			if err != nil || len(shown) != 1 || shown[0].Reply != want {
				t.Errorf("%+v, %v", shown, err)
			}
		}
		answer(" 谢谢 ", "谢谢")
		answer("换一个", "换一个")
		answer("", "")
		if _, err := s.Review.Reply(s.staff, no, review.Reply{Words: strings.Repeat("好", 501)}, "en"); !errors.Is(err, model.ErrTooLong) {
			t.Errorf("too long: %v", err)
		}
		s.check(s.Review.Remove(s.Ctx, author, no))
		if _, err := s.Review.Reply(s.staff, no, review.Reply{Words: "谢谢"}, "en"); !errors.Is(err, model.ErrReviewNotFound) {
			t.Errorf("an answer to what was taken back: %v", err)
		}
		if _, err := s.Review.Decide(s.staff, no, review.Decision{Status: model.ReviewPublished, Reason: "fine"}, "en"); !errors.Is(err, model.ErrReviewNotFound) {
			t.Errorf("what was taken back is published: %v", err)
		}
		if n := s.Count(&model.AuditEntry{}, "action = 'review.reply' AND actor_kind = 'staff' AND subject_no = ?", no); n != 3 {
			t.Errorf("%d answers are logged", n)
		}
	})
}

func TestThereIsATimeForReviews(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		const day = 24 * time.Hour
		early, author := s.said(review.Input{Rating: 4})
		late, lateAuthor := s.said(review.Input{Rating: 4})
		v, b := s.received()
		open := func() int {
			t.Helper()
			of, _, err := s.Review.Open(s.Ctx, b.UserID, 0, 10, "en")
			s.check(err)
			return len(of)
		}
		s.Clock.Turn(90*day - time.Minute)
		if open() != 1 {
			t.Error("on the ninetieth day nothing can be reviewed")
		}
		s.Clock.Turn(2 * time.Minute)
		if open() != 0 {
			t.Error("after the ninetieth day something can be reviewed")
		}
		if _, err := s.write(b.UserID, review.Input{Order: v.No, Rating: 5}); !errors.Is(err, model.ErrTooLate) {
			t.Errorf("after the ninetieth day: %v", err)
		}
		s.Clock.Turn(90*day - 10*time.Minute)
		if _, err := s.Review.Add(s.Ctx, author, early, review.Addition{Words: "好"}, "en"); err != nil {
			t.Errorf("on the 180th day: %v", err)
		}
		s.Clock.Turn(20 * time.Minute)
		if _, err := s.Review.Add(s.Ctx, lateAuthor, late, review.Addition{Words: "好"}, "en"); !errors.Is(err, model.ErrTooLate) {
			t.Errorf("after the 180th day: %v", err)
		}
		s.settle()
	})
}
