package payment_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// bought is a paid order of these SKUs, three pieces of each.
func bought(t testdb.T, s *testshop.Shop, skus ...model.SKU) (*testshop.Buyer, model.Order) {
	t.Helper()
	b := s.Buyer()
	basket := order.Basket{AddressNo: b.Address}
	for _, k := range skus {
		basket.Lines = append(basket.Lines, offer.Want{SKUNo: k.No, Quantity: 3})
	}
	v := b.MustOrder(basket)
	if err := b.Pay(v.No); err != nil {
		t.Fatal(err)
	}
	s.Deliver()
	return b, s.State(v.No)
}

// send is all that is left of an order leaving the house.
func send(s *testshop.Shop, orderNo string) error {
	refused, err := s.Fulfilment.ShipAll(s.Ctx, []fulfilment.Row{{
		OrderNo: orderNo, Box: fulfilment.Box{Carrier: "ZTO", Waybill: "ZTO0000001"},
	}})
	return errors.Join(append(refused, err)...)
}

func mustSend(t testdb.T, s *testshop.Shop, o model.Order) {
	t.Helper()
	if err := send(s, o.No); err != nil {
		t.Fatal(err)
	}
}

func receive(t testdb.T, s *testshop.Shop, o model.Order) {
	t.Helper()
	err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		locked, err := order.Lock(tx, o.ID)
		if err != nil {
			return err
		}
		return s.Order.Received(s.Ctx, tx, locked, "consumer", "")
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (wish wish) of(s *testshop.Shop, key string) (payment.DeskRefund, error) {
	return s.Payment.RefundByStaff(s.Ctx, key, wish.order, payment.StaffRefund{Lines: wish.lines, Freight: wish.freight, Reason: "other"})
}

// settle gives WeChat and the jobs the time to bring every refund to where it goes by itself: WeChat takes one of
// an order a minute.
func settle(s *testshop.Shop) {
	s.Later(20 * time.Minute)
	for range 20 {
		s.Later(20 * time.Minute)
		if s.Count(&model.Refund{}, "status IN ?", []model.RefundStatus{model.RefundPending, model.RefundProcessing}) == 0 {
			return
		}
	}
}

type wish struct {
	order   string
	lines   []payment.StaffRefundLine
	freight bool
}

func pieces(line, n int) []payment.StaffRefundLine {
	return []payment.StaffRefundLine{{Line: line, Quantity: n}}
}

// Whatever the order and the partition in which the pieces go back, before or after they were sent and received:
// the parts add up to exactly what was paid, the stock of what was never sent is back, and the order is over.
func TestAllPartsAddUpToWhatWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := testshop.NewClock()
		s := testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock).Shop(func(b *brand.Spec) {
			b.Freight = []brand.FreightTemplate{{
				Name: "standard", Default: true, Basis: model.FreightByPiece,
				Rules: []model.FreightRule{{First: 1, FirstFen: model.Fen(rapid.IntRange(0, 999).Draw(t, "freight"))}},
			}}
		})
		b := s.Buyer()
		basket := order.Basket{AddressNo: b.Address}
		left := []int{}
		for range rapid.IntRange(1, 3).Draw(t, "lines") {
			n := rapid.IntRange(1, 4).Draw(t, "pieces")
			sku := s.SKU(model.Fen(rapid.IntRange(1, 999).Draw(t, "price")), 10)
			basket.Lines = append(basket.Lines, offer.Want{SKUNo: sku.No, Quantity: n})
			left = append(left, n)
		}
		v := b.MustOrder(basket)
		o := s.State(v.No)
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { // a discount that does not divide
			return discount(tx, o, model.Fen(rapid.IntRange(0, int(o.GoodsFen)-1).Draw(t, "discount")))
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Pay(v.No); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		var back model.Fen
		sentAt, receivedAt := rapid.IntRange(0, 6).Draw(t, "sent"), rapid.IntRange(0, 6).Draw(t, "received")
		for n := 0; sum(left) > 0; n++ {
			now := s.State(v.No)
			if n == sentAt && now.Status == model.OrderPaid {
				mustSend(t, s, now)
			}
			if n == receivedAt && now.Status == model.OrderShipped {
				receive(t, s, now)
			}
			i := rapid.IntRange(0, len(left)-1).Filter(func(i int) bool { return left[i] > 0 }).Draw(t, "line")
			k := rapid.IntRange(1, left[i]).Draw(t, "back")
			left[i] -= k
			r, err := wish{v.No, pieces(i, k), sum(left) == 0}.of(s, fmt.Sprintf("key-%04d", n))
			if errors.Is(err, model.ErrNothingBack) { // the discount has made these pieces free
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			back += r.AmountFen
		}
		settle(s)
		now := s.State(v.No)
		if back != now.TotalFen || now.Status != model.OrderClosed || s.Balance(model.AccountRefundPayable) != 0 {
			t.Errorf("%d of %d went back, the order is %s", back, now.TotalFen, now.Status)
		}
		s.Audit(t)
	})
}

