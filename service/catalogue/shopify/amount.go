package shopify

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"hutong/model"
)

// maxDigits bounds a number in the file; no price or weight needs as many.
const maxDigits = 32

var (
	plainNumber    = regexp.MustCompile(`^-?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?$`)
	europeanNumber = regexp.MustCompile(`^-?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}$`)
)

// number reads a decimal number exactly: 1234.5, 1,234.50, and 12,90 or 1.234,50 where a spreadsheet has
// made a comma of the point. A comma before three digits is one of thousands.
func number(s string) (*big.Rat, bool) {
	if s == "" || len(s) > maxDigits || !strings.ContainsAny(s, "0123456789") {
		return nil, false
	}
	switch {
	case plainNumber.MatchString(s):
		s = strings.ReplaceAll(s, ",", "")
	case europeanNumber.MatchString(s):
		s = strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", ".")
	default:
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSuffix(s, "."))
}

// ParseRate reads an exchange rate such as "7.15" exactly: a decimal number above 0 and at most 100,000.
// Another is model.ErrInvalid.
func ParseRate(s string) (*big.Rat, error) {
	r, ok := number(strings.TrimSpace(s))
	if !ok || r.Sign() <= 0 || r.Cmp(big.NewRat(100_000, 1)) > 0 {
		return nil, fmt.Errorf("the rate %q is not a decimal number above 0: %w", s, model.ErrInvalid)
	}
	return r, nil
}

// fen is an amount in the file's currency as Fen: exact, the half fen rounded up.
func fen(amount, rate *big.Rat) (model.Fen, Reason) {
	if amount.Sign() < 0 {
		return 0, ReasonNegative
	}
	x := new(big.Rat).Mul(amount, big.NewRat(100, 1))
	if rate != nil {
		x.Mul(x, rate)
	}
	n, ok := rounded(x)
	if !ok || model.Fen(n) > model.MaxFen {
		return 0, ReasonTooBig
	}
	return model.Fen(n), ""
}

// rounded is x to the nearest integer, halves up; ok is false when it is no int64.
func rounded(x *big.Rat) (n int64, ok bool) {
	twice := new(big.Int).Mul(x.Num(), big.NewInt(2))
	twice.Add(twice, x.Denom())
	q := twice.Div(twice, new(big.Int).Mul(x.Denom(), big.NewInt(2)))
	return q.Int64(), q.IsInt64()
}

// gramsPer are the units Shopify knows, by law exact.
var gramsPer = map[string]*big.Rat{
	"":   big.NewRat(1, 1),
	"g":  big.NewRat(1, 1),
	"kg": big.NewRat(1000, 1),
	"lb": big.NewRat(45359237, 100000),
	"oz": big.NewRat(28349523125, 1000000000),
}
