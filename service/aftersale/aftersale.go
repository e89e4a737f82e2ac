// Package aftersale takes back what was bought: money for what was not sent, money for goods that are sent
// back, other goods for them. A case waits for somebody in each of its states, and goes on by itself when they
// let their time pass.
package aftersale

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/message"
	"hutong/service/order"
	"hutong/service/payment"
)

// Service has the use cases of after-sale.
type Service struct {
	db       *database.DB
	now      model.Clock
	newNo    func() string
	payments *payment.Service
	messages *message.Service
}

// New makes the service.
func New(
	db *database.DB, now model.Clock, newNo func() string, payments *payment.Service, messages *message.Service,
) *Service {
	return &Service{db: db, now: now, newNo: newNo, payments: payments, messages: messages}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobDeadline, s.deadline)
	r.Handle(JobRemind, s.remind)
}

var forUpdate = clause.Locking{Strength: "UPDATE"}

// file is a case together with the order it is about, both locked, and the brand's rule.
type file struct {
	order *model.Order     // with its lines
	c     *model.AfterSale // with its lines
	rule  model.AfterSaleRule
}

// open locks a case and its order. The order comes first: whoever moves its money or its pieces holds it.
// Errors: ErrAfterSaleNotFound.
func open(tx *gorm.DB, query string, args ...any) (*file, error) {
	c, err := take(tx.Where(query, args...))
	if err != nil {
		return nil, err
	}
	f := &file{}
	if f.order, err = order.Lock(tx, c.OrderID); err != nil {
		return nil, err
	}
	if f.c, err = take(tx.Clauses(forUpdate).Where("id = ?", c.ID)); err != nil {
		return nil, err
	}
	if err := loadOrderLines(tx, f.order); err != nil {
		return nil, err
	}
	if err := tx.Where("after_sale_id = ?", c.ID).Order("id").Find(&f.c.Lines).Error; err != nil {
		return nil, fmt.Errorf("lines of case %s: %w", c.No, err)
	}
	f.rule, err = ruleOf(tx)
	return f, err
}

func take(query *gorm.DB) (*model.AfterSale, error) {
	var c model.AfterSale
	if err := query.Take(&c).Error; database.IsNotFound(err) {
		return nil, model.ErrAfterSaleNotFound
	} else if err != nil {
		return nil, fmt.Errorf("after-sale: %w", err)
	}
	return &c, nil
}

func loadOrderLines(tx *gorm.DB, o *model.Order) error {
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
		return fmt.Errorf("order lines: %w", err)
	}
	return nil
}

// line is the line of the order that a line of the case is about.
func (f *file) line(l model.AfterSaleLine) model.OrderLine {
	for _, of := range f.order.Lines {
		if of.ID == l.OrderLineID {
			return of
		}
	}
	return model.OrderLine{}
}

// change is the frame of a use case that moves one case.
func (s *Service) change(
	ctx context.Context, fn func(tx *gorm.DB, f *file) error, query string, args ...any,
) (c *model.AfterSale, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		f, err := open(tx, query, args...)
		if err != nil {
			return err
		}
		c = f.c
		return fn(tx, f)
	})
	return c, err
}
