package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
	"hutong/service/testshop"
)

// A payment begins while its order is being ended: whoever ends it waits for the order, sees the payment, of which
// WeChat has not been told, and leaves the order as it is. Without the lock it would end with a payment open at WeChat.
func TestTheEndWaitsForAPaymentThatBegins(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(900, 3), 1))
		begun, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			ended <- s.DB.InTx(context.WithoutCancel(s.Ctx), func(tx *gorm.DB) error {
				locked, err := order.LockNo(tx, b.UserID, o.No)
				if err != nil {
					return err
				}
				err = tx.Create(&model.Payment{
					OrderID: locked.ID, Attempt: 1, No: o.No, Status: model.PaymentCreated, AppID: s.Merchant.AppID, MchID: s.Merchant.MchID,
					AmountFen: locked.TotalFen, ExpiresAt: locked.ExpiresAt,
				}).Error
				close(begun)
				time.Sleep(200 * time.Millisecond) // long enough for the other to come as far as it can
				return err
			})
		}()
		<-begun
		_, err := s.Payment.Cancel(s.Ctx, b.Buyer, o.No)
		if !errors.Is(err, model.ErrConflict) || s.State(o.No).Status != model.OrderPending {
			t.Errorf("it is %s, %v", s.State(o.No).Status, err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if _, err := s.Payment.Cancel(s.Ctx, b.Buyer, o.No); err != nil || s.State(o.No).Status != model.OrderCancelled {
			t.Errorf("a second time: %s, %v", s.State(o.No).Status, err)
		}
	})
}
