package catalogue

import (
	"cmp"
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Sort is an order of a list.
type Sort string

// The orders.
const (
	SortDefault   Sort = ""           // the shop's own
	SortNewest    Sort = "newest"     // last published first
	SortPriceAsc  Sort = "price_asc"  // by the lowest price
	SortPriceDesc Sort = "price_desc" //
)

// order is how a Sort is done: by a column, and by id among equals.
type order struct {
	column string
	desc   bool
	value  func(model.Product) int64
}

var orders = map[Sort]order{
	SortDefault:   {"sort", false, func(p model.Product) int64 { return p.Sort }},
	SortNewest:    {"published_at", true, func(p model.Product) int64 { return int64(p.PublishedAt) }},
	SortPriceAsc:  {"price_fen", false, func(p model.Product) int64 { return int64(p.PriceFen) }},
	SortPriceDesc: {"price_fen", true, func(p model.Product) int64 { return int64(p.PriceFen) }},
}

// Query says which products a list has. Its zero values do not filter.
type Query struct {
	Category string // a slug: its products and those of the categories below it
	Tag      string
	MinFen   model.Fen // of the lowest price
	MaxFen   model.Fen // 0: no limit
	InStock  bool
	Sort     Sort
	After    Place // where the page before has ended
	Limit    int   // 1–50
}

// Place is where a page of a list has ended. Its zero value is the beginning.
type Place struct {
	Value int64 `json:"v"`
	ID    int64 `json:"i"`
}

// MaxLimit is how many products one page has at most.
const MaxLimit = 50

// List is a page of products. Texts are in the first of the languages that has them. next is nil on the last
// page. Errors: ErrInvalid at sort or category, ErrOutOfRange at limit.
func (s *Service) List(ctx context.Context, q Query, languages ...string) (cards []Card, next *Place, err error) {
	o, ok := orders[q.Sort]
	if !ok {
		return nil, nil, model.ErrInvalid.At("sort")
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		return nil, nil, outOfRange("limit", MaxLimit)
	}
	query, err := s.filter(ctx, q)
	if err != nil || query == nil {
		return []Card{}, nil, err
	}
	if q.After != (Place{}) {
		// In this form MySQL reads the index from the place on; it would not for a comparison of pairs.
		compare := ">"
		if o.desc {
			compare = "<"
		}
		query = query.Where(
			fmt.Sprintf("products.%[1]s %[2]s= ? AND (products.%[1]s %[2]s ? OR products.id %[2]s ?)", o.column, compare),
			q.After.Value, q.After.Value, q.After.ID)
	}
	direction := ""
	if o.desc {
		direction = " DESC"
	}
	var rows []model.Product
	err = query.Order("products." + o.column + direction + ", products.id" + direction).Limit(q.Limit + 1).Find(&rows).Error
	if err != nil {
		return nil, nil, fmt.Errorf("products: %w", err)
	}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[q.Limit-1]
		next = &Place{Value: o.value(last), ID: last.ID}
	}
	cards, err = s.cards(ctx, rows, languages)
	return cards, next, err
}

// ofCard are the columns that a card is drawn from.
var ofCard = []string{
	"products.id", "handle", "title", "summary", "pictures", "price_fen", "compare_at_fen", "products.sort", "published_at",
}

// filter is the query for the products that a list has; nil when it can have none.
func (s *Service) filter(ctx context.Context, q Query) (*gorm.DB, error) {
	brandID, _ := model.BrandID(ctx)
	query := s.db.Read(ctx).Model(&model.Product{}).Select(ofCard).Where("products.published = ?", true)
	if q.Category != "" {
		t, err := s.tree(ctx)
		if err != nil {
			return nil, err
		}
		c, ok := t.bySlug[q.Category]
		if !ok || !t.isShown(c.ID) {
			return nil, model.ErrInvalid.At("category")
		}
		query = query.Where(
			"products.id IN (SELECT product_id FROM product_categories WHERE brand_id = ? AND category_id IN ?)", brandID, t.below(c.ID))
	}
	if q.Tag != "" {
		query = query.Where("products.id IN (SELECT product_id FROM product_tags WHERE brand_id = ? AND tag = ?)", brandID, q.Tag)
	}
	if q.MinFen > 0 {
		query = query.Where("products.price_fen >= ?", q.MinFen)
	}
	if q.MaxFen > 0 {
		query = query.Where("products.price_fen <= ?", q.MaxFen)
	}
	if q.InStock {
		query = query.Where(
			"EXISTS (SELECT 1 FROM skus WHERE skus.brand_id = ? AND skus.product_id = products.id AND skus.active = ? AND skus.on_hand > skus.reserved)",
			brandID, true)
	}
	return query, nil
}

