package brand

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/maypok86/otter/v2"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// PageView is a page of the storefront, in one language.
type PageView struct {
	Slug   string      `json:"slug" example:"home"`
	Title  string      `json:"title"`
	Blocks []BlockView `json:"blocks" doc:"From top to bottom. Blocks with nothing to show are left out"`
}

// BlockView is one block of a page; which fields it has depends on its kind.
type BlockView struct {
	Kind       model.BlockKind `json:"kind" enum:"banner,category_row,product_shelf,rich_text,notice"`
	Title      string          `json:"title,omitempty"`
	Text       string          `json:"text,omitempty" doc:"rich_text: HTML, sanitised; notice: plain text"`
	Picture    string          `json:"picture,omitempty" doc:"banner"`
	Link       string          `json:"link,omitempty" doc:"banner: product:HANDLE, category:SLUG or page:SLUG"`
	Categories []CategoryCard  `json:"categories,omitempty" doc:"category_row"`
	Products   []ProductCard   `json:"products,omitempty" doc:"product_shelf"`
}

// CategoryCard is a category as a page shows it.
type CategoryCard struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	Picture string `json:"picture,omitempty"`
}

// ProductCard is a product as a page shows it.
type ProductCard struct {
	Handle       string    `json:"handle"`
	Title        string    `json:"title"`
	Picture      string    `json:"picture,omitempty"`
	PriceFen     model.Fen `json:"price_fen" doc:"Of its cheapest SKU"`
	CompareAtFen model.Fen `json:"compare_at_fen,omitempty" doc:"The price before"`
}

// pageKey names an encoded page. With another version of the catalogue it is another page.
type pageKey struct {
	brandID, version int64
	slug, language   string
}

// pageMemory bounds the encoded pages that are kept, in bytes.
const pageMemory = 8 << 20

func newPages() *otter.Cache[pageKey, []byte] {
	return otter.Must(&otter.Options[pageKey, []byte]{
		MaximumWeight: pageMemory,
		Weigher:       func(_ pageKey, encoded []byte) uint32 { return uint32(len(encoded)) },
	})
}

// Page is a published page of a brand, a PageView as JSON, as it was at most a second ago. Texts that are
// not there in the language are in the brand's own. Errors: ErrNotFound.
func (s *Service) Page(ctx context.Context, b *model.Brand, slug, language string) ([]byte, error) {
	key := pageKey{b.ID, b.CatalogueVersion, slug, language}
	if encoded, ok := s.pages.GetIfPresent(key); ok {
		return encoded, nil
	}
	view, err := page(s.db.Read(model.WithBrand(ctx, b.ID)), slug, []string{language, b.DefaultLanguage})
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(view)
	if err != nil {
		return nil, err
	}
	s.pages.Set(key, encoded)
	return encoded, nil
}

func page(tx *gorm.DB, slug string, languages []string) (PageView, error) {
	var p model.Page
	err := tx.Where("slug = ? AND published = ?", slug, true).Take(&p).Error
	if database.IsNotFound(err) {
		return PageView{}, model.ErrNotFound
	}
	if err != nil {
		return PageView{}, fmt.Errorf("page %q: %w", slug, err)
	}
	r := resolver{tx: tx, languages: languages}
	if err := r.load(p.Blocks); err != nil {
		return PageView{}, fmt.Errorf("page %q: %w", slug, err)
	}
	view := PageView{Slug: p.Slug, Title: p.Title.In(languages...), Blocks: []BlockView{}}
	for _, block := range p.Blocks {
		v, err := r.block(block)
		if err != nil {
			return PageView{}, fmt.Errorf("page %q: %w", slug, err)
		}
		if v.Text != "" || v.Picture != "" || len(v.Categories)+len(v.Products) > 0 {
			view.Blocks = append(view.Blocks, v)
		}
	}
	return view, nil
}

