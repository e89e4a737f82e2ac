package payment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/ledger"
)

// WeChat's limits of the refunds of one payment.
const (
	// RefundDays is for how many days after a payment its money can go back.
	RefundDays = 365
	// MostRefunds is how many refunds one payment can have.
	MostRefunds = 50
	// refundGap is the time between two of them. WeChat wants a minute; a job may start some seconds late.
	refundGap = 70 * time.Second
)

// refundable are the states of an order whose money can go back.
var refundable = []model.OrderStatus{
	model.OrderPaid, model.OrderPartlyShipped, model.OrderShipped, model.OrderReceived,
}

// RefundOrder is the step that gives back a part of a locked order's own money, or all of it. It takes the
// pieces and the money off the order's lines, books the debt, and leaves the call to WeChat to a job, a minute
// after the last one's. Refunds of all pieces, in whatever parts, give back exactly what was paid. Errors:
// ErrInvalid, ErrOverRefund at the parts; ErrNothingBack; ErrWrongState when the order is not paid or over;
// ErrRefundTooLate, ErrTooManyRefunds when WeChat takes none any more and the wish is not one for anyway.
func (s *Service) RefundOrder(ctx context.Context, tx *gorm.DB, o *model.Order, w RefundWish) (*model.Refund, error) {
	r, err := s.WeighRefund(tx, o, w)
	if err != nil {
		return nil, err
	}
	r.No = s.newNo()
	for _, part := range r.Lines {
		taken, err := takeOffLine(tx, part)
		if err == nil && !taken {
			err = model.ErrOverRefund.At(fmt.Sprintf("lines[%d]", w.position(part.OrderLineID)))
		}
		if err != nil {
			return nil, err
		}
	}
	err = s.takeOffOrder(tx, o, r)
	if w.Anyway && errors.Is(err, model.ErrTooManyRefunds) {
		r.Status = model.RefundClosed
		err = s.takeOffOrder(tx, o, r)
	}
	if err != nil {
		return nil, err
	}
	if err := s.owe(tx, r, debtOf(o, r), o.LastRefundAt); err != nil {
		return nil, err
	}
	return r, s.conclude(tx, o, model.ActorOf(ctx).String())
}

// WeighRefund is the refund that RefundOrder would make of a wish: nothing is written, and it has no number.
// Errors: those of RefundOrder that do not depend on what else goes on.
func (s *Service) WeighRefund(tx *gorm.DB, o *model.Order, w RefundWish) (*model.Refund, error) {
	p, err := livesOn(tx, o)
	if err != nil {
		return nil, err
	}
	lines, err := linesOf(tx, o)
	if err != nil {
		return nil, err
	}
	taxes, err := taxesByLine(tx, o, lines)
	if err != nil {
		return nil, err
	}
	r := &model.Refund{
		OrderID: o.ID, PaymentID: p.ID, AfterSaleID: w.AfterSaleID, Kind: model.RefundOrder,
		Status: model.RefundPending, Reason: w.Reason,
	}
	if r.Lines, r.TaxFen, err = w.divide(lines, taxes); err != nil {
		return nil, err
	}
	if w.Freight || nothingIsDelivered(lines, r.Lines) {
		r.FreightFen = o.FreightFen - o.RefundedFreightFen
	}
	r.AmountFen = r.FreightFen + r.TaxFen
	for _, part := range r.Lines {
		r.AmountFen += part.AmountFen
	}
	if r.AmountFen == 0 {
		if len(r.Lines) == 0 { // pieces go back all the same, and with them stock and coupon
			return nil, model.ErrNothingBack
		}
		return r, nil
	}
	if err := s.inTime(p); err != nil {
		if !w.Anyway {
			return nil, err
		}
		r.Status = model.RefundClosed
	}
	return r, nil
}

// livesOn is the payment that a locked order lives on: any other that was made came too late and went back
// as a whole. An order of nothing lives on none. Errors: ErrWrongState when there is none.
func livesOn(tx *gorm.DB, o *model.Order) (p model.Payment, err error) {
	if o.TotalFen == 0 {
		if !slices.Contains(refundable, o.Status) {
			return p, model.ErrWrongState
		}
		return p, nil
	}
	err = tx.Where("order_id = ? AND status = ?", o.ID, model.PaymentPaid).
		Where("id NOT IN (SELECT payment_id FROM refunds WHERE refunds.brand_id = payments.brand_id"+
			" AND refunds.order_id = payments.order_id AND refunds.kind = ?)", model.RefundLate).
		Take(&p).Error
	switch {
	case database.IsNotFound(err):
		return p, model.ErrWrongState
	case err != nil:
		return p, fmt.Errorf("payment of order %s: %w", o.No, err)
	}
	return p, nil
}

// inTime tells whether the money of a payment can still go back. Errors: ErrRefundTooLate.
func (s *Service) inTime(p model.Payment) error {
	if s.now.Now() > p.PaidAt.Add(RefundDays*24*time.Hour) {
		return model.ErrRefundTooLate.With("days", fmt.Sprint(RefundDays))
	}
	return nil
}

