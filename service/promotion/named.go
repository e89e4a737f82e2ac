package promotion

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// Named is what the conditions and the effect of a promotion or a coupon name, as people call it. What is no more is
// left out.
type Named struct {
	Products   []NamedProduct  `json:"products,omitempty"`
	Categories []NamedCategory `json:"categories,omitempty"`
	SKUs       []NamedSKU      `json:"skus,omitempty"`
}

// NamedProduct is a product that is named.
type NamedProduct struct {
	Handle  string     `json:"handle"`
	Title   model.Text `json:"title" doc:"By language"`
	Picture string     `json:"picture,omitempty"`
}

// NamedCategory is a category that is named.
type NamedCategory struct {
	Slug string     `json:"slug"`
	Name model.Text `json:"name" doc:"By language"`
}

// NamedSKU is a SKU that is named.
type NamedSKU struct {
	SKU      string     `json:"sku"`
	Code     string     `json:"code,omitempty" doc:"The brand's own article number"`
	Product  string     `json:"product" doc:"Handle of its product"`
	Title    model.Text `json:"title" doc:"Of its product, by language"`
	Choice   model.Text `json:"choice,omitempty" doc:"Of the product's options, in words, by language"`
	Picture  string     `json:"picture,omitempty"`
	PriceFen model.Fen  `json:"price_fen" doc:"What it costs by itself, now"`
}

// tell reads what rows name, with a query for each kind of thing.
func tell(tx *gorm.DB, products, categories, skus []int64) (named Named, err error) {
	var units []model.SKU
	if len(skus) > 0 {
		err := tx.Select("id", "no", "code", "product_id", "choice", "price_fen", "picture").Where("id IN ?", skus).Order("id").Find(&units).Error
		if err != nil {
			return named, fmt.Errorf("skus: %w", err)
		}
	}
	wanted := slices.Clone(products)
	for _, u := range units {
		wanted = append(wanted, u.ProductID)
	}
	known := map[int64]model.Product{}
	if len(wanted) > 0 {
		var rows []model.Product
		err := tx.Select("id", "handle", "title", "pictures", "options").Where("id IN ?", wanted).Order("id").Find(&rows).Error
		if err != nil {
			return named, fmt.Errorf("products: %w", err)
		}
		for _, p := range rows {
			known[p.ID] = p
			if slices.Contains(products, p.ID) {
				named.Products = append(named.Products, NamedProduct{p.Handle, p.Title, small(p)})
			}
		}
	}
	for _, u := range units {
		p := known[u.ProductID]
		picture := u.Picture
		if picture == "" {
			picture = small(p)
		}
		choice := offer.Line{SKU: u, Product: p}.Choice()
		named.SKUs = append(named.SKUs, NamedSKU{u.No, u.Code, p.Handle, p.Title, choice, picture, u.PriceFen})
	}
	if len(categories) > 0 {
		var rows []model.Category
		if err := tx.Select("id", "slug", "name").Where("id IN ?", categories).Order("id").Find(&rows).Error; err != nil {
			return named, fmt.Errorf("categories: %w", err)
		}
		for _, c := range rows {
			named.Categories = append(named.Categories, NamedCategory{c.Slug, c.Name})
		}
	}
	return named, nil
}

// small is the picture of a product in lists.
func small(p model.Product) string {
	if len(p.Pictures) == 0 {
		return ""
	}
	if p.Pictures[0].Small != "" {
		return p.Pictures[0].Small
	}
	return p.Pictures[0].URL
}

// of is what of it a spec names.
func (n Named) of(c ConditionsSpec, e EffectSpec) (own Named) {
	for _, p := range n.Products {
		if slices.Contains(c.Products, p.Handle) {
			own.Products = append(own.Products, p)
		}
	}
	for _, x := range n.Categories {
		if slices.Contains(c.Categories, x.Slug) {
			own.Categories = append(own.Categories, x)
		}
	}
	for _, u := range n.SKUs {
		if u.SKU == e.GiftSKU || slices.ContainsFunc(e.Prices, func(p SKUPrice) bool { return p.SKU == u.SKU }) {
			own.SKUs = append(own.SKUs, u)
		}
	}
	return own
}
