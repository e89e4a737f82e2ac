package casalido

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"io"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hutong/model"
)

func written(t *testing.T) *house {
	t.Helper()
	h, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) products() (all []product) {
	for _, c := range h.categories {
		all = append(all, c.Products...)
	}
	return all
}

// TestTextsInEveryLanguage: whoever shows the demonstration may switch to any language the house speaks.
func TestTextsInEveryLanguage(t *testing.T) {
	h := written(t)
	if !slices.Equal(h.brand.Languages, model.Languages) {
		t.Errorf("the brand speaks %v, the project %v", h.brand.Languages, model.Languages)
	}
	texts := 0
	eachText(reflect.ValueOf(h.brand), "brand", func(at string, text model.Text) {
		texts++
		complete(t, at, text)
	})
	for _, c := range h.categories {
		complete(t, c.Slug, c.Name)
		for _, p := range c.Products {
			complete(t, p.Handle+" title", p.Title)
			complete(t, p.Handle+" summary", p.Summary)
			complete(t, p.Handle+" body", p.Body)
			eachText(reflect.ValueOf(p.Options), p.Handle, func(at string, text model.Text) { complete(t, at, text) })
		}
	}
	if texts < 10 {
		t.Errorf("%d texts found in the brand's file: does the search still look everywhere?", texts)
	}
}

func complete(t *testing.T, at string, text model.Text) {
	t.Helper()
	for _, language := range model.Languages {
		if s := text[language]; strings.TrimSpace(s) == "" || strings.Count(s, "<") != strings.Count(text["en"], "<") {
			t.Errorf("%s: nothing, or not the same, in %s: %q", at, language, s)
		}
	}
	if len(text) != len(model.Languages) {
		t.Errorf("%s: in %v", at, slices.Sorted(maps.Keys(text)))
	}
}

// eachText finds every text that is there.
func eachText(v reflect.Value, at string, do func(at string, text model.Text)) {
	switch {
	case v.Type() == reflect.TypeFor[model.Text]():
		if !v.IsNil() {
			do(at, v.Interface().(model.Text))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			eachText(v.Field(i), at+"."+v.Type().Field(i).Name, do)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), fmt.Sprintf("%s[%d]", at, i), do)
		}
	}
}

func TestSKUs(t *testing.T) {
	h := written(t)
	codes, barcodes := map[string]bool{}, map[string]bool{}
	for _, p := range h.products() {
		choices := map[string]bool{}
		for _, k := range p.SKUs {
			choice, err := p.indices(k)
			if err != nil {
				t.Error(err)
			}
			if key := fmt.Sprint(choice); choices[key] {
				t.Errorf("%s: two SKUs are %v", p.Handle, k.Choice)
			} else {
				choices[key] = true
			}
			if k.PriceFen <= 0 || k.CompareAtFen != 0 && k.CompareAtFen <= k.PriceFen || k.WeightGrams <= 0 || k.Stock < 0 {
				t.Errorf("%s: %+v", p.Handle, k)
			}
			if k.Code == "" || codes[k.Code] || barcodes[k.Barcode] || !isBarcode(k.Barcode) {
				t.Errorf("%s: code %q or barcode %q is wrong or used twice", p.Handle, k.Code, k.Barcode)
			}
			codes[k.Code], barcodes[k.Barcode] = true, true
		}
		if len(p.SKUs) == 0 {
			t.Errorf("%s has nothing to buy", p.Handle)
		}
	}
}

