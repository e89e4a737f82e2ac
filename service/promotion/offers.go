package promotion

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/order"
)

// ProductOffers is what makes a product cheaper now.
type ProductOffers struct {
	FlashSales []FlashView  `json:"flash_sales" doc:"Those that run, or begin within a day, soonest first"`
	Promotions []OfferView  `json:"promotions"`
	Coupons    []CouponView `json:"coupons" doc:"That everybody can claim, and that count for it"`
}

// OfferView is a promotion as consumers see it.
type OfferView struct {
	No            string           `json:"no"`
	Name          string           `json:"name"`
	Effect        order.EffectView `json:"effect"`
	AmountFromFen model.Fen        `json:"amount_from_fen,omitempty" doc:"From so much on of what it is for"`
	PiecesFrom    int              `json:"pieces_from,omitempty" doc:"From so many pieces on of what it is for"`
	FirstOrder    bool             `json:"first_order,omitempty" doc:"For a first order alone"`
	LevelFrom     int              `json:"level_from,omitempty" doc:"For members of this rank or a higher one"`
	Level         string           `json:"level,omitempty" doc:"What the level of that rank is called"`
	EndsAt        model.Millis     `json:"ends_at" doc:"UTC milliseconds, exclusive"`
}

// FlashView is a flash sale.
type FlashView struct {
	No       string       `json:"no"`
	Name     string       `json:"name"`
	StartsAt model.Millis `json:"starts_at" doc:"UTC milliseconds"`
	EndsAt   model.Millis `json:"ends_at" doc:"UTC milliseconds, exclusive"`
	Now      model.Millis `json:"now,omitempty" doc:"The shop's clock, for a countdown; UTC milliseconds. Not in a page, which may be older"`
	Total    int64        `json:"total" doc:"Pieces there were"`
	Left     int64        `json:"left" doc:"Pieces there are; as an order takes them they may be gone"`
	PerUser  int64        `json:"per_user,omitempty" doc:"Pieces that one person may have"`

	LevelFrom int    `json:"level_from,omitempty" doc:"For members of this rank or a higher one; others pay the price as it is otherwise"`
	Level     string `json:"level,omitempty" doc:"What the level of that rank is called"`

	Products []FlashProduct `json:"products"`
}

// FlashProduct is a product of a flash sale.
type FlashProduct struct {
	Handle       string     `json:"handle"`
	Title        string     `json:"title"`
	Picture      string     `json:"picture"`
	PriceFen     model.Fen  `json:"price_fen" doc:"Of the SKU that is cheapest in the sale, as it is otherwise"`
	SalePriceFen model.Fen  `json:"sale_price_fen" doc:"What that one costs in the sale"`
	SKUs         []FlashSKU `json:"skus"`
}

// FlashSKU is the price of one SKU in a flash sale.
type FlashSKU struct {
	SKU          string    `json:"sku"`
	PriceFen     model.Fen `json:"price_fen"`
	SalePriceFen model.Fen `json:"sale_price_fen"`
}

// ahead is how long before it begins a flash sale is shown, in milliseconds.
const ahead = 24 * 60 * 60 * 1000

// mostFlash bounds the flash sales that are shown at once.
const mostFlash = 10

// known is the brand's set as it is now.
func (s *Service) known(tx *gorm.DB) (*set, error) {
	brandID, ok := model.BrandID(tx.Statement.Context)
	if !ok {
		return nil, database.ErrNoBrand
	}
	var version int64
	if err := tx.Model(&model.Brand{}).Where("id = ?", brandID).Pluck("catalogue_version", &version).Error; err != nil {
		return nil, fmt.Errorf("version of brand %d: %w", brandID, err)
	}
	return s.of(tx, version)
}

// FlashSales are those that run or begin within a day, soonest first; with a number only the one that has it.
func (s *Service) FlashSales(ctx context.Context, no string, languages ...string) ([]FlashView, error) {
	tx := s.db.Read(ctx)
	known, err := s.known(tx)
	if err != nil {
		return nil, err
	}
	return s.flash(tx, known, no, 0, languages)
}

// flash is the flash sales of a product, or with 0 of all; with a number only the one that has it.
func (s *Service) flash(tx *gorm.DB, known *set, no string, productID int64, languages []string) ([]FlashView, error) {
	now := s.now.Now()
	var rules []rule
	for _, r := range known.promotions {
		if r.flash && r.startsAt <= now+ahead && now < r.endsAt && (no == "" || r.no == no) && (productID == 0 || r.products[productID]) {
			rules = append(rules, r)
		}
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return int(a.startsAt - b.startsAt) })
	rules = rules[:min(len(rules), mostFlash)]
	views := make([]FlashView, 0, len(rules))
	if len(rules) == 0 {
		return views, nil
	}
	var promotions, products []int64
	for _, r := range rules {
		promotions = append(promotions, r.id)
		if productID != 0 {
			products = []int64{productID}
		} else {
			products = append(products, r.conditions.Products...)
		}
	}
	var quotas []model.PromotionQuota
	if err := tx.Where("promotion_id IN ?", promotions).Find(&quotas).Error; err != nil {
		return nil, fmt.Errorf("quotas: %w", err)
	}
	goods, err := loadGoods(tx, products)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		v := FlashView{
			No: r.no, Name: r.name.In(languages...), StartsAt: r.startsAt, EndsAt: r.endsAt, Now: now,
			PerUser: r.perUser, LevelFrom: r.conditions.LevelFrom, Level: known.levels[r.conditions.LevelFrom].In(languages...),
			Products: []FlashProduct{},
		}
		for _, q := range quotas {
			if q.PromotionID == r.id {
				v.Total, v.Left = q.Total, max(0, q.Total-q.Reserved-q.Sold)
			}
		}
		for _, g := range goods {
			if p, ok := r.sell(g, languages); ok {
				v.Products = append(v.Products, p)
			}
		}
		if len(v.Products) > 0 {
			views = append(views, v)
		}
	}
	return views, nil
}

