package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search/query"
	bolt "go.etcd.io/bbolt/errors"
)

// layout changes whenever the analysis or the fields do, so that an index made before is made anew.
const layout = "1"

// Bleve is an index in a folder of this process. Ten thousand products take about 10 MB there, and about as
// much memory, which the operating system may take back; held in memory alone it would be five times that.
type Bleve struct {
	index bleve.Index
	words analysis.Analyzer
}

// Open opens the index in a folder, or makes one. A broken index, or one of another layout, is made anew:
// it can be rebuilt at any time. Errors: ErrLost.
func Open(folder string) (*Bleve, error) {
	// The index's file is locked while it is open. Without a time-out a second process would wait for ever.
	config := map[string]any{"bolt_timeout": "1s"}
	index, err := bleve.OpenUsing(folder, config)
	if err == nil {
		if made, err := index.GetInternal([]byte("layout")); err == nil && string(made) == layout {
			return newBleve(index), nil
		}
		if err := index.Close(); err != nil {
			return nil, errors.Join(ErrLost, err)
		}
	} else if errors.Is(err, bolt.ErrTimeout) {
		return nil, fmt.Errorf("%w: another process is using %s", ErrLost, folder)
	}
	if err := os.RemoveAll(folder); err != nil {
		return nil, errors.Join(ErrLost, err)
	}
	if index, err = bleve.NewUsing(folder, newMapping(), scorch.Name, scorch.Name, config); err != nil {
		return nil, errors.Join(ErrLost, err)
	}
	if err := index.SetInternal([]byte("layout"), []byte(layout)); err != nil {
		return nil, errors.Join(ErrLost, err, index.Close())
	}
	return newBleve(index), nil
}

func newBleve(index bleve.Index) *Bleve {
	return &Bleve{index: index, words: index.Mapping().AnalyzerNamed(words)}
}

// Close implements Index.
func (b *Bleve) Close() error { return b.index.Close() }

// document is a Document as the mapping sees it.
type document struct {
	Brand string   `json:"brand"`
	Title []string `json:"title"`
	Text  []string `json:"text"`
	Code  []string `json:"code"`
}

// Put implements Index.
func (b *Bleve) Put(ctx context.Context, brandID int64, docs []Document, gone []int64, mark Mark) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	batch := b.index.NewBatch()
	for _, d := range docs {
		err := batch.Index(key(d.ID), document{Brand: key(brandID), Title: d.Titles, Text: d.Texts, Code: d.Codes})
		if err != nil {
			return fmt.Errorf("search: product %d: %w", d.ID, err)
		}
	}
	for _, id := range gone {
		batch.Delete(key(id))
	}
	m, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	batch.SetInternal(markKey(brandID), m)
	if err := b.index.Batch(batch); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// Marked implements Index.
func (b *Bleve) Marked(_ context.Context, brandID int64) (m Mark, err error) {
	raw, err := b.index.GetInternal(markKey(brandID))
	if err != nil || raw == nil {
		return Mark{}, err
	}
	return m, json.Unmarshal(raw, &m)
}

// Clear implements Index.
func (b *Bleve) Clear(ctx context.Context, brandID int64) error {
	for {
		r := bleve.NewSearchRequestOptions(ofBrand(brandID), 1000, 0, false)
		found, err := b.index.SearchInContext(ctx, r)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		batch := b.index.NewBatch()
		for _, hit := range found.Hits {
			batch.Delete(hit.ID)
		}
		batch.DeleteInternal(markKey(brandID))
		if err := b.index.Batch(batch); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if len(found.Hits) == 0 {
			return nil
		}
	}
}

// Find implements Index.
func (b *Bleve) Find(ctx context.Context, brandID int64, text string, offset, limit int) (ids []int64, more bool, err error) {
	limit = min(limit, MaxResult-offset)
	wanted, ok := b.parse(text)
	if !ok || offset < 0 || limit < 1 {
		return nil, false, nil
	}
	all := query.NewConjunctionQuery([]query.Query{ofBrand(brandID), wanted})
	r := bleve.NewSearchRequestOptions(all, limit+1, offset, false)
	found, err := b.index.SearchInContext(ctx, r)
	if err != nil {
		return nil, false, fmt.Errorf("search: %w", err)
	}
	for i, hit := range found.Hits {
		if i == limit {
			return ids, offset+limit < MaxResult, nil
		}
		id, err := strconv.ParseInt(hit.ID, 10, 64)
		if err != nil {
			return nil, false, fmt.Errorf("search: document %q: %w", hit.ID, err)
		}
		ids = append(ids, id)
	}
	return ids, false, nil
}

// ofBrand keeps a brand's products apart; it does not count for the order.
func ofBrand(brandID int64) query.Query {
	q := query.NewTermQuery(key(brandID))
	q.SetField("brand")
	q.SetBoost(0)
	return q
}

func key(id int64) string          { return strconv.FormatInt(id, 10) }
func markKey(brandID int64) []byte { return []byte("mark:" + key(brandID)) }