// resolver turns what blocks name into what is shown: one query for all products that are named, one for
// the categories, one for each shelf of a category.
type resolver struct {
	tx         *gorm.DB
	languages  []string
	products   map[string]ProductCard
	categories map[string]model.Category // that are shown, by slug
}

func (r *resolver) load(blocks []model.Block) error {
	var handles []string
	categories := false
	for _, b := range blocks {
		handles = append(handles, b.Products...)
		categories = categories || b.Kind == model.BlockCategories || b.Category != ""
	}
	r.products, r.categories = map[string]ProductCard{}, map[string]model.Category{}
	if len(handles) > 0 {
		cards, err := r.cards(r.tx.Where("handle IN ?", handles))
		if err != nil {
			return err
		}
		for _, c := range cards {
			r.products[c.Handle] = c
		}
	}
	if !categories {
		return nil
	}
	var published []model.Category
	if err := r.tx.Where("published = ?", true).Find(&published).Error; err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	byID := make(map[int64]model.Category, len(published))
	for _, c := range published {
		byID[c.ID] = c
	}
	for _, c := range published {
		if within(byID, c, 0) {
			r.categories[c.Slug] = c
		}
	}
	return nil
}

// within tells whether a category is another or below it, 0 being what all are below, with nothing
// unpublished in between.
func within(published map[int64]model.Category, c model.Category, above int64) bool {
	for range len(published) {
		if c.ID == above || c.ParentID == above {
			return true
		}
		c = published[c.ParentID]
		if c.ID == 0 {
			return false
		}
	}
	return false
}

func (r *resolver) block(b model.Block) (BlockView, error) {
	v := BlockView{Kind: b.Kind, Title: b.Title.In(r.languages...)}
	switch b.Kind {
	case model.BlockBanner:
		v.Picture, v.Link = b.Picture, b.Link
	case model.BlockRichText, model.BlockNotice:
		v.Text = b.Text.In(r.languages...)
	case model.BlockCategories:
		for _, slug := range b.Categories {
			if c, ok := r.categories[slug]; ok {
				v.Categories = append(v.Categories, CategoryCard{c.Slug, c.Name.In(r.languages...), c.Picture})
			}
		}
	case model.BlockShelf:
		limit := b.Limit
		if limit == 0 {
			limit = defaultShelf
		}
		for _, handle := range b.Products {
			if p, ok := r.products[handle]; ok && len(v.Products) < limit {
				v.Products = append(v.Products, p)
			}
		}
		if c, ok := r.categories[b.Category]; ok {
			var err error
			if v.Products, err = r.newest(c, limit); err != nil {
				return v, err
			}
		}
	}
	return v, nil
}

// newest are the products published last in a category or below it.
func (r *resolver) newest(c model.Category, limit int) ([]ProductCard, error) {
	byID := make(map[int64]model.Category, len(r.categories))
	for _, shown := range r.categories {
		byID[shown.ID] = shown
	}
	var ids []int64
	for id, shown := range byID {
		if within(byID, shown, c.ID) {
			ids = append(ids, id)
		}
	}
	placed := r.tx.Model(&model.ProductCategory{}).Select("product_id").Where("category_id IN ?", ids)
	return r.cards(r.tx.Where("id IN (?)", placed).Order("published_at DESC, id DESC").Limit(limit))
}

// cards are the published products of a query.
func (r *resolver) cards(query *gorm.DB) ([]ProductCard, error) {
	var products []model.Product
	err := query.Select("handle", "title", "pictures", "price_fen", "compare_at_fen").
		Where("published = ?", true).Find(&products).Error
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	cards := make([]ProductCard, len(products))
	for i, p := range products {
		cards[i] = ProductCard{
			Handle: p.Handle, Title: p.Title.In(r.languages...), PriceFen: p.PriceFen, CompareAtFen: p.CompareAtFen,
		}
		if len(p.Pictures) > 0 {
			cards[i].Picture = p.Pictures[0].URL
		}
	}
	return cards, nil
}
