package catalogue

import (
	"context"
	"database/sql/driver"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue/richtext"
	"hutong/service/database"
)

// Outcome is what a change came to.
type Outcome string

// The outcomes. What is unchanged has not been written, and no version grows.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// stored is a product as the database has it; its ID is 0 when it has none.
type stored struct {
	model.Product
	skus       []model.SKU // by id
	categories []int64
}

// PutProduct makes the product of that handle, or changes it into this. SKUs keep their numbers and their
// stock as long as their choice is the same in words; those that are missing go off sale. Errors:
// model.Errs, each at its field; ErrOutOfStock at skus[i].stock when customers have reserved more.
func (s *Service) PutProduct(ctx context.Context, spec ProductSpec) (Outcome, error) {
	spec.merge = false
	outcome, _, err := s.put(ctx, spec.Handle, func(stored) ProductSpec { return spec }, nil)
	return outcome, err
}

// put changes a product into what decide makes of the stored one. reserved are the indices of the SKUs whose
// stock a merge had to stop at what is reserved. also, if not nil, is a further step of the transaction.
func (s *Service) put(
	ctx context.Context, handle string, decide func(old stored) ProductSpec, also func(c *change, o Outcome, reserved []int) error,
) (o Outcome, reserved []int, err error) {
	err = s.change(ctx, func(c *change) error {
		old, err := c.load(handle)
		if err != nil {
			return err
		}
		spec := decide(old).cleaned()
		if err := spec.check(); err != nil {
			return err
		}
		if o, reserved, err = c.write(s.newNo, old, spec); err == nil && also != nil {
			err = also(c, o, reserved)
		}
		return err
	})
	return o, reserved, err
}

// cleaned has its HTML sanitised.
func (p ProductSpec) cleaned() ProductSpec {
	body := model.Text{}
	for language, html := range p.Body {
		if html = richtext.Sanitise(html); html != "" {
			body[language] = html
		}
	}
	p.Body = body
	return p
}

// load reads a product and locks its SKUs, so that their stock stays what is read. ID is 0 when there is none.
func (c *change) load(handle string) (stored, error) {
	var p stored
	err := c.tx.Where("handle = ?", handle).Take(&p.Product).Error
	if database.IsNotFound(err) {
		return stored{}, nil
	}
	if err != nil {
		return stored{}, fmt.Errorf("product %s: %w", handle, err)
	}
	return p, p.complete(c.tx, c.tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}))
}

// complete reads what belongs to a product.
func (p *stored) complete(tx, skus *gorm.DB) error {
	if err := skus.Where("product_id = ?", p.ID).Order("id").Find(&p.skus).Error; err != nil {
		return fmt.Errorf("product %s: skus: %w", p.Handle, err)
	}
	err := tx.Model(&model.ProductCategory{}).Where("product_id = ?", p.ID).Order("category_id").Pluck("category_id", &p.categories).Error
	if err != nil {
		return fmt.Errorf("product %s: categories: %w", p.Handle, err)
	}
	return nil
}

// write makes the stored product what spec says, writing only what differs.
func (c *change) write(newNo func() string, old stored, spec ProductSpec) (Outcome, []int, error) {
	categories, err := c.categoryIDs(spec.Categories)
	if err != nil {
		return "", nil, err
	}
	if spec.merge {
		categories = union(old.categories, categories)
	}
	if spec.freight != nil {
		if spec.FreightTemplateID, err = c.freightID(*spec.freight); err != nil {
			return "", nil, err
		}
	}
	row := spec.row(old.Product, c.now)
	if old.ID == 0 {
		c.made = true
		row.CatalogueVersion = c.version
		if err := c.tx.Create(&row).Error; err != nil {
			return "", nil, fmt.Errorf("product %s: %w", spec.Handle, err)
		}
	}
	plan := planSKUs(old, spec)
	reserved, err := c.writeSKUs(row.ID, newNo, plan, spec)
	if err != nil {
		return "", nil, err
	}
	row.PriceFen, row.CompareAtFen = plan.lowest()
	if err := c.link(row.ID, old, spec.Tags, categories); err != nil {
		return "", nil, err
	}
	before, after := columns(old.Product), columns(row)
	c.noteColumns("", before, after)
	if old.ID != 0 && !c.made && same(before, after) {
		return Unchanged, reserved, nil
	}
	c.made = true
	after["catalogue_version"] = c.version
	if err := c.tx.Model(&model.Product{}).Where("id = ?", row.ID).Updates(after).Error; err != nil {
		return "", nil, fmt.Errorf("product %s: %w", spec.Handle, err)
	}
	if old.ID == 0 {
		return Created, reserved, nil
	}
	return Updated, reserved, nil
}

// row is the product's own row; its price comes from the SKUs.
func (p ProductSpec) row(old model.Product, now model.Millis) model.Product {
	row := model.Product{
		ID: old.ID, Handle: p.Handle, Title: p.Title, Summary: p.Summary, Body: p.Body, Vendor: p.Vendor, Tags: p.Tags,
		Pictures: p.Pictures, Options: p.Options, FreightTemplateID: p.FreightTemplateID, NoReturn: p.NoReturn,
		Published: p.Published, PublishedAt: old.PublishedAt, PublishAt: p.PublishAt, Sort: p.Sort, Source: p.Source,
		Words: wordsOf(p.Handle, p.Title, p.Vendor), Archived: p.archived,
	}
	if p.Published {
		row.PublishAt = 0
	}
	if p.Published && !old.Published {
		row.PublishedAt = now
	}
	return row
}

