package cart_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/cart"
	"hutong/service/database"
	"hutong/service/testdb"
)

var (
	now       model.Clock = func() time.Time { return time.UnixMilli(1_800_000_000_000) }
	languages             = []string{"en", "zh-CN"}
)

func newNo() string { return ulid.Make().String() }

func owner(user int64) cart.Owner { return cart.Owner{UserID: user, Languages: languages} }

// failed is the error of a use case that answers a cart.
func failed(_ cart.View, err error) error { return err }

// shop is a brand with a consumer.
type shop struct {
	*cart.Service
	db   *database.DB
	ctx  context.Context
	user int64
}

func open(t testing.TB, db *database.DB) shop {
	t.Helper()
	s := shop{Service: cart.New(db, now), db: db, ctx: model.WithBrand(t.Context(), 1)}
	s.user = s.newUser(s.ctx, t)
	return s
}

func create[T any](ctx context.Context, t testing.TB, db *database.DB, row *T) *T {
	t.Helper()
	if err := db.InTx(ctx, func(tx *gorm.DB) error { return tx.Create(row).Error }); err != nil {
		t.Fatal(err)
	}
	return row
}

func (s shop) newUser(ctx context.Context, t testing.TB) int64 {
	t.Helper()
	no := newNo()
	return create(ctx, t, s.db, &model.User{No: no, AppID: "wx1", OpenID: no}).ID
}

// skus are new SKUs of one product, with so many pieces on hand each, at 100 fen.
func (s shop) skus(t testing.TB, n int, onHand int64) []*model.SKU {
	t.Helper()
	p := create(s.ctx, t, s.db, &model.Product{
		Handle: newNo(), Title: model.Text{"en": "Cup", "zh-CN": "杯子"}, Published: true,
		Pictures: model.List[model.Picture]{{URL: "/media/cup.jpg"}},
		Options:  model.List[model.Option]{{Name: model.Text{"en": "Colour"}, Values: []model.Text{{"en": "Red", "zh-CN": "红"}}}},
	})
	rows := make([]*model.SKU, n)
	for i := range rows {
		rows[i] = &model.SKU{
			ProductID: p.ID, No: newNo(), ChoiceKey: fmt.Sprint(i), Choice: model.List[int]{0},
			PriceFen: 100, OnHand: onHand, Active: true,
		}
	}
	create(s.ctx, t, s.db, &rows)
	return rows
}

func (s shop) add(t testing.TB, sku string, quantity int) {
	t.Helper()
	if _, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: sku, Quantity: quantity}); err != nil {
		t.Fatal(err)
	}
}

func (s shop) get(t testing.TB) cart.View {
	t.Helper()
	v, err := s.Get(s.ctx, owner(s.user))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (s shop) update(t testing.TB, row any, id int64, columns map[string]any) {
	t.Helper()
	err := s.db.InTx(s.ctx, func(tx *gorm.DB) error { return tx.Model(row).Where("id = ?", id).Updates(columns).Error })
	if err != nil {
		t.Fatal(err)
	}
}

func ptr[T any](v T) *T { return &v }

func TestCart(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		skus := s.skus(t, 3, 5)
		if v := s.get(t); len(v.Lines) != 0 || v.Lines == nil || v.AllSelected {
			t.Errorf("an empty cart: %+v", v)
		}
		got, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: skus[0].No, Quantity: 2})
		if want := (cart.Added{SKU: skus[0].No, Quantity: 2, Pieces: 2}); err != nil || got != want {
			t.Errorf("added %+v, %v", got, err)
		}
		s.add(t, skus[1].No, 1)
		got, err = s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: skus[0].No, Quantity: 1})
		if want := (cart.Added{SKU: skus[0].No, Quantity: 3, Pieces: 4}); err != nil || got != want {
			t.Errorf("added %+v, %v", got, err)
		}
		line := func(sku *model.SKU, quantity int, selected bool) cart.LineView {
			return cart.LineView{
				SKU: sku.No, Handle: s.get(t).Lines[0].Handle, Title: "Cup", Choice: "Red", Picture: "/media/cup.jpg",
				UnitFen: 100, TotalFen: model.Fen(100 * quantity), Quantity: quantity, Available: 5, Selected: selected,
			}
		}
		want := cart.View{
			Lines:  []cart.LineView{line(skus[1], 1, true), line(skus[0], 3, true)},
			Pieces: 4, SelectedPieces: 4, SelectedFen: 400, AllSelected: true,
		}
		if diff := cmp.Diff(want, s.get(t)); diff != "" {
			t.Error(diff)
		}

		if err := failed(s.Set(s.ctx, owner(s.user), skus[0].No, cart.Change{Quantity: ptr(2), Selected: ptr(false)})); err != nil {
			t.Fatal(err)
		}
		want = cart.View{
			Lines:  []cart.LineView{line(skus[1], 1, true), line(skus[0], 2, false)},
			Pieces: 3, SelectedPieces: 1, SelectedFen: 100,
		}
		if diff := cmp.Diff(want, s.get(t)); diff != "" {
			t.Error(diff)
		}
		s.wantSelected(t, skus[1].No)
		if err := failed(s.SelectAll(s.ctx, owner(s.user), true)); err != nil {
			t.Fatal(err)
		}
		s.wantSelected(t, skus[0].No, skus[1].No)
		if err := failed(s.SelectAll(s.ctx, owner(s.user), false)); err != nil {
			t.Fatal(err)
		}
		s.wantSelected(t)
		s.add(t, skus[0].No, 1)
		s.wantSelected(t, skus[0].No)

		if err := failed(s.Remove(s.ctx, owner(s.user), skus[1].No)); err != nil {
			t.Fatal(err)
		}
		if v := s.get(t); len(v.Lines) != 1 || v.Pieces != 3 {
			t.Errorf("after removal: %+v", v)
		}
		for name, err := range map[string]error{
			"set":    failed(s.Set(s.ctx, owner(s.user), skus[1].No, cart.Change{Quantity: ptr(1)})),
			"remove": failed(s.Remove(s.ctx, owner(s.user), skus[1].No)),
		} {
			if !errors.Is(err, model.ErrLineNotFound) {
				t.Errorf("%s a line that is not there: %v", name, err)
			}
		}
		if err := failed(s.Set(s.ctx, owner(s.user), skus[0].No, cart.Change{})); !errors.Is(err, model.ErrRequired) {
			t.Errorf("no change: %v", err)
		}
	})
}

