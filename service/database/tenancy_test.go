package database_test

import (
	"errors"
	"reflect"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
)

// tenantModels are the models whose table has a brand_id.
func tenantModels(t *testing.T, db *database.DB) (tenant []any) {
	t.Helper()
	for _, m := range model.All() {
		stmt := &gorm.Statement{DB: db.Read(t.Context())}
		if err := stmt.Parse(m); err != nil {
			t.Fatal(err)
		}
		if stmt.Schema.LookUpField("brand_id") != nil {
			tenant = append(tenant, m)
		}
	}
	if len(tenant) < 20 {
		t.Fatalf("only %d tables have a brand_id", len(tenant))
	}
	return tenant
}

func fresh(m any) any { return reflect.New(reflect.TypeOf(m).Elem()).Interface() }

func table(db *gorm.DB, m any) string {
	stmt := &gorm.Statement{DB: db}
	_ = stmt.Parse(m)
	return stmt.Table
}

// Without a brand in the context no statement of any form touches a brand's table.
func TestStatementWithoutBrandIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		for _, m := range tenantModels(t, db) {
			name := table(db.Read(t.Context()), m)
			statements := map[string]func(tx *gorm.DB) error{
				"create":     func(tx *gorm.DB) error { return tx.Create(fresh(m)).Error },
				"take":       func(tx *gorm.DB) error { return tx.Take(fresh(m)).Error },
				"take by id": func(tx *gorm.DB) error { return tx.Where("id = 1").Take(fresh(m)).Error },
				"count":      func(tx *gorm.DB) error { var n int64; return tx.Model(m).Count(&n).Error },
				"pluck":      func(tx *gorm.DB) error { var ids []int64; return tx.Model(m).Pluck("id", &ids).Error },
				"table":      func(tx *gorm.DB) error { var ids []int64; return tx.Table(name).Pluck("id", &ids).Error },
				"alias":      func(tx *gorm.DB) error { var ids []int64; return tx.Table(name+" AS x").Pluck("id", &ids).Error },
				"rows":       func(tx *gorm.DB) error { r, err := tx.Model(m).Rows(); return closeRows(r, err) },
				"update":     func(tx *gorm.DB) error { return tx.Model(fresh(m)).Where("id = 1").Update("id", 2).Error },
				"delete":     func(tx *gorm.DB) error { return tx.Where("id = 1").Delete(fresh(m)).Error },
				"raw":        func(tx *gorm.DB) error { var n int64; return tx.Raw("SELECT COUNT(*) FROM " + name).Scan(&n).Error },
				"raw brand": func(tx *gorm.DB) error {
					var n int64
					return tx.Raw("SELECT COUNT(*) FROM " + name + " WHERE brand_id = 1").Scan(&n).Error
				},
				"exec":        func(tx *gorm.DB) error { return tx.Exec("DELETE FROM " + name + " WHERE id = 1").Error },
				"exec quoted": func(tx *gorm.DB) error { return tx.Exec("DELETE FROM `" + name + "` WHERE id = 1").Error },
				"join": func(tx *gorm.DB) error {
					var ids []int64
					return tx.Model(&model.Brand{}).Joins("JOIN "+name+" ON 1 = 1").Pluck("brands.id", &ids).Error
				},
			}
			for form, statement := range statements {
				err := db.InTx(t.Context(), statement)
				if !errors.Is(err, database.ErrNoBrand) {
					t.Errorf("%s on %s: %v", form, name, err)
				}
			}
			// With a brand, SQL by hand still has to name it.
			err := db.InTx(brandCtx(t, 1), statements["raw"])
			if !errors.Is(err, database.ErrNoBrand) {
				t.Errorf("raw with a brand in the context on %s: %v", name, err)
			}
		}
	})
}

func closeRows(r interface{ Close() error }, err error) error {
	if err != nil {
		return err
	}
	return r.Close()
}

// A brand reads and writes only its own rows, whatever conditions it adds.
func TestBrandsDoNotSeeEachOther(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		a, b := brandCtx(t, 1), brandCtx(t, 2)
		row := model.Category{Slug: "mine", Sort: 1}
		if err := db.InTx(a, func(tx *gorm.DB) error { return tx.Create(&row).Error }); err != nil {
			t.Fatal(err)
		}
		if row.BrandID != 1 {
			t.Fatalf("the row is brand %d's", row.BrandID)
		}
		for form, query := range map[string]*gorm.DB{
			"id":         db.Read(b).Where("id = ?", row.ID),
			"or":         db.Read(b).Where("slug = ?", "x").Or("slug = ?", "mine"),
			"or, before": db.Read(b).Where("slug = ?", "mine").Or("slug = ?", "x"),
			"text":       db.Read(b).Where("slug = 'x' OR slug = 'mine'"),
			"in":         db.Read(b).Where("id IN (?)", db.Read(b).Model(&model.Category{}).Select("id")),
			"brand":      db.Read(b).Where("brand_id = 1 OR 1 = 1"),
		} {
			if err := query.Take(new(model.Category)).Error; !database.IsNotFound(err) {
				t.Errorf("%s: the other brand finds it: %v", form, err)
			}
		}
		err := db.InTx(b, func(tx *gorm.DB) error {
			for _, res := range []*gorm.DB{
				tx.Model(&model.Category{}).Where("id = ?", row.ID).Updates(map[string]any{"sort": 9}),
				tx.Where("id = ?", row.ID).Delete(&model.Category{}),
			} {
				if res.Error != nil || res.RowsAffected != 0 {
					t.Errorf("the other brand changed %d rows, %v", res.RowsAffected, res.Error)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for form, statement := range map[string]func(tx *gorm.DB) error{
			"create": func(tx *gorm.DB) error { return tx.Create(&model.Category{BrandID: 1, Slug: "theirs"}).Error },
			"create many": func(tx *gorm.DB) error {
				return tx.Create([]*model.Category{{Slug: "x"}, {BrandID: 1, Slug: "y"}}).Error
			},
			"move": func(tx *gorm.DB) error {
				return tx.Model(&model.Category{}).Where("id = ?", 1).Updates(map[string]any{"brand_id": 1}).Error
			},
		} {
			if err := db.InTx(b, statement); !errors.Is(err, database.ErrNoBrand) {
				t.Errorf("%s for another brand: %v", form, err)
			}
		}
		var seen model.Category
		if err := db.Read(model.AcrossBrands(t.Context())).Where("id = ?", row.ID).Take(&seen).Error; err != nil || seen.Sort != 1 {
			t.Fatalf("across brands: %+v, %v", seen, err)
		}
	})
}
