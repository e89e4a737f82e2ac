package favourite_test

import (
	"errors"
	"fmt"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/favourite"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		test(t, testshop.NewWorld(t, db, clock).Shop())
	}, testdb.Clock(clock.Now))
}

func sell(t *testing.T, s *testshop.Shop, handle string, published bool) {
	t.Helper()
	stock := int64(3)
	_, err := s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
		Handle: handle, Title: model.Text{"en": handle}, Published: published,
		SKUs: []catalogue.SKUSpec{{Choice: []int{}, PriceFen: 900, Stock: &stock}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFavouritesAreKeptOnceAndShownAsTheyAre(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, stranger := s.Buyer().UserID, s.Buyer().UserID
		for _, h := range []string{"cup", "pot", "pan"} {
			sell(t, s, h, true)
			for range 2 {
				if err := s.Favourite.Add(s.Ctx, b, h); err != nil {
					t.Fatal(err)
				}
			}
		}
		sell(t, s, "draft", false)
		for _, h := range []string{"draft", "nothing"} {
			if err := s.Favourite.Add(s.Ctx, b, h); !errors.Is(err, model.ErrProductNotFound) {
				t.Errorf("%s: %v", h, err)
			}
		}
		sell(t, s, "pot", false) // taken off
		views, next, err := s.Favourite.List(s.Ctx, b, 0, 2, "en")
		if err != nil || next == 0 || len(views) != 2 || views[0].Handle != "pan" || !views[0].OnSale || !views[0].InStock ||
			views[0].PriceFen != 900 || views[1].Handle != "pot" || views[1].OnSale || views[1].Since == 0 {
			t.Errorf("%+v, %d, %v", views, next, err)
		}
		if views, next, err = s.Favourite.List(s.Ctx, b, next, 2, "en"); err != nil || next != 0 || len(views) != 1 || views[0].Handle != "cup" {
			t.Errorf("the second page: %+v, %d, %v", views, next, err)
		}
		for range 2 {
			if err := s.Favourite.Remove(s.Ctx, b, "pot"); err != nil {
				t.Error(err)
			}
		}
		is := func(user int64, handle string) bool {
			is, err := s.Favourite.Is(s.Ctx, user, handle)
			if err != nil {
				t.Error(err)
			}
			return is
		}
		if !is(b, "cup") || is(b, "pot") || is(stranger, "cup") {
			t.Error("what is a favourite is not told")
		}
		if err := s.Favourite.Remove(s.Ctx, stranger, "cup"); err != nil || !is(b, "cup") {
			t.Errorf("a stranger has removed it: %v", err)
		}
	})
}

// Many at once for the last place: it is filled once.
func TestThereAreNeverTooMany(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer().UserID
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			rows := make([]model.Favourite, favourite.Most-1)
			for i := range rows {
				rows[i] = model.Favourite{UserID: b, ProductID: int64(1_000_000 + i)}
			}
			return tx.CreateInBatches(&rows, 100).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			sell(t, s, fmt.Sprint("cup-", i), true)
		}
		added := 0
		for _, err := range testdb.Race(8, func(i int) error { return s.Favourite.Add(s.Ctx, b, fmt.Sprint("cup-", i)) }) {
			switch {
			case err == nil:
				added++
			case !errors.Is(err, model.ErrTooMany):
				t.Error(err)
			}
		}
		if n := s.Count(&model.Favourite{}, "user_id = ?", b); added != 1 || n != favourite.Most {
			t.Errorf("%d were added, %d are there", added, n)
		}
	})
}
