package ledger_test

import (
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/ledger"
	"hutong/service/testdb"
)

func TestPostBalancesAndIsUnique(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		post := func(kind, ref string, lines ...ledger.Line) error {
			return db.InTx(ctx, func(tx *gorm.DB) error { return ledger.Post(tx, kind, ref, 5, lines) })
		}
		move := ledger.Move(1200, model.AccountWeChatClearing, model.AccountCustomerPrepaid)
		if err := post("payment", "A", move...); err != nil {
			t.Fatal(err)
		}
		if err := post("payment", "A", move...); !database.IsDuplicate(err) {
			t.Errorf("the same movement again: %v", err)
		}
		for name, lines := range map[string][]ledger.Line{
			"nothing":  nil,
			"one side": {{Account: model.AccountRefundPayable, Amount: 1}},
			"unequal":  {{Account: model.AccountRefundPayable, Amount: 1}, {Account: model.AccountCustomerPrepaid, Amount: -2}},
		} {
			if err := post("refund", name, lines...); !errors.Is(err, ledger.ErrUnbalanced) {
				t.Errorf("%s: %v", name, err)
			}
		}
		var sums []struct {
			Account model.Account
			Sum     model.Fen
		}
		err := db.Read(ctx).Model(&model.Posting{}).Select("account, SUM(amount_fen) AS sum").Group("account").Order("account").Scan(&sums).Error
		if err != nil || len(sums) != 2 || sums[0].Sum != -1200 || sums[1].Sum != 1200 {
			t.Errorf("%v, %v", sums, err)
		}
	})
}

func TestPostAllIsPostForEach(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		post := func(entries ...ledger.Entry) error {
			return db.InTx(ctx, func(tx *gorm.DB) error { return ledger.PostAll(tx, entries) })
		}
		fee := func(kind, ref string, amount model.Fen) ledger.Entry {
			return ledger.Entry{Kind: kind, Ref: ref, OrderID: 7, Lines: ledger.Move(amount, model.AccountFee, model.AccountWeChatClearing)}
		}
		if err := post(fee("fee", "A", 3), fee("fee", "B", 5), fee("fee_back", "A", -2)); err != nil {
			t.Fatal(err)
		}
		if err := post(fee("fee", "C", 1), fee("fee", "A", 3)); !database.IsDuplicate(err) {
			t.Errorf("one of them again: %v", err)
		}
		unequal := ledger.Entry{Kind: "fee", Ref: "D", Lines: []ledger.Line{{Account: model.AccountFee, Amount: 1}, {Account: model.AccountFee, Amount: 1}}}
		if err := post(fee("fee", "E", 1), unequal); !errors.Is(err, ledger.ErrUnbalanced) {
			t.Errorf("one unequal: %v", err)
		}
		if err := post(); err != nil {
			t.Errorf("none: %v", err)
		}
		var sums []struct {
			Kind, Ref string
			Sum       model.Fen
		}
		err := db.Read(ctx).Raw(`SELECT e.kind, e.ref, SUM(p.amount_fen) AS sum FROM journal_entries e
			JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id AND p.account = 'fee'
			WHERE e.brand_id = 1 AND e.order_id = 7 GROUP BY e.kind, e.ref ORDER BY e.kind, e.ref`).Scan(&sums).Error
		if err != nil || fmt.Sprint(sums) != "[{fee A 0.03} {fee B 0.05} {fee_back A -0.02}]" {
			t.Errorf("%v, %v", sums, err)
		}
	})
}
