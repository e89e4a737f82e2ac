package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service"
	"hutong/service/catalogue"
	"hutong/service/catalogue/shopify"
)

type importCmd struct {
	File     string `arg:"" help:"The export." type:"path"`
	Brand    string `help:"Slug of the brand." required:"" placeholder:"SLUG"`
	Format   string `help:"What the file is: ${enum}." enum:"shopify" default:"shopify"`
	Currency string `help:"Currency of the file's prices, ISO 4217; other than CNY it needs --rate." default:"CNY" placeholder:"CNY"`
	Rate     string `help:"What one unit of that currency is in CNY." placeholder:"7.15"`
	Language string `help:"BCP 47 tag of the file's texts; otherwise the brand's first language." placeholder:"TAG"`
	Pictures string `help:"What becomes of the pictures: keep fetches them into the shop's own store, link leaves them where they are." enum:"keep,link" default:"keep"`
	Strict   bool   `help:"Fail when products were refused. What could be taken is taken all the same."`
}

// Help implements kong.HelpProvider.
func (importCmd) Help() string {
	return `It takes the products of a Shopify export into a brand's catalogue. It may be repeated: a product is known by its handle, so that the same file changes nothing, and a newer one only what differs. Categories, other languages and the order of the shelf stay as they were arranged. What cannot be taken is named with line and column, and the rest is taken.

    hutong import --brand casa-lido --language en --currency USD --rate 7.15 products.csv

Exit codes: 0 imported, 1 failed, or with --strict products were refused; 2 the command line or the configuration is wrong.`
}

// Run imports the file.
func (c *importCmd) Run(ctx context.Context, p *program) error {
	rate, err := c.rate()
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	return p.withServices(ctx, func(config *configs.Config, s *service.Services) error {
		b, err := s.Brand.Resolve(ctx, c.Brand)
		if err != nil {
			return fmt.Errorf("brand %s: %w", c.Brand, explained(err))
		}
		progress := newProgress(p.err)
		o := catalogue.ImportOptions{Language: cmp.Or(c.Language, b.DefaultLanguage), Rate: rate, Progress: progress.tell}
		if c.Pictures == "keep" {
			store, err := openMedia(config)
			if err != nil {
				return err
			}
			o.Fetch = store.Fetch
		}
		report, err := s.Catalogue.ImportShopify(model.WithBrand(ctx, b.ID), file, o)
		progress.end()
		printReport(p.out, report)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", c.File, explained(err))
		case c.Strict && report.Refused > 0:
			return fmt.Errorf("%s: %d products were refused", c.File, report.Refused)
		}
		return nil
	})
}

// rate is what one unit of the file's currency is in CNY; nil for CNY itself.
func (c *importCmd) rate() (*big.Rat, error) {
	switch {
	case c.Currency == "CNY" && c.Rate == "":
		return nil, nil
	case c.Currency == "CNY":
		return nil, usageError{errors.New("--rate is for prices in another currency; name it by --currency")}
	case c.Rate == "":
		return nil, usageError{fmt.Errorf("--currency %s needs --rate: what one %[1]s is in CNY", c.Currency)}
	}
	rate, err := shopify.ParseRate(c.Rate)
	if err != nil {
		return nil, usageError{fmt.Errorf("--rate %s: a number above 0 is wanted, such as 7.15", c.Rate)}
	}
	return rate, nil
}

func printReport(out io.Writer, r catalogue.Report) {
	for _, p := range r.Problems {
		fmt.Fprintln(out, p)
	}
	if r.MoreProblems > 0 {
		fmt.Fprintf(out, "… and %d more.\n", r.MoreProblems)
	}
	if len(r.UnusedColumns) > 0 {
		fmt.Fprintf(out, "Columns that were not used: %s.\n", strings.Join(r.UnusedColumns, ", "))
	}
	fmt.Fprintf(out, "%d products: %d created, %d updated, %d unchanged, %d refused.\n",
		r.Products, r.Created, r.Updated, r.Unchanged, r.Refused)
	if n := r.PicturesFetched + r.PicturesKept + r.PicturesUnreachable; n > 0 {
		fmt.Fprintf(out, "%d pictures: %d fetched, %d there already, %d unreachable.\n",
			n, r.PicturesFetched, r.PicturesKept, r.PicturesUnreachable)
	}
}

// progress tells how far an import is: on a terminal in one line that moves, elsewhere in a line each ten
// seconds.
type progress struct {
	out      io.Writer
	terminal bool
	told     time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, told: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) tell(done, total int) {
	every, form := 10*time.Second, "%d of %d products\n"
	if p.terminal {
		every, form = 100*time.Millisecond, "\r%d of %d products"
	}
	if now := time.Now(); now.Sub(p.told) >= every {
		p.told = now
		fmt.Fprintf(p.out, form, done, total)
	}
}

func (p *progress) end() {
	if p.terminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
