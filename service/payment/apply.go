package payment

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/ledger"
	"hutong/service/order"
	"hutong/wechat"
)

// The kinds of journal entry of this package. The reference of the first is the out_trade_no, that of the
// others the out_refund_no.
const (
	entryPayment   = "payment"
	entryRefundDue = "refund_due"
	entryRefund    = "refund"
)

// applyTransaction is the one step in which a payment becomes paid. It records the payment, books it, and
// settles the order; when the order cannot be settled any more it owes the money back, in the same
// transaction. It refuses no money.
func (s *Service) applyTransaction(ctx context.Context, tx *gorm.DB, t wechat.Transaction) (model.CallbackOutcome, string, error) {
	var p model.Payment
	if err := tx.Where("no = ?", t.OutTradeNo).Take(&p).Error; database.IsNotFound(err) {
		return model.CallbackUnknown, "out_trade_no", nil
	} else if err != nil {
		return "", "", fmt.Errorf("payment %s: %w", t.OutTradeNo, err)
	}
	if wrong := differs(t, p); wrong != "" {
		return model.CallbackMismatch, wrong, nil
	}
	if !t.State.Paid() {
		return model.CallbackUnhandled, string(t.State), nil
	}
	o, err := order.Lock(tx, p.OrderID)
	if err != nil {
		return "", "", err
	}
	paidAt := model.At(t.SuccessTime)
	err = flow.Advance[model.Payment](tx, model.PaymentFlow, p.ID, model.PaymentPaid,
		map[string]any{"transaction_id": t.TransactionID, "paid_at": paidAt})
	if errors.Is(err, model.ErrWrongState) {
		return model.CallbackRepeated, "", nil
	}
	if err != nil {
		return "", "", err
	}
	err = ledger.Post(tx, entryPayment, p.No, o.ID,
		ledger.Move(p.AmountFen, model.AccountWeChatClearing, model.AccountCustomerPrepaid))
	if err != nil {
		return "", "", err
	}
	late := p.AmountFen != o.TotalFen // announced before staff changed the price, and closed for that
	if !late {
		if late, err = s.orders.Settle(ctx, tx, o, paidAt); err != nil {
			return "", "", err
		}
	}
	if late {
		return model.CallbackApplied, "late", s.oweBack(tx, p)
	}
	return model.CallbackApplied, "", nil
}

// differs names the first thing in which WeChat's transaction is not the payment announced.
func differs(t wechat.Transaction, p model.Payment) string {
	switch {
	case t.MchID != p.MchID:
		return "mchid"
	case t.AppID != p.AppID:
		return "appid"
	case t.Total != p.AmountFen && t.State.Paid():
		return "amount"
	case t.Currency != "CNY" && t.State.Paid():
		return "currency"
	}
	return ""
}

// sync asks WeChat how a payment stands and applies what it says: what is closed there is closed here, for somebody may
// have closed it and died before writing that down. Errors: ErrPayNotFound when WeChat does not know the number.
func (s *Service) sync(ctx context.Context, client wechat.Client, outTradeNo string) (wechat.Transaction, error) {
	t, err := client.Transaction(ctx, outTradeNo)
	switch {
	case err != nil:
		return t, err
	case t.State == wechat.TradeClosed:
		var open []model.Payment
		err := s.db.Read(ctx).Where("no = ? AND status IN ?", outTradeNo, model.PaymentsOpen).Find(&open).Error
		if err == nil && len(open) > 0 {
			err = s.closeToo(ctx, &open[0])
		}
		return t, err
	case !t.State.Paid():
		return t, nil
	}
	return t, s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome, detail, err := s.applyTransaction(ctx, tx, t)
		if err == nil && outcome == model.CallbackMismatch {
			err = fmt.Errorf("payment %s: WeChat's %s is not ours: %w", outTradeNo, detail, model.ErrWeChat)
		}
		return err
	})
}
