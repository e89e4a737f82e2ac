package catalogue

import (
	"hutong/model"
)

// Card is a product in a list.
type Card struct {
	Handle       string    `json:"handle" doc:"Name of the product in addresses"`
	Title        string    `json:"title"`
	Summary      string    `json:"summary,omitempty"`
	Picture      string    `json:"picture,omitempty"`
	PriceFen     model.Fen `json:"price_fen" doc:"The lowest price among what can be chosen"`
	PriceToFen   model.Fen `json:"price_to_fen,omitempty" doc:"The highest; absent when there is one price"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" doc:"The lowest price before"`
	InStock      bool      `json:"in_stock" doc:"Whether anything of it was in stock a moment ago"`
}

// Detail is a product on its own page.
type Detail struct {
	Handle       string         `json:"handle" doc:"Name of the product in addresses"`
	Title        string         `json:"title"`
	Summary      string         `json:"summary,omitempty"`
	Body         string         `json:"body,omitempty" doc:"HTML, safe to show"`
	Vendor       string         `json:"vendor,omitempty"`
	Tags         []string       `json:"tags"`
	Categories   []CategoryLink `json:"categories"`
	Pictures     []Picture      `json:"pictures"`
	Options      []Option       `json:"options" doc:"What there is to choose; empty when the product has one SKU"`
	SKUs         []SKU          `json:"skus"`
	PriceFen     model.Fen      `json:"price_fen" doc:"The lowest price among the SKUs"`
	PriceToFen   model.Fen      `json:"price_to_fen,omitempty" doc:"The highest; absent when there is one price"`
	CompareAtFen model.Fen      `json:"compare_at_fen,omitempty" doc:"The lowest price before"`
	InStock      bool           `json:"in_stock" doc:"Whether anything of it was in stock a moment ago"`
	NoReturn     bool           `json:"no_return,omitempty" doc:"Not taken back without a reason; who buys it has to confirm that"`
}

// Picture is a picture of a product. An address that begins with / is on this server.
type Picture struct {
	URL    string `json:"url"`
	Alt    string `json:"alt,omitempty"`
	Width  int    `json:"width,omitempty" doc:"In pixels, if known"`
	Height int    `json:"height,omitempty"`
}

// Option is one thing to choose.
type Option struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// SKU is what is bought.
type SKU struct {
	No           string    `json:"no" doc:"Number of the SKU"`
	Choice       []int     `json:"choice" doc:"For each option the index of its value"`
	PriceFen     model.Fen `json:"price_fen"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" doc:"The price before"`
	Picture      string    `json:"picture,omitempty"`
	WeightGrams  int64     `json:"weight_grams,omitempty"`
	Available    int64     `json:"available" doc:"Pieces that could be bought a moment ago; 99 stands for 99 or more"`
	LowStock     bool      `json:"low_stock" doc:"Whether only few are left"`
}

// Stock as consumers see it: enough for the stepper, and no reading of a shop's sales from its stock.
const (
	mostShown = 99
	lowStock  = 5
)

// CategoryLink is a category as a product names it.
type CategoryLink struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// Category is a node of the category tree.
type Category struct {
	Slug     string     `json:"slug"`
	Name     string     `json:"name"`
	Picture  string     `json:"picture,omitempty"`
	Children []Category `json:"children"`
}

// viewProduct draws a product's page. skus are those on sale, in their order.
func viewProduct(p model.Product, skus []model.SKU, categories []CategoryLink, languages []string) Detail {
	d := Detail{
		Handle: p.Handle, Title: p.Title.In(languages...), Summary: p.Summary.In(languages...), Body: p.Body.In(languages...),
		Vendor: p.Vendor, Tags: p.Tags, Categories: categories, PriceFen: p.PriceFen, CompareAtFen: p.CompareAtFen,
		NoReturn: p.NoReturn, Pictures: make([]Picture, len(p.Pictures)), SKUs: make([]SKU, len(skus)),
	}
	if d.Tags == nil {
		d.Tags = []string{}
	}
	for i, picture := range p.Pictures {
		d.Pictures[i] = Picture{URL: picture.URL, Alt: picture.Alt.In(languages...), Width: picture.Width, Height: picture.Height}
	}
	options, place := viewOptions(p.Options, skus, languages)
	d.Options = options
	for i, k := range skus {
		available := max(k.Available(), 0)
		d.SKUs[i] = SKU{
			No: k.No, Choice: make([]int, 0, len(k.Choice)), PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen,
			Picture: k.Picture, WeightGrams: k.WeightGrams,
			Available: min(available, mostShown), LowStock: available > 0 && available <= lowStock,
		}
		for o, value := range k.Choice {
			d.SKUs[i].Choice = append(d.SKUs[i].Choice, place[o][value])
		}
		d.InStock = d.InStock || available > 0
		if k.PriceFen > max(d.PriceFen, d.PriceToFen) {
			d.PriceToFen = k.PriceFen
		}
	}
	return d
}

// viewOptions leaves out the values that no SKU has any more. place tells where a value has gone.
func viewOptions(options []model.Option, skus []model.SKU, languages []string) (views []Option, place []map[int]int) {
	views, place = make([]Option, len(options)), make([]map[int]int, len(options))
	for i, o := range options {
		used := map[int]bool{}
		for _, k := range skus {
			if i < len(k.Choice) {
				used[k.Choice[i]] = true
			}
		}
		views[i], place[i] = Option{Name: o.Name.In(languages...), Values: []string{}}, map[int]int{}
		for j, v := range o.Values {
			if used[j] {
				place[i][j] = len(views[i].Values)
				views[i].Values = append(views[i].Values, v.In(languages...))
			}
		}
	}
	return views, place
}
