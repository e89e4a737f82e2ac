package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"hutong/model"
	"hutong/wechat/simulator"
)

// year is a year's trade of a small shop, whose rows follow from their numbers: orders of one piece, all
// paid, of which one in a hundred was paid too late and went back.
type year struct {
	w      *world
	orders int
	days   map[model.Day]int // days on which so many orders were paid; the rest are spread evenly
	byDay  map[model.Day][]int
	out    map[string]*inserts
}

// price of every piece, in fen; feeFen is what WeChat keeps of it at 0.60 %.
const (
	price  = 12_900
	feeFen = 77
	late   = 100 // one order in so many is paid too late
	skus   = 100
)

func isLate(i int) bool { return i%late == late-1 }

// spread gives each order its day.
func (y *year) spread(last model.Day) {
	y.byDay = map[model.Day][]int{}
	i := 0
	for day, n := range y.days {
		for range n {
			y.byDay[day] = append(y.byDay[day], i)
			i++
		}
	}
	for back := 0; i < y.orders; back++ {
		day := last.Add(-back % 365)
		if y.days[day] == 0 {
			y.byDay[day] = append(y.byDay[day], i)
			i++
		}
	}
}

func orderNo(i int) string    { return fmt.Sprintf("01BENCHYEAR%015d", i) }
func refundNo(i int) string   { return fmt.Sprintf("01BENCHBACK%015d", i) }
func weChatNo(i int) string   { return fmt.Sprintf("4200%024d", i) }
func refundedNo(i int) string { return fmt.Sprintf("5030%024d", i) }

// at is when the n-th order of a day was paid: within the day, one each second or so.
func at(day model.Day, n int) model.Millis {
	return day.Starts().Add(time.Duration(n%80_000) * time.Second)
}

// write fills the tables.
func (y *year) write(ctx context.Context, pool *sql.DB) error {
	y.out = map[string]*inserts{}
	brand := y.w.shop.ID
	var sold [skus]int
	for day, orders := range y.byDay {
		for n, i := range orders {
			paid := at(day, n)
			y.order(brand, i, paid)
			if !isLate(i) {
				sold[i%skus]++
			}
			if err := y.flush(ctx, pool, 1_000); err != nil {
				return err
			}
		}
	}
	y.goods(brand, sold)
	return y.flush(ctx, pool, 1)
}

// goods are the SKUs, received whole at the beginning.
func (y *year) goods(brand int64, sold [skus]int) {
	for i, n := range sold {
		y.row("products", map[string]any{
			"id": i + 1, "brand_id": brand, "handle": handle(i), "title": `{"en":"Bag"}`, "summary": "{}", "body": "{}",
			"pictures": "[]", "tags": "[]", "options": "[]", "published": 1, "price_fen": price,
		})
		y.row("skus", map[string]any{
			"id": i + 1, "brand_id": brand, "product_id": i + 1, "no": fmt.Sprintf("01BENCHSKU%016d", i), "choice": "[]",
			"price_fen": price, "on_hand": 1_000, "active": 1,
		})
		y.row("stock_movements", map[string]any{
			"brand_id": brand, "sku_id": i + 1, "kind": "receive", "on_hand_delta": 1_000 + n, "reason": "first stock",
		})
	}
}

// order is an order with everything that follows from it.
func (y *year) order(brand int64, i int, paid model.Millis) {
	id, no := i+1, orderNo(i)
	status, paidAt, cancelled := "paid", paid, model.Millis(0)
	if isLate(i) {
		status, paidAt, cancelled = "cancelled", 0, paid.Add(-time.Second)
	}
	y.row("orders", map[string]any{
		"id": id, "brand_id": brand, "no": no, "user_id": 1, "status": status, "currency": "CNY", "goods_fen": price,
		"total_fen": price, "place": "{}", "expires_at": paid, "paid_at": paidAt, "cancelled_at": cancelled, "created_at": paid,
	})
	y.row("order_lines", map[string]any{
		"brand_id": brand, "order_id": id, "product_id": i%skus + 1, "sku_id": i%skus + 1, "handle": handle(i % skus),
		"title": `{"en":"Bag"}`, "choice": "{}", "quantity": 1, "unit_fen": price, "total_fen": price, "created_at": paid,
	})
	y.row("order_events", map[string]any{
		"brand_id": brand, "order_id": id, "from_state": "pending", "to_state": status, "actor": "wechat", "created_at": paid,
	})
	y.row("payments", map[string]any{
		"id": id, "brand_id": brand, "order_id": id, "attempt": 1, "no": no, "status": "paid", "app_id": y.w.merchant.AppID,
		"mch_id": y.w.merchant.MchID, "amount_fen": price, "transaction_id": weChatNo(i), "paid_at": paid, "updated_at": paid,
	})
	y.entry(brand, 3*i+1, id, "payment", no, paid, "wechat_clearing", "customer_prepaid")
	if !isLate(i) {
		y.row("stock_movements", map[string]any{
			"brand_id": brand, "sku_id": i%skus + 1, "kind": "sell", "order_id": id, "on_hand_delta": -1, "created_at": paid,
		})
		return
	}
	y.row("refunds", map[string]any{
		"id": id, "brand_id": brand, "order_id": id, "payment_id": id, "no": refundNo(i), "kind": "late", "status": "succeeded",
		"amount_fen": price, "reason": "late_payment", "wechat_refund_id": refundedNo(i), "succeeded_at": paid, "updated_at": paid,
	})
	y.entry(brand, 3*i+2, id, "refund_due", refundNo(i), paid, "customer_prepaid", "refund_payable")
	y.entry(brand, 3*i+3, id, "refund", refundNo(i), paid, "refund_payable", "wechat_clearing")
}

