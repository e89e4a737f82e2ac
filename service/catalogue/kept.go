package catalogue

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// Kept is a product that somebody has kept, drawn as it is now.
type Kept struct {
	Card
	OnSale bool `json:"on_sale" doc:"Whether the shop still shows it; else its page is gone"`
}

// Kept draws products by their ids, those that are not on sale any more too.
func (s *Service) Kept(ctx context.Context, ids []int64, languages ...string) (map[int64]Kept, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []model.Product
	err := s.db.Read(ctx).Select(append([]string{"published"}, ofCard...)).Where("id IN ?", ids).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("products: %w", err)
	}
	cards, err := s.cards(ctx, rows, languages)
	if err != nil {
		return nil, err
	}
	out := make(map[int64]Kept, len(rows))
	for i, r := range rows {
		out[r.ID] = Kept{cards[i], r.Published}
	}
	return out, nil
}

// IDOf is the id of a product, on sale or not. Errors: ErrProductNotFound.
func IDOf(tx *gorm.DB, handle string) (int64, error) { return id(tx.Where("handle = ?", handle)) }

// IDOnSale is the id of a product that is on sale. Errors: ErrProductNotFound.
func IDOnSale(tx *gorm.DB, handle string) (int64, error) {
	return id(tx.Where("handle = ? AND published = ?", handle, true))
}

func id(query *gorm.DB) (id int64, err error) {
	err = query.Model(&model.Product{}).Select("id").Take(&id).Error
	if database.IsNotFound(err) {
		return 0, model.ErrProductNotFound
	}
	if err != nil {
		return 0, fmt.Errorf("product: %w", err)
	}
	return id, nil
}
