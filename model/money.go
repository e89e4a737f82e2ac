package model

import (
	"fmt"
	"math/big"
)

// Fen is an amount of money in 1/100 of a yuan. It is an integer in JSON and a BIGINT in the database;
// nothing in the project holds money in a float.
type Fen int64

// MaxFen bounds every single amount that is accepted from outside (100 million yuan), so that an amount
// times a quantity of at most MaxQuantity cannot overflow an int64.
const MaxFen Fen = 10_000_000_000

// MaxQuantity bounds the pieces of one SKU in one cart or order line.
const MaxQuantity = 9_999

// Times is the amount for n pieces. n must be within MaxQuantity and f within MaxFen.
func (f Fen) Times(n int) Fen { return f * Fen(n) }

// String writes the amount in yuan with two decimals, such as "12.30" or "-0.05".
func (f Fen) String() string {
	sign := ""
	u := uint64(f)
	if f < 0 {
		sign, u = "-", -u
	}
	return fmt.Sprintf("%s%d.%02d", sign, u/100, u%100)
}

// Split divides f among the weights by largest remainder; the parts always add up to f. Equal
// remainders are settled by position, so that the outcome is the same everywhere. Weights must not be
// negative; when all are zero the whole amount goes to the first.
func (f Fen) Split(weights []int64) []Fen {
	parts := make([]Fen, len(weights))
	if len(weights) == 0 {
		return parts
	}
	if splitSmall(f, weights, parts) {
		return parts
	}
	total := new(big.Int)
	for _, w := range weights {
		total.Add(total, big.NewInt(w))
	}
	if total.Sign() == 0 {
		parts[0] = f
		return parts
	}
	sign, rest := Fen(1), f
	if f < 0 {
		sign, rest = -1, -f
	}
	amount := big.NewInt(int64(rest))
	remainders := make([]*big.Int, len(weights))
	for i, w := range weights {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(amount, big.NewInt(w)), total, new(big.Int))
		parts[i], remainders[i] = Fen(q.Int64()), r
		rest -= parts[i]
	}
	for ; rest > 0; rest-- {
		best := 0
		for i := range remainders {
			if remainders[i].Cmp(remainders[best]) > 0 {
				best = i
			}
		}
		parts[best]++
		remainders[best].SetInt64(-1)
	}
	for i := range parts {
		parts[i] *= sign
	}
	return parts
}

// splitSmall is Split where nothing overflows, which is nearly always; it fills parts, or tells that it cannot.
func splitSmall(f Fen, weights []int64, parts []Fen) bool {
	const safe = 1 << 31 // two of them multiply within an int64
	sign, rest := Fen(1), f
	if f < 0 {
		sign, rest = -1, -f
	}
	var total int64
	for _, w := range weights {
		if total += w; w >= safe || total >= safe {
			return false
		}
	}
	if total == 0 || rest < 0 || rest >= safe {
		return false
	}
	amount := int64(rest)
	remainders := make([]int64, len(weights))
	for i, w := range weights {
		parts[i], remainders[i] = Fen(amount*w/total), amount*w%total
		rest -= parts[i]
	}
	for ; rest > 0; rest-- {
		best := 0
		for i := range remainders {
			if remainders[i] > remainders[best] {
				best = i
			}
		}
		parts[best]++
		remainders[best] = -1
	}
	for i := range parts {
		parts[i] *= sign
	}
	return true
}
