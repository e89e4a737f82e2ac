package promotion

import (
	"cmp"
	"math/bits"
	"slices"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
)

// line is a line of a basket while it is being priced.
type line struct {
	position int // in the draft
	product  int64
	sku      int64
	pieces   int
	now      model.Fen // what the line costs so far
	foreign  bool      // another way to sell has priced it: promotions leave it alone
	reached  bool      // by a promotion
	sealed   bool      // by one that shares with no other
	couponed bool      // coupons may not come on top of what reached it
}

// basket is what is priced: lines by SKU, so that the order in which they were put there plays no part.
type basket struct {
	lines   []line
	freight model.Fen
	rest    model.Fen // tax, which nothing here lowers
	floor   model.Fen // what has to remain to be paid
	channel model.Channel
	first   bool               // the buyer's first order
	rank    int                // of the buyer's level; 0 is none
	given   []int64            // SKUs that are gifts
	levels  map[int]model.Text // names of levels by rank, if a rule is for a higher one than the buyer's
}

// rule is a promotion or a coupon, ready to be applied.
type rule struct {
	id         int64
	no         string
	name       model.Text
	claim      *model.CouponClaim // of a coupon
	problem    *model.Error       // of a coupon: why it cannot be used whatever is bought
	conditions model.Conditions
	effect     model.Effect
	products   map[int64]bool // that count; nil: all
	priority   int64
	group      string
	stackable  bool
	coupons    bool
	flash      bool
	startsAt   model.Millis
	endsAt     model.Millis
	perUser    int64
	present    *offer.Line // of a gift: what there is to give, or nil
	left       int64       // of a flash sale: pieces there are …
	mine       int64       // … and pieces this buyer may still have
}

// outcome is what a rule does to a basket.
type outcome struct {
	rule    *rule
	off     []model.Fen // by line, not negative
	freight model.Fen   // off the delivery
	gift    bool
}

func (o *outcome) saved() (sum model.Fen) {
	for _, f := range o.off {
		sum += f
	}
	return sum + o.freight
}

// counts tells whether a rule may reach a line.
func (r *rule) counts(l line) bool {
	switch {
	case r.products != nil && !r.products[l.product], l.now <= 0:
		return false
	case r.claim != nil:
		return !l.couponed && (r.stackable || !l.reached)
	}
	return !l.foreign && !l.sealed && (r.stackable || !l.reached)
}

// apply works out what a rule does to a basket, without doing it. A rule that does nothing says why: ErrCouponMore
// with what is missing, ErrCouponScope, ErrCouponFirst, ErrCouponLevel, ErrCouponNothing.
func (r *rule) apply(b *basket) (*outcome, order.Missing, *model.Error) {
	if r.problem != nil {
		return nil, order.Missing{}, r.problem
	}
	if r.conditions.FirstOrder && !b.first {
		return nil, order.Missing{}, model.ErrCouponFirst
	}
	if r.conditions.LevelFrom > b.rank {
		return nil, order.Missing{}, model.ErrCouponLevel
	}
	if len(r.conditions.Channels) > 0 && !slices.Contains(r.conditions.Channels, b.channel) {
		return nil, order.Missing{}, model.ErrCouponScope
	}
	var open []int
	var sum model.Fen
	var pieces int
	for i, l := range b.lines {
		if r.counts(l) {
			open = append(open, i)
			sum += l.now
			pieces += l.pieces
		}
	}
	if len(open) == 0 {
		return nil, order.Missing{}, model.ErrCouponScope
	}
	missing := order.Missing{AmountFen: max(0, r.conditions.AmountFrom-sum), Pieces: max(0, r.conditions.PiecesFrom-pieces)}
	if missing != (order.Missing{}) {
		return nil, missing, model.ErrCouponMore
	}
	o := &outcome{rule: r, off: make([]model.Fen, len(b.lines))}
	switch r.effect.Kind {
	case model.EffectPercent:
		r.spread(b, o, open, limited(portion(sum, r.effect.Rate), r.effect.MostFen))
	case model.EffectAmount:
		r.spread(b, o, open, min(sum, r.effect.AmountFen*model.Fen(r.times(sum))))
	case model.EffectPrice:
		r.price(b, o, open)
	case model.EffectNth:
		r.nth(b, o, open, pieces)
	case model.EffectFreight:
		o.freight = limited(b.freight, r.effect.MostFen)
	case model.EffectGift:
		o.gift = r.present != nil && !slices.Contains(b.given, r.effect.GiftSKU)
	}
	o.keep(b)
	if o.saved() == 0 && !o.gift {
		return nil, order.Missing{}, model.ErrCouponNothing
	}
	return o, order.Missing{}, nil
}

