package catalogue

import (
	"context"
	"fmt"

	"hutong/model"
	"hutong/service/catalogue/slug"
	"hutong/service/database"
)

// maxDepth is how many levels of categories a shop may have.
const maxDepth = 5

// CategorySpec is a category as it shall be.
type CategorySpec struct {
	Slug      string // lower-case ASCII letters, digits and hyphens
	Parent    string // the parent's slug; "" at the root
	Name      model.Text
	Picture   string
	Sort      int64 // smaller first
	Published bool
}

// PutCategory makes the category of that slug, or changes it into this. Errors, each at its field:
// ErrInvalid, ErrRequired, ErrTooLong; ErrInvalid at parent when there is none, when it would be below
// itself, or deeper than five levels.
func (s *Service) PutCategory(ctx context.Context, spec CategorySpec) (Outcome, error) {
	if err := spec.check(); err != nil {
		return "", err
	}
	var outcome Outcome
	err := s.change(ctx, func(c *change) (err error) {
		outcome, err = c.putCategory(spec)
		return err
	})
	return outcome, err
}

func (spec CategorySpec) check() error {
	var errs checks
	errs.add(spec.Slug == slug.ASCII(spec.Slug), model.ErrInvalid.At("slug"))
	errs.text("name", spec.Name, maxName, true)
	errs.add(spec.Picture == "" || isPicture(spec.Picture), model.ErrInvalid.At("picture"))
	return errs.err()
}

func (c *change) putCategory(spec CategorySpec) (Outcome, error) {
	var all []model.Category
	if err := c.tx.Find(&all).Error; err != nil {
		return "", fmt.Errorf("categories: %w", err)
	}
	tree := newTree(all)
	old, exists := tree.bySlug[spec.Slug]
	row := model.Category{
		ID: old.ID, Slug: spec.Slug, Name: spec.Name, Picture: spec.Picture, Sort: spec.Sort, Published: spec.Published,
	}
	if spec.Parent != "" {
		parent, ok := tree.bySlug[spec.Parent]
		if !ok || exists && tree.isWithin(parent.ID, old.ID) || tree.depth(parent.ID)+tree.height(old.ID) > maxDepth {
			return "", model.ErrInvalid.At("parent")
		}
		row.ParentID = parent.ID
	}
	if !exists {
		c.made = true
		if err := c.tx.Create(&row).Error; database.IsDuplicate(err) {
			return "", model.ErrConflict
		} else if err != nil {
			return "", fmt.Errorf("category %s: %w", spec.Slug, err)
		}
		return Created, nil
	}
	columns := map[string]any{
		"parent_id": row.ParentID, "name": row.Name, "picture": row.Picture, "sort": row.Sort, "published": row.Published,
	}
	before := map[string]any{
		"parent_id": old.ParentID, "name": old.Name, "picture": old.Picture, "sort": old.Sort, "published": old.Published,
	}
	if same(columns, before) {
		return Unchanged, nil
	}
	c.made = true
	if err := c.tx.Model(&model.Category{}).Where("id = ?", old.ID).Updates(columns).Error; err != nil {
		return "", fmt.Errorf("category %s: %w", spec.Slug, err)
	}
	return Updated, nil
}

// tree is all categories of a brand.
type tree struct {
	byID     map[int64]model.Category
	bySlug   map[string]model.Category
	children map[int64][]model.Category
}

// newTree keeps the order that the categories have.
func newTree(all []model.Category) tree {
	t := tree{byID: map[int64]model.Category{}, bySlug: map[string]model.Category{}, children: map[int64][]model.Category{}}
	for _, c := range all {
		t.byID[c.ID], t.bySlug[c.Slug] = c, c
		t.children[c.ParentID] = append(t.children[c.ParentID], c)
	}
	return t
}

// isWithin tells whether a category is another or below it.
func (t tree) isWithin(id, above int64) bool {
	for range len(t.byID) + 1 {
		if id == above {
			return true
		}
		if id == 0 {
			return false
		}
		id = t.byID[id].ParentID
	}
	return false
}

// depth is 1 at the root.
func (t tree) depth(id int64) (n int) {
	for ; id != 0 && n <= len(t.byID); n++ {
		id = t.byID[id].ParentID
	}
	return n
}

// height is how many levels a category is, with what is below it; a new one is 1.
func (t tree) height(id int64) int {
	most := 0
	if id != 0 {
		for _, c := range t.children[id] {
			most = max(most, t.height(c.ID))
		}
	}
	return most + 1
}

// below is a category and all below it, as long as they are published.
func (t tree) below(id int64) (ids []int64) {
	ids = append(ids, id)
	for _, c := range t.children[id] {
		if c.Published {
			ids = append(ids, t.below(c.ID)...)
		}
	}
	return ids
}

// isShown tells whether a category and all above it are published.
func (t tree) isShown(id int64) bool {
	for range len(t.byID) + 1 {
		if id == 0 {
			return true
		}
		if !t.byID[id].Published {
			return false
		}
		id = t.byID[id].ParentID
	}
	return false
}
