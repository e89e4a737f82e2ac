package order

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/job"
)

// JobExpire is the kind of the job that ends an unpaid order; its key is the order's number. The handler is
// service/payment's, because WeChat has to be asked first.
const JobExpire = "order.expire"

// ExpirePayload is the payload of JobExpire.
type ExpirePayload struct {
	OrderID int64  `json:"order_id"`
	Reason  string `json:"reason,omitempty"` // code; without one it was not paid in time
}

// mostExpired bounds how many orders are taken at once.
const mostExpired = 200

// Expire enqueues the jobs that end the orders of all brands which nobody has paid in time, some at a time, and
// tells how many it found. The order itself says when it is due, so placing one writes no job, and most orders never
// have one. It may run in several processes at once. ctx must be across brands.
func (s *Service) Expire(ctx context.Context) (found int, err error) {
	var due []model.Order
	err = s.db.Read(ctx).Model(&model.Order{}).Select("orders.id", "orders.brand_id", "orders.no", "orders.expires_at").
		Joins("JOIN brands ON brands.id = orders.brand_id"). // each brand's pending orders are a range of the index
		Where("orders.status = ? AND orders.expires_at <= ?", model.OrderPending, s.now.Now()).
		Where("NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.brand_id = orders.brand_id AND jobs.kind = ? AND jobs.job_key = orders.no)", JobExpire).
		Limit(mostExpired).Scan(&due).Error
	if err != nil {
		return 0, fmt.Errorf("expired orders: %w", err)
	}
	for _, o := range due {
		err := s.db.InTx(model.WithBrand(ctx, o.BrandID), func(tx *gorm.DB) error {
			return job.Enqueue(tx, JobExpire, o.No, ExpirePayload{OrderID: o.ID}, o.ExpiresAt)
		})
		if err != nil {
			return 0, fmt.Errorf("order %s: %w", o.No, err)
		}
	}
	return len(due), nil
}
