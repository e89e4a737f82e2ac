package brand

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// Open makes a new brand, and with it what also does in the same transaction and for the brand. Errors: model.Errs, as
// of Apply; ErrSlugTaken at "slug"; those of also.
func (s *Service) Open(ctx context.Context, spec Spec, also func(ctx context.Context, tx *gorm.DB) error) error {
	if errs := spec.check(); len(errs) > 0 {
		return errs
	}
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		id, created, err := s.applyBrand(tx, spec)
		if err != nil {
			return err
		}
		if !created {
			return model.ErrSlugTaken.At("slug")
		}
		ctx := model.WithBrand(ctx, id)
		return also(ctx, tx.WithContext(ctx))
	})
	s.brands.forget(spec.Slug)
	return err
}

// SetStatus suspends a brand's shop, or opens it again. Errors: ErrBrandNotFound; those of also, which is done in the
// same transaction.
func (s *Service) SetStatus(ctx context.Context, slug string, status model.BrandStatus, also func(tx *gorm.DB) error) error {
	b, err := s.Resolve(ctx, slug)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Model(&model.Brand{}).Where("id = ?", b.ID).Update("status", status).Error; err != nil {
			return fmt.Errorf("brand %s: %w", slug, err)
		}
		return also(tx)
	})
	s.brands.forget(slug)
	s.byID.forget(b.ID)
	return err
}
