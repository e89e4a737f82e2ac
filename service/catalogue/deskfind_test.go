package catalogue_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"

	"gorm.io/gorm"
)

func TestFindingProductsAtTheDesk(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		s.category(catalogue.CategorySpec{Slug: "jewellery", Name: text("Jewellery")})
		s.category(catalogue.CategorySpec{Slug: "rings", Parent: "jewellery", Name: text("Rings")})
		in := ring("gold-ring")
		in.Categories = []string{"rings"}
		s.create(in)
		s.now = s.now.Add(time.Second)
		in = ring("empty")
		in.Title, in.Vendor, in.Tags = text("Empty 100%_ box"), "Nobody", nil
		in.SKUs[0].Stock, in.SKUs[1].Stock, in.SKUs[0].Code, in.SKUs[0].Barcode = nil, nil, "BOX-1", "8001234567890"
		s.create(in)
		s.now = s.now.Add(time.Second)
		plenty := ring("plenty")
		plenty.SKUs[0].Stock, plenty.SKUs[1].Stock = pieces(50), pieces(50)
		d := s.create(plenty)
		if _, err := s.SetState(s.ctx, "plenty", catalogue.StateChange{State: catalogue.StatePublished}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			q    catalogue.DeskQuery
			want string
		}{
			"all":               {catalogue.DeskQuery{}, "[plenty empty gold-ring]"},
			"words":             {catalogue.DeskQuery{Words: "FARO ring"}, "[plenty gold-ring]"},
			"Chinese":           {catalogue.DeskQuery{Words: "戒"}, "[plenty gold-ring]"},
			"no wildcards":      {catalogue.DeskQuery{Words: "100%_"}, "[empty]"},
			"a code":            {catalogue.DeskQuery{Words: "box"}, "[empty]"},
			"a barcode":         {catalogue.DeskQuery{Words: "8001234567890"}, "[empty]"},
			"a number":          {catalogue.DeskQuery{Words: strings.ToLower(d.SKUs[0].No)}, "[plenty]"},
			"nothing":           {catalogue.DeskQuery{Words: "zebra"}, "[]"},
			"a category":        {catalogue.DeskQuery{Category: "rings"}, "[gold-ring]"},
			"the one above":     {catalogue.DeskQuery{Category: "jewellery"}, "[gold-ring]"},
			"no category":       {catalogue.DeskQuery{Category: "none"}, "[plenty empty]"},
			"published":         {catalogue.DeskQuery{State: catalogue.StatePublished}, "[plenty]"},
			"drafts":            {catalogue.DeskQuery{State: catalogue.StateDraft, Sort: catalogue.DeskCreated}, "[empty gold-ring]"},
			"archived":          {catalogue.DeskQuery{State: catalogue.StateArchived}, "[]"},
			"out of stock":      {catalogue.DeskQuery{Stock: catalogue.LevelOut}, "[empty]"},
			"low":               {catalogue.DeskQuery{Stock: catalogue.LevelLow}, "[empty gold-ring]"},
			"in stock":          {catalogue.DeskQuery{Stock: catalogue.LevelIn, Words: "plenty"}, "[plenty]"},
			"words and a state": {catalogue.DeskQuery{Words: "ring", State: catalogue.StateDraft}, "[gold-ring]"},
		} {
			got, cursor := []string{}, (*catalogue.Place)(nil)
			for {
				c.q.Limit = 1
				if cursor != nil {
					c.q.After = *cursor
				}
				rows, next, err := s.AtDesk(s.ctx, c.q, "en")
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				for _, r := range rows {
					got = append(got, r.Handle)
				}
				if cursor = next; next == nil {
					break
				}
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("%s: %v, want %s", name, got, c.want)
			}
		}
		many := []model.SKU{} // more products than are looked up by their ids
		for i := range int64(1001) {
			many = append(many, model.SKU{ProductID: 1_000_000 + i, No: fmt.Sprintf("01MANY%020d", i), Choice: model.List[int]{}, ChoiceKey: "", PriceFen: 1, Active: true})
		}
		if err := s.db.InTx(s.ctx, func(tx *gorm.DB) error { return tx.CreateInBatches(&many, 500).Error }); err != nil {
			t.Fatal(err)
		}
		for level, want := range map[catalogue.StockLevel]string{catalogue.LevelOut: "empty", catalogue.LevelLow: "empty gold-ring"} {
			rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Stock: level, Limit: 10})
			got := []string{}
			for _, r := range rows {
				got = append(got, r.Handle)
			}
			if err != nil || strings.Join(got, " ") != want {
				t.Errorf("%s among many: %v, %v", level, got, err)
			}
		}
		rows, _, err := s.AtDesk(s.ctx, catalogue.DeskQuery{Limit: 3}, "zh-CN")
		if err != nil || rows[0].Stock != catalogue.LevelIn || rows[1].Stock != catalogue.LevelOut || rows[2].Stock != catalogue.LevelLow ||
			rows[2].OnHand != 7 || rows[2].SKUs != 2 || rows[2].PriceFen != 1000_00 || rows[2].PriceToFen != 1200_00 || rows[2].Title != "戒指" {
			t.Errorf("%+v, %v", rows, err)
		}
	})
}
