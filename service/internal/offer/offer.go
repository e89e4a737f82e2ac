// Package offer tells whether a SKU can be bought now, for the cart, the quote and the checkout alike.
package offer

import (
	"fmt"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
)

// Want is a wish to buy.
type Want struct {
	SKUNo    string `json:"sku" minLength:"26" maxLength:"26" doc:"Number of the SKU"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"9999" doc:"Pieces"`
}

// Line is a wish together with what is on offer. SKU and Product are zero when there is no such SKU.
type Line struct {
	SKU      model.SKU     // without its code, barcode and times
	Product  model.Product // without its texts
	Quantity int
	Problem  *model.Error // why it cannot be bought, or nil
}

// Choice is the chosen option values in words, in all languages the product has.
func (l Line) Choice() model.Text {
	out := model.Text{}
	for i, option := range l.Product.Options {
		if i >= len(l.SKU.Choice) || l.SKU.Choice[i] < 0 || l.SKU.Choice[i] >= len(option.Values) {
			continue
		}
		for _, language := range languages(l.Product) {
			if v := option.Values[l.SKU.Choice[i]].In(language); v != "" {
				out[language] = strings.TrimPrefix(out[language]+" / "+v, " / ")
			}
		}
	}
	return out
}

func languages(p model.Product) []string {
	out := make([]string, 0, len(p.Title))
	for l := range p.Title {
		out = append(out, l)
	}
	return out
}

// Picture is the SKU's own, else the product's first.
func (l Line) Picture() string {
	if l.SKU.Picture == "" && len(l.Product.Pictures) > 0 {
		return l.Product.Pictures[0].URL
	}
	return l.SKU.Picture
}

// mostShown is the stock from which on consumers are told no more: enough for a stepper, and no reading of a
// shop's sales from its stock.
const mostShown = 99

// Shown is how many pieces a consumer is told could be bought; 99 stands for 99 or more.
func (l Line) Shown() int64 { return min(max(0, l.SKU.Available()), mostShown) }

type row struct {
	model.SKU         `gorm:"embedded"`
	Handle            string
	Title             model.Text
	Pictures          model.List[model.Picture]
	Options           model.List[model.Option]
	FreightTemplateID int64
	NoReturn          bool
	Published         bool
}

// Load looks the wishes up, in their order, with one query. A wish that cannot be met has a Problem:
// ErrNotOnSale, ErrOutOfStock. Stock seen here is only for show: who buys lets service/stock decide.
func Load(tx *gorm.DB, wants []Want) ([]Line, error) {
	nos := make([]string, len(wants))
	for i, w := range wants {
		nos[i] = w.SKUNo
	}
	var rows []row
	err := tx.Model(&model.SKU{}).
		Select("skus.id, skus.brand_id, skus.product_id, skus.no, skus.choice, skus.price_fen, skus.compare_at_fen, "+
			"skus.weight_grams, skus.picture, skus.on_hand, skus.reserved, skus.active, products.handle, products.title, "+
			"products.pictures, products.options, products.freight_template_id, products.no_return, products.published").
		Joins("JOIN products ON products.id = skus.product_id AND products.brand_id = skus.brand_id").
		Where("skus.no IN ?", nos).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("offer: %w", err)
	}
	byNo := make(map[string]row, len(rows))
	for _, r := range rows {
		byNo[r.No] = r
	}
	lines := make([]Line, len(wants))
	for i, w := range wants {
		r, found := byNo[w.SKUNo]
		r.No = w.SKUNo
		lines[i] = Line{Quantity: w.Quantity, SKU: r.SKU, Product: model.Product{
			ID: r.ProductID, BrandID: r.BrandID, Handle: r.Handle, Title: r.Title, Pictures: r.Pictures,
			Options: r.Options, FreightTemplateID: r.FreightTemplateID, NoReturn: r.NoReturn,
			Published: r.Published,
		}}
		switch {
		case !found, !r.Published, !r.Active:
			lines[i].Problem = model.ErrNotOnSale
		case r.Available() < int64(w.Quantity):
			lines[i].Problem = model.ErrOutOfStock
		}
	}
	return lines, nil
}