func columns(p model.Product) map[string]any {
	return map[string]any{
		"title": p.Title, "summary": p.Summary, "body": p.Body, "vendor": p.Vendor, "tags": p.Tags,
		"pictures": p.Pictures, "options": p.Options, "freight_template_id": p.FreightTemplateID,
		"no_return": p.NoReturn, "published": p.Published, "published_at": p.PublishedAt, "sort": p.Sort,
		"price_fen": p.PriceFen, "compare_at_fen": p.CompareAtFen, "source": p.Source,
		"publish_at": p.PublishAt, "archived": p.Archived, "words": p.Words,
	}
}

// noteColumns notes the columns that differ. What is long is told by its length.
func (c *change) noteColumns(prefix string, before, after map[string]any) {
	for name, value := range after {
		was, is := inDatabase(before[name]), inDatabase(value)
		if name != "words" && !reflect.DeepEqual(was, is) {
			c.note(prefix+name, briefly(was), briefly(is))
		}
	}
}

// maxNoted is how many characters of a value the audit log has.
const maxNoted = 400

func briefly(v any) any {
	if s, ok := v.(string); ok && utf8.RuneCountInString(s) > maxNoted {
		return fmt.Sprintf("%s… (%d)", string([]rune(s)[:maxNoted]), utf8.RuneCountInString(s))
	}
	return v
}

// wordsOf is what staff find a product by.
func wordsOf(handle string, title model.Text, vendor string) string {
	words := handle
	for _, language := range slices.Sorted(maps.Keys(title)) {
		words += " " + title[language]
	}
	all := []rune(strings.ToLower(words + " " + vendor))
	return string(all[:min(len(all), model.MaxWords)])
}

// same tells whether the database would see no difference.
func same(a, b map[string]any) bool {
	return maps.EqualFunc(a, b, func(x, y any) bool { return reflect.DeepEqual(inDatabase(x), inDatabase(y)) })
}

func inDatabase(v any) any {
	if valuer, ok := v.(driver.Valuer); ok {
		if d, err := valuer.Value(); err == nil {
			return d
		}
	}
	return v
}

// categoryIDs finds categories by slug. Errors: ErrInvalid at the one that does not exist.
func (c *change) categoryIDs(slugs []string) ([]int64, error) {
	if len(slugs) == 0 {
		return nil, nil
	}
	var found []model.Category
	if err := c.tx.Select("id", "slug").Where("slug IN ?", slugs).Find(&found).Error; err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	byBySlug := newTree(found).bySlug
	ids := make([]int64, 0, len(slugs))
	for i, slug := range slugs {
		category, ok := byBySlug[slug]
		if !ok {
			return nil, model.ErrInvalid.At(index("categories", i))
		}
		ids = append(ids, category.ID)
	}
	return union(nil, ids), nil
}

// freightID finds a freight template; none is the brand's default. Whoever removes one holds the brand's row as we do,
// so it is still there when the product names it. Errors: ErrInvalid.
func (c *change) freightID(id string) (int64, error) {
	if id == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0, model.ErrInvalid.At("freight_template")
	}
	var found int64
	if err := c.tx.Model(&model.FreightTemplate{}).Where("id = ?", n).Count(&found).Error; err != nil {
		return 0, fmt.Errorf("freight template %d: %w", n, err)
	}
	if found == 0 {
		return 0, model.ErrInvalid.At("freight_template")
	}
	return n, nil
}

// union is both, sorted, each once.
func union(a, b []int64) []int64 {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// link makes the product's categories and the index of its tags what they shall be.
func (c *change) link(productID int64, old stored, tags []string, categories []int64) error {
	if !slices.Equal(old.categories, categories) {
		c.made = true
		if err := c.tx.Where("product_id = ?", productID).Delete(&model.ProductCategory{}).Error; err != nil {
			return fmt.Errorf("product %d: categories: %w", productID, err)
		}
		rows := make([]model.ProductCategory, len(categories))
		for i, id := range categories {
			rows[i] = model.ProductCategory{ProductID: productID, CategoryID: id}
		}
		if err := createAll(c, rows); err != nil {
			return fmt.Errorf("product %d: categories: %w", productID, err)
		}
	}
	if !slices.Equal(old.Tags, tags) {
		c.made = true
		if err := c.tx.Where("product_id = ?", productID).Delete(&model.ProductTag{}).Error; err != nil {
			return fmt.Errorf("product %d: tags: %w", productID, err)
		}
		rows := make([]model.ProductTag, len(tags))
		for i, tag := range tags {
			rows[i] = model.ProductTag{ProductID: productID, Tag: tag}
		}
		if err := createAll(c, rows); err != nil {
			return fmt.Errorf("product %d: tags: %w", productID, err)
		}
	}
	return nil
}

func createAll[T any](c *change, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return c.tx.Create(&rows).Error
}

// SetPublished shows a product in the storefront, or hides it. Errors: ErrProductNotFound.
func (s *Service) SetPublished(ctx context.Context, handle string, published bool) error {
	return s.change(ctx, func(c *change) error {
		old, err := c.load(handle)
		switch {
		case err != nil:
			return err
		case old.ID == 0:
			return model.ErrProductNotFound
		case old.Published == published:
			return nil
		}
		c.made = true
		columns := map[string]any{"published": published, "publish_at": 0, "catalogue_version": c.version}
		if published {
			columns["published_at"], columns["archived"] = c.now, false
		}
		if err := c.tx.Model(&model.Product{}).Where("id = ?", old.ID).Updates(columns).Error; err != nil {
			return fmt.Errorf("product %s: %w", handle, err)
		}
		return nil
	})
}
