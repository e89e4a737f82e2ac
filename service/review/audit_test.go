package review_test

import (
	"testing"

	"hutong/model"
	"hutong/service/review"
	"hutong/wechat/simulator"
)

// Each invariant of what consumers write and show finds what breaks it.
func TestAuditFindsWhatIsBroken(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		said := func(in review.Input) (model.Review, *model.Photo) {
			v, b := s.received()
			in.Order, in.Rating = v.No, 5
			photo := s.photo(b.UserID)
			in.Pictures = []string{photo}
			r, err := s.write(b.UserID, in)
			s.check(err)
			s.settle()
			var row model.Review
			var p model.Photo
			s.check(s.DB.Read(s.Ctx).Where("no = ?", r.No).Take(&row).Error)
			s.check(s.DB.Read(s.Ctx).Where("no = ?", photo).Take(&p).Error)
			return row, &p
		}
		good, shown := said(review.Input{Words: "好"})
		held, _ := said(review.Input{Words: simulator.ReviewWord})
		risky, _ := said(review.Input{Words: simulator.RiskyWord})
		added, _ := said(review.Input{})
		let, _ := said(review.Input{Words: simulator.ReviewWord})
		_, err := s.Review.Decide(s.staff, let.No, review.Decision{Status: model.ReviewPublished, Reason: "fine"}, "en")
		s.check(err)
		_, err = s.Review.Add(s.Ctx, let.UserID, let.No, review.Addition{Words: simulator.ReviewWord}, "en")
		s.check(err)
		s.settle()
		gone, _ := said(review.Input{})
		s.check(s.Review.Remove(s.Ctx, gone.UserID, gone.No))
		s.Audit(t)
		for _, c := range []struct {
			name   string
			row    any
			id     int64
			column string
			value  any
			was    any
		}{
			{"what others see", &model.Review{}, held.ID, "status", model.ReviewPublished, model.ReviewHeld},
			{"what others see", &model.Review{}, risky.ID, "status", model.ReviewPublished, model.ReviewRefused},
			{"what others see", &model.Review{}, let.ID, "added_status", model.ReviewPublished, model.ReviewHeld},
			{"all that others see", &model.Review{}, added.ID, "words", "never looked at", ""},
			{"all that others see", &model.Review{}, added.ID, "added_status", model.ReviewPublished, ""},
			{"all that others see", &model.Review{}, good.ID, "pictures", model.List[string]{}, good.Pictures},
			{"nothing is left", &model.Review{}, gone.ID, "words", "left", ""},
			{"a photo in use", &model.Photo{}, shown.ID, "used_at", 0, shown.UsedAt},
			{"a photo in use", &model.Review{}, good.ID, "pictures", model.List[string]{}, good.Pictures},
			{"a photo in use", &model.Review{}, held.ID, "user_id", good.UserID, held.UserID},
		} {
			s.Breaks(c.name, c.row, c.id, c.column, c.value, c.was)
		}
	})
}
