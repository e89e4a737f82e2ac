package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Service shows the books of ctx's brand.
type Service struct {
	db  *database.DB
	now model.Clock
}

// New makes the service.
func New(db *database.DB, now model.Clock) *Service { return &Service{db: db, now: now} }

// TrialBalance is what every account holds at an instant. Its debits and credits are equal.
type TrialBalance struct {
	AsOf      model.Millis `json:"as_of" doc:"Entries before this instant count; UTC milliseconds"`
	Accounts  []Balance    `json:"accounts"`
	DebitFen  model.Fen    `json:"debit_fen"`
	CreditFen model.Fen    `json:"credit_fen" doc:"Equal to debit_fen, or something is very wrong"`
}

// Balance is what one account holds.
type Balance struct {
	Account    model.Account `json:"account"`
	DebitFen   model.Fen     `json:"debit_fen"`
	CreditFen  model.Fen     `json:"credit_fen" doc:"Not negative"`
	BalanceFen model.Fen     `json:"balance_fen" doc:"Debit less credit"`
}

// Balances is the trial balance at an instant; 0 is now.
func (s *Service) Balances(ctx context.Context, asOf model.Millis) (TrialBalance, error) {
	if asOf == 0 {
		asOf = s.now.Now() + 1 // this very millisecond too
	}
	rows, err := booked(s.db.Read(ctx), asOf)
	if err != nil {
		return TrialBalance{}, fmt.Errorf("trial balance: %w", err)
	}
	t := TrialBalance{AsOf: asOf, Accounts: []Balance{}}
	for _, a := range model.Accounts {
		sum := Balance{Account: a}
		for _, r := range rows {
			if r.Account == a {
				sum.DebitFen += r.DebitFen
				sum.CreditFen += r.CreditFen
			}
		}
		if sum.DebitFen == 0 && sum.CreditFen == 0 {
			continue
		}
		sum.BalanceFen = sum.DebitFen - sum.CreditFen
		t.Accounts = append(t.Accounts, sum)
		t.DebitFen += sum.DebitFen
		t.CreditFen += sum.CreditFen
	}
	return t, nil
}

// booked is what was booked to each account before an instant: of the days that were counted when they were over what
// was counted, of the rest what the journal has.
func booked(tx *gorm.DB, asOf model.Millis) (rows []Balance, err error) {
	from, err := countedUntil(tx, asOf)
	if err != nil {
		return nil, err
	}
	if from > 0 {
		err := tx.Model(&model.DailyBooks{}).Select("account, SUM(debit_fen) AS debit_fen, SUM(credit_fen) AS credit_fen").
			Where("day < ?", model.DayOf(from)).Group("account").Scan(&rows).Error
		if err != nil {
			return nil, err
		}
	}
	brandID, _ := model.BrandID(tx.Statement.Context)
	var rest []Balance
	err = tx.Raw(`SELECT p.account, SUM(CASE WHEN p.amount_fen > 0 THEN p.amount_fen ELSE 0 END) AS debit_fen,
		SUM(CASE WHEN p.amount_fen < 0 THEN -p.amount_fen ELSE 0 END) AS credit_fen
		FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
		WHERE e.brand_id = ? AND e.created_at >= ? AND e.created_at < ? GROUP BY p.account`, brandID, from, asOf).Scan(&rest).Error
	return append(rows, rest...), err
}

// closedAfter is how long after its end a day has all its entries: transactions that began in it have ended by then.
const closedAfter = 10 * time.Minute

// countedUntil is the end of the last day before an instant up to which every day was counted after it was over, since
// the first entry; 0 for none. Entries are never changed, so what was counted then holds for ever.
func countedUntil(tx *gorm.DB, asOf model.Millis) (model.Millis, error) {
	var first []model.Millis
	if err := tx.Model(&model.JournalEntry{}).Order("created_at").Limit(1).Pluck("created_at", &first).Error; err != nil {
		return 0, err
	}
	if len(first) == 0 {
		return 0, nil
	}
	var days []model.DailyPeople
	err := tx.Select("day", "counted_at").Where("day >= ? AND day < ?", model.DayOf(first[0]), model.DayOf(asOf)).Order("day").Find(&days).Error
	if err != nil {
		return 0, err
	}
	until, next := model.Millis(0), model.DayOf(first[0])
	for _, d := range days {
		if d.Day != next || d.CountedAt < d.Day.Ends().Add(closedAfter) {
			break
		}
		until, next = d.Day.Ends(), d.Day.Add(1)
	}
	return until, nil
}

