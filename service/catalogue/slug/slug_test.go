package slug_test

import (
	"strings"
	"testing"

	"hutong/service/catalogue/slug"
)

func TestOf(t *testing.T) {
	for title, want := range map[string]string{
		"Chain Bracelet":          "chain-bracelet",
		"  --Borsa  Città/2025! ": "borsa-città-2025",
		"真皮包 (大)":                 "真皮包-大",
		"already_a-slug":          "already_a-slug",
		"!!!":                     "",
		"":                        "",
		"e\u0301tude":             "étude",
	} {
		if got := slug.Of(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	if got := slug.Of(strings.Repeat("a", slug.MaxLength+1)); got != "" {
		t.Errorf("an over-long title made %q", got)
	}
}

func TestASCII(t *testing.T) {
	for title, want := range map[string]string{"Caffè & Tè": "caffe-te", "Bracelet": "bracelet"} {
		if got := slug.ASCII(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	bag, ring := slug.ASCII("皮包"), slug.ASCII("戒指")
	if bag == ring || bag != slug.ASCII(" 皮包") || !strings.HasPrefix(bag, "c-") {
		t.Errorf("Chinese titles: %q and %q", bag, ring)
	}
	if slug.ASCII("A皮包") == slug.ASCII("A戒指") {
		t.Error("two titles that differ only in Chinese share a slug")
	}
}
