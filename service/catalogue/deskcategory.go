package catalogue

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/slug"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
)

// maxSiblings is how many categories may stand beside each other.
const maxSiblings = 200

// DeskCategory is a category as staff see it, with all below it.
type DeskCategory struct {
	Slug      string         `json:"slug" doc:"Names the category, here and in the shop's addresses"`
	Name      model.Text     `json:"name" doc:"By language"`
	Picture   string         `json:"picture,omitempty"`
	Published bool           `json:"published" doc:"Whether consumers see it, if they see those above it"`
	Products  int64          `json:"products" doc:"Those in this very category, put away or not"`
	Children  []DeskCategory `json:"children"`
}

// CategoryInput is a category as staff want it.
type CategoryInput struct {
	Name      model.Text `json:"name" doc:"By language; at least one"`
	Picture   string     `json:"picture,omitempty" maxLength:"512" doc:"As send-picture answered it"`
	Published bool       `json:"published" doc:"Whether consumers see it"`
}

// NewCategory is a category to be made; it is the last among those beside it.
type NewCategory struct {
	Slug   string `json:"slug,omitempty" maxLength:"96" doc:"Its name in addresses, for ever: lower-case letters, digits and hyphens; made of the name if absent"`
	Parent string `json:"parent,omitempty" maxLength:"96" doc:"Slug of the category above it; absent at the top"`
	CategoryInput
}

// CategoryPlace is where a category shall stand.
type CategoryPlace struct {
	Parent string `json:"parent" maxLength:"96" doc:"Slug of the category above it; empty at the top"`
	Before string `json:"before,omitempty" maxLength:"96" doc:"Slug of the one it stands before; absent for the last place"`
}

// DeskCategories is the whole tree.
func (s *Service) DeskCategories(ctx context.Context) ([]DeskCategory, error) {
	t, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	var counts []struct{ CategoryID, N int64 }
	err = s.db.Read(ctx).Model(&model.ProductCategory{}).Select("category_id, COUNT(*) AS n").Group("category_id").Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("products of categories: %w", err)
	}
	in := map[int64]int64{}
	for _, c := range counts {
		in[c.CategoryID] = c.N
	}
	return t.desk(0, in), nil
}

func (t tree) desk(parent int64, in map[int64]int64) []DeskCategory {
	out := []DeskCategory{}
	for _, c := range t.children[parent] {
		out = append(out, DeskCategory{
			Slug: c.Slug, Name: filled(c.Name), Picture: c.Picture, Published: c.Published, Products: in[c.ID], Children: t.desk(c.ID, in),
		})
	}
	return out
}

// CreateCategory makes a category, once for each key, and answers the tree. Errors: as PutCategory; ErrCategoryTaken;
// ErrTooMany at parent.
func (s *Service) CreateCategory(ctx context.Context, key string, in NewCategory) ([]DeskCategory, error) {
	r := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "catalogue.category", Input: in}
	_, err := idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (made string, err error) {
		return made, s.changeIn(ctx, tx, func(c *change) error {
			t, err := treeOf(tx)
			if err != nil {
				return err
			}
			spec := CategorySpec{Slug: in.Slug, Parent: in.Parent, Name: filled(in.Name), Picture: in.Picture, Published: in.Published}
			if made = in.Slug; made == "" {
				made = t.freeSlug(slug.ASCII(in.Name.In(handleLanguages...)))
				spec.Slug = made
			}
			if err := spec.check(); err != nil {
				return err
			}
			if _, taken := t.bySlug[made]; taken {
				return model.ErrCategoryTaken
			}
			beside := t.children[t.bySlug[in.Parent].ID]
			if len(beside) >= maxSiblings {
				return model.ErrTooMany.With("max", fmt.Sprint(maxSiblings)).At("parent")
			}
			for _, b := range beside {
				spec.Sort = max(spec.Sort, b.Sort+1)
			}
			if _, err := c.putCategory(spec); err != nil {
				return err
			}
			return c.trailCategory(ctx, "category.create", made, nil, in)
		})
	})
	if err != nil {
		return nil, err
	}
	return s.DeskCategories(ctx)
}

func (t tree) freeSlug(slug string) string {
	free := slug
	for n := 2; ; n++ {
		if _, taken := t.bySlug[free]; !taken {
			return free
		}
		free = fmt.Sprintf("%s-%d", slug, n)
	}
}

