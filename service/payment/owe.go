package payment

import (
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/accounts"
	"hutong/service/internal/job"
	"hutong/service/internal/ledger"
)

// oweBack gives back a whole payment that no order lives on.
func (s *Service) oweBack(tx *gorm.DB, p model.Payment) error {
	r := &model.Refund{
		OrderID: p.OrderID, PaymentID: p.ID, No: s.newNo(), Kind: model.RefundLate, Status: model.RefundPending,
		AmountFen: p.AmountFen, Reason: reasonLate,
	}
	return s.owe(tx, r, ledger.Move(r.AmountFen, model.AccountCustomerPrepaid, model.AccountRefundPayable), s.now.Now())
}

// owe writes a refund with its lines, books the debt, and leaves the call to WeChat to a job of that instant. One that
// WeChat would not take waits for staff instead.
func (s *Service) owe(tx *gorm.DB, r *model.Refund, debt []ledger.Line, at model.Millis) error {
	if err := tx.Create(r).Error; err != nil {
		return fmt.Errorf("refund %s: %w", r.No, err)
	}
	for i := range r.Lines {
		r.Lines[i].RefundID = r.ID
	}
	if len(r.Lines) > 0 {
		if err := tx.Create(&r.Lines).Error; err != nil {
			return fmt.Errorf("lines of refund %s: %w", r.No, err)
		}
	}
	if r.AmountFen > 0 {
		if err := ledger.Post(tx, entryRefundDue, r.No, r.OrderID, debt); err != nil {
			return err
		}
	}
	if r.Status == model.RefundClosed {
		return nil
	}
	return job.Enqueue(tx, JobRefund, r.No, refundPayload{RefundID: r.ID}, at)
}

// conclude moves a locked order on when refunds leave nothing to wait for: it is shipped when the rest of it
// was dropped, and over when the money of every piece has gone back.
func (s *Service) conclude(tx *gorm.DB, o *model.Order, actor string) error {
	lines, err := linesOf(tx, o)
	if err != nil {
		return err
	}
	unsent, kept := 0, 0
	for _, l := range lines {
		unsent += l.Quantity - l.Shipped - l.Dropped
		kept += l.Quantity - l.Refunded
	}
	if unsent == 0 && o.Status == model.OrderPartlyShipped {
		if err := s.orders.Sent(tx, o, true, actor); err != nil {
			return err
		}
	}
	if kept > 0 || !model.OrderFlow.Allows(o.Status, model.OrderClosed) {
		return nil
	}
	var open int64
	err = tx.Model(&model.Refund{}).Where("order_id = ? AND kind = ? AND status NOT IN ?", o.ID, model.RefundOrder,
		model.RefundsOver).Count(&open).Error
	if err != nil {
		return fmt.Errorf("refunds of order %s: %w", o.No, err)
	}
	if open > 0 {
		return nil
	}
	if o.ReceivedAt == 0 { // nobody will confirm that it came: what the brand keeps is earned now
		if err := accounts.Earn(tx, o); err != nil {
			return err
		}
	}
	return s.orders.Close(tx, o, actor, "refunded")
}
