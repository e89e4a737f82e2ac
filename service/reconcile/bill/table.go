package bill

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"hutong/model"
)

// longestLine bounds a line, in bytes; real ones have a few hundred.
const longestLine = 64 << 10

// table is a bill being read: headings, rows, headings of the sums, sums.
type table struct {
	in       *bufio.Reader
	line     int
	headings []string
	text     string // column that holds free text, in which anything may stand
	fields   []string
	shift    int // fields that free text has added by separators of its own
	err      error
}

// newTable reads the headings. text names the column of free text.
func newTable(r io.Reader, text string) *table {
	t := &table{in: bufio.NewReaderSize(r, longestLine), text: text}
	line, err := t.read()
	if err != nil {
		t.err = err
		return t
	}
	t.headings = headings(strings.TrimPrefix(line, "\uFEFF"))
	return t
}

func headings(line string) []string {
	names := strings.Split(line, ",")
	for i, n := range names {
		names[i] = strings.TrimSpace(strings.TrimPrefix(n, "`"))
	}
	return names
}

// read is the next line that is not empty, without its end.
func (t *table) read() (string, error) {
	for {
		raw, err := t.in.ReadSlice('\n')
		t.line++
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return "", t.wrong("", "the line is too long")
		case err != nil && (err != io.EOF || len(raw) == 0):
			return "", err
		}
		if line := strings.TrimRight(string(raw), "\r\n"); line != "" {
			return line, nil
		}
	}
}

// next reads a row. It is false at the sums, and when something is wrong: see err.
func (t *table) next() bool {
	if t.err != nil {
		return false
	}
	line, err := t.read()
	switch {
	case errors.Is(err, io.EOF):
		t.err = t.wrong("", "the bill ends without its sums")
	case err != nil:
		t.err = err
	case strings.HasPrefix(line, "`"):
		t.split(line)
		t.shift = len(t.fields) - len(t.headings)
		if t.shift < 0 || t.shift > 0 && t.find(t.text) < 0 {
			t.err = t.wrong("", fmt.Sprintf("%d fields instead of %d", len(t.fields), len(t.headings)))
		}
		return t.err == nil
	default:
		t.sums(line)
	}
	return false
}

// split cuts a line at ",`", which commas within a field are not.
func (t *table) split(line string) {
	t.fields = t.fields[:0]
	for rest, more := line[1:], true; more; {
		var field string
		field, rest, more = strings.Cut(rest, ",`")
		t.fields = append(t.fields, field)
	}
}

// sums turns the table into that of the sums at the end: one row, and nothing after it.
func (t *table) sums(heading string) {
	t.headings, t.text, t.shift = headings(heading), "", 0
	line, err := t.read()
	if err == nil && !strings.HasPrefix(line, "`") || errors.Is(err, io.EOF) {
		err = t.wrong("", "the sums are missing")
	}
	if err != nil {
		t.err = err
		return
	}
	t.split(line)
	if len(t.fields) != len(t.headings) {
		t.err = t.wrong("", fmt.Sprintf("%d sums instead of %d", len(t.fields), len(t.headings)))
		return
	}
	at := t.line
	if _, err := t.read(); !errors.Is(err, io.EOF) {
		t.err = &Error{Line: t.line, Problem: "something stands after the sums"}
	}
	t.line = at
}

func (t *table) wrong(column, problem string) error {
	return &Error{Line: t.line, Column: column, Problem: problem}
}

func (t *table) find(column string) int {
	for i, h := range t.headings {
		if h == column && column != "" {
			return i
		}
	}
	return -1
}

// has is the first of the names under which this bill has a column.
func (t *table) has(names ...string) string {
	for _, n := range names {
		if t.find(n) >= 0 {
			return n
		}
	}
	return ""
}

// needs is has for a column without which the bill cannot be read.
func (t *table) needs(names ...string) string {
	n := t.has(names...)
	if n == "" && t.err == nil {
		t.err = t.wrong(names[0], "the column is missing")
	}
	return n
}

// get is a field of the row. Columns after free text count from the end.
func (t *table) get(column string) string {
	i := t.find(column)
	if i < 0 {
		return ""
	}
	if t.shift > 0 && i > t.find(t.text) {
		i += t.shift
	}
	return strings.TrimSpace(t.fields[i])
}

// number is a field that holds a number of WeChat's or of the merchant's.
func (t *table) number(column string) string {
	s := t.get(column)
	if len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		t.complain(column, "not a number that WeChat gives")
		return ""
	}
	return s
}

// fen is a field that holds an amount in yuan; 0 when the bill has no such column.
func (t *table) fen(column string) model.Fen {
	if column == "" {
		return 0
	}
	f, ok := parseFen(t.get(column))
	if !ok || f > model.MaxFen || f < -model.MaxFen {
		t.complain(column, "not an amount in whole fen")
		return 0
	}
	return f
}

// count is a field that holds how many: "20", or "20.0".
func (t *table) count(column string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(t.get(column), ".0"))
	if err != nil || n < 0 {
		t.complain(column, "not a count")
	}
	return n
}

// time is a field that holds a time of Shanghai.
func (t *table) time(column string) model.Millis {
	at, err := time.Parse(time.DateTime, t.get(column))
	if err != nil {
		t.complain(column, "not a time")
		return 0
	}
	return model.At(at.Add(-8 * time.Hour))
}

func (t *table) complain(column, problem string) {
	if t.err == nil {
		t.err = t.wrong(column, problem)
	}
}

// same checks a sum against what the rows added up to. names are those under which a bill may have it; one
// that this bill does not have is no sum.
func (t *table) same(counted model.Fen, names ...string) {
	column := t.has(names...)
	if column == "" {
		return
	}
	if stated, ok := parseFen(t.get(column)); !ok || stated != counted {
		t.complain(column, "the rows add up to "+counted.String())
	}
}

// sameCount is same for how many rows there are.
func (t *table) sameCount(counted int, column string) {
	if t.has(column) != "" && t.count(column) != counted {
		t.complain(column, fmt.Sprintf("there are %d rows", counted))
	}
}

// over is how the reading ended; a bill that ends at once has no headings.
func (t *table) over() error {
	if errors.Is(t.err, io.EOF) {
		return t.wrong("", "the bill is empty")
	}
	return t.err
}
