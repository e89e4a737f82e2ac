package payment

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/ledger"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// entryReplaced undoes the debt of a refund whose place another takes; its reference is the old out_refund_no.
const entryReplaced = "refund_replaced"

// Reissue makes a new refund in the place of one that WeChat has given up, once per key: the same money and the
// same lines under a new number, since the old one is spent. Errors: ErrRefundNotFound; ErrWrongState when it is
// not closed, or has been replaced already; ErrTooManyRefunds, ErrRefundTooLate.
func (s *Service) Reissue(ctx context.Context, key, no string) (DeskRefund, error) {
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "payment.reissue", Input: no}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskRefund, error) {
		old, o, err := endGivenUp(tx, no, model.RefundReplaced, nil)
		if err != nil {
			return DeskRefund{}, err
		}
		fresh, err := s.replace(tx, o, old)
		if err != nil {
			return DeskRefund{}, err
		}
		if err := trail.Write(ctx, tx, "refund.reissue", trail.Subject{Kind: "refund", No: no}, nil,
			map[string]any{"by": fresh.No, "amount_fen": fresh.AmountFen}); err != nil {
			return DeskRefund{}, err
		}
		return refundAtDesk(tx, fresh.No)
	})
}

// endGivenUp is the one step in which staff end a refund that WeChat has given up, with its order locked. Errors:
// ErrRefundNotFound; ErrWrongState when it is not closed, or no longer.
func endGivenUp(tx *gorm.DB, no string, to model.RefundStatus, also map[string]any) (model.Refund, *model.Order, error) {
	r, err := findRefund(tx, no)
	if err != nil {
		return r, nil, err
	}
	o, err := order.Lock(tx, r.OrderID)
	if err != nil {
		return r, nil, err
	}
	return r, o, flow.Advance[model.Refund](tx, model.RefundFlow, r.ID, to, also)
}

// replace writes the refund that takes the place of another: the debt is undone and booked anew. The order's
// figures of money and pieces stay, because they do not count the attempts.
func (s *Service) replace(tx *gorm.DB, o *model.Order, old model.Refund) (*model.Refund, error) {
	var p model.Payment
	if err := tx.Where("id = ?", old.PaymentID).Take(&p).Error; err != nil {
		return nil, fmt.Errorf("payment of refund %s: %w", old.No, err)
	}
	if err := s.inTime(p); err != nil {
		return nil, err
	}
	at, err := s.attempt(tx, o, old.Kind)
	if err != nil {
		return nil, err
	}
	if err := loadLines(tx, &old); err != nil {
		return nil, err
	}
	err = ledger.Post(tx, entryReplaced, old.No, o.ID,
		ledger.Move(old.AmountFen, model.AccountRefundPayable, model.AccountCustomerPrepaid))
	if err != nil {
		return nil, err
	}
	fresh := again(old)
	fresh.No = s.newNo()
	debt := ledger.Move(fresh.AmountFen, model.AccountCustomerPrepaid, model.AccountRefundPayable)
	return fresh, s.owe(tx, fresh, debt, at)
}

// attempt counts one more refund of the payment that a locked order lives on, and tells when WeChat may be asked
// for it. A payment that came too late has limits of its own, and one refund. Errors: ErrTooManyRefunds.
func (s *Service) attempt(tx *gorm.DB, o *model.Order, kind model.RefundKind) (at model.Millis, err error) {
	if kind == model.RefundLate {
		return s.now.Now(), nil
	}
	at = s.nextRefund(o)
	res := tx.Model(&model.Order{}).Where("id = ? AND refund_count < ?", o.ID, MostRefunds).
		Updates(map[string]any{"refund_count": gorm.Expr("refund_count + 1"), "last_refund_at": at})
	if res.Error != nil {
		return 0, fmt.Errorf("order %s: %w", o.No, res.Error)
	}
	if res.RowsAffected == 0 {
		return 0, tooManyRefunds()
	}
	return at, nil
}

// again is a refund like another, of which WeChat knows nothing yet.
func again(old model.Refund) *model.Refund {
	fresh := &model.Refund{
		OrderID: old.OrderID, PaymentID: old.PaymentID, AfterSaleID: old.AfterSaleID, ReplacesID: old.ID,
		Kind: old.Kind, Status: model.RefundPending, AmountFen: old.AmountFen, FreightFen: old.FreightFen,
		TaxFen: old.TaxFen, Reason: old.Reason,
	}
	for _, l := range old.Lines {
		fresh.Lines = append(fresh.Lines, model.RefundLine{
			OrderLineID: l.OrderLineID, SKUID: l.SKUID, Quantity: l.Quantity, Dropped: l.Dropped, Restock: l.Restock,
			AmountFen: l.AmountFen,
		})
	}
	return fresh
}

// AskAgain asks WeChat now how a refund stands, for staff who have just settled it there. Errors:
// ErrRefundNotFound; ErrWrongState when WeChat has not been asked for it yet; those of wechat.Client.
func (s *Service) AskAgain(ctx context.Context, no string) (DeskRefund, error) {
	r, err := findRefund(s.db.Read(ctx), no)
	if err != nil {
		return DeskRefund{}, err
	}
	if r.Status == model.RefundPending {
		return DeskRefund{}, model.ErrWrongState
	}
	client, err := s.brands.Client(ctx, r.BrandID)
	if err != nil {
		return DeskRefund{}, err
	}
	answer, err := client.QueryRefund(ctx, no)
	if err != nil {
		return DeskRefund{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome, detail, err := s.applyRefund(ctx, tx, answer)
		if err == nil && outcome == model.CallbackMismatch {
			err = fmt.Errorf("refund %s: WeChat's %s is not ours: %w", no, detail, model.ErrWeChat)
		}
		if err != nil {
			return err
		}
		return trail.Write(ctx, tx, "refund.ask_again", trail.Subject{Kind: "refund", No: no},
			map[string]any{"status": r.Status}, map[string]any{"wechat": answer.State})
	})
	if err != nil {
		return DeskRefund{}, err
	}
	return s.RefundAtDesk(ctx, no)
}
