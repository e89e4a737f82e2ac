package catalogue_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/catalogue/search"
	"hutong/service/database"
	"hutong/service/testdb"
)

func withIndex(t testing.TB) catalogue.Settings {
	t.Helper()
	index, err := search.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	return catalogue.Settings{Index: index}
}

func (s *shop) finds(words string) (handles []string) {
	s.t.Helper()
	handles = []string{}
	for offset := 0; ; {
		cards, next, err := s.Search(s.ctx, catalogue.Words{Text: words, Offset: offset, Limit: 2}, "en")
		if err != nil {
			s.t.Fatalf("%q: %v", words, err)
		}
		for _, c := range cards {
			handles = append(handles, c.Handle)
		}
		if next == 0 {
			slices.Sort(handles)
			return handles
		}
		offset = next
	}
}

func (s *shop) updateIndex() {
	s.t.Helper()
	if err := s.UpdateIndex(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

func (s *shop) named(handle, en, zh string, tags ...string) {
	s.t.Helper()
	spec := plain(handle, 100, 1)
	spec.Title = model.Text{"en": en, "zh-CN": zh}
	spec.SKUs[0].Code, spec.Tags, spec.Vendor = "SKU-"+handle, tags, "Officina Faro"
	if _, err := s.PutProduct(s.ctx, spec); err != nil {
		s.t.Fatal(err)
	}
}

func expect(t *testing.T, s *shop, words string, want ...string) {
	t.Helper()
	if got := s.finds(words); !slices.Equal(got, want) {
		t.Errorf("%q: %v, want %v", words, got, want)
	}
}

// What is asked for is found by the index, and before there is one by the database.
func TestSearchWithAndWithoutTheIndex(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "molo", withIndex(t))
		s.named("bag", "Leather bag", "真皮包", "gift_100%")
		s.named("case", "Leather case", "真皮文件包")
		s.named("cup", "Blue cup", "蓝色杯子")
		for _, state := range []string{"without", "with"} {
			t.Run(state+" the index", func(t *testing.T) {
				expect(t, s, "leather", "bag", "case")
				expect(t, s, "Leather bag", "bag")
				expect(t, s, "皮包", "bag")
				expect(t, s, "sku-cu", "cup")
				expect(t, s, "officina", "bag", "case", "cup")
				expect(t, s, "nothing")
				if state == "without" {
					expect(t, s, "%", "bag")
					expect(t, s, "_eather")
					expect(t, s, "100%", "bag")
					expect(t, s, `") OR 1=1 --`)
				}
			})
			s.updateIndex()
		}
	})
}

func TestTheIndexFollowsTheCatalogue(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		settings := withIndex(t)
		s := newShop(t, db, "molo", settings)
		s.named("bag", "Leather bag", "皮包")
		s.named("cup", "Blue cup", "杯子")
		s.updateIndex()
		s.named("bag", "Canvas bag", "帆布包")
		s.named("plate", "Blue plate", "盘子")
		if err := s.SetPublished(s.ctx, "cup", false); err != nil {
			t.Fatal(err)
		}
		expect(t, s, "blue") // the index is a moment behind, but shows nothing hidden
		s.updateIndex()
		expect(t, s, "blue", "plate")
		expect(t, s, "leather")
		expect(t, s, "帆布", "bag")

		// Many products of one import, more than one batch of them.
		var file strings.Builder
		file.WriteString("Handle,Title,Variant Price\n")
		for i := range 450 {
			fmt.Fprintf(&file, "import-%d,Imported %d,1\n", i, i)
		}
		s.imports([]byte(file.String()), catalogue.ImportOptions{})
		s.updateIndex()
		if got := s.finds("imported"); len(got) != search.MaxResult {
			t.Errorf("%d imported products are found", len(got))
		}
		expect(t, s, "imported 449", "import-449")

		// Another database with the same folder.
		other := newShop(t, testdb.SQLite(t), "another", settings)
		other.named("vase", "Glass vase", "花瓶")
		other.updateIndex()
		expect(t, other, "vase", "vase")
		if ids, _, err := settings.Index.Find(t.Context(), other.id, "imported", 0, 10); err != nil || len(ids) > 0 {
			t.Errorf("what another database has is found: %v %v", ids, err)
		}
	})
}

// While products change all the time, none slips past the index.
func TestNoChangeSlipsPastTheIndex(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "molo", withIndex(t))
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				for i := range 20 {
					spec := plain(fmt.Sprintf("p-%d-%d", w, i), 100, 1)
					if _, err := s.PutProduct(s.ctx, spec); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { writers.Wait(); close(done) }()
		for going := true; going; {
			select {
			case <-done:
				going = false
			default:
			}
			s.updateIndex()
		}
		s.updateIndex()
		if got := s.finds("product"); len(got) != 160 {
			t.Errorf("%d of 160 are found", len(got))
		}
	})
}

func TestBadSearches(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	for field, w := range map[string]catalogue.Words{
		"q":      {Text: "  ", Limit: 1},
		"limit":  {Text: "a", Limit: 51},
		"cursor": {Text: "a", Limit: 1, Offset: search.MaxResult},
	} {
		var e *model.Error
		if _, _, err := s.Search(s.ctx, w); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, _, err := s.Search(s.ctx, catalogue.Words{Text: strings.Repeat("皮", search.MaxText+1), Limit: 1}); !errors.Is(err, model.ErrTooLong) {
		t.Error(err)
	}
}
