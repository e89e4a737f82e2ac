package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"gorm.io/gorm"

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

	lookOnly bool     // a dry run: pictures that would be fetched are not
	journal  *journal // nil: what becomes of each product is only in the report
}

// journal writes down what becomes of each product, in the transaction that makes it so.
type journal struct {
	no    string // the import's
	from  int64  // what an earlier run has written down already
	dry   bool   // nothing is changed
	write func(tx *gorm.DB, e entry) error
	rest  func() bool // whether to stop here, and go on another time
}

// entry is what a journal is told.
type entry struct {
	position int64 // how much of what reading the file tells has passed with it
	line     int
	handle   string
	outcome  Outcome // of the product; "" when the entry is about none
	problems []shopify.Problem
}

var (
	errDry  = errors.New("catalogue: a dry run")
	errRest = errors.New("catalogue: the rest another time")
)

// met is a problem, and where reading the file told of it.
type met struct {
	at      int64
	problem shopify.Problem
}

// read is a product, and where reading the file told of it.
type read struct {
	at      int64
	product shopify.Product
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
	return s.importAll(ctx, export, o)
}

// importAll takes the products of an export.
func (s *Service) importAll(ctx context.Context, export *shopify.Export, o ImportOptions) (Report, error) {
	r := &run{
		s: s, o: o, report: Report{Products: export.Total, UnusedColumns: export.Unused}, categories: map[string]string{},
		about: map[string][]shopify.Problem{},
	}
	waiting, most, at, from := []read{}, window, int64(0), int64(0)
	if o.journal != nil {
		most, from = journalWindow, o.journal.from
	}
	flush := func() error {
		err := r.take(ctx, waiting)
		waiting = waiting[:0]
		return err
	}
	err := export.Each(o.Rate, func(p shopify.Product) error {
		if at++; at <= from {
			return nil
		}
		if waiting = append(waiting, read{at, p}); len(waiting) < most {
			return nil
		}
		return flush()
	}, func(p shopify.Problem) {
		if at++; at <= from {
			return
		}
		r.report.add(p)
		r.met = append(r.met, met{at, p})
		if p.Effect == shopify.RefusedProduct {
			r.passed()
		}
	})
	if err == nil {
		err = flush()
	}
	if err == nil && o.journal != nil && len(r.met) > 0 {
		err = s.db.InTx(ctx, func(tx *gorm.DB) error { return o.journal.write(tx, r.entry(read{at: at}, "")) })
	}
	return r.report, err
}

// journalWindow is window with a journal: so few that their pictures are fetched within one job.
const journalWindow = 4

// window is how many products have their pictures fetched at the same time.
const window = 16

// run is an import under way.
type run struct {
	s          *Service
	o          ImportOptions
	report     Report
	done       int
	met        []met                        // not in the journal yet
	about      map[string][]shopify.Problem // met with a product's pictures, by its handle
	categories map[string]string            // the slug of the category of each type met so far
}

func (r *run) passed() {
	r.done++
	if r.o.Progress != nil {
		r.o.Progress(r.done, r.report.Products)
	}
}

// take takes some products, in their order.
func (r *run) take(ctx context.Context, all []read) error {
	products := make([]shopify.Product, len(all))
	for i, one := range all {
		products[i] = one.product
	}
	pictures, err := r.fetch(ctx, products)
	if err != nil {
		return err
	}
	for _, one := range all {
		p := one.product
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.o.journal != nil && r.o.journal.rest() {
			return errRest
		}
		category, err := r.category(ctx, p.Type)
		if err != nil {
			return err
		}
		outcome, reserved, err := r.s.put(ctx, p.Handle, func(old stored) ProductSpec {
			spec := merge(old, p, pictures, category, r.o.Language)
			if r.o.journal != nil {
				spec.importNo = r.o.journal.no
			}
			return spec
		}, func(c *change, o Outcome, reserved []int) error {
			switch j := r.o.journal; {
			case j == nil:
				return nil
			case j.dry:
				return errDry
			default:
				return j.write(c.tx, r.entry(one, o, stopped(p, reserved)...))
			}
		})
		switch {
		case isRefusal(err):
			problem := shopify.Problem{
				Line: p.Line, Handle: p.Handle, Reason: shopify.ReasonRefused, Effect: shopify.RefusedProduct, Detail: err.Error(),
			}
			r.report.add(problem)
			if err := r.journal(ctx, r.entry(one, "", problem)); err != nil {
				return err
			}
		case errors.Is(err, errDry):
			if err := r.journal(ctx, r.entry(one, outcome, stopped(p, reserved)...)); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("import of %s: %w", p.Handle, err)
		default:
			r.count(outcome)
			for _, problem := range stopped(p, reserved) {
				r.report.add(problem)
			}
		}
		r.written(one)
		r.passed()
	}
	return nil
}

// stopped are the SKUs whose stock stopped at what is reserved.
func stopped(p shopify.Product, reserved []int) (all []shopify.Problem) {
	for _, i := range reserved {
		all = append(all, shopify.Problem{
			Line: p.Variants[i].Line, Handle: p.Handle, Reason: shopify.ReasonReserved, Effect: shopify.IgnoredValue,
		})
	}
	return all
}

// entry is what the journal is told of a product, with all problems that were met up to it.
func (r *run) entry(one read, o Outcome, more ...shopify.Problem) entry {
	e := entry{position: one.at, line: one.product.Line, handle: one.product.Handle, outcome: o}
	for _, m := range r.met {
		if m.at <= one.at {
			e.problems = append(e.problems, m.problem)
		}
	}
	e.problems = append(append(e.problems, r.about[one.product.Handle]...), more...)
	return e
}

// written forgets what the journal has.
func (r *run) written(one read) {
	r.met = slices.DeleteFunc(r.met, func(m met) bool { return m.at <= one.at })
	delete(r.about, one.product.Handle)
}

// journal writes an entry in a transaction of its own, if there is a journal.
func (r *run) journal(ctx context.Context, e entry) error {
	if r.o.journal == nil {
		return nil
	}
	return r.s.db.InTx(ctx, func(tx *gorm.DB) error { return r.o.journal.write(tx, e) })
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
	if r.o.journal != nil && r.o.journal.dry {
		return "", nil // it would be made; the product is told by what it is apart from that
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
