package ledger_test

import (
	"errors"
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
