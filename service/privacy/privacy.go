// Package privacy does what the law lets a consumer ask of a shop: to be told what it keeps of them, and to be
// forgotten. What is kept where, and for how long, is in docs/privacy.md.
package privacy

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/identity"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
	"hutong/service/order"
	"hutong/service/picture"
	"hutong/service/promotion"
	"hutong/service/review"
)

// Keep is for how long after its end an order keeps what is personal when its buyer has had the account deleted: the
// e-commerce law wants three years.
const Keep = 3 * 366 * 24 * time.Hour

// Service has the use cases of privacy. Methods work for the brand of ctx.
type Service struct {
	db         *database.DB
	now        model.Clock
	identity   *identity.Service
	orders     *order.Service
	reviews    *review.Service
	promotions *promotion.Service
}

// New makes the service.
func New(db *database.DB, now model.Clock, i *identity.Service, o *order.Service, r *review.Service, p *promotion.Service) *Service {
	return &Service{db: db, now: now, identity: i, orders: o, reviews: r, promotions: p}
}

// Delete has a consumer's account deleted: whoever signs in to WeChat's same account later is somebody new. Orders
// stay, without anybody to see whose they are, until Purge. Errors: ErrAccountInUse while something is still to be
// done: an order that is not at its end or of which WeChat has not heard what was sent, an after-sale case, a refund.
func (s *Service) Delete(ctx context.Context, userID int64) error {
	var u model.User
	err := s.db.InTx(ctx, func(tx *gorm.DB) (err error) {
		if u, err = person.Lock(tx, userID); err != nil {
			return err
		}
		if err := unused(tx, userID, s.now.Now()); err != nil {
			return err
		}
		if err := s.forget(tx, u); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "privacy.delete", trail.Subject{Kind: "consumer", No: u.No}, nil, nil)
	})
	if err == nil {
		s.identity.Forget(u.No)
	}
	return err
}

// toldWithin is when WeChat has heard of what was sent, or will not: the job that tells it is given up within days.
const toldWithin = 7 * 24 * time.Hour

// unused tells that an account is not needed any more. Errors: ErrAccountInUse.
func unused(tx *gorm.DB, userID int64, now model.Millis) error {
	for _, c := range []struct {
		what  string
		query *gorm.DB
	}{
		{"orders", tx.Model(&model.Order{}).Where("user_id = ? AND status IN ?", userID, []model.OrderStatus{
			model.OrderPending, model.OrderPaid, model.OrderPartlyShipped, model.OrderShipped,
		})},
		// WeChat takes what was sent only with the openid of who paid, and keeps the brand's money until then.
		{"orders", tx.Model(&model.ShippingUpload{}).
			Joins("JOIN orders o ON o.brand_id = shipping_uploads.brand_id AND o.id = shipping_uploads.order_id").
			Where("o.user_id = ? AND shipping_uploads.created_at > ?", userID, now.Add(-toldWithin)).
			Where("shipping_uploads.status IN ?", []model.UploadStatus{model.UploadWaiting, model.UploadSending})},
		{"after_sales", tx.Model(&model.AfterSale{}).Where("user_id = ? AND status NOT IN ?", userID, []model.AfterSaleStatus{
			model.AfterSaleDone, model.AfterSaleRefused, model.AfterSaleWithdrawn,
		})},
		{"refunds", tx.Model(&model.Refund{}).Joins("JOIN orders o ON o.brand_id = refunds.brand_id AND o.id = refunds.order_id").
			Where("o.user_id = ? AND refunds.status NOT IN ?", userID, model.RefundsOver)},
	} {
		var n int64
		if err := c.query.Count(&n).Error; err != nil {
			return fmt.Errorf("%s of user %d: %w", c.what, userID, err)
		}
		if n > 0 {
			return model.ErrAccountInUse.With("what", c.what)
		}
	}
	return nil
}

// forget removes what is the consumer's alone, and makes nobody of them.
func (s *Service) forget(tx *gorm.DB, u model.User) error {
	var reviews []model.Review
	err := tx.Where("user_id = ? AND status <> ?", u.ID, model.ReviewRemoved).Order("id").Find(&reviews).Error
	if err != nil {
		return fmt.Errorf("reviews: %w", err)
	}
	for _, r := range reviews {
		if err := review.Erase(tx, r); err != nil {
			return err
		}
	}
	var unused []string
	if err := tx.Model(&model.Photo{}).Where("user_id = ? AND used_at = 0", u.ID).Pluck("no", &unused).Error; err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	if err := picture.Erase(tx, unused); err != nil {
		return err
	}
	for _, rows := range []any{
		&model.Address{}, &model.CartLine{}, &model.Favourite{}, &model.Seen{}, &model.MessageGrant{}, &model.ContentCheck{},
		&model.GroupVisit{}, &model.Member{},
	} {
		if err := tx.Where("user_id = ?", u.ID).Delete(rows).Error; err != nil {
			return fmt.Errorf("%T of user %d: %w", rows, u.ID, err)
		}
	}
	if err := tx.Model(&model.GroupSeat{}).Where("user_id = ?", u.ID).Update("name", "").Error; err != nil {
		return fmt.Errorf("seats: %w", err)
	}
	// The answers that are kept for a request that comes a second time have addresses in them.
	if err := tx.Where("owner = ?", "user:"+strconv.FormatInt(u.ID, 10)).Delete(&model.IdempotencyKey{}).Error; err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	res := tx.Model(&model.User{}).Where("id = ? AND deleted_at = 0", u.ID).Updates(map[string]any{
		"openid": "deleted:" + u.No, "unionid": "", "session_key_sealed": nil, "phone_sealed": nil, "phone_masked": "",
		"history_paused": true, "deleted_at": s.now.Now(),
	})
	if res.Error != nil {
		return fmt.Errorf("user %d: %w", u.ID, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrUnauthorized
	}
	return nil
}
