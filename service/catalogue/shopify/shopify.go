// Package shopify reads the product export of a Shopify shop: a CSV with a row per variant and further
// rows for further pictures. It takes what it can, names line and column of what it cannot, and holds only
// the products that are not complete yet.
package shopify

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"

	"golang.org/x/text/encoding"

	"hutong/model"
	"hutong/service/catalogue/slug"
)

// Limits of what is read.
const (
	MaxFile     = 100 << 20 // bytes
	MaxField    = 1 << 20   // bytes
	MaxProducts = 50_000
	MaxVariants = 100 // of one product, as Shopify has it
	MaxPictures = 50  // of one product
	MaxTags     = 100 // of one product

	maxRecord   = 4 << 20 // bytes of one row, all fields together
	maxUnclosed = 100     // quotes never closed, before the file is given up as no CSV
	maxHeader   = 64 << 10
)

var (
	errTooLarge = fmt.Errorf("the file is larger than %d MB: %w", MaxFile>>20, model.ErrTooLarge)
	errNotCSV   = fmt.Errorf("more than %d quotation marks are never closed; this is not CSV: %w", maxUnclosed, model.ErrInvalid)
	errEmpty    = fmt.Errorf("the file is empty: %w", model.ErrInvalid)
)

// Product is a product of the export.
type Product struct {
	Line      int // of its first row
	Handle    string
	Title     string
	Body      string // HTML as it came: not sanitised
	Vendor    string
	Type      string
	Tags      []string
	Published bool
	Options   []Option // none for a product that has nothing to choose
	Variants  []Variant
	Pictures  []Picture
	Partial   bool // a row could not be read at all, so a variant that is missing here need not be gone
}

// Option is one thing to choose and its values, in the order of the file.
type Option struct {
	Name   string
	Values []string
}

// Variant is what is bought.
type Variant struct {
	Line        int
	Choice      []int // for each option the index of its value
	Unreadable  bool  // stands in the file, but could not be taken: what the shop has of it stays as it is
	Code        string
	Price       model.Fen // above 0
	CompareAt   model.Fen // above Price, or 0
	Barcode     string
	WeightGrams int64
	Stock       *int64 // nil: the file does not say
	Picture     string // an address, or ""
}

// Picture is a picture's address.
type Picture struct {
	Line int
	URL  string
	Alt  string

	position int
}

// Export is an opened file.
type Export struct {
	// Total is how many products the file names.
	Total int
	// Unused are the columns that mean nothing here.
	Unused []string

	file    io.ReadSeeker // nil: the rows are in table
	table   []record
	enc     encoding.Encoding
	comma   byte
	columns columns
	last    map[string]int // the number of the last record of each product
}

// Open reads the file once from its beginning, to learn its encoding, its columns and where each product
// ends. Errors: model.ErrInvalid with a sentence when it is no product export, model.ErrTooLarge.
func Open(f io.ReadSeeker) (*Export, error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("reading the file: %w", err)
	}
	if size > MaxFile {
		return nil, errTooLarge
	}
	e := &Export{file: f, last: map[string]int{}}
	if err := e.rewind(); err != nil {
		return nil, err
	}
	if e.enc, err = detect(f); err != nil {
		return nil, err
	}
	return e, e.learn()
}

// OpenTable is Open of rows that were read already, the heading first, with the numbers of their lines.
func OpenTable(rows [][]string, numbers []int) (*Export, error) {
	e := &Export{last: map[string]int{}}
	for i, fields := range rows {
		e.table = append(e.table, record{line: numbers[i], fields: fields})
	}
	return e, e.learn()
}

// learn reads the rows once.
func (e *Export) learn() error {
	rows, err := e.open()
	if err != nil {
		return err
	}
	k := keys{columns: &e.columns}
	for n := 1; ; n++ {
		rec, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if handle, ok := k.of(rec); ok {
			if _, known := e.last[handle]; known || len(e.last) < MaxProducts {
				e.last[handle] = n
			}
		}
	}
	e.Total = len(e.last)
	return nil
}

func (e *Export) rewind() error {
	if _, err := e.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading the file: %w", err)
	}
	return nil
}

// source is where rows come from; io.EOF ends them.
type source interface{ next() (record, error) }

