package payment_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// shop runs a test in an open shop on both databases, and audits it at the end.
func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	for name, open := range map[string]func(testdb.T, ...testdb.Option) *database.DB{
		"sqlite": testdb.SQLite, "mariadb": testdb.MariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			clock := testshop.NewClock()
			s := testshop.NewWorld(t, open(t, testdb.Clock(clock.Now)), clock).Shop()
			test(t, s)
			s.Audit(t)
		})
	}
}

func TestOrderIsPaidByTheNotification(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(12_900, 3), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 2))
		if now := s.Reload(sku); now.Reserved != 2 || now.OnHand != 3 {
			t.Fatalf("after placing: on hand %d, reserved %d", now.OnHand, now.Reserved)
		}
		if err := buyer.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		if got := s.Deliver(); len(got) != 1 || got[0].Status != 204 {
			t.Fatalf("delivered %+v", got)
		}
		v, err := s.Order.Get(s.Ctx, buyer.Buyer, o.No)
		if err != nil || v.Status != model.OrderPaid || v.PaidAt == 0 || len(v.Events) != 2 {
			t.Fatalf("%+v, %v", v, err)
		}
		if now := s.Reload(sku); now.Reserved != 0 || now.OnHand != 1 {
			t.Errorf("after paying: on hand %d, reserved %d", now.OnHand, now.Reserved)
		}
		if c, p := s.Balance(model.AccountWeChatClearing), s.Balance(model.AccountCustomerPrepaid); c != 25_800 || p != -25_800 {
			t.Errorf("clearing %d, prepaid %d", c, p)
		}
		s.Later(time.Hour) // the jobs for expiry and watching find nothing to do
		if s.State(o.No).Status != model.OrderPaid {
			t.Error("the expiry touched a paid order")
		}
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrAlreadyPaid) {
			t.Errorf("preparing again: %v", err)
		}
		if _, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrAlreadyPaid) {
			t.Errorf("cancelling: %v", err)
		}
	})
}

func TestPrepareIsRepeatable(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
		first, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No)
		if err != nil || again.Package != first.Package || again.PaySign == first.PaySign {
			t.Errorf("again: %+v, %v", again, err)
		}
		if n := s.Count(&model.Payment{}, "1 = 1"); n != 1 {
			t.Errorf("%d payments", n)
		}
		stranger := s.Buyer()
		if _, err := s.Payment.Prepare(s.Ctx, stranger.Buyer, o.No); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
	})
}

// WeChat takes the prepay and does not answer: nothing is lost, repeating goes on.
func TestPrepareGoesOnAfterWeChatFailed(t *testing.T) {
	for _, fault := range []simulator.FaultKind{simulator.ErrorBefore, simulator.ErrorAfter, simulator.Drop} {
		t.Run(string(fault), func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				buyer := s.Buyer()
				o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
				if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpPrepay, Kind: fault}); err != nil {
					t.Fatal(err)
				}
				if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrWeChatBusy) {
					t.Fatalf("with the fault: %v", err)
				}
				if err := buyer.Pay(o.No); err != nil {
					t.Fatalf("without: %v", err)
				}
				s.Deliver()
				if s.State(o.No).Status != model.OrderPaid {
					t.Error("not paid")
				}
			})
		})
	}
}

// WeChat knows the number with other words (the shop has been renamed since): that payment is closed, and the
// next try takes another number.
func TestChangedParametersTakeAnotherNumber(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpPrepay, Kind: simulator.ErrorAfter}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrWeChatBusy) {
			t.Fatal(err)
		}
		renamed := *buyer.Brand
		renamed.Name = model.Text{"en": "Another name"}
		buyer.Brand = &renamed
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); !errors.Is(err, model.ErrWeChatBusy) {
			t.Fatalf("with other words: %v", err)
		}
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatalf("with another number: %v", err)
		}
		if _, err := s.Sim.Pay(o.No); !errors.Is(err, simulator.ErrClosed) {
			t.Errorf("the first number can still be paid: %v", err)
		}
		if _, err := s.Sim.Pay(o.No + "-2"); err != nil {
			t.Fatal(err)
		}
		s.Deliver()
		if s.State(o.No).Status != model.OrderPaid {
			t.Error("not paid")
		}
	})
}

func TestUnpaidOrderExpires(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(100, 5), s.Buyer()
		never := buyer.MustOrder(buyer.Wants(sku, 2)) // nobody ever prepared this one
		begun := buyer.MustOrder(buyer.Wants(sku, 3))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, begun.No); err != nil {
			t.Fatal(err)
		}
		s.Later(14 * time.Minute)
		if s.State(never.No).Status != model.OrderPending {
			t.Fatal("ended before its time")
		}
		s.Later(2 * time.Minute)
		for _, no := range []string{never.No, begun.No} {
			if o := s.State(no); o.Status != model.OrderCancelled || o.CancelledAt == 0 {
				t.Errorf("%s is %s", no, o.Status)
			}
		}
		if now := s.Reload(sku); now.Reserved != 0 || now.OnHand != 5 {
			t.Errorf("on hand %d, reserved %d", now.OnHand, now.Reserved)
		}
		if _, err := s.Sim.Pay(begun.No); !errors.Is(err, simulator.ErrClosed) {
			t.Errorf("at WeChat it can still be paid: %v", err)
		}
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, begun.No); !errors.Is(err, model.ErrOrderExpired) {
			t.Errorf("preparing a cancelled order: %v", err)
		}
	})
}