// isBarcode checks an EAN-13 for use within one house: its range and its check digit.
func isBarcode(s string) bool {
	if len(s) != 13 || !strings.HasPrefix(s, "29") {
		return false
	}
	sum := 0
	for i, c := range s {
		if c < '0' || c > '9' {
			return false
		}
		sum += int(c-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}

// TestNames: what one part names, another part has.
func TestNames(t *testing.T) {
	h := written(t)
	known := map[string]bool{}
	name := func(s string) {
		if known[s] {
			t.Errorf("%s twice", s)
		}
		known[s] = true
	}
	for _, f := range h.brand.Freight {
		name("freight:" + f.Name)
	}
	for _, p := range h.brand.Pages {
		name("page:" + p.Slug)
	}
	for _, c := range h.categories {
		name("category:" + c.Slug)
	}
	for _, p := range h.products() {
		name("product:" + p.Handle)
	}
	want := func(by, s string) {
		if !known[s] {
			t.Errorf("%s names %s, which is not there", by, s)
		}
	}
	for _, p := range h.products() {
		if p.Freight != "" {
			want(p.Handle, "freight:"+p.Freight)
		}
		links(p.Body, func(to string) { want(p.Handle, to) })
	}
	for _, p := range h.brand.Pages {
		for _, b := range p.Blocks {
			for _, c := range b.Categories {
				want(p.Slug, "category:"+c)
			}
			for _, handle := range b.Products {
				want(p.Slug, "product:"+handle)
			}
			if b.Category != "" {
				want(p.Slug, "category:"+b.Category)
			}
			if b.Link != "" {
				want(p.Slug, b.Link)
			}
			links(b.Text, func(to string) { want(p.Slug, to) })
		}
	}
}

var href = regexp.MustCompile(`href="([^"]*)"`)

func links(text model.Text, do func(to string)) {
	for _, html := range text {
		for _, found := range href.FindAllStringSubmatch(html, -1) {
			do(found[1])
		}
	}
}

// TestPictures: every picture that is named is there and small, is shown somewhere, and draws with nothing
// but itself.
func TestPictures(t *testing.T) {
	h := written(t)
	drawings, err := pictures()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, name := range h.pictureNames() {
		used[*name] = true
		if drawings[*name] == nil {
			t.Errorf("no picture %q", *name)
		}
	}
	for _, p := range h.products() { // a poster is made of pixels
		used[pixelsOf(p.Pictures[0])] = true
		if drawings[pixelsOf(p.Pictures[0])] == nil {
			t.Errorf("%s has no pixels", p.Pictures[0])
		}
	}
	total := 0
	for name, drawing := range drawings {
		if !used[name] {
			t.Errorf("nobody shows %s", name)
		}
		if path.Ext(name) == ".jpg" {
			if c, kind, err := image.DecodeConfig(bytes.NewReader(drawing)); err != nil || kind != "jpeg" || c.Width != c.Height || len(drawing) > 24<<10 {
				t.Errorf("%s has %d bytes of %s: %v", name, len(drawing), kind, err)
			}
			continue
		}
		total += len(drawing)
		if len(drawing) > 8<<10 {
			t.Errorf("%s has %d bytes", name, len(drawing))
		}
		if err := isDrawing(drawing); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if total > 300<<10 {
		t.Errorf("the pictures have %d bytes", total)
	}
}

// isDrawing tells what a drawing has that a picture in a shop must not have.
func isDrawing(drawing []byte) error {
	d := xml.NewDecoder(strings.NewReader(string(drawing)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if slices.Contains([]string{"script", "image", "use", "foreignObject", "style", "text", "filter"}, e.Name.Local) {
			return fmt.Errorf("a %s", e.Name.Local)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
				return fmt.Errorf("the attribute %s", a.Name.Local)
			}
		}
	}
}

// TestRange: the demonstration shows each thing that a SKU sheet, a price or a delivery can come to.
func TestRange(t *testing.T) {
	h := written(t)
	seen := map[string]int{}
	for _, p := range h.products() {
		left, possible, reduced, drawn := int64(0), 1, false, map[string]bool{}
		for _, o := range p.Options {
			possible *= len(o.Values)
		}
		for _, k := range p.SKUs {
			left += k.Stock
			reduced = reduced || k.CompareAtFen > 0
			drawn[k.Picture] = true
		}
		for name, is := range map[string]bool{
			"products": true, "sold out": left == 0, "one SKU": len(p.Options) == 0, "two options": len(p.Options) == 2,
			"three options": len(p.Options) == 3, "impossible choices": len(p.SKUs) < possible, "reduced": reduced,
			"a SKU sold out":   left > 0 && slices.ContainsFunc(p.SKUs, func(k sku) bool { return k.Stock == 0 }),
			"pictures of SKUs": len(drawn) > 1, "freight of its own": p.Freight != "",
		} {
			if is {
				seen[name]++
			}
		}
	}
	for name, least := range map[string]int{
		"products": 30, "sold out": 1, "one SKU": 5, "two options": 5, "three options": 2, "impossible choices": 5,
		"reduced": 8, "a SKU sold out": 3, "pictures of SKUs": 3, "freight of its own": 3,
	} {
		if seen[name] < least {
			t.Errorf("%s: %d, want at least %d", name, seen[name], least)
		}
	}
	kinds := map[model.BlockKind]bool{}
	for _, p := range h.brand.Pages {
		for _, b := range p.Blocks {
			kinds[b.Kind] = true
		}
	}
	if len(kinds) != len(model.BlockKinds) {
		t.Errorf("the pages have blocks of the kinds %v", kinds)
	}
	if seen["sold out"] != 1 {
		t.Errorf("%d products are sold out, want one", seen["sold out"])
	}
}
