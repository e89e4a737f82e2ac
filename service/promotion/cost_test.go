package promotion_test

import (
	"context"
	"testing"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/promotion"
)

// A brand that makes nothing cheaper pays nothing for it: no statement in a checkout, a payment or an end. And a brand
// that does learns of a change at once.
func TestABrandWithoutOffersAsksNothing(t *testing.T) {
	shops(t, func(t *testing.T, s *desk) {
		sku, b := s.SKU(6_000, 50), s.Buyer()
		s.quote(b, b.Wants(sku, 1)) // the set is in memory from here on
		var brand model.Brand
		s.must(s.DB.Read(s.Ctx).Where("id = ?", s.Row.ID).Take(&brand).Error)

		ctx, cancel := context.WithCancel(s.Ctx)
		cancel() // whatever asks the database now fails
		tx, p := s.DB.Read(ctx), promotion.Participant{Promotions: s.Promotion}
		d := &order.Draft{UserID: b.UserID, Version: brand.CatalogueVersion, Lines: []offer.Line{{SKU: sku, Quantity: 1}}}
		o := &model.Order{ID: 1, UserID: b.UserID, TotalFen: 6_000}
		for name, err := range map[string]error{
			"quote": p.Quote(ctx, tx, d), "placed": p.Placed(ctx, tx, o), "paid": p.Paid(ctx, tx, o), "closed": p.Closed(ctx, tx, o),
		} {
			if err != nil {
				t.Errorf("%s asks the database: %v", name, err)
			}
		}
		d.Version++
		if err := p.Quote(ctx, tx, d); err == nil {
			t.Error("at a new version it asks nothing: this test proves nothing")
		}

		s.promote(off(1_000), from(0))
		if q := s.quote(b, b.Wants(sku, 1)); q.TotalFen != 5_000 {
			t.Errorf("after the first promotion: %d", q.TotalFen)
		}
	})
}
