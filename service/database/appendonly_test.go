package database_test

import (
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
)

func TestWhatOnlyGrowsIsNeverChanged(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		for _, m := range model.AppendOnly() {
			for name, change := range map[string]func(tx *gorm.DB) error{
				"update": func(tx *gorm.DB) error { return tx.Model(m).Where("id = 1").Update("created_at", 2).Error },
				"delete": func(tx *gorm.DB) error { return tx.Where("id = 1").Delete(m).Error },
			} {
				if err := db.InTx(ctx, change); !errors.Is(err, database.ErrAppendOnly) {
					t.Errorf("%s of %T: %v", name, m, err)
				}
			}
		}
		purge := model.WithPurge(ctx)
		for _, m := range model.AppendOnly() {
			err := db.InTx(purge, func(tx *gorm.DB) error { return tx.Model(m).Where("id = 1").Update("created_at", 2).Error })
			purgeable := false
			switch m.(type) {
			case *model.AfterSaleEvent, *model.ParcelEvent:
				purgeable = true
			}
			if purgeable == errors.Is(err, database.ErrAppendOnly) {
				t.Errorf("to purge %T: %v", m, err)
			}
			err = db.InTx(purge, func(tx *gorm.DB) error { return tx.Where("id = 1").Delete(m).Error })
			if !errors.Is(err, database.ErrAppendOnly) {
				t.Errorf("to delete %T: %v", m, err)
			}
		}
		for _, q := range []string{
			"UPDATE journal_postings SET amount_fen = 1 WHERE brand_id = 1",
			"DELETE FROM `journal_entries` WHERE brand_id = 1", "delete from audit_log where brand_id = 1",
		} {
			err := db.InTx(ctx, func(tx *gorm.DB) error { return tx.Exec(q).Error })
			if !errors.Is(err, database.ErrAppendOnly) {
				t.Errorf("%s: %v", q, err)
			}
		}
	})
}
