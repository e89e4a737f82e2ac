package order_test

import (
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Delivery is priced by the shop's own templates and goes to the buyer's own addresses, whatever other shops and
// other buyers have.
func TestDeliveryIsTheShopsAndTheBuyers(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		world := testshop.NewWorld(t, db, clock)
		dear := world.Shop(func(s *brand.Spec) {
			s.Freight = []brand.FreightTemplate{
				{Name: "parcel", Default: true, Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 1, FirstFen: 900}}},
				{Name: "pallet", Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 1, FirstFen: 9_000}}},
			}
		})
		free := world.Shop()
		for _, c := range []struct {
			shop    *testshop.Shop
			freight model.Fen
		}{{dear, 900}, {free, 0}} {
			b, sku := c.shop.Buyer(), c.shop.SKU(100, 5)
			for address, freight := range map[string]model.Fen{b.Address: c.freight, "": c.freight} {
				basket := b.Wants(sku, 1)
				basket.AddressNo = address
				q, err := c.shop.Order.Quote(c.shop.Ctx, b.Buyer, basket)
				if err != nil || q.FreightFen != freight || q.TotalFen != 100+freight {
					t.Errorf("freight %d of %d, %v", q.FreightFen, q.TotalFen, err)
				}
			}
			for _, stranger := range []*testshop.Buyer{dear.Buyer(), free.Buyer()} {
				basket := b.Wants(sku, 1)
				basket.AddressNo = stranger.Address
				_, err := c.shop.Order.Quote(c.shop.Ctx, b.Buyer, basket)
				var known *model.Error
				if !errors.As(err, &known) || !errors.Is(err, model.ErrAddressNotFound) || known.Field != "address" {
					t.Errorf("to a stranger's address: %v", err)
				}
			}
		}
	}, testdb.Clock(clock.Now))
}
