package database_test

import (
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
)

// Who asks for a number in letters that no number has is refused, and it is nobody's fault here.
func TestOtherLetters(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		for what, err := range map[string]error{
			"one":      db.Read(ctx).Where("no = ?", "＝1").Take(&model.Order{}).Error,
			"one of":   db.Read(ctx).Where("no IN ?", []string{"A", "号"}).Take(&model.Order{}).Error,
			"a change": db.Read(ctx).Model(&model.SKU{}).Where("no = ?", "号").Pluck("id", &[]int64{}).Error,
		} {
			if err != nil && !errors.Is(err, model.ErrInvalid) && !database.IsNotFound(err) {
				t.Errorf("%s: %v", what, err)
			}
			if db.Dialect() == database.MySQL && !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}
