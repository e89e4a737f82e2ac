// Package catalogue keeps what a brand sells: categories, products and their SKUs. Staff, imports and seeds
// write it; the storefront reads it, from memory where it can.
package catalogue

import (
	"context"
	"fmt"
	"log/slog"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue/search"
	"hutong/service/database"
)

// Service has the catalogue's use cases. All work for the brand that ctx carries (model.WithBrand).
type Service struct {
	db    *database.DB
	now   model.Clock
	newNo func() string
	log   *slog.Logger
	pages *pages
	finds *follower
	fetch func(ctx context.Context, url string) (model.Picture, error)
}

// Settings are what New may be told; zero values have sensible defaults.
type Settings struct {
	CacheBytes int          // of answers kept in memory; 0: 16 MiB
	Index      search.Index // nil: words are looked for in the database, slowly
	Log        *slog.Logger // nil: slog.Default()
	// Fetch brings a picture into the shop's own store, for imports by staff; nil leaves them where they are.
	Fetch func(ctx context.Context, url string) (model.Picture, error)
}

// New makes the service. newNo makes the numbers of SKUs, ULIDs.
func New(db *database.DB, now model.Clock, newNo func() string, s Settings) *Service {
	if s.CacheBytes == 0 {
		s.CacheBytes = 16 << 20
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	return &Service{
		db: db, now: now, newNo: newNo, log: s.Log,
		pages: newPages(s.CacheBytes), finds: newFollower(db, s.Index, s.Log), fetch: s.Fetch,
	}
}

// change is a transaction on a brand's catalogue. It holds the brand's row, so that changes of one brand
// happen one after another and versions are seen in their order: who has seen version n has seen every
// product that n or an earlier one changed.
type change struct {
	tx      *gorm.DB
	now     model.Millis
	brandID int64
	version int64 // that the brand's catalogue will have
	made    bool  // whether anything was written

	before, after map[string]any // what of a product has changed, for the audit log
}

// note keeps what the audit log shall tell of a change.
func (c *change) note(name string, before, after any) {
	if c.after == nil {
		c.before, c.after = map[string]any{}, map[string]any{}
	}
	c.before[name], c.after[name] = before, after
}

// change runs fn and, if it has written anything, raises the brand's catalogue version with it.
func (s *Service) change(ctx context.Context, fn func(c *change) error) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error { return s.changeIn(ctx, tx, fn) })
}

// changeIn is the step of change.
func (s *Service) changeIn(ctx context.Context, tx *gorm.DB, fn func(c *change) error) error {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return database.ErrNoBrand
	}
	var brand model.Brand
	err := tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Select("id", "catalogue_version").Where("id = ?", brandID).Take(&brand).Error
	if database.IsNotFound(err) {
		return model.ErrBrandNotFound
	}
	if err != nil {
		return fmt.Errorf("catalogue: brand %d: %w", brandID, err)
	}
	c := &change{tx: tx, now: s.now.Now(), brandID: brandID, version: brand.CatalogueVersion + 1}
	if err := fn(c); err != nil || !c.made {
		return err
	}
	return Changed(tx)
}

// Changed raises the version of what a brand shows: what is kept in memory of it follows. Who locks a product as well
// calls it first, as changes of the catalogue do.
func Changed(tx *gorm.DB) error {
	brandID, ok := model.BrandID(tx.Statement.Context)
	if !ok {
		return database.ErrNoBrand
	}
	err := tx.Model(&model.Brand{}).Where("id = ?", brandID).
		UpdateColumn("catalogue_version", gorm.Expr("catalogue_version + 1")).Error
	if err != nil {
		return fmt.Errorf("version of brand %d: %w", brandID, err)
	}
	return nil
}
