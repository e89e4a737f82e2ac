package shopify_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
	"hutong/service/catalogue/shopify"
)

// Whatever the file, each product it names is either taken, and then is sound, or refused by name.
func FuzzExport(f *testing.F) {
	f.Add(difficultFile(f))
	f.Add([]byte("Handle,Title,Variant Price\na,A,1\nb,\"B,1\nc,\"C, too\",2\n"))
	f.Add([]byte("sep=;\r\nTitle;Price;Option1 Value\r\nÀ;1.234,5;x\r\n;12,90;y"))
	f.Add([]byte("\xff\xfeT\x00i\x00t\x00l\x00e\x00,\x00P\x00r\x00i\x00c\x00e\x00\n\x00a\x00,\x001\x00"))
	f.Add([]byte("Handle,Title,Price\nbao,\xd5\xe6\xc6\xa4\xb0\xfc,1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		e, err := shopify.Open(bytes.NewReader(file))
		if err != nil {
			return
		}
		var taken, again []shopify.Product
		settled := map[string]bool{}
		err = e.Each(rate(t, "7.15"), func(p shopify.Product) error {
			taken = append(taken, p)
			if settled[p.Handle] {
				t.Errorf("%s comes twice", p.Handle)
			}
			settled[p.Handle] = true
			return nil
		}, func(p shopify.Problem) {
			if p.Line < 1 || p.Reason.Sentence() == "" || p.Effect == "" {
				t.Errorf("an incomplete problem: %+v", p)
			}
			if p.Effect == shopify.RefusedProduct {
				settled[p.Handle] = true
			}
		})
		if err != nil {
			t.Fatalf("opened, and then: %v", err)
		}
		if len(settled) != e.Total {
			t.Errorf("%d products in the file, %d settled", e.Total, len(settled))
		}
		for _, p := range taken {
			checkSound(t, p)
		}
		err = e.Each(rate(t, "7.15"), func(p shopify.Product) error { again = append(again, p); return nil }, func(shopify.Problem) {})
		if d := cmp.Diff(taken, again, ignoreOrder); err != nil || d != "" {
			t.Errorf("a second reading differs: %v %s", err, d)
		}
	})
}

func checkSound(t *testing.T, p shopify.Product) {
	t.Helper()
	if p.Handle == "" || p.Title == "" || strings.ContainsAny(p.Title, "\n\x00") || len(p.Variants) == 0 || len(p.Variants) > shopify.MaxVariants {
		t.Errorf("unsound: %+v", p)
	}
	var choices [][]int
	for _, v := range p.Variants {
		if !v.Unreadable && (v.Price < 1 || v.Price > model.MaxFen || (v.CompareAt != 0 && v.CompareAt <= v.Price)) {
			t.Errorf("%s: prices %d %d", p.Handle, v.Price, v.CompareAt)
		}
		if v.WeightGrams < 0 || (v.Stock != nil && *v.Stock < 0) {
			t.Errorf("%s: %+v", p.Handle, v)
		}
		if len(v.Choice) != len(p.Options) || slices.ContainsFunc(choices, func(c []int) bool { return slices.Equal(c, v.Choice) }) {
			t.Errorf("%s: choice %v of %v", p.Handle, v.Choice, choices)
		}
		for i, c := range v.Choice {
			if c < 0 || c >= len(p.Options[i].Values) {
				t.Errorf("%s: choice %v", p.Handle, v.Choice)
			}
		}
		choices = append(choices, v.Choice)
	}
}
