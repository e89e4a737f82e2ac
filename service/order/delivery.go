package order

import (
	"cmp"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// deliver fills in where an order goes, nothing without an address, the templates that price it, by id, and the
// version of what the brand shows. It is one query, because every checkout asks it, and it sorts here: the database
// would write the texts to a temporary table for that, which costs more than all the rest. Errors:
// ErrAddressNotFound.
func (d *Draft) deliver(tx *gorm.DB, addressNo string) error {
	if addressNo == "" {
		if err := tx.Order("id").Find(&d.Freight).Error; err != nil {
			return fmt.Errorf("freight templates: %w", err)
		}
		brandID, _ := model.BrandID(tx.Statement.Context)
		err := tx.Model(&model.Brand{}).Where("id = ?", brandID).Pluck("catalogue_version", &d.Version).Error
		if err != nil {
			return fmt.Errorf("version of brand %d: %w", brandID, err)
		}
		return nil
	}
	var rows []struct {
		Place   model.Place
		Version int64
		// Of a template, or zero where the brand has none.
		ID        int64
		IsDefault bool
		Basis     model.FreightBasis
		FreeFrom  model.Fen
		Rules     model.List[model.FreightRule]
	}
	err := tx.Model(&model.Address{}).
		Select("addresses.place, (SELECT catalogue_version FROM brands WHERE brands.id = addresses.brand_id) AS version, COALESCE(t.id, 0) AS id, COALESCE(t.is_default, 0) AS is_default, COALESCE(t.basis, '') AS basis, "+
			"COALESCE(t.free_from, 0) AS free_from, COALESCE(t.rules, '[]') AS rules").
		Joins("LEFT JOIN freight_templates t ON t.brand_id = addresses.brand_id").
		Where("addresses.no = ? AND addresses.user_id = ?", addressNo, d.UserID).Scan(&rows).Error
	switch {
	case err != nil:
		return fmt.Errorf("delivery to address %s: %w", addressNo, err)
	case len(rows) == 0:
		return model.ErrAddressNotFound.At("address")
	}
	for _, r := range rows {
		if r.ID != 0 {
			d.Freight = append(d.Freight, model.FreightTemplate{
				ID: r.ID, IsDefault: r.IsDefault, Basis: r.Basis, FreeFrom: r.FreeFrom, Rules: r.Rules,
			})
		}
	}
	slices.SortFunc(d.Freight, func(a, b model.FreightTemplate) int { return cmp.Compare(a.ID, b.ID) })
	d.Place, d.Version = &rows[0].Place, rows[0].Version
	return nil
}
