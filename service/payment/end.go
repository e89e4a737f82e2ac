package payment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
	"hutong/service/order"
	"hutong/wechat"
)

// Cancel ends an unpaid order at its buyer's wish. Errors: ErrOrderNotFound; ErrAlreadyPaid when it has been
// paid, perhaps this very moment; ErrConflict, ErrWeChatBusy and others of wechat.Client, when the order stands and it
// may be repeated.
func (s *Service) Cancel(ctx context.Context, b order.Buyer, orderNo string) (order.View, error) {
	o, err := order.FindNo(s.db.Read(ctx), b.UserID, orderNo)
	if err != nil {
		return order.View{}, err
	}
	switch o.Status {
	case model.OrderPending:
		if err := s.end(ctx, o.ID, "consumer", "cancelled_by_consumer"); err != nil {
			return order.View{}, err
		}
	case model.OrderCancelled: // asked twice
	default:
		return order.View{}, model.ErrAlreadyPaid
	}
	v, err := s.orders.Get(ctx, b, orderNo)
	if err == nil && v.Status != model.OrderCancelled {
		err = model.ErrAlreadyPaid
	}
	return v, err
}

// expire is the job that ends an order nobody has paid in time.
func (s *Service) expire(ctx context.Context, j model.Job) error {
	var p order.ExpirePayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	return s.end(ctx, p.OrderID, "job", cmp.Or(p.Reason, "not_paid_in_time"))
}

// EndUnpaid ends a pending order before its time, for a reason that is none of its buyer's. Errors: those of
// wechat.Client, and ErrConflict when a payment has just begun or paid a price of before; the order stands then, and it
// may be repeated.
func (s *Service) EndUnpaid(ctx context.Context, orderID int64, reason string) error {
	return s.end(ctx, orderID, string(model.ActorJob), reason)
}

// end cancels a pending order: its payments are closed at WeChat first, then here, and only then what was
// reserved is given back. An order that turns out paid is settled instead. Errors are WeChat's, the database's, or
// ErrConflict; the order stands then, and it may be repeated.
func (s *Service) end(ctx context.Context, orderID int64, actor, reason string) error {
	closed, paid, err := s.closeOpen(ctx, orderID)
	if err != nil {
		return err
	}
	if paid {
		return s.settled(ctx, orderID)
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.Lock(tx, orderID)
		if err != nil {
			return err
		}
		if o.Status != model.OrderPending {
			return nil
		}
		if err := closed.here(tx, orderID); err != nil {
			return err
		}
		if err := s.orders.Cancel(ctx, tx, o, actor, reason); err != nil || actor == string(model.ActorJob) {
			return err
		}
		return trail.Write(ctx, tx, "order.cancel", trail.Subject{Kind: "order", No: o.No},
			map[string]any{"status": model.OrderPending}, map[string]any{"status": o.Status, "reason": reason})
	})
}

// settled tells whether a payment has settled the order it was made for. Errors: ErrConflict when it has not, because it
// was announced before staff changed the price, and its money goes back: the order is still to be ended.
func (s *Service) settled(ctx context.Context, orderID int64) error {
	pending, err := s.isPending(ctx, orderID)
	if err == nil && pending {
		err = fmt.Errorf("order %d was paid at a price of before: %w", orderID, model.ErrConflict)
	}
	return err
}

func (s *Service) isPending(ctx context.Context, orderID int64) (bool, error) {
	var n int64
	err := s.db.Read(ctx).Model(&model.Order{}).Where("id = ? AND status = ?", orderID, model.OrderPending).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("order %d: %w", orderID, err)
	}
	return n > 0, nil
}

// closed are the payments of an order that were closed at WeChat.
type closed map[int64]bool

// closeOpen closes the open payments of an order at WeChat; paid tells that one of them was paid and has been
// applied.
func (s *Service) closeOpen(ctx context.Context, orderID int64) (done closed, paid bool, err error) {
	open, err := openPayments(s.db.Read(ctx), orderID)
	if err != nil || len(open) == 0 {
		return nil, false, err
	}
	brandID, _ := model.BrandID(ctx)
	client, err := s.brands.Client(ctx, brandID)
	if err != nil {
		return nil, false, err
	}
	done = closed{}
	for _, p := range open {
		if paid, err := s.closeAtWeChat(ctx, client, p.No); err != nil || paid {
			return nil, paid, err
		}
		done[p.ID] = true
	}
	return done, false, nil
}

