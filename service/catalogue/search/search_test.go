package search_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hutong/service/catalogue/search"
)

func open(t testing.TB, folder string) *search.Bleve {
	t.Helper()
	b, err := search.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

var goods = []search.Document{
	{ID: 1, Titles: []string{"Borsa Molo", "莫洛真皮手提包", "Molo bag"}, Texts: []string{"vitello conciato", "小牛皮", "皮包", "Officina Faro"}, Codes: []string{"007-C-S", "007-N-S"}},
	{ID: 2, Titles: []string{"Zaino Molo", "莫洛帆布背包"}, Texts: []string{"tela, non è una borsa", "帆布"}, Codes: []string{"008-T"}},
	{ID: 3, Titles: []string{"Caffettiera Scoglio", "摩卡咖啡壶"}, Texts: []string{"per tre tazze", "三杯", "caffè"}, Codes: []string{"CS-3"}},
	{ID: 4, Titles: []string{"Caffè in grani", "意式咖啡豆"}, Texts: []string{"arabica", "阿拉比卡"}, Codes: []string{"CG-250"}},
	{ID: 5, Titles: []string{"Crema per pelle", "皮革护理膏"}, Texts: []string{"per borse e scarpe", "护理皮包"}, Codes: []string{"CP-50"}},
}

func filled(t testing.TB) *search.Bleve {
	t.Helper()
	b := open(t, t.TempDir())
	if err := b.Put(t.Context(), 1, goods, nil, search.Mark{Origin: "a", Version: 7}); err != nil {
		t.Fatal(err)
	}
	return b
}

func find(t testing.TB, b *search.Bleve, brand int64, text string) []int64 {
	t.Helper()
	ids, _, err := b.Find(t.Context(), brand, text, 0, 20)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return ids
}

func TestFindsWordsOfBothScripts(t *testing.T) {
	b := filled(t)
	for _, test := range []struct {
		text string
		want []int64 // in order
	}{
		{"borsa", []int64{1, 2, 5}},   // a title before a text; borse is one letter away
		{"BORSA molo", []int64{1, 2}}, // each word counts
		{"molo bo", []int64{1, 2}},    // the last word may not be complete
		{"bo molo", nil},              // the others are
		{"皮包", []int64{5, 1}},         //
		{"真皮 手提包", []int64{1}},        //
		{"咖啡", []int64{3, 4}},         //
		{"包", []int64{1, 2, 5}},       // a single character
		{"caffe", []int64{4, 3}},      // without its accent
		{"CAFFÈ", []int64{4, 3}},      //
		{"caffettera", []int64{3}},    // a letter missing
		{"007-c-s", []int64{1}},       // an article number
		{"008", []int64{2}},           // its beginning
		{"ＭＯＬＯ　ｂａｇ", []int64{1}},      // full-width letters
		{"officina faro", []int64{1}}, // the vendor
		{"皮包皮包皮包", nil},               //
		{"", nil}, {"   ", nil}, {"!?", nil}, {"*", nil},
	} {
		got := find(t, b, 1, test.text)
		same := slices.Equal(got, test.want)
		if len(test.want) > 1 && !same { // products of equal rank may come either way, but all and no other
			a, w := slices.Clone(got), slices.Clone(test.want)
			slices.Sort(a)
			slices.Sort(w)
			same = slices.Equal(a, w) && got[0] == test.want[0]
		}
		if !same {
			t.Errorf("%q: %v, want %v", test.text, got, test.want)
		}
	}
}

func TestAQuestionIsNeverAQueryLanguage(t *testing.T) {
	b := filled(t)
	for _, text := range []string{"title:borsa", "+borsa -molo", "/bor.*/", "borsa~2", "bor*", "id:1", "brand:1", `"borsa`, "(borsa", "borsa^9", "a OR b"} {
		for _, id := range find(t, b, 2, text) {
			t.Errorf("%q found product %d of another brand", text, id)
		}
	}
	if got := find(t, b, 1, "b?rsa"); len(got) > 0 {
		t.Errorf("a wildcard found %v", got)
	}
}

func TestBrandsAreKeptApart(t *testing.T) {
	b := filled(t)
	if err := b.Put(t.Context(), 2, []search.Document{{ID: 9, Titles: []string{"borsa"}}}, nil, search.Mark{Origin: "a", Version: 1}); err != nil {
		t.Fatal(err)
	}
	if got := find(t, b, 2, "borsa"); !slices.Equal(got, []int64{9}) {
		t.Errorf("brand 2 finds %v", got)
	}
	if slices.Contains(find(t, b, 1, "borsa"), 9) {
		t.Error("brand 1 finds brand 2's product")
	}
	if err := b.Clear(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := find(t, b, 1, "borsa"); len(got) > 0 {
		t.Errorf("after it was cleared, brand 1 finds %v", got)
	}
	if m, err := b.Marked(t.Context(), 1); err != nil || m != (search.Mark{}) {
		t.Errorf("after it was cleared: %+v %v", m, err)
	}
	if got := find(t, b, 2, "borsa"); len(got) != 1 {
		t.Error("clearing brand 1 took brand 2's products")
	}
}

func TestChangesAreFollowed(t *testing.T) {
	b := filled(t)
	changed := search.Document{ID: 1, Titles: []string{"Cartella Molo"}}
	if err := b.Put(t.Context(), 1, []search.Document{changed}, []int64{2}, search.Mark{Origin: "a", Version: 8}); err != nil {
		t.Fatal(err)
	}
	if got := find(t, b, 1, "molo"); !slices.Equal(got, []int64{1}) {
		t.Errorf("molo: %v", got)
	}
	if got := find(t, b, 1, "皮包"); !slices.Equal(got, []int64{5}) {
		t.Errorf("皮包: %v", got)
	}
}

func TestPaging(t *testing.T) {
	b := open(t, t.TempDir())
	var docs []search.Document
	for i := range search.MaxResult + 50 {
		docs = append(docs, search.Document{ID: int64(i + 1), Titles: []string{"borsa"}})
	}
	if err := b.Put(t.Context(), 1, docs, nil, search.Mark{}); err != nil {
		t.Fatal(err)
	}
	seen := map[int64]bool{}
	for offset := 0; ; offset += 30 {
		ids, more, err := b.Find(t.Context(), 1, "borsa", offset, 30)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if seen[id] {
				t.Fatalf("%d comes twice", id)
			}
			seen[id] = true
		}
		if !more {
			break
		}
	}
	if len(seen) != search.MaxResult {
		t.Errorf("paged through %d", len(seen))
	}
}

func TestTheFolderOutlivesTheProcess(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "search")
	b, err := search.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	mark := search.Mark{Origin: "a", Version: 7}
	if err := b.Put(t.Context(), 1, goods, nil, mark); err != nil {
		t.Fatal(err)
	}
	if _, err := search.Open(folder); !errors.Is(err, search.ErrLost) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("opened twice: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b, err = search.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := b.Marked(t.Context(), 1); err != nil || m != mark {
		t.Errorf("%+v %v", m, err)
	}
	if got := find(t, b, 1, "皮包"); len(got) != 2 {
		t.Errorf("found %v", got)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index_meta.json", "store/root.bolt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := search.Open(folder)
		if err != nil {
			t.Fatalf("with a broken %s: %v", name, err)
		}
		if m, err := b.Marked(t.Context(), 1); err != nil || m != (search.Mark{}) {
			t.Errorf("with a broken %s: %+v %v", name, m, err)
		}
		b.Close()
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"borsa", "皮包", "007-c", "\xff\xfe", "a\x00b", "[a-z]*", strings.Repeat("皮", 200), strings.Repeat("a ", 100), "ﷺ", "e\u0301", "👜", "한국어 가방", "かばん"} {
		f.Add(text)
	}
	b := open(f, f.TempDir())
	if err := b.Put(f.Context(), 1, goods, nil, search.Mark{}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids, more, err := b.Find(t.Context(), 1, text, 0, 3)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if len(ids) > 3 || more && len(ids) < 3 {
			t.Errorf("%q: %v, more %v", text, ids, more)
		}
		if other := find(t, b, 2, text); len(other) > 0 {
			t.Errorf("%q: another brand finds %v", text, other)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	index := open(b, b.TempDir())
	for from := 0; from < 10_000; from += 500 {
		var docs []search.Document
		for i := from; i < from+500; i++ {
			docs = append(docs, search.Document{
				ID: int64(i + 1), Titles: []string{fmt.Sprintf("Borsa modello %d", i), fmt.Sprintf("真皮手提包 %d 号", i%97)},
				Texts: []string{"vitello conciato al vegetale", "小牛皮制成"}, Codes: []string{fmt.Sprintf("SKU-%06d", i)},
			})
		}
		if err := index.Put(b.Context(), 1, docs, nil, search.Mark{}); err != nil {
			b.Fatal(err)
		}
	}
	for _, text := range []string{"borsa", "手提包", "sku-0012", "vitelo mod"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := index.Find(b.Context(), 1, text, 0, 20); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