func (s shop) wantSelected(t *testing.T, skus ...string) {
	t.Helper()
	wants, err := cart.Selected(s.db.Read(s.ctx), s.user)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range wants {
		if w.Quantity < 1 {
			t.Errorf("%+v", w)
		}
		got = append(got, w.SKUNo)
	}
	if diff := cmp.Diff(skus, got); diff != "" {
		t.Error(diff)
	}
}

// What cannot be bought stays in the cart, marked, and out of the total.
func TestUnavailableLinesAreMarked(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		few, inactive, soldOut, fine := s.skus(t, 1, 2)[0], s.skus(t, 1, 9)[0], s.skus(t, 1, 9)[0], s.skus(t, 1, 500)[0]
		unpublished := s.skus(t, 1, 9)[0]
		for _, sku := range []*model.SKU{few, inactive, soldOut, fine, unpublished} {
			s.add(t, sku.No, 3)
		}
		s.update(t, &model.SKU{}, inactive.ID, map[string]any{"active": false})
		s.update(t, &model.SKU{}, soldOut.ID, map[string]any{"reserved": 9})
		s.update(t, &model.Product{}, unpublished.ProductID, map[string]any{"published": false})
		problems := map[string]string{}
		v := s.get(t)
		for _, l := range v.Lines {
			problems[l.SKU] = l.Problem
			if l.SKU == fine.No && l.Available != 99 {
				t.Errorf("a competitor can read the stock: %d", l.Available)
			}
			if l.Title != "Cup" || l.UnitFen != 100 {
				t.Errorf("the line lost what it shows: %+v", l)
			}
		}
		want := map[string]string{
			few.No: "out_of_stock", inactive.No: "not_on_sale", soldOut.No: "out_of_stock", fine.No: "",
			unpublished.No: "not_on_sale",
		}
		if diff := cmp.Diff(want, problems); diff != "" {
			t.Error(diff)
		}
		if v.SelectedFen != 300 || v.SelectedPieces != 3 || v.Pieces != 15 || !v.AllSelected {
			t.Errorf("%+v", v)
		}
		if _, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: inactive.No, Quantity: 1}); !errors.Is(err, model.ErrNotOnSale) {
			t.Errorf("add what is not on sale: %v", err)
		}
		if _, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: unpublished.No, Quantity: 1}); !errors.Is(err, model.ErrNotOnSale) {
			t.Errorf("add what is not published: %v", err)
		}
		if err := failed(s.RemoveUnavailable(s.ctx, owner(s.user))); err != nil {
			t.Fatal(err)
		}
		v = s.get(t)
		if len(v.Lines) != 2 || v.Lines[0].SKU != fine.No || v.Lines[1].SKU != few.No {
			t.Errorf("left: %+v", v.Lines)
		}
	})
}

