// Package payment has orders paid through WeChat Pay and gives money back. WeChat's word reaches it three
// ways, by notification, by query and by the answer to a call; all three end in the same step, so that any
// number of them, in any order and at the same time, have one effect.
package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/service/order"
	"hutong/wechat"
)

// The kinds of job of this package, besides order.JobExpire.
const (
	JobWatch  = "payment.watch" // asks WeChat how a payment stands; key: out_trade_no
	JobRefund = "refund.submit" // asks for a refund and follows it; key: out_refund_no
)

const (
	// prepayLife is how long WeChat honours a prepay id.
	prepayLife = 2 * time.Hour
	// shortestExpiry is the least time WeChat wants between prepay and time_expire.
	shortestExpiry = time.Minute
	// firstWatch is when a payment is asked after for the first time.
	firstWatch = 30 * time.Second
	// watchFor is how long a payment that was closed is still asked after: WeChat may report a success late,
	// and the notification may get lost.
	watchFor = 26 * time.Hour
)

// Service has the use cases of payments and refunds.
type Service struct {
	db        *database.DB
	now       model.Clock
	newNo     func() string
	brands    *brand.Service
	orders    *order.Service
	publicURL string
}

// New makes the service. publicURL is where WeChat reaches this server, without a slash at the end.
func New(
	db *database.DB, now model.Clock, newNo func() string,
	brands *brand.Service, orders *order.Service, publicURL string,
) *Service {
	return &Service{db: db, now: now, newNo: newNo, brands: brands, orders: orders, publicURL: publicURL}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(order.JobExpire, s.expire)
	r.Handle(JobWatch, s.watch)
	r.Handle(JobRefund, s.submitRefund)
}

// Parameters are the signed parameters of wx.requestPayment.
type Parameters = wechat.RequestPayment

// Prepare announces the payment of an order to WeChat and returns the signed parameters of
// wx.requestPayment. It may be repeated: as long as the payment is open, it is the same payment. When WeChat
// fails or does not answer, nothing is lost and repeating goes on where it stopped. Errors:
// ErrOrderNotFound, ErrOrderExpired, ErrAlreadyPaid, ErrWrongState, and those of wechat.Client; ErrWeChatBusy also in
// the instant in which the brand takes another merchant.
func (s *Service) Prepare(ctx context.Context, b order.Buyer, orderNo string) (Parameters, error) {
	client, err := s.brands.Client(ctx, b.Brand.ID)
	if err != nil {
		return Parameters{}, err
	}
	p, openID, err := s.open(ctx, client, b, orderNo)
	if err != nil {
		return Parameters{}, err
	}
	now := s.now.Now()
	if p.PrepayID == "" || p.PrepayExpiresAt < now.Add(time.Minute) {
		if err := s.stillOurs(ctx, client, p); err != nil {
			return Parameters{}, err
		}
		if err := s.prepay(ctx, client, b.Brand, p, openID); err != nil {
			return Parameters{}, err
		}
	}
	return client.RequestPayment(ctx, p.PrepayID)
}

// open is the order's open payment, made when there is none. It is written before WeChat hears of it, so
// that whatever happens next, somebody here knows the number and asks after it.
func (s *Service) open(
	ctx context.Context, client wechat.Client, b order.Buyer, orderNo string,
) (p *model.Payment, openID string, err error) {
	appID, mchID := client.Merchant()
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := order.LockNo(tx, b.UserID, orderNo)
		if err != nil {
			return err
		}
		now := s.now.Now()
		switch {
		case o.Status == model.OrderCancelled, o.Status == model.OrderPending && o.ExpiresAt <= now:
			return model.ErrOrderExpired
		case o.Status != model.OrderPending:
			return model.ErrAlreadyPaid
		}
		// An order may have been placed in the instant in which its buyer's account was deleted: nobody could see
		// where it is to be sent, so it is not paid.
		var u model.User
		err = tx.Select("openid").Where("id = ? AND deleted_at = 0", b.UserID).Take(&u).Error
		if database.IsNotFound(err) {
			return model.ErrUnauthorized
		}
		if err != nil {
			return fmt.Errorf("user: %w", err)
		}
		openID = u.OpenID
		var attempts []model.Payment
		if err := tx.Where("order_id = ?", o.ID).Order("attempt").Find(&attempts).Error; err != nil {
			return fmt.Errorf("payments: %w", err)
		}
		if n := len(attempts); n > 0 && isOpen(attempts[n-1].Status) {
			p = &attempts[n-1]
			return nil
		}
		p = &model.Payment{
			OrderID: o.ID, Attempt: len(attempts) + 1, No: o.No, Status: model.PaymentCreated,
			AppID: appID, MchID: mchID, AmountFen: o.TotalFen,
			ExpiresAt: max(o.ExpiresAt, now.Add(shortestExpiry+10*time.Second)),
		}
		if p.Attempt > 1 {
			p.No = fmt.Sprintf("%s-%d", o.No, p.Attempt)
		}
		if err := tx.Create(p).Error; err != nil {
			return fmt.Errorf("payment %s: %w", p.No, err)
		}
		return job.Enqueue(tx, JobWatch, p.No, watchPayload{PaymentID: p.ID}, now.Add(firstWatch))
	})
	return p, openID, err
}

