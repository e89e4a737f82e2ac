package message

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"hutong/model"
)

// shanghai is the zone of the times that consumers read.
var shanghai = time.FixedZone("CST", 8*60*60)

// unknown stands where there is nothing to say: WeChat takes no empty field.
const unknown = "-"

// reader is who reads a message: in which shop, and in which languages, best first.
type reader struct {
	shop      model.Text
	languages []string
}

// fill makes the words of a message, as long as WeChat takes them.
func (r reader) fill(t model.MessageTemplate, m model.Message) map[string]string {
	filled := make(map[string]string, len(t.Fields))
	for _, f := range t.Fields {
		words := f.Text.In(r.languages...)
		if f.Value != "" {
			words = r.say(f.Value, m)
		}
		if words == "" {
			words = empty(f)
		}
		filled[f.Name] = clip(words, f.Most())
	}
	return filled
}

// say is a fact in words; "" when it is not known.
func (r reader) say(fact model.MessageFact, m model.Message) string {
	f := m.Facts
	switch fact {
	case model.FactShop:
		return oneLine(r.shop.In(r.languages...))
	case model.FactOrder:
		return f.Order
	case model.FactNo:
		return m.Subject
	case model.FactGoods:
		return oneLine(f.Goods.In(r.languages...))
	case model.FactAmount:
		return "¥" + f.Amount.String()
	case model.FactTime:
		return r.time(f.At)
	case model.FactDeadline:
		return r.time(f.Deadline)
	case model.FactCarrier:
		return oneLine(f.Carrier.In(r.languages...))
	case model.FactWaybill:
		return f.Waybill
	}
	return ""
}

// empty is what a field says of which nothing is known. A time is never unknown but for a mistake of
// whoever tells, and has no hyphen: the first of January 1970 shows it.
func empty(f model.MessageField) string {
	switch model.MessageFieldKind(f.Name) {
	case "time", "date":
		return "1970-01-01 08:00"
	}
	return unknown
}

// time is an instant in one of the forms that WeChat takes.
func (r reader) time(at model.Millis) string {
	if at == 0 {
		return ""
	}
	form := "2006-01-02 15:04"
	if r.languages[0] == "zh-CN" {
		form = "2006年1月2日 15:04"
	}
	return at.Time().In(shanghai).Format(form)
}

// oneLine is a text without what WeChat refuses: line breaks and other signs that cannot be seen.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s))
}

// clip shortens a text to so many characters, and shows it.
func clip(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// page is the page of a template with the numbers filled in.
func page(t model.MessageTemplate, m model.Message) string {
	return strings.NewReplacer("{no}", m.Subject, "{order}", m.Facts.Order).Replace(t.Page)
}
