package shopify

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"hutong/model"
)

// maxOptions is how many options Shopify gives a product.
const maxOptions = 3

// columns tells where in a row each thing stands; -1 for a column that the file does not have.
type columns struct {
	handle, title, body, vendor, kind, taxonomy, tags, published, status, giftCard int
	optionName, optionValue                                                        [maxOptions]int
	code, barcode, price, compareAt, stock, grams, weight, weightUnit              int
	picture, position, alt, variantPicture                                         int

	names  []string // as the file writes them
	unused []string
}

// aliases are the names of each column in the exports of the last years, in the form that plain gives
// them: the older ones first ("Variant Price"), then those of the newer template ("Price").
func (c *columns) aliases() map[string]*int {
	m := map[string]*int{
		"handle": &c.handle, "url handle": &c.handle,
		"title": &c.title, "product title": &c.title,
		"body html": &c.body, "body": &c.body, "description": &c.body, "description html": &c.body,
		"vendor": &c.vendor,
		"type":   &c.kind, "product type": &c.kind, "custom product type": &c.kind,
		"product category": &c.taxonomy, "standard product type": &c.taxonomy,
		"tags":      &c.tags,
		"published": &c.published, "published on online store": &c.published,
		"status":    &c.status,
		"gift card": &c.giftCard,

		"variant sku": &c.code, "sku": &c.code,
		"variant barcode": &c.barcode, "barcode": &c.barcode,
		"variant price": &c.price, "price": &c.price,
		"variant compare at price": &c.compareAt, "compare at price": &c.compareAt,
		"variant inventory qty": &c.stock, "variant inventory quantity": &c.stock, "inventory quantity": &c.stock, "inventory qty": &c.stock,
		"variant grams": &c.grams, "grams": &c.grams, "weight value grams": &c.grams,
		"variant weight": &c.weight, "weight": &c.weight,
		"variant weight unit": &c.weightUnit, "weight unit": &c.weightUnit,

		"image src": &c.picture, "product image url": &c.picture, "image url": &c.picture,
		"image position": &c.position,
		"image alt text": &c.alt, "image alt": &c.alt,
		"variant image": &c.variantPicture, "variant image url": &c.variantPicture,
	}
	for i := range maxOptions {
		n := strconv.Itoa(i + 1)
		m["option"+n+" name"], m["option "+n+" name"] = &c.optionName[i], &c.optionName[i]
		m["option"+n+" value"], m["option "+n+" value"] = &c.optionValue[i], &c.optionValue[i]
	}
	return m
}

// readHeader finds the columns by name, whatever their order. A file in which products cannot be told
// apart, or have no price, is no product export: model.ErrInvalid.
func readHeader(names []string) (columns, error) {
	var c columns
	known := c.aliases()
	for _, at := range known {
		*at = -1
	}
	for i, name := range names {
		name = clean(name)
		c.names = append(c.names, name)
		at, ok := known[plain(name)]
		switch {
		case ok && *at < 0:
			*at = i
		case name != "":
			c.unused = append(c.unused, name)
		}
	}
	switch {
	case c.handle < 0 && c.title < 0:
		return c, fmt.Errorf("the first line names neither a column Handle nor a column Title: %w", model.ErrInvalid)
	case c.price < 0:
		return c, fmt.Errorf("the first line names no column Variant Price: %w", model.ErrInvalid)
	}
	return c, nil
}

// name is the name of the i-th column as the file writes it.
func (c *columns) name(i int) string {
	if i < 0 || i >= len(c.names) {
		return ""
	}
	return c.names[i]
}

// plain is a column's name in lower case, with one space for whatever is neither letter nor digit:
// "Body (HTML)" and "body_html" are the same column.
func plain(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// findComma guesses the delimiter from the first line: a spreadsheet in Italy or Germany writes semicolons,
// "Unicode text" has tabs.
func findComma(line string) byte {
	best, most := byte(','), strings.Count(line, ",")
	for _, d := range []byte{';', '\t'} {
		if n := strings.Count(line, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}
