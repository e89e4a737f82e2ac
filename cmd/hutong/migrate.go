package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"hutong/configs"
	"hutong/service/database"
)

type migrateCmd struct {
	Up     migrateUp     `cmd:"" default:"withargs" help:"Run the migrations that are missing."`
	Status migrateStatus `cmd:"" help:"Tell whether migrations are missing."`
}

type migrateUp struct{}

// Help implements kong.HelpProvider.
func (migrateUp) Help() string {
	return `Run it once per release, before serve. It may be repeated, and two at once wait for each other; a replica of the release before goes on working meanwhile.

    hutong migrate --config /etc/hutong/config.yaml

Exit codes: 0 the schema is up to date, 1 failed, 2 the configuration is wrong.`
}

// Run migrates.
func (*migrateUp) Run(ctx context.Context, p *program) error {
	return p.withDatabase(ctx, func(_ *configs.Config, db *database.DB) error {
		ran, err := db.Migrate(ctx)
		for _, name := range ran {
			fmt.Fprintln(p.out, name)
		}
		if err != nil {
			return err
		}
		at, _, err := db.SchemaVersion(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The schema is at version %d; %d migrations were run.\n", at, len(ran))
		return nil
	})
}

type migrateStatus struct{}

// Help implements kong.HelpProvider.
func (migrateStatus) Help() string {
	return `It changes nothing.

Exit codes: 0 the schema is up to date, 1 migrations are missing or the database cannot be reached, 2 the configuration is wrong.`
}

// Run tells the version of the schema.
func (*migrateStatus) Run(ctx context.Context, p *program) error {
	return p.withDatabase(ctx, func(_ *configs.Config, db *database.DB) error {
		at, newest, err := db.SchemaVersion(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The schema is at version %d, and this program knows version %d.\n", at, newest)
		if at < newest {
			return errReported
		}
		return nil
	})
}

// withDatabase runs do on the database of the configuration.
func (p *program) withDatabase(ctx context.Context, do func(*configs.Config, *database.DB) error) error {
	c, err := p.load()
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, c, newLog(c.Log, p.err))
	if err != nil {
		return err
	}
	return errors.Join(do(c, db), db.Close())
}

// openDatabase opens the database of the configuration, whatever its schema.
func openDatabase(ctx context.Context, c *configs.Config, log *slog.Logger) (*database.DB, error) {
	o := database.Options{
		Dialect: database.SQLite, DSN: c.Database.Path,
		MaxOpen: c.Database.MaxOpen, MaxIdle: c.Database.MaxIdle, ConnLifetime: c.Database.ConnMaxLifetime,
		SlowQuery: c.Database.SlowQuery, Clock: time.Now, Log: log,
	}
	if c.Database.Driver == configs.DriverMySQL {
		o.Dialect, o.DSN = database.MySQL, string(c.Database.DSN)
	}
	return database.Open(ctx, o)
}

// requireSchema refuses a database whose schema is behind this program. One that is ahead is a newer
// release's, whose migrations keep this one working.
func requireSchema(ctx context.Context, db *database.DB) error {
	at, newest, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	if at < newest {
		return fmt.Errorf("the database's schema is at version %d and this program needs version %d: run `hutong migrate` first, or `hutong serve --migrate`", at, newest)
	}
	return nil
}
