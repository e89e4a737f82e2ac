package bill

import (
	"strings"

	"hutong/model"
)

// parseFen reads an amount in yuan, such as "-0.27000", exactly: what is less than a fen must be nothing.
func parseFen(text string) (model.Fen, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, part, dot := strings.Cut(digits, ".")
	if whole == "" || len(whole) > 13 || dot && part == "" || strings.Trim(part[min(2, len(part)):], "0") != "" {
		return 0, false
	}
	part = (part + "00")[:2]
	var f model.Fen
	for _, c := range []byte(whole + part) {
		if c < '0' || c > '9' {
			return 0, false
		}
		f = f*10 + model.Fen(c-'0')
	}
	if negative {
		f = -f
	}
	return f, true
}
