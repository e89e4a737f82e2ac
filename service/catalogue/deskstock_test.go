package catalogue_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
)

// A form that was open while something was sold does not put it back on the shelf.
func TestStockThatMovedMeanwhile(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		in := input(d)
		in.SKUs[0].Stock = pieces(9)
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrRequired) {
			t.Errorf("without what it was: %v", err)
		}
		in.SKUs[0].StockWas = pieces(6)
		var e *model.Error
		if _, err := s.Change(s.ctx, "ring", in); !errors.Is(err, model.ErrChangedMeanwhile) || !errors.As(err, &e) || e.Field != "skus[0].stock" {
			t.Errorf("%v", err)
		}
		in.SKUs[0].StockWas = pieces(5)
		now, err := s.Change(s.ctx, "ring", in)
		if err != nil || now.SKUs[0].OnHand != 9 {
			t.Errorf("%+v, %v", now.SKUs, err)
		}
		s.reserve(s.skus("ring")["0"], 4)
		price, no := model.Fen(800_00), d.SKUs[0].No
		refused, err := s.ChangeSKUs(s.ctx, []catalogue.SKUChange{
			{No: no, PriceFen: &price, Stock: pieces(3), StockWas: pieces(9)},
			{No: "01ZZZZZZZZZZZZZZZZZZZZZZZZ", PriceFen: &price},
		})
		if err != nil || !errors.Is(refused[0], model.ErrOutOfStock) || !errors.Is(refused[1], model.ErrSKUNotFound) {
			t.Errorf("%v, %v", refused, err)
		}
		if k := s.skus("ring")["0"]; k.PriceFen != 1000_00 || k.OnHand != 9 {
			t.Errorf("a refused row has changed something: %+v", k)
		}
		refused, err = s.ChangeSKUs(s.ctx, []catalogue.SKUChange{
			{No: no, PriceFen: &price, Stock: pieces(4), StockWas: pieces(9)}, {No: d.SKUs[1].No, CompareAtFen: ptr(model.Fen(1500_00))},
		})
		if k := s.skus("ring"); err != nil || errors.Join(refused...) != nil || k["0"].PriceFen != price || k["0"].OnHand != 4 || k["1"].CompareAtFen != 1500_00 {
			t.Errorf("%+v, %v, %v", k, refused, err)
		}
	})
}

func TestStockAtTheDesk(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring"))
		no := d.SKUs[0].No
		k := s.skus("ring")["0"]
		s.reserve(k, 2)
		version := s.brand().CatalogueVersion
		count := func(key string, onHand, was int64) (catalogue.StockRow, error) {
			return s.Correct(s.ctx, key, no, catalogue.Correction{OnHand: onHand, Was: was, Reason: "damaged", Note: "落水"}, "en")
		}
		row, err := count("count-00000001", 3, 5)
		if err != nil || row.OnHand != 3 || row.Reserved != 2 || row.Available != 1 || row.Level != catalogue.LevelLow || fmt.Sprint(row.Choice) != "[12]" {
			t.Fatalf("%+v, %v", row, err)
		}
		if row, err = count("count-00000001", 3, 5); err != nil || row.OnHand != 3 {
			t.Errorf("the same key: %+v, %v", row, err)
		}
		if _, err := count("count-00000002", 4, 5); !errors.Is(err, model.ErrChangedMeanwhile) {
			t.Errorf("%v", err)
		}
		var e *model.Error
		if _, err := count("count-00000003", 1, 3); !errors.Is(err, model.ErrBelowReserved) || !errors.As(err, &e) || e.Args["reserved"] != "2" {
			t.Errorf("%v", err)
		}
		for name, in := range map[string]catalogue.Correction{
			"no reason": {OnHand: 4, Was: 3}, "a long note": {OnHand: 4, Was: 3, Reason: "other", Note: strings.Repeat("x", 101)}, "below zero": {OnHand: -1, Was: 3, Reason: "other"},
		} {
			if _, err := s.Correct(s.ctx, "count-"+name, no, in); err == nil {
				t.Error(name)
			}
		}
		if s.brand().CatalogueVersion != version+1 || s.version("ring") != d.Version {
			t.Errorf("versions %d and %d", s.brand().CatalogueVersion, s.version("ring"))
		}
		moves, next, err := s.Movements(s.ctx, no, 0, 1)
		if err != nil || len(moves) != 1 || next == 0 || moves[0].Pieces != -2 || moves[0].Reason != "damaged: 落水" || moves[0].Kind != model.MoveCorrect {
			t.Errorf("%+v, %v", moves, err)
		}
		if moves, next, err = s.Movements(s.ctx, no, next, 1); err != nil || len(moves) != 1 || next != 0 || moves[0].Pieces != 5 {
			t.Errorf("%+v, %d, %v", moves, next, err)
		}
		for _, no := range []string{"01ZZZZZZZZZZZZZZZZZZZZZZZZ", "戒指"} {
			if _, _, err := s.Movements(s.ctx, no, 0, 1); !errors.Is(err, model.ErrSKUNotFound) {
				t.Errorf("%v", err)
			}
		}
		if got := s.actions(); fmt.Sprint(got) != "[product.create stock.correct]" {
			t.Errorf("%v", got)
		}
	})
}

