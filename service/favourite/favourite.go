// Package favourite keeps the products that consumers want to find again.
package favourite

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/person"
)

// Most is how many favourites a consumer may have.
const Most = 500

// Service keeps the favourites. Methods work for the brand of ctx.
type Service struct {
	db        *database.DB
	catalogue *catalogue.Service
}

// New makes the service.
func New(db *database.DB, c *catalogue.Service) *Service { return &Service{db: db, catalogue: c} }

// Add makes a product a favourite; doing so twice is no error. Errors: ErrProductNotFound when it is not on sale;
// ErrTooMany when there are as many as may be.
func (s *Service) Add(ctx context.Context, userID int64, handle string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		product, err := catalogue.IDOnSale(tx, handle)
		if err != nil {
			return err
		}
		// How many there are is a fact about all of them, which no condition on one row can guard: one at a time.
		if _, err := person.Lock(tx, userID); err != nil {
			return err
		}
		var kept []int64
		err = tx.Model(&model.Favourite{}).Where("user_id = ?", userID).Pluck("product_id", &kept).Error
		if err != nil {
			return fmt.Errorf("favourites: %w", err)
		}
		for _, id := range kept {
			if id == product {
				return nil
			}
		}
		if len(kept) >= Most {
			return model.ErrTooMany.With("max", fmt.Sprint(Most))
		}
		if err := tx.Create(&model.Favourite{UserID: userID, ProductID: product}).Error; err != nil {
			return fmt.Errorf("favourite: %w", err)
		}
		return nil
	})
}

// Remove makes a product a favourite no more; what is none is no error. Errors: ErrProductNotFound when there
// never was such a product.
func (s *Service) Remove(ctx context.Context, userID int64, handle string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		product, err := catalogue.IDOf(tx, handle)
		if err != nil {
			return err
		}
		err = tx.Where("user_id = ? AND product_id = ?", userID, product).Delete(&model.Favourite{}).Error
		if err != nil {
			return fmt.Errorf("favourite: %w", err)
		}
		return nil
	})
}

// Is tells whether a product is a favourite. Errors: ErrProductNotFound.
func (s *Service) Is(ctx context.Context, userID int64, handle string) (bool, error) {
	tx := s.db.Read(ctx)
	product, err := catalogue.IDOf(tx, handle)
	if err != nil {
		return false, err
	}
	var n int64
	err = tx.Model(&model.Favourite{}).Where("user_id = ? AND product_id = ?", userID, product).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("favourite: %w", err)
	}
	return n > 0, nil
}

// View is a favourite with what it costs now.
type View struct {
	catalogue.Kept
	Since model.Millis `json:"since" doc:"UTC milliseconds"`
}

// List is a page of favourites, the newest first. before is where the page before has ended, 0 for the first; next
// is 0 on the last.
func (s *Service) List(ctx context.Context, userID, before int64, limit int, languages ...string) (views []View, next int64, err error) {
	query := s.db.Read(ctx).Where("user_id = ?", userID)
	rows, next, err := database.Latest(query, before, limit, func(r model.Favourite) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("favourites: %w", err)
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ProductID
	}
	kept, err := s.catalogue.Kept(ctx, ids, languages...)
	if err != nil {
		return nil, 0, err
	}
	for _, r := range rows {
		views = append(views, View{kept[r.ProductID], r.CreatedAt})
	}
	return views, next, nil
}