func (y *year) entry(brand int64, id, order int, kind, ref string, on model.Millis, to, from string) {
	y.row("journal_entries", map[string]any{
		"id": id, "brand_id": brand, "kind": kind, "ref": ref, "order_id": order, "created_at": on,
	})
	for account, amount := range map[string]int{to: price, from: -price} {
		y.row("journal_postings", map[string]any{
			"brand_id": brand, "entry_id": id, "account": account, "amount_fen": amount, "created_at": on,
		})
	}
}

func (y *year) row(table string, values map[string]any) {
	if y.out[table] == nil {
		y.out[table] = &inserts{table: table}
	}
	y.out[table].add(values)
}

// flush writes the rows of each table that has gathered so many.
func (y *year) flush(ctx context.Context, pool *sql.DB, least int) error {
	for _, t := range y.out {
		if len(t.rows) >= least {
			if err := t.write(ctx, pool); err != nil {
				return fmt.Errorf("%s: %w", t.table, err)
			}
		}
	}
	return nil
}

// inserts gathers rows of one table. Columns that a row does not name are 0 or empty.
type inserts struct {
	table    string
	rows     []map[string]any
	columns  []string
	defaults map[string]string
}

func (t *inserts) add(values map[string]any) { t.rows = append(t.rows, values) }

// learn reads what columns a table has, but for those that the database computes.
func (t *inserts) learn(ctx context.Context, pool *sql.DB) error {
	rows, err := pool.QueryContext(ctx, `SELECT column_name, data_type, extra FROM information_schema.columns
		WHERE table_schema = DATABASE() AND table_name = ? AND COALESCE(generation_expression, '') = '' ORDER BY ordinal_position`, t.table)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end
	t.defaults = map[string]string{}
	for rows.Next() {
		var name, kind, extra string
		if err := rows.Scan(&name, &kind, &extra); err != nil {
			return err
		}
		t.columns = append(t.columns, name)
		switch {
		case strings.Contains(extra, "auto_increment"):
			t.defaults[name] = "NULL"
		case strings.HasSuffix(kind, "int"):
			t.defaults[name] = "0"
		default:
			t.defaults[name] = "''"
		}
	}
	return rows.Err()
}

func (t *inserts) write(ctx context.Context, pool *sql.DB) error {
	if t.columns == nil {
		if err := t.learn(ctx, pool); err != nil {
			return err
		}
	}
	var q strings.Builder
	fmt.Fprintf(&q, "INSERT INTO %s (%s) VALUES ", t.table, strings.Join(t.columns, ", "))
	for i, row := range t.rows {
		if i > 0 {
			q.WriteString(", ")
		}
		q.WriteByte('(')
		for j, c := range t.columns {
			if j > 0 {
				q.WriteString(", ")
			}
			switch v := row[c].(type) {
			case nil:
				q.WriteString(t.defaults[c])
			case string:
				q.WriteString("'" + v + "'")
			default:
				fmt.Fprintf(&q, "%d", v)
			}
		}
		q.WriteByte(')')
	}
	t.rows = t.rows[:0]
	_, err := pool.ExecContext(ctx, q.String())
	return err
}

// bills lets the simulator write the bills of a day from the same numbers.
func (y *year) bills(day model.Day) simulator.BillEdit {
	orders := y.byDay[day]
	return simulator.BillEdit{
		Trade: func([]simulator.TradeRow) (rows []simulator.TradeRow) {
			for n, i := range orders {
				row := simulator.TradeRow{
					At: at(day, n).Time(), AppID: y.w.merchant.AppID, MchID: y.w.merchant.MchID, TransactionID: weChatNo(i),
					OutTradeNo: orderNo(i), OpenID: "bench", State: "SUCCESS", Settled: price, Total: price, Fee: feeFen,
					Description: "Bench · 皮包, 经典, 第 1 款 · " + orderNo(i),
				}
				rows = append(rows, row)
				if isLate(i) {
					row.State, row.Settled, row.Total, row.Fee = "REFUND", 0, 0, -feeFen
					row.RefundID, row.OutRefundNo, row.Refund, row.RefundState = refundedNo(i), refundNo(i), price, "SUCCESS"
					rows = append(rows, row)
				}
			}
			return rows
		},
		Flow: func([]simulator.FlowRow) (rows []simulator.FlowRow) {
			for n, i := range orders {
				row := simulator.FlowRow{
					At: at(day, n).Time(), WeChatNo: weChatNo(i), FlowNo: weChatNo(i), Name: "交易", Type: "交易", Moved: price, Voucher: orderNo(i),
				}
				fee := row
				fee.Type, fee.Moved = "扣除交易手续费", -feeFen
				rows = append(rows, row, fee)
				if isLate(i) {
					row.WeChatNo, row.Voucher, row.Name, row.Type, row.Moved = refundedNo(i), refundNo(i), "退款", "退款", feeFen-price
					rows = append(rows, row)
				}
			}
			return rows
		},
	}
}
