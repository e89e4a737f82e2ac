package catalogue

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
)

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobPublish, s.publishDue)
	r.Handle(JobImport, s.runImport)
}

// DeskDetail is a product as staff change it, with its texts in all languages.
type DeskDetail struct {
	Handle      string       `json:"handle" doc:"Names the product, here and in the shop's addresses"`
	State       ProductState `json:"state" enum:"draft,scheduled,published,archived"`
	PublishAt   model.Millis `json:"publish_at,omitempty" doc:"When it is published by itself; UTC milliseconds"`
	PublishedAt model.Millis `json:"published_at,omitempty" doc:"When it was published last; UTC milliseconds"`
	Version     int64        `json:"version" doc:"Send it back with a change"`
	Source      string       `json:"source,omitempty" doc:"What it was imported from"`
	CreatedAt   model.Millis `json:"created_at" doc:"UTC milliseconds"`
	UpdatedAt   model.Millis `json:"updated_at" doc:"UTC milliseconds"`

	Title      model.Text    `json:"title" doc:"By language"`
	Summary    model.Text    `json:"summary" doc:"By language"`
	Body       model.Text    `json:"body" doc:"By language; HTML, safe to show"`
	Vendor     string        `json:"vendor"`
	Tags       []string      `json:"tags"`
	Categories []string      `json:"categories" doc:"Slugs"`
	Pictures   []DeskPicture `json:"pictures"`
	Options    []DeskOption  `json:"options"`
	SKUs       []DeskSKU     `json:"skus"`
	NoReturn   bool          `json:"no_return"`
	Sort       int64         `json:"sort"`

	FreightTemplate string `json:"freight_template,omitempty" doc:"Id of what prices its delivery; absent: the brand's default"`
}

// DeskPicture is a picture of a product; the first is the one in lists.
type DeskPicture struct {
	URL    string     `json:"url" maxLength:"512" doc:"As send-picture answered it"`
	Alt    model.Text `json:"alt,omitempty" doc:"What there is to see, by language"`
	Small  string     `json:"small,omitempty" maxLength:"512" doc:"A small one of it, for lists; as send-picture answered it"`
	Width  int        `json:"width,omitempty" minimum:"0" doc:"Pixels"`
	Height int        `json:"height,omitempty" minimum:"0" doc:"Pixels"`
}

// DeskOption is one thing to choose.
type DeskOption struct {
	Name   model.Text   `json:"name" doc:"By language"`
	Values []model.Text `json:"values" doc:"Each by language"`
}

// DeskSKU is a SKU as staff see it.
type DeskSKU struct {
	No           string    `json:"no"`
	Choice       []int     `json:"choice" doc:"For each option the index of its value"`
	Code         string    `json:"code" doc:"The brand's own article number"`
	PriceFen     model.Fen `json:"price_fen"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" doc:"The price before"`
	Barcode      string    `json:"barcode"`
	WeightGrams  int64     `json:"weight_grams"`
	Picture      string    `json:"picture"`
	OnHand       int64     `json:"on_hand" doc:"Pieces that are there"`
	Reserved     int64     `json:"reserved" doc:"Of these, held by orders that are not paid yet"`
	Available    int64     `json:"available" doc:"Pieces that can be bought"`
	LowAt        int64     `json:"low_at" doc:"So few available are an alert; 0: as many as the brand says, -1: never"`
}

// ProductInput is a product as staff want it.
type ProductInput struct {
	Title      model.Text    `json:"title" doc:"By language; at least one"`
	Summary    model.Text    `json:"summary,omitempty" doc:"By language; plain text"`
	Body       model.Text    `json:"body,omitempty" doc:"By language; HTML, of which what could act is taken away"`
	Vendor     string        `json:"vendor,omitempty" maxLength:"128"`
	Tags       []string      `json:"tags,omitempty" maxItems:"100"`
	Categories []string      `json:"categories,omitempty" maxItems:"20" doc:"Slugs"`
	Pictures   []DeskPicture `json:"pictures,omitempty" maxItems:"50"`
	Options    []DeskOption  `json:"options,omitempty" maxItems:"3" doc:"What there is to choose; none for a product with one SKU"`
	SKUs       []SKUInput    `json:"skus" minItems:"1" maxItems:"100"`
	NoReturn   bool          `json:"no_return,omitempty" doc:"Not taken back without a reason; who buys it has to confirm that"`
	Sort       int64         `json:"sort,omitempty" doc:"Place on the shelf, smaller first"`

	FreightTemplate *string `json:"freight_template,omitempty" maxLength:"20" doc:"Id of what prices its delivery; empty: the brand's default; absent: as it is"`
}

