package brand

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/internal/trail"
)

// UnpublishPage takes a page away from consumers and leaves it with staff: what was shown is a draft then, unless there
// is one already. Errors: ErrPageNotFound; ErrHomePageStays; ErrNotPublished; ErrChangedMeanwhile when it is not the
// draft, or the version, that was read.
func (s *Service) UnpublishPage(ctx context.Context, slug string, in PageRelease) (PageView, error) {
	var v PageView
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		p, err := leaving(tx, slug)
		if err != nil {
			return err
		}
		switch {
		case !p.Published && p.DraftVersion == in.Version:
			return model.ErrNotPublished
		case !p.Published:
			return model.ErrChangedMeanwhile
		}
		set := map[string]any{"published": false, "draft_version": in.Version + 1}
		if !p.DraftOpen {
			maps.Copy(set, map[string]any{
				"draft_title": p.Title, "draft_blocks": p.Blocks, "draft_open": true, "draft_base": p.Version,
				"draft_by": model.ActorOf(ctx).No, "draft_at": s.now.Now(),
			})
		}
		res := tx.Model(&model.Page{}).Where("id = ? AND draft_version = ? AND published = ? AND version = ?", p.ID, in.Version, true, in.Published).Updates(set)
		if res.Error != nil {
			return fmt.Errorf("unpublish page %q: %w", slug, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrChangedMeanwhile
		}
		if v, err = s.released(tx, b, slug); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.unpublish", pageSubject(slug), map[string]any{"version": p.Version}, nil)
	})
	if err != nil {
		return PageView{}, err
	}
	s.forget(b)
	return v, nil
}

// RemovePage removes a page and its draft. What it has been stays: a page that is begun under its name can bring it
// back. Errors: ErrPageNotFound; ErrHomePageStays; ErrChangedMeanwhile when it is not the draft, or the version, that
// was read.
func (s *Service) RemovePage(ctx context.Context, slug string, in PageRelease) error {
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		p, err := leaving(tx, slug)
		if err != nil {
			return err
		}
		res := tx.Where("id = ? AND draft_version = ?", p.ID, in.Version).Where("CASE WHEN published THEN version ELSE 0 END = ?", in.Published).
			Delete(&model.Page{})
		if res.Error != nil {
			return fmt.Errorf("remove page %q: %w", slug, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrChangedMeanwhile
		}
		if err := catalogue.Changed(tx); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "page.remove", pageSubject(slug),
			map[string]any{"title": p.Title, "version": shown(p), "draft": p.DraftOpen, "blocks": kinds(p.Blocks)}, nil)
	})
	if err != nil {
		return err
	}
	s.forget(b)
	return nil
}

// leaving reads and locks a page that is to go.
func leaving(tx *gorm.DB, slug string) (model.Page, error) {
	if slug == model.HomePage {
		return model.Page{}, model.ErrHomePageStays
	}
	return pageOf(tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}), slug)
}

// released is a page after what consumers see of it has changed: what is kept in memory of the shop follows.
func (s *Service) released(tx *gorm.DB, b *model.Brand, slug string) (PageView, error) {
	if err := catalogue.Changed(tx); err != nil {
		return PageView{}, err
	}
	p, err := pageOf(tx, slug)
	if err != nil {
		return PageView{}, err
	}
	return s.pageView(tx, b, p)
}

// PageLink is a page that leads to another.
type PageLink struct {
	Slug      string     `json:"slug" example:"home"`
	Title     model.Text `json:"title" doc:"By language"`
	Published bool       `json:"published" doc:"What consumers see of it leads there"`
	Draft     bool       `json:"draft" doc:"What it is going to be leads there"`
}

// PageLinks are the pages that lead to a page, by slug. Errors: ErrPageNotFound.
func (s *Service) PageLinks(ctx context.Context, slug string) ([]PageLink, error) {
	tx := s.db.Read(ctx)
	if _, err := pageOf(tx, slug); err != nil {
		return nil, err
	}
	var all []model.Page
	if err := tx.Where("slug <> ?", slug).Order("slug").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	leads := func(blocks []model.Block) bool {
		return slices.ContainsFunc(blocks, func(b model.Block) bool { return b.Link == "page:"+slug })
	}
	links := []PageLink{}
	for _, p := range all {
		l := PageLink{p.Slug, p.Title, p.Published && leads(p.Blocks), p.DraftOpen && leads(p.DraftBlocks)}
		if len(l.Title) == 0 {
			l.Title = p.DraftTitle
		}
		if l.Published || l.Draft {
			links = append(links, l)
		}
	}
	return links, nil
}
