package endpoint_test

import (
	"encoding/base64"
	"errors"
	"testing"

	"hutong/api/endpoint"
	"hutong/model"
)

type place struct {
	Sort int64
	ID   int64
	Name string
}

var products = endpoint.Cursor[place]{Name: "products", Version: 1}

func TestCursor(t *testing.T) {
	want := place{-3, 1 << 60, "翡翠 & <b>"}
	word := products.Encode(want)
	if got, err := products.Decode(word); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := products.Decode(""); err != nil || got != (place{}) {
		t.Errorf("the first page: %+v, %v", got, err)
	}
	for name, bad := range map[string]string{
		"another list":    endpoint.Cursor[place]{Name: "orders", Version: 1}.Encode(want),
		"another version": endpoint.Cursor[place]{Name: "products", Version: 2}.Encode(want),
		"another place":   endpoint.Cursor[any]{Name: "products", Version: 1}.Encode(map[string]int{"Price": 1}),
		"not base64":      "%%%",
		"padded":          word + "=",
		"short":           "AAA",
		"cut":             word[:len(word)-2],
		"no checksum":     base64.RawURLEncoding.EncodeToString([]byte(`{"Sort":1}0000`)),
	} {
		var e *model.Error
		if got, err := products.Decode(bad); !errors.As(err, &e) || !errors.Is(err, model.ErrBadCursor) || e.Field != "cursor" || got != (place{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for i := range len(word) { // each letter counts
		b := []byte(word)
		b[i] ^= 1
		if got, err := products.Decode(string(b)); err == nil && got != want {
			t.Errorf("letter %d changed: %+v", i, got)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(products.Encode(place{1, 2, "a"}))
	f.Add("")
	f.Add("AAAAAAA")
	f.Fuzz(func(t *testing.T, word string) {
		got, err := products.Decode(word)
		if err != nil {
			if !errors.Is(err, model.ErrBadCursor) {
				t.Fatal(err)
			}
			return
		}
		if again, err := products.Decode(products.Encode(got)); err != nil || again != got {
			t.Fatalf("%+v came back as %+v, %v", got, again, err)
		}
	})
}
