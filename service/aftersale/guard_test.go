package aftersale_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/aftersale"
)

// The conditions under which a case takes pieces and gives them back, each by itself: what stands before them, which
// reckons from what it has read, may be wrong.
func TestTheConditionsDecideByThemselves(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v, other := d.sold(2).shipped(1), d.sold(1)
		o := d.State(v.no)
		undone := errors.New("undone")
		claim := func(l model.AfterSaleLine) func(tx *gorm.DB) error {
			return func(tx *gorm.DB) error { return aftersale.Claim(tx, &o, []model.AfterSaleLine{l}) }
		}
		for name, c := range map[string]struct {
			step func(tx *gorm.DB) error
			want error
		}{
			"more than there are":            {claim(model.AfterSaleLine{OrderLineID: v.line().ID, Quantity: 3}), model.ErrPiecesTaken},
			"of another order":               {claim(model.AfterSaleLine{OrderLineID: other.line().ID, Quantity: 1}), model.ErrPiecesTaken},
			"what was sent, as if it is not": {claim(model.AfterSaleLine{OrderLineID: v.line().ID, Quantity: 2, Unsent: true}), model.ErrPiecesTaken},
			"what is left to send":           {claim(model.AfterSaleLine{OrderLineID: v.line().ID, Quantity: 1, Unsent: true}), undone},
			"back what was not taken": {func(tx *gorm.DB) error {
				return aftersale.Release(tx, model.AfterSaleLine{OrderLineID: v.line().ID, Quantity: 1})
			}, aftersale.ErrInconsistent},
			"hold what another holds": {func(tx *gorm.DB) error {
				l := model.AfterSaleLine{AfterSaleID: 1, OrderLineID: v.line().ID, Quantity: 1}
				if err := tx.Create(&l).Error; err != nil {
					return err
				}
				l.Held = 1 // as it was read before
				return aftersale.SetHeld(tx, &l, 0)
			}, aftersale.ErrInconsistent},
		} {
			err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
				if err := c.step(tx); err != nil {
					return err
				}
				return undone
			})
			if !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// No more comes back for sale than was sent back, also when no money follows it.
func TestNoMoreComesBackThanWasSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received().applied(wish(model.AfterSaleExchange, "faulty", 1))
		v.must(v.agree(aftersale.Consent{})).must(v.sendBack())
		for _, n := range []int{2, -1} {
			if _, err := v.receive(n); !errors.Is(err, model.ErrOutOfRange) {
				t.Errorf("%d of one piece: %v", n, err)
			}
		}
		v.want(model.AfterSaleSending)
	})
}
