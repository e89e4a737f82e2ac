package order

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
)

// Filter chooses orders of a brand; what is empty means any.
type Filter struct {
	Statuses []model.OrderStatus
	Number   string       // of the order, or of an attempt to pay it, which begins with the order's
	Name     string       // how the recipient's name begins
	Phone    string       // of the recipient, whole
	Buyer    string       // number of the consumer
	Product  string       // handle of a product that is in it
	Way      string       // to sell
	Channel  string       // that the buyer came by
	Unheard  bool         // WeChat refuses to hear what was sent, and keeps the money
	From, To model.Millis // placed, from inclusive, to exclusive
}

// Personal tells whether the filter asks for somebody: what it finds tells who they are, though it is masked.
func (f Filter) Personal() bool { return f.Name != "" || f.Phone != "" }

// Apply is the query for the orders that the filter chooses, in no order.
func (f Filter) Apply(tx *gorm.DB) *gorm.DB {
	query := tx.Model(&model.Order{})
	if len(f.Statuses) == 1 { // one range of the index, in the order of the list
		query = query.Where("orders.status = ?", f.Statuses[0])
	} else if len(f.Statuses) > 0 {
		query = query.Where("orders.status IN ?", f.Statuses)
	}
	if f.Number != "" {
		no, _, _ := strings.Cut(f.Number, "-")
		query = query.Where("orders.no = ?", no)
	}
	if f.Name != "" { // a range, which an index of either database can walk; LIKE is another thing in each
		query = query.Where("orders.recipient >= ? AND orders.recipient < ?", f.Name, f.Name+string(utf8.MaxRune))
	}
	if f.Phone != "" {
		query = query.Where("orders.phone = ?", f.Phone)
	}
	if f.Buyer != "" {
		query = query.Where("orders.user_id IN (?)", tx.Model(&model.User{}).Select("id").Where("no = ?", f.Buyer))
	}
	if f.Personal() { // nobody is found who has had their account deleted
		query = query.Where("orders.user_id NOT IN (?)", tx.Model(&model.User{}).Select("id").Where("deleted_at > 0"))
	}
	if f.Product != "" {
		query = query.Where("orders.id IN (?)", tx.Model(&model.OrderLine{}).Select("order_id").
			Where("product_id IN (?)", tx.Model(&model.Product{}).Select("id").Where("handle = ?", f.Product)))
	}
	if f.Way != "" {
		query = query.Where("orders.way = ?", f.Way)
	}
	if f.Channel != "" {
		query = query.Where("orders.channel = ?", f.Channel)
	}
	if f.Unheard {
		brandID, _ := model.BrandID(tx.Statement.Context) // which a query within another does not get by itself, and the index begins with
		query = query.Where("orders.id IN (?)", tx.Model(&model.ShippingUpload{}).Select("order_id").
			Where("brand_id = ? AND status = ? AND refused_for NOT IN ?", brandID, model.UploadRefused, model.RefusalsOver))
	}
	if f.From > 0 {
		query = query.Where("orders.created_at >= ?", f.From)
	}
	if f.To > 0 {
		query = query.Where("orders.created_at < ?", f.To)
	}
	return query
}

// DeskPlace is where a page of the desk's orders ends; its zero value is the beginning.
type DeskPlace struct {
	CreatedAt model.Millis `json:"c"`
	ID        int64        `json:"i"`
}

// DeskView is an order as staff see it: who receives it is masked.
type DeskView struct {
	View
	BuyerNo string `json:"buyer" doc:"The consumer's number"`
	Way     string `json:"way" doc:"To sell: shop, or the one whose price it has" example:"group"`
	Channel string `json:"channel,omitempty" doc:"How the consumer came to the mini program: search, share, qrcode, message, article, ad, live, chat, web or other"`

	Restricted bool `json:"restricted,omitempty" doc:"The buyer has had their account deleted: nothing of them is shown"`

	Payments []PaymentView `json:"payments,omitempty" doc:"Attempts to pay; in the detail only"`
	Journal  []EntryView   `json:"journal,omitempty" doc:"What was booked; in the detail only"`
	Notes    []NoteView    `json:"notes,omitempty" doc:"What staff have noted, the oldest first; in the detail only"`
}

// PaymentView is one attempt to pay.
type PaymentView struct {
	No            string              `json:"no" doc:"out_trade_no at WeChat"`
	Status        model.PaymentStatus `json:"status" enum:"created,prepaid,closed,paid"`
	AmountFen     model.Fen           `json:"amount_fen"`
	TransactionID string              `json:"transaction_id,omitempty" doc:"WeChat's"`
	PaidAt        model.Millis        `json:"paid_at,omitempty"`
}

