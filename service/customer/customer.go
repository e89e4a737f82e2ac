// Package customer shows staff who buys: by number, without what is personal.
package customer

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Service has the use cases. Methods work for the brand of ctx.
type Service struct{ db *database.DB }

// New makes the service.
func New(db *database.DB) *Service { return &Service{db: db} }

// View is a consumer as staff see them.
type View struct {
	No          string       `json:"no"`
	Phone       string       `json:"phone,omitempty" doc:"Masked; empty for who has not given one"`
	Language    string       `json:"language,omitempty"`
	CreatedAt   model.Millis `json:"created_at" doc:"UTC milliseconds"`
	LastSeenAt  model.Millis `json:"last_seen_at,omitempty"`
	Deleted     bool         `json:"deleted,omitempty" doc:"They have had their account deleted"`
	Orders      int64        `json:"orders" doc:"That they placed"`
	Paid        int64        `json:"paid" doc:"Of these, paid"`
	PaidFen     model.Fen    `json:"paid_fen" doc:"For these, tax included"`
	RefundedFen model.Fen    `json:"refunded_fen" doc:"Of that, gone back or on its way"`
	LastOrderAt model.Millis `json:"last_order_at,omitempty"`
}

// Filter chooses consumers; what is empty means any.
type Filter struct {
	Number   string       // of the consumer
	From, To model.Millis // came first, from inclusive, to exclusive
}

// List is the consumers that a filter chooses, the newest first: those with an id below before, at most limit; before 0
// starts at the newest. next is the before of the following page, or 0 at the end.
func (s *Service) List(ctx context.Context, f Filter, before int64, limit int) (views []View, next int64, err error) {
	tx := s.db.Read(ctx)
	query := tx
	if f.Number != "" {
		query = query.Where("no = ?", f.Number)
	}
	if f.From > 0 {
		query = query.Where("created_at >= ?", f.From)
	}
	if f.To > 0 {
		query = query.Where("created_at < ?", f.To)
	}
	users, next, err := database.Latest(query, before, limit, func(r model.User) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("customers: %w", err)
	}
	views, err = viewsOf(tx, users)
	return views, next, err
}

// Get is one consumer. Errors: ErrCustomerNotFound.
func (s *Service) Get(ctx context.Context, no string) (View, error) {
	tx := s.db.Read(ctx)
	var u model.User
	if err := tx.Where("no = ?", no).Take(&u).Error; database.IsNotFound(err) {
		return View{}, model.ErrCustomerNotFound
	} else if err != nil {
		return View{}, fmt.Errorf("customer %s: %w", no, err)
	}
	views, err := viewsOf(tx, []model.User{u})
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

// viewsOf are consumers with what they have bought, with one query.
func viewsOf(tx *gorm.DB, users []model.User) ([]View, error) {
	ids, at := make([]int64, len(users)), make(map[int64]int, len(users))
	views := make([]View, len(users))
	for i, u := range users {
		ids[i], at[u.ID] = u.ID, i
		views[i] = View{
			No: u.No, Phone: u.PhoneMasked, Language: u.Language, CreatedAt: u.CreatedAt, LastSeenAt: u.LastSeenAt, Deleted: u.DeletedAt > 0,
		}
	}
	var rows []struct {
		UserID, Orders, Paid int64
		PaidFen, RefundedFen model.Fen
		LastOrderAt          model.Millis
	}
	err := tx.Model(&model.Order{}).Where("user_id IN ?", ids).Group("user_id").
		Select("user_id, COUNT(*) AS orders, SUM(CASE WHEN paid_at > 0 THEN 1 ELSE 0 END) AS paid, " +
			"SUM(CASE WHEN paid_at > 0 THEN total_fen ELSE 0 END) AS paid_fen, SUM(refunded_fen) AS refunded_fen, " +
			"MAX(created_at) AS last_order_at").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("orders of customers: %w", err)
	}
	for _, r := range rows {
		v := &views[at[r.UserID]]
		v.Orders, v.Paid, v.PaidFen, v.RefundedFen, v.LastOrderAt = r.Orders, r.Paid, r.PaidFen, r.RefundedFen, r.LastOrderAt
	}
	return views, nil
}