// table are rows that were read already.
type table []record

func (t *table) next() (record, error) {
	if len(*t) == 0 {
		return record{}, io.EOF
	}
	first := (*t)[0]
	*t = (*t)[1:]
	return first, nil
}

// open starts at the first row after the header.
func (e *Export) open() (source, error) {
	if e.file == nil {
		rows := table(e.table)
		return e.headed(&rows)
	}
	if err := e.rewind(); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(asUTF8(e.file, e.enc), maxHeader)
	start, err := r.Peek(maxHeader)
	if len(start) == 0 {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading the file: %w", err)
		}
		return nil, errEmpty
	}
	first, skipped := string(start), 0
	if line, _, _ := strings.Cut(first, "\n"); strings.HasPrefix(line, "sep=") { // written by Excel, for Excel
		skipped, _ = r.Discard(len(line) + 1)
		first = first[skipped:]
	}
	e.comma = findComma(strings.SplitN(first, "\n", 2)[0])
	rows := newRecords(r, e.comma)
	if skipped > 0 {
		rows.line++
	}
	return e.headed(rows)
}

// headed reads the header.
func (e *Export) headed(rows source) (source, error) {
	header, err := rows.next()
	if errors.Is(err, io.EOF) {
		return nil, errEmpty
	}
	if err != nil {
		return nil, err
	}
	if header.fault != "" {
		return nil, fmt.Errorf("the first line: %s: %w", header.fault.Sentence(), model.ErrInvalid)
	}
	e.columns, err = readHeader(header.fields)
	e.Unused = e.columns.unused
	return rows, err
}

// Each reads the file again and hands over each product as soon as its last row has passed, and each
// problem when it is met. rate is what one unit of the file's currency is in CNY; nil is 1. An error of
// take ends the reading and is returned.
func (e *Export) Each(rate *big.Rat, take func(Product) error, refuse func(Problem)) error {
	rows, err := e.open()
	if err != nil {
		return err
	}
	k := keys{columns: &e.columns}
	pending := map[string]*draft{}
	for n := 1; ; n++ {
		rec, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		handle, ok := k.of(rec)
		if !ok {
			if p := k.problem(rec); p.Reason != "" {
				refuse(p)
			}
			continue
		}
		last, known := e.last[handle]
		if !known {
			refuse(Problem{Line: rec.line, Handle: handle, Reason: ReasonTooManyInFile, Effect: RefusedRow})
			continue
		}
		d := pending[handle]
		if d == nil {
			d = &draft{columns: &e.columns, rate: rate, refuse: refuse, product: Product{Line: rec.line, Handle: handle}}
			pending[handle] = d
		}
		d.add(rec)
		if n < last {
			continue
		}
		delete(pending, handle)
		if p, ok := d.finish(); ok {
			if err := take(p); err != nil {
				return err
			}
		}
	}
}

// keys tells which product a row belongs to. A file without handles has one row with a title for each
// product, and the rows under it belong to it.
type keys struct {
	columns *columns
	before  string
}

// of is the handle of a row; ok is false for a row that belongs to no product.
func (k *keys) of(rec record) (handle string, ok bool) {
	if rec.blank() {
		return "", false
	}
	if k.columns.handle >= 0 {
		handle = slug.Of(rec.field(k.columns.handle))
		return handle, handle != ""
	}
	if title := clean(rec.field(k.columns.title)); title != "" {
		k.before = slug.Of(title)
	}
	return k.before, k.before != ""
}

// problem is what is wrong with a row that belongs to no product; its reason is "" for an empty row.
func (k *keys) problem(rec record) Problem {
	p := Problem{Line: rec.line, Effect: RefusedRow}
	switch {
	case rec.fault != "":
		p.Reason, p.Value = rec.fault, shorten(clean(rec.field(0)))
	case rec.blank():
	case k.columns.handle >= 0 && clean(rec.field(k.columns.handle)) != "":
		p.Reason, p.Column = ReasonBadHandle, k.columns.name(k.columns.handle)
		p.Value = shorten(clean(rec.field(k.columns.handle)))
	default:
		p.Reason, p.Column = ReasonNoHandle, k.columns.name(max(k.columns.handle, 0))
	}
	return p
}