// EntryView is one entry of the journal.
type EntryView struct {
	Kind     string        `json:"kind" example:"payment"`
	Ref      string        `json:"ref" doc:"Number of what caused it"`
	At       model.Millis  `json:"at"`
	Postings []PostingView `json:"postings"`
}

// PostingView is one line of an entry.
type PostingView struct {
	Account   model.Account `json:"account"`
	AmountFen model.Fen     `json:"amount_fen" doc:"Debit positive, credit negative"`
}

// Desk is the orders of ctx's brand that a filter chooses, newest first, after a place, at most limit. next is the
// place of the following page, or nil at the end. With full the recipients are not masked. That somebody was looked
// for, and whose names were read, is logged.
func (s *Service) Desk(
	ctx context.Context, languages []string, f Filter, after DeskPlace, limit int, full bool,
) (views []DeskView, next *DeskPlace, err error) {
	tx := s.db.Read(ctx)
	orders, next, err := f.Page(tx, after, limit)
	if err != nil {
		return nil, nil, err
	}
	views, err = s.deskViews(tx, orders, languages, full)
	if err != nil || !full && !f.Personal() {
		return views, next, err
	}
	return views, next, s.db.InTx(ctx, func(tx *gorm.DB) error {
		if f.Personal() {
			by := map[string]any{"by_name": f.Name != "", "by_phone": f.Phone != "", "found": len(views)}
			if err := trail.Write(ctx, tx, "order.search", trail.Subject{Kind: "order"}, nil, by); err != nil {
				return err
			}
		}
		if full {
			return logReading(ctx, tx, views)
		}
		return nil
	})
}

// logReading is the step that logs whose names and addresses were read.
func logReading(ctx context.Context, tx *gorm.DB, views []DeskView) error {
	for _, v := range views {
		if v.Restricted {
			continue
		}
		if err := trail.Write(ctx, tx, "order.recipient_read", trail.Subject{Kind: "order", No: v.No}, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// Page is some of the orders that a filter chooses, newest first, after a place, without what belongs to them. next is
// nil at the end.
func (f Filter) Page(tx *gorm.DB, after DeskPlace, limit int) (orders []*model.Order, next *DeskPlace, err error) {
	states := [][]model.OrderStatus{f.Statuses}
	if len(f.Statuses) > 1 {
		// Each state is a range of the index in the order of the list; for several at once a database sorts them all.
		states = states[:0]
		for _, st := range f.Statuses {
			states = append(states, []model.OrderStatus{st})
		}
	}
	newest := "orders.created_at DESC, orders.id DESC"
	if f.Personal() { // found first and sorted then: the other way round, all orders are read where nobody is found
		newest = "orders.created_at + 0 DESC, orders.id DESC"
	}
	var places []DeskPlace
	for _, f.Statuses = range states {
		query := f.Apply(tx)
		if after != (DeskPlace{}) {
			query = query.Where("orders.created_at <= ? AND (orders.created_at < ? OR orders.id < ?)", after.CreatedAt, after.CreatedAt, after.ID)
		}
		// What chooses and sorts is in an index; the rows, which are wide, are read of the page alone.
		var some []DeskPlace
		err := query.Select("orders.created_at, orders.id").Order(newest).Limit(limit + 1).Scan(&some).Error
		if err != nil {
			return nil, nil, fmt.Errorf("orders: %w", err)
		}
		places = append(places, some...)
	}
	slices.SortFunc(places, DeskPlace.compare)
	places = slices.Compact(places) // a state named twice
	if len(places) > limit {
		places = places[:limit]
		next = &places[limit-1]
	}
	if len(places) == 0 {
		return nil, nil, nil
	}
	ids := make([]int64, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	if err := tx.Where("id IN ?", ids).Find(&orders).Error; err != nil {
		return nil, nil, fmt.Errorf("orders: %w", err)
	}
	slices.SortFunc(orders, func(a, b *model.Order) int {
		return DeskPlace{a.CreatedAt, a.ID}.compare(DeskPlace{b.CreatedAt, b.ID})
	})
	return orders, next, nil
}

// compare puts what is newer first.
func (p DeskPlace) compare(q DeskPlace) int {
	return cmp.Or(cmp.Compare(q.CreatedAt, p.CreatedAt), cmp.Compare(q.ID, p.ID))
}

func (s *Service) deskViews(tx *gorm.DB, orders []*model.Order, languages []string, full bool) (views []DeskView, err error) {
	if err := s.fill(tx, orders); err != nil {
		return nil, err
	}
	buyers, err := buyersOf(tx, orders)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		views = append(views, atDesk(o, viewOf(o, languages), buyers[o.UserID], full))
	}
	return views, nil
}

// AtDesk is one order of ctx's brand with its life, its payments and what was booked. Errors:
// ErrOrderNotFound.
func (s *Service) AtDesk(ctx context.Context, languages []string, no string) (DeskView, error) {
	return s.DeskStep(s.db.Read(ctx), languages, no)
}

// DeskStep is AtDesk within a transaction.
func (s *Service) DeskStep(tx *gorm.DB, languages []string, no string) (DeskView, error) {
	o, err := FindAny(tx, no)
	if err != nil {
		return DeskView{}, err
	}
	detail, err := s.detail(tx, o, languages)
	if err != nil {
		return DeskView{}, err
	}
	buyers, err := buyersOf(tx, []*model.Order{o})
	if err != nil {
		return DeskView{}, err
	}
	v := atDesk(o, detail, buyers[o.UserID], false)
	var payments []model.Payment
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&payments).Error; err != nil {
		return DeskView{}, fmt.Errorf("payments of order %s: %w", no, err)
	}
	for _, p := range payments {
		v.Payments = append(v.Payments, PaymentView{p.No, p.Status, p.AmountFen, p.TransactionID, p.PaidAt})
	}
	if v.Journal, err = journalOf(tx, o); err != nil {
		return DeskView{}, err
	}
	if !v.Restricted {
		if v.Notes, err = notesOf(tx, o); err != nil {
			return DeskView{}, err
		}
	}
	return v, nameStaff(tx, &v)
}

// Recipient is who receives an order, in full. That it was read is logged. Errors: ErrOrderNotFound;
// ErrOrderRestricted when the buyer has had their account deleted.
func (s *Service) Recipient(ctx context.Context, no string) (place model.Place, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		o, err := take(tx.Where("no = ?", no))
		if err != nil {
			return err
		}
		restricted, err := Restricted(tx, o.UserID)
		if err != nil {
			return err
		}
		if restricted {
			return model.ErrOrderRestricted
		}
		place = o.Place
		return trail.Write(ctx, tx, "order.recipient_read", trail.Subject{Kind: "order", No: no}, nil, nil)
	})
	return place, err
}