// The stock is not given back while WeChat cannot be asked to close the payment.
func TestExpiryWaitsForWeChat(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(100, 1), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 1))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.ErrorBefore}); err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(15 * time.Minute)
		s.RunJobs()
		if now := s.Reload(sku); now.Reserved != 1 || s.State(o.No).Status != model.OrderPending {
			t.Fatalf("given back before WeChat had closed: reserved %d", now.Reserved)
		}
		s.Later(time.Minute) // the job tries again
		if now := s.Reload(sku); now.Reserved != 0 || s.State(o.No).Status != model.OrderCancelled {
			t.Errorf("reserved %d, %s", now.Reserved, s.State(o.No).Status)
		}
	})
}

func TestConsumerCancels(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(100, 1), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 1))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Payment.Cancel(s.Ctx, s.Buyer().Buyer, o.No); !errors.Is(err, model.ErrOrderNotFound) {
			t.Errorf("somebody else: %v", err)
		}
		for range 2 { // twice is no error
			if v, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); err != nil || v.Status != model.OrderCancelled {
				t.Fatalf("%+v, %v", v, err)
			}
		}
		if s.Reload(sku).Reserved != 0 {
			t.Error("the stock is still reserved")
		}
	})
}

// The consumer pays, the notification is lost: asking brings the order to paid, by the consumer's own look,
// by the watching job, or at the latest when it expires.
func TestLostNotificationChangesNothing(t *testing.T) {
	for name, find := range map[string]func(s *testshop.Shop, b *testshop.Buyer, no string) error{
		"the consumer looks": func(s *testshop.Shop, b *testshop.Buyer, no string) error {
			_, err := s.Payment.Refresh(s.Ctx, b.Buyer, no)
			return err
		},
		"the job looks": func(s *testshop.Shop, _ *testshop.Buyer, _ string) error { s.Later(time.Minute); return nil },
		"at the expiry": func(s *testshop.Shop, _ *testshop.Buyer, _ string) error { s.Later(16 * time.Minute); return nil },
		"when the consumer cancels": func(s *testshop.Shop, b *testshop.Buyer, no string) error {
			if _, err := s.Payment.Cancel(s.Ctx, b.Buyer, no); !errors.Is(err, model.ErrAlreadyPaid) {
				return errors.Join(errors.New("cancelled"), err)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				buyer := s.Buyer()
				o := buyer.MustOrder(buyer.Wants(s.SKU(100, 1), 1))
				if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Lost}); err != nil {
					t.Fatal(err)
				}
				if err := buyer.Pay(o.No); err != nil {
					t.Fatal(err)
				}
				s.Deliver()
				if s.State(o.No).Status != model.OrderPending {
					t.Fatal("the notification was not lost")
				}
				if err := find(s, buyer, o.No); err != nil {
					t.Fatal(err)
				}
				if got := s.State(o.No).Status; got != model.OrderPaid {
					t.Errorf("the order is %s", got)
				}
			})
		})
	}
}

// The consumer pays after the order was cancelled: the money is recorded and goes back, and WeChat is
// answered that all is well.
func TestLatePaymentIsRefunded(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		sku, buyer := s.SKU(990, 1), s.Buyer()
		o := buyer.MustOrder(buyer.Wants(sku, 1))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}); err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(15 * time.Minute)
		s.RunJobs() // closes at WeChat, gives the stock back; only then WeChat reports the success
		if s.State(o.No).Status != model.OrderCancelled {
			t.Fatal("not cancelled")
		}
		other := s.Buyer()
		if _, err := other.Order(s.Ctx, "another-key", other.Wants(sku, 1)); err != nil {
			t.Fatalf("the unit is not free again: %v", err)
		}
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyRefund, Kind: simulator.Duplicate, Count: 3}); err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(time.Minute)
		s.Deliver() // the payment
		s.RunJobs() // asks for the refund
		s.Clock.Turn(5 * time.Minute)
		told := s.Deliver()
		for _, d := range told {
			if d.Status != http.StatusNoContent {
				t.Errorf("a refund told more than once was answered %+v", d)
			}
		}
		if len(told) != 3 {
			t.Errorf("%d notifications of the refund", len(told))
		}
		s.Later(time.Minute)
		if got := s.State(o.No).Status; got != model.OrderCancelled {
			t.Errorf("the order is %s", got)
		}
		if n := s.Count(&model.Refund{}, "status = ? AND amount_fen = ?", model.RefundSucceeded, o.TotalFen); n != 1 {
			t.Errorf("%d refunds", n)
		}
		refunds := s.Sim.Refunds()
		if len(refunds) != 1 || refunds[0].Amount != int64(o.TotalFen) {
			t.Errorf("at WeChat: %+v", refunds)
		}
		for _, a := range []model.Account{model.AccountWeChatClearing, model.AccountCustomerPrepaid, model.AccountRefundPayable} {
			if b := s.Balance(a); b != 0 {
				t.Errorf("%s holds %d", a, b)
			}
		}
	})
}

