package cart_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/cart"
	"hutong/service/testdb"
)

// FuzzCart reads its input as a list of operations on one cart, three bytes each (what, which SKU, how
// many), does them, and compares with a map that does the same. Whatever happens, no line is doubled, has
// fewer than one piece or more than a line holds, and there are never too many.
func FuzzCart(f *testing.F) {
	const add, addMany, set, choose, remove, all, sweep, buy = 0, 1, 2, 3, 4, 5, 6, 7
	f.Add([]byte{add, 0, 1, add, 0, 2, set, 0, 9, choose, 0, 0, remove, 0, 0})
	f.Add([]byte{addMany, 0, 125, add, 0, 1, add, 124, 1, remove, 3, 0, add, 124, 1})
	f.Add([]byte{add, 5, 255, add, 5, 255, set, 5, 255, add, 5, 1, set, 5, 0, add, 5, 0})
	f.Add([]byte{add, 130, 1, add, 1, 1, sweep, 0, 0, all, 0, 0, add, 1, 1, all, 0, 1, buy, 1, 0})

	db := testdb.SQLite(f)
	s := open(f, db)
	onSale, gone := s.skus(f, 128, 20), s.skus(f, 128, 0)
	s.update(f, &model.Product{}, gone[0].ProductID, map[string]any{"published": false})
	skus := append(onSale, gone...)

	f.Fuzz(func(t *testing.T, ops []byte) {
		s := s
		s.ctx = model.WithBrand(t.Context(), 1)
		s.user = s.newUser(s.ctx, t)
		want := map[string]line{}
		for ops = ops[:min(len(ops), 300)]; len(ops) >= 3; {
			what, i, n := ops[0]%8, int(ops[1]), int(ops[2])*60 // so that a few additions fill a line
			ops = ops[3:]
			sku := skus[i].No
			held, there := want[sku]
			switch what {
			case add:
				_, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: sku, Quantity: n})
				ok := i < len(onSale) && n >= 1 && held.quantity+n <= model.MaxQuantity && (there || len(want) < cart.MaxLines)
				check(t, err, ok)
				if ok {
					want[sku] = line{held.quantity + n, true}
				}
			case addMany:
				for k := range min(n/60, len(onSale)) {
					sku := onSale[k].No
					held, there := want[sku]
					_, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: sku, Quantity: 1})
					ok := held.quantity < model.MaxQuantity && (there || len(want) < cart.MaxLines)
					check(t, err, ok)
					if ok {
						want[sku] = line{held.quantity + 1, true}
					}
				}
			case set:
				err := failed(s.Set(s.ctx, owner(s.user), sku, cart.Change{Quantity: &n}))
				ok := there && n >= 1 && n <= model.MaxQuantity
				check(t, err, ok)
				if ok {
					want[sku] = line{n, held.selected}
				}
			case choose:
				selected := n > 0
				check(t, failed(s.Set(s.ctx, owner(s.user), sku, cart.Change{Selected: &selected})), there)
				if there {
					want[sku] = line{held.quantity, selected}
				}
			case remove:
				check(t, failed(s.Remove(s.ctx, owner(s.user), sku)), there)
				delete(want, sku)
			case all:
				check(t, failed(s.SelectAll(s.ctx, owner(s.user), n > 0)), true)
				for sku, held := range want {
					want[sku] = line{held.quantity, n > 0}
				}
			case sweep:
				check(t, failed(s.RemoveUnavailable(s.ctx, owner(s.user))), true) // nothing in the cart ever is
			case buy:
				check(t, db.InTx(s.ctx, func(tx *gorm.DB) error { return cart.Bought(tx, s.user, []int64{skus[i].ID}) }), true)
				delete(want, sku)
			}
		}
		s.compare(t, want)
	})
}

type line struct {
	quantity int
	selected bool
}

// check fails when an operation went otherwise than it should; what is refused is refused with a meaning.
func check(t *testing.T, err error, ok bool) {
	t.Helper()
	var typed *model.Error
	if ok != (err == nil) || err != nil && !errors.As(err, &typed) {
		t.Fatalf("%v, want success: %v", err, ok)
	}
}

func (s shop) compare(t *testing.T, want map[string]line) {
	t.Helper()
	v := s.get(t)
	if len(v.Lines) != len(want) || len(v.Lines) > cart.MaxLines {
		t.Fatalf("%d lines, want %d", len(v.Lines), len(want))
	}
	pieces, seen := 0, map[string]bool{}
	for _, l := range v.Lines {
		if w := want[l.SKU]; seen[l.SKU] || l.Quantity != w.quantity || l.Selected != w.selected ||
			l.Quantity < 1 || l.Quantity > model.MaxQuantity {
			t.Fatalf("%+v, want %+v", l, w)
		}
		seen[l.SKU] = true
		pieces += l.Quantity
	}
	if v.Pieces != pieces {
		t.Fatalf("%d pieces, want %d", v.Pieces, pieces)
	}
}
