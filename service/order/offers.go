package order

import "hutong/model"

// Offers is what explains a price: what made it cheaper, what would, and the coupons there are to choose from.
type Offers struct {
	Applied []Applied
	Hints   []Hint
	Coupons []CouponOption
	// CouponProblem is why the coupon that the consumer wants cannot be used.
	CouponProblem *model.Error
}

// Applied is a promotion or a coupon that made a draft cheaper.
type Applied struct {
	Kind       model.AdjustmentKind // promotion or coupon
	No         string
	Name       model.Text
	AmountFen  model.Fen // not positive
	FreightFen model.Fen // not positive
	FlashSale  bool
}

// Hint is what is missing for a promotion.
type Hint struct {
	Key     string
	No      string
	Name    model.Text
	Missing Missing
	Effect  model.Effect
	Level   model.Text // what the level is called that the consumer has not; with key level
}

// Missing is how much is missing for something to apply.
type Missing struct {
	AmountFen model.Fen
	Pieces    int
}

// CouponOption is a coupon that the consumer has, and what it would do here.
type CouponOption struct {
	No         string
	Name       model.Text
	Effect     model.Effect
	AmountFrom model.Fen
	ValidUntil model.Millis
	SavesFen   model.Fen    // how much cheaper all is with it than without a coupon
	Problem    *model.Error // why it cannot be used here, or nil
	Missing    Missing      // with ErrCouponMore
	Level      model.Text   // with ErrCouponLevel: what the level is called
	Chosen     bool
}

// AppliedView is a promotion or a coupon that made it cheaper.
type AppliedView struct {
	Kind       model.AdjustmentKind `json:"kind" enum:"promotion,coupon"`
	No         string               `json:"no" doc:"Number of the promotion, or of my coupon"`
	Name       string               `json:"name"`
	AmountFen  model.Fen            `json:"amount_fen" doc:"Off the goods; not positive"`
	FreightFen model.Fen            `json:"freight_fen,omitempty" doc:"Off the delivery; not positive"`
	FlashSale  bool                 `json:"flash_sale,omitempty"`
}

// HintView tells how to have it cheaper still.
type HintView struct {
	Key        string     `json:"key" enum:"amount_more,pieces_more,level,flash_limit,flash_sold_out" doc:"What is missing: so much more, so many pieces more, a level; or why a flash sale's price is not had: more than one person may have, or more than is left"`
	No         string     `json:"no" doc:"Number of the promotion"`
	Name       string     `json:"name"`
	MissingFen model.Fen  `json:"missing_fen,omitempty"`
	MissingPcs int        `json:"missing_pieces,omitempty" doc:"With flash_limit and flash_sold_out: how many there are to be had"`
	Level      string     `json:"level,omitempty" doc:"With level: what the level is called from which on it is for members"`
	Effect     EffectView `json:"effect"`
}

// EffectView is what a promotion or a coupon does, for a sentence that the client makes.
type EffectView struct {
	Kind      model.EffectKind `json:"kind" enum:"percent,amount,price,nth,gift,freight"`
	Rate      int64            `json:"rate,omitempty" doc:"What is taken off, in 1/10,000"`
	AmountFen model.Fen        `json:"amount_fen,omitempty"`
	MostFen   model.Fen        `json:"most_fen,omitempty" doc:"At most so much is taken off"`
	PriceFen  model.Fen        `json:"price_fen,omitempty" doc:"What a piece costs"`
	Nth       int64            `json:"nth,omitempty" doc:"Each so manieth piece is cheaper"`
}

// CouponOptionView is one of my coupons for this basket.
type CouponOptionView struct {
	No            string       `json:"no"`
	Name          string       `json:"name"`
	Effect        EffectView   `json:"effect"`
	AmountFromFen model.Fen    `json:"amount_from_fen,omitempty"`
	ValidUntil    model.Millis `json:"valid_until" doc:"UTC milliseconds"`
	SavesFen      model.Fen    `json:"saves_fen,omitempty" doc:"How much cheaper all is with it than without a coupon"`
	Problem       string       `json:"problem,omitempty" doc:"Code of the reason why it cannot be used here"`
	MissingFen    model.Fen    `json:"missing_fen,omitempty" doc:"So much more, and it can be used"`
	MissingPcs    int          `json:"missing_pieces,omitempty" doc:"So many pieces more, and it can be used"`
	Level         string       `json:"level,omitempty" doc:"With coupon_level: what the level is called from which on it is for members"`
	Chosen        bool         `json:"chosen,omitempty"`
}

// view draws what explains a draft's price into its quote.
func (o Offers) view(q *Quote, languages []string) {
	for _, a := range o.Applied {
		q.Applied = append(q.Applied, AppliedView{
			Kind: a.Kind, No: a.No, Name: a.Name.In(languages...), AmountFen: a.AmountFen, FreightFen: a.FreightFen,
			FlashSale: a.FlashSale,
		})
	}
	for _, h := range o.Hints {
		q.Hints = append(q.Hints, HintView{
			Key: h.Key, No: h.No, Name: h.Name.In(languages...), MissingFen: h.Missing.AmountFen,
			MissingPcs: h.Missing.Pieces, Level: h.Level.In(languages...), Effect: ViewEffect(h.Effect),
		})
	}
	for _, c := range o.Coupons {
		v := CouponOptionView{
			No: c.No, Name: c.Name.In(languages...), Effect: ViewEffect(c.Effect), AmountFromFen: c.AmountFrom,
			ValidUntil: c.ValidUntil, SavesFen: c.SavesFen, MissingFen: c.Missing.AmountFen, MissingPcs: c.Missing.Pieces,
			Level: c.Level.In(languages...), Chosen: c.Chosen,
		}
		if c.Problem != nil {
			v.Problem = c.Problem.Code
		}
		q.Coupons = append(q.Coupons, v)
	}
	if o.CouponProblem != nil {
		q.CouponProblem = o.CouponProblem.Code
	}
}

// ViewEffect is an effect as consumers see it.
func ViewEffect(e model.Effect) EffectView {
	return EffectView{
		Kind: e.Kind, Rate: e.Rate, AmountFen: e.AmountFen, MostFen: e.MostFen, PriceFen: e.PriceFen, Nth: e.Nth,
	}
}
