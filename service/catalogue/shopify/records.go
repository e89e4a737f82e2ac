package shopify

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"hutong/service/internal/sheet"
)

// A record is one row of the file: its fields, and the line of the file on which each of them begins.
type record struct {
	line   int
	fields []string
	lines  []int
	fault  Reason // what is wrong with the whole row, or ""
}

// field is the i-th field; a row may end before its last columns, and i is negative for a column that
// the file does not have. What keeps spreadsheets from taking it for a formula is taken away.
func (r record) field(i int) string {
	if i < 0 || i >= len(r.fields) {
		return ""
	}
	return sheet.Plain(r.fields[i])
}

// blank tells whether the row says nothing at all.
func (r record) blank() bool {
	for _, f := range r.fields {
		if f != "" {
			return false
		}
	}
	return true
}

// records splits CSV as spreadsheets and hand-written scripts really write it. Quotes inside a field need
// not be doubled, rows may be short, lines may end in \n, \r\n or \r. A quote that is never closed costs
// its own line and nothing else: encoding/csv would swallow all that follows.
type records struct {
	src     *bufio.Reader
	again   *bytes.Reader // bytes given back, to be read before src
	raw     []byte        // what the present record has taken so far
	text    []byte        // the fields of the present record, joined
	ends    []int
	lines   []int
	comma   byte
	line    int // of the next byte
	unclose int // quotes never closed so far
}

func newRecords(r io.Reader, comma byte) *records {
	return &records{src: bufio.NewReaderSize(r, 64<<10), again: bytes.NewReader(nil), comma: comma, line: 1}
}

// next is the next record that is not an empty line; io.EOF ends them.
func (r *records) next() (record, error) {
	for {
		rec, err := r.read()
		if err != nil {
			return record{}, err
		}
		if len(rec.fields) == 1 && rec.fields[0] == "" && rec.fault == "" {
			continue
		}
		return rec, nil
	}
}

func (r *records) read() (record, error) {
	r.raw, r.text, r.ends, r.lines = r.raw[:0], r.text[:0], r.ends[:0], r.lines[:0]
	start := r.line
	if _, err := r.peek(); err != nil {
		return record{}, err
	}
	tooLong := false
	for {
		from := len(r.text)
		r.lines = append(r.lines, r.line)
		end, err := r.readField()
		if errors.Is(err, errUnclosed) {
			return r.abandon(start)
		}
		if err != nil {
			return record{}, err
		}
		tooLong = tooLong || len(r.text)-from > MaxField
		r.ends = append(r.ends, len(r.text))
		if end {
			break
		}
	}
	rec := record{line: start, lines: append([]int(nil), r.lines...)}
	if tooLong {
		rec.fault = ReasonTooLong
	}
	all, from := string(r.text), 0
	rec.fields = make([]string, len(r.ends))
	for i, to := range r.ends {
		rec.fields[i], from = all[from:to], to
	}
	return rec, nil
}

var errUnclosed = errors.New("a quote is never closed")

// readField appends one field to text; end is true when it was the last of its record.
func (r *records) readField() (end bool, err error) {
	b, err := r.take()
	if errors.Is(err, io.EOF) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if b == '"' {
		return r.readQuoted()
	}
	for {
		if done, end, err := r.delimiter(b); done || err != nil {
			return end, err
		}
		r.text = append(r.text, b)
		if len(r.raw) > maxRecord {
			return false, errUnclosed
		}
		if b, err = r.take(); errors.Is(err, io.EOF) {
			return true, nil
		} else if err != nil {
			return false, err
		}
	}
}

// readQuoted reads a field after its opening quote.
func (r *records) readQuoted() (end bool, err error) {
	startLine := r.line
	var before byte // the byte before b
	for {
		b, err := r.take()
		if errors.Is(err, io.EOF) {
			return false, errUnclosed
		}
		if err != nil {
			return false, err
		}
		if len(r.raw) > maxRecord {
			return false, errUnclosed
		}
		if b != '"' {
			r.text = append(r.text, b)
			before = b
			continue
		}
		after, err := r.peek()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case after == '"':
			if _, err := r.take(); err != nil {
				return false, err
			}
			r.text = append(r.text, '"')
			before = '"'
		case after == r.comma || after == '\n' || after == '\r':
			if b, err = r.take(); err != nil {
				return false, err
			}
			_, end, err := r.delimiter(b)
			return end, err
		case before == r.comma && r.line > startLine:
			// `,"x` on a later line opens a field there: the quote we are in was never meant to span lines.
			return false, errUnclosed
		default:
			r.text = append(r.text, '"') // a bare quote, as in 12" chain
			before = '"'
		}
	}
}

// delimiter tells whether b ends the field, and whether it ends the record with it.
func (r *records) delimiter(b byte) (done, end bool, err error) {
	switch b {
	case r.comma:
		return true, false, nil
	case '\n':
		return true, true, nil
	case '\r':
		if after, err := r.peek(); err == nil && after == '\n' {
			_, err = r.take()
			return true, true, err
		}
		r.line++
		return true, true, nil
	}
	return false, false, nil
}

// abandon gives up the line on which the present record began, and goes on with the next.
func (r *records) abandon(start int) (record, error) {
	r.unclose++
	if r.unclose > maxUnclosed {
		return record{}, errNotCSV
	}
	rest := []byte(nil)
	if i := bytes.IndexByte(r.raw, '\n'); i >= 0 {
		rest = append(rest, r.raw[i+1:]...)
	}
	if n := r.again.Len(); n > 0 {
		left := make([]byte, n)
		if _, err := io.ReadFull(r.again, left); err != nil {
			return record{}, err
		}
		rest = append(rest, left...)
	}
	first, _, _ := strings.Cut(string(r.raw), "\n")
	fields := strings.Split(first, string(r.comma)) // enough to tell which product has lost the row
	r.again.Reset(rest)
	r.line = start + 1
	return record{line: start, fields: fields, fault: ReasonUnclosed}, nil
}

func (r *records) take() (byte, error) {
	b, err := r.again.ReadByte()
	if err != nil {
		if b, err = r.src.ReadByte(); err != nil {
			return 0, err
		}
	}
	r.raw = append(r.raw, b)
	if b == '\n' {
		r.line++
	}
	return b, nil
}

func (r *records) peek() (byte, error) {
	if b, err := r.again.ReadByte(); err == nil {
		return b, r.again.UnreadByte()
	}
	b, err := r.src.Peek(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}
