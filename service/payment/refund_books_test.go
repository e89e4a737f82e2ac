package payment_test

import (
	"testing"

	"hutong/model"
	"hutong/service/accounts"
	"hutong/service/testshop"
)

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
			{func() { wish{o.No, pieces(0, 1), false}.must(t, s, "key-0001") }, [4]model.Fen{3_000, -2_000, 0, -1_000}},
			{func() { settle(s) }, [4]model.Fen{2_000, -2_000, 0, 0}},
			{func() { send(t, s, o); receive(t, s, o) }, [4]model.Fen{2_000, 0, -2_000, 0}},
			{func() { wish{o.No, sent(0, 1, 0), false}.must(t, s, "key-0002") }, [4]model.Fen{2_000, 0, -1_000, -1_000}},
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

// The journal, read page by page and added up, is the trial balance, now and as it was at any instant; and it can
// be looked through by account and by order.
func TestReplayOfTheJournalIsTheTrialBalance(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		_, o := bought(t, s, s.SKU(1_000, 9))
		bought(t, s, s.SKU(500, 9))
		s.Clock.Turn(1)
		then := model.At(s.Clock.Now()).Add(1_000_000)
		s.Clock.Turn(2_000_000)
		send(t, s, o)
		receive(t, s, o)
		wish{o.No, sent(0, 1, 1), false}.must(t, s, "key-0001")
		settle(s)

		for _, asOf := range []model.Millis{then, 0} {
			balance, err := s.Accounts.Balances(s.Ctx, asOf)
			if err != nil || balance.DebitFen != balance.CreditFen || balance.DebitFen == 0 {
				t.Fatalf("%+v, %v", balance, err)
			}
			replayed := map[model.Account]model.Fen{}
			for _, e := range journal(t, s, accounts.Filter{To: asOf}) {
				for _, p := range e.Postings {
					replayed[p.Account] += p.AmountFen
				}
			}
			for _, b := range balance.Accounts {
				if replayed[b.Account] != b.BalanceFen {
					t.Errorf("as of %d: %s is %d, replayed %d", asOf, b.Account, b.BalanceFen, replayed[b.Account])
				}
			}
		}
		for _, c := range []struct {
			filter accounts.Filter
			want   int
		}{
			{accounts.Filter{}, 5},
			{accounts.Filter{OrderNo: o.No}, 4},
			{accounts.Filter{Account: model.AccountRevenue}, 2},
			{accounts.Filter{Kind: "payment"}, 2},
			{accounts.Filter{From: then}, 3},
		} {
			if got := journal(t, s, c.filter); len(got) != c.want {
				t.Errorf("%+v: %d entries", c.filter, len(got))
			} else if c.filter.OrderNo != "" && got[0].OrderNo != o.No {
				t.Errorf("an entry of the order %s is about %q", o.No, got[0].OrderNo)
			}
		}
		other, err := s.World.Shop().Accounts.Balances(s.World.Shop().Ctx, 0)
		if err != nil || len(other.Accounts) != 0 {
			t.Errorf("another brand sees %+v, %v", other, err)
		}
	})
}

// journal is every entry that a filter chooses, two at a time.
func journal(t *testing.T, s *testshop.Shop, f accounts.Filter) (all []accounts.Entry) {
	t.Helper()
	for before := int64(0); ; {
		entries, next, err := s.Accounts.Journal(s.Ctx, f, before, 2)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
		if next == 0 {
			return all
		}
		before = next
	}
}
