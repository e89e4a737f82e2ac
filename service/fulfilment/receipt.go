package fulfilment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
	"hutong/service/order"
	"hutong/wechat"
)

// askAgain is when to look again at an order that after-sale holds.
const askAgain = 24 * time.Hour

// china is where the days of the law are counted.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// returnsEnd is when the time to return without a reason has passed.
func returnsEnd(received model.Millis) model.Millis {
	y, m, d := received.Time().In(china).Date()
	return model.At(time.Date(y, m, d+model.ReturnDays+1, 0, 0, 0, 0, china))
}

// Confirm is the consumer confirming that all of an order has come. Confirming twice is no error. Errors:
// ErrOrderNotFound; ErrWrongState when not all of it was sent, or it ended otherwise.
func (s *Service) Confirm(ctx context.Context, b order.Buyer, orderNo string) (order.View, error) {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.LockNo(tx, b.UserID, orderNo)
		if err != nil || o.ReceivedAt > 0 {
			return err
		}
		if err := s.orders.Received(ctx, tx, o, string(model.ActorConsumer), ""); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "order.receive", trail.Subject{Kind: "order", No: o.No},
			map[string]any{"status": model.OrderShipped}, map[string]any{"status": o.Status})
	})
	if err != nil {
		return order.View{}, err
	}
	return s.orders.Get(ctx, b, orderNo)
}

// Settled is the step that takes WeChat's word that the receipt of a payment's goods is confirmed: the consumer has done
// so in WeChat, or WeChat itself after its time. An order that is not on its way does not move.
func (s *Service) Settled(ctx context.Context, tx *gorm.DB, p wechat.Push) (model.CallbackOutcome, error) {
	if !p.Received {
		return model.CallbackUnhandled, nil
	}
	var paid model.Payment
	err := tx.Where("no = ?", p.Number).Take(&paid).Error
	if database.IsNotFound(err) {
		return model.CallbackUnknown, nil
	}
	if err != nil {
		return "", fmt.Errorf("payment %s: %w", p.Number, err)
	}
	o, err := order.Lock(tx, paid.OrderID)
	switch {
	case err != nil:
		return "", err
	case o.ReceivedAt > 0:
		return model.CallbackRepeated, nil
	case o.Status != model.OrderShipped:
		return model.CallbackUnhandled, nil
	}
	if err := s.orders.Received(ctx, tx, o, string(model.ActorWeChat), "received_at_wechat"); err != nil {
		return "", err
	}
	return model.CallbackApplied, trail.Write(ctx, tx, "order.receive", trail.Subject{Kind: "order", No: o.No},
		map[string]any{"status": model.OrderShipped}, map[string]any{"status": o.Status})
}

// receive is the job that takes the receipt of a shipped order for confirmed.
func (s *Service) receive(ctx context.Context, j model.Job) error {
	return s.move(ctx, j, func(tx *gorm.DB, o *model.Order) error {
		if o.Status != model.OrderShipped {
			return nil
		}
		if err := s.unlessOpen(tx, o); err != nil {
			return err
		}
		return s.orders.Received(ctx, tx, o, string(model.ActorJob), "received_in_time")
	})
}

// close is the job that ends a received order when nothing more can be asked for.
func (s *Service) close(ctx context.Context, j model.Job) error {
	return s.move(ctx, j, func(tx *gorm.DB, o *model.Order) error {
		if o.Status != model.OrderReceived {
			return nil
		}
		if err := s.unlessOpen(tx, o); err != nil {
			return err
		}
		return s.orders.Close(tx, o, string(model.ActorJob), "returns_ended")
	})
}

// unlessOpen puts a job off while after-sale holds the order.
func (s *Service) unlessOpen(tx *gorm.DB, o *model.Order) error {
	open, err := s.cases.OpenFor(tx, o)
	if err == nil && open {
		return job.Later(s.now.Now().Add(askAgain))
	}
	return err
}

// move locks the order of a job and lets do move it on.
func (s *Service) move(ctx context.Context, j model.Job, do func(tx *gorm.DB, o *model.Order) error) error {
	var payload orderPayload
	if err := json.Unmarshal([]byte(j.Payload), &payload); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.Lock(tx, payload.OrderID)
		if err != nil {
			return err
		}
		return do(tx, o)
	})
}
