package payment_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/internal/job"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// another is a merchant that the brand may take in the place of the one it has.
func another(t *testing.T, s *testshop.Shop) brand.Merchant {
	t.Helper()
	m, err := s.Sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		t.Fatal(err)
	}
	return brand.Merchant{
		MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key), CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey),
		Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey, Replace: true,
	}
}

// anotherMerchant is that the brand takes another merchant.
func anotherMerchant(t *testing.T, s *testshop.Shop) error {
	t.Helper()
	_, err := s.Brand.SetMerchant(byStaff(s), another(t, s))
	return err
}

// WeChat refuses a refund for good before it has taken it: it waits for staff as one that WeChat gave up, and they settle
// it.
func TestARefundThatWeChatNeverTakes(t *testing.T) {
	for name, begin := range map[string]func(t *testing.T, s *testshop.Shop, no string) payment.DeskRefund{
		"the second of two is due after the year": func(t *testing.T, s *testshop.Shop, no string) payment.DeskRefund {
			s.Clock.Turn(payment.RefundDays*24*time.Hour - 30*time.Second)
			wish{no, pieces(0, 1), false}.must(t, s, "key-0001")
			s.RunJobs()
			return wish{no, pieces(0, 2), false}.must(t, s, "key-0002")
		},
		"the merchant was replaced": func(t *testing.T, s *testshop.Shop, no string) payment.DeskRefund {
			s.Later(time.Hour)
			if err := anotherMerchant(t, s); err != nil {
				t.Fatal(err)
			}
			s.Clock.Turn(2 * time.Second)
			return wish{no, pieces(0, 3), false}.must(t, s, "key-0001")
		},
		"the consumer's account is gone": func(t *testing.T, s *testshop.Shop, no string) payment.DeskRefund {
			if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: simulator.AccountGone, Times: -1}); err != nil {
				t.Fatal(err)
			}
			return wish{no, pieces(0, 3), false}.must(t, s, "key-0001")
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				_, o := bought(t, s, s.SKU(1_000, 3))
				r := begin(t, s, o.No)
				settle(s)
				if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundClosed || v.ToDo == "" {
					t.Fatalf("%s, to do %q, %v", v.Status, v.ToDo, err)
				}
				if n := s.Count(&model.Job{}, "kind = ? AND status <> ?", payment.JobRefund, model.JobDone); n != 0 {
					t.Errorf("%d jobs go on asking", n)
				}
				if owed := s.Balance(model.AccountRefundPayable); owed != -r.AmountFen {
					t.Errorf("%d owed", owed)
				}
				s.Audit(t)
				if _, err := s.Payment.SettleOutside(s.Ctx, "key-0003", r.No, byBank); err != nil {
					t.Fatal(err)
				}
				if now := s.State(o.No); now.Status != model.OrderClosed || s.Balance(model.AccountRefundPayable) != 0 {
					t.Errorf("%s, %d owed", now.Status, s.Balance(model.AccountRefundPayable))
				}
				s.Audit(t)
			})
		})
	}
}

// WeChat takes a refund, its answer gets lost, and it refuses when asked again: it is not given up, and goes back.
func TestARefundThatWeChatTookIsNotGivenUp(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 3))
		for _, kind := range []simulator.FaultKind{simulator.ErrorAfter, simulator.AccountGone} {
			if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpRefund, Kind: kind}); err != nil {
				t.Fatal(err)
			}
		}
		r := wish{o.No, pieces(0, 3), false}.must(t, s, "key-0001")
		settle(s)
		if v, err := s.Payment.RefundAtDesk(s.Ctx, r.No); err != nil || v.Status != model.RefundSucceeded {
			t.Errorf("%s, %v", v.Status, err)
		}
		s.Audit(t)
	})
}

// A process that still knows the merchant of a second ago begins no payment with it: nobody would hear that it was made.
func TestNoPaymentBeginsWithAMerchantThatWasReplaced(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, other := s.Buyer(), s.Replica(s.DB)
		o := b.MustOrder(b.Wants(s.SKU(1_000, 3), 1))
		if _, err := other.Brand.Client(s.Ctx, s.Row.ID); err != nil {
			t.Fatal(err)
		}
		if err := anotherMerchant(t, s); err != nil {
			t.Fatal(err)
		}
		_, err := other.Payment.Prepare(s.Ctx, b.Buyer, o.No)
		if tally([]error{err})["wechat_busy"] != 1 || len(s.Sim.Payments()) != 0 {
			t.Errorf("%v, %d payments at WeChat", err, len(s.Sim.Payments()))
		}
		s.Clock.Turn(2 * time.Second)
		_, err = other.Payment.Prepare(s.Ctx, b.Buyer, o.No)
		if tally([]error{err})["wechat_settings"] != 1 { // the new merchant is asked: at WeChat it is another mini program's
			t.Errorf("a moment later: %v", err)
		}
	})
}

