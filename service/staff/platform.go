package staff

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
)

// AddAdministrator lets somebody administer the platform. Nobody can do it but whoever runs the program; SetLogin or
// ResetLink, in a context of model.Platform, lets them in. Errors: ErrRequired, ErrTooLong at "name".
func (s *Service) AddAdministrator(ctx context.Context, name string) (View, error) {
	name, err := cleanName(name)
	if err != nil {
		return View{}, err
	}
	m := model.Staff{No: s.newNo(), Name: name, Role: model.RoleAdministrator, Status: model.StaffActive}
	ctx = model.WithBrand(ctx, model.Platform)
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		row := m
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("staff: %w", err)
		}
		m.CreatedAt = row.CreatedAt
		return trail.Write(ctx, tx, "staff.add", subject(m.No), nil, map[string]any{"role": m.Role})
	})
	return viewOf(m), err
}
