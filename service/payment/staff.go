package payment

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// closings is how often the payments of an order are closed, when the consumer opens another meanwhile.
const closings = 3

// ChangePrice changes the price of an order that is not paid, once per key. What is open at WeChat is closed there
// first, so that nobody pays the old price any more; when the consumer pays next, they pay the new one under a new
// number. Should WeChat report after all that the old one was paid, that money goes back. Errors: those of
// order.Reprice; ErrOrderNotFound; ErrConflict when the consumer opens one payment after the other; ErrKeyReused; those
// of wechat.Client, when nothing was changed.
func (s *Service) ChangePrice(ctx context.Context, languages []string, key, no string, c order.PriceChange) (order.DeskView, error) {
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "order.price", Input: []any{no, c}}
	return s.unpaid(ctx, languages, request, no, func() (*model.Order, error) { return s.orders.Weigh(ctx, no, c) },
		func(tx *gorm.DB, o *model.Order) error { return s.orders.Reprice(ctx, tx, o, c) })
}

// Cancellation is why staff end an order that is not paid.
type Cancellation struct {
	Reason string `json:"reason" enum:"consumer_asked,out_of_stock,wrong_price,suspicious,other" doc:"The consumer may read it"`
}

// CancelByStaff ends an order that is not paid, once per key: its payments are closed at WeChat first. Errors:
// ErrOrderNotFound; ErrAlreadyPaid when it has been paid, perhaps this very moment; ErrWrongState when it is cancelled
// already; ErrConflict, ErrKeyReused; those of wechat.Client, when nothing was changed.
func (s *Service) CancelByStaff(ctx context.Context, languages []string, key, no string, c Cancellation) (order.DeskView, error) {
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "order.cancel", Input: []any{no, c}}
	possible := func(o *model.Order) error {
		switch o.Status {
		case model.OrderPending:
			return nil
		case model.OrderCancelled:
			return model.ErrWrongState
		}
		return model.ErrAlreadyPaid
	}
	return s.unpaid(ctx, languages, request, no, func() (*model.Order, error) {
		o, err := order.FindAny(s.db.Read(ctx), no)
		if err != nil {
			return nil, err
		}
		return o, possible(o)
	}, func(tx *gorm.DB, o *model.Order) error {
		if err := possible(o); err != nil {
			return err
		}
		if err := s.orders.Cancel(ctx, tx, o, model.ActorOf(ctx).String(), c.Reason); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "order.cancel", trail.Subject{Kind: "order", No: o.No},
			map[string]any{"status": model.OrderPending}, map[string]any{"status": o.Status, "reason": c.Reason})
	})
}

// unpaid does something to an order that nobody can pay while it is done, once for a request. look tells early whether
// it can be done; do does it under the order's lock.
func (s *Service) unpaid(
	ctx context.Context, languages []string, r idem.Request, no string,
	look func() (*model.Order, error), do func(tx *gorm.DB, o *model.Order) error,
) (v order.DeskView, err error) {
	for range closings {
		var done closed
		o, refused := look()
		if refused == nil {
			var paid bool
			if done, paid, err = s.closeOpen(ctx, o.ID); err != nil {
				return v, err
			}
			if paid {
				if refused = s.settled(ctx, o.ID); refused == nil {
					refused = model.ErrAlreadyPaid
				}
			}
		}
		// When it is refused it may have been done by this very request before: then that answer is given again.
		v, err = idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (order.DeskView, error) {
			if refused != nil {
				return order.DeskView{}, refused
			}
			o, err := order.Lock(tx, o.ID)
			if err != nil {
				return order.DeskView{}, err
			}
			if err := do(tx, o); err != nil {
				return order.DeskView{}, err
			}
			if err := done.here(tx, o.ID); err != nil {
				return order.DeskView{}, err
			}
			return s.orders.DeskStep(tx, languages, no)
		})
		if !errors.Is(err, model.ErrConflict) {
			break
		}
	}
	return v, err
}