// Brands take another merchant while consumers begin to pay, by a process that knows the old one for a second more: whatever
// comes first, nobody can pay at the old one once the brand has the new.
func TestAnotherMerchantWhilePaymentsBegin(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		for round := range 5 {
			s := s.World.Shop()
			var nos []string
			buyers := make([]*testshop.Buyer, 4)
			for i := range buyers {
				buyers[i] = s.Buyer()
				nos = append(nos, buyers[i].MustOrder(buyers[i].Wants(s.SKU(1_000, 3), 1)).No)
			}
			other, next, old := s.Replica(s.DB), another(t, s), s.Merchant.MchID
			if _, err := other.Brand.Client(s.Ctx, s.Row.ID); err != nil {
				t.Fatal(err)
			}
			errs := testdb.Race(len(buyers)+1, func(i int) error {
				if i == len(buyers) {
					_, err := s.Brand.SetMerchant(byStaff(s), next)
					return err
				}
				time.Sleep(time.Duration(round*i) * time.Millisecond)
				_, err := other.Payment.Prepare(s.Ctx, buyers[i].Buyer, nos[i])
				return err
			})
			for _, p := range s.Sim.Payments() {
				if errs[len(buyers)] == nil && p.MchID == old && p.State == "NOTPAY" {
					t.Errorf("round %d: %s can be paid at the merchant that was replaced: %v", round, p.OutTradeNo, errs)
				}
			}
		}
	})
}

// WeChat closes a payment and its answer gets lost, and staff leave it at that: it is closed here too as soon as WeChat is
// asked, and the consumer pays with the next.
func TestWhatIsClosedAtWeChatIsClosedHere(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(1_000, 3), 1))
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.ErrorAfter}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-0001", o.No, cheaper(100, 1_000)); err == nil {
			t.Fatal("changed, though WeChat did not answer")
		}
		if _, err := s.Payment.Refresh(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sim.Pay(o.No + "-2"); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		if now := s.State(o.No); now.Status != model.OrderPaid {
			t.Errorf("%s", now.Status)
		}
	})
}

// A payment that was closed for another price is paid all the same, and its price is the order's again: the one begun
// meanwhile is closed, so that nobody pays twice and the brand may take another merchant.
func TestThePaymentBesideTheOneThatPaidIsClosed(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(1_000, 3), 1))
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose, Delay: 20 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-0001", o.No, cheaper(100, 1_000)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-0002", o.No, cheaper(-100, 900)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			s.Later(time.Minute)
		}
		if now := s.State(o.No); now.Status != model.OrderPaid {
			t.Fatal(now.Status)
		}
		if n := s.Count(&model.Payment{}, "status IN ?", model.PaymentsOpen); n != 0 {
			t.Errorf("%d payments are open", n)
		}
		for _, p := range s.Sim.Payments() {
			if p.State == "NOTPAY" {
				t.Errorf("%s can be paid at WeChat", p.OutTradeNo)
			}
		}
		for range 4 {
			s.Later(14 * time.Hour)
		}
		if n := s.Count(&model.Job{}, "kind = ? AND status <> ?", payment.JobWatch, model.JobDone); n != 0 {
			t.Errorf("%d payments are still asked after", n)
		}
		if err := anotherMerchant(t, s); err != nil {
			t.Error(err)
		}
		s.Audit(t)
	})
}

// The job that ends an order finds it paid, but at a price of before: that money goes back, and the order ends all the
// same.
func TestAnOrderThatWasPaidAtAnOldPriceEnds(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		sku := s.SKU(1_000, 3)
		o := b.MustOrder(b.Wants(sku, 1))
		if _, err := s.Payment.Prepare(s.Ctx, b.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		id := s.State(o.No).ID
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { // as a group that is over does
			return job.Enqueue(tx, order.JobExpire, o.No, order.ExpirePayload{OrderID: id, Reason: "group_over"}, model.At(s.Clock.Now()))
		})
		if err != nil {
			t.Fatal(err)
		}
		asked := false
		s.BeforeWeChat = func(r *http.Request) {
			if asked || r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "out-trade-no") {
				return
			}
			asked = true
			if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}); err != nil {
				t.Error(err)
			}
			if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-0001", o.No, cheaper(100, 1_000)); err != nil {
				t.Error(err)
			}
		}
		s.RunJobs()
		s.Deliver()
		for range 10 {
			s.Later(time.Minute)
		}
		if now := s.State(o.No); now.Status != model.OrderCancelled || s.Reload(sku).Reserved != 0 {
			t.Errorf("%s, %d reserved", now.Status, s.Reload(sku).Reserved)
		}
		if n := s.Count(&model.Refund{}, "kind = ? AND status = ?", model.RefundLate, model.RefundSucceeded); n != 1 {
			t.Errorf("%d refunds", n)
		}
		s.Audit(t)
	})
}

// What cost nothing is left of an order whose money has gone back: staff drop it, and the order is over.
func TestAGiftThatIsLeftIsDropped(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		gift := s.SKU(500, 9)
		basket := b.Wants(s.SKU(1_000, 9), 1)
		basket.Lines = append(basket.Lines, b.Wants(gift, 1).Lines...)
		no := b.MustOrder(basket).No
		second := 1
		free := order.PriceChange{AmountFen: -500, On: "line", Line: &second, Words: "gift", ExpectedTotalFen: 1_500}
		if _, err := s.Payment.ChangePrice(byStaff(s), english, "key-0001", no, free); err != nil {
			t.Fatal(err)
		}
		if err := b.Pay(no); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		wish{no, pieces(0, 1), false}.must(t, s, "key-0002")
		settle(s)
		r := wish{no, pieces(1, 1), false}.must(t, s, "key-0003")
		settle(s)
		if now := s.State(no); r.AmountFen != 0 || now.Status != model.OrderClosed || s.Reload(gift).OnHand != 9 {
			t.Errorf("%d fen, %s, %d on hand", r.AmountFen, now.Status, s.Reload(gift).OnHand)
		}
		s.Audit(t)
	})
}