func sum(n []int) (total int) {
	for _, v := range n {
		total += v
	}
	return total
}

// discount takes an amount off the goods of an order that is not paid yet, as a coupon would have, so that the lines carry shares
// that do not divide by their pieces.
func discount(tx *gorm.DB, o model.Order, amount model.Fen) error {
	if amount == 0 {
		return nil
	}
	var lines []model.OrderLine
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&lines).Error; err != nil {
		return err
	}
	weights := make([]int64, len(lines))
	for i, l := range lines {
		weights[i] = int64(l.TotalFen)
	}
	for i, share := range amount.Split(weights) {
		if err := tx.Model(&model.OrderLine{}).Where("id = ?", lines[i].ID).Update("total_fen", lines[i].TotalFen-share).Error; err != nil {
			return err
		}
	}
	a := model.Adjustment{OrderID: o.ID, Position: -1, Kind: model.AdjustCoupon, Source: "test", Label: "coupon", AmountFen: -amount}
	if err := tx.Create(&a).Error; err != nil {
		return err
	}
	return tx.Model(&model.Order{}).Where("id = ?", o.ID).
		Updates(map[string]any{"total_fen": o.TotalFen - amount, "discount_fen": -amount}).Error
}

// Sixteen times the last piece at once: it goes back once.
func TestTheLastPieceGoesBackOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		if _, err := (wish{o.No, pieces(0, 2), false}).of(s, "key-first"); err != nil {
			t.Fatal(err)
		}
		got := tally(testdb.Race(16, func(i int) error {
			_, err := wish{o.No, pieces(0, 1), false}.of(s, fmt.Sprintf("key-%04d", i))
			return err
		}))
		if got[""] != 1 || got[""]+got["over_refund"]+got["wrong_state"] != 16 {
			t.Errorf("%v", got)
		}
		settle(s)
		if now := s.State(o.No); now.RefundedFen != 3_000 || now.Status != model.OrderClosed {
			t.Errorf("%d, %s", now.RefundedFen, now.Status)
		}
	})
}

// The last fen, asked for as parts of the price by sixteen at once.
func TestTheLastFenGoesBackOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		part := func(key string, amount model.Fen) error {
			_, err := wish{order: o.No, lines: []payment.StaffRefundLine{{Line: 0, AmountFen: amount}}}.of(s, key)
			return err
		}
		if err := part("key-first", 2_999); err != nil {
			t.Fatal(err)
		}
		got := tally(testdb.Race(16, func(i int) error { return part(fmt.Sprintf("key-%04d", i), 1) }))
		if got[""] != 1 || got["over_refund"] != 15 {
			t.Errorf("%v", got)
		}
	})
}

