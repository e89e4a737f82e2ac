package catalogue_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/internal/job"
)

// runJobs runs all jobs that are due.
func (s *shop) runJobs() {
	s.t.Helper()
	clock := func() time.Time { return s.now }
	r := job.NewRunner(s.db, clock, slog.New(slog.DiscardHandler), nil)
	s.Register(r)
	for {
		ran, err := r.RunOne(s.ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		if !ran {
			return
		}
	}
}

func (s *shop) start(f catalogue.ImportFile) catalogue.ImportView {
	s.t.Helper()
	s.keys++
	if f.Language == "" {
		f.Language = "en"
	}
	v, err := s.StartImport(s.ctx, fmt.Sprintf("import-%05d", s.keys), f)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// imported runs an import to its end.
func (s *shop) imported(f catalogue.ImportFile) catalogue.ImportView {
	s.t.Helper()
	return s.ended(s.start(f).No)
}

func (s *shop) ended(no string) catalogue.ImportView {
	s.t.Helper()
	s.runJobs()
	v, err := s.Import(s.ctx, no)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func (s *shop) count(m any) (n int64) {
	s.t.Helper()
	if err := s.db.Read(s.ctx).Model(m).Count(&n).Error; err != nil {
		s.t.Fatal(err)
	}
	return n
}

func tally(v catalogue.ImportView) string {
	return fmt.Sprintf("%s: %d of %d: %d created, %d updated, %d unchanged, %d refused", v.Status, v.Done, v.Total, v.Created, v.Updated, v.Unchanged, v.Refused)
}

// A dry run tells what would become of each product and changes nothing; confirmed, it becomes just that; and the same
// file again changes nothing.
func TestAFileThatStaffBring(t *testing.T) {
	file, err := os.ReadFile("shopify/testdata/officina-faro.csv")
	if err != nil {
		t.Fatal(err)
	}
	desk(t, func(t *testing.T, s *shop) {
		f := catalogue.ImportFile{Name: `C:\shop\faro.csv`, Content: file, Rate: "7.15", DryRun: true}
		dry := s.imported(f)
		if dry.Created == 0 || dry.Refused == 0 || dry.Done != dry.Total || !dry.Confirmable || dry.File != "faro.csv" || s.count(&model.Product{}) != 0 || s.count(&model.Category{}) != 0 {
			t.Fatalf("%s: %+v; %d products", tally(dry), dry, s.count(&model.Product{}))
		}
		v, err := s.ConfirmImport(s.ctx, dry.No)
		if err != nil || v.Status != model.ImportQueued {
			t.Fatalf("%+v, %v", v, err)
		}
		v = s.ended(dry.No)
		if tally(v) != tally(dry) || v.Confirmable || s.count(&model.Product{}) != v.Created || v.Problems != dry.Problems {
			t.Errorf("%s; the dry run told %s; %d products", tally(v), tally(dry), s.count(&model.Product{}))
		}
		if _, err := s.ConfirmImport(s.ctx, dry.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("confirmed twice: %v", err)
		}
		f.DryRun = false
		if again := s.imported(f); again.Unchanged != v.Created || again.Created+again.Updated != 0 {
			t.Errorf("again: %s", tally(again))
		}
		outcomes, problems, after := map[string]int64{}, int64(0), int64(0)
		for {
			lines, next, err := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{After: after, Limit: 7}, "it")
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				outcomes[l.Outcome]++
				if l.Reason != "" {
					problems++
				}
			}
			if after = next; next == 0 {
				break
			}
		}
		if outcomes["created"] != v.Created || outcomes["refused"] != v.Refused || problems != v.Problems {
			t.Errorf("%v, %d problems; %+v", outcomes, problems, v)
		}
		if lines, _, err := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{Kind: catalogue.LinesOfProblems, Limit: 100}); err != nil || int64(len(lines)) != v.Problems {
			t.Errorf("%d, %v", len(lines), err)
		}
		found, err := s.ImportFindings(s.ctx, v.No, "it")
		if err != nil {
			t.Fatal(err)
		}
		var told int64
		for _, f := range found {
			told += f.Lines
			if f.Sentence == "" || f.First == 0 {
				t.Errorf("%+v", f)
			}
			lines, _, err := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{Reason: f.Reason, Limit: 100}, "it")
			if err != nil || int64(len(lines)) < f.Lines || lines[0].Sentence != f.Sentence {
				t.Errorf("%+v: %+v, %v", f, lines, err)
			}
		}
		if told != v.Problems || len(found) < 2 || found[0].Lines < found[len(found)-1].Lines {
			t.Errorf("%+v of %d problems", found, v.Problems)
		}
		for kind, n := range map[catalogue.LineKind]int64{catalogue.LinesOfCreated: v.Created, catalogue.LinesOfRefused: v.Refused, catalogue.LinesOfUpdated: 0} {
			if lines, _, err := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{Kind: kind, Limit: 100}); err != nil || int64(len(lines)) != n {
				t.Errorf("%s: %d, %v", kind, len(lines), err)
			}
		}
		if _, _, err := s.ImportLines(s.ctx, v.No, catalogue.LineQuery{Kind: "?", Limit: 1}); !errors.Is(err, model.ErrNotOneOf) {
			t.Error(err)
		}
		for _, format := range []string{"csv", "xlsx"} {
			report, err := s.ImportReport(s.ctx, v.No, format, "it")
			if err != nil || report.Bytes() == 0 {
				t.Fatalf("%v", err)
			}
			report.Close()
		}
		if n := s.count(&model.ImportChunk{}); n != 0 {
			t.Errorf("%d parts of files are kept", n)
		}
		if got := fmt.Sprint(s.actions()); got != "[import.start import.end import.start import.end import.start import.end]" {
			t.Error(got)
		}
	})
}