// SKUInput is a SKU as staff want it.
type SKUInput struct {
	No           string    `json:"no,omitempty" maxLength:"26" doc:"Which SKU it is; without it, the one with the same choice, or a new one"`
	Choice       []int     `json:"choice,omitempty" maxItems:"3" doc:"For each option the index of its value"`
	Code         string    `json:"code,omitempty" maxLength:"128" doc:"The brand's own article number"`
	PriceFen     model.Fen `json:"price_fen" minimum:"1"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" minimum:"0" doc:"The price before, above the price; 0: none"`
	Barcode      string    `json:"barcode,omitempty" maxLength:"64"`
	WeightGrams  int64     `json:"weight_grams,omitempty" minimum:"0"`
	Picture      string    `json:"picture,omitempty" maxLength:"512"`
	Stock        *int64    `json:"stock,omitempty" minimum:"0" doc:"Pieces on hand as they shall be; absent: as they are"`
	StockWas     *int64    `json:"stock_was,omitempty" minimum:"0" doc:"Pieces on hand as they were shown, wanted with the stock of a SKU that exists: when something was sold since, nothing is changed"`
	LowAt        *int64    `json:"low_at,omitempty" minimum:"-1" doc:"So few available are an alert; 0: as many as the brand says, -1: never; absent: as it is"`
}

// NewProduct is a product to be made.
type NewProduct struct {
	Handle string `json:"handle,omitempty" maxLength:"96" doc:"Its name in addresses, for ever: letters, digits and hyphens; made of the title if absent"`
	ProductInput
}

// ProductChange is a product to be changed, whole: what is left out is taken away.
type ProductChange struct {
	Version int64 `json:"version" doc:"Of the product as it was shown: when somebody has changed it since, nothing is changed"`
	ProductInput
}

func (in ProductInput) spec(handle string) ProductSpec {
	spec := ProductSpec{
		Handle: handle, Title: filled(in.Title), Summary: filled(in.Summary), Body: filled(in.Body), Vendor: strings.TrimSpace(in.Vendor),
		Tags: in.Tags, Categories: in.Categories, NoReturn: in.NoReturn, Sort: in.Sort, freight: in.FreightTemplate,
	}
	for _, p := range in.Pictures {
		spec.Pictures = append(spec.Pictures, model.Picture{URL: p.URL, Small: p.Small, Alt: filled(p.Alt), Width: p.Width, Height: p.Height})
	}
	for _, o := range in.Options {
		option := model.Option{Name: filled(o.Name)}
		for _, v := range o.Values {
			option.Values = append(option.Values, filled(v))
		}
		spec.Options = append(spec.Options, option)
	}
	for i, k := range in.SKUs {
		spec.SKUs = append(spec.SKUs, SKUSpec{
			No: k.No, Choice: k.Choice, Code: strings.TrimSpace(k.Code), PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen,
			Barcode: strings.TrimSpace(k.Barcode), WeightGrams: k.WeightGrams, Picture: k.Picture, Stock: k.Stock, StockWas: k.StockWas,
			LowAt: k.LowAt, Sort: int64(i),
		})
	}
	return spec
}

// filled is a text without the languages in which it says nothing.
func filled(t model.Text) model.Text {
	out := model.Text{}
	for language, s := range t {
		if s = strings.TrimSpace(s); s != "" {
			out[language] = s
		}
	}
	return out
}

