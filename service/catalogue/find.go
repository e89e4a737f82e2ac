package catalogue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/search"
)

// Words is a search.
type Words struct {
	Text   string // as the consumer typed it, at most search.MaxText characters
	Offset int    // where the page before has ended
	Limit  int    // 1–50
}

// Search is the products that suit the words best, best first. next is where the next page begins, 0 on the
// last. While the index is still being made the words are looked for in the database, with less sense for
// what suits best. Errors: ErrRequired and ErrTooLong at q, ErrOutOfRange at limit and cursor.
func (s *Service) Search(ctx context.Context, w Words, languages ...string) (cards []Card, next int, err error) {
	w.Text = strings.TrimSpace(w.Text)
	switch {
	case w.Text == "":
		return nil, 0, model.ErrRequired.At("q")
	case utf8.RuneCountInString(w.Text) > search.MaxText:
		return nil, 0, model.ErrTooLong.With("max", strconv.Itoa(search.MaxText)).At("q")
	case w.Limit < 1 || w.Limit > MaxLimit:
		return nil, 0, outOfRange("limit", MaxLimit)
	case w.Offset < 0 || w.Offset >= search.MaxResult:
		return nil, 0, model.ErrBadCursor.At("cursor")
	}
	brandID, _ := model.BrandID(ctx)
	ids, more, err := s.finds.find(ctx, brandID, w)
	if errors.Is(err, errNotReady) {
		ids, more, err = s.findSlowly(ctx, w)
	}
	if err != nil {
		return nil, 0, err
	}
	if len(ids) > 0 {
		var rows []model.Product
		// An index is a moment behind: what has been hidden since is left out here.
		if err := s.db.Read(ctx).Select(ofCard).Where("published = ? AND id IN ?", true, ids).Find(&rows).Error; err != nil {
			return nil, 0, fmt.Errorf("products: %w", err)
		}
		cards, err = s.cards(ctx, inOrder(rows, ids, func(p model.Product) int64 { return p.ID }), languages)
	} else {
		cards = []Card{}
	}
	if more {
		next = w.Offset + w.Limit
	}
	return cards, next, err
}

// findSlowly looks for products in which each word stands somewhere.
func (s *Service) findSlowly(ctx context.Context, w Words) (ids []int64, more bool, err error) {
	brandID, _ := model.BrandID(ctx)
	query := s.db.Read(ctx).Model(&model.Product{}).Where("products.published = ?", true)
	for _, word := range strings.Fields(strings.ToLower(strings.ToValidUTF8(w.Text, " "))) {
		query = query.Where(s.anywhere(ctx, brandID, word))
	}
	limit := min(w.Limit, search.MaxResult-w.Offset)
	err = query.Order("products.sort, products.id").Offset(w.Offset).Limit(limit+1).Pluck("products.id", &ids).Error
	if err != nil {
		return nil, false, fmt.Errorf("search: %w", err)
	}
	if len(ids) > limit {
		return ids[:limit], w.Offset+limit < search.MaxResult, nil
	}
	return ids, false, nil
}

var likeEscape = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// anywhere is the condition that a word stands in a product. Titles and tags are JSON in the database, in
// which a word has the same letters, but for quotes and backslashes.
func (s *Service) anywhere(ctx context.Context, brandID int64, word string) *gorm.DB {
	pattern := "%" + likeEscape.Replace(word) + "%"
	in := func(column string) string { return "LOWER(products." + column + ") LIKE ? ESCAPE '!'" }
	return s.db.Read(ctx).
		Where(in("title"), pattern).Or(in("summary"), pattern).Or(in("vendor"), pattern).Or(in("tags"), pattern).
		Or("EXISTS (SELECT 1 FROM skus WHERE skus.brand_id = ? AND skus.product_id = products.id AND LOWER(skus.code) LIKE ? ESCAPE '!')",
			brandID, likeEscape.Replace(word)+"%")
}

func outOfRange(field string, most int) *model.Error {
	return model.ErrOutOfRange.With("min", "1").With("max", strconv.Itoa(most)).At(field)
}
