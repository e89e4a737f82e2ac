package database_test

import (
	"context"
	"errors"
	"testing"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
)

func brandCtx(t *testing.T, id int64) context.Context {
	t.Helper()
	return model.WithBrand(t.Context(), id)
}

func TestTransactionCommitsOrLeavesNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := brandCtx(t, 1)
		insert := func(tx *gorm.DB, slug string) error {
			return tx.Create(&model.Category{Slug: slug}).Error
		}
		if err := db.InTx(ctx, func(tx *gorm.DB) error { return insert(tx, "kept") }); err != nil {
			t.Fatal(err)
		}
		failure := errors.New("stop")
		err := db.InTx(ctx, func(tx *gorm.DB) error {
			if err := insert(tx, "lost"); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatalf("got %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.InTx(ctx, func(tx *gorm.DB) error { _ = insert(tx, "panicked"); panic("stop") })
		}()
		var slugs []string
		if err := db.Read(ctx).Model(&model.Category{}).Pluck("slug", &slugs).Error; err != nil {
			t.Fatal(err)
		}
		if len(slugs) != 1 || slugs[0] != "kept" {
			t.Fatalf("in the table: %v", slugs)
		}
	})
}

func TestDuplicateAndNotFoundAreRecognised(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := brandCtx(t, 1)
		err := db.InTx(ctx, func(tx *gorm.DB) error {
			if err := tx.Create(&model.Category{Slug: "a"}).Error; err != nil {
				return err
			}
			return tx.Create(&model.Category{Slug: "a"}).Error
		})
		if !database.IsDuplicate(err) {
			t.Errorf("two rows with one key: %v", err)
		}
		err = db.Read(ctx).Where("slug = ?", "b").Take(new(model.Category)).Error
		if !database.IsNotFound(err) {
			t.Errorf("no row: %v", err)
		}
	})
}

func TestTimesAreMillisecondsOfTheClock(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := brandCtx(t, 1)
		c := model.Category{Slug: "a"}
		if err := db.InTx(ctx, func(tx *gorm.DB) error { return tx.Create(&c).Error }); err != nil {
			t.Fatal(err)
		}
		if c.CreatedAt < 1_600_000_000_000 || c.UpdatedAt != c.CreatedAt {
			t.Fatalf("created %d, updated %d", c.CreatedAt, c.UpdatedAt)
		}
	})
}

// Every table and column of the models exists after the migrations, and no other.
func TestMigrationsAndModelsAgree(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.AcrossBrands(t.Context())
		migrator := db.Read(ctx).Migrator()
		known := map[string]bool{"goose_db_version": true, "sqlite_sequence": true}
		for _, m := range model.All() {
			stmt := &gorm.Statement{DB: db.Read(ctx)}
			if err := stmt.Parse(m); err != nil {
				t.Fatal(err)
			}
			known[stmt.Table] = true
			columns, err := migrator.ColumnTypes(m)
			if err != nil {
				t.Errorf("%s: %v", stmt.Table, err)
				continue
			}
			inTable := map[string]bool{}
			for _, c := range columns {
				inTable[c.Name()] = true
				if stmt.Schema.LookUpField(c.Name()) == nil {
					t.Errorf("%s.%s is in the migrations and not in the model", stmt.Table, c.Name())
				}
			}
			for _, name := range stmt.Schema.DBNames {
				if !inTable[name] {
					t.Errorf("%s.%s is in the model and not in the migrations", stmt.Table, name)
				}
			}
		}
		tables, err := migrator.GetTables()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range tables {
			if !known[table] {
				t.Errorf("the table %s has no model in model.All()", table)
			}
		}
	})
}

func TestMigrationsGoDownAndUpAgain(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		if err := db.MigrateDown(t.Context()); err != nil {
			t.Fatal(err)
		}
		ran, err := db.Migrate(t.Context())
		if err != nil || len(ran) == 0 {
			t.Fatalf("up again: ran %v, %v", ran, err)
		}
		if again, err := db.Migrate(t.Context()); err != nil || len(again) != 0 {
			t.Fatalf("a second time: ran %v, %v", again, err)
		}
		at, newest, err := db.SchemaVersion(t.Context())
		if err != nil || at != newest || at == 0 {
			t.Fatalf("at %d of %d, %v", at, newest, err)
		}
	})
}
