package payment

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/service/internal/ledger"
	"hutong/service/order"
	"hutong/wechat"
)

// refundPayload is the payload of JobRefund.
type refundPayload struct {
	RefundID int64 `json:"refund_id"`
}

// submitRefund is the job that asks WeChat for a refund, under the number that was fixed when it was
// decided, and then asks after it: accepted is not done.
func (s *Service) submitRefund(ctx context.Context, j model.Job) error {
	var payload refundPayload
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return err
	}
	var r model.Refund
	var p model.Payment
	tx := s.db.Read(ctx)
	if err := tx.Where("id = ?", payload.RefundID).Take(&r).Error; err != nil {
		return fmt.Errorf("refund %d: %w", payload.RefundID, err)
	}
	if r.AmountFen == 0 {
		return s.returnNothing(ctx, r)
	}
	if err := tx.Where("id = ?", r.PaymentID).Take(&p).Error; err != nil {
		return fmt.Errorf("payment of refund %s: %w", r.No, err)
	}
	if r.Status == model.RefundClosed || slices.Contains(model.RefundsOver, r.Status) {
		return nil
	}
	client, err := s.brands.Client(ctx, r.BrandID)
	if err != nil {
		return err
	}
	answer, err := s.askRefund(ctx, client, r, p)
	now := s.now.Now()
	if errors.Is(err, model.ErrRateLimited) { // at most one refund a minute for one payment
		return job.Later(now.Add(refundGap))
	}
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome, detail, err := s.applyRefund(ctx, tx, answer)
		if err == nil && outcome == model.CallbackMismatch {
			err = fmt.Errorf("refund %s: WeChat's %s is not ours: %w", r.No, detail, model.ErrWeChat)
		}
		return err
	})
	if err != nil {
		return err
	}
	age := now.Time().Sub(r.CreatedAt.Time())
	switch answer.State {
	case wechat.RefundProcessing:
		return job.Later(now.Add(min(max(time.Minute, age), 6*time.Hour)))
	case wechat.RefundAbnormal: // the bank refused; staff or WeChat may still bring it to an end
		return job.Later(now.Add(24 * time.Hour))
	default:
		return nil
	}
}

// returnNothing ends the refund of what cost nothing: there is no money for WeChat to give back, but what else hangs
// on it, the goods, the stock and the coupon.
func (s *Service) returnNothing(ctx context.Context, r model.Refund) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		r := r
		o, err := order.Lock(tx, r.OrderID)
		if err != nil {
			return err
		}
		r.Status, r.SucceededAt = model.RefundSucceeded, s.now.Now()
		err = flow.Advance[model.Refund](tx, model.RefundFlow, r.ID, r.Status, map[string]any{"succeeded_at": r.SucceededAt})
		if errors.Is(err, model.ErrWrongState) { // done before
			return nil
		}
		if err != nil {
			return err
		}
		return s.refunded(ctx, tx, o, &r, byWeChat)
	})
}

// askRefund asks for the refund, or after it when WeChat has accepted it before. One that WeChat has not taken and never
// will comes back as given up, as WeChat says of those that it took: the debt stays, and staff settle it.
func (s *Service) askRefund(ctx context.Context, client wechat.Client, r model.Refund, p model.Payment) (wechat.Refund, error) {
	if r.Status != model.RefundPending {
		return client.QueryRefund(ctx, r.No)
	}
	b, err := s.brands.ByID(ctx, r.BrandID)
	if err != nil {
		return wechat.Refund{}, err
	}
	answer, err := client.Refund(ctx, wechat.RefundRequest{
		OutTradeNo: p.No, OutRefundNo: r.No, Amount: r.AmountFen, Total: p.AmountFen,
		Reason: inChinese(r.Reason), NotifyURL: s.notifyURL(b),
	})
	if !s.forGood(client, p, err) {
		return answer, err
	}
	answer, err = client.QueryRefund(ctx, r.No)
	if errors.Is(err, model.ErrPayNotFound) {
		return wechat.Refund{OutRefundNo: r.No, State: wechat.RefundClosed, Amount: r.AmountFen}, nil
	}
	return answer, err
}

// forGood tells whether a refusal of WeChat stays the same however often it is asked: a year has passed since the
// payment, the consumer's account is gone, or the payment was made with a merchant that the brand has replaced.
func (s *Service) forGood(client wechat.Client, p model.Payment, refusal error) bool {
	_, mchID := client.Merchant()
	return errors.Is(refusal, model.ErrAccountGone) ||
		errors.Is(refusal, model.ErrConflict) && s.inTime(p) != nil ||
		errors.Is(refusal, model.ErrPayNotFound) && mchID != p.MchID
}

var refundStates = map[wechat.RefundState]model.RefundStatus{
	wechat.RefundProcessing: model.RefundProcessing,
	wechat.RefundSuccess:    model.RefundSucceeded,
	wechat.RefundAbnormal:   model.RefundAbnormal,
	wechat.RefundClosed:     model.RefundClosed,
}

// applyRefund is the one step in which a refund moves on. It books the money when it has gone back.
func (s *Service) applyRefund(ctx context.Context, tx *gorm.DB, w wechat.Refund) (model.CallbackOutcome, string, error) {
	var r model.Refund
	if err := tx.Where("no = ?", w.OutRefundNo).Take(&r).Error; database.IsNotFound(err) {
		return model.CallbackUnknown, "out_refund_no", nil
	} else if err != nil {
		return "", "", fmt.Errorf("refund %s: %w", w.OutRefundNo, err)
	}
	to, known := refundStates[w.State]
	switch {
	case !known:
		return model.CallbackUnhandled, string(w.State), nil
	case w.Amount != r.AmountFen:
		return model.CallbackMismatch, "amount", nil
	}
	o, err := order.Lock(tx, r.OrderID)
	if err != nil {
		return "", "", err
	}
	also := map[string]any{"wechat_refund_id": w.RefundID}
	if to == model.RefundSucceeded {
		r.SucceededAt = model.At(w.SuccessTime)
		also["succeeded_at"] = r.SucceededAt
	}
	err = flow.Advance[model.Refund](tx, model.RefundFlow, r.ID, to, also)
	if errors.Is(err, model.ErrWrongState) {
		return model.CallbackRepeated, "", nil
	}
	if err != nil || to != model.RefundSucceeded {
		return model.CallbackApplied, "", err
	}
	r.Status = to
	err = ledger.Post(tx, entryRefund, r.No, r.OrderID,
		ledger.Move(r.AmountFen, model.AccountRefundPayable, model.AccountWeChatClearing))
	if err != nil {
		return "", "", err
	}
	return model.CallbackApplied, "", s.refunded(ctx, tx, o, &r, byWeChat)
}

// byWeChat is who brings refunds to their end, by whatever way WeChat's word has come.
var byWeChat = model.Actor{Kind: model.ActorWeChat}

// refunded tells everybody that the money of a refund has gone back, and by whom.
func (s *Service) refunded(ctx context.Context, tx *gorm.DB, o *model.Order, r *model.Refund, by model.Actor) error {
	if err := loadLines(tx, r); err != nil {
		return err
	}
	if err := s.orders.Refunded(model.WithActor(ctx, by), tx, r); err != nil || r.Kind == model.RefundLate {
		return err
	}
	return s.conclude(tx, o, by.String())
}
