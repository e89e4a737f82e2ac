package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hutong/model"
)

// Bounds are how large a table may be that comes from outside.
type Bounds struct {
	Rows    int // beside the heading
	Columns int
}

// mostCell bounds a cell, in bytes: Excel's own bound is 32,767 characters.
const mostCell = 4 * 32_767

// mostUnpacked bounds what an .xlsx may unpack to: it is a zip.
const mostUnpacked = 64 << 20

// Read reads a table: its rows, the heading first, cells trimmed, empty rows left out. Which format it is the
// content tells, not a name. A CSV may be in UTF-8 or, as Excel in China writes it, GB 18030, and divided by commas,
// semicolons or tabs. Errors: ErrNotASheet; ErrTooMany at "file" beyond the bounds.
func Read(content []byte, b Bounds) (rows [][]string, err error) {
	if IsXLSX(content) {
		rows, _, err := ReadXLSX(content, b)
		return rows, err
	}
	return readCSV(content, b)
}

// IsXLSX tells an .xlsx from a CSV.
func IsXLSX(content []byte) bool { return bytes.HasPrefix(content, []byte("PK\x03\x04")) }

// ReadXLSX is Read of an .xlsx; numbers are those of the rows in the file, from 1.
func ReadXLSX(content []byte, b Bounds) (rows [][]string, numbers []int, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostUnpacked / 4, RawCellValue: true,
	})
	if err != nil {
		return nil, nil, notASheet(err)
	}
	defer f.Close() //nolint:errcheck // its temporary files are gone either way
	names := f.GetSheetList()
	if len(names) == 0 {
		return nil, nil, model.ErrNotASheet
	}
	all, err := f.Rows(names[0])
	if err != nil {
		return nil, nil, notASheet(err)
	}
	defer all.Close() //nolint:errcheck // read only
	for n := 1; all.Next(); n++ {
		cells, err := all.Columns()
		if err != nil {
			return nil, nil, notASheet(err)
		}
		if rows, err = b.add(rows, cells); err != nil {
			return nil, nil, err
		}
		if len(rows) > len(numbers) {
			numbers = append(numbers, n)
		}
	}
	if err := all.Error(); err != nil {
		return nil, nil, notASheet(err)
	}
	return rows, numbers, nil
}

func readCSV(content []byte, b Bounds) (rows [][]string, err error) {
	content = bytes.TrimPrefix(content, []byte(byteOrderMark))
	if !utf8.Valid(content) {
		if content, err = simplifiedchinese.GB18030.NewDecoder().Bytes(content); err != nil {
			return nil, notASheet(err)
		}
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return nil, model.ErrNotASheet
	}
	r := csv.NewReader(bytes.NewReader(content))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = divider(content), -1, true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, notASheet(err)
		}
		if rows, err = b.add(rows, cells); err != nil {
			return nil, err
		}
	}
}

// divider is what divides the cells of the first line.
func divider(content []byte) rune {
	first, _, _ := bytes.Cut(content, []byte("\n"))
	best, most := ',', bytes.Count(first, []byte(","))
	for _, c := range ";\t" {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// add adds a row that is not empty. Errors: ErrTooMany, ErrNotASheet.
func (b Bounds) add(rows [][]string, cells []string) ([][]string, error) {
	row, filled := make([]string, 0, len(cells)), false
	for _, c := range cells {
		if len(c) > mostCell {
			return nil, model.ErrNotASheet
		}
		c = strings.TrimSpace(Plain(strings.TrimSpace(c)))
		row, filled = append(row, c), filled || c != ""
	}
	if !filled {
		return rows, nil
	}
	if len(row) > b.Columns {
		return nil, model.ErrTooMany.At("file").With("max", fmt.Sprint(b.Columns))
	}
	if len(rows) > b.Rows {
		return nil, model.ErrTooMany.At("file").With("max", fmt.Sprint(b.Rows))
	}
	return append(rows, row), nil
}

func notASheet(err error) error { return fmt.Errorf("%w: %w", model.ErrNotASheet, err) }
