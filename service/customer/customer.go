// Package customer shows staff who buys, masked unless they may see more, and keeps segments: filters over customers
// under a name.
package customer

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/identity"
	"hutong/service/internal/trail"
	"hutong/service/member"
)

// Service has the use cases. Methods work for the brand of ctx.
type Service struct {
	db       *database.DB
	now      model.Clock
	newNo    func() string
	identity *identity.Service
}

// New makes the service.
func New(db *database.DB, now model.Clock, newNo func() string, i *identity.Service) *Service {
	return &Service{db: db, now: now, newNo: newNo, identity: i}
}

// View is a consumer as staff see them.
type View struct {
	No          string           `json:"no"`
	Name        string           `json:"name,omitempty" doc:"Of the recipient of their last order, masked; empty for who has not ordered"`
	Phone       string           `json:"phone,omitempty" doc:"Masked; empty for who has not given one"`
	Level       *member.Standing `json:"level,omitempty" doc:"Absent for who has none"`
	Language    string           `json:"language,omitempty"`
	CreatedAt   model.Millis     `json:"created_at" doc:"UTC milliseconds"`
	LastSeenAt  model.Millis     `json:"last_seen_at,omitempty"`
	Deleted     bool             `json:"deleted,omitempty" doc:"They have had their account deleted"`
	Orders      int64            `json:"orders" doc:"That they placed"`
	Paid        int64            `json:"paid" doc:"Of these, paid"`
	PaidFen     model.Fen        `json:"paid_fen" doc:"For these, tax included"`
	RefundedFen model.Fen        `json:"refunded_fen" doc:"Of that, gone back or on its way"`
	LastOrderAt model.Millis     `json:"last_order_at,omitempty"`
	LastPaidAt  model.Millis     `json:"last_paid_at,omitempty"`
}

// Filter chooses consumers; what is empty means any.
type Filter struct {
	Number   string       // of the consumer
	Name     string       // how the recipient's name of an order of theirs begins
	Phone    string       // theirs, or of the recipient of an order of theirs, whole
	From, To model.Millis // came first, from inclusive, to exclusive
	Segment  string       // number of a segment that they are in
	Rule     Rule         // and what else they have to be
}

// Personal tells whether the filter asks for somebody: what it finds tells who they are, though it is masked.
func (f Filter) Personal() bool { return f.Name != "" || f.Phone != "" }

// List is the consumers that a filter chooses, the newest first: those with an id below before, at most limit; before 0
// starts at the newest. next is the before of the following page, or 0 at the end. That somebody was looked for is
// logged. Errors: ErrSegmentNotFound.
func (s *Service) List(ctx context.Context, f Filter, before int64, limit int) (views []View, next int64, err error) {
	tx := s.db.Read(ctx)
	query, err := s.query(ctx, tx, f)
	if err != nil {
		return nil, 0, err
	}
	users, next, err := database.Latest(query, before, limit, func(r model.User) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("customers: %w", err)
	}
	views, err = viewsOf(tx, users)
	if err != nil || !f.Personal() {
		return views, next, err
	}
	by := map[string]any{"by_name": f.Name != "", "by_phone": f.Phone != "", "found": len(views)}
	return views, next, s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "customer.search", trail.Subject{Kind: "customer"}, nil, by)
	})
}

func (s *Service) query(ctx context.Context, tx *gorm.DB, f Filter) (*gorm.DB, error) {
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
	rules := []model.SegmentRule{model.SegmentRule(f.Rule)}
	if f.Segment != "" {
		seg, err := find(tx, f.Segment)
		if err != nil {
			return nil, err
		}
		rules = append(rules, seg.Rule)
	}
	for _, r := range rules {
		if !isEmpty(r) {
			query = query.Where("id IN (?)", choose(tx, r, s.now.Now(), nil).Select("users.id"))
		}
	}
	if !f.Personal() {
		return query, nil
	}
	ids, err := s.search(ctx, tx, f)
	return query.Where("id IN ? AND deleted_at = 0", ids), err // nobody is found who has had their account deleted
}

// mostFound bounds the consumers that a name or a phone number finds.
const mostFound = 500

