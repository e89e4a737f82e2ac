package catalogue

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/slug"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
)

// Create makes a product, once for each key; it is a draft. Errors: as PutProduct; ErrHandleTaken.
func (s *Service) Create(ctx context.Context, key string, in NewProduct) (DeskDetail, error) {
	return s.making(ctx, idem.Request{Key: key, Operation: "catalogue.create", Input: in}, func(c *change) (ProductSpec, error) {
		if in.Handle != "" {
			return in.spec(in.Handle), c.isFree(in.Handle)
		}
		handle, err := c.freeHandle(cmp.Or(slug.Of(in.Title.In(handleLanguages...)), slug.ASCII(in.Title.In())))
		return in.spec(handle), err
	})
}

// handleLanguages are those whose titles make the best addresses, best first.
var handleLanguages = []string{"en", "it"}

// Copy makes a product like another, once for each key; it is a draft without stock. Errors: ErrProductNotFound.
func (s *Service) Copy(ctx context.Context, key, handle string) (DeskDetail, error) {
	return s.making(ctx, idem.Request{Key: key, Operation: "catalogue.copy", Input: handle}, func(c *change) (spec ProductSpec, err error) {
		old, err := c.load(handle)
		if err != nil {
			return spec, err
		}
		if old.ID == 0 {
			return spec, model.ErrProductNotFound
		}
		t, err := treeOf(c.tx)
		if err != nil {
			return spec, err
		}
		spec = old.spec(t)
		spec.Published, spec.PublishAt, spec.archived, spec.Source = false, 0, false, ""
		for i := range spec.SKUs {
			spec.SKUs[i].No = ""
		}
		spec.Handle, err = c.freeHandle(handle + "-copy")
		return spec, err
	})
}

// making makes the product that decide says.
func (s *Service) making(ctx context.Context, r idem.Request, decide func(c *change) (ProductSpec, error)) (DeskDetail, error) {
	r.Owner = model.ActorOf(ctx).String()
	handle, err := idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (handle string, err error) {
		return handle, s.changeIn(ctx, tx, func(c *change) error {
			spec, err := decide(c)
			if err != nil {
				return err
			}
			handle = spec.Handle
			if spec = spec.cleaned(); spec.check() != nil {
				return spec.check()
			}
			if _, _, err := c.write(s.newNo, stored{}, spec); err != nil {
				return err
			}
			return c.trail(ctx, "product.create", handle)
		})
	})
	if err != nil {
		return DeskDetail{}, err
	}
	return s.AtDeskDetail(ctx, handle)
}

// trail writes the audit log, if anything was written. The log names a product by its id: a handle may be in any
// script.
func (c *change) trail(ctx context.Context, action, handle string) error {
	if !c.made {
		return nil
	}
	id, err := IDOf(c.tx, handle)
	if err != nil {
		return err
	}
	if c.note("handle", handle, handle); action == "product.create" {
		c.before = nil
	}
	subject := trail.Subject{Kind: "product", No: strconv.FormatInt(id, 10)}
	if c.before == nil {
		return trail.Write(ctx, c.tx, action, subject, nil, c.after)
	}
	return trail.Write(ctx, c.tx, action, subject, c.before, c.after)
}

// isFree tells whether a product may have the handle. Errors: ErrHandleTaken.
func (c *change) isFree(handle string) error {
	switch _, err := IDOf(c.tx, handle); {
	case err == nil:
		return model.ErrHandleTaken
	case errors.Is(err, model.ErrProductNotFound):
		return nil
	default:
		return err
	}
}

// freeHandle is the handle, or one like it that is free.
func (c *change) freeHandle(handle string) (string, error) {
	if r := []rune(handle); len(r) > slug.MaxLength-4 {
		handle = strings.Trim(string(r[:slug.MaxLength-4]), "-")
	}
	var taken []string
	err := c.tx.Model(&model.Product{}).Where("handle = ? OR handle LIKE ? ESCAPE '!'", handle, likeEscape.Replace(handle)+"-%").
		Pluck("handle", &taken).Error
	if err != nil {
		return "", fmt.Errorf("handles: %w", err)
	}
	free := handle
	for n := 2; slices.Contains(taken, free); n++ {
		free = handle + "-" + strconv.Itoa(n)
	}
	return free, nil
}

// Change makes a product what staff say; its handle, its SKUs' numbers and what was sold stay. Errors:
// ErrProductNotFound; ErrChangedMeanwhile, at skus[i].stock when stock was moved since it was shown; as PutProduct;
// ErrSKUNotFound at skus[i].no; ErrRequired at skus[i].stock_was.
func (s *Service) Change(ctx context.Context, handle string, in ProductChange) (DeskDetail, error) {
	err := s.edit(ctx, "product.change", handle, in.Version, func(old stored, _ tree) (ProductSpec, error) {
		spec := in.spec(handle)
		spec.FreightTemplateID, spec.Source = old.FreightTemplateID, old.Source
		spec.Published, spec.PublishAt, spec.archived = old.Published, old.PublishAt, old.Archived
		for i, p := range spec.Pictures {
			if at := slices.IndexFunc(old.Pictures, func(q model.Picture) bool { return q.URL == p.URL }); at >= 0 {
				spec.Pictures[i].Source = old.Pictures[at].Source
			}
		}
		return spec, old.knows(spec.SKUs)
	})
	if err != nil {
		return DeskDetail{}, err
	}
	return s.AtDeskDetail(ctx, handle)
}

// knows checks the numbers that SKUs are named by.
func (p stored) knows(skus []SKUSpec) error {
	var errs checks
	named := map[string]bool{}
	for i, k := range skus {
		at := index("skus", i)
		known := slices.ContainsFunc(p.skus, func(s model.SKU) bool { return s.No == k.No })
		errs.add(k.No == "" || known, model.ErrSKUNotFound.At(at+".no"))
		errs.add(k.No == "" || !named[k.No], model.ErrInvalid.At(at+".no"))
		errs.add(k.No == "" || k.Stock == nil || k.StockWas != nil, model.ErrRequired.At(at+".stock_was"))
		named[k.No] = true
	}
	return errs.err()
}

// edit changes a product into what decide makes of it. version 0 does not ask which one it was.
func (s *Service) edit(
	ctx context.Context, action, handle string, version int64, decide func(old stored, t tree) (ProductSpec, error),
) error {
	return s.change(ctx, func(c *change) error {
		old, err := c.load(handle)
		switch {
		case err != nil:
			return err
		case old.ID == 0:
			return model.ErrProductNotFound
		case version != 0 && version != old.CatalogueVersion:
			return model.ErrChangedMeanwhile
		}
		t, err := treeOf(c.tx)
		if err != nil {
			return err
		}
		spec, err := decide(old, t)
		if err != nil {
			return err
		}
		if spec = spec.cleaned(); spec.check() != nil {
			return spec.check()
		}
		if _, _, err := c.write(s.newNo, old, spec); err != nil {
			return err
		}
		return c.trail(ctx, action, handle)
	})
}