// linesOf are the lines of a locked order as they stand, in the order of their ids.
func linesOf(tx *gorm.DB, o *model.Order) (lines []model.OrderLine, err error) {
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&lines).Error; err != nil {
		return nil, fmt.Errorf("lines of order %s: %w", o.No, err)
	}
	return lines, nil
}

func taxesByLine(tx *gorm.DB, o *model.Order, lines []model.OrderLine) ([]model.Fen, error) {
	var adjustments []model.Adjustment
	if o.TaxFen != 0 {
		if err := tx.Where("order_id = ?", o.ID).Find(&adjustments).Error; err != nil {
			return nil, fmt.Errorf("adjustments of order %s: %w", o.No, err)
		}
	}
	return taxesOf(o, lines, adjustments), nil
}

// nothingIsDelivered tells whether nothing of an order was sent, nor will be once these parts are dropped.
func nothingIsDelivered(lines []model.OrderLine, parts []model.RefundLine) bool {
	left := 0
	for _, l := range lines {
		left += l.Quantity - l.Dropped
	}
	for _, p := range parts {
		left -= p.Dropped
	}
	return left == 0
}

// takeOffLine takes pieces and money off a line, if it has so many that can be refunded, and so much. Pieces that
// an open after-sale case is about are the case's to refund.
func takeOffLine(tx *gorm.DB, p model.RefundLine) (taken bool, err error) {
	res := tx.Model(&model.OrderLine{}).
		Where("id = ? AND refunded + claimed + ? <= quantity AND refunded_fen + ? <= total_fen", p.OrderLineID, p.Quantity, p.AmountFen).
		Where("shipped + dropped + ? <= quantity AND refunded - dropped + ? <= shipped", p.Dropped, p.Quantity-p.Dropped).
		Updates(map[string]any{
			"refunded":     gorm.Expr("refunded + ?", p.Quantity),
			"dropped":      gorm.Expr("dropped + ?", p.Dropped),
			"refunded_fen": gorm.Expr("refunded_fen + ?", p.AmountFen),
		})
	if res.Error != nil {
		return false, fmt.Errorf("line %d: %w", p.OrderLineID, res.Error)
	}
	return res.RowsAffected == 1, nil
}

// takeOffOrder takes the money of a refund off a locked order, and sets when WeChat is to be asked for it.
// Errors: ErrWrongState, ErrTooManyRefunds, ErrOverRefund.
func (s *Service) takeOffOrder(tx *gorm.DB, o *model.Order, r *model.Refund) error {
	at, most := s.nextRefund(o), MostRefunds
	if r.AmountFen == 0 || r.Status == model.RefundClosed { // WeChat is not asked
		most = math.MaxInt32
	}
	res := tx.Model(&model.Order{}).
		Where("id = ? AND status IN ? AND refund_count < ?", o.ID, refundable, most).
		Where("refunded_fen + ? <= total_fen", r.AmountFen).
		Where("refunded_freight_fen + ? <= freight_fen AND refunded_tax_fen + ? <= tax_fen", r.FreightFen, r.TaxFen).
		Updates(map[string]any{
			"refunded_fen":         gorm.Expr("refunded_fen + ?", r.AmountFen),
			"refunded_freight_fen": gorm.Expr("refunded_freight_fen + ?", r.FreightFen),
			"refunded_tax_fen":     gorm.Expr("refunded_tax_fen + ?", r.TaxFen),
			"refund_count":         gorm.Expr("refund_count + 1"),
			"last_refund_at":       at,
		})
	switch {
	case res.Error != nil:
		return fmt.Errorf("order %s: %w", o.No, res.Error)
	case res.RowsAffected == 1:
		o.RefundedFen += r.AmountFen
		o.RefundedFreightFen += r.FreightFen
		o.RefundedTaxFen += r.TaxFen
		o.RefundCount++
		o.LastRefundAt = at
		return nil
	case o.RefundCount >= most:
		return tooManyRefunds()
	case !model.OrderFlow.Allows(o.Status, model.OrderClosed):
		return model.ErrWrongState
	}
	return model.ErrOverRefund
}

// nextRefund is when WeChat may be asked for the next refund of a locked order.
func (s *Service) nextRefund(o *model.Order) model.Millis {
	at := s.now.Now()
	if o.RefundCount > 0 {
		at = max(at, o.LastRefundAt.Add(refundGap))
	}
	return at
}

func tooManyRefunds() error { return model.ErrTooManyRefunds.With("max", fmt.Sprint(MostRefunds)) }

// debtOf is how the debt of a refund is booked: before the consumer has the goods it lowers what they have
// paid in advance, after that it lowers what was earned.
func debtOf(o *model.Order, r *model.Refund) []ledger.Line {
	if o.ReceivedAt == 0 {
		return ledger.Move(r.AmountFen, model.AccountCustomerPrepaid, model.AccountRefundPayable)
	}
	return []ledger.Line{
		{Account: model.AccountRevenue, Amount: r.AmountFen - r.FreightFen - r.TaxFen},
		{Account: model.AccountFreight, Amount: r.FreightFen},
		{Account: model.AccountTaxPayable, Amount: r.TaxFen},
		{Account: model.AccountRefundPayable, Amount: -r.AmountFen},
	}
}