// ChangeCategory renames a category, gives it another picture, shows or hides it, and answers the tree. Errors:
// ErrCategoryNotFound; as PutCategory.
func (s *Service) ChangeCategory(ctx context.Context, name string, in CategoryInput) ([]DeskCategory, error) {
	return s.arrange(ctx, name, func(c *change, t tree, old model.Category) error {
		spec := CategorySpec{
			Slug: name, Parent: t.byID[old.ParentID].Slug, Name: filled(in.Name), Picture: in.Picture, Published: in.Published, Sort: old.Sort,
		}
		if err := spec.check(); err != nil {
			return err
		}
		if _, err := c.putCategory(spec); err != nil {
			return err
		}
		before := CategoryInput{old.Name, old.Picture, old.Published}
		return c.trailCategory(ctx, "category.change", name, before, CategoryInput{spec.Name, spec.Picture, spec.Published})
	})
}

// MoveCategory puts a category, with all below it, into another place, and answers the tree. Errors:
// ErrCategoryNotFound; ErrInvalid at parent when there is none, when it is below the category, or when it would be
// deeper than five levels; ErrInvalid at before when that one is not there.
func (s *Service) MoveCategory(ctx context.Context, name string, to CategoryPlace) ([]DeskCategory, error) {
	return s.arrange(ctx, name, func(c *change, t tree, old model.Category) error {
		spec := CategorySpec{Slug: name, Parent: to.Parent, Name: old.Name, Picture: old.Picture, Published: old.Published, Sort: old.Sort}
		if _, err := c.putCategory(spec); err != nil {
			return err
		}
		beside := slices.DeleteFunc(slices.Clone(t.children[t.bySlug[to.Parent].ID]), func(b model.Category) bool { return b.ID == old.ID })
		at := len(beside)
		if to.Before != "" {
			at = slices.IndexFunc(beside, func(b model.Category) bool { return b.Slug == to.Before })
			if at < 0 {
				return model.ErrInvalid.At("before")
			}
		}
		for i, b := range slices.Insert(beside, at, old) {
			if b.Sort == int64(i) {
				continue
			}
			c.made = true
			if err := c.tx.Model(&model.Category{}).Where("id = ?", b.ID).Update("sort", i).Error; err != nil {
				return fmt.Errorf("category %s: %w", b.Slug, err)
			}
		}
		return c.trailCategory(ctx, "category.move", name, CategoryPlace{Parent: t.byID[old.ParentID].Slug}, to)
	})
}

// RemoveCategory removes a category that has nothing in it, and answers the tree. Errors: ErrCategoryNotFound,
// ErrCategoryInUse.
func (s *Service) RemoveCategory(ctx context.Context, name string) ([]DeskCategory, error) {
	return s.arrange(ctx, name, func(c *change, t tree, old model.Category) error {
		var n int64
		if err := c.tx.Model(&model.ProductCategory{}).Where("category_id = ?", old.ID).Count(&n).Error; err != nil {
			return fmt.Errorf("products of a category: %w", err)
		}
		if n > 0 || len(t.children[old.ID]) > 0 {
			return model.ErrCategoryInUse
		}
		c.made = true
		if err := c.tx.Where("id = ?", old.ID).Delete(&model.Category{}).Error; err != nil {
			return fmt.Errorf("category %s: %w", name, err)
		}
		return c.trailCategory(ctx, "category.remove", name, CategoryInput{old.Name, old.Picture, old.Published}, nil)
	})
}

// arrange changes something about a category, and answers the tree.
func (s *Service) arrange(ctx context.Context, name string, do func(c *change, t tree, old model.Category) error) ([]DeskCategory, error) {
	err := s.change(ctx, func(c *change) error {
		t, err := treeOf(c.tx)
		if err != nil {
			return err
		}
		old, ok := t.bySlug[name]
		if !ok {
			return model.ErrCategoryNotFound
		}
		return do(c, t, old)
	})
	if err != nil {
		return nil, err
	}
	return s.DeskCategories(ctx)
}

// trailCategory writes the audit log, if anything was written.
func (c *change) trailCategory(ctx context.Context, action, name string, before, after any) error {
	if !c.made {
		return nil
	}
	return trail.Write(ctx, c.tx, action, trail.Subject{Kind: "category", No: name[:min(len(name), 64)]}, before, after)
}
