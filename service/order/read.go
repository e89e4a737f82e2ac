package order

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
)

// Get is one order of the buyer, with its events and refunds. Errors: ErrOrderNotFound, also for an order
// of somebody else.
func (s *Service) Get(ctx context.Context, b Buyer, no string) (View, error) {
	tx := s.db.Read(ctx)
	o, err := FindNo(tx, b.UserID, no)
	if err != nil {
		return View{}, err
	}
	v, err := s.detail(tx, o, b.Languages)
	for i := range v.Events {
		v.Events[i].Staff = "" // which member of staff is nobody's business outside
	}
	return v, err
}

// detail is an order with its events and refunds.
func (s *Service) detail(tx *gorm.DB, o *model.Order, languages []string) (View, error) {
	if err := s.fill(tx, []*model.Order{o}); err != nil {
		return View{}, err
	}
	v := viewOf(o, languages)
	var events []model.OrderEvent
	var refunds []model.Refund
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&events).Error; err != nil {
		return View{}, fmt.Errorf("order %s: %w", o.No, err)
	}
	// Of a refund that was made again, the last try alone: the same money would be shown twice.
	err := tx.Where("order_id = ? AND status <> ?", o.ID, model.RefundReplaced).Order("id").Find(&refunds).Error
	if err != nil {
		return View{}, fmt.Errorf("order %s: %w", o.No, err)
	}
	v.Events = []EventView{{State: model.OrderPending, Actor: "consumer", At: o.CreatedAt}}
	for _, e := range events {
		actor, no, _ := strings.Cut(e.Actor, ":")
		v.Events = append(v.Events, EventView{State: e.ToState, Actor: actor, Staff: no, Reason: e.Reason, At: e.CreatedAt})
	}
	for _, r := range refunds {
		v.Refunds = append(v.Refunds, RefundView{
			No: r.No, Status: r.Status, Reason: r.Reason, AmountFen: r.AmountFen, SucceededAt: r.SucceededAt,
		})
	}
	return v, nil
}

// List is the buyer's orders, newest first: those with an id below before, at most limit; before 0 starts at
// the newest. statuses, if any, choose. next is the before of the following page, or 0 at the end.
func (s *Service) List(
	ctx context.Context, b Buyer, statuses []model.OrderStatus, before int64, limit int,
) (views []View, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx.Where("user_id = ?", b.UserID)
	if before > 0 {
		query = query.Where("id < ?", before)
	}
	if len(statuses) > 0 {
		query = query.Where("status IN ?", statuses)
	}
	var orders []*model.Order
	if err := query.Order("id DESC").Limit(limit + 1).Find(&orders).Error; err != nil {
		return nil, 0, fmt.Errorf("orders: %w", err)
	}
	if len(orders) > limit {
		orders = orders[:limit]
		next = orders[limit-1].ID
	}
	if err := s.fill(tx, orders); err != nil {
		return nil, 0, err
	}
	views = make([]View, len(orders))
	for i, o := range orders {
		views[i] = viewOf(o, b.Languages)
	}
	return views, next, nil
}

// fill loads the lines and adjustments of orders, with one query each.
func (s *Service) fill(tx *gorm.DB, orders []*model.Order) error {
	byID := make(map[int64]*model.Order, len(orders))
	ids := make([]int64, len(orders))
	for i, o := range orders {
		ids[i], byID[o.ID] = o.ID, o
	}
	if len(ids) == 0 {
		return nil
	}
	var lines []model.OrderLine
	if err := tx.Where("order_id IN ?", ids).Order("order_id, position").Find(&lines).Error; err != nil {
		return fmt.Errorf("order lines: %w", err)
	}
	for _, l := range lines {
		byID[l.OrderID].Lines = append(byID[l.OrderID].Lines, l)
	}
	var adjustments []model.Adjustment
	if err := tx.Where("order_id IN ?", ids).Order("order_id, id").Find(&adjustments).Error; err != nil {
		return fmt.Errorf("order adjustments: %w", err)
	}
	for _, a := range adjustments {
		byID[a.OrderID].Adjustments = append(byID[a.OrderID].Adjustments, a)
	}
	return fillGroups(tx, orders, byID)
}
