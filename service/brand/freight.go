package brand

import (
	"context"
	"fmt"

	"hutong/model"
)

// FreightTemplates are the ways in which the brand that ctx carries prices delivery, by name.
func (s *Service) FreightTemplates(ctx context.Context) ([]model.FreightTemplate, error) {
	var all []model.FreightTemplate
	if err := s.db.Read(ctx).Order("name").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("freight templates: %w", err)
	}
	return all, nil
}
