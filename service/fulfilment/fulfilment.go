// Package fulfilment gets what was paid to the consumer: parcels and what their carriers tell, the receipt,
// and the end of an order. WeChat is told of every parcel by a job, because it keeps the money until then.
package fulfilment

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/order"
)

// The kinds of job of this package.
const (
	JobUpload  = "shipping.upload" // tells WeChat what was sent; key: the order's number, a slash, the upload's
	JobRemind  = "shipping.remind" // lets WeChat ask for the receipt; key: the order's number
	JobReceive = "order.receive"   // takes the receipt for confirmed; key: the order's number
	JobClose   = "order.close"     // ends a received order; key: the order's number
)

// Cases is after-sale's word, given at wiring.
type Cases interface {
	// OpenFor is a step that tells whether a locked order may not go on by itself: a case of it is open, or, once
	// it is received, can still be opened.
	OpenFor(tx *gorm.DB, o *model.Order) (bool, error)
}

// Service has the use cases of fulfilment.
type Service struct {
	db     *database.DB
	now    model.Clock
	newNo  func() string
	brands *brand.Service
	orders *order.Service
	cases  Cases
}

// New makes the service.
func New(
	db *database.DB, now model.Clock, newNo func() string,
	brands *brand.Service, orders *order.Service, cases Cases,
) *Service {
	return &Service{db: db, now: now, newNo: newNo, brands: brands, orders: orders, cases: cases}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobUpload, s.upload)
	r.Handle(JobRemind, s.remind)
	r.Handle(JobReceive, s.receive)
	r.Handle(JobClose, s.close)
}

// orderPayload is the payload of the jobs of an order.
type orderPayload struct {
	OrderID int64 `json:"order_id"`
}

// Participant writes down what is due in an order's life from the shipping on, whoever moves the order.
type Participant struct {
	order.Bystander
	Now model.Clock
}

// Shipped implements order.Participant: the receipt is confirmed by itself one day, and WeChat is told that
// nothing more comes.
func (p Participant) Shipped(_ context.Context, tx *gorm.DB, o *model.Order) error {
	parcels, err := parcelsOf(tx, o.ID)
	if err != nil {
		return err
	}
	if err := planEnd(tx, o, parcels, p.Now.Now()); err != nil {
		return err
	}
	if err := planReminder(tx, o, parcels, p.Now.Now()); err != nil {
		return err
	}
	return job.Enqueue(tx, JobReceive, o.No, orderPayload{OrderID: o.ID}, o.ShippedAt.Add(patience(parcels)))
}

// Received implements order.Participant: the order is over when the time for returns has passed.
func (Participant) Received(_ context.Context, tx *gorm.DB, o *model.Order) error {
	return job.Enqueue(tx, JobClose, o.No, orderPayload{OrderID: o.ID}, returnsEnd(o.ReceivedAt))
}

// patience is how long after the shipping a receipt is taken for confirmed; WeChat counts the same days.
func patience(parcels []model.Parcel) time.Duration {
	const day = 24 * time.Hour
	if len(parcels) > 0 && parcels[0].Delivery != model.DeliveryExpress {
		return 2 * day
	}
	return 10 * day
}

// parcelsOf are the parcels of an order by position, without their lines.
func parcelsOf(tx *gorm.DB, orderID int64) (parcels []model.Parcel, err error) {
	if err := tx.Where("order_id = ?", orderID).Order("position").Find(&parcels).Error; err != nil {
		return nil, fmt.Errorf("parcels of order %d: %w", orderID, err)
	}
	return parcels, nil
}
