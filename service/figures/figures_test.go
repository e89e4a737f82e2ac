package figures_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/accounts"
	"hutong/service/audit"
	"hutong/service/cart"
	"hutong/service/database"
	"hutong/service/figures"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// each runs a test in a shop whose day has just begun, on both databases.
func each(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	for name, open := range map[string]func(testdb.T, ...testdb.Option) *database.DB{"sqlite": testdb.SQLite, "mariadb": testdb.MariaDB} {
		t.Run(name, func(t *testing.T) {
			clock := testshop.NewClock() // noon in Shanghai
			s := testshop.NewWorld(t, open(t, testdb.Clock(clock.Now)), clock).Shop()
			test(t, s)
			s.Audit(t)
		})
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bought is the number of a paid order.
func bought(t *testing.T, s *testshop.Shop, b *testshop.Buyer, basket order.Basket, channel string) string {
	t.Helper()
	q, err := s.Order.Quote(s.Ctx, b.Buyer, basket)
	check(t, err)
	v, err := s.Order.Place(s.Ctx, b.Buyer, fmt.Sprint("key-", s.Count(&model.Order{}, "1 = 1"), b.UserID), order.Checkout{
		Basket: basket, ExpectedTotalFen: q.TotalFen, Channel: channel,
	})
	check(t, err)
	check(t, b.Pay(v.No))
	s.Deliver()
	return v.No
}

func refund(t *testing.T, s *testshop.Shop, no string) {
	t.Helper()
	ctx := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
	_, err := s.Payment.RefundByStaff(ctx, "refund-"+no, no, payment.StaffRefund{
		Reason: "other", Lines: []payment.StaffRefundLine{{Quantity: 1}},
	})
	check(t, err)
	s.Later(2 * time.Minute)
	s.Later(time.Second)
}

func today(s *testshop.Shop) model.Day { return model.DayOf(model.At(s.Clock.Now())) }

// The figures are those of the orders, today's included: by day, by source, by product, with who came back and how far
// people got. Counting again changes nothing, and what other shops sell does not count.
func TestFigures(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		first := today(s)
		ring, bag := s.SKU(1_000, 99), s.SKU(300, 99)
		ann, ben, eva := s.Buyer(), s.Buyer(), s.Buyer()
		bought(t, s, ann, ann.Wants(ring, 2), "live")
		back := bought(t, s, ben, ben.Wants(bag, 2), "")
		ben.MustOrder(ben.Wants(bag, 1)) // never paid
		_, err := s.Cart.Add(s.Ctx, cart.Owner{UserID: eva.UserID, Languages: []string{"en"}}, "cart-key", cart.Item{SKU: bag.No, Quantity: 1})
		check(t, err)
		check(t, s.History.Note(s.Ctx, s.Buyer().UserID, handle(t, s, ring)))
		other := s.World.Shop()
		stranger := other.Buyer()
		bought(t, other, stranger, stranger.Wants(other.SKU(1, 9), 1), "")

		check(t, s.Figures.Count(s.Ctx, first))
		s.Clock.Turn(24 * time.Hour)
		s.Later(time.Minute)
		bought(t, s, ann, ann.Wants(bag, 1), "live")
		bought(t, s, ann, ann.Wants(bag, 1), "live")
		refund(t, s, back)
		check(t, s.Figures.Count(s.Ctx, today(s)))
		got, err := s.Figures.Summary(s.Ctx, figures.Filter{From: first})
		check(t, err)
		if got.AsOf != model.At(s.Clock.Now()) || len(got.Days) != 2 || got.From != first || got.To != today(s) {
			t.Errorf("%+v", got)
		}
		want := []figures.DayFigures{
			{
				Day:    first,
				Sales:  figures.Sales{Placed: 3, Orders: 2, GMVFen: 2_600, NetFen: 2_600, NewBuyers: 2},
				Funnel: figures.Funnel{Seen: 4, Carted: 3, Ordered: 2, Paid: 2},
			},
			{
				Day:    today(s),
				Sales:  figures.Sales{Placed: 2, Orders: 2, GMVFen: 600, Refunds: 1, RefundFen: 300, NetFen: 300, SecondBuyers: 1},
				Funnel: figures.Funnel{Seen: 1, Carted: 1, Ordered: 1, Paid: 1},
			},
		}
		if diff := cmp.Diff(want, got.Days); diff != "" {
			t.Error(diff)
		}
		if total := (figures.Sales{Placed: 5, Orders: 4, GMVFen: 3_200, Refunds: 1, RefundFen: 300, NetFen: 2_900, NewBuyers: 2, SecondBuyers: 1}); got.Total != total {
			t.Errorf("%+v", got.Total)
		}
		if got.Repurchase != (figures.Repurchase{Buyers: 2, Again: 1}) {
			t.Errorf("%+v", got.Repurchase)
		}
		if len(got.Sources) != 2 || got.Sources[0].Channel != "live" || got.Sources[0].GMVFen != 2_600 || got.Sources[1].RefundFen != 300 {
			t.Errorf("%+v", got.Sources)
		}
		live, err := s.Figures.Summary(s.Ctx, figures.Filter{From: today(s), Channel: "live"})
		check(t, err)
		if live.Total.Orders != 2 || live.Total.Refunds != 0 || live.Before.GMVFen != 2_000 || live.Repurchase != (figures.Repurchase{Buyers: 1, Again: 1}) {
			t.Errorf("%+v", live)
		}
		sellers, err := s.Figures.BestSellers(s.Ctx, figures.Filter{}, false, 10, "en")
		check(t, err)
		if len(sellers) != 2 || sellers[0].GMVFen != 2_000 || sellers[0].Title == "" || sellers[1].Quantity != 4 || sellers[1].Returned != 1 || sellers[1].RefundFen != 300 {
			t.Errorf("%+v", sellers)
		}
		if sellers, err = s.Figures.BestSellers(s.Ctx, figures.Filter{}, true, 1, "en"); err != nil || len(sellers) != 1 || sellers[0].Quantity != 4 {
			t.Errorf("%+v, %v", sellers, err)
		}
		check(t, s.Figures.Count(s.Ctx, first))
		check(t, s.Figures.Count(s.Ctx, today(s)))
		again, err := s.Figures.Summary(s.Ctx, figures.Filter{From: first})
		check(t, err)
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("counted again: %s", diff)
		}
	})
}

