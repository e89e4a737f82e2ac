package promotion

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/member"
)

// ConditionsSpec tells when something applies. What is empty asks for nothing.
type ConditionsSpec struct {
	Products      []string  `json:"products,omitempty" maxItems:"200" doc:"Handles: what is in one of these …"`
	Categories    []string  `json:"categories,omitempty" maxItems:"50" doc:"… or below one of these counts, by slug; without either everything does"`
	AmountFromFen model.Fen `json:"amount_from_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"From so much on of what counts"`
	PiecesFrom    int       `json:"pieces_from,omitempty" minimum:"0" maximum:"9999" doc:"From so many pieces on of what counts"`
	FirstOrder    bool      `json:"first_order,omitempty" doc:"The buyer has no other order but cancelled ones"`
	LevelFrom     int       `json:"level_from,omitempty" minimum:"0" maximum:"99" doc:"The buyer has the level of this rank or a higher one"`
	Channels      []string  `json:"channels,omitempty" maxItems:"5" enum:"mini_program" doc:"Only what is ordered there"`
}

// EffectSpec is what a promotion or a coupon does. Only the fields of its kind are set.
type EffectSpec struct {
	Kind       model.EffectKind `json:"kind" enum:"percent,amount,price,nth,gift,freight"`
	Rate       int64            `json:"rate,omitempty" minimum:"0" maximum:"10000" doc:"percent, nth: what is taken off, in 1/10,000"`
	AmountFen  model.Fen        `json:"amount_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"amount: what is taken off"`
	MostFen    model.Fen        `json:"most_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"percent, freight: at most so much is taken off; 0 without a limit"`
	Times      int64            `json:"times,omitempty" minimum:"0" maximum:"9999" doc:"amount: so often if amount_from_fen is reached so often; nth: at most so many pieces"`
	PriceFen   model.Fen        `json:"price_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"price: what a piece costs"`
	Prices     []SKUPrice       `json:"prices,omitempty" maxItems:"100" doc:"price: what a piece of these costs; without price_fen they alone count"`
	Nth        int64            `json:"nth,omitempty" minimum:"0" maximum:"99" doc:"nth: each so manieth piece is cheaper, the cheapest first"`
	GiftSKU    string           `json:"gift_sku,omitempty" maxLength:"26" doc:"gift: number of the SKU"`
	GiftPieces int              `json:"gift_pieces,omitempty" minimum:"0" maximum:"99" doc:"gift: pieces"`
}

// SKUPrice is the price of one SKU.
type SKUPrice struct {
	SKU      string    `json:"sku" maxLength:"26" doc:"Number of the SKU"`
	PriceFen model.Fen `json:"price_fen" minimum:"1" maximum:"10000000000"`
}

// Spec is a promotion as it is written down.
type Spec struct {
	Name       model.Text     `json:"name" doc:"By language"`
	Priority   int64          `json:"priority,omitempty" doc:"Of several that share a line the smaller applies first"`
	Group      string         `json:"group,omitempty" maxLength:"64" doc:"Of those of one group only one applies to an order, the best"`
	Stackable  bool           `json:"stackable,omitempty" doc:"It shares a line with others that are stackable"`
	Coupons    bool           `json:"coupons,omitempty" doc:"Coupons that are stackable may come on top of it"`
	Conditions ConditionsSpec `json:"conditions"`
	Effect     EffectSpec     `json:"effect"`
	StartsAt   model.Millis   `json:"starts_at" minimum:"0" doc:"UTC milliseconds"`
	EndsAt     model.Millis   `json:"ends_at" minimum:"1" doc:"UTC milliseconds, exclusive"`
	Quota      *Quota         `json:"quota,omitempty" doc:"Makes it a flash sale: limited in number, at a price of its own"`
}

// Quota is how many pieces of a flash sale there are.
type Quota struct {
	Total   int64 `json:"total" minimum:"1" maximum:"1000000000" doc:"Pieces"`
	PerUser int64 `json:"per_user,omitempty" minimum:"0" maximum:"9999" doc:"Pieces that one person may have; 0 without a limit. It cannot be changed"`
}