func TestBounds(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		skus := s.skus(t, cart.MaxLines+1, 9)
		s.add(t, skus[0].No, model.MaxQuantity)
		for name, c := range map[string]struct {
			item cart.Item
			want *model.Error
		}{
			"one more than a line holds": {cart.Item{SKU: skus[0].No, Quantity: 1}, model.ErrTooBig},
			"more than a line holds":     {cart.Item{SKU: skus[1].No, Quantity: model.MaxQuantity + 1}, model.ErrTooBig},
			"none":                       {cart.Item{SKU: skus[1].No, Quantity: 0}, model.ErrTooSmall},
			"fewer than none":            {cart.Item{SKU: skus[0].No, Quantity: -1}, model.ErrTooSmall},
			"no such SKU":                {cart.Item{SKU: newNo(), Quantity: 1}, model.ErrNotOnSale},
		} {
			if _, err := s.Add(s.ctx, owner(s.user), newNo(), c.item); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, n := range []int{0, -5, model.MaxQuantity + 1} {
			if err := failed(s.Set(s.ctx, owner(s.user), skus[0].No, cart.Change{Quantity: &n})); err == nil {
				t.Errorf("set to %d", n)
			}
		}
		if v := s.get(t); len(v.Lines) != 1 || v.Lines[0].Quantity != model.MaxQuantity || v.Lines[0].Problem != "out_of_stock" {
			t.Errorf("%+v", v)
		}
		// The last places are taken at once.
		for _, sku := range skus[1 : cart.MaxLines-3] {
			s.add(t, sku.No, 1)
		}
		errs := testdb.Race(5, func(i int) error {
			_, err := s.Add(s.ctx, owner(s.user), newNo(), cart.Item{SKU: skus[cart.MaxLines-4+i].No, Quantity: 1})
			return err
		})
		full := 0
		for _, err := range errs {
			if errors.Is(err, model.ErrCartFull) {
				full++
			} else if err != nil {
				t.Error(err)
			}
		}
		if v := s.get(t); len(v.Lines) != cart.MaxLines || full != 1 {
			t.Errorf("%d lines, %d refused", len(v.Lines), full)
		}
		s.add(t, skus[1].No, 1) // what is there still grows
	})
}

// The same SKU added 32 times at once under different keys is one line of 32; under one key, of one.
func TestAddAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		skus := s.skus(t, 2, 99)
		one := newNo()
		for i, key := range []func() string{newNo, func() string { return one }} {
			for _, err := range testdb.Race(32, func(int) error {
				_, err := s.Add(s.ctx, owner(s.user), key(), cart.Item{SKU: skus[i].No, Quantity: 1})
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
		}
		v := s.get(t)
		if len(v.Lines) != 2 || v.Lines[1].Quantity != 32 || v.Lines[0].Quantity != 1 {
			t.Errorf("%+v", v.Lines)
		}
		if _, err := s.Add(s.ctx, owner(s.user), one, cart.Item{SKU: skus[0].No, Quantity: 1}); !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("another item under the same key: %v", err)
		}
	})
}

// A cart is its owner's, in its brand.
func TestOthersSeeNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		sku := s.skus(t, 1, 9)[0]
		s.add(t, sku.No, 1)
		elsewhere := model.WithBrand(t.Context(), 2)
		for name, who := range map[string]struct {
			ctx  context.Context
			user int64
		}{"another user": {s.ctx, s.newUser(s.ctx, t)}, "the same user id in another brand": {elsewhere, s.user}} {
			if v, err := s.Get(who.ctx, owner(who.user)); err != nil || len(v.Lines) != 0 {
				t.Errorf("%s sees %+v, %v", name, v, err)
			}
			if err := failed(s.Set(who.ctx, owner(who.user), sku.No, cart.Change{Quantity: ptr(5)})); !errors.Is(err, model.ErrLineNotFound) {
				t.Errorf("%s sets: %v", name, err)
			}
			if err := failed(s.Remove(who.ctx, owner(who.user), sku.No)); !errors.Is(err, model.ErrLineNotFound) {
				t.Errorf("%s removes: %v", name, err)
			}
			if err := failed(s.SelectAll(who.ctx, owner(who.user), false)); err != nil {
				t.Error(err)
			}
			err := db.InTx(who.ctx, func(tx *gorm.DB) error { return cart.Bought(tx, who.user, []int64{sku.ID}) })
			if err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Add(elsewhere, owner(s.newUser(elsewhere, t)), newNo(), cart.Item{SKU: sku.No, Quantity: 1}); !errors.Is(err, model.ErrNotOnSale) {
			t.Errorf("another brand's SKU: %v", err)
		}
		if v := s.get(t); len(v.Lines) != 1 || !v.Lines[0].Selected || v.Lines[0].Quantity != 1 {
			t.Errorf("the owner has %+v", v.Lines)
		}
		if err := db.InTx(s.ctx, func(tx *gorm.DB) error { return cart.Bought(tx, s.user, []int64{sku.ID}) }); err != nil {
			t.Error(err)
		}
		if v := s.get(t); len(v.Lines) != 0 {
			t.Errorf("bought, and still there: %+v", v.Lines)
		}
	})
}
