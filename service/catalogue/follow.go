package catalogue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hutong/model"
	"hutong/service/catalogue/search"
	"hutong/service/database"
)

// follower keeps the search index in step with the database.
type follower struct {
	db    *database.DB
	index search.Index
	log   *slog.Logger

	mu    sync.RWMutex
	ready map[int64]bool // brands whose products are all in the index
}

func newFollower(db *database.DB, index search.Index, log *slog.Logger) *follower {
	return &follower{db: db, index: index, log: log, ready: map[int64]bool{}}
}

var errNotReady = errors.New("catalogue: the index is not ready")

// find asks the index. Errors: errNotReady, also when the index fails: searching goes on without it.
func (f *follower) find(ctx context.Context, brandID int64, w Words) (ids []int64, more bool, err error) {
	f.mu.RLock()
	ready := f.ready[brandID]
	f.mu.RUnlock()
	if !ready {
		return nil, false, errNotReady
	}
	ids, more, err = f.index.Find(ctx, brandID, w.Text, w.Offset, w.Limit)
	if err != nil && ctx.Err() == nil {
		f.log.ErrorContext(ctx, "search index", "error", err)
		return nil, false, errNotReady
	}
	return ids, more, err
}

// FollowIndex brings the search index up to date, and again whenever a catalogue has changed, until ctx
// ends. It looks each time poll has passed. Without an index it returns at once.
func (s *Service) FollowIndex(ctx context.Context, poll time.Duration) {
	if s.finds.index == nil {
		return
	}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := s.UpdateIndex(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "search index", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// UpdateIndex brings the search index up to date once. A brand whose index belongs to another database, or
// to a later state of this one, is indexed anew.
func (s *Service) UpdateIndex(ctx context.Context) error {
	if s.finds.index == nil {
		return nil
	}
	var brands []model.Brand
	err := s.db.Read(ctx).Select("id", "slug", "catalogue_version", "created_at").Find(&brands).Error
	if err != nil {
		return fmt.Errorf("brands: %w", err)
	}
	var errs []error
	for _, b := range brands {
		if err := s.finds.catchUp(model.WithBrand(ctx, b.ID), b); err != nil {
			errs = append(errs, fmt.Errorf("brand %d: %w", b.ID, err))
		}
	}
	return errors.Join(errs...)
}

// catchUp indexes what has changed since the index's mark. A product's version is that of its last change,
// and a version is only seen when all before it are (see change): nothing slips through.
func (f *follower) catchUp(ctx context.Context, b model.Brand) error {
	origin := fmt.Sprintf("%s/%d", b.Slug, b.CreatedAt)
	mark, err := f.index.Marked(ctx, b.ID)
	if err != nil {
		return err
	}
	if mark.Origin != origin || mark.Version > b.CatalogueVersion {
		f.setReady(b.ID, false)
		if err := f.index.Clear(ctx, b.ID); err != nil {
			return err
		}
		mark = search.Mark{Origin: origin, Version: -1}
	}
	if mark.Version < b.CatalogueVersion {
		if err := f.copyChanges(ctx, b, mark); err != nil {
			return err
		}
	}
	f.setReady(b.ID, true)
	return nil
}

func (f *follower) setReady(brandID int64, ready bool) {
	f.mu.Lock()
	f.ready[brandID] = ready
	f.mu.Unlock()
}

// copyChanges copies the products changed after the mark in batches, in the order of their change. The mark
// moves with each batch, so that a stop in between loses nothing; it reaches the brand's version last.
func (f *follower) copyChanges(ctx context.Context, b model.Brand, mark search.Mark) error {
	const batch = 200
	from, lastID := mark.Version, int64(0) // everything up to (from, lastID) is in the index
	for {
		var products []model.Product
		err := f.db.Read(ctx).Select("id", "title", "summary", "vendor", "tags", "published", "catalogue_version").
			Where("catalogue_version >= ? AND (catalogue_version > ? OR id > ?)", from, from, lastID).
			Where("catalogue_version > ?", mark.Version).
			Order("catalogue_version, id").Limit(batch).Find(&products).Error
		if err != nil {
			return fmt.Errorf("changed products: %w", err)
		}
		docs, gone, err := f.documents(ctx, products)
		if err != nil {
			return err
		}
		next := search.Mark{Origin: mark.Origin, Version: b.CatalogueVersion}
		if len(products) == batch {
			last := products[batch-1]
			from, lastID = last.CatalogueVersion, last.ID
			next.Version = from - 1 // others of the same version may follow
		}
		next.Version = max(next.Version, mark.Version)
		if err := f.index.Put(ctx, b.ID, docs, gone, next); err != nil {
			return err
		}
		if len(products) < batch {
			return nil
		}
	}
}

// documents are the products as the index knows them; gone are those that are not to be found.
func (f *follower) documents(ctx context.Context, products []model.Product) (docs []search.Document, gone []int64, err error) {
	ids := make([]int64, 0, len(products))
	for _, p := range products {
		if p.Published {
			ids = append(ids, p.ID)
		} else {
			gone = append(gone, p.ID)
		}
	}
	codes := map[int64][]string{}
	if len(ids) > 0 {
		var skus []model.SKU
		err := f.db.Read(ctx).Select("product_id", "code").Where("product_id IN ? AND active = ? AND code <> ''", ids, true).Find(&skus).Error
		if err != nil {
			return nil, nil, fmt.Errorf("article numbers: %w", err)
		}
		for _, k := range skus {
			codes[k.ProductID] = append(codes[k.ProductID], k.Code)
		}
	}
	for _, p := range products {
		if p.Published {
			texts := append(values(p.Summary), p.Vendor)
			docs = append(docs, search.Document{ID: p.ID, Titles: values(p.Title), Texts: append(texts, p.Tags...), Codes: codes[p.ID]})
		}
	}
	return docs, gone, nil
}

func values(t model.Text) []string {
	out := make([]string, 0, len(t))
	for _, s := range t {
		out = append(out, s)
	}
	return out
}
