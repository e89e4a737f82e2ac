package catalogue

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hutong/model"
	"hutong/service/catalogue/richtext"
	"hutong/service/catalogue/shopify"
	"hutong/service/catalogue/slug"
)

// Limits of a product; those of an import are the same.
const (
	maxName       = 255 // characters, of a title or a category's name
	maxSummary    = 1000
	maxVendor     = 128
	maxTag        = 64
	maxOption     = 64 // of an option's name or one of its values
	maxCode       = 128
	maxBarcode    = 64
	maxURL        = 512
	maxOptions    = 3
	maxCategories = 20
	maxGrams      = 1_000_000
	maxStock      = 100_000_000
	maxLanguages  = 12
)

// ProductSpec is a product as it shall be, with all its SKUs.
type ProductSpec struct {
	Handle            string // in addresses: letters, digits, hyphens; for ever
	Title             model.Text
	Summary           model.Text // plain text
	Body              model.Text // HTML; it is sanitised
	Vendor            string
	Tags              []string
	Categories        []string // slugs
	Pictures          []model.Picture
	Options           []model.Option // none: one SKU without a choice
	SKUs              []SKUSpec
	FreightTemplateID int64 // 0: the brand's default
	NoReturn          bool  // not taken back without a reason, such as what is made to measure or fresh
	Published         bool
	PublishAt         model.Millis // when it is published by itself; 0: not
	Sort              int64        // smaller first
	Source            string

	freight  *string // by staff: the id of a template, in place of FreightTemplateID; "" is the brand's default
	archived bool    // by staff, who change what is put away; whoever else writes it brings it back
	merge    bool    // by an import: other categories than these stay, stock stops at what is reserved
	importNo string
	partial  bool // by an import that could not read every row: SKUs that are missing stay on sale
}

// SKUSpec is a SKU as it shall be. Which SKU it is, is told by its number, else by its choice.
type SKUSpec struct {
	No           string
	Choice       []int // for each option the index of its value
	Code         string
	PriceFen     model.Fen // 1–MaxFen
	CompareAtFen model.Fen // above the price, or 0
	Barcode      string
	WeightGrams  int64
	Picture      string
	Stock        *int64 // pieces on hand; nil leaves them as they are
	StockWas     *int64 // pieces on hand of whoever counted them: others are ErrChangedMeanwhile; nil does not ask
	LowAt        *int64 // see model.SKU; nil leaves it as it is
	Sort         int64

	keep bool // by an import that could not read it: what is stored stays as it is
}

// check tells everything that is wrong with the product.
func (p ProductSpec) check() error {
	var errs checks
	errs.add(p.Handle != "" && slug.Of(p.Handle) == p.Handle, model.ErrInvalid.At("handle"))
	errs.text("title", p.Title, maxName, true)
	errs.text("summary", p.Summary, maxSummary, false)
	errs.text("body", p.Body, richtext.MaxLength, false)
	errs.length("vendor", p.Vendor, maxVendor)
	errs.number("tags", len(p.Tags), shopify.MaxTags)
	for i, tag := range p.Tags {
		at := index("tags", i)
		errs.length(at, tag, maxTag)
		errs.add(tag != "" && strings.TrimSpace(tag) == tag && !slices.Contains(p.Tags[:i], tag), model.ErrInvalid.At(at))
	}
	errs.number("categories", len(p.Categories), maxCategories)
	errs.number("pictures", len(p.Pictures), shopify.MaxPictures)
	for i, picture := range p.Pictures {
		errs.add(isPicture(picture.URL), model.ErrInvalid.At(index("pictures", i)+".url"))
		errs.add(picture.Small == "" || isPicture(picture.Small), model.ErrInvalid.At(index("pictures", i)+".small"))
		errs.text(index("pictures", i)+".alt", picture.Alt, maxName*2, false)
	}
	errs.number("options", len(p.Options), maxOptions)
	for i, o := range p.Options {
		at := index("options", i)
		errs.text(at+".name", o.Name, maxOption, true)
		errs.add(len(o.Values) > 0, model.ErrRequired.At(at+".values"))
		errs.number(at+".values", len(o.Values), shopify.MaxVariants)
		for j, v := range o.Values {
			errs.text(index(at+".values", j), v, maxOption, true)
			errs.add(!slices.ContainsFunc(o.Values[:j], func(w model.Text) bool { return sameText(v, w) }), model.ErrInvalid.At(index(at+".values", j)))
		}
	}
	errs.add(len(p.SKUs) > 0, model.ErrRequired.At("skus"))
	errs.number("skus", len(p.SKUs), shopify.MaxVariants)
	keys := map[string]bool{}
	for i, k := range p.SKUs {
		errs.add(p.hasChoice(k.Choice) && !keys[choiceKey(k.Choice)], model.ErrInvalid.At(index("skus", i)+".choice"))
		keys[choiceKey(k.Choice)] = true
		if !k.keep {
			k.check(&errs, index("skus", i))
		}
	}
	return errs.err()
}