// A whole shop as Shopify exports it comes in: first as a dry run that tells of each product, then for real, and once
// more, which doubles nothing; what is taken away of it comes back and changes nothing either.
func TestAWholeShopFromShopify(t *testing.T) {
	file, err := os.ReadFile("shopify/testdata/shopify-jewellery.csv")
	if err != nil {
		t.Fatal(err)
	}
	desk(t, func(t *testing.T, s *shop) {
		f := catalogue.ImportFile{Name: "jewellery.csv", Content: file, Rate: "7.15", DryRun: true}
		dry := s.imported(f)
		if tally(dry) != "done: 20 of 20: 20 created, 0 updated, 0 unchanged, 0 refused" || dry.Problems != 0 || s.count(&model.Product{}) != 0 {
			t.Fatalf("%s, %d problems, %d products", tally(dry), dry.Problems, s.count(&model.Product{}))
		}
		told := map[string]string{}
		lines, _, err := s.ImportLines(s.ctx, dry.No, catalogue.LineQuery{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			told[l.Handle] = fmt.Sprint(l.Line, " ", l.Outcome)
		}
		// The line is the one that an editor shows: variants and further pictures stand below, and a text may break lines.
		if len(lines) != 20 || told["chain-bracelet"] != "2 created" || told["gemstone"] != "29 created" || told["stylish-summer-neclace"] != "55 created" {
			t.Errorf("%d lines: %v", len(lines), told)
		}
		if _, err := s.ConfirmImport(s.ctx, dry.No); err != nil {
			t.Fatal(err)
		}
		if done := s.ended(dry.No); tally(done) != tally(dry) {
			t.Errorf("%s", tally(done))
		}
		all := func() string {
			var pieces int64
			if err := s.db.Read(s.ctx).Model(&model.SKU{}).Select("SUM(on_hand)").Scan(&pieces).Error; err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%d products, %d SKUs, %d pieces, %d movements, %d categories, version %d", s.count(&model.Product{}), s.count(&model.SKU{}), pieces,
				s.count(&model.StockMovement{}), s.count(&model.Category{}), s.brand().CatalogueVersion)
		}
		once := all()
		if !strings.HasPrefix(once, "20 products, 23 SKUs, 20 pieces, 20 movements, 3 categories") {
			t.Error(once)
		}
		f.DryRun = false
		if again := s.imported(f); tally(again) != "done: 20 of 20: 0 created, 0 updated, 20 unchanged, 0 refused" || all() != once {
			t.Errorf("again: %s: %s, was %s", tally(again), all(), once)
		}

		d, err := s.AtDeskDetail(s.ctx, "leather-anchor")
		if err != nil || d.Title["en"] != "Anchor Bracelet Mens" || d.State != catalogue.StatePublished || len(d.Pictures) != 3 || fmt.Sprint(d.Categories, d.Tags) != "[bracelet] [Anchor Gold Leather Silver]" {
			t.Fatalf("%+v, %v", d, err)
		}
		gold, silver := d.SKUs[0], d.SKUs[1]
		if d.Options[0].Name["en"] != "Color" || gold.PriceFen != 500_43 || gold.CompareAtFen != 607_75 || gold.OnHand != 1 || silver.PriceFen != 393_25 || silver.OnHand != 0 {
			t.Errorf("%+v", d)
		}
		if plain, err := s.AtDeskDetail(s.ctx, "gold-bird-necklace"); err != nil || len(plain.Options) != 0 || len(plain.SKUs) != 1 || plain.SKUs[0].CompareAtFen != 0 {
			t.Errorf("without options: %+v, %v", plain, err)
		}

		for _, format := range []string{"csv", "xlsx"} {
			out, err := s.ExportProducts(s.ctx, catalogue.DeskQuery{}, format, "en")
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(out)
			if err = errors.Join(err, out.Close()); err != nil {
				t.Fatal(err)
			}
			back := s.imported(catalogue.ImportFile{Name: "products." + format, Content: content})
			if tally(back) != "done: 20 of 20: 0 created, 0 updated, 20 unchanged, 0 refused" || back.Problems != 0 || all() != once {
				t.Errorf("%s comes back: %s, %d problems: %s, was %s", format, tally(back), back.Problems, all(), once)
			}
		}
	})
}

