package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"

	"hutong/service"
)

// serveBare answers every path with the bytes of a file: what Gin can do at most. Its address is in
// BENCH_LISTEN.
func serveBare(path string) error {
	content, err := os.ReadFile(path) //nolint:gosec // bench itself names it
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/*any", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", content) })
	server := http.Server{Addr: os.Getenv("BENCH_LISTEN"), Handler: r, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}

// bareCheckout is what an order of two lines costs when nothing else is done: insert the order, insert two
// lines, and two conditional updates, a statement each, in one transaction. The tables are copies of ours.
func bareCheckout(ctx context.Context, pool *sql.DB, newNo func() string, skus [2]int64) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	id, err := bareOrder(ctx, tx, newNo)
	if err != nil {
		return err
	}
	for position, sku := range skus {
		if err := bareLine(ctx, tx, id, position, sku); err != nil {
			return err
		}
	}
	for _, sku := range skus {
		if err := bareTake(ctx, tx, sku); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func bareOrder(ctx context.Context, tx *sql.Tx, newNo func() string) (id int64, err error) {
	no, now := newNo(), time.Now().UnixMilli()
	r, err := tx.ExecContext(ctx, `INSERT INTO bare_orders (brand_id, no, user_id, status, currency, goods_fen, discount_fen,
		freight_fen, tax_fen, total_fen, place, remark, expires_at, paid_at, cancelled_at, shipped_at, received_at, closed_at,
		refunded_fen, refunded_freight_fen, refunded_tax_fen, refund_count, last_refund_at, created_at, updated_at)
		VALUES (1, ?, 1, 'pending', 'CNY', 200, 0, 0, 0, 200, '{}', '', ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?, ?)`, no, now, now, now)
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

func bareLine(ctx context.Context, tx *sql.Tx, order int64, position int, sku int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO bare_order_lines (brand_id, order_id, position, product_id, sku_id, sku_no, handle,
		title, choice, picture, weight_grams, quantity, unit_fen, total_fen, shipped, dropped, refunded, restocked, refunded_fen, created_at)
		VALUES (1, ?, ?, 1, ?, '', 'bench', '{}', '{}', '', 0, 1, 100, 100, 0, 0, 0, 0, 0, ?)`, order, position, sku, time.Now().UnixMilli())
	return err
}

func bareTake(ctx context.Context, tx *sql.Tx, sku int64) error {
	r, err := tx.ExecContext(ctx, `UPDATE bare_skus SET reserved = reserved + 1 WHERE id = ? AND on_hand - reserved >= 1`, sku)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("sku %d: %d rows, %w", sku, n, err)
	}
	return nil
}

var newNumbers = service.NewNumbers