// CouponSpec is a kind of coupon as it is written down.
type CouponSpec struct {
	Name       model.Text         `json:"name" doc:"By language"`
	Access     model.CouponAccess `json:"access" enum:"public,code,issued" doc:"Everybody can claim it; who has a code; or only those whom staff give it. It cannot be changed"`
	Code       string             `json:"code,omitempty" maxLength:"64" doc:"One code for everybody, at least 4 characters; only its hash is kept. Without one, make codes that are each good once. Left out in a change, it stays"`
	Conditions ConditionsSpec     `json:"conditions"`
	Effect     EffectSpec         `json:"effect"`
	Stackable  bool               `json:"stackable,omitempty" doc:"It counts what a promotion that allows it has made cheaper, too"`
	Back       model.CouponBack   `json:"back" enum:"never,unsent" doc:"When one that was used is given back: never, or when all the money has gone back before anything was sent"`
	Total      int64              `json:"total,omitempty" minimum:"0" maximum:"1000000000" doc:"How many there are; 0 without a limit"`
	PerUser    int64              `json:"per_user,omitempty" minimum:"0" maximum:"9999" doc:"How many one person may have; 0 without a limit"`
	ClaimFrom  model.Millis       `json:"claim_from" minimum:"0" doc:"UTC milliseconds"`
	ClaimUntil model.Millis       `json:"claim_until" minimum:"1" doc:"UTC milliseconds, exclusive"`
	ValidFrom  model.Millis       `json:"valid_from,omitempty" minimum:"0" doc:"UTC milliseconds"`
	ValidUntil model.Millis       `json:"valid_until,omitempty" minimum:"0" doc:"UTC milliseconds, exclusive"`
	ValidDays  int64              `json:"valid_days,omitempty" minimum:"0" maximum:"3650" doc:"It is good for so many days from when somebody has it, in place of valid_from and valid_until"`
}

// maxName bounds a name in one language, in characters.
const maxName = 60

func checkName(name model.Text) (errs model.Errs) {
	empty := true
	for _, l := range sortedKeys(name) {
		name[l] = strings.TrimSpace(name[l])
		empty = empty && name[l] == ""
		if utf8.RuneCountInString(name[l]) > maxName {
			errs = append(errs, model.ErrTooLong.At("name."+l).With("max", fmt.Sprint(maxName)))
		}
	}
	if empty {
		errs = append(errs, model.ErrRequired.At("name"))
	}
	return errs
}

