package casalido

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/groupbuy"
	"hutong/service/media"
	"hutong/service/promotion"
)

// Shop is where the brand is opened.
type Shop struct {
	Brand     *brand.Service
	Catalogue *catalogue.Service
	Promotion *promotion.Service
	Media     *media.Store
	GroupBuy  *groupbuy.Service
	Clock     model.Clock
}

// Seed opens the demonstration brand with these settings at WeChat. Where it is open already only the
// settings are written: what staff have changed and consumers have bought since stays as it is. A Seed that
// was broken off is completed by the next one.
func Seed(ctx context.Context, shop Shop, weChat brand.WeChat) (*model.Brand, error) {
	h, err := read()
	if err != nil {
		return nil, err
	}
	h.brand.WeChat = &weChat
	known, err := shop.open(ctx)
	if err != nil {
		return nil, err
	}
	if known != nil {
		h.brand = brand.Spec{Slug: Slug, Name: known.Name, Languages: known.Languages, Theme: known.Theme, WeChat: &weChat}
	} else if err := shop.furnish(ctx, h); err != nil {
		return nil, err
	}
	// The pages are written here, last: a brand with a home page is complete.
	if _, err := shop.Brand.Apply(ctx, h.brand); err != nil {
		return nil, err
	}
	return shop.Brand.Resolve(ctx, Slug)
}

// open is the brand if it is complete, else nil.
func (s Shop) open(ctx context.Context) (*model.Brand, error) {
	b, err := s.Brand.Resolve(ctx, Slug)
	if errors.Is(err, model.ErrBrandNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	home, err := s.Brand.Page(model.WithBrand(ctx, b.ID), model.HomePage)
	if err != nil || home.Published == 0 {
		return nil, err
	}
	return b, nil
}

// furnish makes all but the pages, and names pictures by their address.
func (s Shop) furnish(ctx context.Context, h *house) error {
	if err := s.hang(ctx, h); err != nil {
		return err
	}
	bare := h.brand
	bare.Pages = nil
	if _, err := s.Brand.Apply(ctx, bare); err != nil {
		return err
	}
	b, err := s.Brand.Resolve(ctx, Slug)
	if err != nil {
		return err
	}
	ctx = model.WithBrand(ctx, b.ID)
	for i, c := range h.categories {
		_, err := s.Catalogue.PutCategory(ctx, catalogue.CategorySpec{
			Slug: c.Slug, Name: c.Name, Picture: c.Picture, Sort: int64(i), Published: true,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.Slug, err)
		}
	}
	if err := s.fill(ctx, h); err != nil {
		return err
	}
	if err := s.gather(ctx); err != nil {
		return err
	}
	return s.offer(ctx)
}

// season is how long products are to be had in groups.
const season = 365 * 24 * time.Hour

// circle is a product that is to be had in groups of so many.
type circle struct {
	product   string
	size      int
	userLimit int
	prices    []model.Fen // of its SKUs in their order; the last one of all that follow
	leader    model.Fen   // so much less for who opens one
}

var circles = []circle{
	{"espresso-cups", 3, 4, []model.Fen{128_00}, 10_00},
	{"olive-wood-board", 2, 0, []model.Fen{148_00, 218_00, 318_00}, 0},
}

// gather lets some products be bought together for less. Where they can be already, nothing happens.
func (s Shop) gather(ctx context.Context) error {
	for _, c := range circles {
		d, err := s.Catalogue.Product(ctx, c.product, "en")
		if err != nil {
			return err
		}
		in := groupbuy.Campaign{
			Product: c.product, Size: c.size, StartsAt: s.Clock.Now(), EndsAt: s.Clock.Now().Add(season), UserLimit: c.userLimit,
		}
		for i, sku := range d.SKUs {
			p := groupbuy.PriceInput{SKUNo: sku.No, PriceFen: c.prices[min(i, len(c.prices)-1)]}
			if c.leader > 0 {
				p.LeaderFen = p.PriceFen - c.leader
			}
			in.Prices = append(in.Prices, p)
		}
		_, err = s.GroupBuy.Create(ctx, "casa-lido-"+c.product, in)
		if err != nil && !errors.Is(err, model.ErrCampaignOverlap) && !errors.Is(err, model.ErrKeyReused) {
			return fmt.Errorf("%s in groups: %w", c.product, err)
		}
	}
	return nil
}

// hang keeps the pictures and replaces their names by their addresses.
func (s Shop) hang(ctx context.Context, h *house) error {
	drawings, err := pictures()
	if err != nil {
		return err
	}
	for _, name := range h.pictureNames() {
		picture, err := s.Media.PutSVG(ctx, drawings[*name], drawings[pixelsOf(*name)])
		if err != nil {
			return fmt.Errorf("%s: %w", *name, err)
		}
		*name = picture.URL
	}
	return nil
}

// fill puts the products on the shelves. The first of each category come last: what is newest is shown first.
// In the shop's own order the categories take turns.
func (s Shop) fill(ctx context.Context, h *house) error {
	templates, err := s.Brand.FreightTemplates(ctx)
	if err != nil {
		return err
	}
	freight := map[string]int64{}
	for _, t := range templates {
		freight[t.Name] = t.ID
	}
	most := 0
	for _, c := range h.categories {
		most = max(most, len(c.Products))
	}
	for i := most - 1; i >= 0; i-- {
		for _, c := range h.categories {
			if i >= len(c.Products) {
				continue
			}
			p := c.Products[i]
			spec, err := p.spec(c.Slug, int64(i), freight[p.Freight])
			if err != nil {
				return err
			}
			if _, err := s.Catalogue.PutProduct(ctx, spec); err != nil {
				return fmt.Errorf("%s: %w", p.Handle, err)
			}
		}
	}
	return nil
}

// side of a product's picture, in pixels.
const side = 800

func (p product) spec(category string, sort, freight int64) (catalogue.ProductSpec, error) {
	spec := catalogue.ProductSpec{
		Handle: p.Handle, Title: p.Title, Summary: p.Summary, Body: p.Body, Vendor: p.Vendor, Tags: p.Tags,
		Categories: []string{category}, FreightTemplateID: freight, Published: true, Sort: sort,
	}
	for _, address := range p.Pictures {
		spec.Pictures = append(spec.Pictures, model.Picture{URL: address, Alt: p.Title, Width: side, Height: side})
	}
	for _, o := range p.Options {
		spec.Options = append(spec.Options, model.Option{Name: o.Name, Values: o.Values})
	}
	for i, k := range p.SKUs {
		choice, err := p.indices(k)
		if err != nil {
			return catalogue.ProductSpec{}, err
		}
		spec.SKUs = append(spec.SKUs, catalogue.SKUSpec{
			Choice: choice, Code: k.Code, Barcode: k.Barcode, PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen,
			WeightGrams: k.WeightGrams, Picture: k.Picture, Stock: &k.Stock, Sort: int64(i),
		})
	}
	return spec, nil
}