// here closes the payments of a locked order here too. Errors: ErrConflict when there is one that WeChat has not been
// told of.
func (c closed) here(tx *gorm.DB, orderID int64) error {
	open, err := openPayments(tx, orderID)
	if err != nil {
		return err
	}
	for _, p := range open {
		if !c[p.ID] { // began after we looked
			return fmt.Errorf("payment %s has just begun: %w", p.No, model.ErrConflict)
		}
		if err := closeHere(tx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

func openPayments(tx *gorm.DB, orderID int64) (open []model.Payment, err error) {
	err = tx.Where("order_id = ? AND status IN ?", orderID, model.PaymentsOpen).Order("id").Find(&open).Error
	if err != nil {
		return nil, fmt.Errorf("payments of order %d: %w", orderID, err)
	}
	return open, nil
}

// closeAtWeChat asks how a payment stands and closes it there; paid tells that it was too late for that, and
// the payment has been applied.
func (s *Service) closeAtWeChat(ctx context.Context, client wechat.Client, no string) (paid bool, err error) {
	t, err := s.sync(ctx, client, no)
	switch {
	case errors.Is(err, model.ErrPayNotFound): // it was never announced, or not in time
		return false, nil
	case err != nil:
		return false, err
	case t.State.Paid():
		return true, nil
	}
	err = client.Close(ctx, no)
	switch {
	case errors.Is(err, model.ErrAlreadyPaid): // between the two calls
		_, err = s.sync(ctx, client, no)
		return true, err
	case errors.Is(err, model.ErrPayNotFound):
		return false, nil
	}
	return false, err
}

// watchPayload is the payload of JobWatch.
type watchPayload struct {
	PaymentID int64 `json:"payment_id"`
}

// watch asks after a payment whose notification has not come: ever more rarely, until it is paid, or so long
// after its end that WeChat cannot report a success any more. A payment that was closed here while it was
// being announced is closed there too; so is one whose order does not wait for it any more.
func (s *Service) watch(ctx context.Context, j model.Job) error {
	var payload watchPayload
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return err
	}
	var p model.Payment
	if err := s.db.Read(ctx).Where("id = ?", payload.PaymentID).Take(&p).Error; database.IsNotFound(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("payment %d: %w", payload.PaymentID, err)
	}
	if p.Status == model.PaymentPaid {
		return nil
	}
	client, err := s.brands.Client(ctx, p.BrandID)
	if err != nil {
		return err
	}
	t, err := s.sync(ctx, client, p.No)
	switch {
	case err != nil && !errors.Is(err, model.ErrPayNotFound):
	case isOpen(p.Status) && !t.State.Paid():
		err = s.giveUpIdle(ctx, client, &p)
	case p.Status == model.PaymentClosed && t.State == wechat.TradeNotPay:
		err = s.closeLate(ctx, client, &p)
	}
	if err != nil && !errors.Is(err, model.ErrPayNotFound) {
		return err
	}
	// It counts from the close, however late that was: nothing may have run here for days.
	now, since, closed := s.now.Now(), p.CreatedAt, p.Status == model.PaymentClosed
	if closed {
		since = p.UpdatedAt
	}
	age := now.Time().Sub(since.Time())
	if t.State.Paid() || closed && age > watchFor {
		return nil
	}
	return job.Later(now.Add(min(max(firstWatch, age), watchFor/2)))
}

// giveUpIdle closes a payment whose order has been settled by another: one that was closed, and paid all the same.
func (s *Service) giveUpIdle(ctx context.Context, client wechat.Client, p *model.Payment) error {
	pending, err := s.isPending(ctx, p.OrderID)
	if err != nil || pending {
		return err
	}
	return s.giveUp(ctx, client, p)
}

// closeLate closes at WeChat what was closed here before. It may be paid at that very moment: the time for which it is
// asked after begins anew, and is written down before, lest somebody dies in between.
func (s *Service) closeLate(ctx context.Context, client wechat.Client, p *model.Payment) error {
	p.UpdatedAt = s.now.Now()
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		return tx.Model(&model.Payment{}).Where("id = ?", p.ID).Update("updated_at", p.UpdatedAt).Error
	})
	if err != nil {
		return fmt.Errorf("payment %s: %w", p.No, err)
	}
	_, err = s.closeAtWeChat(ctx, client, p.No)
	return err
}
