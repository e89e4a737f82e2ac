// Package slug makes the part of an address that names a thing from its title.
package slug

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxLength is how many characters a slug may have.
const MaxLength = 96

// Of is the title in lower case, with one hyphen for whatever is neither letter nor digit. Letters of every
// script stay: 真皮包 is a slug. It is "" when nothing is left, or when the slug would be longer than
// MaxLength.
func Of(title string) string { return join(norm.NFC.String(title), isWord) }

// ASCII is as Of, but of Latin letters without accents and digits only. A title that has none of them, such
// as one in Chinese, gets a slug that is made of its digest, so that the same title always has the same.
func ASCII(title string) string {
	if s := join(norm.NFKD.String(title), isASCII); s != "" && !hasOther(title) {
		return s
	}
	sum := sha256.Sum256([]byte(norm.NFC.String(strings.TrimSpace(title))))
	return "c-" + hex.EncodeToString(sum[:6])
}

func join(s string, keep func(rune) bool) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) { // the accent that NFKD has taken off its letter
			return -1
		}
		return r
	}, strings.ToLower(s))
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !keep(r) && r != '_' }), "-")
	if len([]rune(s)) > MaxLength {
		return ""
	}
	return s
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isASCII(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// hasOther tells whether the title has letters that ASCII would lose.
func hasOther(title string) bool {
	for _, r := range norm.NFKD.String(title) {
		if unicode.IsLetter(r) && r > unicode.MaxASCII {
			return true
		}
	}
	return false
}
