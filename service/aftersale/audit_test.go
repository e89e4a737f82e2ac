package aftersale_test

import (
	"strings"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/audit"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Each invariant of after-sale finds what breaks it.
func TestAuditFindsWhatIsBroken(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		d := openDesk(t, testshop.NewWorld(t, db, clock))
		v := d.sold(2).shipped(2).received().applied(wish(exchange, "faulty", 1))
		v.must(v.agree(aftersale.Consent{}))
		w := d.sold(1).shipped(1).received().into(model.AfterSaleRefunding, back)
		d.Audit(t)
		for _, c := range []struct {
			name   string
			row    any
			where  string
			args   []any
			column string
			value  any
			was    any
		}{
			{"the pieces of open cases", &model.OrderLine{}, "sku_id = ?", []any{v.sku.ID}, "claimed", 0, 1},
			{"what is taken to be exchanged", &model.AfterSaleLine{}, "new_sku_id = ?", []any{v.sku.ID}, "held", 2, 1},
			{"an exchange holds", &model.AfterSale{}, "no = ?", []any{v.of}, "kind", "return", "exchange"},
			{"an exchange holds", &model.AfterSale{}, "no = ?", []any{w.of}, "resent_waybill", "SF1234567890", ""},
			{"a case that waits", &model.AfterSale{}, "no = ?", []any{v.of}, "deadline_at", 7, v.now().DeadlineAt},
			{"a case that gives money back", &model.AfterSale{}, "no = ?", []any{w.of}, "amount_fen", 1, w.now().AmountFen},
			{"a case's state", &model.AfterSale{}, "no = ?", []any{w.of}, "status", "done", "refunding"},
		} {
			set := func(value any) {
				err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
					return tx.Model(c.row).Where(c.where, c.args...).Update(c.column, value).Error
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			set(c.value)
			findings, err := audit.Run(t.Context(), d.DB)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, f := range findings {
				found = found || strings.HasPrefix(f.Invariant.Name, c.name)
			}
			if !found {
				t.Errorf("%s: not found among %v", c.name, findings)
			}
			set(c.was)
		}
		d.Audit(t)
	}, testdb.Clock(clock.Now))
}
