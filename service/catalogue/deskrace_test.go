package catalogue_test

import (
	"errors"
	"fmt"
	"testing"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Staff count down what buyers reserve at the same time: what orders hold is always on hand, and each count that was
// taken is a movement.
func TestCorrectionsAgainstReservations(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		sku := s.SKU(100, 20)
		buyers := make([]*testshop.Buyer, 16)
		for i := range buyers {
			buyers[i] = s.Buyer()
		}
		errs := testdb.Race(24, func(i int) error {
			if i < len(buyers) {
				_, err := buyers[i].Order(s.Ctx, fmt.Sprintf("race-key-%04d", i), buyers[i].Wants(sku, 1))
				// Between quote and order there may be fewer, or more again.
				if errors.Is(err, model.ErrOutOfStock) || errors.Is(err, model.ErrPriceChanged) {
					return nil
				}
				return err
			}
			n := int64(i - len(buyers)) // 0 to 7
			now := s.Reload(sku)
			_, err := s.Catalogue.Correct(s.Ctx, fmt.Sprintf("race-count-%04d", i), sku.No, catalogue.Correction{OnHand: n, Was: now.OnHand, Reason: "lost"})
			if errors.Is(err, model.ErrChangedMeanwhile) || errors.Is(err, model.ErrBelowReserved) {
				return nil
			}
			return err
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if k := s.Reload(sku); k.Reserved > k.OnHand {
			t.Errorf("%d reserved of %d on hand", k.Reserved, k.OnHand)
		}
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}
