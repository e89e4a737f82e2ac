package brand

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
)

// pageChecker collects what is wrong with a page that staff make, each error with its block and field in words for
// them. What a draft may still lack it does not miss.
type pageChecker struct {
	languages []string
	draft     bool
	errs      model.Errs
}

func (c *pageChecker) say(e *model.Error) { c.errs = append(c.errs, e) }

// need wants something to be there once the page is published.
func (c *pageChecker) need(there bool, e *model.Error) {
	if !there && !c.draft {
		c.say(e)
	}
}

func (c *pageChecker) most(field string, n, most int) {
	if n > most {
		c.say(model.ErrTooMany.At(field).With("max", strconv.Itoa(most)))
	}
}

// text checks a text; what is needed is needed in the brand's first language.
func (c *pageChecker) text(field string, t model.Text, most int, needed bool) {
	if first := c.languages[0]; needed {
		c.need(strings.TrimSpace(t[first]) != "", model.ErrRequired.At(field+"."+first))
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		at := field + "." + language
		switch words := t[language]; {
		case !slices.Contains(model.Languages, language): // which nobody needs to read back
			c.say(model.ErrNotOneOf.At(field).With("values", strings.Join(c.languages, ", ")))
		case !slices.Contains(c.languages, language):
			c.say(model.ErrNotOneOf.At(at).With("values", strings.Join(c.languages, ", ")))
		case !utf8.ValidString(words) || utf8.RuneCountInString(words) > most:
			c.say(model.ErrTooLong.At(at).With("max", strconv.Itoa(most)))
		}
	}
}

func (c *pageChecker) title(t model.Text) { c.text("title", t, maxName, true) }

func (c *pageChecker) page(title model.Text, blocks []model.Block) {
	c.title(title)
	c.most("blocks", len(blocks), maxBlocks)
	for i, b := range blocks {
		c.block(fmt.Sprintf("blocks[%d].", i), b)
	}
}

func (c *pageChecker) block(at string, b model.Block) {
	c.text(at+"title", b.Title, maxName, false)
	c.most(at+"categories", len(b.Categories), maxShelf)
	c.most(at+"products", len(b.Products), maxShelf)
	if b.Limit < 0 || b.Limit > maxShelf {
		c.say(model.ErrOutOfRange.At(at+"limit").With("min", "1").With("max", strconv.Itoa(maxShelf)))
	}
	// A field that is none of the block's is looked at as well: nothing goes past because nobody shows it.
	if b.Picture != "" && !picture.MatchString(b.Picture) {
		c.say(model.ErrInvalid.At(at + "picture"))
	}
	if b.Link != "" && !link.MatchString(b.Link) {
		c.say(model.ErrInvalid.At(at + "link"))
	}
	if b.Campaign != "" && !number.MatchString(b.Campaign) {
		c.say(model.ErrInvalid.At(at + "campaign"))
	}
	if b.Promotion != "" && !number.MatchString(b.Promotion) {
		c.say(model.ErrInvalid.At(at + "promotion"))
	}
	longest := maxNotice
	if b.Kind == model.BlockRichText {
		longest = maxRichText
	}
	c.text(at+"text", b.Text, longest, b.Kind == model.BlockRichText || b.Kind == model.BlockNotice)
	switch b.Kind {
	case model.BlockBanner:
		c.need(b.Picture != "", model.ErrRequired.At(at+"picture"))
	case model.BlockCategories:
		c.need(len(b.Categories) > 0, model.ErrBlockEmpty.At(at+"categories"))
	case model.BlockShelf:
		c.need(len(b.Products) > 0 || b.Category != "", model.ErrBlockEmpty.At(at+"products"))
		if len(b.Products) > 0 && b.Category != "" {
			c.say(model.ErrInvalid.At(at + "category"))
		}
	case model.BlockGroups, model.BlockFlash, model.BlockRichText, model.BlockNotice:
	default:
		c.say(model.ErrNotOneOf.At(at+"kind").With("values", blockKinds))
	}
}

// spot is where a block names something.
type spot struct{ at, kind, name string }

