package brand

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue/richtext"
	"hutong/service/database"
)

// Apply makes the brand of a Spec, or changes it into what the Spec says. Applying the same again changes
// nothing that anybody sees. Errors: model.Errs, each with its field and an argument "want"; ErrConflict when
// somebody else makes the same brand at the same time.
func (s *Service) Apply(ctx context.Context, spec Spec) (created bool, err error) {
	if errs := spec.check(); len(errs) > 0 {
		return false, errs
	}
	var id int64
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var err error
		if id, created, err = s.applyBrand(tx, spec); err != nil {
			return err
		}
		tx = tx.WithContext(model.WithBrand(ctx, id))
		if spec.Status != "" {
			if err := suspendedFromOutside(tx); err != nil {
				return err
			}
		}
		if spec.WeChat != nil {
			if err := s.applyCredentials(tx, id, *spec.WeChat); err != nil {
				return err
			}
		}
		if spec.Freight != nil {
			if err := applyFreight(tx, spec.Freight); err != nil {
				return err
			}
		}
		if spec.AfterSale != nil {
			if err := applyAfterSale(tx, *spec.AfterSale); err != nil {
				return err
			}
		}
		if spec.Pages != nil {
			if err := applyPages(ctx, tx, spec.Pages); err != nil {
				return err
			}
		}
		if spec.Messages != nil {
			return applyMessages(tx, spec.Messages)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	s.forget(&model.Brand{ID: id, Slug: spec.Slug})
	return created, nil
}

// applyBrand writes the brand's own row. An update of it locks the brand for the rest of the transaction.
func (s *Service) applyBrand(tx *gorm.DB, spec Spec) (id int64, created bool, err error) {
	var b model.Brand
	err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("slug = ?", spec.Slug).Take(&b).Error
	if err != nil && !database.IsNotFound(err) {
		return 0, false, fmt.Errorf("brand %q: %w", spec.Slug, err)
	}
	if created = err != nil; created {
		b = model.Brand{
			Slug: spec.Slug, Status: model.BrandActive, Currency: "CNY", OrderTTL: int64(s.orderTTL.Seconds()),
		}
	}
	b.Name, b.DefaultLanguage, b.Languages, b.Theme = spec.Name, spec.Languages[0], spec.Languages, spec.Theme
	if spec.Status != "" {
		b.Status = spec.Status
	}
	if spec.OrderTTL != 0 {
		b.OrderTTL = spec.OrderTTL
	}
	if spec.FreeOrders != nil {
		b.FreeOrders = *spec.FreeOrders
	}
	if created {
		b.CatalogueVersion = 1
		err = tx.Create(&b).Error
	} else {
		err = tx.Model(&model.Brand{}).Where("id = ?", b.ID).Updates(map[string]any{
			"name": b.Name, "default_language": b.DefaultLanguage, "languages": b.Languages, "theme": b.Theme,
			"status": b.Status, "order_ttl": b.OrderTTL, "free_orders": b.FreeOrders,
			"catalogue_version": gorm.Expr("catalogue_version + 1"), // its pages are part of what caches hold
		}).Error
	}
	if database.IsDuplicate(err) {
		err = model.ErrConflict
	}
	if err != nil {
		return 0, false, fmt.Errorf("brand %q: %w", spec.Slug, err)
	}
	return b.ID, created, nil
}

func applyFreight(tx *gorm.DB, templates []FreightTemplate) error {
	var known []model.FreightTemplate
	if err := tx.Find(&known).Error; err != nil {
		return fmt.Errorf("freight templates: %w", err)
	}
	byName := make(map[string]model.FreightTemplate, len(known))
	for _, k := range known {
		byName[k.Name] = k
	}
	for _, t := range templates {
		k := byName[t.Name]
		delete(byName, t.Name)
		if _, err := putFreight(tx, k.ID, t); err != nil {
			return err
		}
	}
	return removeFreight(tx, byName)
}

// removeFreight removes templates, unless a product would be priced by another one without anybody having
// said so.
func removeFreight(tx *gorm.DB, templates map[string]model.FreightTemplate) error {
	var ids []int64
	for name, t := range templates {
		var products int64
		err := tx.Model(&model.Product{}).Where("freight_template_id = ?", t.ID).Count(&products).Error
		if err != nil {
			return fmt.Errorf("products of freight template %q: %w", name, err)
		}
		if products > 0 {
			want := fmt.Sprintf("%q as well: %d products use it", name, products)
			return model.Errs{model.ErrInvalid.At("freight").With("want", want)}
		}
		ids = append(ids, t.ID)
	}
	if err := tx.Where("id IN ?", ids).Delete(&model.FreightTemplate{}).Error; err != nil {
		return fmt.Errorf("remove freight templates: %w", err)
	}
	return nil
}

func applyPages(ctx context.Context, tx *gorm.DB, pages []Page) error {
	var known []model.Page
	if err := tx.Select("id", "slug", "title", "blocks", "published", "version").Find(&known).Error; err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	bySlug := make(map[string]model.Page, len(known))
	for _, k := range known {
		bySlug[k.Slug] = k
	}
	for _, p := range pages {
		row := bySlug[p.Slug]
		delete(bySlug, p.Slug)
		if err := applyPage(ctx, tx, row, p); err != nil {
			return fmt.Errorf("page %q: %w", p.Slug, err)
		}
	}
	gone := make([]int64, 0, len(bySlug))
	for _, k := range bySlug {
		gone = append(gone, k.ID)
	}
	if err := tx.Where("id IN ?", gone).Delete(&model.Page{}).Error; err != nil {
		return fmt.Errorf("remove pages: %w", err)
	}
	return nil
}

// applyPage writes a page; row is what it is now, zero when there is none. What differs of a page that is shown is a
// version of it, and a draft that staff are working on stays.
func applyPage(ctx context.Context, tx *gorm.DB, row model.Page, p Page) error {
	blocks := sanitised(p.Blocks)
	same := versionOf([]any{row.Title, row.Blocks}) == versionOf([]any{p.Title, model.List[model.Block](blocks)})
	if row.ID != 0 && same && row.Published == !p.Draft {
		return nil
	}
	if row.ID == 0 {
		row.Slug = p.Slug
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
	}
	version := row.Version
	if !p.Draft {
		var err error
		if version, err = nextVersion(tx, p.Slug); err != nil {
			return err
		}
	}
	err := tx.Model(&model.Page{}).Where("id = ?", row.ID).Updates(map[string]any{
		"title": p.Title, "blocks": model.List[model.Block](blocks), "published": !p.Draft, "version": version,
	}).Error
	if err != nil || p.Draft {
		return err
	}
	return keepVersion(ctx, tx, model.PageVersion{Slug: p.Slug, Number: version, Title: p.Title, Blocks: blocks})
}

// sanitised is blocks whose rich text holds nothing that could act on the page.
func sanitised(blocks []model.Block) []model.Block {
	blocks = slices.Clone(blocks)
	for i, b := range blocks {
		if b.Kind != model.BlockRichText {
			continue
		}
		text := make(model.Text, len(b.Text))
		for language, html := range b.Text {
			text[language] = richtext.Sanitise(html)
		}
		blocks[i].Text = text
	}
	return blocks
}