func TestTheListOfStock(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		d := s.create(ring("ring")) // 5 and 2
		plenty := ring("plenty")
		plenty.SKUs[0].Stock, plenty.SKUs[1].Stock, plenty.SKUs[0].Code, plenty.SKUs[0].Barcode = pieces(50), nil, "P-1", "8001"
		s.create(plenty)
		s.create(ring("gone"))
		if _, err := s.SetState(s.ctx, "gone", catalogue.StateChange{State: catalogue.StateArchived}); err != nil {
			t.Fatal(err)
		}
		check := func(q catalogue.StockQuery, want string) {
			t.Helper()
			got := []string{}
			for q.Limit = 1; ; {
				rows, next, err := s.Stock(s.ctx, q, "en")
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					got = append(got, fmt.Sprint(r.Handle, r.Choice, " ", r.Level))
				}
				if q.Before = next; next == 0 {
					break
				}
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%+v: %v, want %s", q, got, want)
			}
		}
		check(catalogue.StockQuery{}, "[plenty[14] out plenty[12] in ring[14] low ring[12] low]")
		check(catalogue.StockQuery{Level: catalogue.LevelOut}, "[plenty[14] out]")
		check(catalogue.StockQuery{Level: catalogue.LevelLow, Words: "戒指 FARO"}, "[plenty[14] out ring[14] low ring[12] low]")
		check(catalogue.StockQuery{Words: "p-"}, "[plenty[12] in]")
		check(catalogue.StockQuery{Words: "8001"}, "[plenty[12] in]")
		check(catalogue.StockQuery{Words: strings.ToLower(d.SKUs[1].No)}, "[ring[14] low]")
		if got, err := s.SetStockSettings(s.ctx, catalogue.Threshold{LowAt: 3}); err != nil || got.LowAt != 3 {
			t.Errorf("%+v, %v", got, err)
		}
		check(catalogue.StockQuery{Level: catalogue.LevelLow, Words: "ring"}, "[plenty[14] out ring[14] low]")
		for low, want := range map[int64]string{model.LowNever: "in", 5: "low", 0: "in"} {
			row, err := s.SetThreshold(s.ctx, d.SKUs[0].No, catalogue.Threshold{LowAt: low}, "en")
			if err != nil || string(row.Level) != want || row.LowAt != low {
				t.Errorf("%d: %+v, %v", low, row, err)
			}
		}
		if got, err := s.StockSettings(s.ctx); err != nil || got.LowAt != 3 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.SetStockSettings(s.ctx, catalogue.Threshold{LowAt: -1}); !errors.Is(err, model.ErrOutOfRange) {
			t.Errorf("%v", err)
		}
	})
}

// Whatever is on hand, held and said of thresholds, the index of scarcity tells what is low and what is out as the figures
// do, and the summary counts it.
func TestScarcity(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "casa-lido", catalogue.Settings{})
		var product model.Product
		var all []model.SKU
		err := db.InTx(s.ctx, func(tx *gorm.DB) error {
			product = model.Product{Handle: "p", Title: text("P")}
			if err := tx.Create(&product).Error; err != nil {
				return err
			}
			for _, available := range []int64{0, 1, 5, 49, 50, 51, 52, 200} {
				for _, lowAt := range []int64{model.LowNever, 0, 1, 50, 51, 100} {
					n := len(all)
					all = append(all, model.SKU{
						ProductID: product.ID, No: fmt.Sprintf("01SCARCE%018d", n), ChoiceKey: fmt.Sprint(n), Active: true, OnHand: available + 3, Reserved: 3, LowAt: lowAt,
					})
				}
			}
			return tx.Create(&all).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, threshold := range []int64{0, 1, 5, 49, 50, 51, 100, 1000} {
			if _, err := s.SetStockSettings(s.ctx, catalogue.Threshold{LowAt: threshold}); err != nil {
				t.Fatal(err)
			}
			want := map[catalogue.StockLevel][]string{}
			for _, k := range slices.Backward(all) {
				at := k.LowAt
				if at == 0 {
					at = threshold
				}
				if k.Available() <= at {
					want[catalogue.LevelLow] = append(want[catalogue.LevelLow], k.No)
				}
				if k.Available() <= 0 {
					want[catalogue.LevelOut] = append(want[catalogue.LevelOut], k.No)
				} else {
					want[catalogue.LevelIn] = append(want[catalogue.LevelIn], k.No)
				}
			}
			for level, nos := range want {
				var got []string
				rows, _, err := s.Stock(s.ctx, catalogue.StockQuery{Level: level, Limit: 100}, "en")
				for _, r := range rows {
					got = append(got, r.No)
				}
				if err != nil || !slices.Equal(got, nos) {
					t.Errorf("%s at %d: %v, %v; want %v", level, threshold, got, err, nos)
				}
			}
			sum, err := s.StockSummary(s.ctx)
			if err != nil || sum.Low != int64(len(want[catalogue.LevelLow])) || sum.Out != int64(len(want[catalogue.LevelOut])) {
				t.Errorf("at %d: %+v, %v", threshold, sum, err)
			}
			if rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Stock: catalogue.LevelLow, Limit: 10}); err != nil || len(rows) != 1 || rows[0].Stock != catalogue.LevelLow {
				t.Errorf("products at %d: %+v, %v", threshold, rows, err)
			}
		}
		err = db.InTx(s.ctx, func(tx *gorm.DB) error {
			return tx.Model(&model.Product{}).Where("id = ?", product.ID).Update("archived", true).Error
		})
		if sum, sumErr := s.StockSummary(s.ctx); err != nil || sumErr != nil || sum != (catalogue.StockSummary{}) {
			t.Errorf("put away: %+v, %v", sum, sumErr)
		}
	})
}
