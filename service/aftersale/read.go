package aftersale

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
)

// Get is one case of the buyer, with its life so far. Errors: ErrAfterSaleNotFound, also for somebody else's.
func (s *Service) Get(ctx context.Context, b order.Buyer, no string) (View, error) {
	tx := s.db.Read(ctx)
	c, err := take(tx.Where("no = ? AND user_id = ?", no, b.UserID))
	if err != nil {
		return View{}, err
	}
	return detail(tx, c, b.Languages, false)
}

// List is the buyer's cases, newest first: those with an id below before, at most limit; before 0 starts at the
// newest. orderNo, if any, chooses those of one order. next is the before of the following page, or 0.
func (s *Service) List(
	ctx context.Context, b order.Buyer, orderNo string, before int64, limit int,
) (views []View, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx.Where("user_id = ?", b.UserID)
	if orderNo != "" {
		o, err := order.FindNo(tx, b.UserID, orderNo)
		if err != nil {
			return nil, 0, err
		}
		query = query.Where("order_id = ?", o.ID)
	}
	if before > 0 {
		query = query.Where("id < ?", before)
	}
	var cases []*model.AfterSale
	if err := query.Order("id DESC").Limit(limit + 1).Find(&cases).Error; err != nil {
		return nil, 0, fmt.Errorf("after-sales: %w", err)
	}
	if len(cases) > limit {
		cases = cases[:limit]
		next = cases[limit-1].ID
	}
	views, err = viewsOf(tx, cases, b.Languages)
	return views, next, err
}

// Find is one case of the brand, with its life so far. Errors: ErrAfterSaleNotFound.
func (s *Service) Find(ctx context.Context, languages []string, no string) (View, error) {
	tx := s.db.Read(ctx)
	c, err := take(tx.Where("no = ?", no))
	if err != nil {
		return View{}, err
	}
	return detail(tx, c, languages, true)
}

// Filter chooses among the cases of the brand.
type Filter struct {
	Statuses  []model.AfterSaleStatus // none: those that are not over
	OrderNo   string
	Buyer     string       // number of the consumer
	DueBefore model.Millis // those whose deadline passes before; 0: any
}

// Place is where a page of the desk ends.
type Place struct {
	DeadlineAt model.Millis `json:"d"`
	ID         int64        `json:"i"`
}

// Desk is the brand's cases, the most urgent first: those without a deadline wait for staff or for WeChat, and
// come before all others. It begins after a place, at most limit; next is the place of the following page, or
// nil at the end.
func (s *Service) Desk(
	ctx context.Context, languages []string, filter Filter, after Place, limit int,
) (views []View, next *Place, err error) {
	tx := s.db.Read(ctx)
	query, err := filter.apply(tx)
	if err != nil {
		return nil, nil, err
	}
	query = query.Where("deadline_at > ? OR deadline_at = ? AND id > ?", after.DeadlineAt, after.DeadlineAt, after.ID)
	var cases []*model.AfterSale
	if err := query.Order("deadline_at, id").Limit(limit + 1).Find(&cases).Error; err != nil {
		return nil, nil, fmt.Errorf("after-sales: %w", err)
	}
	if len(cases) > limit {
		cases = cases[:limit]
		last := cases[limit-1]
		next = &Place{last.DeadlineAt, last.ID}
	}
	views, err = viewsOf(tx, cases, languages)
	return views, next, err
}

func (filter Filter) apply(tx *gorm.DB) (*gorm.DB, error) {
	statuses := filter.Statuses
	if len(statuses) == 0 {
		statuses = model.AfterSaleOpen
	}
	query := tx.Where("status IN ?", statuses)
	if filter.DueBefore > 0 {
		query = query.Where("deadline_at > 0 AND deadline_at < ?", filter.DueBefore)
	}
	if filter.Buyer != "" {
		query = query.Where("user_id IN (?)", tx.Model(&model.User{}).Select("id").Where("no = ?", filter.Buyer))
	}
	if filter.OrderNo != "" {
		var ids []int64
		if err := tx.Model(&model.Order{}).Where("no = ?", filter.OrderNo).Pluck("id", &ids).Error; err != nil {
			return nil, fmt.Errorf("order: %w", err)
		}
		query = query.Where("order_id IN ?", ids)
	}
	return query, nil
}
