package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"hutong/configs"
	"hutong/service/database"
)

type serveCmd struct {
	Roles   []string `help:"What to do: api answers requests, jobs does due work (default: both, or what the configuration says)." placeholder:"api,jobs"`
	Migrate bool     `help:"Bring the database's schema up to date first."`
}

// Help implements kong.HelpProvider.
func (serveCmd) Help() string {
	return `It listens on server.listen for the public and on server.private_listen for metrics and profiles, and logs to standard error. Replicas hold no state: run as many as you like on one database. TLS ends at a proxy before it.

    hutong serve --config /etc/hutong/config.yaml
    hutong serve --roles jobs        # a replica that answers nobody

It refuses to start while the database's schema is behind; "hutong migrate" mends that.

On SIGTERM or SIGINT it stops accepting, finishes requests and jobs under way within server.shutdown_grace, and ends. A second signal ends it at once; nothing is lost by that either, because what is not done stays in the database.

GOMEMLIMIT and GOGC change how much memory it takes; see docs/operations.md.

Exit codes: 0 stopped in order, 1 failed, 2 the configuration is wrong.`
}

// Run serves until ctx ends.
func (s *serveCmd) Run(ctx context.Context, p *program) error {
	tuneMemory(ctx, p.environ)
	if len(s.Roles) > 0 {
		p.environ = append(p.environ, "HUTONG_ROLES="+strings.Join(s.Roles, ","))
	}
	c, err := p.load()
	if err != nil {
		return err
	}
	if err := c.ReadyToServe(); err != nil {
		return usageError{err}
	}
	log := newLog(c.Log, p.err)
	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	return errors.Join(s.serve(ctx, c, db, log), db.Close())
}

func (s *serveCmd) serve(ctx context.Context, c *configs.Config, db *database.DB, log *slog.Logger) error {
	if s.Migrate {
		ran, err := db.Migrate(ctx)
		if err != nil {
			return err
		}
		log.InfoContext(ctx, "migrated", "ran", len(ran))
	}
	if err := requireSchema(ctx, db); err != nil {
		return err
	}
	process, err := newProcess(ctx, c, db, log)
	if err != nil {
		return err
	}
	l, err := listen(ctx, c)
	if err != nil {
		return err
	}
	forgetStart()
	return process.run(ctx, l)
}