// stillOurs looks, after a payment was written and before WeChat hears of it, whether its merchant is the brand's: from now
// on the brand takes no other while the payment is open, and before that it may have done so, and the client, which is a
// second old at most, not know it. Nobody would hear that such a payment was made. Errors: ErrWeChatBusy.
func (s *Service) stillOurs(ctx context.Context, client wechat.Client, p *model.Payment) error {
	var appID, mchID string
	err := s.db.InTx(ctx, func(tx *gorm.DB) (err error) {
		appID, mchID, err = brand.Numbers(tx)
		return err
	})
	if err != nil {
		return err
	}
	if p.AppID != appID || p.MchID != mchID {
		return errors.Join(model.ErrWeChatBusy, s.closeToo(ctx, p))
	}
	if knownAppID, knownMchID := client.Merchant(); knownAppID != appID || knownMchID != mchID {
		return model.ErrWeChatBusy
	}
	return nil
}

func isOpen(s model.PaymentStatus) bool { return slices.Contains(model.PaymentsOpen, s) }

// prepay asks WeChat for the prepay id and keeps it.
func (s *Service) prepay(ctx context.Context, client wechat.Client, b *model.Brand, p *model.Payment, openID string) error {
	var first model.OrderLine
	if err := s.db.Read(ctx).Where("order_id = ? AND position = 0", p.OrderID).Take(&first).Error; err != nil {
		return fmt.Errorf("order line: %w", err)
	}
	prepayID, err := client.Prepay(ctx, wechat.Prepay{
		OutTradeNo: p.No, Description: description(b, first, p.No), Amount: p.AmountFen, OpenID: openID,
		ExpireAt: p.ExpiresAt.Time(), NotifyURL: s.notifyURL(b),
	})
	switch {
	case errors.Is(err, model.ErrAlreadyPaid):
		// The notification is on its way; asking brings it here now.
		if _, err := s.sync(ctx, client, p.No); err != nil {
			return err
		}
		return model.ErrAlreadyPaid
	case errors.Is(err, model.ErrConflict):
		// The number was announced differently before (the shop's name has changed, say) or is closed there:
		// it is closed here too, and the next try takes a new number.
		return errors.Join(model.ErrWeChatBusy, s.giveUp(ctx, client, p))
	case err != nil:
		return err
	}
	p.PrepayID, p.PrepayExpiresAt = prepayID, s.now.Now().Add(prepayLife)
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		res := tx.Model(&model.Payment{}).
			Where("id = ? AND status IN ?", p.ID, model.PaymentsOpen).
			Updates(map[string]any{
				"status": model.PaymentPrepaid, "prepay_id": p.PrepayID, "prepay_expires_at": p.PrepayExpiresAt,
			})
		if res.Error == nil && res.RowsAffected == 0 { // cancelled or paid while WeChat was being asked
			return model.ErrWrongState
		}
		return res.Error
	})
}

// giveUp closes a payment at WeChat and here, so that the next one gets another number.
func (s *Service) giveUp(ctx context.Context, client wechat.Client, p *model.Payment) error {
	if paid, err := s.closeAtWeChat(ctx, client, p.No); err != nil || paid {
		return err
	}
	return s.closeToo(ctx, p)
}

// closeToo closes here a payment that is closed at WeChat.
func (s *Service) closeToo(ctx context.Context, p *model.Payment) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := order.Lock(tx, p.OrderID); err != nil {
			return err
		}
		return closeHere(tx, p.ID)
	})
}

func closeHere(tx *gorm.DB, paymentID int64) error {
	err := flow.Advance[model.Payment](tx, model.PaymentFlow, paymentID, model.PaymentClosed, nil)
	if errors.Is(err, model.ErrWrongState) { // closed or paid already
		return nil
	}
	return err
}

// description is what the consumer reads on WeChat's sheet and bill: the shop, the first thing bought and the
// number, at most 127 bytes. It is the same each time, because the line keeps its own copy of the title.
func description(b *model.Brand, first model.OrderLine, no string) string {
	goods, number := []rune(b.Name.In(b.DefaultLanguage)+" · "+first.Title.In(b.DefaultLanguage)), " · "+no
	for len(string(goods))+len(number) > 127 {
		goods = goods[:len(goods)-1]
	}
	return string(goods) + number
}

func (s *Service) notifyURL(b *model.Brand) string {
	return s.publicURL + "/callbacks/" + b.Slug + "/wechatpay"
}

// Refresh asks WeChat how the payment of an order stands, for a consumer who is back from WeChat's sheet
// before the notification. Errors: ErrOrderNotFound, and those of wechat.Client.
func (s *Service) Refresh(ctx context.Context, b order.Buyer, orderNo string) (order.View, error) {
	v, err := s.orders.Get(ctx, b, orderNo)
	if err != nil || v.Status != model.OrderPending {
		return v, err
	}
	client, err := s.brands.Client(ctx, b.Brand.ID)
	if err != nil {
		return order.View{}, err
	}
	var nos []string
	err = s.db.Read(ctx).Model(&model.Payment{}).
		Joins("JOIN orders ON orders.id = payments.order_id AND orders.brand_id = payments.brand_id").
		Where("orders.no = ? AND payments.status <> ?", orderNo, model.PaymentPaid).
		Order("payments.attempt").Pluck("payments.no", &nos).Error
	if err != nil {
		return order.View{}, fmt.Errorf("payments: %w", err)
	}
	for _, no := range nos {
		if _, err := s.sync(ctx, client, no); err != nil && !errors.Is(err, model.ErrPayNotFound) {
			return order.View{}, err
		}
	}
	return s.orders.Get(ctx, b, orderNo)
}
