package shopify

import (
	"fmt"
	"strings"
)

// Reason says what is wrong with a thing in the file; it is stable snake_case.
type Reason string

// The reasons, each with its sentence in Reason.Sentence.
const (
	ReasonUnclosed      Reason = "quote_not_closed"
	ReasonTooLong       Reason = "too_long"
	ReasonNoHandle      Reason = "no_handle"
	ReasonBadHandle     Reason = "bad_handle"
	ReasonNoTitle       Reason = "no_title"
	ReasonGiftCard      Reason = "gift_card"
	ReasonNoVariant     Reason = "no_variant"
	ReasonNoPrice       Reason = "no_price"
	ReasonNotANumber    Reason = "not_a_number"
	ReasonNegative      Reason = "negative"
	ReasonTooBig        Reason = "too_big"
	ReasonZeroPrice     Reason = "zero_price"
	ReasonNoOptionValue Reason = "no_option_value"
	ReasonDuplicate     Reason = "duplicate_variant"
	ReasonTooManyRows   Reason = "too_many_variants"
	ReasonTooMany       Reason = "too_many"
	ReasonUnknownValue  Reason = "unknown_value"
	ReasonBadAddress    Reason = "bad_address"
	ReasonScientific    Reason = "digits_lost"
	ReasonTooManyInFile Reason = "too_many_products"
	ReasonUnreachable   Reason = "picture_unreachable"
	ReasonReserved      Reason = "stock_below_reserved"
	ReasonRefused       Reason = "refused"
)

var sentences = map[Reason]string{
	ReasonUnclosed:      "a quotation mark is never closed on this line",
	ReasonTooLong:       "the text is too long",
	ReasonNoHandle:      "the row names no product",
	ReasonBadHandle:     "this cannot be part of an address",
	ReasonNoTitle:       "the product has no title",
	ReasonGiftCard:      "gift cards are not goods and are not taken",
	ReasonNoVariant:     "no variant of the product could be taken",
	ReasonNoPrice:       "the variant has no price",
	ReasonNotANumber:    "this is not a number",
	ReasonNegative:      "the number is below zero",
	ReasonTooBig:        "the number is too large",
	ReasonZeroPrice:     "what costs nothing cannot be paid",
	ReasonNoOptionValue: "the variant does not say its value of this option",
	ReasonDuplicate:     "an earlier row has the same options",
	ReasonTooManyRows:   "the product has too many variants",
	ReasonTooMany:       "there are too many of these",
	ReasonUnknownValue:  "this value is not known",
	ReasonBadAddress:    "this is not the address of a picture on the web",
	ReasonScientific:    "a spreadsheet has cut off the last digits",
	ReasonTooManyInFile: "the file has too many products",
	ReasonUnreachable:   "the picture could not be fetched; another run tries again",
	ReasonReserved:      "stock cannot go below what customers have ordered and was set to that",
	ReasonRefused:       "the shop refused the product",
}

// Sentence is the reason in English.
func (r Reason) Sentence() string { return sentences[r] }

// Effect is what became of the thing that a problem is about.
type Effect string

// The effects.
const (
	RefusedProduct Effect = "product" // the product was not taken; what the shop had of it is as it was
	RefusedRow     Effect = "row"     // the row was not taken; the product's other rows were
	IgnoredValue   Effect = "value"   // the row was taken without this value
)

// Problem is one thing that could not be taken, and where it stands in the file.
type Problem struct {
	Line   int    `json:"line"` // of the file, from 1
	Column string `json:"column,omitempty"`
	Handle string `json:"handle,omitempty"`
	Value  string `json:"value,omitempty"` // shortened
	Reason Reason `json:"reason"`
	Effect Effect `json:"effect"`
	Detail string `json:"detail,omitempty"`
}

// String is the problem as a line of a report.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d", p.Line)
	if p.Column != "" {
		fmt.Fprintf(&b, ", %s", p.Column)
	}
	if p.Handle != "" {
		fmt.Fprintf(&b, " of %s", p.Handle)
	}
	fmt.Fprintf(&b, ": %s", p.Reason.Sentence())
	if p.Value != "" {
		fmt.Fprintf(&b, " (%q)", p.Value)
	}
	if p.Detail != "" {
		fmt.Fprintf(&b, ": %s", p.Detail)
	}
	switch p.Effect {
	case RefusedProduct:
		b.WriteString("; the product was not taken")
	case RefusedRow:
		b.WriteString("; the row was not taken")
	case IgnoredValue:
		b.WriteString("; the value was not taken")
	}
	return b.String()
}

// shorten keeps a value short enough for a report.
func shorten(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
