package brand_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/testdb"
)

// What is left out of the rule is as usual; a Spec without a rule leaves it alone.
func TestAfterSaleRule(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		h, spec := open(t, db), full(t)
		want := model.AfterSaleRule{
			AnswerHours: 24, SendDays: 10, ReceiveDays: 7, ResendDays: 5, ConfirmDays: 10, AppealDays: 7, FaultDays: 30,
			InstantRefund: true, FreightBack: model.FreightBackWhole, CompensationFen: 1_000,
			ReturnPlace: model.ReturnPlace{Name: "退货仓", Phone: "021-12345678", Address: "上海市静安区南京西路 1 号"},
		}
		usual := model.DefaultAfterSaleRule
		usual.AnswerHours = 12
		for _, step := range []struct {
			given *brand.AfterSale
			want  model.AfterSaleRule
		}{{spec.AfterSale, want}, {nil, want}, {&brand.AfterSale{AnswerHours: 12}, usual}} {
			spec.AfterSale = step.given
			h.apply(t, spec)
			var rules []model.AfterSaleRule
			if err := db.Read(model.AcrossBrands(t.Context())).Find(&rules).Error; err != nil || len(rules) != 1 {
				t.Fatal(rules, err)
			}
			if diff := cmp.Diff(step.want, rules[0], cmpopts.IgnoreFields(model.AfterSaleRule{}, "ID", "BrandID", "CreatedAt", "UpdatedAt")); diff != "" {
				t.Error(diff)
			}
		}
	})
}
