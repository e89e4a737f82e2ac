package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"hutong/model"
	"hutong/service/promotion"
)

const (
	flashConnections = 64
	flashUnits       = 1_000
	flashPrice       = 5_000
)

// flashSale measures how fast a flash sale of 1,000 pieces of one SKU is sold out over 64 connections, against a bare
// SQL transaction that writes an order of one line and takes a piece off one row, as often and over as many
// connections. Each sale sells exactly what it has.
func (w *world) flashSale(ctx context.Context, t *table) error {
	buyers, err := w.buyers(ctx, flashConnections)
	if err != nil {
		return err
	}
	sqlPool, err := w.bareTables(ctx)
	if err != nil {
		return err
	}
	defer sqlPool.Close()
	sqlPool.SetMaxOpenConns(flashConnections)
	sqlPool.SetMaxIdleConns(flashConnections)
	p, err := dialAll(ctx, flashConnections, w.server.address)
	if err != nil {
		return err
	}
	defer p.close()
	newNo := newNumbers(w.clock)
	sale := 0
	ours := func() (float64, error) {
		sale++
		s, err := w.openSale(ctx, sale)
		if err != nil {
			return 0, err
		}
		took, err := soldOut(func(c int) (bool, error) {
			body := fmt.Sprintf(`{"address":%q,"lines":[{"sku":%q,"quantity":1}],"expected_total_fen":%d}`, buyers[c].address, s.sku.No, flashPrice)
			status, answer, err := p[c].do(request(http.MethodPost, "/v1/bench/orders", body,
				"Authorization: Bearer "+buyers[c].token, "Idempotency-Key: "+newNo()))
			if err == nil && status != http.StatusCreated && status != http.StatusConflict {
				err = fmt.Errorf("status %d: %s", status, answer)
			}
			return status == http.StatusCreated, err
		})
		if err != nil {
			return 0, err
		}
		return flashUnits / took.Seconds(), w.soldExactly(ctx, s)
	}
	bare := func() (float64, error) {
		var taken atomic.Int64
		took, err := soldOut(func(int) (bool, error) {
			if taken.Add(1) > flashUnits {
				return false, nil
			}
			return true, bareHotRow(ctx, sqlPool, newNo, 1)
		})
		return flashUnits / took.Seconds(), err
	}
	a, b, err := duel(w.rounds, ours, bare)
	if err != nil {
		return err
	}
	t.race("flash sale of one SKU / bare hot row", 0.5, a, b)
	return nil
}

// sale is one flash sale.
type sale struct {
	no  string
	sku model.SKU
}

// openSale makes a flash sale of a product that no other had.
func (w *world) openSale(ctx context.Context, n int) (s sale, err error) {
	ctx = model.WithActor(model.WithBrand(ctx, w.shop.ID), model.Actor{Kind: model.ActorOperator})
	of := handle(flashConnections + n)
	var p model.Product
	if err := w.db.Read(ctx).Where("handle = ?", of).Take(&p).Error; err != nil {
		return s, err
	}
	if err := w.db.Read(ctx).Where("product_id = ?", p.ID).Order("id").Limit(1).Take(&s.sku).Error; err != nil {
		return s, err
	}
	now := model.At(w.clock())
	v, err := w.services.Promotion.Create(ctx, fmt.Sprintf("bench-sale-%06d", n), promotion.Spec{
		Name: model.Text{"en": "Flash"}, StartsAt: now, EndsAt: now.Add(time.Hour),
		Conditions: promotion.ConditionsSpec{Products: []string{of}},
		Effect:     promotion.EffectSpec{Kind: model.EffectPrice, PriceFen: flashPrice},
		Quota:      &promotion.Quota{Total: flashUnits, PerUser: flashUnits},
	})
	s.no = v.No
	return s, err
}

// soldOut has all connections buy until each is refused, and tells how long it took to the last piece.
func soldOut(buy func(c int) (sold bool, err error)) (time.Duration, error) {
	var last atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, flashConnections)
	begin := time.Now()
	for c := range flashConnections {
		wg.Go(func() {
			for {
				sold, err := buy(c)
				if err != nil || !sold {
					errs[c] = err
					return
				}
				last.Store(int64(time.Since(begin)))
			}
		})
	}
	wg.Wait()
	return time.Duration(last.Load()), errors.Join(errs...)
}

// soldExactly wants that a sale has sold what it had, no more and no less, by as many orders.
func (w *world) soldExactly(ctx context.Context, s sale) error {
	ctx = model.WithBrand(ctx, w.shop.ID)
	v, err := w.services.Promotion.Get(ctx, s.no)
	if err != nil {
		return err
	}
	var pieces int64
	if err := w.db.Read(ctx).Model(&model.OrderLine{}).Where("sku_id = ?", s.sku.ID).Select("COALESCE(SUM(quantity), 0)").Scan(&pieces).Error; err != nil {
		return err
	}
	if v.Reserved != flashUnits || pieces != flashUnits {
		return fmt.Errorf("a sale of %d pieces has reserved %d, and its orders have %d", flashUnits, v.Reserved, pieces)
	}
	return nil
}

// bareHotRow is what an order of one piece costs when nothing else is done, and everybody wants the same row.
func bareHotRow(ctx context.Context, pool *sql.DB, newNo func() string, sku int64) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	id, err := bareOrder(ctx, tx, newNo)
	if err != nil {
		return err
	}
	if err := bareLine(ctx, tx, id, 0, sku); err != nil {
		return err
	}
	if err := bareTake(ctx, tx, sku); err != nil {
		return err
	}
	return tx.Commit()
}