func handle(t *testing.T, s *testshop.Shop, sku model.SKU) string {
	t.Helper()
	var p model.Product
	check(t, s.DB.Read(s.Ctx).Where("id = ?", sku.ProductID).Take(&p).Error)
	return p.Handle
}

// Who looked at something or emptied the cart stays counted, and who has received is counted when it happens.
func TestTheFunnelOfADayThatIsOver(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		day, b, sku := today(s), s.Buyer(), s.SKU(500, 9)
		check(t, s.History.Note(s.Ctx, b.UserID, handle(t, s, sku)))
		no := bought(t, s, b, b.Wants(sku, 1), "")
		check(t, s.History.Note(s.Ctx, s.Buyer().UserID, handle(t, s, sku)))
		check(t, s.Figures.Count(s.Ctx, day))
		check(t, s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return tx.Where("1 = 1").Delete(&model.Seen{}).Error }))
		check(t, s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			return tx.Model(&model.Order{}).Where("no = ?", no).Updates(map[string]any{"status": model.OrderReceived, "received_at": s.Clock.Now().UnixMilli(), "shipped_at": 1}).Error
		}))
		check(t, s.Figures.Count(s.Ctx, day))
		v, err := s.Figures.Summary(s.Ctx, figures.Filter{From: day})
		check(t, err)
		if v.Funnel != (figures.Funnel{Seen: 2, Carted: 1, Ordered: 1, Paid: 1, Received: 1}) {
			t.Errorf("%+v", v.Funnel)
		}
		check(t, s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			return tx.Model(&model.Order{}).Where("no = ?", no).Updates(map[string]any{"status": model.OrderPaid, "received_at": 0, "shipped_at": 0}).Error
		}))
	})
}