func sortedKeys(t model.Text) []string {
	keys := make([]string, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// bounded tells of a figure that is outside.
func bounded(errs *model.Errs, field string, n, least, most int64) {
	if n < least || n > most {
		*errs = append(*errs, model.ErrOutOfRange.At(field).With("min", fmt.Sprint(least)).With("max", fmt.Sprint(most)))
	}
}

func (c ConditionsSpec) check(errs *model.Errs) {
	bounded(errs, "conditions.amount_from_fen", int64(c.AmountFromFen), 0, int64(model.MaxFen))
	bounded(errs, "conditions.pieces_from", int64(c.PiecesFrom), 0, model.MaxQuantity)
	bounded(errs, "conditions.level_from", int64(c.LevelFrom), 0, member.MaxRank)
	for i, ch := range c.Channels {
		if ch != string(model.ChannelMiniProgram) {
			*errs = append(*errs, model.ErrNotOneOf.At(fmt.Sprintf("conditions.channels[%d]", i)).With("values", string(model.ChannelMiniProgram)))
		}
	}
}

func (e EffectSpec) check(errs *model.Errs) {
	most := int64(model.MaxFen)
	bounded(errs, "effect.most_fen", int64(e.MostFen), 0, most)
	bounded(errs, "effect.times", e.Times, 0, model.MaxQuantity)
	switch e.Kind {
	case model.EffectPercent:
		bounded(errs, "effect.rate", e.Rate, 1, model.FullRate)
	case model.EffectAmount:
		bounded(errs, "effect.amount_fen", int64(e.AmountFen), 1, most)
	case model.EffectPrice:
		if len(e.Prices) == 0 {
			bounded(errs, "effect.price_fen", int64(e.PriceFen), 1, most)
		}
		bounded(errs, "effect.price_fen", int64(e.PriceFen), 0, most)
		for i, p := range e.Prices {
			bounded(errs, fmt.Sprintf("effect.prices[%d].price_fen", i), int64(p.PriceFen), 1, most)
		}
	case model.EffectNth:
		bounded(errs, "effect.nth", e.Nth, 2, 99)
		bounded(errs, "effect.rate", e.Rate, 1, model.FullRate)
	case model.EffectGift:
		if e.GiftSKU == "" {
			*errs = append(*errs, model.ErrRequired.At("effect.gift_sku"))
		}
		bounded(errs, "effect.gift_pieces", int64(e.GiftPieces), 1, 99)
	case model.EffectFreight:
	default:
		values := make([]string, len(model.EffectKinds))
		for i, k := range model.EffectKinds {
			values[i] = string(k)
		}
		*errs = append(*errs, model.ErrNotOneOf.At("effect.kind").With("values", strings.Join(values, ", ")))
	}
}

func (s Spec) check() error {
	errs := checkName(s.Name)
	s.Conditions.check(&errs)
	s.Effect.check(&errs)
	if s.EndsAt <= s.StartsAt {
		errs = append(errs, model.ErrInvalid.At("ends_at"))
	}
	bounded(&errs, "priority", s.Priority, -1_000_000, 1_000_000)
	if q := s.Quota; q != nil {
		bounded(&errs, "quota.total", q.Total, 1, 1_000_000_000)
		bounded(&errs, "quota.per_user", q.PerUser, 0, model.MaxQuantity)
		if s.Effect.Kind != model.EffectPrice {
			errs = append(errs, model.ErrNotOneOf.At("effect.kind").With("values", string(model.EffectPrice)))
		}
		if len(s.Conditions.Products) == 0 {
			errs = append(errs, model.ErrRequired.At("conditions.products"))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

func (s CouponSpec) check() error {
	errs := checkName(s.Name)
	s.Conditions.check(&errs)
	s.Effect.check(&errs)
	if !slices.Contains(model.CouponAccesses, s.Access) {
		errs = append(errs, model.ErrNotOneOf.At("access").With("values", "public, code, issued"))
	}
	if !slices.Contains(model.CouponBacks, s.Back) {
		errs = append(errs, model.ErrNotOneOf.At("back").With("values", "never, unsent"))
	}
	switch {
	case s.Code == "":
	case s.Access != model.CouponByCode:
		errs = append(errs, model.ErrInvalid.At("code"))
	case utf8.RuneCountInString(strings.TrimSpace(s.Code)) < 4:
		errs = append(errs, model.ErrTooShort.At("code").With("min", "4"))
	}
	if s.ClaimUntil <= s.ClaimFrom {
		errs = append(errs, model.ErrInvalid.At("claim_until"))
	}
	bounded(&errs, "total", s.Total, 0, 1_000_000_000)
	bounded(&errs, "per_user", s.PerUser, 0, model.MaxQuantity)
	bounded(&errs, "valid_days", s.ValidDays, 0, 3650)
	if s.ValidDays > 0 && s.ValidFrom+s.ValidUntil != 0 {
		errs = append(errs, model.ErrInvalid.At("valid_days"))
	}
	if s.ValidDays == 0 && s.ValidUntil <= s.ValidFrom {
		errs = append(errs, model.ErrInvalid.At("valid_until"))
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// names finds what specs name outside, and what rows name inside: one query for each kind of thing.
type names struct {
	products, categories, skus       map[string]int64
	productNo, categoryNo, skuNumber map[int64]string

	told Named // what is there of what rows name, in no order
}

// outside looks up what specs name. Errors: ErrInvalid at a level that there is not.
func outside(tx *gorm.DB, c ConditionsSpec, e EffectSpec) (n names, err error) {
	if c.LevelFrom > 0 {
		if there, err := member.Exists(tx, c.LevelFrom); err != nil {
			return n, err
		} else if !there {
			return n, model.ErrInvalid.At("conditions.level_from")
		}
	}
	skus := make([]string, 0, len(e.Prices)+1)
	for _, p := range e.Prices {
		skus = append(skus, p.SKU)
	}
	if e.GiftSKU != "" {
		skus = append(skus, e.GiftSKU)
	}
	return look(tx, "handle IN ?", "slug IN ?", "no IN ?", c.Products, c.Categories, skus)
}

// inside looks up what rows name.
func inside(tx *gorm.DB, conditions []model.Conditions, effects []model.Effect) (names, error) {
	var products, categories, skus []int64
	for _, c := range conditions {
		products, categories = append(products, c.Products...), append(categories, c.Categories...)
	}
	for _, e := range effects {
		for _, p := range e.Prices {
			skus = append(skus, p.SKU)
		}
		if e.GiftSKU != 0 {
			skus = append(skus, e.GiftSKU)
		}
	}
	n, err := look(tx, "id IN ?", "id IN ?", "id IN ?", products, categories, skus)
	if err != nil {
		return n, err
	}
	n.told, err = tell(tx, products, categories, skus)
	return n, err
}

func look[T any](tx *gorm.DB, product, category, sku string, products, categories, skus []T) (n names, err error) {
	n = names{
		products: map[string]int64{}, categories: map[string]int64{}, skus: map[string]int64{},
		productNo: map[int64]string{}, categoryNo: map[int64]string{}, skuNumber: map[int64]string{},
	}
	if len(products) > 0 {
		var rows []model.Product
		if err := tx.Select("id", "handle").Where(product, products).Find(&rows).Error; err != nil {
			return n, fmt.Errorf("products: %w", err)
		}
		for _, r := range rows {
			n.products[r.Handle], n.productNo[r.ID] = r.ID, r.Handle
		}
	}
	if len(categories) > 0 {
		var rows []model.Category
		if err := tx.Select("id", "slug").Where(category, categories).Find(&rows).Error; err != nil {
			return n, fmt.Errorf("categories: %w", err)
		}
		for _, r := range rows {
			n.categories[r.Slug], n.categoryNo[r.ID] = r.ID, r.Slug
		}
	}
	if len(skus) > 0 {
		var rows []model.SKU
		if err := tx.Select("id", "no").Where(sku, skus).Find(&rows).Error; err != nil {
			return n, fmt.Errorf("skus: %w", err)
		}
		for _, r := range rows {
			n.skus[r.No], n.skuNumber[r.ID] = r.ID, r.No
		}
	}
	return n, nil
}

// rows are the conditions and the effect as they are kept. Errors: ErrInvalid at what is not there.
func (n names) rows(c ConditionsSpec, e EffectSpec) (model.Conditions, model.Effect, error) {
	var errs model.Errs
	find := func(of map[string]int64, name, field string) int64 {
		id, found := of[name]
		if !found {
			errs = append(errs, model.ErrInvalid.At(field))
		}
		return id
	}
	conditions := model.Conditions{AmountFrom: c.AmountFromFen, PiecesFrom: c.PiecesFrom, FirstOrder: c.FirstOrder, LevelFrom: c.LevelFrom}
	for i, p := range c.Products {
		conditions.Products = append(conditions.Products, find(n.products, p, fmt.Sprintf("conditions.products[%d]", i)))
	}
	for i, p := range c.Categories {
		conditions.Categories = append(conditions.Categories, find(n.categories, p, fmt.Sprintf("conditions.categories[%d]", i)))
	}
	for _, ch := range c.Channels {
		conditions.Channels = append(conditions.Channels, model.Channel(ch))
	}
	effect := model.Effect{Kind: e.Kind}
	switch e.Kind { // what is not of its kind is not kept: nothing reads it, and nobody may think it counts
	case model.EffectPercent:
		effect.Rate, effect.MostFen = e.Rate, e.MostFen
	case model.EffectAmount:
		effect.AmountFen, effect.Times = e.AmountFen, e.Times
	case model.EffectPrice:
		effect.PriceFen = e.PriceFen
		for i, p := range e.Prices {
			effect.Prices = append(effect.Prices, model.SKUPrice{SKU: find(n.skus, p.SKU, fmt.Sprintf("effect.prices[%d].sku", i)), PriceFen: p.PriceFen})
		}
	case model.EffectNth:
		effect.Nth, effect.Rate, effect.Times = e.Nth, e.Rate, e.Times
	case model.EffectGift:
		effect.GiftSKU, effect.GiftPieces = find(n.skus, e.GiftSKU, "effect.gift_sku"), e.GiftPieces
	case model.EffectFreight:
		effect.MostFen = e.MostFen
	}
	if len(errs) > 0 {
		return conditions, effect, errs
	}
	return conditions, effect, nil
}

// specs are conditions and an effect as they are written down. What is no more is left out.
func (n names) specs(c model.Conditions, e model.Effect) (ConditionsSpec, EffectSpec) {
	conditions := ConditionsSpec{AmountFromFen: c.AmountFrom, PiecesFrom: c.PiecesFrom, FirstOrder: c.FirstOrder, LevelFrom: c.LevelFrom}
	for _, id := range c.Products {
		if no, found := n.productNo[id]; found {
			conditions.Products = append(conditions.Products, no)
		}
	}
	for _, id := range c.Categories {
		if no, found := n.categoryNo[id]; found {
			conditions.Categories = append(conditions.Categories, no)
		}
	}
	for _, ch := range c.Channels {
		conditions.Channels = append(conditions.Channels, string(ch))
	}
	effect := EffectSpec{
		Kind: e.Kind, Rate: e.Rate, AmountFen: e.AmountFen, MostFen: e.MostFen, Times: e.Times, PriceFen: e.PriceFen,
		Nth: e.Nth, GiftSKU: n.skuNumber[e.GiftSKU], GiftPieces: e.GiftPieces,
	}
	for _, p := range e.Prices {
		if no, found := n.skuNumber[p.SKU]; found {
			effect.Prices = append(effect.Prices, SKUPrice{no, p.PriceFen})
		}
	}
	return conditions, effect
}