// Cards are the products of these handles that are published, in the order of the handles: for the shelves
// of a page.
func (s *Service) Cards(ctx context.Context, handles []string, languages ...string) ([]Card, error) {
	if len(handles) == 0 {
		return []Card{}, nil
	}
	var rows []model.Product
	err := s.db.Read(ctx).Select(ofCard).Where("published = ? AND handle IN ?", true, handles).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	return s.cards(ctx, inOrder(rows, handles, func(p model.Product) string { return p.Handle }), languages)
}

// inOrder puts rows into the order of their keys; a key without a row is left out.
func inOrder[T any, K comparable](rows []T, keys []K, key func(T) K) []T {
	by := make(map[K]T, len(rows))
	for _, r := range rows {
		by[key(r)] = r
	}
	out := make([]T, 0, len(rows))
	for _, k := range keys {
		if r, ok := by[k]; ok {
			out = append(out, r)
			delete(by, k)
		}
	}
	return out
}

// cards draws products for a list.
func (s *Service) cards(ctx context.Context, products []model.Product, languages []string) ([]Card, error) {
	cards := make([]Card, len(products))
	if len(products) == 0 {
		return cards, nil
	}
	ids := make([]int64, len(products))
	for i, p := range products {
		ids[i] = p.ID
	}
	var sums []struct {
		ProductID int64
		Highest   model.Fen
		Stocked   int64 // SKUs that are in stock
	}
	err := s.db.Read(ctx).Model(&model.SKU{}).
		Select("product_id, MAX(price_fen) AS highest, SUM(CASE WHEN on_hand > reserved THEN 1 ELSE 0 END) AS stocked").
		Where("product_id IN ? AND active = ?", ids, true).Group("product_id").Scan(&sums).Error
	if err != nil {
		return nil, fmt.Errorf("skus of a list: %w", err)
	}
	for i, p := range products {
		c := Card{
			Handle: p.Handle, Title: p.Title.In(languages...), Summary: p.Summary.In(languages...),
			PriceFen: p.PriceFen, CompareAtFen: p.CompareAtFen,
		}
		if len(p.Pictures) > 0 {
			c.Picture = cmp.Or(p.Pictures[0].Small, p.Pictures[0].URL)
		}
		for _, sum := range sums {
			if sum.ProductID != p.ID {
				continue
			}
			c.InStock = sum.Stocked > 0
			if sum.Highest > p.PriceFen {
				c.PriceToFen = sum.Highest
			}
		}
		cards[i] = c
	}
	return cards, nil
}

// Product is a product's page. Errors: ErrProductNotFound, also for one that is not published.
func (s *Service) Product(ctx context.Context, handle string, languages ...string) (Detail, error) {
	return s.detail(ctx, s.db.Read(ctx).Where("handle = ? AND published = ?", handle, true), languages)
}

// Drafted is a product with its SKUs, whether it is published or not, for who may look at it before. Errors:
// ErrProductNotFound.
func (s *Service) Drafted(ctx context.Context, handle string, languages ...string) (Detail, error) {
	return s.detail(ctx, s.db.Read(ctx).Where("handle = ?", handle), languages)
}

func (s *Service) detail(ctx context.Context, query *gorm.DB, languages []string) (Detail, error) {
	var p model.Product
	err := query.Take(&p).Error
	if database.IsNotFound(err) {
		return Detail{}, model.ErrProductNotFound
	}
	if err != nil {
		return Detail{}, fmt.Errorf("product: %w", err)
	}
	var skus []model.SKU
	err = s.db.Read(ctx).Where("product_id = ? AND active = ?", p.ID, true).Order("sort, id").Find(&skus).Error
	if err != nil {
		return Detail{}, fmt.Errorf("product %d: skus: %w", p.ID, err)
	}
	var ids []int64
	if err := s.db.Read(ctx).Model(&model.ProductCategory{}).Where("product_id = ?", p.ID).Order("id").Pluck("category_id", &ids).Error; err != nil {
		return Detail{}, fmt.Errorf("product %d: categories: %w", p.ID, err)
	}
	links := []CategoryLink{}
	if len(ids) > 0 {
		t, err := s.tree(ctx)
		if err != nil {
			return Detail{}, err
		}
		for _, id := range ids {
			if c := t.byID[id]; t.isShown(id) {
				links = append(links, CategoryLink{Slug: c.Slug, Name: c.Name.In(languages...)})
			}
		}
	}
	return viewProduct(p, skus, links, languages), nil
}

// Categories is the tree of the published categories.
func (s *Service) Categories(ctx context.Context, languages ...string) ([]Category, error) {
	t, err := s.tree(ctx)
	if err != nil {
		return nil, err
	}
	return t.view(0, languages), nil
}

func (t tree) view(parent int64, languages []string) []Category {
	out := []Category{}
	for _, c := range t.children[parent] {
		if c.Published {
			out = append(out, Category{
				Slug: c.Slug, Name: c.Name.In(languages...), Picture: c.Picture, Children: t.view(c.ID, languages),
			})
		}
	}
	return out
}

func (s *Service) tree(ctx context.Context) (tree, error) {
	return treeOf(s.db.Read(ctx))
}
