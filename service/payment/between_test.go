package payment_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// between lets something happen right after the next query that has certain words in it.
type between struct {
	words string
	then  func()
}

func (b *between) wrap(c driver.Connector) driver.Connector { return betweenConnector{c, b} }

func (b *between) pass(query string) {
	if b.then != nil && strings.Contains(query, b.words) {
		then := b.then
		b.then = nil
		then()
	}
}

type betweenConnector struct {
	driver.Connector
	b *between
}

func (c betweenConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	return betweenConn{conn, c.b}, err
}

type betweenConn struct {
	driver.Conn
	b *between
}

func (c betweenConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c betweenConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c betweenConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	c.b.pass(query)
	return rows, err
}

// The consumer's other hand opens WeChat's sheet while the order is being cancelled: it is not cancelled, for
// WeChat has not been told, and a second try tells it.
func TestPaymentBegunWhileCancelling(t *testing.T) {
	clock, b := testshop.NewClock(), &between{words: "FROM `payments` WHERE (order_id"}
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		sku, buyer := s.SKU(100, 1), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 1))
		b.then = func() {
			if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrConflict) {
			t.Fatalf("cancelled under a payment that WeChat knows: %v", err)
		}
		if s.Reload(sku).Reserved != 1 {
			t.Error("the stock is free while the payment is open")
		}
		if v, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); err != nil || v.Status != model.OrderCancelled {
			t.Errorf("the second time: %+v, %v", v, err)
		}
		if _, err := s.Sim.Pay(o.No); err == nil {
			t.Error("it can still be paid")
		}
		s.Audit(t)
	}, testdb.Clock(clock.Now), testdb.Wrap(b.wrap))
}

// The order ends on the way to WeChat: what WeChat takes down after that is closed there too, as soon as
// somebody looks.
func TestCancelledWhilePreparing(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
		s.BeforeWeChat = func(r *http.Request) {
			if r.Method != http.MethodPost {
				return
			}
			s.BeforeWeChat = nil
			if v, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); err != nil || v.Status != model.OrderCancelled {
				t.Errorf("%+v, %v", v, err)
			}
		}
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("prepared for a cancelled order: %v", err)
		}
		s.Later(time.Minute)
		if _, err := s.Sim.Pay(o.No); !errors.Is(err, simulator.ErrClosed) {
			t.Errorf("it can still be paid: %v", err)
		}
	})
}
