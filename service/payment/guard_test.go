package payment_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// The conditions under which money and pieces leave an order, each by itself: what stands before them, which reckons
// from what it has read, may be wrong.
func TestTheConditionsDecideByThemselves(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop(func(b *brand.Spec) {
			b.Freight = []brand.FreightTemplate{{
				Name: "standard", Default: true, Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 1, FirstFen: 600, Next: 1, NextFen: 100}},
			}}
		})
		b := s.Buyer()
		v := b.MustOrder(b.Wants(s.SKU(1_000, 9), 2)) // 2,000 and 700 for the delivery
		if err := b.Pay(v.No); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		line := func() (l model.OrderLine) {
			if err := s.DB.Read(s.Ctx).Where("order_id = ?", s.State(v.No).ID).Take(&l).Error; err != nil {
				t.Fatal(err)
			}
			return l
		}
		undone := errors.New("undone")
		ofOrder := func(set map[string]any, r model.Refund) (err error) {
			_ = s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
				stale := s.State(v.No) // as it was before
				if err := tx.Model(&model.Order{}).Where("id = ?", stale.ID).Updates(set).Error; err != nil {
					t.Error(err)
				}
				err = s.Payment.TakeOffOrder(tx, &stale, &r)
				return undone
			})
			return err
		}
		now := map[string]any{"remark": ""}
		for name, c := range map[string]struct {
			set map[string]any
			r   model.Refund
		}{
			"more than was paid":            {now, model.Refund{AmountFen: 2_701}},
			"more than is left":             {map[string]any{"refunded_fen": 2_000}, model.Refund{AmountFen: 701}},
			"more for the delivery":         {now, model.Refund{AmountFen: 701, FreightFen: 701}},
			"the delivery twice":            {map[string]any{"refunded_freight_fen": 700}, model.Refund{AmountFen: 100, FreightFen: 100}},
			"tax that nobody paid":          {now, model.Refund{AmountFen: 1, TaxFen: 1}},
			"the fifty-first":               {map[string]any{"refund_count": payment.MostRefunds}, model.Refund{AmountFen: 1}},
			"of an order that was not paid": {map[string]any{"status": model.OrderCancelled}, model.Refund{AmountFen: 1}},
		} {
			if err := ofOrder(c.set, c.r); err == nil {
				t.Errorf("%s went back", name)
			}
		}
		if err := ofOrder(now, model.Refund{AmountFen: 2_700, FreightFen: 700}); err != nil {
			t.Errorf("all of it: %v", err)
		}

		_ = s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			stale := s.State(v.No)
			if err := tx.Model(&model.Order{}).Where("id = ?", stale.ID).Update("refund_count", payment.MostRefunds).Error; err != nil {
				t.Error(err)
			}
			if err := s.Payment.Attempt(tx, &stale); !errors.Is(err, model.ErrTooManyRefunds) {
				t.Errorf("a reissue as the fifty-first: %v", err)
			}
			return undone
		})

		ofLine := func(set map[string]any, p model.RefundLine) (taken bool) {
			_ = s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
				l := line()
				if err := tx.Model(&model.OrderLine{}).Where("id = ?", l.ID).Updates(set).Error; err != nil {
					t.Error(err)
				}
				p.OrderLineID = l.ID
				var err error
				if taken, err = payment.TakeOffLine(tx, p); err != nil {
					t.Error(err)
				}
				return undone
			})
			return taken
		}
		as := map[string]any{"picture": ""}
		for name, c := range map[string]struct {
			set map[string]any
			p   model.RefundLine
		}{
			"three of two pieces":              {as, model.RefundLine{Quantity: 3, Dropped: 3, AmountFen: 1}},
			"a piece that a case is about":     {map[string]any{"claimed": 1}, model.RefundLine{Quantity: 2, Dropped: 2, AmountFen: 1}},
			"more than the pieces were":        {as, model.RefundLine{Quantity: 1, Dropped: 1, AmountFen: 2_001}},
			"what was sent as if it never was": {map[string]any{"shipped": 2}, model.RefundLine{Quantity: 1, Dropped: 1, AmountFen: 1}},
			"what was not sent as if it was":   {as, model.RefundLine{Quantity: 1, AmountFen: 1}},
		} {
			if ofLine(c.set, c.p) {
				t.Errorf("%s went back", name)
			}
		}
		if !ofLine(as, model.RefundLine{Quantity: 2, Dropped: 2, AmountFen: 2_000}) {
			t.Error("all of it did not")
		}
	}, testdb.Clock(clock.Now))
}

// No more is put back on sale than is refunded, whoever makes the wish.
func TestNoMoreIsPutBackThanIsRefunded(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		send(t, s, o)
		part := payment.RefundPart{LineID: linesOf(t, s, o)[0].ID, Quantity: 1, Sent: 1, Restock: 2}
		_, err := s.Payment.WeighRefund(s.DB.Read(s.Ctx), &o, payment.RefundWish{Lines: []payment.RefundPart{part}, Reason: "other"})
		if !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%v", err)
		}
	})
}
