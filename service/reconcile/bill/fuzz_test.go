package bill_test

import (
	"errors"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/reconcile/bill"
)

// Whatever comes, a bill is read whole with sums that are those of its rows, or refused with the place.
func FuzzBill(f *testing.F) {
	for _, seed := range []string{
		trade, flow, "", "\uFEFF", headings, headings + payment, strings.ReplaceAll(trade, "杯子", "a,`b,c"),
		strings.ReplaceAll(trade, "\n", "\r\n"), headings + sumHeadings + sums, headings + "`\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var fees, amounts model.Fen
		sums, err := bill.ReadTrade(strings.NewReader(text), func(row bill.Trade) error {
			fees, amounts = fees+row.Fee, amounts+row.Amount
			if row.No == "" || row.Line < 2 {
				t.Errorf("row %+v", row)
			}
			return nil
		})
		if err == nil && (sums.FeeFen != fees || sums.PaymentFen+sums.RefundFen != amounts) {
			t.Errorf("sums %+v, rows %d and %d", sums, amounts, fees)
		}
		placed(t, err)
		_, err = bill.ReadFlow(strings.NewReader(text), func(bill.Flow) error { return nil })
		placed(t, err)
	})
}

func placed(t *testing.T, err error) {
	t.Helper()
	var at *bill.Error
	if err != nil && (!errors.As(err, &at) || at.Line < 1) {
		t.Errorf("%v names no line", err)
	}
}