// Restricted is the step that tells whether a buyer has had their account deleted: of their orders staff see nothing that
// is personal.
func Restricted(tx *gorm.DB, userID int64) (bool, error) {
	var u model.User
	if err := tx.Select("deleted_at").Where("id = ?", userID).Take(&u).Error; err != nil {
		return false, fmt.Errorf("user %d: %w", userID, err)
	}
	return u.DeletedAt > 0, nil
}

// atDesk is an order as staff see it. Of a buyer whose account was deleted they see nothing.
func atDesk(o *model.Order, v View, buyer model.User, full bool) DeskView {
	if !full {
		v.Place = v.Place.Masked()
	}
	if buyer.DeletedAt > 0 {
		v.Place, v.Remark = model.Place{}, ""
	}
	return DeskView{View: v, BuyerNo: buyer.No, Way: o.Way, Channel: o.Channel, Restricted: buyer.DeletedAt > 0}
}

func buyersOf(tx *gorm.DB, orders []*model.Order) (map[int64]model.User, error) {
	ids := make([]int64, len(orders))
	for i, o := range orders {
		ids[i] = o.UserID
	}
	var users []model.User
	if err := tx.Select("id", "no", "deleted_at").Where("id IN ?", ids).Find(&users).Error; err != nil {
		return nil, fmt.Errorf("buyers: %w", err)
	}
	buyers := make(map[int64]model.User, len(users))
	for _, u := range users {
		buyers[u.ID] = u
	}
	return buyers, nil
}

func journalOf(tx *gorm.DB, o *model.Order) (views []EntryView, err error) {
	var entries []model.JournalEntry
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&entries).Error; err != nil {
		return nil, fmt.Errorf("journal of order %s: %w", o.No, err)
	}
	ids, at := make([]int64, len(entries)), make(map[int64]int, len(entries))
	for i, e := range entries {
		ids[i], at[e.ID] = e.ID, i
		views = append(views, EntryView{Kind: e.Kind, Ref: e.Ref, At: e.CreatedAt})
	}
	var postings []model.Posting
	if err := tx.Where("entry_id IN ?", ids).Order("id").Find(&postings).Error; err != nil {
		return nil, fmt.Errorf("journal of order %s: %w", o.No, err)
	}
	for _, p := range postings {
		v := &views[at[p.EntryID]]
		v.Postings = append(v.Postings, PostingView{p.Account, p.AmountFen})
	}
	return views, nil
}