// spots are where blocks name something.
func spots(blocks []model.Block) (all []spot) {
	for i, b := range blocks {
		at := fmt.Sprintf("blocks[%d].", i)
		if kind, name, ok := strings.Cut(b.Link, ":"); ok {
			all = append(all, spot{at + "link", kind, name})
		}
		for k, name := range b.Categories {
			all = append(all, spot{fmt.Sprintf("%scategories[%d]", at, k), "category", name})
		}
		for k, name := range b.Products {
			all = append(all, spot{fmt.Sprintf("%sproducts[%d]", at, k), "product", name})
		}
		for _, one := range []spot{{at + "category", "category", b.Category}, {at + "campaign", "campaign", b.Campaign}, {at + "promotion", "promotion", b.Promotion}} {
			if one.name != "" {
				all = append(all, one)
			}
		}
	}
	return all
}

// named is what blocks name, as far as it is there. A campaign or a flash sale that is over at now is not shown any more.
func named(tx *gorm.DB, blocks []model.Block, now model.Millis) ([]PageNamed, error) {
	names := map[string][]string{}
	for _, p := range spots(blocks) {
		names[p.kind] = append(names[p.kind], p.name)
	}
	all := []PageNamed{}
	var products []model.Product
	var categories []model.Category
	var pages []model.Page
	var sales []model.Promotion
	var campaigns []campaignRow
	for kind, find := range map[string]func(names []string) error{
		"product": func(names []string) error {
			return tx.Select("handle", "title", "pictures", "published").Where("archived = ? AND handle IN ?", false, names).Find(&products).Error
		},
		"category": func(names []string) error {
			return tx.Select("slug", "name", "picture", "published").Where("slug IN ?", names).Find(&categories).Error
		},
		"page": func(names []string) error {
			return tx.Select("slug", "title", "draft_title", "published").Where("slug IN ?", names).Find(&pages).Error
		},
		"promotion": func(names []string) error {
			return tx.Select("no", "name", "status", "ends_at").Where("flash_sale = ? AND no IN ?", true, names).Find(&sales).Error
		},
		"campaign": func(names []string) error {
			return tx.Model(&model.GroupCampaign{}).
				Select("group_campaigns.no", "group_campaigns.status", "group_campaigns.ends_at", "p.title", "p.pictures").
				Joins("JOIN products p ON p.brand_id = group_campaigns.brand_id AND p.id = group_campaigns.product_id").
				Where("group_campaigns.no IN ?", names).Scan(&campaigns).Error
		},
	} {
		if len(names[kind]) == 0 {
			continue
		}
		if err := find(names[kind]); err != nil {
			return nil, fmt.Errorf("what a page leads to: %w", err)
		}
	}
	for _, p := range products {
		n := PageNamed{Ref: "product:" + p.Handle, Title: p.Title, Shown: p.Published}
		if len(p.Pictures) > 0 {
			n.Picture = p.Pictures[0].URL
		}
		all = append(all, n)
	}
	for _, c := range categories {
		all = append(all, PageNamed{"category:" + c.Slug, c.Name, c.Picture, c.Published})
	}
	for _, p := range pages {
		title := p.Title
		if len(title) == 0 {
			title = p.DraftTitle
		}
		all = append(all, PageNamed{"page:" + p.Slug, title, "", p.Published})
	}
	for _, s := range sales {
		all = append(all, PageNamed{"promotion:" + s.No, s.Name, "", s.Status == model.PromotionActive && s.EndsAt > now})
	}
	for _, c := range campaigns {
		n := PageNamed{Ref: "campaign:" + c.No, Title: c.Title, Shown: c.Status == model.CampaignRunning && c.EndsAt > now}
		if len(c.Pictures) > 0 {
			n.Picture = c.Pictures[0].URL
		}
		all = append(all, n)
	}
	return all, nil
}

// campaignRow is a campaign of small groups; its name is its product's.
type campaignRow struct {
	No       string
	Status   model.CampaignStatus
	EndsAt   model.Millis
	Title    model.Text
	Pictures model.List[model.Picture]
}

// links checks that what the blocks name is there. A product that is not on sale yet is: its block shows it once it is.
func (c *pageChecker) links(tx *gorm.DB, blocks []model.Block, now model.Millis) error {
	known, err := named(tx, blocks, now)
	if err != nil {
		return err
	}
	for _, p := range spots(blocks) {
		if !slices.ContainsFunc(known, func(n PageNamed) bool { return n.Ref == p.kind+":"+p.name }) {
			c.say(model.ErrLinkBroken.At(p.at).With("name", p.name))
		}
	}
	return nil
}
