package model

import (
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// messageKind is what WeChat takes in a field of a kind.
type messageKind struct {
	most  int                 // characters
	takes func(s string) bool // of fixed words
	facts []MessageFact
}

// messageKinds are the kinds of field for which there is something to say. Source: WeChat's limits of the
// values of subscribe messages.
var messageKinds = map[string]messageKind{
	"thing":            {20, printable, []MessageFact{FactShop, FactGoods, FactAmount, FactCarrier}},
	"character_string": {32, visibleASCII, []MessageFact{FactOrder, FactNo, FactWaybill}},
	"amount":           {12, nothing, []MessageFact{FactAmount}},
	"time":             {40, nothing, []MessageFact{FactTime, FactDeadline}},
	"date":             {40, nothing, []MessageFact{FactTime, FactDeadline}},
	"phrase":           {5, chinese, nil},
	"const":            {20, printable, nil},
}

var fieldForm = regexp.MustCompile(`^([a-z_]+)[0-9]{1,2}$`)

// MessageFieldKind is the kind in the name of a field, "thing" of thing1, or "".
func MessageFieldKind(name string) string {
	if found := fieldForm.FindStringSubmatch(name); found != nil {
		return found[1]
	}
	return ""
}

// Problem says what would be right in a field that WeChat would refuse; "" when it is right.
func (f MessageField) Problem() string {
	k, known := messageKinds[MessageFieldKind(f.Name)]
	switch {
	case !known:
		return "a kind of WeChat's and a number: thing1, character_string2, amount3, time4, date5, phrase6, const7"
	case (f.Value == "") == (len(f.Text) == 0):
		return "either a value or a text"
	case f.Value != "" && !slices.Contains(k.facts, f.Value):
		return "a value that WeChat takes in a field of this kind"
	}
	for _, s := range f.Text {
		if s == "" || utf8.RuneCountInString(s) > k.most || !k.takes(s) {
			return "a text that WeChat takes in a field of this kind: thing and const 20 characters, " +
				"character_string 32 of ASCII, phrase 5 Chinese characters, the others none"
		}
	}
	return ""
}

// Most is how many characters WeChat takes in the field.
func (f MessageField) Most() int { return messageKinds[MessageFieldKind(f.Name)].most }

func nothing(string) bool { return false }

func printable(s string) bool { return every(s, unicode.IsPrint) }

func visibleASCII(s string) bool { return every(s, func(r rune) bool { return r > ' ' && r < 0x7f }) }

func chinese(s string) bool { return every(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) }

func every(s string, ok func(rune) bool) bool {
	for _, r := range s {
		if !ok(r) {
			return false
		}
	}
	return true
}