// A refund of what was not sent against sending it: one of the two has the pieces, never both.
func TestRefundAgainstShipping(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for round := range 8 {
			_, o := bought(t, s, s.SKU(1_000, 9))
			var line model.OrderLine
			if err := s.DB.Read(s.Ctx).Where("order_id = ?", o.ID).Take(&line).Error; err != nil {
				t.Fatal(err)
			}
			errs := testdb.Race(2, func(i int) error {
				if i == 0 {
					_, err := wish{o.No, pieces(0, 3), true}.of(s, fmt.Sprintf("key-%04d", round))
					return err
				}
				return send(s, o.No)
			})
			if errs[0] != nil {
				t.Errorf("the refund: %v", errs[0])
			}
			if err := s.DB.Read(s.Ctx).Where("id = ?", line.ID).Take(&line).Error; err != nil {
				t.Fatal(err)
			}
			if line.Shipped+line.Dropped != 3 || line.Refunded != 3 || (errs[1] == nil) != (line.Shipped == 3) {
				t.Errorf("shipped %d, dropped %d, refunded %d, %v", line.Shipped, line.Dropped, line.Refunded, errs[1])
			}
		}
	})
}

// WeChat accepts a refund and stalls, breaks off, answers 500 after the effect or with a signature test, or tells
// of the end before the call returns: one refund, one effect, under one number.
func TestRefundsUnderFaults(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for _, f := range []simulator.Fault{
			{Op: simulator.OpRefund, Kind: simulator.ErrorBefore},
			{Op: simulator.OpRefund, Kind: simulator.ErrorAfter},
			{Op: simulator.OpRefund, Kind: simulator.Drop},
			{Op: simulator.OpRefund, Kind: simulator.SignTest},
			{Op: simulator.OpRefund, Kind: simulator.RateLimit},
			{Op: simulator.OpRefund, Kind: simulator.NotEnough},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Lost},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Duplicate},
			{Op: simulator.OpNotifyRefund, Kind: simulator.Concurrent},
			{Op: simulator.OpNotifyRefund, Kind: simulator.SignTest},
			{Op: simulator.OpQueryRefund, Kind: simulator.ErrorBefore},
		} {
			sku := s.SKU(1_000, 3)
			_, o := bought(t, s, sku)
			r, err := wish{o.No, pieces(0, 1), false}.of(s, "key-"+o.No)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
			settle(s)
			s.Sim.ClearFaults()
			v, err := s.Payment.RefundAtDesk(s.Ctx, r.No)
			if err != nil || v.Status != model.RefundSucceeded {
				t.Errorf("%s %s: %s, %v", f.Op, f.Kind, v.Status, err)
			}
			if now := s.Reload(sku); now.OnHand != 1 {
				t.Errorf("%s %s: %d on hand", f.Op, f.Kind, now.OnHand)
			}
			s.Audit(t)
		}
		if given := len(s.Sim.Refunds()); given != 11 {
			t.Errorf("WeChat gave %d refunds", given)
		}
	})
}

// WeChat gives a refund up: the money is owed still, sixteen members of staff reissue it at once, and it goes back
// once, under another number.
func TestAClosedRefundIsReissuedOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku := s.SKU(1_000, 3)
		_, o := bought(t, s, sku)
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundClosed}); err != nil {
			t.Fatal(err)
		}
		r, err := wish{o.No, pieces(0, 3), true}.of(s, "key-0001")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Reissue(s.Ctx, r.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("reissued while WeChat has it: %v", err)
		}
		settle(s)
		if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundClosed || v.ToDo != "reissue" {
			t.Fatalf("%+v, %v", v, err)
		}
		if owed := s.Balance(model.AccountRefundPayable); owed != -3_000 {
			t.Errorf("owed %d", owed)
		}
		s.Audit(t)
		got := tally(testdb.Race(16, func(int) error { _, err := s.Payment.Reissue(s.Ctx, r.No); return err }))
		if got[""] != 1 || got["wrong_state"] != 15 {
			t.Errorf("%v", got)
		}
		s.Audit(t)
		settle(s)
		if now := s.State(o.No); now.Status != model.OrderClosed || s.Balance(model.AccountRefundPayable) != 0 || s.Reload(sku).OnHand != 3 {
			t.Errorf("%s, owed %d", now.Status, s.Balance(model.AccountRefundPayable))
		}
	})
}

