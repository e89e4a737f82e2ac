package brand

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// FreightTemplates are the ways in which the brand that ctx carries prices delivery, by name.
func (s *Service) FreightTemplates(ctx context.Context) ([]model.FreightTemplate, error) {
	var all []model.FreightTemplate
	if err := s.db.Read(ctx).Order("name").Find(&all).Error; err != nil {
		return nil, fmt.Errorf("freight templates: %w", err)
	}
	return all, nil
}

// FreightInput is a freight template as staff write it.
type FreightInput struct {
	FreightTemplate
	Version string `json:"version,omitempty" maxLength:"32" doc:"Of a change: the one that was read. When it is not the present one any more, the answer is changed_meanwhile"`
}

// FreightView is a freight template as staff see it.
type FreightView struct {
	ID string `json:"id"`
	FreightTemplate
	Products int64  `json:"products" doc:"How many products are priced by it: those that name it and, with the default, those that name none"`
	Version  string `json:"version"`
}

func freightView(t model.FreightTemplate, users map[int64]int64) FreightView {
	v := FreightView{
		ID:              strconv.FormatInt(t.ID, 10),
		FreightTemplate: FreightTemplate{Name: t.Name, Default: t.IsDefault, Basis: t.Basis, FreeFrom: t.FreeFrom, Rules: t.Rules},
		Products:        users[t.ID],
	}
	if t.IsDefault {
		v.Products += users[0]
	}
	v.Version = versionOf(v.FreightTemplate)
	return v
}

// freightUsers is how many products name each template; those that name none are at 0.
func freightUsers(tx *gorm.DB) (map[int64]int64, error) {
	var rows []struct{ FreightTemplateID, N int64 }
	err := tx.Model(&model.Product{}).Select("freight_template_id, COUNT(*) AS n").Group("freight_template_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("products of freight templates: %w", err)
	}
	users := make(map[int64]int64, len(rows))
	for _, r := range rows {
		users[r.FreightTemplateID] = r.N
	}
	return users, nil
}

// Freight are the brand's freight templates with how many products use them, by name.
func (s *Service) Freight(ctx context.Context) ([]FreightView, error) {
	all, err := s.FreightTemplates(ctx)
	if err != nil {
		return nil, err
	}
	users, err := freightUsers(s.db.Read(ctx))
	if err != nil {
		return nil, err
	}
	views := make([]FreightView, len(all))
	for i, t := range all {
		views[i] = freightView(t, users)
	}
	return views, nil
}

// FreightTemplate is one of them. Errors: ErrFreightNotFound.
func (s *Service) FreightTemplate(ctx context.Context, id int64) (FreightView, error) {
	return oneFreight(s.db.Read(ctx), id)
}

func oneFreight(tx *gorm.DB, id int64) (FreightView, error) {
	var t model.FreightTemplate
	err := tx.Where("id = ?", id).Take(&t).Error
	if database.IsNotFound(err) {
		return FreightView{}, model.ErrFreightNotFound
	}
	if err != nil {
		return FreightView{}, fmt.Errorf("freight template %d: %w", id, err)
	}
	users, err := freightUsers(tx.Session(&gorm.Session{NewDB: true, Context: tx.Statement.Context}))
	if err != nil {
		return FreightView{}, err
	}
	return freightView(t, users), nil
}

// AddFreight adds a freight template; one that is the default takes that from the other. Errors: model.Errs, each with
// its field; ErrNameTaken; ErrFreightLimit.
func (s *Service) AddFreight(ctx context.Context, in FreightInput) (FreightView, error) {
	if errs := in.check(); len(errs) > 0 {
		return FreightView{}, errs
	}
	var v FreightView
	_, err := s.changing(ctx, func(tx *gorm.DB, _ *model.Brand) error {
		var n int64
		if err := tx.Model(&model.FreightTemplate{}).Count(&n).Error; err != nil {
			return fmt.Errorf("freight templates: %w", err)
		}
		if n >= maxTemplates {
			return model.ErrFreightLimit.With("max", strconv.Itoa(maxTemplates))
		}
		id, err := in.write(tx, 0)
		if err != nil {
			return err
		}
		if v, err = oneFreight(tx, id); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "freight.add", freightSubject(id), nil, v.FreightTemplate)
	})
	return v, err
}

