// Package sheet writes and reads tables as people exchange them: CSV and Excel's .xlsx. What is written cannot
// become a formula, whoever opens it; what is read is bounded.
package sheet

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"hutong/model"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// ContentType is the media type of the format.
func (f Format) ContentType() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// byteOrderMark tells Excel that a CSV is UTF-8; without it Chinese becomes noise.
const byteOrderMark = "\ufeff"

// sheetName is the one table of an .xlsx.
const sheetName = "Sheet1"

// Writer writes a table row by row. Close ends it; without Close the file is broken.
type Writer struct {
	csv *csv.Writer
	out *bufio.Writer

	file   *excelize.File
	stream *excelize.StreamWriter
	to     io.Writer
	money  int // style of amounts
	rows   int
}

// New begins a table. CSV goes out as it is written; an .xlsx is kept on disk until Close.
func New(to io.Writer, f Format) (*Writer, error) {
	if f != XLSX {
		out := bufio.NewWriterSize(to, 32<<10)
		if _, err := out.WriteString(byteOrderMark); err != nil {
			return nil, err
		}
		return &Writer{csv: csv.NewWriter(out), out: out}, nil
	}
	w := &Writer{file: excelize.NewFile(), to: to}
	var err error
	if w.stream, err = w.file.NewStreamWriter(sheetName); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	if w.money, err = w.file.NewStyle(&excelize.Style{NumFmt: 2}); err != nil { // 0.00
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return w, nil
}

// Row writes a row. A cell is a string, an integer, a bool, or model.Fen, which becomes yuan with two decimals;
// whatever else is written as fmt does.
func (w *Writer) Row(cells ...any) error {
	w.rows++
	if w.csv != nil {
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = textOf(c)
		}
		return w.csv.Write(texts)
	}
	at, err := excelize.CoordinatesToCellName(1, w.rows)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = w.valueOf(c)
	}
	if err := w.stream.SetRow(at, values); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// textOf is a cell of a CSV. Numbers stay numbers, negative ones too; a text that Excel would run is kept from it.
func textOf(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return Safe(v)
	case model.Fen:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	}
	return Safe(fmt.Sprint(cell))
}

// valueOf is a cell of an .xlsx: a text is one by its type there and never runs.
func (w *Writer) valueOf(cell any) any {
	switch v := cell.(type) {
	case nil, int, int64, bool:
		return v
	case string:
		return clean(v)
	case model.Fen: // Excel knows no other numbers; up to fifteen digits they are exact
		return excelize.Cell{StyleID: w.money, Value: float64(v) / 100}
	}
	return clean(fmt.Sprint(cell))
}

// Close ends the table.
func (w *Writer) Close() error {
	if w.csv != nil {
		w.csv.Flush()
		if err := w.csv.Error(); err != nil {
			return fmt.Errorf("sheet: %w", err)
		}
		return w.out.Flush()
	}
	defer w.file.Close() //nolint:errcheck // its temporary file is gone either way
	if err := w.stream.Flush(); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	if _, err := w.file.WriteTo(w.to); err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// starters begin what a spreadsheet takes for a formula, the wide forms of Chinese keyboards included.
const starters = "=+-@＝＋－＠"

// Safe is a text that no spreadsheet takes for a formula: an apostrophe goes before what would begin one.
func Safe(text string) string {
	text = clean(text)
	if runs(text) {
		return "'" + text
	}
	return text
}

// Plain is the text that Safe was given.
func Plain(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && runs(rest) {
		return rest
	}
	return text
}

func runs(text string) bool {
	if text == "" {
		return false
	}
	if strings.ContainsAny(text[:1], "\t\r\n") {
		return true
	}
	begin := strings.TrimLeft(text, " \t\r\n\u00a0\u3000\ufeff")
	return begin != "" && strings.ContainsRune(starters, []rune(begin)[0])
}

// clean drops what neither format can hold.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
}