// A bank refuses the money: staff are told what to do, and once it is settled at WeChat they ask again.
func TestAnAbnormalRefundIsSettled(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.RefundAbnormal}); err != nil {
			t.Fatal(err)
		}
		r, err := wish{o.No, pieces(0, 1), false}.of(s, "key-0001")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.AskAgain(s.Ctx, r.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("asked before WeChat knew of it: %v", err)
		}
		settle(s)
		if v, err := s.Payment.AskAgain(s.Ctx, r.No); err != nil || v.Status != model.RefundAbnormal || v.ToDo != "settle_at_wechat" || v.WeChatRefundID == "" {
			t.Fatalf("%+v, %v", v, err)
		}
		if err := s.Sim.SettleRefund(s.Merchant.MchID, r.No, "SUCCESS"); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Payment.AskAgain(s.Ctx, r.No); err != nil || v.Status != model.RefundSucceeded || v.ToDo != "" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

// Refunds of one order are a minute apart at WeChat, at most fifty, and none comes a year after the payment.
func TestLimitsOfRefunds(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		one := func(key string) error {
			_, err := wish{order: o.No, lines: []payment.StaffRefundLine{{Line: 0, AmountFen: 1}}}.of(s, key)
			return err
		}
		for i := range payment.MostRefunds {
			if err := one(fmt.Sprintf("key-%04d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := one("key-one-more"); !errors.Is(err, model.ErrTooManyRefunds) {
			t.Errorf("one more: %v", err)
		}
		if n := s.RunJobs(); s.Count(&model.Refund{}, "status = ?", model.RefundPending) != payment.MostRefunds-1 {
			t.Errorf("after %d jobs more than one refund was asked for", n)
		}
		for range 120 {
			s.Later(time.Minute)
		}
		if n := s.Count(&model.Refund{}, "status = ?", model.RefundSucceeded); n != payment.MostRefunds {
			t.Errorf("%d refunds are done", n)
		}
		_, late := bought(t, s, s.SKU(1_000, 9))
		s.Clock.Turn(366 * 24 * time.Hour)
		if _, err := (wish{late.No, pieces(0, 1), false}).of(s, "key-late"); !errors.Is(err, model.ErrRefundTooLate) {
			t.Errorf("after a year: %v", err)
		}
	})
}

// What is earned and what is owed, before and after the consumer has the goods; the books balance at each moment.
func TestBooksOfAnOrder(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		books := func() (b [4]model.Fen) {
			for i, a := range []model.Account{
				model.AccountWeChatClearing, model.AccountCustomerPrepaid, model.AccountRevenue, model.AccountRefundPayable,
			} {
				b[i] = s.Balance(a)
			}
			return b
		}
		steps := []struct {
			do   func()
			want [4]model.Fen
		}{
			{func() {}, [4]model.Fen{3_000, -3_000, 0, 0}},
			{func() { mustRefund(t, s, o, 1, "key-0001") }, [4]model.Fen{3_000, -2_000, 0, -1_000}},
			{func() { settle(s) }, [4]model.Fen{2_000, -2_000, 0, 0}},
			{func() { mustSend(t, s, o); receive(t, s, o) }, [4]model.Fen{2_000, 0, -2_000, 0}},
			{func() { mustRefund(t, s, o, 1, "key-0002") }, [4]model.Fen{2_000, 0, -1_000, -1_000}},
			{func() { settle(s) }, [4]model.Fen{1_000, 0, -1_000, 0}},
		}
		for i, step := range steps {
			if step.do(); books() != step.want {
				t.Errorf("step %d: %v, want %v", i, books(), step.want)
			}
			balance, err := s.Accounts.Balances(s.Ctx, 0)
			if err != nil || balance.DebitFen != balance.CreditFen || balance.DebitFen == 0 {
				t.Errorf("step %d: %+v, %v", i, balance, err)
			}
			for _, b := range balance.Accounts {
				if b.BalanceFen != s.Balance(b.Account) || b.DebitFen-b.CreditFen != b.BalanceFen {
					t.Errorf("step %d: %+v", i, b)
				}
			}
			s.Audit(t)
		}
	})
}

func mustRefund(t *testing.T, s *testshop.Shop, o model.Order, n int, key string) {
	t.Helper()
	if _, err := (wish{o.No, pieces(0, n), false}).of(s, key); err != nil {
		t.Fatal(err)
	}
}
