package reconcile

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/trail"
)

// maxNote bounds what staff write about an exception, in characters.
const maxNote = 500

// Resolve is what staff decide about an open exception: resolved, because something was done, or ignored.
// The note says what or why. Errors: ErrNotFound, ErrWrongState when it is not open, ErrNotOneOf, ErrRequired,
// ErrTooLong.
func (s *Service) Resolve(ctx context.Context, no string, to model.ExceptionStatus, note string) (ExceptionView, error) {
	note = strings.TrimSpace(note)
	switch {
	case to != model.ExceptionResolved && to != model.ExceptionIgnored:
		return ExceptionView{}, model.ErrNotOneOf.At("status").With("values", "resolved, ignored")
	case note == "":
		return ExceptionView{}, model.ErrRequired.At("note")
	case utf8.RuneCountInString(note) > maxNote:
		return ExceptionView{}, model.ErrTooLong.At("note").With("max", strconv.Itoa(maxNote))
	}
	var e model.BillException
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		e = model.BillException{}
		if err := tx.Where("no = ?", no).Take(&e).Error; database.IsNotFound(err) {
			return model.ErrNotFound
		} else if err != nil {
			return fmt.Errorf("exception %s: %w", no, err)
		}
		by, at := model.ActorOf(ctx).String(), s.now.Now()
		err := flow.Advance[model.BillException](tx, model.ExceptionFlow, e.ID, to,
			map[string]any{"note": note, "resolved_by": by, "resolved_at": at})
		if err != nil {
			return err
		}
		err = trail.Write(ctx, tx, "reconciliation.resolve", trail.Subject{Kind: "bill_exception", No: no},
			map[string]any{"status": e.Status}, map[string]any{"status": to, "note": note})
		e.Status, e.Note, e.ResolvedBy, e.ResolvedAt = to, note, by, at
		return err
	})
	if err != nil {
		return ExceptionView{}, err
	}
	views := []ExceptionView{viewOf(&e)}
	err = nameStaff(s.db.Read(ctx), views)
	return views[0], err
}
