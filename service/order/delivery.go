package order

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// delivery is where an order goes, nil without an address, and the templates that price it, by id. It is one
// query, because every checkout asks it, and it sorts here: the database would write the texts to a temporary
// table for that, which costs more than all the rest. Errors: ErrAddressNotFound.
func delivery(tx *gorm.DB, userID int64, addressNo string) (*model.Place, []model.FreightTemplate, error) {
	if addressNo == "" {
		var templates []model.FreightTemplate
		if err := tx.Order("id").Find(&templates).Error; err != nil {
			return nil, nil, fmt.Errorf("freight templates: %w", err)
		}
		return nil, templates, nil
	}
	var rows []struct {
		Place model.Place
		// Of a template, or zero where the brand has none.
		ID        int64
		IsDefault bool
		Basis     model.FreightBasis
		FreeFrom  model.Fen
		Rules     model.List[model.FreightRule]
	}
	err := tx.Model(&model.Address{}).
		Select("addresses.place, COALESCE(t.id, 0) AS id, COALESCE(t.is_default, 0) AS is_default, COALESCE(t.basis, '') AS basis, "+
			"COALESCE(t.free_from, 0) AS free_from, COALESCE(t.rules, '[]') AS rules").
		Joins("LEFT JOIN freight_templates t ON t.brand_id = addresses.brand_id").
		Where("addresses.no = ? AND addresses.user_id = ?", addressNo, userID).Scan(&rows).Error
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("delivery to address %s: %w", addressNo, err)
	case len(rows) == 0:
		return nil, nil, model.ErrAddressNotFound.At("address")
	}
	var templates []model.FreightTemplate
	for _, r := range rows {
		if r.ID != 0 {
			templates = append(templates, model.FreightTemplate{
				ID: r.ID, IsDefault: r.IsDefault, Basis: r.Basis, FreeFrom: r.FreeFrom, Rules: r.Rules,
			})
		}
	}
	slices.SortFunc(templates, func(a, b model.FreightTemplate) int { return cmp.Compare(a.ID, b.ID) })
	return &rows[0].Place, templates, nil
}