// goods is a product with its SKUs that are on sale.
type goods struct {
	model.Product
	skus []model.SKU
}

func loadGoods(tx *gorm.DB, ids []int64) ([]goods, error) {
	var products []model.Product
	err := tx.Select("id", "handle", "title", "pictures").Where("id IN ? AND published = ?", ids, true).Order("id").Find(&products).Error
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	var skus []model.SKU
	err = tx.Select("id", "no", "product_id", "price_fen").Where("product_id IN ? AND active = ?", ids, true).Order("id").Find(&skus).Error
	if err != nil {
		return nil, fmt.Errorf("skus: %w", err)
	}
	out := make([]goods, len(products))
	for i, p := range products {
		out[i].Product = p
		for _, k := range skus {
			if k.ProductID == p.ID {
				out[i].skus = append(out[i].skus, k)
			}
		}
	}
	return out, nil
}

// sell is a product as a flash sale has it, if it makes anything of it cheaper.
func (r *rule) sell(g goods, languages []string) (p FlashProduct, ok bool) {
	if !r.products[g.ID] {
		return p, false
	}
	p = FlashProduct{Handle: g.Handle, Title: g.Title.In(languages...)}
	if len(g.Pictures) > 0 {
		p.Picture = g.Pictures[0].URL
	}
	for _, k := range g.skus {
		price := r.priceOf(k.ID)
		if price >= k.PriceFen {
			continue
		}
		p.SKUs = append(p.SKUs, FlashSKU{k.No, k.PriceFen, price})
		if len(p.SKUs) == 1 || price < p.SalePriceFen {
			p.PriceFen, p.SalePriceFen = k.PriceFen, price
		}
	}
	return p, len(p.SKUs) > 0
}

// Offers is what makes a product cheaper now. Errors: ErrProductNotFound.
func (s *Service) Offers(ctx context.Context, handle string, languages ...string) (ProductOffers, error) {
	tx := s.db.Read(ctx)
	var p model.Product
	if err := tx.Select("id").Where("handle = ? AND published = ?", handle, true).Take(&p).Error; database.IsNotFound(err) {
		return ProductOffers{}, model.ErrProductNotFound
	} else if err != nil {
		return ProductOffers{}, fmt.Errorf("product %s: %w", handle, err)
	}
	known, err := s.known(tx)
	if err != nil {
		return ProductOffers{}, err
	}
	out := ProductOffers{Promotions: []OfferView{}, Coupons: []CouponView{}}
	if out.FlashSales, err = s.flash(tx, known, "", p.ID, languages); err != nil {
		return ProductOffers{}, err
	}
	now := s.now.Now()
	for _, r := range known.promotions {
		if r.flash || now < r.startsAt || now >= r.endsAt || r.products != nil && !r.products[p.ID] {
			continue
		}
		out.Promotions = append(out.Promotions, OfferView{
			No: r.no, Name: r.name.In(languages...), Effect: order.ViewEffect(r.effect), AmountFromFen: r.conditions.AmountFrom,
			PiecesFrom: r.conditions.PiecesFrom, FirstOrder: r.conditions.FirstOrder, LevelFrom: r.conditions.LevelFrom,
			Level: known.levels[r.conditions.LevelFrom].In(languages...), EndsAt: r.endsAt,
		})
	}
	if !known.coupons {
		return out, nil
	}
	out.Coupons, err = s.couponsFor(tx, p.ID, languages)
	return out, err
}

// couponsFor is the coupons that everybody can claim now and that count for a product.
func (s *Service) couponsFor(tx *gorm.DB, productID int64, languages []string) ([]CouponView, error) {
	coupons, err := s.claimable(tx)
	if err != nil {
		return nil, err
	}
	rules := make([]*rule, len(coupons))
	for i, c := range coupons {
		rules[i] = &rule{conditions: c.Conditions}
	}
	if err := scope(tx, rules); err != nil {
		return nil, err
	}
	levels, err := levelsOf(tx, coupons...)
	if err != nil {
		return nil, err
	}
	views := []CouponView{}
	for i, c := range coupons {
		if (rules[i].products == nil || rules[i].products[productID]) && (c.Total == 0 || c.Claimed < c.Total) {
			views = append(views, viewCoupon(c, levels, languages))
		}
	}
	return views, nil
}
