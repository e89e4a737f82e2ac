// Package freight prices delivery by the brand's templates.
package freight

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
)

// The labels of the adjustments; each has a text in the catalogue of messages.
const (
	LabelFreight = "freight"
	LabelFree    = "freight_free"
)

// Participant adds to an order what its delivery costs: one adjustment for each template that its lines
// use. Lines that are not delivered to the address get the problem ErrNotDelivered.
type Participant struct{ order.Bystander }

// Quote implements order.Participant.
func (Participant) Quote(_ context.Context, _ *gorm.DB, d *order.Draft) error {
	price(d)
	return nil
}

// parcel is the lines of an order that one template prices.
type parcel struct {
	template *model.FreightTemplate
	lines    []int
	goods    model.Fen
	units    int64 // pieces or grams, as the template counts
}

// price adds the adjustments for a draft. Parcels go by template, so that the order of the lines plays no
// part; goods without a template are delivered free.
func price(d *order.Draft) {
	parcels := pack(d)
	for _, id := range slices.Sorted(maps.Keys(parcels)) {
		p := parcels[id]
		rule, delivered := ruleFor(p.template, d.Place)
		if !delivered {
			for _, i := range p.lines {
				d.Lines[i].Problem = model.ErrNotDelivered
			}
			continue
		}
		amount, label := cost(rule, p.units), LabelFreight
		if p.template.FreeFrom > 0 && p.goods >= p.template.FreeFrom {
			amount, label = 0, LabelFree
		}
		d.Adjust(-1, model.AdjustFreight, fmt.Sprintf("freight_template:%d", id), label, amount)
	}
}

// pack sorts the lines that can be bought into parcels, by the id of their template.
func pack(d *order.Draft) map[int64]*parcel {
	templates := d.Freight
	byID := make(map[int64]*model.FreightTemplate, len(templates))
	var standard *model.FreightTemplate
	for i := range templates {
		byID[templates[i].ID] = &templates[i]
		if templates[i].IsDefault {
			standard = &templates[i]
		}
	}
	parcels := map[int64]*parcel{}
	for i, l := range d.Lines {
		t := byID[l.Product.FreightTemplateID]
		if t == nil {
			t = standard
		}
		if t == nil || !d.Buyable(i) {
			continue
		}
		p := parcels[t.ID]
		if p == nil {
			p = &parcel{template: t}
			parcels[t.ID] = p
		}
		units := int64(l.Quantity)
		if t.Basis == model.FreightByWeight {
			units *= min(l.SKU.WeightGrams, maxGrams)
		}
		p.lines = append(p.lines, i)
		p.goods += l.SKU.PriceFen.Times(l.Quantity)
		p.units += units
	}
	return parcels
}

// maxGrams is the weight from which on a piece costs no more: a thousand tons. Times model.MaxQuantity,
// times more lines than an order can have, it is far from overflowing.
const maxGrams = 1_000_000_000

// ruleFor is the rule for an address: the one that names its province, else the one that names none. Before
// an address is chosen it is the latter, as an estimate, or when that refuses the first that delivers.
// delivered is false when nothing is sent there.
func ruleFor(t *model.FreightTemplate, place *model.Place) (rule model.FreightRule, delivered bool) {
	var general *model.FreightRule
	for i, r := range t.Rules {
		if len(r.Provinces) == 0 {
			general = &t.Rules[i]
		}
		if place != nil && slices.Contains(r.Provinces, place.ProvinceCode) {
			return r, !r.Refused
		}
	}
	if general != nil && !general.Refused {
		return *general, true
	}
	if place == nil {
		for _, r := range t.Rules {
			if !r.Refused {
				return r, true
			}
		}
	}
	return model.FreightRule{}, false
}

// cost is what a rule asks for so many units: the first price, and the next price for each further batch,
// begun ones counted whole. It is at most model.MaxFen.
func cost(r model.FreightRule, units int64) model.Fen {
	more := units - r.First
	if more <= 0 || r.Next <= 0 || r.NextFen <= 0 {
		return r.FirstFen
	}
	batches := (more-1)/r.Next + 1
	if batches > int64((model.MaxFen-r.FirstFen)/r.NextFen) {
		return model.MaxFen
	}
	return r.FirstFen + r.NextFen*model.Fen(batches)
}
