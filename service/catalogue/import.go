package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/catalogue/slug"
)

// ImportOptions say how a file is to be understood.
type ImportOptions struct {
	// Language is the BCP 47 tag of the file's texts. What the shop has in other languages stays.
	Language string
	// Rate is what one unit of the file's currency is in CNY; nil for a file in CNY. shopify.ParseRate.
	Rate *big.Rat
	// Fetch brings a picture into the shop's own store. nil leaves pictures where they are.
	Fetch func(ctx context.Context, url string) (model.Picture, error)
	// Progress, if set, is told after each product how many of the file's products have passed.
	Progress func(done, total int)
}

// Report is what an import came to.
type Report struct {
	Products  int `json:"products"` // that the file names
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`

	PicturesFetched     int `json:"pictures_fetched"`
	PicturesKept        int `json:"pictures_kept"` // fetched by an earlier run
	PicturesUnreachable int `json:"pictures_unreachable"`

	UnusedColumns []string          `json:"unused_columns,omitempty"`
	Problems      []shopify.Problem `json:"problems,omitempty"`
	MoreProblems  int               `json:"more_problems,omitempty"` // beyond MaxProblems
}

// MaxProblems is how many problems a report names; the rest are counted.
const MaxProblems = 2000

func (r *Report) add(p shopify.Problem) {
	if p.Effect == shopify.RefusedProduct {
		r.Refused++
	}
	if len(r.Problems) == MaxProblems {
		r.MoreProblems++
		return
	}
	r.Problems = append(r.Problems, p)
}

// ImportShopify takes the products of a Shopify export into the shop of ctx. It is repeatable: a product is
// known by its handle and a SKU by its options in words, so that a second run changes only what differs,
// and SKUs keep their numbers. The file decides title, description, vendor, tags, pictures, options, prices,
// stock and publication; categories that staff have added, texts in other languages and the order of the
// shelf stay. SKUs that have gone from the file go off sale; those whose row could not be read stay.
//
// Each product is a transaction of its own. What could not be taken is in the report and stops nothing. The
// report is good also when an error ended the import: model.ErrInvalid when the file is no product export,
// model.ErrTooLarge, the error of ctx, or the database's.
func (s *Service) ImportShopify(ctx context.Context, file io.ReadSeeker, o ImportOptions) (Report, error) {
	if o.Language == "" {
		return Report{}, model.ErrRequired.At("language")
	}
	export, err := shopify.Open(file)
	if err != nil {
		return Report{}, err
	}
	r := &run{
		s: s, o: o, report: Report{Products: export.Total, UnusedColumns: export.Unused}, categories: map[string]string{},
	}
	waiting := make([]shopify.Product, 0, window)
	flush := func() error {
		err := r.take(ctx, waiting)
		waiting = waiting[:0]
		return err
	}
	err = export.Each(o.Rate, func(p shopify.Product) error {
		if waiting = append(waiting, p); len(waiting) < window {
			return nil
		}
		return flush()
	}, func(p shopify.Problem) {
		r.report.add(p)
		if p.Effect == shopify.RefusedProduct {
			r.passed()
		}
	})
	if err == nil {
		err = flush()
	}
	return r.report, err
}

// window is how many products have their pictures fetched at the same time.
const window = 16

// run is an import under way.
type run struct {
	s          *Service
	o          ImportOptions
	report     Report
	done       int
	categories map[string]string // the slug of the category of each type met so far
}

func (r *run) passed() {
	r.done++
	if r.o.Progress != nil {
		r.o.Progress(r.done, r.report.Products)
	}
}

// take takes some products, in their order.
func (r *run) take(ctx context.Context, products []shopify.Product) error {
	pictures, err := r.fetch(ctx, products)
	if err != nil {
		return err
	}
	for _, p := range products {
		if err := ctx.Err(); err != nil {
			return err
		}
		category, err := r.category(ctx, p.Type)
		if err != nil {
			return err
		}
		outcome, reserved, err := r.s.put(ctx, p.Handle, func(old stored) ProductSpec {
			return merge(old, p, pictures, category, r.o.Language)
		})
		var refused *model.Error
		switch {
		case errors.As(err, &refused):
			r.report.add(shopify.Problem{
				Line: p.Line, Handle: p.Handle, Reason: shopify.ReasonRefused, Effect: shopify.RefusedProduct, Detail: err.Error(),
			})
		case err != nil:
			return fmt.Errorf("import of %s: %w", p.Handle, err)
		default:
			r.count(outcome)
			for _, i := range reserved {
				r.report.add(shopify.Problem{
					Line: p.Variants[i].Line, Handle: p.Handle, Reason: shopify.ReasonReserved, Effect: shopify.IgnoredValue,
				})
			}
		}
		r.passed()
	}
	return nil
}

func (r *run) count(o Outcome) {
	switch o {
	case Created:
		r.report.Created++
	case Updated:
		r.report.Updated++
	case Unchanged:
		r.report.Unchanged++
	}
}

// category finds or makes the category of a product type; "" for no type.
func (r *run) category(ctx context.Context, kind string) (string, error) {
	if kind == "" {
		return "", nil
	}
	if s, ok := r.categories[kind]; ok {
		return s, nil
	}
	name := slug.ASCII(kind)
	err := r.s.change(ctx, func(c *change) error {
		if known, err := c.categoryIDs([]string{name}); err == nil && len(known) == 1 {
			return nil // as staff has arranged it
		} else if err != nil && !errors.Is(err, model.ErrInvalid) {
			return err
		}
		_, err := c.putCategory(CategorySpec{Slug: name, Name: model.Text{r.o.Language: kind}, Published: true})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("category of the type %s: %w", kind, err)
	}
	r.categories[kind] = name
	return name, nil
}