// SetFreight changes a freight template. Errors: those of AddFreight; ErrFreightNotFound, ErrChangedMeanwhile;
// ErrFreightInUse when it is the default of products and no other one would be.
func (s *Service) SetFreight(ctx context.Context, id int64, in FreightInput) (FreightView, error) {
	if errs := in.check(); len(errs) > 0 {
		return FreightView{}, errs
	}
	var v FreightView
	_, err := s.changing(ctx, func(tx *gorm.DB, _ *model.Brand) error {
		before, err := oneFreight(tx, id)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return model.ErrChangedMeanwhile
		}
		if before.Default && !in.Default {
			if err := noneByDefault(tx); err != nil {
				return err
			}
		}
		if _, err := in.write(tx, id); err != nil {
			return err
		}
		if v, err = oneFreight(tx, id); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "freight.change", freightSubject(id), before.FreightTemplate, v.FreightTemplate)
	})
	return v, err
}

// noneByDefault tells whether no product is priced by the default template. Errors: ErrFreightInUse.
func noneByDefault(tx *gorm.DB) error {
	users, err := freightUsers(tx)
	if err == nil && users[0] > 0 {
		err = model.ErrFreightInUse.With("count", strconv.FormatInt(users[0], 10))
	}
	return err
}

// RemoveFreight removes a freight template that no product is priced by. Errors: ErrFreightNotFound, ErrFreightInUse.
func (s *Service) RemoveFreight(ctx context.Context, id int64) error {
	_, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		before, err := oneFreight(tx, id)
		if err != nil {
			return err
		}
		if before.Default {
			if err := noneByDefault(tx); err != nil {
				return err
			}
		}
		res := tx.Where("id = ? AND NOT EXISTS (SELECT 1 FROM products WHERE products.brand_id = ? AND products.freight_template_id = ?)", id, b.ID, id).
			Delete(&model.FreightTemplate{})
		if res.Error != nil {
			return fmt.Errorf("freight template %d: %w", id, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrFreightInUse.With("count", strconv.FormatInt(max(before.Products, 1), 10))
		}
		return trail.Write(ctx, tx, "freight.remove", freightSubject(id), before.FreightTemplate, nil)
	})
	return err
}

func freightSubject(id int64) trail.Subject {
	return trail.Subject{Kind: "freight", No: strconv.FormatInt(id, 10)}
}

func (in FreightInput) check() model.Errs {
	c := &checker{}
	c.template("", in.FreightTemplate)
	return c.errs
}

// write writes a template, a new one when id is 0. The brand's row is locked by then. Errors: ErrNameTaken.
func (in FreightInput) write(tx *gorm.DB, id int64) (int64, error) {
	if in.Default {
		err := tx.Model(&model.FreightTemplate{}).Where("is_default = ? AND id <> ?", true, id).Update("is_default", false).Error
		if err != nil {
			return 0, fmt.Errorf("default freight template: %w", err)
		}
	}
	id, err := putFreight(tx, id, in.FreightTemplate)
	if database.IsDuplicate(err) {
		return 0, model.ErrNameTaken.At("name")
	}
	return id, err
}

func putFreight(tx *gorm.DB, id int64, t FreightTemplate) (int64, error) {
	row := model.FreightTemplate{ID: id, Name: t.Name, IsDefault: t.Default, Basis: t.Basis, FreeFrom: t.FreeFrom, Rules: t.Rules}
	var err error
	if id == 0 {
		err = tx.Create(&row).Error
	} else {
		err = tx.Model(&model.FreightTemplate{}).Where("id = ?", id).Updates(map[string]any{
			"name": row.Name, "is_default": row.IsDefault, "basis": row.Basis, "free_from": row.FreeFrom, "rules": row.Rules,
		}).Error
	}
	if err != nil {
		return 0, fmt.Errorf("freight template %q: %w", t.Name, err)
	}
	return row.ID, nil
}