func (k SKUSpec) check(errs *checks, at string) {
	errs.span(at+".price_fen", int64(k.PriceFen), 1, int64(model.MaxFen))
	if k.CompareAtFen != 0 {
		errs.span(at+".compare_at_fen", int64(k.CompareAtFen), int64(k.PriceFen)+1, int64(model.MaxFen))
	}
	errs.length(at+".code", k.Code, maxCode)
	errs.length(at+".barcode", k.Barcode, maxBarcode)
	errs.span(at+".weight_grams", k.WeightGrams, 0, maxGrams)
	errs.add(k.Picture == "" || isPicture(k.Picture), model.ErrInvalid.At(at+".picture"))
	if k.Stock != nil {
		errs.span(at+".stock", *k.Stock, 0, maxStock)
	}
	if k.LowAt != nil {
		errs.span(at+".low_at", *k.LowAt, model.LowNever, maxStock)
	}
}

func (p ProductSpec) hasChoice(choice []int) bool {
	if len(choice) != len(p.Options) {
		return false
	}
	for i, c := range choice {
		if c < 0 || c >= len(p.Options[i].Values) {
			return false
		}
	}
	return true
}

// checks collects what is wrong with an input.
type checks model.Errs

func (c *checks) add(ok bool, e *model.Error) {
	if !ok {
		*c = append(*c, e)
	}
}

func (c *checks) length(at, s string, most int) {
	c.add(utf8.RuneCountInString(s) <= most, model.ErrTooLong.With("max", strconv.Itoa(most)).At(at))
}

func (c *checks) number(at string, n, most int) {
	c.add(n <= most, model.ErrTooMany.With("max", strconv.Itoa(most)).At(at))
}

func (c *checks) span(at string, n, least, most int64) {
	c.add(n >= least && n <= most, model.ErrOutOfRange.With("min", strconv.FormatInt(least, 10)).With("max", strconv.FormatInt(most, 10)).At(at))
}

func (c *checks) text(at string, t model.Text, most int, required bool) {
	c.add(!required || t.In() != "", model.ErrRequired.At(at))
	c.number(at, len(t), maxLanguages)
	for language, s := range t {
		c.add(language != "" && len(language) <= 16, model.ErrInvalid.At(at))
		c.length(at+"."+language, s, most)
	}
}

func (c *checks) err() error {
	if len(*c) == 0 {
		return nil
	}
	// Texts are checked in the order of a map: sorting makes the answer the same each time.
	slices.SortStableFunc(*c, func(a, b *model.Error) int { return cmp.Compare(a.Field, b.Field) })
	return model.Errs(*c)
}

func index(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// isPicture tells whether an address may be that of a picture: on the web, or one of our own files.
func isPicture(address string) bool {
	if len(address) > maxURL {
		return false
	}
	if name, ok := strings.CutPrefix(address, "/media/"); ok {
		return name != "" && !strings.Contains(name, "..")
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// sameText tells whether two texts mean the same: they agree in a language.
func sameText(a, b model.Text) bool {
	for language, s := range a {
		if s != "" && b[language] == s {
			return true
		}
	}
	return false
}

func choiceKey(choice []int) string {
	parts := make([]string, len(choice))
	for i, c := range choice {
		parts[i] = strconv.Itoa(c)
	}
	return strings.Join(parts, ",")
}
