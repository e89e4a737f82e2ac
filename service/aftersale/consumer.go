package aftersale

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/person"
	"hutong/service/order"
)

// Parcel is what is written on a parcel.
type Parcel struct {
	Carrier string `json:"carrier" minLength:"1" maxLength:"16" doc:"WeChat's code of the carrier, such as SF"`
	Waybill string `json:"waybill" minLength:"6" maxLength:"64" doc:"Number of the waybill"`
}

var (
	carrierForm = regexp.MustCompile(`^[A-Za-z0-9_]{1,16}$`)
	waybillForm = regexp.MustCompile(`^[0-9A-Za-z-]{6,64}$`)
)

// columns are those of a parcel's label. Errors: ErrInvalid.
func (p Parcel) columns(prefix string) (map[string]any, error) {
	switch {
	case !carrierForm.MatchString(p.Carrier):
		return nil, model.ErrInvalid.At("carrier")
	case !waybillForm.MatchString(p.Waybill):
		return nil, model.ErrInvalid.At("waybill")
	}
	return map[string]any{prefix + "_carrier": p.Carrier, prefix + "_waybill": p.Waybill}, nil
}

// consumers is change for a case of the buyer, who has not had the account deleted.
func (s *Service) consumers(
	ctx context.Context, b order.Buyer, no string, fn func(ctx context.Context, tx *gorm.DB, f *file) error,
) (View, error) {
	ctx = asConsumer(ctx)
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, b.UserID); err != nil { // before the order, as where a case is opened
			return err
		}
		f, err := open(tx, "no = ? AND user_id = ?", no, b.UserID)
		if err != nil {
			return err
		}
		return fn(ctx, tx, f)
	})
	if err != nil {
		return View{}, err
	}
	return s.Get(ctx, b, no)
}

// Withdraw ends a case that the buyer no longer wants, before the goods are sent back. Errors:
// ErrAfterSaleNotFound, ErrWrongState.
func (s *Service) Withdraw(ctx context.Context, b order.Buyer, no string) (View, error) {
	return s.consumers(ctx, b, no, func(ctx context.Context, tx *gorm.DB, f *file) error {
		return s.withdraw(ctx, tx, f, Note{})
	})
}

func (s *Service) withdraw(ctx context.Context, tx *gorm.DB, f *file, n Note) error {
	if err := s.move(ctx, tx, f, model.AfterSaleWithdrawn, n, nil); err != nil {
		return err
	}
	return letGo(tx, f)
}

// SendBack notes the parcel in which the buyer sends the goods back, or corrects it. Errors: ErrInvalid,
// ErrAfterSaleNotFound, ErrWrongState.
func (s *Service) SendBack(ctx context.Context, b order.Buyer, no string, p Parcel) (View, error) {
	columns, err := p.columns("return")
	if err != nil {
		return View{}, err
	}
	return s.consumers(ctx, b, no, func(ctx context.Context, tx *gorm.DB, f *file) error {
		if err := notBeforeOwner(f); err != nil {
			return err
		}
		return s.label(ctx, tx, f, model.AfterSaleSending, columns)
	})
}

// label moves a case on with a parcel, or corrects the parcel of one that has moved on.
func (s *Service) label(ctx context.Context, tx *gorm.DB, f *file, to model.AfterSaleStatus, columns map[string]any) error {
	if f.c.Status != to {
		return s.move(ctx, tx, f, to, Note{}, columns)
	}
	res := tx.Model(&model.AfterSale{}).Where("id = ? AND status = ?", f.c.ID, to).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("parcel of case %s: %w", f.c.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrWrongState
	}
	return tell(ctx, tx, f.c, to, because("parcel_corrected"))
}

// Escalate has the brand's owner decide: about a refusal, or about what was sent instead of the goods and has not
// come, or not as it should. Errors: ErrTooLong, ErrAfterSaleNotFound; ErrWrongState when the case is neither, or was
// decided before; of a refusal ErrTooLate, and ErrPiecesTaken when another case is about the same pieces by now.
func (s *Service) Escalate(ctx context.Context, b order.Buyer, no string, n Note) (View, error) {
	n, err := n.checked()
	if err != nil {
		return View{}, err
	}
	n.reason = "appeal"
	return s.consumers(ctx, b, no, func(ctx context.Context, tx *gorm.DB, f *file) error {
		switch {
		case f.c.Status == model.AfterSaleResending: // it holds its pieces
			return s.move(ctx, tx, f, model.AfterSaleEscalated, n, nil)
		case f.c.Status != model.AfterSaleRefused || f.c.Appealed:
			return model.ErrWrongState
		case f.c.DeadlineAt <= s.now.Now():
			return model.ErrTooLate
		}
		lines := slices.Clone(f.c.Lines)
		for i, l := range lines { // what has been sent since is held as what was sent
			lines[i].Unsent = l.Unsent && !sentMeanwhile(l, f.line(l))
		}
		if err := claim(tx, f.order, lines); err != nil {
			return err
		}
		return s.move(ctx, tx, f, model.AfterSaleEscalated, n, map[string]any{"appealed": true})
	})
}

// Confirm notes that the buyer has what was sent instead of the goods. Errors: ErrAfterSaleNotFound,
// ErrWrongState.
func (s *Service) Confirm(ctx context.Context, b order.Buyer, no string) (View, error) {
	return s.consumers(ctx, b, no, func(ctx context.Context, tx *gorm.DB, f *file) error {
		if f.c.Status != model.AfterSaleResending {
			return model.ErrWrongState
		}
		return s.exchanged(ctx, tx, f, Note{})
	})
}

// exchanged ends an exchange: the pieces are the consumer's again, and what was held is gone for good.
func (s *Service) exchanged(ctx context.Context, tx *gorm.DB, f *file, n Note) error {
	if err := s.move(ctx, tx, f, model.AfterSaleDone, n, nil); err != nil {
		return err
	}
	return release(tx, f)
}
