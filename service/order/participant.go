package order

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// Participant follows an order through its life, inside the order's own transactions. Stock, freight, the
// ledger and every way to sell are participants, listed once, at wiring. Each method is a step: it takes
// the transaction, may be run again, and has no effect outside it.
type Participant interface {
	// Quote adds price adjustments to the draft, or gives a line a Problem. An error is not one of trade.
	Quote(ctx context.Context, tx *gorm.DB, d *Draft) error
	// Placed reserves what orders need, mostly one's; an error refuses all of them.
	Placed(ctx context.Context, tx *gorm.DB, orders ...*model.Order) error
	// Paid commits what was reserved. It may never fail for a reason of trade: the money has been taken.
	Paid(ctx context.Context, tx *gorm.DB, o *model.Order) error
	// Closed gives back what was reserved for an order that is cancelled.
	Closed(ctx context.Context, tx *gorm.DB, o *model.Order) error
	// Shipped is told that all that was left of the order is on its way.
	Shipped(ctx context.Context, tx *gorm.DB, o *model.Order) error
	// Received concludes, once the consumer has what was bought.
	Received(ctx context.Context, tx *gorm.DB, o *model.Order) error
	// Refunded reverses, once the money has gone back; r has its lines.
	Refunded(ctx context.Context, tx *gorm.DB, r *model.Refund) error
}

// Bystander takes part in nothing; participants embed it and write only the methods they need.
type Bystander struct{}

// Quote implements Participant.
func (Bystander) Quote(context.Context, *gorm.DB, *Draft) error { return nil }

// Placed implements Participant.
func (Bystander) Placed(context.Context, *gorm.DB, ...*model.Order) error { return nil }

// Paid implements Participant.
func (Bystander) Paid(context.Context, *gorm.DB, *model.Order) error { return nil }

// Closed implements Participant.
func (Bystander) Closed(context.Context, *gorm.DB, *model.Order) error { return nil }

// Shipped implements Participant.
func (Bystander) Shipped(context.Context, *gorm.DB, *model.Order) error { return nil }

// Received implements Participant.
func (Bystander) Received(context.Context, *gorm.DB, *model.Order) error { return nil }

// Refunded implements Participant.
func (Bystander) Refunded(context.Context, *gorm.DB, *model.Refund) error { return nil }

// Draft is an order being priced.
type Draft struct {
	UserID      int64
	Place       *model.Place            // nil while the consumer has chosen no address
	Freight     []model.FreightTemplate // the brand's, by id
	Lines       []offer.Line
	Wanted      int                // so many lines the consumer has asked for; gifts come after them
	Adjustments []model.Adjustment // in the order of the price's steps; Position −1 is the whole order
	Group       *model.GroupWish   // the small group that it is for
	PayBy       model.Millis       // the order ends at this instant at the latest; 0: when the brand says
	Contended   bool               // it takes from a row that many orders want at once

	Version  int64  // of what the brand shows, its promotions among it
	Free     bool   // it may cost nothing
	CouponNo string // the coupon the consumer wants, NoCoupon, or "" for the best
	Offers
}

// Adjust adds one adjustment. position is the line's, or −1 for the order as a whole. A zero amount is kept:
// it explains, as in "free delivery".
func (d *Draft) Adjust(position int, kind model.AdjustmentKind, source, label string, amount model.Fen) {
	d.Adjustments = append(d.Adjustments, model.Adjustment{
		Position: position, Kind: kind, Source: source, Label: label, AmountFen: amount,
	})
}

// steps is where each kind stands in the price.
var steps = map[model.AdjustmentKind]int{
	model.AdjustModel: 0, model.AdjustPromotion: 1, model.AdjustCoupon: 2, model.AdjustFreight: 3, model.AdjustTax: 4,
}

// sort brings the adjustments into the order of the price's steps: what takes off the delivery is priced after it.
func (d *Draft) sort() {
	slices.SortStableFunc(d.Adjustments, func(a, b model.Adjustment) int { return cmp.Compare(steps[a.Kind], steps[b.Kind]) })
}

// Buyable tells whether the line takes part in the price.
func (d *Draft) Buyable(position int) bool { return d.Lines[position].Problem == nil }

// Goods is the list price of all lines that can be bought.
func (d *Draft) Goods() (sum model.Fen) {
	for i, l := range d.Lines {
		if d.Buyable(i) {
			sum += l.SKU.PriceFen.Times(l.Quantity)
		}
	}
	return sum
}

// Sum adds up the adjustments of some kinds.
func (d *Draft) Sum(kinds ...model.AdjustmentKind) (sum model.Fen) {
	for _, a := range d.Adjustments {
		for _, k := range kinds {
			if a.Kind == k {
				sum += a.AmountFen
			}
		}
	}
	return sum
}

// Discount is what lowers or raises the price of the goods: never freight or tax.
func (d *Draft) Discount() model.Fen {
	return d.Sum(model.AdjustModel, model.AdjustPromotion, model.AdjustCoupon, model.AdjustDesk)
}

// Way is how the draft is sold: by the one whose price its lines have.
func (d *Draft) Way() string {
	for _, a := range d.Adjustments {
		if what, _, _ := strings.Cut(a.Source, ":"); a.Kind == model.AdjustModel && what != "" {
			way, _, _ := strings.Cut(what, "_") // "group_campaign:01J…" is a group's
			return way
		}
	}
	return model.WayShop
}

// Total is what is to be paid.
func (d *Draft) Total() model.Fen {
	return d.Goods() + d.Discount() + d.Sum(model.AdjustFreight, model.AdjustTax)
}

// LineTotals is for each line its list price and its share of the discount; the shares of what belongs to
// the order as a whole go by list price, and everything adds up to Goods + Discount.
func (d *Draft) LineTotals() []model.Fen {
	totals := make([]model.Fen, len(d.Lines))
	weights := make([]int64, len(d.Lines))
	for i, l := range d.Lines {
		if d.Buyable(i) {
			totals[i] = l.SKU.PriceFen.Times(l.Quantity)
			weights[i] = int64(totals[i])
		}
	}
	var whole model.Fen
	for _, a := range d.Adjustments {
		switch {
		case a.Kind == model.AdjustFreight || a.Kind == model.AdjustTax:
		case a.Position >= 0:
			totals[a.Position] += a.AmountFen
		default:
			whole += a.AmountFen
		}
	}
	if whole != 0 {
		for i, share := range whole.Split(weights) {
			totals[i] += share
		}
	}
	return totals
}