// Many count the same day at once: each row is there once.
func TestCountingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		b, sku := s.Buyer(), s.SKU(500, 9)
		bought(t, s, b, b.Wants(sku, 1), "")
		failed := 0
		for _, err := range testdb.Race(8, func(int) error { return s.Figures.Count(s.Ctx, today(s)) }) {
			if err != nil { // the job tries again
				failed++
			}
		}
		check(t, s.Figures.Count(s.Ctx, today(s)))
		v, err := s.Figures.Summary(s.Ctx, figures.Filter{})
		if err != nil || v.Total.Orders != 1 || v.Total.GMVFen != 500 || failed == 8 {
			t.Errorf("%+v, %v, %d failed", v.Total, err, failed)
		}
	})
}

// The job counts today every minute, the days before at night, and all of them where none was counted.
func TestTheJobsThatCount(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		b, sku := s.Buyer(), s.SKU(500, 99)
		schedule := func() {
			t.Helper()
			check(t, s.Figures.Schedule(model.AcrossBrands(t.Context())))
			check(t, s.Figures.Schedule(model.AcrossBrands(t.Context())))
			s.RunJobs()
		}
		old := today(s)
		bought(t, s, b, b.Wants(sku, 1), "")
		s.Clock.Turn(120 * 24 * time.Hour)
		s.RunJobs()
		bought(t, s, b, b.Wants(sku, 1), "")
		schedule()
		v, err := s.Figures.Summary(s.Ctx, figures.Filter{From: old})
		check(t, err)
		if v.Total.Orders != 2 || v.Repurchase.Again != 1 || s.Count(&model.DailyPeople{}, "1 = 1") != 121 {
			t.Errorf("%+v, %d days", v.Total, s.Count(&model.DailyPeople{}, "1 = 1"))
		}
		bought(t, s, b, b.Wants(sku, 1), "")
		s.Later(time.Minute)
		if v, err = s.Figures.Summary(s.Ctx, figures.Filter{From: old}); err != nil || v.Total.Orders != 3 {
			t.Errorf("a minute later: %+v, %v", v.Total, err)
		}
		s.Clock.Turn(24 * time.Hour)
		schedule()
		if n := s.Count(&model.DailyPeople{}, "day = ?", today(s)); n != 1 {
			t.Errorf("the next day: %d", n)
		}
	})
}

// The jobs stand still from the middle of a day on, for longer than the days that are counted again each night: that day
// is counted to its end all the same, and the statements are the journal's.
func TestTheDayOnWhichTheJobsStopped(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		b, sku, day := s.Buyer(), s.SKU(500, 99), today(s)
		run := func() {
			t.Helper()
			check(t, s.Figures.Schedule(model.AcrossBrands(t.Context())))
			s.RunJobs()
		}
		bought(t, s, b, b.Wants(sku, 1), "")
		run()
		s.Clock.Turn(time.Hour)
		bought(t, s, b, b.Wants(sku, 1), "")
		s.Clock.Turn(47 * 24 * time.Hour)
		run()
		v, err := s.Figures.Statements(s.Ctx, figures.ByDay, figures.Filter{From: day})
		check(t, err)
		if v.Total.InFen != 1_000 || v.Total.ClosingFen != s.Balance(model.AccountWeChatClearing) {
			t.Errorf("%+v; at WeChat %d", v.Total, s.Balance(model.AccountWeChatClearing))
		}
	})
}