// The same, and its notification is lost as well: WeChat is asked after a payment that was closed, too.
func TestLatePaymentIsFoundWithoutItsNotification(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(990, 1), 1))
		if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		for _, f := range []simulator.Fault{
			{Op: simulator.OpClose, Kind: simulator.PayAfterClose}, {Op: simulator.OpNotifyPayment, Kind: simulator.Lost},
		} {
			if err := s.Sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Payment.Cancel(s.Ctx, buyer.Buyer, o.No); err != nil {
			t.Fatal(err)
		}
		for range 30 {
			s.Later(time.Hour)
		}
		if n := s.Count(&model.Refund{}, "status = ? AND amount_fen = ?", model.RefundSucceeded, o.TotalFen); n != 1 {
			t.Errorf("%d refunds: the money is stuck at WeChat", n)
		}
	})
}

// Nothing ran here for days: a payment is closed at WeChat only then, is paid in that moment, and nobody is told. It is found,
// because the time for which it is asked after counts from that close; also when it had been closed here before, while it
// was being announced.
func TestPaymentThatIsClosedAtWeChatLateIsFound(t *testing.T) {
	for name, before := range map[string]map[string]any{
		"open here": nil, "closed here": {"status": model.PaymentClosed, "prepay_id": ""},
	} {
		t.Run(name, func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				buyer := s.Buyer()
				o := buyer.MustOrder(buyer.Wants(s.SKU(990, 1), 1))
				if _, err := s.Payment.Prepare(s.Ctx, buyer.Buyer, o.No); err != nil {
					t.Fatal(err)
				}
				if before != nil {
					s.Set(&model.Payment{}, before, "order_id = ?", s.State(o.No).ID)
				}
				for _, f := range []simulator.Fault{
					{Op: simulator.OpClose, Kind: simulator.PayAfterClose}, {Op: simulator.OpNotifyPayment, Kind: simulator.Lost},
				} {
					if err := s.Sim.AddFault(f); err != nil {
						t.Fatal(err)
					}
				}
				s.Clock.Turn(8 * 24 * time.Hour)
				for range 30 {
					s.Later(time.Hour)
				}
				if n := s.Count(&model.Refund{}, "status = ? AND amount_fen = ?", model.RefundSucceeded, o.TotalFen); n != 1 {
					t.Errorf("%d refunds: the money is stuck at WeChat", n)
				}
			})
		})
	}
}

// A notification that is signed well but names another amount changes nothing and is kept for staff to see.
func TestWrongAmountIsRefused(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(990, 1), 1))
		if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.WrongAmount}); err != nil {
			t.Fatal(err)
		}
		if err := buyer.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		if got := s.Deliver(); len(got) != 1 || got[0].Status < 400 {
			t.Fatalf("answered %+v", got)
		}
		if s.State(o.No).Status != model.OrderPending {
			t.Error("the order moved")
		}
		if n := s.Count(&model.Callback{}, "outcome = ? AND detail = ?", model.CallbackMismatch, "amount"); n != 1 {
			t.Errorf("%d mismatches in the log", n)
		}
		s.Later(time.Minute) // asked, WeChat tells the truth
		if s.State(o.No).Status != model.OrderPaid {
			t.Error("not paid after asking")
		}
	})
}

// A brand's notification posted to another brand's address is refused: the keys are not the same.
func TestNotificationOfAnotherBrand(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		buyer := s.Buyer()
		o := buyer.MustOrder(buyer.Wants(s.SKU(990, 1), 1))
		if err := buyer.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		other := s.World.Shop()
		for _, kind := range []simulator.FaultKind{simulator.BadSignature, simulator.UnknownSerial, simulator.SignTest, simulator.Skew} {
			if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: kind}); err != nil {
				t.Fatal(err)
			}
			for _, d := range s.Deliver() {
				if d.Status < 400 {
					t.Errorf("%s was answered %d", kind, d.Status)
				}
			}
			if s.State(o.No).Status != model.OrderPending {
				t.Fatalf("%s moved the order", kind)
			}
			s.Clock.Turn(time.Hour)
		}
		if n := other.Count(&model.Callback{}, "1 = 1"); n != 0 {
			t.Errorf("%d callbacks of the other brand", n)
		}
	})
}
