// Package brand keeps the brands: who they are, their settings at WeChat, how they deliver, the pages of
// their storefronts.
package brand

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/seal"
	"hutong/wechat"
)

// remember is for how long a brand and its client at WeChat are used without looking whether another
// process has changed them.
const remember = time.Second

// Service keeps the brands.
type Service struct {
	db       *database.DB
	box      *seal.Box
	platform wechat.Platform
	orderTTL time.Duration
	now      model.Clock
	brands   *recent[string, *model.Brand]
	byID     *recent[int64, *model.Brand]
	clients  *recent[int64, wechat.Client]
}

// New makes the service. orderTTL is how long the orders of a new brand may stay unpaid when its Spec does
// not say.
func New(db *database.DB, box *seal.Box, platform wechat.Platform, now model.Clock, orderTTL time.Duration) *Service {
	return &Service{
		db: db, box: box, platform: platform, orderTTL: orderTTL, now: now,
		brands:  newRecent[string, *model.Brand](now, remember),
		byID:    newRecent[int64, *model.Brand](now, remember),
		clients: newRecent[int64, wechat.Client](now, remember),
	}
}

// Resolve finds a brand by the name in its addresses, as it was at most a second ago. A suspended brand is
// found: the caller looks at its Status. What it returns is shared and not to be changed. Errors:
// ErrBrandNotFound.
func (s *Service) Resolve(ctx context.Context, slug string) (*model.Brand, error) {
	return s.brands.get(slug, func() (*model.Brand, error) {
		return take(s.db.Read(ctx).Where("slug = ?", slug))
	})
}

// ByID finds a brand by its id, as Resolve does: for jobs, which know no slug.
func (s *Service) ByID(ctx context.Context, id int64) (*model.Brand, error) {
	return s.byID.get(id, func() (*model.Brand, error) {
		return take(s.db.Read(ctx).Where("id = ?", id))
	})
}

func take(query *gorm.DB) (*model.Brand, error) {
	var b model.Brand
	if err := query.Take(&b).Error; database.IsNotFound(err) {
		return nil, model.ErrBrandNotFound
	} else if err != nil {
		return nil, fmt.Errorf("brand: %w", err)
	}
	return &b, nil
}

// List is all brands, by slug.
func (s *Service) List(ctx context.Context) ([]model.Brand, error) {
	var all []model.Brand
	if err := s.db.Read(ctx).Order("slug").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("brands: %w", err)
	}
	return all, nil
}

// Client is WeChat as a brand sees it, with the settings it had at most a second ago. Errors:
// ErrWeChatSettings when the brand has none, or they do not work.
func (s *Service) Client(ctx context.Context, brandID int64) (wechat.Client, error) {
	return s.clients.get(brandID, func() (wechat.Client, error) {
		a, err := s.account(ctx, brandID)
		if err != nil {
			return nil, err
		}
		return s.platform.Client(ctx, a)
	})
}
