package shopify

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// finish makes the product of the rows; ok is false when it cannot be taken, and why has been reported.
func (d *draft) finish() (p Product, ok bool) {
	switch {
	case d.giftCard:
		d.refuseProduct(d.columns.giftCard, ReasonGiftCard)
		return Product{}, false
	case d.product.Title == "":
		d.refuseProduct(d.columns.title, ReasonNoTitle)
		return Product{}, false
	}
	if d.product.Type == "" && d.taxonomy != "" {
		parts := strings.Split(d.taxonomy, ">") // "Apparel & Accessories > Jewelry > Bracelets"
		d.product.Type = clean(parts[len(parts)-1])
	}
	d.product.Published = d.published()
	d.options()
	if !slices.ContainsFunc(d.product.Variants, func(v Variant) bool { return !v.Unreadable }) {
		d.refuseProduct(-1, ReasonNoVariant)
		return Product{}, false
	}
	slices.SortStableFunc(d.product.Pictures, func(a, b Picture) int { return cmp.Compare(a.position, b.position) })
	return d.product, true
}

func (d *draft) refuseProduct(column int, r Reason) {
	d.refuse(Problem{
		Line: d.product.Line, Column: d.columns.name(column), Handle: d.product.Handle, Reason: r, Effect: RefusedProduct,
	})
}

// published: an active product that is shown in the online shop. A shop that exports neither column means
// everything; a word that is not known keeps the product from being shown until somebody has looked.
func (d *draft) published() bool {
	known := map[string]bool{
		"": true, "true": true, "yes": true, "1": true, "active": true, "published": true,
		"false": false, "no": false, "0": false, "draft": false, "archived": false, "unlisted": false,
	}
	shown := true
	for _, c := range []struct {
		at    int
		value string
	}{{d.columns.status, d.status}, {d.columns.published, d.visible}} {
		yes, ok := known[strings.ToLower(c.value)]
		if !ok {
			d.refuse(Problem{
				Line: d.product.Line, Column: d.columns.name(c.at), Handle: d.product.Handle,
				Value: shorten(c.value), Reason: ReasonUnknownValue, Effect: IgnoredValue,
			})
		}
		shown = shown && yes && ok
	}
	return shown
}

// options finds out what there is to choose, and gives each variant its choice.
func (d *draft) options() {
	used := d.usedOptions()
	for _, i := range used {
		name := d.names[i]
		if name == "" {
			name = "Option " + strconv.Itoa(i+1)
		}
		d.product.Options = append(d.product.Options, Option{Name: name})
	}
	seen := map[string]bool{}
rows:
	for _, row := range d.rows {
		v := row.Variant
		for _, i := range used {
			if row.values[i] == "" {
				d.product.Partial = true
				d.refuseRow(row, d.columns.optionValue[i], ReasonNoOptionValue)
				continue rows
			}
		}
		for n, i := range used {
			v.Choice = append(v.Choice, d.product.Options[n].index(row.values[i]))
		}
		key := choiceKey(v.Choice)
		if seen[key] {
			d.refuseRow(row, -1, ReasonDuplicate)
			continue
		}
		seen[key] = true
		d.product.Variants = append(d.product.Variants, v)
	}
}

func (d *draft) refuseRow(row variantRow, column int, r Reason) {
	d.refuse(Problem{
		Line: row.Line, Column: d.columns.name(column), Handle: d.product.Handle, Reason: r, Effect: RefusedRow,
	})
}

// usedOptions are the columns in which some variant has a value. Shopify writes Title = Default Title for a
// product that has nothing to choose.
func (d *draft) usedOptions() (used []int) {
	for i := range maxOptions {
		if slices.ContainsFunc(d.rows, func(v variantRow) bool { return v.values[i] != "" }) {
			used = append(used, i)
		}
	}
	isDefault := func(v variantRow) bool { return v.values[0] == "" || v.values[0] == "Default Title" }
	if len(used) == 1 && used[0] == 0 && !slices.ContainsFunc(d.rows, func(v variantRow) bool { return !isDefault(v) }) {
		return nil
	}
	return used
}

// index is the place of a value, which is added when it is new.
func (o *Option) index(value string) int {
	if i := slices.Index(o.Values, value); i >= 0 {
		return i
	}
	o.Values = append(o.Values, value)
	return len(o.Values) - 1
}

func choiceKey(choice []int) string {
	parts := make([]string, len(choice))
	for i, c := range choice {
		parts[i] = strconv.Itoa(c)
	}
	return strings.Join(parts, ",")
}
