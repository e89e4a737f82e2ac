package operations

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/order"
)

// MostToDo is how far things to do are counted: nobody needs to know how many more there are, and counting them takes
// time.
const MostToDo = 1000

// Task is a kind of work that waits for the brand.
type Task string

// The kinds of work, in the order of their urgency.
const (
	TaskShip      Task = "ship"       // orders of which something is to be sent
	TaskUpload    Task = "upload"     // orders of which WeChat does not hear what was sent, and keeps the money
	TaskAfterSale Task = "after_sale" // cases that go on by themselves unless somebody acts
	TaskReview    Task = "review"     // reviews that somebody has to look at
	TaskRefund    Task = "refund"     // refunds that are stuck
	TaskException Task = "exception"  // differences to WeChat's bills
	TaskJob       Task = "job"        // due work that was given up
	TaskStock     Task = "stock"      // SKUs at their threshold or below
)

// ToDo is so much of one kind of work.
type ToDo struct {
	Task Task `json:"task" enum:"ship,upload,after_sale,review,refund,exception,job,stock" doc:"ship: orders in paid or partly_shipped; upload: unheard orders; after_sale: cases in applied, sending, received or escalated; review: those in held, or with an addition in it; refund: those in abnormal or closed; exception: open ones; job: dead ones; stock: SKUs with little left"`
	N    int  `json:"n" doc:"Counted up to 1,000"`
}

// AfterSaleWaiting are the states of a case in which staff have to act.
var AfterSaleWaiting = []model.AfterSaleStatus{
	model.AfterSaleApplied, model.AfterSaleSending, model.AfterSaleReceived, model.AfterSaleEscalated,
}

// tasks is what is counted for each kind of work, and who may see it.
var tasks = []struct {
	task   Task
	permit model.Permission
	find   func(tx *gorm.DB) (*gorm.DB, error)
}{
	{TaskShip, model.PermitOrdersRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.Order{}).Where("status IN ?", []model.OrderStatus{model.OrderPaid, model.OrderPartlyShipped}), nil
	}},
	{TaskUpload, model.PermitOrdersShip, func(tx *gorm.DB) (*gorm.DB, error) {
		return order.Filter{Unheard: true}.Apply(tx), nil
	}},
	{TaskAfterSale, model.PermitAfterSaleRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.AfterSale{}).Where("status IN ?", AfterSaleWaiting), nil
	}},
	{TaskReview, model.PermitReviewsRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.Review{}).Where("status = ? OR added_status = ?", model.ReviewHeld, model.ReviewHeld), nil
	}},
	{TaskRefund, model.PermitRefundsRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.Refund{}).Where("status IN ?", []model.RefundStatus{model.RefundAbnormal, model.RefundClosed}), nil
	}},
	{TaskException, model.PermitMoneyRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.BillException{}).Where("status = ?", model.ExceptionOpen), nil
	}},
	{TaskJob, model.PermitJobsRead, func(tx *gorm.DB) (*gorm.DB, error) {
		return tx.Model(&model.Job{}).Where("status = ?", model.JobDead), nil
	}},
	{TaskStock, model.PermitStockRead, func(tx *gorm.DB) (*gorm.DB, error) {
		low, err := catalogue.LowAt(tx)
		return tx.Model(&model.SKU{}).Where("active = ?", true).Where(catalogue.IsLow, low).
			Where("product_id NOT IN (?)", tx.Model(&model.Product{}).Select("id").Where("archived = ?", true)), err
	}},
}

// ToDo counts the work that waits, of the kinds that may tells one may see.
func (s *Service) ToDo(ctx context.Context, may func(model.Permission) bool) ([]ToDo, error) {
	list := []ToDo{}
	for _, t := range tasks {
		if !may(t.permit) {
			continue
		}
		query, err := t.find(s.db.Read(ctx))
		if err != nil {
			return nil, err
		}
		var ids []int64
		if err := query.Limit(MostToDo).Pluck("id", &ids).Error; err != nil {
			return nil, fmt.Errorf("work of %s: %w", t.task, err)
		}
		list = append(list, ToDo{t.task, len(ids)})
	}
	return list, nil
}
