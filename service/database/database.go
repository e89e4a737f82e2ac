// Package database opens the database, migrates it, and runs transactions. It is the one place that knows
// which of the two dialects is in use.
package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	gomysql "github.com/go-sql-driver/mysql"
	"gorm.io/driver/mysql"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"hutong/model"
)

// Dialect is one of the two databases.
type Dialect string

// The dialects. MySQL stands for everything that speaks its protocol.
const (
	MySQL  Dialect = "mysql"
	SQLite Dialect = "sqlite"
)

// Options say which database to open and how.
type Options struct {
	Dialect Dialect
	// DSN is go-sql-driver's for MySQL, the path of a file for SQLite.
	DSN string
	// MaxOpen and MaxIdle bound the pool; 0 is 32 and 16. SQLite always has one writer.
	MaxOpen, MaxIdle int
	// ConnLifetime ends connections of this age, so that a moved server is found again; 0 is 30 minutes.
	ConnLifetime time.Duration
	// SlowQuery is logged, without its parameters; 0 is 200 ms.
	SlowQuery time.Duration
	// Volatile lets SQLite skip the fsync: for tests, whose data need not outlive the machine.
	Volatile bool
	// Clock stamps created_at and updated_at.
	Clock model.Clock
	// Log receives slow queries; nil is slog.Default().
	Log *slog.Logger
	// Wrap, if set, comes between the pool and the driver: the simulation injects its crashes there.
	Wrap func(driver.Connector) driver.Connector
}

// DB is an open database.
type DB struct {
	dialect Dialect
	write   *gorm.DB
	read    *gorm.DB
	pools   []*sql.DB
}

// Open opens the database and checks that it answers. It does not migrate.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.SlowQuery == 0 {
		o.SlowQuery = 200 * time.Millisecond
	}
	if o.Wrap == nil {
		o.Wrap = func(c driver.Connector) driver.Connector { return c }
	}
	db := &DB{dialect: o.Dialect}
	var err error
	switch o.Dialect {
	case MySQL:
		err = db.openMySQL(o)
	case SQLite:
		err = db.openSQLite(o)
	default:
		return nil, fmt.Errorf("database: the dialect %q is neither mysql nor sqlite", o.Dialect)
	}
	if err == nil {
		err = db.Ping(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database: open: %w", err), db.Close())
	}
	return db, nil
}

func (db *DB) openMySQL(o Options) error {
	cfg, err := gomysql.ParseDSN(o.DSN)
	if err != nil {
		return err
	}
	cfg.ParseTime, cfg.Loc = true, time.UTC
	// Without ClientFoundRows an UPDATE to the same value reports 0 rows, and a guard would take it for a refusal.
	cfg.ClientFoundRows = true
	// One round trip per statement instead of prepare, execute, close.
	cfg.InterpolateParams = true
	if cfg.Timeout == 0 {
		cfg.Timeout = 5 * time.Second
	}
	base, err := gomysql.NewConnector(cfg)
	if err != nil {
		return err
	}
	pool := sql.OpenDB(o.Wrap(session{base}))
	db.pools = append(db.pools, pool)
	pool.SetMaxOpenConns(orDefault(o.MaxOpen, 32))
	pool.SetMaxIdleConns(orDefault(o.MaxIdle, 16))
	pool.SetConnMaxLifetime(orDefault(o.ConnLifetime, 30*time.Minute))
	db.write, err = openGorm(mysql.New(mysql.Config{
		Conn: pool, DSNConfig: cfg,
		// MariaDB can return ids with the INSERT; LastInsertId is quicker, and nobody needs the ids of a batch.
		DisableWithReturning: true,
	}), o)
	db.read = db.write
	return err
}

// session is a connector whose sessions run READ COMMITTED: no gap locks, and SKIP LOCKED behaves. The
// variable that would say so in the DSN has different names on MySQL and MariaDB.
type session struct{ driver.Connector }

func (s session) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range []string{
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		"SET SESSION innodb_lock_wait_timeout = 10",
	} {
		if _, err := c.(driver.ExecerContext).ExecContext(ctx, q, nil); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return c, nil
}

func (db *DB) openSQLite(o Options) error {
	if dir := filepath.Dir(o.DSN); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	sync := "FULL"
	if o.Volatile {
		sync = "OFF"
	}
	dsn := "file:" + o.DSN + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(" + sync + ")&_pragma=temp_store(MEMORY)"
	// One writer whose transactions are IMMEDIATE: a deferred one that reads and then writes fails in spite of
	// busy_timeout when another has written in between.
	writer := sql.OpenDB(o.Wrap(file{dsn + "&_txlock=immediate"}))
	db.pools = append(db.pools, writer)
	writer.SetMaxOpenConns(1)
	var err error
	if db.write, err = openGorm(gormsqlite.New(gormsqlite.Config{Conn: writer}), o); err != nil {
		return err
	}
	// The operating system keeps the file in memory once; the readers' own caches would keep it eight times.
	reader := sql.OpenDB(o.Wrap(file{dsn + "&_pragma=query_only(1)&_pragma=cache_size(-512)"}))
	db.pools = append(db.pools, reader)
	reader.SetMaxOpenConns(8)
	reader.SetMaxIdleConns(8)
	db.read, err = openGorm(gormsqlite.New(gormsqlite.Config{Conn: reader}), o)
	return err
}

// file is the connector of a SQLite file.
type file struct{ dsn string }

func (f file) Connect(context.Context) (driver.Conn, error) { return (&sqlite.Driver{}).Open(f.dsn) }
func (f file) Driver() driver.Driver                        { return &sqlite.Driver{} }

func openGorm(d gorm.Dialector, o Options) (*gorm.DB, error) {
	g, err := gorm.Open(d, &gorm.Config{
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return o.Clock().UTC() },
		Logger:                 slowLog{log: o.Log, slow: o.SlowQuery},
		DisableAutomaticPing:   true,
		// Nobody may run a raw statement twice by accident, and a missing condition never means "all rows".
		AllowGlobalUpdate: false,
	})
	if err != nil {
		return nil, err
	}
	return g, errors.Join(g.Use(newTenancy()), g.Use(newAppendOnly()), g.Use(letters{}))
}

// Dialect is the database in use.
func (db *DB) Dialect() Dialect { return db.dialect }

// Read is a handle for reads outside a transaction. On SQLite it is a pool of its own that cannot write.
func (db *DB) Read(ctx context.Context) *gorm.DB { return db.read.WithContext(ctx) }

// Ping tells whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	for _, p := range db.pools {
		if err := p.PingContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the pools; statements under way finish first.
func (db *DB) Close() error {
	var errs []error
	for _, p := range db.pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

func orDefault[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
