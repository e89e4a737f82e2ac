package promotion

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/offer"
)

// presents looks up what rules give, where there is enough of it. It asks nothing when none gives anything. What is
// bought is not given on top: an order has each SKU on one line, by which it is sent. (The third one free is EffectNth.)
func presents(tx *gorm.DB, b *basket, rules ...[]*rule) error {
	var ids []int64
	for _, of := range rules {
		for _, r := range of {
			if r.effect.Kind == model.EffectGift {
				ids = append(ids, r.effect.GiftSKU)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var nos []string
	if err := tx.Model(&model.SKU{}).Where("id IN ?", ids).Order("id").Pluck("no", &nos).Error; err != nil {
		return fmt.Errorf("gifts: %w", err)
	}
	wants := make([]offer.Want, len(nos))
	for i, no := range nos {
		wants[i] = offer.Want{SKUNo: no, Quantity: 1}
	}
	lines, err := offer.Load(tx, wants)
	if err != nil {
		return err
	}
	for _, of := range rules {
		for _, r := range of {
			r.present = r.given(b, lines)
		}
	}
	return nil
}

// given is what a rule gives, or nil.
func (r *rule) given(b *basket, lines []offer.Line) *offer.Line {
	if r.effect.Kind != model.EffectGift {
		return nil
	}
	for _, l := range lines {
		if l.SKU.ID != r.effect.GiftSKU || l.Problem != nil {
			continue
		}
		bought := slices.ContainsFunc(b.lines, func(own line) bool { return own.sku == l.SKU.ID })
		if bought || l.SKU.Available() < int64(r.effect.GiftPieces) {
			return nil
		}
		l.Quantity, l.Product.NoReturn = r.effect.GiftPieces, false
		return &l
	}
	return nil
}
