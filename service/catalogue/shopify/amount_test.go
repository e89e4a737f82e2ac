package shopify

import (
	"math/big"
	"testing"

	"hutong/model"
)

func TestNumber(t *testing.T) {
	for text, want := range map[string]string{
		"12": "12/1", "12.": "12/1", ".5": "1/2", "0.00": "0/1", "1,234.50": "2469/2", "1,234": "1234/1",
		"1,234,567.891": "1234567891/1000", "12,90": "129/10", "1.234,5": "2469/2", "-3": "-3/1", "1.234": "617/500",
	} {
		if got, ok := number(text); !ok || got.String() != want {
			t.Errorf("%s: %v %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", ".", "-", "abc", "1e3", "1E999999999", "0x10", "1/2", "1,23,4", "12,3456", "1.2.3", "$5", "１２", "1 2", "--1", "+1",
		"111111111111111111111111111111111",
	} {
		if got, ok := number(text); ok {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestFenIsExactAndRoundsHalfUp(t *testing.T) {
	for _, test := range []struct {
		amount, rate string
		want         model.Fen
		reason       Reason
	}{
		{"42.99", "7.15", 307_38, ""}, // 307.3785
		{"0.01", "0.5", 1, ""},        // half a fen
		{"0.01", "0.4999999", 0, ""},  //
		{"1.005", "1", 101, ""},       // binary floats make 1.00 of it
		{"100000000", "1", 1e10, ""},  // the most there is
		{"100000000.01", "1", 0, ReasonTooBig},
		{"99999999999999999999999999", "7.15", 0, ReasonTooBig},
		{"-0.01", "7.15", 0, ReasonNegative},
	} {
		amount, _ := number(test.amount)
		rate, err := ParseRate(test.rate)
		if err != nil {
			t.Fatal(err)
		}
		if got, reason := fen(amount, rate); got != test.want || reason != test.reason {
			t.Errorf("%s at %s: %d %s, want %d %s", test.amount, test.rate, got, reason, test.want, test.reason)
		}
	}
	if got, _ := fen(big.NewRat(1299, 100), nil); got != 1299 {
		t.Errorf("without a rate: %d", got)
	}
	for _, s := range []string{"", "0", "-1", "x", "1e2", "100001"} {
		if r, err := ParseRate(s); err == nil {
			t.Errorf("the rate %q is %v", s, r)
		}
	}
}
