// Package page shows the pages of a brand's storefront: what their blocks name, as it is on sale now.
package page

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/groupbuy"
	"hutong/service/promotion"
	"hutong/service/seal"
)

// View is a page of the storefront, in one language.
type View struct {
	Slug   string  `json:"slug" example:"home"`
	Title  string  `json:"title"`
	Blocks []Block `json:"blocks" doc:"From top to bottom; blocks with nothing to show are left out"`
}

// Block is one block of a page; which fields it has depends on its kind.
type Block struct {
	Kind       model.BlockKind  `json:"kind" enum:"banner,category_row,product_shelf,group_shelf,flash_shelf,rich_text,notice"`
	Title      string           `json:"title,omitempty"`
	Text       string           `json:"text,omitempty" doc:"rich_text: HTML, safe to show; notice: plain text"`
	Picture    string           `json:"picture,omitempty" doc:"banner"`
	Link       string           `json:"link,omitempty" doc:"banner: product:HANDLE, category:SLUG or page:SLUG; left out when it leads to what is not shown"`
	Categories []Category       `json:"categories,omitempty" doc:"category_row"`
	Products   []catalogue.Card `json:"products,omitempty" doc:"product_shelf"`
	Category   string           `json:"category,omitempty" doc:"product_shelf: slug of the category that has more of them"`

	Campaign  string                `json:"campaign,omitempty" doc:"group_shelf: number of the campaign when it is one; as it is now is told by group-campaigns"`
	Groups    []groupbuy.Running    `json:"groups,omitempty" doc:"group_shelf: as it was within the last minute"`
	Promotion string                `json:"promotion,omitempty" doc:"flash_shelf: number of the flash sale when it is one; as it is now is told by flash-sales"`
	Sales     []promotion.FlashView `json:"sales,omitempty" doc:"flash_shelf: as it was within the last minute"`
}

// Category is a category in a row.
type Category struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	Picture string `json:"picture,omitempty"`
}

// defaultShelf is how many products a shelf shows that does not say.
const defaultShelf = 10

// Service shows pages. They are written by service/brand.
type Service struct {
	db        *database.DB
	catalogue *catalogue.Service
	groups    *groupbuy.Service
	promotion *promotion.Service
	box       *seal.Box
	now       model.Clock
}

// New makes the service. The box seals what lets somebody look at a draft.
func New(
	db *database.DB, c *catalogue.Service, g *groupbuy.Service, p *promotion.Service, box *seal.Box, now model.Clock,
) *Service {
	return &Service{db, c, g, p, box, now}
}

// question tells a page from the other answers that the catalogue keeps in memory.
type question struct{ slug string }

// Encoded is a published page of a brand, a View as JSON, from memory when it is there. Texts that are not
// there in the language are in the brand's own. A home page that the brand has not published is empty. Errors: ErrNotFound.
func (s *Service) Encoded(ctx context.Context, b *model.Brand, slug, language string) (catalogue.Encoding, error) {
	return s.catalogue.Encoded(ctx, b, language, question{slug}, func(ctx context.Context) (any, error) {
		return s.view(ctx, slug, language, b.DefaultLanguage)
	})
}

func (s *Service) view(ctx context.Context, slug string, languages ...string) (View, error) {
	var p model.Page
	err := s.db.Read(ctx).Select("slug", "title", "blocks").Where("slug = ? AND published = ?", slug, true).Take(&p).Error
	if database.IsNotFound(err) {
		if slug == model.HomePage { // a brand that has not made one yet has a shop all the same: its products follow below
			return View{Slug: slug, Blocks: []Block{}}, nil
		}
		return View{}, model.ErrNotFound
	}
	if err != nil {
		return View{}, fmt.Errorf("page %q: %w", slug, err)
	}
	return s.show(ctx, p, languages)
}

// show is what a page's title and blocks show.
func (s *Service) show(ctx context.Context, p model.Page, languages []string) (View, error) {
	slug := p.Slug
	g, err := s.gather(ctx, p.Blocks, languages)
	if err != nil {
		return View{}, fmt.Errorf("page %q: %w", slug, err)
	}
	v := View{Slug: p.Slug, Title: p.Title.In(languages...), Blocks: []Block{}}
	for _, b := range p.Blocks {
		block, err := s.block(ctx, b, g, languages)
		if err != nil {
			return View{}, fmt.Errorf("page %q: %w", slug, err)
		}
		if block.Text != "" || block.Picture != "" || len(block.Categories)+len(block.Products)+len(block.Groups)+len(block.Sales) > 0 {
			v.Blocks = append(v.Blocks, block)
		}
	}
	return v, nil
}

