package aftersale

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/order"
	"hutong/service/payment"
)

// refund is the step that sends the money of a case on its way. Errors: those of payment.RefundOrder.
func (s *Service) refund(ctx context.Context, tx *gorm.DB, f *file, n Note) error {
	if err := letGo(tx, f); err != nil {
		return err
	}
	wish := f.wish()
	wish.Anyway = model.ActorOf(ctx).Kind == model.ActorStaff // their word holds, whether WeChat helps or not
	r, err := s.payments.RefundOrder(ctx, tx, f.order, wish)
	if err != nil {
		return err
	}
	f.c.AmountFen = r.AmountFen
	return s.move(ctx, tx, f, model.AfterSaleRefunding, n, map[string]any{"amount_fen": r.AmountFen})
}

// weigh computes what the case would bring. Errors: those of payment.WeighRefund; ErrNothingBack when it would bring
// nothing.
func (s *Service) weigh(tx *gorm.DB, f *file) error {
	r, err := s.payments.WeighRefund(tx, f.order, f.wish())
	if err != nil {
		return err
	}
	if r.AmountFen == 0 && f.idle() {
		return model.ErrNothingBack
	}
	f.c.AmountFen = r.AmountFen
	for i, l := range f.c.Lines {
		for _, part := range r.Lines {
			if part.OrderLineID == l.OrderLineID {
				f.c.Lines[i].AmountFen = part.AmountFen
			}
		}
	}
	if reason, _ := reasonOf(f.c.Reason); reason.Fault && f.c.Kind != model.AfterSaleRefund {
		f.c.CompensationFen = f.rule.CompensationFen
	}
	return nil
}

// idle tells whether a case without money is about nothing: not when there are other goods for these, when the order is
// one of nothing, or when pieces that cost nothing, a gift say, are not to be sent.
func (f *file) idle() bool {
	unsent := slices.ContainsFunc(f.c.Lines, func(l model.AfterSaleLine) bool { return l.Unsent })
	return f.c.Kind != model.AfterSaleExchange && f.order.TotalFen > 0 && !unsent
}

// wish is the case as the order's money sees it.
func (f *file) wish() payment.RefundWish {
	w := payment.RefundWish{Freight: f.freightBack(), Reason: f.refundReason(), AfterSaleID: f.c.ID}
	for _, l := range f.c.Lines {
		part := payment.RefundPart{LineID: l.OrderLineID, Quantity: l.Quantity}
		if !l.Unsent {
			part.Sent = l.Quantity
		}
		if f.c.Kind == model.AfterSaleReturn { // what came back in an exchange was put back when it came
			part.Restock = l.Restock
		}
		w.Lines = append(w.Lines, part)
	}
	return w
}

// freightBack tells whether the freight goes back: with the last piece of the order, by the brand's rule or
// because the brand is at fault. What of an order of which nothing was sent is the refund's own affair.
func (f *file) freightBack() bool {
	reason, _ := reasonOf(f.c.Reason)
	if !reason.Fault && f.rule.FreightBack != model.FreightBackWhole {
		return false
	}
	kept := 0
	for _, l := range f.order.Lines {
		kept += l.Quantity - l.Refunded
	}
	for _, l := range f.c.Lines {
		kept -= l.Quantity
	}
	return kept == 0
}

func (f *file) refundReason() string {
	switch {
	case f.c.Kind != model.AfterSaleRefund:
		return "returned"
	case f.c.Lines[0].Unsent:
		return "cancelled"
	}
	switch f.c.Reason {
	case "not_arrived", "damaged", "not_as_described":
		return f.c.Reason
	}
	return payment.ReasonOther
}

// Participant ends a case when its money has gone back.
type Participant struct{ order.Bystander }

// Refunded implements order.Participant.
func (Participant) Refunded(ctx context.Context, tx *gorm.DB, r *model.Refund) error {
	if r.AfterSaleID == 0 {
		return nil
	}
	var c model.AfterSale
	err := tx.Clauses(forUpdate).Where("id = ? AND status = ?", r.AfterSaleID, model.AfterSaleRefunding).Take(&c).Error
	if database.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return move(ctx, tx, &c, model.AfterSaleDone, 0, because("refunded"), nil)
}

// OpenFor is the step that tells whether a locked order may not be closed yet: a case of it is open, a refusal
// may still be taken up again, or the time to ask for something is not over.
func (s *Service) OpenFor(tx *gorm.DB, o *model.Order) (bool, error) {
	now := s.now.Now()
	if o.Status == model.OrderReceived {
		rule, err := ruleOf(tx)
		if err != nil {
			return false, err
		}
		began, err := exchanged(tx, o)
		if err != nil || now < until(latest(o, began), rule, true) {
			return err == nil, err
		}
	}
	var open int64
	err := tx.Model(&model.AfterSale{}).
		Where("order_id = ? AND (status IN ? OR status = ? AND deadline_at > ?)",
			o.ID, model.AfterSaleOpen, model.AfterSaleRefused, now).
		Count(&open).Error
	return open > 0, err
}