// The statements add up, from one to the next and with the journal, by day and by month; so does the file.
func TestStatements(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		b, sku, first := s.Buyer(), s.SKU(1_000, 99), today(s)
		for i := range 4 {
			no := bought(t, s, b, b.Wants(sku, 1+i%2), "")
			if i%2 == 1 {
				refund(t, s, no)
			}
			check(t, s.Figures.Count(s.Ctx, today(s)))
			s.Clock.Turn(12 * 24 * time.Hour)
		}
		fee(t, s, 12)
		check(t, s.Figures.Count(s.Ctx, today(s)))
		for _, by := range []string{figures.ByDay, figures.ByMonth} {
			v, err := s.Figures.Statements(s.Ctx, by, figures.Filter{From: first})
			check(t, err)
			at, sum := model.Fen(0), figures.Statement{}
			for _, r := range v.Items {
				if r.OpeningFen != at || r.OpeningFen+r.NetFen != r.ClosingFen || r.InFen-r.RefundFen-r.FeeFen+r.OtherFen != r.NetFen {
					t.Errorf("%+v after %d", r, at)
				}
				at = r.ClosingFen
				sum.InFen, sum.RefundFen, sum.FeeFen, sum.Payments = sum.InFen+r.InFen, sum.RefundFen+r.RefundFen, sum.FeeFen+r.FeeFen, sum.Payments+r.Payments
			}
			if v.Total.InFen != 6_000 || v.Total.RefundFen != 2_000 || v.Total.FeeFen != 12 || v.Total.Payments != 4 || v.Total.Refunds != 2 ||
				sum.InFen != v.Total.InFen || sum.RefundFen != v.Total.RefundFen || sum.FeeFen != v.Total.FeeFen || sum.Payments != 4 {
				t.Errorf("%s: %+v", by, v.Total)
			}
			balance, err := s.Accounts.Balances(s.Ctx, 0)
			check(t, err)
			for _, a := range balance.Accounts {
				if sum := s.Balance(a.Account); sum != a.BalanceFen {
					t.Errorf("%s is %d in the journal, %d in the trial balance", a.Account, sum, a.BalanceFen)
				}
				want := map[model.Account]model.Fen{
					model.AccountWeChatClearing: v.Total.ClosingFen, model.AccountCustomerPrepaid: -v.Total.PrepaidFen, model.AccountFee: v.Total.FeeFen,
					model.AccountRefundPayable: -v.Total.OwedFen, model.AccountRevenue: -v.Total.EarnedFen,
				}[a.Account]
				if a.BalanceFen != want {
					t.Errorf("%s: %s is %d in the journal, %d in the statements", by, a.Account, a.BalanceFen, want)
				}
			}
			if by == figures.ByMonth && len(v.Items) != 2 || by == figures.ByDay && len(v.Items) != 49 {
				t.Errorf("%d %ss", len(v.Items), by)
			}
		}
		f, err := s.Figures.ExportStatements(s.Ctx, figures.ByMonth, figures.Filter{From: first}, "csv", "en")
		check(t, err)
		content, err := io.ReadAll(f)
		check(t, err)
		check(t, f.Close())
		if lines := strings.Split(strings.TrimSpace(string(content)), "\n"); len(lines) != 4 || !strings.Contains(lines[3], "60.00") {
			t.Errorf("%s", content)
		}
		sales, err := s.Figures.Summary(s.Ctx, figures.Filter{From: first})
		check(t, err)
		f, err = s.Figures.ExportSummary(s.Ctx, figures.Filter{From: first}, "csv", "it")
		check(t, err)
		content, err = io.ReadAll(f)
		check(t, err)
		check(t, f.Close())
		lines := strings.Split(strings.TrimSpace(string(content)), "\n")
		total := fmt.Sprintf("totale,%d,%d,%s,%d,%s,%s,", sales.Total.Placed, sales.Total.Orders, sales.Total.GMVFen, sales.Total.Refunds, sales.Total.RefundFen, sales.Total.NetFen)
		if len(lines) != len(sales.Days)+2 || !strings.Contains(lines[0], "giorno,ordini inviati") || !strings.HasPrefix(lines[len(lines)-1], total) {
			t.Errorf("%s\nwant %s", content, total)
		}
		journal, err := s.Accounts.Export(s.Ctx, accounts.Filter{Kind: "payment"}, "csv", "en")
		check(t, err)
		content, err = io.ReadAll(journal)
		check(t, err)
		check(t, journal.Close())
		if lines := strings.Split(strings.TrimSpace(string(content)), "\n"); len(lines) != 9 || !strings.Contains(lines[0], "debit") {
			t.Errorf("%s", content)
		}
		if n := s.Count(&model.AuditEntry{}, "action IN ('statements.export', 'journal.export', 'figures.export')"); n != 3 {
			t.Errorf("%d in the log", n)
		}
	})
}

