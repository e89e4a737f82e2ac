package shopify

import (
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths that the shop's own fields have, in characters.
const (
	maxTitle   = 255
	maxVendor  = 128
	maxType    = 64
	maxTag     = 64
	maxOption  = 64 // a name or a value
	maxCode    = 128
	maxBarcode = 64
	maxAlt     = 512
	maxURL     = 512 // bytes
)

// draft is a product whose rows have not all been seen.
type draft struct {
	columns  *columns
	rate     *big.Rat
	refuse   func(Problem)
	product  Product
	rows     []variantRow
	status   string
	visible  string // the column Published
	giftCard bool
	taxonomy string
	names    [maxOptions]string
}

// variantRow is a variant before it is known which options the product has.
type variantRow struct {
	Variant
	values [maxOptions]string
}

func (d *draft) problem(rec record, column int, r Reason, e Effect, value string) {
	line := rec.line
	if column >= 0 && column < len(rec.lines) {
		line = rec.lines[column]
	}
	d.refuse(Problem{
		Line: line, Column: d.columns.name(column), Handle: d.product.Handle, Value: shorten(value), Reason: r, Effect: e,
	})
}

// add takes one more row of the product.
func (d *draft) add(rec record) {
	if rec.fault != "" {
		d.product.Partial = true
		d.problem(rec, -1, rec.fault, RefusedRow, "")
		return
	}
	c := d.columns
	d.first(&d.product.Title, rec, c.title, maxTitle)
	if d.product.Body == "" {
		d.product.Body = strings.TrimSpace(strings.ToValidUTF8(rec.field(c.body), "\uFFFD"))
	}
	d.first(&d.product.Vendor, rec, c.vendor, maxVendor)
	d.first(&d.product.Type, rec, c.kind, maxType)
	if d.taxonomy == "" {
		d.taxonomy = clean(rec.field(c.taxonomy))
	}
	d.first(&d.status, rec, c.status, maxTitle)
	d.first(&d.visible, rec, c.published, maxTitle)
	d.giftCard = d.giftCard || strings.EqualFold(clean(rec.field(c.giftCard)), "true")
	if d.product.Tags == nil {
		d.tags(rec)
	}
	for i := range maxOptions {
		d.first(&d.names[i], rec, c.optionName[i], maxOption)
	}
	d.picture(rec)
	if d.isVariant(rec) {
		d.variant(rec)
	}
}

// first keeps the first value that stands in a column; a too long one counts as none.
func (d *draft) first(into *string, rec record, column, most int) {
	if *into != "" {
		return
	}
	value := clean(rec.field(column))
	if utf8.RuneCountInString(value) > most {
		d.problem(rec, column, ReasonTooLong, IgnoredValue, value)
		return
	}
	*into = value
}

func (d *draft) tags(rec record) {
	for tag := range strings.SplitSeq(rec.field(d.columns.tags), ",") {
		tag = clean(tag)
		switch {
		case tag == "" || slices.Contains(d.product.Tags, tag):
		case utf8.RuneCountInString(tag) > maxTag:
			d.problem(rec, d.columns.tags, ReasonTooLong, IgnoredValue, tag)
		case len(d.product.Tags) == MaxTags:
			d.problem(rec, d.columns.tags, ReasonTooMany, IgnoredValue, tag)
			return
		default:
			d.product.Tags = append(d.product.Tags, tag)
		}
	}
}

func (d *draft) picture(rec record) {
	c := d.columns
	address, ok := d.address(rec, c.picture)
	if !ok {
		return
	}
	if slices.ContainsFunc(d.product.Pictures, func(p Picture) bool { return p.URL == address }) {
		return
	}
	if len(d.product.Pictures) == MaxPictures {
		d.problem(rec, c.picture, ReasonTooMany, IgnoredValue, address)
		return
	}
	p := Picture{Line: rec.line, URL: address, position: len(d.product.Pictures)}
	d.first(&p.Alt, rec, c.alt, maxAlt)
	if n, ok := number(clean(rec.field(c.position))); ok && n.IsInt() && n.Num().IsInt64() {
		p.position = int(min(n.Num().Int64(), 1<<30))
	}
	d.product.Pictures = append(d.product.Pictures, p)
}

// ours are the addresses of pictures that the shop has already: an export of the shop's own has them.
var ours = regexp.MustCompile(`^/media/[0-9A-Za-z._-]{1,200}$`)

// address is the picture's address in a column; ok is false when there is none that could be fetched.
func (d *draft) address(rec record, column int) (string, bool) {
	value := clean(rec.field(column))
	if value == "" {
		return "", false
	}
	if ours.MatchString(value) {
		return value, true
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && u.Scheme != "http") || len(value) > maxURL {
		d.problem(rec, column, ReasonBadAddress, IgnoredValue, value)
		return "", false
	}
	return value, true
}

// isVariant tells a variant from a row that only has one more picture: it has something of what makes a
// variant. Shopify also repeats the stock on picture rows of some exports, so stock alone makes none.
func (d *draft) isVariant(rec record) bool {
	c := d.columns
	for _, at := range append(c.optionValue[:], c.price, c.code, c.barcode) {
		if clean(rec.field(at)) != "" {
			return true
		}
	}
	return false
}

func (d *draft) variant(rec record) {
	if len(d.rows) == MaxVariants {
		d.product.Partial = true
		d.problem(rec, -1, ReasonTooManyRows, RefusedRow, "")
		return
	}
	c := d.columns
	v := variantRow{Variant: Variant{Line: rec.line}}
	for i, at := range c.optionValue {
		v.values[i] = clean(rec.field(at))
		if utf8.RuneCountInString(v.values[i]) > maxOption {
			d.product.Partial = true
			d.problem(rec, at, ReasonTooLong, RefusedRow, v.values[i])
			return
		}
	}
	v.Unreadable = !d.prices(rec, &v.Variant)
	v.Code = d.text(rec, c.code, maxCode)
	v.Barcode = d.barcode(rec)
	v.WeightGrams = d.weight(rec)
	v.Stock = d.stock(rec)
	v.Picture, _ = d.address(rec, c.variantPicture)
	d.rows = append(d.rows, v)
}

// prices reads both prices; without a price to pay the variant cannot be taken.
func (d *draft) prices(rec record, v *Variant) bool {
	c := d.columns
	value := clean(rec.field(c.price))
	var reason Reason
	switch n, ok := number(value); {
	case value == "":
		reason = ReasonNoPrice
	case !ok:
		reason = ReasonNotANumber
	default:
		v.Price, reason = fen(n, d.rate)
		if reason == "" && v.Price == 0 {
			reason = ReasonZeroPrice
		}
	}
	if reason != "" {
		d.problem(rec, c.price, reason, RefusedRow, value)
		return false
	}
	value = clean(rec.field(c.compareAt))
	if value == "" {
		return true
	}
	if n, ok := number(value); !ok {
		reason = ReasonNotANumber
	} else if v.CompareAt, reason = fen(n, d.rate); v.CompareAt <= v.Price {
		v.CompareAt = 0 // Shopify writes the same price, or 0, for none
	}
	if reason != "" {
		d.problem(rec, c.compareAt, reason, IgnoredValue, value)
	}
	return true
}

func (d *draft) text(rec record, column, most int) string {
	s := ""
	d.first(&s, rec, column, most)
	return strings.TrimPrefix(s, "'") // Shopify writes '00123, so that spreadsheets keep the zeros
}

var scientific = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+\d+$`)

func (d *draft) barcode(rec record) string {
	s := d.text(rec, d.columns.barcode, maxBarcode)
	if scientific.MatchString(s) {
		d.problem(rec, d.columns.barcode, ReasonScientific, IgnoredValue, s)
		return ""
	}
	return s
}

// maxGrams is one tonne.
const maxGrams = 1_000_000

// weight is in grams. Variant Grams always is, whatever Variant Weight Unit says: that is how the shop
// shows it. A column Variant Weight counts in the unit.
func (d *draft) weight(rec record) int64 {
	c := d.columns
	column, unit := c.grams, gramsPer["g"]
	if clean(rec.field(column)) == "" && clean(rec.field(c.weight)) != "" {
		column = c.weight
		name := clean(rec.field(c.weightUnit))
		if unit = gramsPer[strings.ToLower(name)]; unit == nil {
			d.problem(rec, c.weightUnit, ReasonUnknownValue, IgnoredValue, name)
			return 0
		}
	}
	value := clean(rec.field(column))
	if value == "" {
		return 0
	}
	n, ok := number(value)
	if !ok {
		d.problem(rec, column, ReasonNotANumber, IgnoredValue, value)
		return 0
	}
	return d.whole(rec, column, n.Mul(n, unit), maxGrams, value)
}

// maxStock bounds the stock of one variant.
const maxStock = 100_000_000

// stock is nil when the file does not say, or not legibly. A shop that sold more than it had is at less
// than nothing: that is none.
func (d *draft) stock(rec record) *int64 {
	c := d.columns
	value := clean(rec.field(c.stock))
	if value == "" {
		return nil
	}
	n, ok := number(value)
	if !ok || !n.IsInt() {
		d.problem(rec, c.stock, ReasonNotANumber, IgnoredValue, value)
		return nil
	}
	var s int64
	if n.Sign() > 0 {
		s = d.whole(rec, c.stock, n, maxStock, value)
	}
	return &s
}

// whole is n as a whole number from 0 to most, else 0 and a problem.
func (d *draft) whole(rec record, column int, n *big.Rat, most int64, value string) int64 {
	i, ok := rounded(n)
	switch {
	case n.Sign() < 0:
		d.problem(rec, column, ReasonNegative, IgnoredValue, value)
	case !ok || i > most:
		d.problem(rec, column, ReasonTooBig, IgnoredValue, value)
	default:
		return i
	}
	return 0
}

// clean is a text of one line: valid, without control characters, spaces joined.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\uFEFF', r == '\u200B':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}