// gathered is what the blocks of a page name, loaded at once.
type gathered struct {
	products   map[string]catalogue.Card // by handle
	categories map[string]Category       // by slug
	pages      map[string]bool           // by slug, those that are shown
}

// leads is a link, or nothing where it leads to what is not shown: nobody is sent to a page that says so.
func (g gathered) leads(link string) string {
	kind, name, _ := strings.Cut(link, ":")
	there := false
	switch kind {
	case "product":
		_, there = g.products[name]
	case "category":
		_, there = g.categories[name]
	case "page":
		there = g.pages[name]
	}
	if !there {
		return ""
	}
	return link
}

func (s *Service) gather(ctx context.Context, blocks []model.Block, languages []string) (gathered, error) {
	g := gathered{map[string]catalogue.Card{}, map[string]Category{}, map[string]bool{}}
	var handles, pages []string
	rows := false
	for _, b := range blocks {
		handles = append(handles, b.Products...)
		rows = rows || b.Kind == model.BlockCategories
		switch kind, name, _ := strings.Cut(b.Link, ":"); kind {
		case "product":
			handles = append(handles, name)
		case "category":
			rows = true
		case "page":
			pages = append(pages, name)
		}
	}
	cards, err := s.catalogue.Cards(ctx, handles, languages...)
	if err != nil {
		return g, err
	}
	for _, c := range cards {
		g.products[c.Handle] = c
	}
	if rows {
		tree, err := s.catalogue.Categories(ctx, languages...)
		if err != nil {
			return g, err
		}
		g.add(tree)
	}
	if len(pages) > 0 {
		var shown []string
		if err := s.db.Read(ctx).Model(&model.Page{}).Where("published = ? AND slug IN ?", true, pages).Pluck("slug", &shown).Error; err != nil {
			return g, fmt.Errorf("pages that are led to: %w", err)
		}
		for _, slug := range shown {
			g.pages[slug] = true
		}
	}
	return g, nil
}

func (g gathered) add(tree []catalogue.Category) {
	for _, c := range tree {
		g.categories[c.Slug] = Category{c.Slug, c.Name, c.Picture}
		g.add(c.Children)
	}
}

func (s *Service) block(ctx context.Context, b model.Block, g gathered, languages []string) (out Block, err error) {
	out = Block{Kind: b.Kind, Title: b.Title.In(languages...)}
	switch b.Kind {
	case model.BlockBanner:
		out.Picture, out.Link = b.Picture, g.leads(b.Link)
	case model.BlockRichText, model.BlockNotice:
		out.Text = b.Text.In(languages...)
	case model.BlockCategories:
		for _, slug := range b.Categories {
			if c, ok := g.categories[slug]; ok {
				out.Categories = append(out.Categories, c)
			}
		}
	case model.BlockShelf:
		limit := b.Limit
		if limit == 0 {
			limit = defaultShelf
		}
		for _, handle := range b.Products {
			if c, ok := g.products[handle]; ok && len(out.Products) < limit {
				out.Products = append(out.Products, c)
			}
		}
		if b.Category != "" {
			return out, s.newest(ctx, &out, b.Category, limit, languages)
		}
	case model.BlockGroups:
		out.Campaign = b.Campaign
		out.Groups, err = s.groups.Running(ctx, b.Campaign, languages...)
	case model.BlockFlash:
		out.Promotion = b.Promotion
		out.Sales, err = s.promotion.FlashSales(ctx, b.Promotion, languages...)
		for i := range out.Sales {
			out.Sales[i].Now = 0 // from memory it would be wrong, and it would make each page another one
		}
	}
	return out, err
}

// newest fills a shelf from a category; one that is not shown leaves it empty.
func (s *Service) newest(ctx context.Context, shelf *Block, category string, limit int, languages []string) error {
	q := catalogue.Query{Category: category, Sort: catalogue.SortNewest, Limit: limit}
	cards, _, err := s.catalogue.List(ctx, q, languages...)
	if errors.Is(err, model.ErrInvalid) {
		return nil
	}
	shelf.Category, shelf.Products = category, cards
	return err
}