// times is how often an amount is taken off.
func (r *rule) times(sum model.Fen) int64 {
	if r.effect.Times <= 1 || r.conditions.AmountFrom <= 0 {
		return 1
	}
	return min(r.effect.Times, int64(sum/r.conditions.AmountFrom))
}

// spread takes an amount off the lines, by what they cost.
func (*rule) spread(b *basket, o *outcome, open []int, amount model.Fen) {
	weights := make([]int64, len(open))
	for i, at := range open {
		weights[i] = int64(b.lines[at].now)
	}
	for i, share := range amount.Split(weights) {
		o.off[open[i]] = share
	}
}

// price brings lines down to a price; of a flash sale, those that fit as a whole into what is left.
func (r *rule) price(b *basket, o *outcome, open []int) {
	left := min(r.left, r.mine)
	for _, i := range open {
		l := b.lines[i]
		off := l.now - r.priceOf(l.sku).Times(l.pieces)
		if off <= 0 || r.flash && int64(l.pieces) > left {
			continue
		}
		o.off[i] = off
		left -= int64(l.pieces)
	}
}

func (r *rule) priceOf(sku int64) model.Fen {
	for _, p := range r.effect.Prices {
		if p.SKU == sku {
			return p.PriceFen
		}
	}
	if r.effect.PriceFen == 0 { // only the SKUs that are named
		return model.MaxFen
	}
	return r.effect.PriceFen
}

// nth makes as many pieces cheaper as there are times n, the cheapest first.
func (r *rule) nth(b *basket, o *outcome, open []int, pieces int) {
	count := int64(pieces) / r.effect.Nth
	if r.effect.Times > 0 {
		count = min(count, r.effect.Times)
	}
	each := func(i int) model.Fen { return b.lines[i].now / model.Fen(b.lines[i].pieces) }
	cheapest := slices.Clone(open)
	slices.SortStableFunc(cheapest, func(i, j int) int { return cmp.Compare(each(i), each(j)) })
	for _, i := range cheapest {
		n := min(count, int64(b.lines[i].pieces))
		o.off[i] = portion(each(i), r.effect.Rate).Times(int(n))
		count -= n
	}
}

// keep leaves as much to be paid as has to remain.
func (o *outcome) keep(b *basket) {
	excess := o.saved() - max(0, b.total()-b.floor)
	for i := len(o.off) - 1; i >= 0 && excess > 0; i-- {
		cut := min(excess, o.off[i])
		o.off[i] -= cut
		excess -= cut
	}
	o.freight -= max(0, min(excess, o.freight))
}

func (b *basket) total() model.Fen {
	sum := b.freight + b.rest
	for _, l := range b.lines {
		sum += l.now
	}
	return sum
}

// take does to the basket what an outcome says.
func (b *basket) take(o *outcome) {
	for i, off := range o.off {
		l := &b.lines[i]
		if off == 0 {
			continue
		}
		l.now -= off
		if o.rule.claim == nil {
			l.reached = true
			l.sealed = l.sealed || !o.rule.stackable
			l.couponed = l.couponed || !o.rule.coupons
		}
	}
	b.freight -= o.freight
	if o.gift {
		b.given = append(slices.Clip(b.given), o.rule.effect.GiftSKU)
	}
}

func (b *basket) clone() *basket {
	c := *b
	c.lines = slices.Clone(b.lines)
	return &c
}

// portion is a rate of 1/10,000 of an amount, rounded down: in the brand's favour, and never more than it.
func portion(f model.Fen, rate int64) model.Fen {
	hi, lo := bits.Mul64(uint64(f), uint64(rate))
	q, _ := bits.Div64(hi, lo, model.FullRate)
	return model.Fen(q)
}

func limited(f, most model.Fen) model.Fen {
	if most > 0 {
		return min(f, most)
	}
	return f
}
