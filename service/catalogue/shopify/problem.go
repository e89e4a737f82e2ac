package shopify

import (
	"fmt"
	"strings"

	"hutong/model"
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

var sentences = map[Reason]model.Text{
	ReasonUnclosed:      {"en": "a quotation mark is never closed on this line", "zh-CN": "这一行的引号没有闭合", "it": "in questa riga le virgolette non si chiudono"},
	ReasonTooLong:       {"en": "the text is too long", "zh-CN": "文字太长", "it": "il testo è troppo lungo"},
	ReasonNoHandle:      {"en": "the row names no product", "zh-CN": "这一行没有写明商品", "it": "la riga non indica il prodotto"},
	ReasonBadHandle:     {"en": "this cannot be part of an address", "zh-CN": "不能用作网址的一部分", "it": "non può far parte di un indirizzo"},
	ReasonNoTitle:       {"en": "the product has no title", "zh-CN": "商品没有标题", "it": "il prodotto non ha un titolo"},
	ReasonGiftCard:      {"en": "gift cards are not goods and are not taken", "zh-CN": "礼品卡不是商品，不予导入", "it": "le carte regalo non sono merce e non si importano"},
	ReasonNoVariant:     {"en": "no variant of the product could be taken", "zh-CN": "这个商品没有任何规格可以导入", "it": "nessuna variante del prodotto si è potuta importare"},
	ReasonNoPrice:       {"en": "the variant has no price", "zh-CN": "规格没有价格", "it": "la variante non ha un prezzo"},
	ReasonNotANumber:    {"en": "this is not a number", "zh-CN": "这不是数字", "it": "non è un numero"},
	ReasonNegative:      {"en": "the number is below zero", "zh-CN": "数字小于零", "it": "il numero è negativo"},
	ReasonTooBig:        {"en": "the number is too large", "zh-CN": "数字太大", "it": "il numero è troppo grande"},
	ReasonZeroPrice:     {"en": "what costs nothing cannot be paid", "zh-CN": "价格为零的商品无法支付", "it": "ciò che non costa nulla non si può pagare"},
	ReasonNoOptionValue: {"en": "the variant does not say its value of this option", "zh-CN": "规格没有写明这个选项的值", "it": "la variante non dice il suo valore per questa opzione"},
	ReasonDuplicate:     {"en": "an earlier row has the same options", "zh-CN": "前面已有选项相同的一行", "it": "una riga precedente ha le stesse opzioni"},
	ReasonTooManyRows:   {"en": "the product has too many variants", "zh-CN": "商品的规格太多", "it": "il prodotto ha troppe varianti"},
	ReasonTooMany:       {"en": "there are too many of these", "zh-CN": "数量太多", "it": "ce ne sono troppi"},
	ReasonUnknownValue:  {"en": "this value is not known", "zh-CN": "不认识这个值", "it": "questo valore non è conosciuto"},
	ReasonBadAddress:    {"en": "this is not the address of a picture on the web", "zh-CN": "这不是网络图片的地址", "it": "non è l’indirizzo di un’immagine sul web"},
	ReasonScientific:    {"en": "a spreadsheet has cut off the last digits", "zh-CN": "电子表格丢掉了末几位数字", "it": "un foglio di calcolo ha tagliato le ultime cifre"},
	ReasonTooManyInFile: {"en": "the file has too many products", "zh-CN": "文件中的商品太多", "it": "il file ha troppi prodotti"},
	ReasonUnreachable:   {"en": "the picture could not be fetched; another run tries again", "zh-CN": "图片取不到；再次导入时会重试", "it": "l’immagine non era raggiungibile; un’altra importazione riprova"},
	ReasonReserved:      {"en": "stock cannot go below what customers have ordered and was set to that", "zh-CN": "库存不能低于顾客已下单的数量，已设为该数量", "it": "le scorte non scendono sotto quanto è ordinato: valgono quelle"},
	ReasonRefused:       {"en": "the shop refused the product", "zh-CN": "店铺不接受这个商品", "it": "il negozio ha rifiutato il prodotto"},
}

// Sentence is the reason in English.
func (r Reason) Sentence() string { return sentences[r]["en"] }

// In is the reason in the first of the languages that there is.
func (r Reason) In(languages ...string) string { return sentences[r].In(languages...) }

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
