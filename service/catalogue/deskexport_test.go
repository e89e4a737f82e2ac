package catalogue_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"hutong/service/catalogue"
)

// What is taken away as a file can be brought back and changes nothing, whatever people call their products; and no
// spreadsheet runs any of it.
func TestExportsComeBack(t *testing.T) {
	const formula = `=HYPERLINK("http://x.example","x")`
	desk(t, func(t *testing.T, s *shop) {
		s.category(catalogue.CategorySpec{Slug: "rings", Name: text("Rings")})
		in := ring("ring")
		in.Categories, in.Title, in.Vendor, in.Tags = []string{"rings"}, text(formula), "+cmd|' /C calc'!A0", []string{"@tag", "-x"}
		in.SKUs[0].Code, in.SKUs[1].CompareAtFen = "=1+1", 1500_00
		in.Pictures = []catalogue.DeskPicture{
			{URL: "/media/a.jpg", Small: "/media/as.jpg", Alt: text("=1"), Width: 2, Height: 3}, {URL: "/media/b.jpg"}, {URL: "/media/c.jpg"},
		}
		s.create(in)
		plain := ring("plain")
		plain.Options, plain.SKUs = nil, []catalogue.SKUInput{{PriceFen: 5}}
		s.create(plain)
		before := s.version("ring")
		for _, format := range []string{"csv", "xlsx"} {
			f, err := s.ExportProducts(s.ctx, catalogue.DeskQuery{}, format, "en")
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(f)
			if err = errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			checkCells(t, format, content)
			v := s.imported(catalogue.ImportFile{Name: "products." + format, Content: content, KeepPictures: true})
			if tally(v) != "done: 2 of 2: 0 created, 0 updated, 2 unchanged, 0 refused" || v.Problems != 0 {
				lines, _, _ := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{Limit: 10})
				t.Errorf("%s: %s: %s; %+v", format, tally(v), v.FaultDetail, lines)
			}
		}
		d, err := s.AtDeskDetail(s.ctx, "ring")
		if err != nil || s.version("ring") != before || d.Title["en"] != formula || d.Pictures[0].Small != "/media/as.jpg" {
			t.Errorf("%+v, %v", d, err)
		}
		f, err := s.ExportProducts(s.ctx, catalogue.DeskQuery{Category: "rings"}, "csv", "en")
		if err != nil {
			t.Fatal(err)
		}
		if content, _ := io.ReadAll(f); bytes.Contains(content, []byte("plain")) || !bytes.Contains(content, []byte("ring")) {
			t.Errorf("%s", content)
		}
		f.Close()
	})
}

func checkCells(t *testing.T, format string, content []byte) {
	t.Helper()
	if format == "xlsx" {
		f, err := excelize.OpenReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, _ := f.GetRows("Sheet1")
		for y, row := range rows {
			for x := range row {
				cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if formula, _ := f.GetCellFormula("Sheet1", cell); formula != "" {
					t.Errorf("%s runs %q", cell, formula)
				}
			}
		}
		return
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
}

func TestTheTemplateIsAnImport(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		for _, format := range []string{"xlsx", "csv"} {
			f, err := s.ImportTemplate(format)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(f)
			if err = errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			v := s.imported(catalogue.ImportFile{Content: content})
			if v.Done != 1 || v.Problems != 0 || v.Created+v.Unchanged != 1 || len(v.UnusedColumns) != 0 {
				t.Errorf("%s: %s %s", format, tally(v), v.FaultDetail)
			}
		}
		d, err := s.AtDeskDetail(s.ctx, "example-ring")
		if err != nil || len(d.SKUs) != 2 || d.SKUs[0].PriceFen != 1299_00 || d.SKUs[1].OnHand != 3 || fmt.Sprint(d.Categories) != "[rings]" || d.State != catalogue.StateDraft {
			t.Errorf("%+v, %v", d, err)
		}
	})
}
