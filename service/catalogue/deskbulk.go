package catalogue

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"hutong/model"
)

// BulkAction is what is done to several products.
type BulkAction struct {
	Action   string   `json:"action" enum:"publish,withdraw,archive,restore,add_category,remove_category,add_tag,remove_tag" doc:"restore: takes back what is put away, as a draft"`
	Handles  []string `json:"handles" minItems:"1" maxItems:"100"`
	Category string   `json:"category,omitempty" maxLength:"96" doc:"Its slug, with add_category and remove_category"`
	Tag      string   `json:"tag,omitempty" maxLength:"64" doc:"With add_tag and remove_tag"`
}

// MaxBulk is how many products one BulkAction may name.
const MaxBulk = 100

// Act does something to several products, each by itself; refused are their errors, in the order of the handles:
// nil, ErrProductNotFound, or as Change. Errors: ErrNotOneOf at action, ErrRequired, ErrTooMany, ErrCategoryNotFound.
func (s *Service) Act(ctx context.Context, a BulkAction) (refused []error, err error) {
	if len(a.Handles) > MaxBulk {
		return nil, model.ErrTooMany.With("max", fmt.Sprint(MaxBulk)).At("handles")
	}
	do, err := s.action(ctx, a)
	if err != nil {
		return nil, err
	}
	return eachRefused(a.Handles, func(handle string) error { return do(handle) })
}

// eachRefused does something to each, and collects the model's errors; any other ends it.
func eachRefused[T any](all []T, do func(T) error) ([]error, error) {
	refused := make([]error, len(all))
	for i, one := range all {
		err := do(one)
		if err != nil && !isRefusal(err) {
			return nil, err
		}
		refused[i] = err
	}
	return refused, nil
}

// isRefusal tells an error that the caller can do something about.
func isRefusal(err error) bool {
	var e *model.Error
	var es model.Errs
	return errors.As(err, &es) || errors.As(err, &e)
}

// action is what is done to each product.
func (s *Service) action(ctx context.Context, a BulkAction) (func(handle string) error, error) {
	state := func(to ProductState) (func(string) error, error) {
		return func(handle string) error { return s.setState(ctx, handle, StateChange{State: to}) }, nil
	}
	edit := func(change func(*ProductSpec)) (func(string) error, error) {
		return func(handle string) error {
			return s.edit(ctx, "product.change", handle, 0, func(old stored, t tree) (ProductSpec, error) {
				spec := old.spec(t)
				change(&spec)
				return spec, nil
			})
		}, nil
	}
	switch a.Action {
	case "publish":
		return state(StatePublished)
	case "withdraw", "restore":
		return state(StateDraft)
	case "archive":
		return state(StateArchived)
	case "add_category", "remove_category":
		if err := s.isCategory(ctx, a.Category); err != nil {
			return nil, err
		}
		return edit(func(p *ProductSpec) { p.Categories = member(p.Categories, a.Category, a.Action == "add_category") })
	case "add_tag", "remove_tag":
		if a.Tag == "" {
			return nil, model.ErrRequired.At("tag")
		}
		return edit(func(p *ProductSpec) { p.Tags = member(p.Tags, a.Tag, a.Action == "add_tag") })
	}
	return nil, model.ErrNotOneOf.At("action").
		With("values", "publish, withdraw, archive, restore, add_category, remove_category, add_tag, remove_tag")
}

// isCategory tells whether there is such a category. Errors: ErrRequired, ErrCategoryNotFound.
func (s *Service) isCategory(ctx context.Context, name string) error {
	if name == "" {
		return model.ErrRequired.At("category")
	}
	t, err := s.tree(ctx)
	if _, ok := t.bySlug[name]; err == nil && !ok {
		return model.ErrCategoryNotFound.At("category")
	}
	return err
}

// member is the list with one, or without it.
func member(all []string, one string, in bool) []string {
	without := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == one })
	switch {
	case !in:
		return without
	case len(without) < len(all):
		return all
	}
	return append(without, one)
}

// SKUChange is what shall be different about a SKU.
type SKUChange struct {
	No           string     `json:"no" maxLength:"26"`
	PriceFen     *model.Fen `json:"price_fen,omitempty" minimum:"1"`
	CompareAtFen *model.Fen `json:"compare_at_fen,omitempty" minimum:"0" doc:"The price before; 0: none"`
	Stock        *int64     `json:"stock,omitempty" minimum:"0" doc:"Pieces on hand as they shall be"`
	StockWas     *int64     `json:"stock_was,omitempty" minimum:"0" doc:"Pieces on hand as they were shown; wanted with stock"`
}

// MaxSKUChanges is how many rows ChangeSKUs takes.
const MaxSKUChanges = 500

// ChangeSKUs changes prices and stock of many SKUs. The rows of one product are taken together or not at all. refused
// are the errors of the rows, in their order: nil, ErrSKUNotFound, ErrRequired at stock_was, ErrChangedMeanwhile when
// stock was moved since it was shown, ErrOutOfStock, or as Change. Errors: ErrTooMany.
func (s *Service) ChangeSKUs(ctx context.Context, rows []SKUChange) (refused []error, err error) {
	if len(rows) > MaxSKUChanges {
		return nil, model.ErrTooMany.With("max", fmt.Sprint(MaxSKUChanges)).At("rows")
	}
	nos := make([]string, len(rows))
	for i, r := range rows {
		nos[i] = r.No
	}
	var found []struct{ No, Handle string }
	err = s.db.Read(ctx).Model(&model.SKU{}).Select("skus.no, products.handle").
		Joins("JOIN products ON products.id = skus.product_id AND products.brand_id = skus.brand_id").
		Where("skus.no IN ? AND skus.active = ?", nos, true).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("skus: %w", err)
	}
	handleOf := map[string]string{}
	for _, f := range found {
		handleOf[f.No] = f.Handle
	}
	refused = make([]error, len(rows))
	of, handles := map[string][]int{}, []string{}
	for i, r := range rows {
		handle, ok := handleOf[r.No]
		switch {
		case !ok:
			refused[i] = model.ErrSKUNotFound.At("no")
			continue
		case r.Stock != nil && r.StockWas == nil:
			refused[i] = model.ErrRequired.At("stock_was")
			continue
		case of[handle] == nil:
			handles = append(handles, handle)
		}
		of[handle] = append(of[handle], i)
	}
	for _, handle := range handles {
		err := s.changeSKUs(ctx, handle, rows, of[handle])
		if err != nil && !isRefusal(err) {
			return nil, err
		}
		for _, i := range of[handle] {
			refused[i] = err
		}
	}
	return refused, nil
}

// changeSKUs takes the rows that are of one product.
func (s *Service) changeSKUs(ctx context.Context, handle string, rows []SKUChange, of []int) error {
	return s.edit(ctx, "product.change", handle, 0, func(old stored, t tree) (ProductSpec, error) {
		spec := old.spec(t)
		for _, i := range of {
			r := rows[i]
			at := slices.IndexFunc(spec.SKUs, func(k SKUSpec) bool { return k.No == r.No })
			if at < 0 {
				return spec, model.ErrSKUNotFound.At("no")
			}
			k := &spec.SKUs[at]
			if r.PriceFen != nil {
				if k.PriceFen = *r.PriceFen; r.CompareAtFen == nil && k.CompareAtFen <= k.PriceFen {
					k.CompareAtFen = 0 // no price before that is lower
				}
			}
			if r.CompareAtFen != nil {
				k.CompareAtFen = *r.CompareAtFen
			}
			k.Stock, k.StockWas = r.Stock, r.StockWas
		}
		return spec, nil
	})
}
