package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hutong/model"
	"hutong/service/internal/sheet"
)

var bounds = sheet.Bounds{Rows: 10, Columns: 8}

func write(t *testing.T, f sheet.Format, rows ...[]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := sheet.New(&out, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// attacks are texts that Excel would run.
var attacks = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", " =1+1", "\u00a0=1", "\u3000=1", "＝1+1", "＋1", "－1", "＠x", `=cmd|' /C calc'!A0`,
	"=HYPERLINK(\"http://x\")",
}

// Whatever people write somewhere, no spreadsheet runs it, and reading the table again gives it back.
func TestFormulas(t *testing.T) {
	for _, text := range append(attacks, "", "王芳", "a=b", "'quoted'", "1-2", "it's") {
		raw := string(write(t, sheet.CSV, []any{text, "x"}))
		cell := strings.Trim(strings.TrimPrefix(raw, "\ufeff"), "\"")
		if trimmed := strings.TrimLeft(cell, " \t\r\n\u00a0\u3000"); trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
			t.Errorf("%q runs: %q", text, raw)
		}
		for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			rows, err := sheet.Read(write(t, f, []any{text, "x"}), bounds)
			if want := strings.TrimSpace(text); err != nil || len(rows) != 1 || rows[0][0] != want {
				t.Errorf("%s of %q: %q, %v", f, text, rows, err)
			}
		}
	}
	for _, text := range attacks {
		f, err := excelize.OpenReader(bytes.NewReader(write(t, sheet.XLSX, []any{text})))
		if err != nil {
			t.Fatal(err)
		}
		if formula, _ := f.GetCellFormula("Sheet1", "A1"); formula != "" {
			t.Errorf("%q is a formula: %q", text, formula)
		}
		if kind, _ := f.GetCellType("Sheet1", "A1"); kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%q is of type %d", text, kind)
		}
	}
}

func TestValues(t *testing.T) {
	row := []any{model.Fen(123456), model.Fen(-5), 7, int64(-8), true, nil, model.OrderPaid}
	for f, want := range map[sheet.Format]string{
		sheet.CSV: "[1234.56 -0.05 7 -8 true  paid]", sheet.XLSX: "[1234.56 -0.05 7 -8 1  paid]",
	} {
		rows, err := sheet.Read(write(t, f, row), bounds)
		if err != nil || fmt.Sprint(rows[0]) != want {
			t.Errorf("%s: %v, %v", f, rows, err)
		}
	}
}

// Excel in China writes GB 18030, in Italy semicolons.
func TestOtherCSVs(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("订单号,快递\r\nA1,中通\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"GB 18030": gb, "semicolons": "订单号;快递\nA1;中通\n", "tabs": "订单号\t快递\n\n,\nA1\t中通", "BOM": "\ufeff订单号,快递\nA1,\"中通\"",
	} {
		rows, err := sheet.Read([]byte(content), bounds)
		if last := rows[len(rows)-1]; err != nil || rows[0][0] != "订单号" || last[0] != "A1" || last[1] != "中通" {
			t.Errorf("%s: %q, %v", name, rows, err)
		}
	}
}

func TestBounds(t *testing.T) {
	var many [][]any
	for i := range 12 {
		many = append(many, []any{i, "x"})
	}
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		if _, err := sheet.Read(write(t, f, many...), bounds); !errors.Is(err, model.ErrTooMany) {
			t.Errorf("%s: eleven rows: %v", f, err)
		}
		if rows, err := sheet.Read(write(t, f, many[:11]...), bounds); err != nil || len(rows) != 11 {
			t.Errorf("%s: ten rows: %d, %v", f, len(rows), err)
		}
		if _, err := sheet.Read(write(t, f, []any{1, 2, 3, 4, 5, 6, 7, 8, 9}), bounds); !errors.Is(err, model.ErrTooMany) {
			t.Errorf("%s: nine columns: %v", f, err)
		}
	}
	for name, content := range map[string][]byte{
		"a zip": []byte("PK\x03\x04nothing"), "a picture": []byte("\x89PNG\r\n\x1a\n\x00\x00"), "a bomb": bomb(t),
		"a long cell": []byte("a\n" + strings.Repeat("x", 200_000)),
	} {
		if _, err := sheet.Read(content, bounds); !errors.Is(err, model.ErrNotASheet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// bomb is a small .xlsx that unpacks to a quarter of a gigabyte.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 256 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
