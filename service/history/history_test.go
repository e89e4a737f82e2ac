package history_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/history"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		for _, handle := range []string{"cup", "pot", "pan"} {
			stock := int64(3)
			_, err := s.Catalogue.PutProduct(s.Ctx, catalogue.ProductSpec{
				Handle: handle, Title: model.Text{"en": handle}, Published: true,
				SKUs: []catalogue.SKUSpec{{Choice: []int{}, PriceFen: 900, Stock: &stock}},
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		test(t, s)
	}, testdb.Clock(clock.Now))
}

// handles are what a consumer looked at, the latest first, read by pages of two.
func handles(t *testing.T, s *testshop.Shop, user int64) (out []string) {
	t.Helper()
	for at := (history.Place{}); ; {
		views, next, err := s.History.List(s.Ctx, user, at, 2, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range views {
			out = append(out, v.Handle)
		}
		if next == nil {
			return out
		}
		at = *next
	}
}

func TestTheLatestComeFirstEachOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, stranger := s.Buyer().UserID, s.Buyer().UserID
		for _, h := range []string{"cup", "pot", "pan", "cup"} {
			s.Clock.Turn(time.Second)
			if err := s.History.Note(s.Ctx, b, h); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(handles(t, s, b)); got != "[cup pan pot]" {
			t.Error(got)
		}
		if err := s.History.Note(s.Ctx, b, "nothing"); !errors.Is(err, model.ErrProductNotFound) {
			t.Error(err)
		}
		for _, err := range []error{
			s.History.Remove(s.Ctx, stranger, "pan"), s.History.Clear(s.Ctx, stranger), s.History.Remove(s.Ctx, b, "pot"),
		} {
			if err != nil {
				t.Error(err)
			}
		}
		if got := fmt.Sprint(handles(t, s, b)); got != "[cup pan]" {
			t.Error(got)
		}
		if err := s.History.Clear(s.Ctx, b); err != nil || len(handles(t, s, b)) != 0 {
			t.Errorf("%v, and %v is left", err, handles(t, s, b))
		}
	})
}

func TestNothingIsWrittenWhilePaused(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer().UserID
		note := func(handle string) {
			if err := s.History.Note(s.Ctx, b, handle); err != nil {
				t.Error(err)
			}
		}
		pause := func(want bool) {
			if err := s.History.Pause(s.Ctx, b, want); err != nil {
				t.Error(err)
			}
			if is, err := s.History.Paused(s.Ctx, b); is != want || err != nil {
				t.Errorf("paused %t, %v", is, err)
			}
		}
		note("cup")
		pause(true)
		note("pot")
		note("cup")
		pause(false)
		note("pan")
		if got := fmt.Sprint(handles(t, s, b)); got != "[pan cup]" {
			t.Error(got)
		}
	})
}

func TestTheOldestFallOut(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer().UserID
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			rows := make([]model.Seen, history.Most)
			for i := range rows {
				rows[i] = model.Seen{UserID: b, ProductID: int64(1_000_000 + i), SeenAt: model.Millis(i)}
			}
			return tx.CreateInBatches(&rows, 100).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range testdb.Race(3, func(i int) error { return s.History.Note(s.Ctx, b, []string{"cup", "pot", "pan"}[i]) }) {
			if err != nil {
				t.Error(err)
			}
		}
		if all, old := s.Count(&model.Seen{}, "user_id = ?", b), s.Count(&model.Seen{}, "seen_at < 3"); all != history.Most || old != 0 {
			t.Errorf("%d are kept, %d of the oldest", all, old)
		}
	})
}