// search finds consumers by what is personal.
func (s *Service) search(ctx context.Context, tx *gorm.DB, f Filter) ([]int64, error) {
	orders := tx.Model(&model.Order{}).Distinct("user_id").Limit(mostFound)
	if f.Name != "" {
		orders = orders.Where("recipient >= ? AND recipient < ?", f.Name, f.Name+"\U0010FFFF") // a range of the index
	}
	if f.Phone != "" {
		orders = orders.Where("phone = ?", f.Phone)
	}
	var ids []int64
	if err := orders.Pluck("user_id", &ids).Error; err != nil {
		return nil, fmt.Errorf("customers by their orders: %w", err)
	}
	if f.Phone == "" || f.Name != "" {
		return ids, nil
	}
	// Their own number is sealed. The masked one finds those that it may be; there are few.
	var same []int64
	err := tx.Model(&model.User{}).Where("phone_masked = ? AND deleted_at = 0", model.MaskPhone(f.Phone)).Limit(mostFound).Pluck("id", &same).Error
	if err != nil {
		return nil, fmt.Errorf("customers by phone: %w", err)
	}
	for _, id := range same {
		phone, err := s.identity.Phone(ctx, id)
		if err != nil {
			return nil, err
		}
		if phone == "+86"+f.Phone || phone == "+"+f.Phone || phone == f.Phone {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// Get is one consumer. Errors: ErrCustomerNotFound.
func (s *Service) Get(ctx context.Context, no string) (View, error) {
	tx := s.db.Read(ctx)
	u, err := take(tx, no)
	if err != nil {
		return View{}, err
	}
	views, err := viewsOf(tx, []model.User{u})
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

func take(tx *gorm.DB, no string) (u model.User, err error) {
	if err := tx.Where("no = ?", no).Take(&u).Error; database.IsNotFound(err) {
		return u, model.ErrCustomerNotFound
	} else if err != nil {
		return u, fmt.Errorf("customer %s: %w", no, err)
	}
	return u, nil
}

// Person is who a consumer is, in full.
type Person struct {
	Name  string `json:"name,omitempty" doc:"Of the recipient of their last order"`
	Phone string `json:"phone,omitempty" doc:"Their own, with country code; else that of the recipient of their last order"`
}

// Who tells who a consumer is, in full; that it was read is logged. Errors: ErrCustomerNotFound, also of one who has
// had their account deleted.
func (s *Service) Who(ctx context.Context, no string) (p Person, err error) {
	tx := s.db.Read(ctx)
	u, err := take(tx, no)
	if err != nil {
		return Person{}, err
	}
	if u.DeletedAt > 0 {
		return Person{}, model.ErrCustomerNotFound
	}
	if p.Phone, err = s.identity.Phone(ctx, u.ID); err != nil {
		return Person{}, err
	}
	var last []model.Order
	err = tx.Select("recipient", "phone").Where("user_id = ?", u.ID).Order("id DESC").Limit(1).Find(&last).Error
	if err != nil {
		return Person{}, fmt.Errorf("orders of customer %s: %w", no, err)
	}
	if len(last) > 0 {
		p.Name = last[0].Recipient
		if p.Phone == "" {
			p.Phone = last[0].Phone
		}
	}
	return p, s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "customer.read", trail.Subject{Kind: "customer", No: no}, nil, nil)
	})
}

// viewsOf are consumers with what they have bought.
func viewsOf(tx *gorm.DB, users []model.User) ([]View, error) {
	ids, at := make([]int64, len(users)), make(map[int64]int, len(users))
	views := make([]View, len(users))
	for i, u := range users {
		ids[i], at[u.ID] = u.ID, i
		views[i] = View{
			No: u.No, Phone: u.PhoneMasked, Language: u.Language, CreatedAt: u.CreatedAt, LastSeenAt: u.LastSeenAt, Deleted: u.DeletedAt > 0,
		}
	}
	levels, err := member.Of(tx, ids)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		UserID, Orders, Paid, LastID int64
		PaidFen, RefundedFen         model.Fen
		LastOrderAt, LastPaidAt      model.Millis
	}
	err = tx.Model(&model.Order{}).Where("user_id IN ?", ids).Group("user_id").
		Select("user_id, COUNT(*) AS orders, SUM(CASE WHEN paid_at > 0 THEN 1 ELSE 0 END) AS paid, MAX(id) AS last_id, " +
			"SUM(CASE WHEN paid_at > 0 THEN total_fen ELSE 0 END) AS paid_fen, SUM(refunded_fen) AS refunded_fen, " +
			"MAX(created_at) AS last_order_at, MAX(paid_at) AS last_paid_at").Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("orders of customers: %w", err)
	}
	lasts := make([]int64, len(rows))
	for i, r := range rows {
		lasts[i] = r.LastID
	}
	var last []model.Order
	if err := tx.Select("user_id", "recipient").Where("id IN ?", lasts).Find(&last).Error; err != nil {
		return nil, fmt.Errorf("last orders of customers: %w", err)
	}
	for _, r := range rows {
		v := &views[at[r.UserID]]
		v.Orders, v.Paid, v.PaidFen, v.RefundedFen = r.Orders, r.Paid, r.PaidFen, r.RefundedFen
		v.LastOrderAt, v.LastPaidAt = r.LastOrderAt, r.LastPaidAt
	}
	for _, o := range last {
		if v := &views[at[o.UserID]]; !v.Deleted {
			v.Name = model.MaskName(o.Recipient)
		}
	}
	for id, l := range levels {
		views[at[id]].Level = l
	}
	return views, nil
}
