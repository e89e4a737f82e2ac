package figures

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// source is how something was sold, and to whom.
type source struct{ way, channel string }

// counted is a day, counted.
type counted struct {
	sales  []model.DailySales
	people model.DailyPeople
	goods  []model.DailyGoods
	books  []model.DailyBooks
}

// Count counts a day anew and puts the rows in the place of those that were there. Repeating it ends in the same rows.
func (s *Service) Count(ctx context.Context, day model.Day) error {
	c := counted{people: model.DailyPeople{Day: day, DayFrom: day.Starts(), CountedAt: s.now.Now()}}
	brandID, _ := model.BrandID(ctx)
	d := &counting{tx: s.db.Read(ctx), brand: brandID, from: day.Starts(), to: day.Ends()}
	c.sales, c.goods = d.sales(), d.goods()
	d.people(&c.people)
	c.books = d.books()
	if d.err != nil {
		return fmt.Errorf("count %s: %w", day, d.err)
	}
	return s.db.InTx(ctx, func(tx *gorm.DB) error { return c.keep(tx, day) })
}

// keep puts the rows in the place of those that were there. The row of people is locked first, for whoever counts the
// same day at the same time.
func (c *counted) keep(tx *gorm.DB, day model.Day) error {
	p := c.people
	res := tx.Model(&model.DailyPeople{}).Where("day = ?", day).Updates(map[string]any{
		// No log is kept of who looked at what, and carts are emptied: what was there once does not fall.
		"seen": gorm.Expr("CASE WHEN seen > ? THEN seen ELSE ? END", p.Seen, p.Seen), "carted": gorm.Expr("CASE WHEN carted > ? THEN carted ELSE ? END", p.Carted, p.Carted),
		"ordered": p.Ordered, "paid": p.Paid, "received": p.Received, "counted_at": p.CountedAt,
	})
	if res.Error != nil {
		return fmt.Errorf("people of %s: %w", day, res.Error)
	}
	if res.RowsAffected == 0 {
		if err := tx.Create(&p).Error; err != nil {
			return fmt.Errorf("people of %s: %w", day, err)
		}
	}
	for _, rows := range []struct{ old, rows any }{
		{&model.DailySales{}, &c.sales}, {&model.DailyGoods{}, &c.goods}, {&model.DailyBooks{}, &c.books},
	} {
		if err := tx.Where("day = ?", day).Delete(rows.old).Error; err != nil {
			return fmt.Errorf("%T of %s: %w", rows.old, day, err)
		}
	}
	if err := create(tx, day, c.sales); err != nil {
		return err
	}
	if err := create(tx, day, c.goods); err != nil {
		return err
	}
	return create(tx, day, c.books)
}

func create[T any](tx *gorm.DB, day model.Day, rows []T) error {
	for some := range slices.Chunk(rows, 500) {
		if err := tx.Create(&some).Error; err != nil {
			return fmt.Errorf("%T of %s: %w", rows, day, err)
		}
	}
	return nil
}

// counting reads what happened on a day. After an error it reads nothing more.
type counting struct {
	tx       *gorm.DB
	brand    int64
	from, to model.Millis
	err      error
}

// scan reads rows by a statement of which the first parameter is the brand.
func (d *counting) scan(into any, sql string, args ...any) {
	if d.err == nil {
		d.err = d.tx.Raw(sql, append([]any{d.brand}, args...)...).Scan(into).Error
	}
}

// paid chooses the orders o paid on the day. An order is paid soon after it was placed, and there is an index for that.
const paid = `o.brand_id = ? AND o.created_at >= ? AND o.created_at < ? AND o.paid_at >= ? AND o.paid_at < ?`

func (d *counting) paidArgs() []any {
	return []any{d.from.Add(-longestUnpaid), d.to, d.from, d.to}
}

func (d *counting) sales() []model.DailySales {
	rows := map[source]*model.DailySales{}
	at := func(way, channel string) *model.DailySales {
		key := source{way, channel}
		if rows[key] == nil {
			rows[key] = &model.DailySales{Day: model.DayOf(d.from), Way: way, Channel: channel}
		}
		return rows[key]
	}
	var sums []struct {
		Way, Channel string
		N            int64
		Fen          model.Fen
	}
	d.scan(&sums, `SELECT way, channel, COUNT(*) AS n FROM orders WHERE brand_id = ? AND created_at >= ? AND created_at < ?
		GROUP BY way, channel`, d.from, d.to)
	for _, r := range sums {
		at(r.Way, r.Channel).Placed = r.N
	}
	sums = nil
	d.scan(&sums, `SELECT o.way, o.channel, COUNT(*) AS n, SUM(r.amount_fen - r.tax_fen) AS fen
		FROM refunds r JOIN orders o ON o.brand_id = r.brand_id AND o.id = r.order_id
		WHERE r.brand_id = ? AND r.kind = ? AND r.status IN ? AND r.succeeded_at >= ? AND r.succeeded_at < ?
		GROUP BY o.way, o.channel`, model.RefundOrder, model.RefundsBack, d.from, d.to)
	for _, r := range sums {
		at(r.Way, r.Channel).Refunds, at(r.Way, r.Channel).RefundFen = r.N, r.Fen
	}
	var orders []paidOrder
	d.scan(&orders, `SELECT o.user_id, o.way, o.channel, o.total_fen - o.tax_fen AS fen FROM orders o WHERE `+paid+` ORDER BY o.paid_at, o.id`,
		d.paidArgs()...)
	before := d.before(orders)
	for _, o := range orders {
		r := at(o.Way, o.Channel)
		r.Orders++
		r.GMVFen += o.Fen
		switch before[o.UserID]++; before[o.UserID] {
		case 1:
			r.NewBuyers++
		case 2:
			r.SecondBuyers++
		}
	}
	out := make([]model.DailySales, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b model.DailySales) int {
		return cmp.Or(cmp.Compare(a.Way, b.Way), cmp.Compare(a.Channel, b.Channel))
	})
	return out
}

