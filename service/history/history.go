// Package history remembers which products a consumer has looked at, for as long as they want that.
package history

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/person"
)

// Most is how many products are remembered; the oldest fall out.
const Most = 200

// Service keeps the histories. Methods work for the brand of ctx.
type Service struct {
	db        *database.DB
	now       model.Clock
	catalogue *catalogue.Service
}

// New makes the service.
func New(db *database.DB, now model.Clock, c *catalogue.Service) *Service {
	return &Service{db: db, now: now, catalogue: c}
}

// Note remembers that a consumer looks at a product now, unless they have paused that. Errors: ErrProductNotFound
// when it is not on sale.
func (s *Service) Note(ctx context.Context, userID int64, handle string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		product, err := catalogue.IDOnSale(tx, handle)
		if err != nil {
			return err
		}
		// Nothing is written after a consumer has paused: whoever pauses waits for this.
		u, err := person.Lock(tx, userID)
		if err != nil || u.HistoryPaused {
			return err
		}
		res := tx.Model(&model.Seen{}).Where("user_id = ? AND product_id = ?", userID, product).Update("seen_at", s.now.Now())
		if res.Error != nil {
			return fmt.Errorf("history: %w", res.Error)
		}
		if res.RowsAffected > 0 {
			return nil
		}
		if err := tx.Create(&model.Seen{UserID: userID, ProductID: product, SeenAt: s.now.Now()}).Error; err != nil {
			return fmt.Errorf("history: %w", err)
		}
		return trim(tx, userID)
	})
}

// trim forgets the oldest of those that are too many.
func trim(tx *gorm.DB, userID int64) error {
	var old []int64
	err := tx.Model(&model.Seen{}).Where("user_id = ?", userID).Order("seen_at DESC, id DESC").
		Limit(Most).Offset(Most).Pluck("id", &old).Error
	if err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if len(old) == 0 {
		return nil
	}
	return forget(tx.Where("id IN ?", old))
}

func forget(query *gorm.DB) error {
	if err := query.Delete(&model.Seen{}).Error; err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// Remove forgets a product; what is not there is no error. Errors: ErrProductNotFound when there never was such
// a product.
func (s *Service) Remove(ctx context.Context, userID int64, handle string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		product, err := catalogue.IDOf(tx, handle)
		if err != nil {
			return err
		}
		return forget(tx.Where("user_id = ? AND product_id = ?", userID, product))
	})
}

// Clear forgets everything.
func (s *Service) Clear(ctx context.Context, userID int64) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error { return forget(tx.Where("user_id = ?", userID)) })
}

// Pause says whether nothing more is to be remembered. What was, stays until it is removed.
func (s *Service) Pause(ctx context.Context, userID int64, paused bool) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		err := tx.Model(&model.User{}).Where("id = ?", userID).Update("history_paused", paused).Error
		if err != nil {
			return fmt.Errorf("pause the history: %w", err)
		}
		return nil
	})
}

// Paused tells whether nothing is remembered.
func (s *Service) Paused(ctx context.Context, userID int64) (bool, error) {
	var u model.User
	if err := s.db.Read(ctx).Select("id", "history_paused").Where("id = ?", userID).Take(&u).Error; err != nil {
		return false, fmt.Errorf("user %d: %w", userID, err)
	}
	return u.HistoryPaused, nil
}

// View is a product that was looked at, as it is now.
type View struct {
	catalogue.Kept
	SeenAt model.Millis `json:"seen_at" doc:"UTC milliseconds"`
}

// Place is where a page has ended. Its zero value is the beginning.
type Place struct {
	SeenAt model.Millis `json:"s"`
	ID     int64        `json:"i"`
}

// List is a page of what a consumer looked at, the latest first. next is nil on the last page.
func (s *Service) List(ctx context.Context, userID int64, after Place, limit int, languages ...string) (views []View, next *Place, err error) {
	query := s.db.Read(ctx).Where("user_id = ?", userID)
	if after != (Place{}) {
		query = query.Where("seen_at <= ? AND (seen_at < ? OR id < ?)", after.SeenAt, after.SeenAt, after.ID)
	}
	var rows []model.Seen
	if err := query.Order("seen_at DESC, id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, nil, fmt.Errorf("history: %w", err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = &Place{rows[limit-1].SeenAt, rows[limit-1].ID}
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ProductID
	}
	kept, err := s.catalogue.Kept(ctx, ids, languages...)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		views = append(views, View{kept[r.ProductID], r.SeenAt})
	}
	return views, next, nil
}
