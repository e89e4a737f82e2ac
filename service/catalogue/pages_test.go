package catalogue_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/testdb"
)

type question struct{ n int }

type anotherQuestion struct{ n int }

func TestAnswersComeFromMemoryUntilTheVersionChanges(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	var loads atomic.Int64
	ask := func(b model.Brand, language string, q any) string {
		t.Helper()
		body, err := s.Encoded(t.Context(), &b, language, q, func(ctx context.Context) (any, error) {
			if id, ok := model.BrandID(ctx); !ok || id != b.ID {
				t.Errorf("loading for brand %d", id)
			}
			return map[string]any{"n": loads.Add(1), "html": "<p>"}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return string(body.JSON)
	}
	b := model.Brand{ID: 3, CatalogueVersion: 1}
	if got := ask(b, "en", question{1}); got != `{"html":"<p>","n":1}` || ask(b, "en", question{1}) != got {
		t.Error(got)
	}
	for n, again := range []func(){
		func() { b.CatalogueVersion++; ask(b, "en", question{1}) },
		func() { ask(b, "it", question{1}) },
		func() { ask(b, "en", question{2}) },
		func() { ask(b, "en", anotherQuestion{1}) },
		func() { b.ID++; ask(b, "en", question{1}) },
	} {
		if again(); loads.Load() != int64(n)+2 {
			t.Errorf("step %d: %d loads", n, loads.Load())
		}
	}
}

func TestAStampedeLoadsOnce(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	var loads atomic.Int64
	loading, finish := make(chan struct{}), make(chan struct{})
	ask := func(ctx context.Context) (string, error) {
		body, err := s.Encoded(ctx, &model.Brand{ID: 1}, "en", question{}, func(ctx context.Context) (any, error) {
			if loads.Add(1) == 1 {
				close(loading)
			}
			<-finish
			return "answer", ctx.Err()
		})
		return string(body.JSON), err
	}
	first, hangUp := context.WithCancel(t.Context())
	go func() { _, _ = ask(first) }()
	<-loading
	hangUp() // the others must not lose their answer with the first
	answers := testdb.Race(32, func(i int) string {
		if i == 31 {
			close(finish)
		}
		answer, err := ask(t.Context())
		if err != nil {
			t.Error(err)
		}
		return answer
	})
	if loads.Load() != 1 {
		t.Errorf("%d loads", loads.Load())
	}
	for _, a := range answers {
		if a != `"answer"` {
			t.Errorf("%q", a)
		}
	}
}

func TestFailuresAreNotRemembered(t *testing.T) {
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{})
	fail := true
	ask := func() error {
		_, err := s.Encoded(t.Context(), &model.Brand{ID: 1}, "en", question{}, func(context.Context) (any, error) {
			if fail {
				return nil, model.ErrProductNotFound
			}
			return 1, nil
		})
		return err
	}
	if err := ask(); !errors.Is(err, model.ErrProductNotFound) {
		t.Error(err)
	}
	fail = false
	if err := ask(); err != nil {
		t.Error(err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const size = 1 << 20
	s := newShop(t, testdb.SQLite(t), "molo", catalogue.Settings{CacheBytes: size})
	page := strings.Repeat("x", 10_000)
	var loads int
	ask := func(n int) {
		if _, err := s.Encoded(t.Context(), &model.Brand{ID: 1}, "en", question{n}, func(context.Context) (any, error) {
			loads++
			return page, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 1000 {
		ask(n)
	}
	loads = 0
	for n := range 1000 {
		ask(n)
	}
	if kept := 1000 - loads; kept > 2*size/len(page) {
		t.Errorf("%d answers of %d bytes are in memory", kept, len(page))
	}
}

func BenchmarkAnswerFromMemory(b *testing.B) {
	s := newShop(b, testdb.SQLite(b), "molo", catalogue.Settings{})
	brand := &model.Brand{ID: 1}
	b.ReportAllocs()
	for b.Loop() {
		_, err := s.Encoded(b.Context(), brand, "en", question{1}, func(context.Context) (any, error) { return strings.Repeat("x", 8000), nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}
