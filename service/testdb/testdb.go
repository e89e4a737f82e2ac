// Package testdb gives tests an empty, migrated database of their own, on SQLite and on MariaDB. The
// MariaDB is the server that HUTONG_TEST_MYSQL_DSN names (an account that may create schemas), or a
// private one that the first test of the process starts.
package testdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gomysql "github.com/go-sql-driver/mysql"

	"hutong/internal/mariadb"
	"hutong/model"
	"hutong/model/migrations"
	"hutong/service/database"
)

// T is what a test's database needs of the test: *testing.T, *testing.B and *rapid.T have it.
type T interface {
	Helper()
	Fatal(args ...any)
	Error(args ...any)
	Cleanup(f func())
	Context() context.Context
}

// Option changes how a test's database is opened.
type Option func(*database.Options)

// Clock lets the database stamp rows with the test's own clock.
func Clock(c model.Clock) Option { return func(o *database.Options) { o.Clock = c } }

// Wrap puts something between the pool and the driver.
func Wrap(w func(driver.Connector) driver.Connector) Option {
	return func(o *database.Options) { o.Wrap = w }
}

// Each runs the test on both databases.
func Each(t *testing.T, test func(t *testing.T, db *database.DB), options ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, options...)) })
	t.Run("mariadb", func(t *testing.T) { test(t, MariaDB(t, options...)) })
}

// SQLite is an empty SQLite database, gone after the test.
func SQLite(t T, options ...Option) *database.DB {
	t.Helper()
	return open(t, SQLiteOptions(t, options...))
}

// SQLiteOptions are the options with which SQLite opens its database, for a test that opens it itself,
// perhaps more than once.
func SQLiteOptions(t T, options ...Option) database.Options {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(Folder(t), "hutong.db")
	if err := os.WriteFile(path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return with(database.Options{Dialect: database.SQLite, DSN: path, Volatile: true}, options)
}

// MariaDB is an empty schema on MariaDB, dropped after the test.
func MariaDB(t T, options ...Option) *database.DB {
	t.Helper()
	return open(t, MariaDBOptions(t, options...))
}

// MariaDBOptions are the options with which MariaDB opens its database.
func MariaDBOptions(t T, options ...Option) database.Options {
	t.Helper()
	server, err := mariaTemplate()
	if err != nil {
		t.Fatal(err)
	}
	name := schemaName()
	if err := server.clone(name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := server.admin.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			t.Error(err)
		}
	})
	return with(database.Options{Dialect: database.MySQL, DSN: server.dsn(name)}, options)
}

func with(o database.Options, options []Option) database.Options {
	o.Clock = time.Now
	for _, option := range options {
		option(&o)
	}
	return o
}

func open(t T, o database.Options) *database.DB {
	t.Helper()
	db, err := database.Open(context.WithoutCancel(t.Context()), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Folder is a temporary folder in memory if there is one, because SQLite's speed there is the tests' speed.
func Folder(t T) string {
	t.Helper()
	dir, err := os.MkdirTemp(memory(), "hutong-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// sqliteTemplate is the file of a migrated database without rows, made once.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp(memory(), "hutong-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "hutong.db")
	if err := migrated(database.Options{Dialect: database.SQLite, DSN: path, Volatile: true}); err != nil {
		return nil, err
	}
	return os.ReadFile(path) // closing the database has folded the WAL into it
})

func migrated(o database.Options) error {
	ctx := context.Background()
	o.Clock = time.Now
	db, err := database.Open(ctx, o)
	if err != nil {
		return err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	return db.Close()
}

// maria is the server, with one schema that is migrated and copied for each test.
type maria struct {
	private  *mariadb.Server // held, so that its lifeline is not collected; nil if the server was named
	cfg      *gomysql.Config
	admin    *sql.DB
	template string
	tables   []string
}

var mariaTemplate = sync.OnceValues(func() (*maria, error) {
	dsn := os.Getenv("HUTONG_TEST_MYSQL_DSN")
	var server *mariadb.Server
	if dsn == "" {
		var err error
		if server, err = mariadb.Start(context.Background(), mariadb.Options{}); err != nil {
			return nil, err
		}
		dsn = server.DSN
	}
	cfg, err := gomysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("HUTONG_TEST_MYSQL_DSN: %w", err)
	}
	template, err := templateName()
	if err != nil {
		return nil, err
	}
	m := &maria{private: server, cfg: cfg, template: template}
	if m.admin, err = sql.Open("mysql", dsn); err != nil {
		return nil, err
	}
	ctx := context.Background()
	if _, err := m.admin.ExecContext(ctx, "CREATE DATABASE IF NOT EXISTS "+m.template+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return nil, err
	}
	if err := migrated(database.Options{Dialect: database.MySQL, DSN: m.dsn(m.template)}); err != nil {
		return nil, err
	}
	rows, err := m.admin.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", m.template)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			return nil, err
		}
		m.tables = append(m.tables, table)
	}
	return m, rows.Err()
})

func (m *maria) dsn(schema string) string {
	c := m.cfg.Clone()
	c.DBName = schema
	return c.FormatDSN()
}

func (m *maria) clone(name string) error {
	ctx := context.Background()
	if _, err := m.admin.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return err
	}
	for _, table := range m.tables {
		if _, err := m.admin.ExecContext(ctx, fmt.Sprintf("CREATE TABLE %s.%s LIKE %s.%s", name, table, m.template, table)); err != nil {
			return err
		}
	}
	// goose's table tells the version: without its rows the copy would count as not migrated.
	_, err := m.admin.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s.goose_db_version SELECT * FROM %s.goose_db_version", name, m.template))
	return err
}

// templateName changes with the migrations, so that processes which share a server share one template.
func templateName() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(migrations.FS, "mysql", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := migrations.FS.ReadFile(path)
		hash.Write(content)
		return err
	})
	return fmt.Sprintf("hutong_template_%x", hash.Sum(nil)[:6]), err
}

var schemas atomic.Int64

// schemaName differs between processes that share a server.
func schemaName() string {
	return strings.ToLower(fmt.Sprintf("hutong_test_%d_%d", os.Getpid(), schemas.Add(1)))
}