type paidOrder struct {
	UserID       int64
	Way, Channel string
	Fen          model.Fen
}

// before is how many orders the buyers had paid before the day.
func (d *counting) before(orders []paidOrder) map[int64]int64 {
	var users []int64
	seen := map[int64]bool{}
	for _, o := range orders {
		if !seen[o.UserID] {
			seen[o.UserID] = true
			users = append(users, o.UserID)
		}
	}
	before := map[int64]int64{}
	for some := range slices.Chunk(users, 500) {
		var rows []struct{ UserID, N int64 }
		d.scan(&rows, `SELECT user_id, COUNT(*) AS n FROM orders WHERE brand_id = ? AND user_id IN ? AND paid_at > 0 AND paid_at < ? GROUP BY user_id`,
			some, d.from)
		for _, r := range rows {
			before[r.UserID] = r.N
		}
	}
	return before
}

func (d *counting) goods() []model.DailyGoods {
	rows := map[int64]*model.DailyGoods{}
	at := func(product int64) *model.DailyGoods {
		if rows[product] == nil {
			rows[product] = &model.DailyGoods{Day: model.DayOf(d.from), ProductID: product}
		}
		return rows[product]
	}
	type sum struct {
		ProductID, N int64
		Fen          model.Fen
	}
	var sums []sum
	d.scan(&sums, `SELECT l.product_id, SUM(l.quantity) AS n, SUM(l.total_fen) AS fen
		FROM orders o JOIN order_lines l ON l.brand_id = o.brand_id AND l.order_id = o.id WHERE `+paid+` GROUP BY l.product_id`, d.paidArgs()...)
	for _, r := range sums {
		at(r.ProductID).Quantity, at(r.ProductID).GMVFen = r.N, r.Fen
	}
	sums = nil
	d.scan(&sums, `SELECT l.product_id, SUM(x.quantity) AS n, SUM(x.amount_fen) AS fen
		FROM refunds r JOIN refund_lines x ON x.brand_id = r.brand_id AND x.refund_id = r.id
		JOIN order_lines l ON l.brand_id = x.brand_id AND l.id = x.order_line_id
		WHERE r.brand_id = ? AND r.kind = ? AND r.status IN ? AND r.succeeded_at >= ? AND r.succeeded_at < ?
		GROUP BY l.product_id`, model.RefundOrder, model.RefundsBack, d.from, d.to)
	for _, r := range sums {
		at(r.ProductID).Returned, at(r.ProductID).RefundFen = r.N, r.Fen
	}
	out := make([]model.DailyGoods, 0, len(rows))
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b model.DailyGoods) int { return cmp.Compare(a.ProductID, b.ProductID) })
	return out
}

func (d *counting) people(p *model.DailyPeople) {
	const (
		ordered = `SELECT user_id FROM orders WHERE brand_id = ? AND created_at >= ? AND created_at < ?`
		carted  = `SELECT user_id FROM cart_lines WHERE brand_id = ? AND created_at >= ? AND created_at < ?`
		seen    = `SELECT user_id FROM seen_products WHERE brand_id = ? AND seen_at >= ? AND seen_at < ?`
	)
	of, more := []any{d.from, d.to}, []any{d.brand, d.from, d.to}
	d.scan(&p.Carted, `SELECT COUNT(*) FROM (`+ordered+` UNION `+carted+`) u`, append(slices.Clone(of), more...)...)
	d.scan(&p.Seen, `SELECT COUNT(*) FROM (`+ordered+` UNION `+carted+` UNION `+seen+`) u`, slices.Concat(of, more, more)...)
	var o struct{ Ordered, Paid, Received int64 }
	d.scan(&o, `SELECT COUNT(DISTINCT user_id) AS ordered, COUNT(DISTINCT CASE WHEN paid_at > 0 THEN user_id END) AS paid,
		COUNT(DISTINCT CASE WHEN received_at > 0 THEN user_id END) AS received
		FROM orders WHERE brand_id = ? AND created_at >= ? AND created_at < ?`, of...)
	p.Ordered, p.Paid, p.Received = o.Ordered, o.Paid, o.Received
}

func (d *counting) books() (rows []model.DailyBooks) {
	d.scan(&rows, `SELECT e.kind, p.account, COUNT(DISTINCT e.id) AS entries,
		SUM(CASE WHEN p.amount_fen > 0 THEN p.amount_fen ELSE 0 END) AS debit_fen,
		SUM(CASE WHEN p.amount_fen < 0 THEN -p.amount_fen ELSE 0 END) AS credit_fen
		FROM journal_entries e JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id
		WHERE e.brand_id = ? AND e.created_at >= ? AND e.created_at < ? GROUP BY e.kind, p.account ORDER BY e.kind, p.account`, d.from, d.to)
	for i := range rows {
		rows[i].Day = model.DayOf(d.from)
	}
	return rows
}