// bomb is a small .xlsx that unpacks to a quarter of a gigabyte.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	for range 256 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wide is an .xlsx of one row with so many cells.
func wide(t *testing.T, cells int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i := range cells {
		at, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr("Sheet1", at, "x"); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFilesThatAreRefused(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		for name, c := range map[string]struct {
			content []byte
			fault   string
		}{
			"a zip bomb": {bomb(t), "not_a_sheet"}, "a zip": {[]byte("PK\x03\x04x"), "not_a_sheet"}, "no columns": {[]byte("a,b\n1,2\n"), "invalid"},
			"too many columns": {wide(t, 201), "too_many"},
		} {
			v := s.imported(catalogue.ImportFile{Content: c.content})
			if v.Status != model.ImportFailed || v.Fault != c.fault || v.FinishedAt == 0 {
				t.Errorf("%s: %+v", name, v)
			}
		}
		for name, f := range map[string]catalogue.ImportFile{
			"nothing": {Language: "en"}, "no language": {Content: []byte("x")}, "a bad rate": {Content: []byte("x"), Language: "en", Rate: "-1"},
			"too large": {Content: make([]byte, catalogue.MaxImportFile+1), Language: "en"},
		} {
			if _, err := s.StartImport(s.ctx, "import-refused", f); err == nil {
				t.Error(name)
			}
		}
		var v catalogue.ImportView
		for range 5 {
			v = s.start(catalogue.ImportFile{Content: []byte("x")})
		}
		if _, err := s.StartImport(s.ctx, "import-too-many", catalogue.ImportFile{Content: []byte("x"), Language: "en"}); !errors.Is(err, model.ErrTooMany) {
			t.Errorf("the sixth at once: %v", err)
		}
		other := newShop(t, s.db, "porto", catalogue.Settings{})
		for _, do := range []func() error{
			func() error { _, err := other.Import(other.ctx, v.No); return err },
			func() error { _, err := other.ConfirmImport(other.ctx, v.No); return err },
			func() error { _, err := other.ImportReport(other.ctx, v.No, "csv"); return err },
			func() error {
				_, _, err := other.ImportLines(other.ctx, v.No, catalogue.LineQuery{Limit: 1})
				return err
			},
		} {
			if err := do(); !errors.Is(err, model.ErrImportNotFound) {
				t.Errorf("another brand: %v", err)
			}
		}
		s.runJobs()
		s.now = s.now.Add(8 * 24 * time.Hour)
		if _, err := s.PurgeImports(model.AcrossBrands(t.Context()), 100); err != nil || s.count(&model.ImportChunk{}) != 0 {
			t.Errorf("%v: %d parts of files", err, s.count(&model.ImportChunk{}))
		}
	})
}
