package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"

	"hutong/model/migrations"
)

// Migrate brings the schema up to date and returns the names of the files it ran. Two that run at once on
// MySQL wait for each other; SQLite has one writer anyway.
func (db *DB) Migrate(ctx context.Context) ([]string, error) {
	return db.migrate(ctx, (*goose.Provider).Up)
}

// MigrateDown takes every migration back, losing all data: for tests of the migrations.
func (db *DB) MigrateDown(ctx context.Context) error {
	_, err := db.migrate(ctx, func(p *goose.Provider, ctx context.Context) ([]*goose.MigrationResult, error) {
		return p.DownTo(ctx, 0)
	})
	return err
}

// SchemaVersion tells the version the database is at and the newest this program knows.
func (db *DB) SchemaVersion(ctx context.Context) (at, newest int64, err error) {
	p, err := db.provider()
	if err != nil {
		return 0, 0, err
	}
	return p.GetVersions(ctx)
}

func (db *DB) migrate(
	ctx context.Context, run func(*goose.Provider, context.Context) ([]*goose.MigrationResult, error),
) (ran []string, err error) {
	p, err := db.provider()
	if err != nil {
		return nil, err
	}
	unlock, err := db.lockSchema(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: lock: %w", err)
	}
	defer func() { err = errors.Join(err, unlock()) }()
	results, err := run(p, ctx)
	for _, r := range results {
		ran = append(ran, r.Source.Path)
	}
	if err != nil {
		return ran, fmt.Errorf("migrate: %w", err)
	}
	return ran, nil
}

func (db *DB) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations.FS, string(db.dialect))
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if db.dialect == MySQL {
		dialect = goose.DialectMySQL
	}
	return goose.NewProvider(dialect, db.pools[0], files, goose.WithDisableGlobalRegistry(true))
}

// lockSchema holds MySQL's advisory lock on a connection of its own. The lock is the server's, so its name
// carries the schema's.
func (db *DB) lockSchema(ctx context.Context) (unlock func() error, err error) {
	if db.dialect != MySQL {
		return func() error { return nil }, nil
	}
	conn, err := db.pools[0].Conn(ctx)
	if err != nil {
		return nil, err
	}
	const name = "CONCAT('hutong.migrate.', MD5(DATABASE()))"
	var got sql.NullInt64
	if err = conn.QueryRowContext(ctx, "SELECT GET_LOCK("+name+", 60)").Scan(&got); err == nil && got.Int64 != 1 {
		err = errors.New("another migration has been running for a minute")
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() error {
		_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT RELEASE_LOCK("+name+")")
		return errors.Join(err, conn.Close())
	}, nil
}
