package review

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
)

// Decision is what staff make of a review, or of what was added to it.
type Decision struct {
	Status   model.ReviewStatus `json:"status" enum:"published,refused,hidden" doc:"published: everybody sees it, after it was held or hidden; refused: nobody will, after it was held; hidden: nobody does any more"`
	Addition bool               `json:"addition,omitempty" doc:"It is about what was added later"`
	Reason   string             `json:"reason" minLength:"1" maxLength:"200" doc:"For the audit log; refusing or hiding what is merely bad for the shop is against the law"`
}

// Decide publishes, refuses or hides. Errors: ErrReviewNotFound; ErrNotOneOf at "status"; ErrRequired at "reason";
// ErrWrongState when that is not possible from the state it is in.
func (s *Service) Decide(ctx context.Context, no string, d Decision, languages ...string) (DeskView, error) {
	switch d.Status {
	case model.ReviewPublished, model.ReviewRefused, model.ReviewHidden:
	default:
		return DeskView{}, model.ErrNotOneOf.At("status").With("values", "published, refused, hidden")
	}
	if d.Reason = strings.TrimSpace(d.Reason); d.Reason == "" {
		return DeskView{}, model.ErrRequired.At("reason")
	}
	return s.change(ctx, no, languages, func(tx *gorm.DB, r model.Review) error {
		from, move := r.Status, advance
		if d.Addition {
			from, move = r.AddedStatus, advanceAddition
		}
		if from == model.ReviewChecking || d.Status == model.ReviewRefused && from != model.ReviewHeld { // WeChat's to decide
			return model.ErrWrongState
		}
		if err := move(tx, r.ID, d.Status); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "review.decide", trail.Subject{Kind: "review", No: no},
			map[string]any{"status": from, "addition": d.Addition}, map[string]any{"status": d.Status, "reason": d.Reason})
	})
}

// Reply is what the shop says to a review; empty takes it back.
type Reply struct {
	Words string `json:"words" maxLength:"500"`
}

// Reply answers a review, in place of an answer before. Errors: ErrReviewNotFound; ErrTooLong at "words".
func (s *Service) Reply(ctx context.Context, no string, in Reply, languages ...string) (DeskView, error) {
	in.Words = strings.TrimSpace(in.Words)
	if err := checkWords(in.Words); err != nil {
		return DeskView{}, err
	}
	return s.change(ctx, no, languages, func(tx *gorm.DB, r model.Review) error {
		err := tx.Model(&model.Review{}).Where("id = ? AND status <> ?", r.ID, model.ReviewRemoved).
			Updates(map[string]any{"reply": in.Words, "replied_at": s.now.Now()}).Error
		if err != nil {
			return fmt.Errorf("review %s: %w", no, err)
		}
		return trail.Write(ctx, tx, "review.reply", trail.Subject{Kind: "review", No: no},
			map[string]any{"reply": r.Reply}, map[string]any{"reply": in.Words})
	})
}

// change works on a locked review that its author has not taken back.
func (s *Service) change(ctx context.Context, no string, languages []string, fn func(*gorm.DB, model.Review) error) (v DeskView, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		r, err := find(tx.Clauses(forUpdate).Where("status <> ?", model.ReviewRemoved), no)
		if err != nil {
			return err
		}
		if err := fn(tx, r); err != nil {
			return err
		}
		v, err = atDesk(tx, r.ID, languages)
		return err
	})
	return v, err
}
