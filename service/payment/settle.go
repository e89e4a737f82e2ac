package payment

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/ledger"
	"hutong/service/internal/trail"
)

// entrySettled books what the brand gave back itself; its reference is the out_refund_no that WeChat gave up.
const entrySettled = "refund_settled"

// Settlement is how the brand gave back what WeChat did not.
type Settlement struct {
	By        model.SettledBy `json:"by" enum:"bank_transfer,cash,other"`
	Reference string          `json:"reference" minLength:"1" maxLength:"64" doc:"What the brand's accountant finds the payment by, such as the bank's number of the transfer; no names, no account numbers"`
}

// SettleOutside ends a refund that WeChat has given up, once per key, because the brand has given the money back by
// a way of its own: WeChat takes no refund after a year, nor a fifty-first of an order. All that hangs on the refund
// goes on as if WeChat had brought it. Errors: ErrRefundNotFound; ErrRequired at reference when it is blank;
// ErrWrongState when it is not closed, or has been replaced or settled already.
func (s *Service) SettleOutside(ctx context.Context, key, no string, by Settlement) (DeskRefund, error) {
	by.Reference = strings.TrimSpace(by.Reference)
	if by.Reference == "" {
		return DeskRefund{}, model.ErrRequired.At("reference")
	}
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "payment.settle", Input: []any{no, by}}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskRefund, error) {
		now := s.now.Now()
		r, o, err := endGivenUp(tx, no, model.RefundSettled,
			map[string]any{"succeeded_at": now, "settled_by": by.By, "settled_ref": by.Reference})
		if err != nil {
			return DeskRefund{}, err
		}
		r.Status, r.SucceededAt = model.RefundSettled, now
		err = ledger.Post(tx, entrySettled, r.No, r.OrderID,
			ledger.Move(r.AmountFen, model.AccountRefundPayable, model.AccountPaidOutside))
		if err != nil {
			return DeskRefund{}, err
		}
		if err := s.refunded(ctx, tx, o, &r, model.ActorOf(ctx)); err != nil {
			return DeskRefund{}, err
		}
		if err := trail.Write(ctx, tx, "refund.settle", trail.Subject{Kind: "refund", No: no}, nil,
			map[string]any{"by": by.By, "amount_fen": r.AmountFen}); err != nil {
			return DeskRefund{}, err
		}
		return refundAtDesk(tx, no)
	})
}