// AtDeskDetail is a product as staff change it. Errors: ErrProductNotFound.
func (s *Service) AtDeskDetail(ctx context.Context, handle string) (d DeskDetail, err error) {
	p, err := load(s.db.Read(ctx), handle)
	if err != nil {
		return d, err
	}
	if p.ID == 0 {
		return d, model.ErrProductNotFound
	}
	t, err := s.tree(ctx)
	if err != nil {
		return d, err
	}
	return p.detail(t), nil
}

func (p stored) detail(t tree) DeskDetail {
	d := DeskDetail{
		Handle: p.Handle, State: StateOf(p.Product), PublishAt: p.PublishAt, PublishedAt: p.PublishedAt, Version: p.CatalogueVersion,
		Source: p.Source, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, Title: filled(p.Title), Summary: filled(p.Summary), Body: filled(p.Body),
		Vendor: p.Vendor, Tags: append([]string{}, p.Tags...), Categories: []string{}, Pictures: []DeskPicture{}, Options: []DeskOption{},
		SKUs: []DeskSKU{}, NoReturn: p.NoReturn, Sort: p.Sort,
	}
	if p.FreightTemplateID != 0 {
		d.FreightTemplate = strconv.FormatInt(p.FreightTemplateID, 10)
	}
	for _, id := range p.categories {
		if c, ok := t.byID[id]; ok {
			d.Categories = append(d.Categories, c.Slug)
		}
	}
	for _, v := range p.Pictures {
		d.Pictures = append(d.Pictures, DeskPicture{v.URL, v.Alt, v.Small, v.Width, v.Height})
	}
	for _, o := range p.Options {
		d.Options = append(d.Options, DeskOption(o))
	}
	for _, k := range p.onSale() {
		d.SKUs = append(d.SKUs, DeskSKU{
			No: k.No, Choice: append([]int{}, k.Choice...), Code: k.Code, PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen,
			Barcode: k.Barcode, WeightGrams: k.WeightGrams, Picture: k.Picture, OnHand: k.OnHand, Reserved: k.Reserved,
			Available: max(k.Available(), 0), LowAt: k.LowAt,
		})
	}
	return d
}

// onSale are the SKUs to choose from, in their order.
func (p stored) onSale() []model.SKU {
	active := slices.DeleteFunc(slices.Clone(p.skus), func(k model.SKU) bool { return !k.Active })
	slices.SortStableFunc(active, func(a, b model.SKU) int { return cmp.Compare(a.Sort, b.Sort) })
	return active
}

// spec is the product as it is, for a change of some of it.
func (p stored) spec(t tree) ProductSpec {
	spec := ProductSpec{
		Handle: p.Handle, Title: p.Title, Summary: p.Summary, Body: p.Body, Vendor: p.Vendor, Tags: p.Tags, Pictures: p.Pictures,
		Options: p.Options, FreightTemplateID: p.FreightTemplateID, NoReturn: p.NoReturn, Published: p.Published,
		PublishAt: p.PublishAt, Sort: p.Sort, Source: p.Source, archived: p.Archived,
	}
	for _, id := range p.categories {
		spec.Categories = append(spec.Categories, t.byID[id].Slug)
	}
	for _, k := range p.onSale() {
		spec.SKUs = append(spec.SKUs, SKUSpec{
			No: k.No, Choice: k.Choice, Code: k.Code, PriceFen: k.PriceFen, CompareAtFen: k.CompareAtFen, Barcode: k.Barcode,
			WeightGrams: k.WeightGrams, Picture: k.Picture, Sort: k.Sort,
		})
	}
	return spec
}

// treeOf is the brand's categories inside a transaction.
func treeOf(tx *gorm.DB) (tree, error) {
	var all []model.Category
	if err := tx.Order("sort, id").Find(&all).Error; err != nil {
		return tree{}, fmt.Errorf("categories: %w", err)
	}
	return newTree(all), nil
}

// load reads a product; its ID is 0 when there is none.
func load(tx *gorm.DB, handle string) (p stored, err error) {
	err = tx.Where("handle = ?", handle).Take(&p.Product).Error
	if database.IsNotFound(err) {
		return stored{}, nil
	}
	if err != nil {
		return stored{}, fmt.Errorf("product %s: %w", handle, err)
	}
	return p, p.complete(tx, tx)
}