// Filter chooses entries of the journal; what is empty means any.
type Filter struct {
	Account  model.Account
	Kind     string
	OrderNo  string
	From, To model.Millis // from inclusive, to exclusive
}

// Entry is one movement of money.
type Entry struct {
	Kind     string       `json:"kind" example:"payment"`
	Ref      string       `json:"ref" doc:"Number of what caused it"`
	OrderNo  string       `json:"order,omitempty" doc:"Number of the order it is about"`
	At       model.Millis `json:"at" doc:"UTC milliseconds"`
	Postings []Posting    `json:"postings" doc:"They add up to zero"`
}

// Posting is one line of an entry.
type Posting struct {
	Account   model.Account `json:"account"`
	AmountFen model.Fen     `json:"amount_fen" doc:"Debit positive, credit negative"`
}

// Journal lists entries, newest first: those with an id below before, at most limit; before 0 starts at the
// newest. next is the before of the following page, or 0 at the end. Errors: ErrOrderNotFound.
func (s *Service) Journal(ctx context.Context, f Filter, before int64, limit int) (entries []Entry, next int64, err error) {
	tx := s.db.Read(ctx)
	query, err := f.apply(tx)
	if err != nil {
		return nil, 0, err
	}
	if only := (Filter{Account: f.Account}); f.Account != "" && f == only {
		// An index has an account's entries in their order, and so the newest without the others.
		newest := tx.Model(&model.Posting{}).Distinct("entry_id").Where("account = ?", f.Account).Order("entry_id DESC").Limit(limit + 1)
		if before > 0 {
			newest = newest.Where("entry_id < ?", before)
		}
		var ids []int64
		if err := newest.Pluck("entry_id", &ids).Error; err != nil {
			return nil, 0, fmt.Errorf("journal: %w", err)
		}
		query = tx.Where("id IN ?", ids)
	}
	rows, next, err := database.Latest(query, before, limit, func(r model.JournalEntry) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("journal: %w", err)
	}
	ids, orders, at := make([]int64, len(rows)), make([]int64, len(rows)), make(map[int64]int, len(rows))
	for i, e := range rows {
		ids[i], orders[i], at[e.ID] = e.ID, e.OrderID, i
	}
	var about []model.Order
	if err := tx.Select("id", "no").Where("id IN ?", orders).Find(&about).Error; err != nil {
		return nil, 0, fmt.Errorf("orders of the journal: %w", err)
	}
	nos := make(map[int64]string, len(about))
	for _, o := range about {
		nos[o.ID] = o.No
	}
	for _, e := range rows {
		entries = append(entries, Entry{Kind: e.Kind, Ref: e.Ref, OrderNo: nos[e.OrderID], At: e.CreatedAt})
	}
	var postings []model.Posting
	if err := tx.Where("entry_id IN ?", ids).Order("id").Find(&postings).Error; err != nil {
		return nil, 0, fmt.Errorf("journal: %w", err)
	}
	for _, p := range postings {
		e := &entries[at[p.EntryID]]
		e.Postings = append(e.Postings, Posting{p.Account, p.AmountFen})
	}
	return entries, next, nil
}

func (f Filter) apply(tx *gorm.DB) (*gorm.DB, error) {
	query := tx
	if f.Kind != "" {
		query = query.Where("kind = ?", f.Kind)
	}
	if f.Account != "" {
		query = query.Where("id IN (?)", tx.Model(&model.Posting{}).Select("entry_id").Where("account = ?", f.Account))
	}
	if f.OrderNo != "" {
		var ids []int64
		if err := tx.Model(&model.Order{}).Where("no = ?", f.OrderNo).Pluck("id", &ids).Error; err != nil {
			return nil, fmt.Errorf("order: %w", err)
		}
		if len(ids) == 0 {
			return nil, model.ErrOrderNotFound
		}
		query = query.Where("order_id IN ?", ids)
	}
	if f.From > 0 {
		query = query.Where("created_at >= ?", f.From)
	}
	if f.To > 0 {
		query = query.Where("created_at < ?", f.To)
	}
	return query, nil
}
