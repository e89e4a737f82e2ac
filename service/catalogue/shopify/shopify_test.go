package shopify_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"hutong/model"
	"hutong/service/catalogue/shopify"
)

// read is the whole of an export.
func read(t testing.TB, file []byte, rate *big.Rat) (products []shopify.Product, problems []shopify.Problem) {
	t.Helper()
	e, err := shopify.Open(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	err = e.Each(rate, func(p shopify.Product) error { products = append(products, p); return nil },
		func(p shopify.Problem) { problems = append(problems, p) })
	if err != nil {
		t.Fatal(err)
	}
	return products, problems
}

func rate(t testing.TB, s string) *big.Rat {
	t.Helper()
	r, err := shopify.ParseRate(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func stock(n int64) *int64 { return &n }

var ignoreOrder = cmpopts.IgnoreUnexported(shopify.Picture{})

func difficultFile(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/officina-faro.csv")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDifficultFile(t *testing.T) {
	products, problems := read(t, difficultFile(t), rate(t, "7.15"))
	handles := make([]string, len(products))
	for i, p := range products {
		handles[i] = p.Handle
	}
	want := []string{"borsa-molo", "lampada-riva", "tagliere-onda", "portachiavi-boa", "tazza-scoglio", "vassoio-luna", "cuscino-vela"}
	if d := cmp.Diff(want, handles); d != "" {
		t.Error(d)
	}

	const pictures = "https://pictures.officina-faro.example/"
	bag := shopify.Product{
		Line: 2, Handle: "borsa-molo", Title: "Borsa Molo 真皮手提包",
		Body:   "<p>Full-grain calf leather.</p>\n<ul>\n<li>28 × 20 cm</li>\n<li>\"Molo\" buckle</li>\n</ul>\n<script>alert(1)</script>",
		Vendor: "Officina Faro", Type: "Bags", Tags: []string{"leather", "皮包", "Bags"}, Published: true,
		Options: []shopify.Option{{Name: "Colour", Values: []string{"Cognac", "Nero", "Rosso"}}, {Name: "Size", Values: []string{"S", "M"}}},
		Variants: []shopify.Variant{
			{
				Line: 2, Choice: []int{0, 0}, Code: "007-C-S", Price: 1357_79, CompareAt: 8655_08, Barcode: "8001234567890",
				WeightGrams: 640, Stock: stock(4), Picture: pictures + "molo-cognac.jpg",
			},
			{Line: 8, Choice: []int{0, 1}, Code: "007-C-M", Price: 1500_79, WeightGrams: 720, Stock: stock(0)},
			{Line: 9, Choice: []int{1, 0}, Code: "007-N-S", Price: 1357_82, WeightGrams: 640, Stock: stock(0)},
			{Line: 13, Choice: []int{2, 0}, Code: "007-R-S", Unreadable: true},
		},
		Pictures: []shopify.Picture{
			{Line: 8, URL: pictures + "molo-side.jpg"},
			{Line: 2, URL: pictures + "molo-front.jpg", Alt: "Borsa Molo, front"},
			{Line: 14, URL: pictures + "molo-back.jpg"},
		},
		Partial: true,
	}
	if d := cmp.Diff(bag, products[0], ignoreOrder); d != "" {
		t.Error(d)
	}
	lamp := shopify.Product{
		Line: 10, Handle: "lampada-riva", Title: "Lampada Riva", Body: `Brass lamp with a 12" shade, hand-made`,
		Vendor: "Officina Faro", Type: "灯具", Tags: []string{"light"}, Published: true,
		Variants: []shopify.Variant{{Line: 10, Price: 2352_35, WeightGrams: 2500, Stock: stock(7)}},
	}
	if d := cmp.Diff(lamp, products[1], ignoreOrder); d != "" {
		t.Error(d)
	}
	if board := products[2].Variants[0]; board.Price != 285_29 || board.WeightGrams != 397 {
		t.Errorf("39,90 and 14 oz became %v and %d g", board.Price, board.WeightGrams)
	}
	if products[3].Published || products[6].Published || !products[4].Published {
		t.Error("a draft, or a product with an unknown word for published, is shown")
	}

	said := make([]string, len(problems))
	for i, p := range problems {
		said[i] = fmt.Sprintf("%d %s %s %s %s", p.Line, p.Column, p.Handle, p.Reason, p.Effect)
	}
	slices.Sort(said)
	wanted := []string{
		"11  borsa-molo duplicate_variant row",
		"12 Option2 Value borsa-molo no_option_value row",
		"13 Variant Price borsa-molo not_a_number row",
		"15 Handle  no_handle row",
		"16 Image Src lampada-riva bad_address value",
		"19 Gift Card buono-regalo gift_card product",
		"20  senza-prezzo no_variant product",
		"21  troppo-caro no_variant product",
		"21 Variant Price troppo-caro too_big row",
		"22 Variant Inventory Qty portachiavi-boa not_a_number value",
		"22 Variant Price portachiavi-boa negative row",
		"23 Variant Compare At Price portachiavi-boa not_a_number value",
		"23 Variant Weight Unit portachiavi-boa unknown_value value",
		"25  piatto-conchiglia quote_not_closed row",
		"25 TITLE piatto-conchiglia no_title product",
		"27 Published cuscino-vela unknown_value value",
		"9 Variant Barcode borsa-molo digits_lost value",
	}
	if d := cmp.Diff(wanted, said); d != "" {
		t.Error(d)
	}
	for _, p := range problems {
		if p.Reason.Sentence() == "" || p.String() == "" {
			t.Errorf("%s has no sentence", p.Reason)
		}
	}
}

func TestOtherEncodings(t *testing.T) {
	const western = "Handle,Title,Variant Price\nte,Tè al bergamotto — così,12\nperche,Perché no,9\n"
	const chinese = "Handle,Title,Variant Price\nbao,真皮手提包,12\ncha,龙井茶叶礼盒 café,9\n"
	for name, test := range map[string]struct {
		enc  encoding.Encoding
		file string
	}{
		"windows-1252": {charmap.Windows1252, western},
		"gb18030":      {simplifiedchinese.GB18030, chinese},
		"gbk":          {simplifiedchinese.GBK, strings.ReplaceAll(chinese, "é", "e")},
		"utf-16le":     {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese},
		"utf-16be":     {unicode.UTF16(unicode.BigEndian, unicode.UseBOM), western},
		"utf-8":        {encoding.Nop, chinese + western[len("Handle,Title,Variant Price\n"):]},
	} {
		encoded, err := test.enc.NewEncoder().String(test.file)
		if err != nil {
			t.Fatal(name, err)
		}
		plain, _ := read(t, []byte(test.file), nil)
		got, problems := read(t, []byte(encoded), nil)
		if d := cmp.Diff(plain, got, ignoreOrder); d != "" || len(problems) > 0 || len(got) < 2 {
			t.Errorf("%s: %s %v", name, d, problems)
		}
	}
}

func TestOneBrokenByteDoesNotSpoilAFileInUTF8(t *testing.T) {
	products, _ := read(t, []byte("Handle,Title,Variant Price\nbao,真皮\xff包,12\n"), nil)
	if len(products) != 1 || products[0].Title != "真皮\uFFFD包" {
		t.Errorf("%+v", products)
	}
}

func TestColumnsByWhateverNameAndOrder(t *testing.T) {
	want, _ := read(t, []byte("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Variant Grams\n"+
		"ring,Ring,Size,52,R-52,10.50,12,3,9\nring,,,54,R-54,11,,0,9\n"), nil)
	for name, file := range map[string]string{
		"the newer template": "Title,URL handle,Option1 name,Option1 value,SKU,Price,Compare-at price,Inventory quantity,Weight value (grams),Charge tax\n" +
			"Ring,ring,Size,52,R-52,10.50,12,3,9,TRUE\n,ring,,54,R-54,11,,0,9,TRUE\n",
		"another order, case and spaces": "variant price, COMPARE_AT_PRICE ,Inventory  Qty,grams,sku,option 1 value,Option 1 Name,title,hAnDlE\n" +
			"10.50,12,3,9,R-52,52,Size,Ring,ring\n11,,0,9,R-54,54,,,ring\n",
		"semicolons and a mark for Excel": "sep=;\r\nHandle;Title;Option1 Name;Option1 Value;Variant SKU;Variant Price;Variant Compare At Price;Variant Inventory Qty;Variant Grams\r\n" +
			"ring;Ring;Size;52;R-52;10,50;12;3;9\r\nring;;;54;R-54;11;;0;9\r\n",
		"tabs and old Macintosh lines": "Handle\tTitle\tOption1 Name\tOption1 Value\tVariant SKU\tVariant Price\tVariant Compare At Price\tVariant Inventory Qty\tVariant Grams\r" +
			"ring\tRing\tSize\t52\tR-52\t10.50\t12\t3\t9\rring\t\t\t54\tR-54\t11\t\t0\t9",
		"no handle": "Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Variant Grams\n" +
			"Ring,Size,52,R-52,10.50,12,3,9\n,,54,R-54,11,,0,9\n",
	} {
		got, problems := read(t, []byte(file), nil)
		if d := cmp.Diff(want, got, ignoreOrder, cmpopts.IgnoreFields(shopify.Product{}, "Line"), cmpopts.IgnoreFields(shopify.Variant{}, "Line")); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s %v", name, d, problems)
		}
	}
	least, problems := read(t, []byte("Price,Title\n5,Only a name\n"), nil)
	if len(least) != 1 || len(problems) > 0 || least[0].Handle != "only-a-name" || !least[0].Published || least[0].Variants[0].Stock != nil {
		t.Errorf("%+v %v", least, problems)
	}
}

func TestWhatIsNoExport(t *testing.T) {
	for name, file := range map[string]string{
		"empty": "", "no price": "Handle,Title\na,b\n", "no product": "Variant Price\n1\n",
		"a picture": "\x89PNG\r\n\x1a\n\x00\x00\x00", "no line": "\n\n\n",
		"quotes without end": "Handle,Title,Variant Price\n" + strings.Repeat("\"a\n", 200),
	} {
		e, err := shopify.Open(strings.NewReader(file))
		if !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	if _, err := shopify.Open(bytes.NewReader(make([]byte, shopify.MaxFile+1))); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("a file over the limit: %v", err)
	}
}

func TestLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("Handle,Title,Body,Option1 Value,Variant Price,Tags,Image Src\n")
	for i := range shopify.MaxVariants + 3 {
		fmt.Fprintf(&b, "many,Many,,%d,1,,https://p.example/%d.jpg\n", i, i)
	}
	fmt.Fprintf(&b, "long,Long,%q,,1,,\n", strings.Repeat("x", shopify.MaxField+1))
	fmt.Fprintf(&b, "tags,Tags,,,1,\"%s", strings.Repeat("y", 65))
	for i := range shopify.MaxTags + 2 {
		fmt.Fprintf(&b, ", tag %d", i)
	}
	b.WriteString("\",\n")
	b.WriteString("after,After,,,1,,\n")
	products, problems := read(t, []byte(b.String()), nil)
	if len(products) != 3 || len(products[0].Variants) != shopify.MaxVariants || len(products[0].Pictures) != shopify.MaxPictures || !products[0].Partial {
		t.Errorf("%d products", len(products))
	}
	if products[len(products)-1].Handle != "after" {
		t.Error("what followed an over-long field was lost")
	}
	reasons := map[shopify.Reason]int{}
	for _, p := range problems {
		reasons[p.Reason]++
	}
	if reasons[shopify.ReasonTooManyRows] != 3 || reasons[shopify.ReasonTooLong] != 2 || reasons[shopify.ReasonTooMany] != 54 {
		t.Errorf("%v", reasons)
	}
}

func TestAQuoteThatIsNeverClosedCostsItsOwnLineOnly(t *testing.T) {
	for name, broken := range map[string]string{
		"nothing closes it":       "b,\"B,1\nc,C,2\nd,D,3\n",
		"a later field opens one": "b,\"B,1\nc,\"C, too\",2\nd,D,3\n",
		"crlf":                    "b,\"B,1\r\nc,C,2\r\nd,D,3\r\n",
	} {
		products, problems := read(t, []byte("Handle,Title,Variant Price\na,A,1\n"+broken), nil)
		got := ""
		for _, p := range products {
			got += p.Handle
		}
		if got != "acd" || problems[0].Line != 3 || problems[0].Reason != shopify.ReasonUnclosed || problems[0].Handle != "b" {
			t.Errorf("%s: products %s, %v", name, got, problems)
		}
	}
}
