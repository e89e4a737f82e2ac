package catalogue_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/testdb"
)

// products is a CSV of so many products, each with a picture.
func products(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Handle,Title,Variant Price,Variant Inventory Qty,Image Src\n")
	for i := range n {
		fmt.Fprintf(&b, "p-%d,Product %d,%d,3,https://pictures.example/%d.jpg\n", i, i, i+1, i)
		if i%3 == 0 {
			fmt.Fprintf(&b, "bad-%d,Free,0,,\n", i)
		}
	}
	return b.Bytes()
}

// An import that dies goes on where it was, and tells of each product once. It rests when a job has taken long enough.
func TestAnImportGoesOn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		die, stop := 5, context.CancelFunc(nil)
		s := newShop(t, db, "casa-lido", catalogue.Settings{Fetch: func(_ context.Context, url string) (model.Picture, error) {
			return model.Picture{URL: "/media/" + strings.TrimPrefix(url, "https://pictures.example/")}, nil
		}})
		v := s.start(catalogue.ImportFile{Content: products(30), KeepPictures: true})
		var j model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobImport).Take(&j).Error; err != nil {
			t.Fatal(err)
		}
		done := int64(-1)
		for runs := 0; ; runs++ {
			ctx, cancel := context.WithCancel(s.ctx)
			stop = cancel
			go func() { // the process is killed at some time
				time.Sleep(time.Duration(die*(runs+1)) * time.Millisecond)
				stop()
			}()
			err := s.RunImport(ctx, j)
			cancel()
			now, readErr := s.Import(s.ctx, v.No)
			if readErr != nil || now.Done < done {
				t.Fatalf("%+v, %v", now, readErr)
			}
			if done = now.Done; err == nil || runs > 200 {
				break
			}
		}
		v, err := s.Import(s.ctx, v.No)
		if err != nil || tally(v) != "done: 40 of 40: 30 created, 0 updated, 0 unchanged, 10 refused" || s.count(&model.Product{}) != 30 {
			t.Errorf("%s, %v", tally(v), err)
		}
		if n := s.count(&model.ImportLine{}); n != v.Created+v.Problems {
			t.Errorf("%d lines of %d products and %d problems", n, v.Created, v.Problems)
		}
		s.checkStock()
	})
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "casa-lido", catalogue.Settings{Fetch: nil})
		v := s.start(catalogue.ImportFile{Content: products(12)})
		s.tick = 9 * time.Second
		var j model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobImport).Take(&j).Error; err != nil {
			t.Fatal(err)
		}
		rests := 0
		for ; ; rests++ {
			err := s.RunImport(s.ctx, j)
			if err == nil {
				break
			}
			if !strings.Contains(err.Error(), "later") || rests > 20 {
				t.Fatal(err)
			}
		}
		if v, err := s.Import(s.ctx, v.No); err != nil || rests == 0 || tally(v) != "done: 16 of 16: 12 created, 0 updated, 0 unchanged, 4 refused" {
			t.Errorf("%d rests, %s, %v", rests, tally(v), err)
		}
	})
}

// An import that failed for no reason of its file's goes on where it was, once, and its file is kept a week for that.
func TestAnImportIsResumed(t *testing.T) {
	desk(t, func(t *testing.T, s *shop) {
		v := s.start(catalogue.ImportFile{Name: "p.csv", Content: products(9)})
		var j model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobImport).Take(&j).Error; err != nil {
			t.Fatal(err)
		}
		s.tick = 9 * time.Second
		if err := s.RunImport(s.ctx, j); err == nil {
			t.Fatal("it has not rested")
		}
		s.tick = 0
		if _, err := s.ResumeImport(s.ctx, v.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("while it runs: %v", err)
		}
		if err := s.FailImport(s.ctx, v.No); err != nil {
			t.Fatal(err)
		}
		far, err := s.Import(s.ctx, v.No)
		if err != nil || !far.Resumable || far.Fault != "internal" || far.Done == 0 || far.Done == far.Total || far.KeptUntil <= far.FinishedAt {
			t.Fatalf("%+v, %v", far, err)
		}
		other := newShop(t, s.db, "casa-monti", catalogue.Settings{})
		if _, err := other.ResumeImport(other.ctx, v.No); !errors.Is(err, model.ErrImportNotFound) {
			t.Errorf("another brand's: %v", err)
		}
		if v, err := s.ResumeImport(s.ctx, v.No); err != nil || v.Done != far.Done || v.Status != model.ImportQueued || v.Resumable || v.Fault != "" {
			t.Fatalf("%+v, %v", v, err)
		}
		if _, err := s.ResumeImport(s.ctx, v.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("twice: %v", err)
		}
		if err := s.RunImport(s.ctx, j); err != nil { // the job of the round before has nothing to do any more
			t.Fatal(err)
		}
		v = s.ended(v.No)
		if tally(v) != "done: 12 of 12: 9 created, 0 updated, 0 unchanged, 3 refused" || s.count(&model.Product{}) != 9 || s.count(&model.ImportChunk{}) != 0 {
			t.Errorf("%s, %d products, %d parts of files", tally(v), s.count(&model.Product{}), s.count(&model.ImportChunk{}))
		}
		if n := s.count(&model.ImportLine{}); n != v.Created+v.Problems {
			t.Errorf("%d lines", n)
		}
		lost := s.start(catalogue.ImportFile{Name: "p.csv", Content: products(2)})
		if err := s.FailImport(s.ctx, lost.No); err != nil {
			t.Fatal(err)
		}
		s.now = s.now.Add(8 * 24 * time.Hour)
		if _, err := s.PurgeImports(model.AcrossBrands(t.Context()), 100); err != nil {
			t.Fatal(err)
		}
		if v, err := s.Import(s.ctx, lost.No); err != nil || v.Resumable {
			t.Errorf("%+v, %v", v, err)
		}
		if _, err := s.ResumeImport(s.ctx, lost.No); !errors.Is(err, model.ErrWrongState) {
			t.Errorf("without its file: %v", err)
		}
		var sku model.SKU
		if err := s.db.Read(s.ctx).Take(&sku).Error; err != nil {
			t.Fatal(err)
		}
		moves, _, err := s.Movements(s.ctx, sku.No, 0, 10)
		if err != nil || len(moves) != 1 || moves[0].Import != v.No || moves[0].Reason != "import" {
			t.Errorf("%+v, %v", moves, err)
		}
	})
}

// Two workers that have the same import, because a lease ran out, do each product once between them.
func TestTwoWorkersOnOneImport(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := newShop(t, db, "casa-lido", catalogue.Settings{})
		v := s.start(catalogue.ImportFile{Content: products(30)})
		var j model.Job
		if err := s.db.Read(s.ctx).Where("kind = ?", catalogue.JobImport).Take(&j).Error; err != nil {
			t.Fatal(err)
		}
		testdb.Race(4, func(int) error { return s.RunImport(s.ctx, j) }) // whoever is overtaken fails, and comes again
		for range 10 {
			if s.RunImport(s.ctx, j) == nil {
				break
			}
		}
		v, err := s.Import(s.ctx, v.No)
		if err != nil || tally(v) != "done: 40 of 40: 30 created, 0 updated, 0 unchanged, 10 refused" || s.count(&model.ImportLine{}) != v.Created+v.Problems {
			t.Errorf("%s, %d lines, %v", tally(v), s.count(&model.ImportLine{}), err)
		}
	})
}