// The trial balance takes the days that were counted whole from what was counted, and the journal for the others: at
// every instant it is what the journal says.
func TestTheTrialBalanceIsTheJournals(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		b, sku, first := s.Buyer(), s.SKU(1_000, 99), today(s)
		agrees := func(when string) {
			t.Helper()
			balance, err := s.Accounts.Balances(s.Ctx, 0)
			check(t, err)
			if balance.DebitFen != balance.CreditFen {
				t.Errorf("%s: %+v", when, balance)
			}
			for _, a := range balance.Accounts {
				if sum := s.Balance(a.Account); sum != a.BalanceFen {
					t.Errorf("%s: %s is %d in the journal, %d in the trial balance", when, a.Account, sum, a.BalanceFen)
				}
			}
		}
		bought(t, s, b, b.Wants(sku, 1), "")
		agrees("nothing counted")
		check(t, s.Figures.Count(s.Ctx, first))
		bought(t, s, b, b.Wants(sku, 1), "") // after it was counted
		s.Clock.Turn(24 * time.Hour)
		bought(t, s, b, b.Wants(sku, 1), "")
		agrees("counted before it was over")
		check(t, s.Figures.Count(s.Ctx, first))
		agrees("counted when it was over")
		s.Clock.Turn(24 * time.Hour)
		bought(t, s, b, b.Wants(sku, 1), "")
		check(t, s.Figures.Count(s.Ctx, today(s)))
		agrees("a day left out")
		before, err := s.Accounts.Balances(s.Ctx, first.Ends())
		check(t, err)
		if before.DebitFen != 2_000 {
			t.Errorf("at the end of the first day: %+v", before)
		}
		// What was counted is what is shown: when it is wrong, the audit finds it, and counting again mends it.
		s.Set(&model.DailyBooks{}, map[string]any{"debit_fen": 7}, "day = ? AND account = ?", first, model.AccountWeChatClearing)
		if wrong, err := s.Accounts.Balances(s.Ctx, 0); err != nil || wrong.DebitFen == wrong.CreditFen {
			t.Errorf("the day that was counted is not read: %+v, %v", wrong, err)
		}
		found, err := audit.Run(t.Context(), s.DB)
		if err != nil || len(found) != 1 || found[0].Subject != "books of "+string(first)+", wechat_clearing" {
			t.Errorf("the audit finds %v, %v", found, err)
		}
		check(t, s.Figures.Count(s.Ctx, first))
		agrees("counted again")
	})
}

// fee books a fee as the reconciliation does.
func fee(t *testing.T, s *testshop.Shop, amount model.Fen) {
	t.Helper()
	check(t, s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		e := model.JournalEntry{Kind: "fee", Ref: "F1"}
		if err := tx.Create(&e).Error; err != nil {
			return err
		}
		return tx.Create(&[]model.Posting{
			{EntryID: e.ID, Account: model.AccountFee, AmountFen: amount}, {EntryID: e.ID, Account: model.AccountWeChatClearing, AmountFen: -amount},
		}).Error
	}))
}

func TestPeriods(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		for _, f := range []figures.Filter{
			{From: "2026-13-01"}, {To: "soon"}, {From: "2026-06-02", To: "2026-06-01"}, {From: "2020-01-01"},
		} {
			if _, err := s.Figures.Summary(s.Ctx, f); err == nil {
				t.Errorf("%+v is a period", f)
			}
		}
		v, err := s.Figures.Summary(s.Ctx, figures.Filter{})
		if err != nil || len(v.Days) != 30 || v.AsOf != 0 || v.Days[29].Day != today(s) {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
