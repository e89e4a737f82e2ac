// Package casalido is the demonstration brand: Casa Lido · 丽都之家, an Italian house of food, table, leather,
// home and bath. What it sells is written in catalogue, one file for each category; what it is, how it
// delivers and what its pages show in brand.yaml; pictures has its drawings.
package casalido

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hutong/model"
	"hutong/service/brand"
)

// Slug is the brand's name in addresses.
const Slug = "casa-lido"

//go:embed brand.yaml catalogue/*.yaml pictures/*.svg pictures/*.jpg
var files embed.FS

// categories are the files of catalogue, in the order in which the shop shows them.
var categories = []string{"food", "table", "leather", "home", "bath"}

// house is everything that is written down. Pictures are named by their file.
type house struct {
	brand      brand.Spec
	categories []category
}

type category struct {
	Slug     string
	Name     model.Text
	Picture  string
	Products []product
}

type product struct {
	Handle   string
	Title    model.Text
	Summary  model.Text
	Body     model.Text // HTML
	Vendor   string
	Tags     []string
	Pictures []string
	Freight  string // name of a template; "" is the default one
	Options  []option
	SKUs     []sku `yaml:"skus"`
}

type option struct {
	Name   model.Text
	Values []model.Text
}

type sku struct {
	Choice       []string // for each option its value, in English
	Code         string
	Barcode      string    // EAN-13 that begins with 29: numbers for use within one house
	PriceFen     model.Fen `yaml:"price_fen"`
	CompareAtFen model.Fen `yaml:"compare_at_fen"`
	WeightGrams  int64     `yaml:"weight_grams"`
	Stock        int64
	Picture      string
}

// read reads what is written down.
func read() (*house, error) {
	h := &house{}
	if err := readFile("brand.yaml", &h.brand); err != nil {
		return nil, err
	}
	h.categories = make([]category, len(categories))
	for i, name := range categories {
		if err := readFile("catalogue/"+name+".yaml", &h.categories[i]); err != nil {
			return nil, err
		}
	}
	return h, nil
}

func readFile(name string, into any) error {
	content, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// pixelsOf is the file that has a drawing as pixels, where there is one: of the first picture of each product.
func pixelsOf(drawing string) string { return strings.TrimSuffix(drawing, path.Ext(drawing)) + ".jpg" }

// pictures are the drawings by the name of their file.
func pictures() (map[string][]byte, error) {
	entries, err := fs.ReadDir(files, "pictures")
	if err != nil {
		return nil, err
	}
	drawings := make(map[string][]byte, len(entries))
	for _, e := range entries {
		if drawings[e.Name()], err = files.ReadFile(path.Join("pictures", e.Name())); err != nil {
			return nil, err
		}
	}
	return drawings, nil
}

// pictureNames are all places that name a picture, so that it can be changed there.
func (h *house) pictureNames() (names []*string) {
	name := func(at *string) {
		if *at != "" {
			names = append(names, at)
		}
	}
	name(&h.brand.Theme.Logo)
	for _, page := range h.brand.Pages {
		for i := range page.Blocks {
			name(&page.Blocks[i].Picture)
		}
	}
	for i := range h.categories {
		name(&h.categories[i].Picture)
		for _, p := range h.categories[i].Products {
			for n := range p.Pictures {
				name(&p.Pictures[n])
			}
			for n := range p.SKUs {
				name(&p.SKUs[n].Picture)
			}
		}
	}
	return names
}

// indices tells for each option which of its values a SKU has.
func (p product) indices(k sku) ([]int, error) {
	if len(k.Choice) != len(p.Options) {
		return nil, fmt.Errorf("%s: sku %s chooses %d of %d options", p.Handle, k.Code, len(k.Choice), len(p.Options))
	}
	choice := make([]int, len(k.Choice))
	for i, name := range k.Choice {
		choice[i] = slices.IndexFunc(p.Options[i].Values, func(v model.Text) bool { return v["en"] == name })
		if choice[i] < 0 {
			return nil, fmt.Errorf("%s: sku %s chooses %q, which %s is not", p.Handle, k.Code, name, p.Options[i].Name["en"])
		}
	}
	return choice, nil
}
