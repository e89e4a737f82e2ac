package testdb

import (
	"context"
	"database/sql/driver"
	"strings"
	"sync"

	"gorm.io/gorm"

	"hutong/service/database"
)

// Interrupter stands between the pool and the driver and lets something else happen in the midst of a use case, as
// rivals on other machines do: outside a transaction, or within one that has only read so far. Whoever has read without
// a lock has read what may be old by the time it writes, and READ COMMITTED promises no more. It works for a test of
// one goroutine, in which a database is open that has nothing of this between: there the rivals work.
//
// A transaction that has only read is ended and begun anew after the interruption. So SQLite, whose transactions
// otherwise exclude each other, shows what two of MariaDB's can do to each other. One that holds a lock is left alone:
// with the lock taken away by mistake, it is not.
type Interrupter struct {
	mu     sync.Mutex
	points int    // passed so far, at which others can come in between
	at     int    // the point of the interruption, counted so
	do     func() // nil when none is armed
	begin  string // how the dialect begins a transaction
	paused int    // so many times
	writes int    // statements that may have written
	locked bool   // the open transaction has taken a lock, or written
}

// Arm lets do run at the n-th point from now, n ≥ 1, once.
func (i *Interrupter) Arm(n int, do func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.at, i.do = i.points+n, do
}

// Disarm calls the interruption off, if it has not happened.
func (i *Interrupter) Disarm() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.do = nil
}

// Pause lets statements pass uncounted until resume is called.
func (i *Interrupter) Pause() (resume func()) {
	i.pause(+1)
	return func() { i.pause(-1) }
}

func (i *Interrupter) pause(by int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.paused += by
}

// Watch tells the interrupter of the locks of a database that was opened with Wrap: SQLite's statements do not have them.
func (i *Interrupter) Watch(ctx context.Context, db *database.DB) error {
	i.begin = "START TRANSACTION"
	if db.Dialect() == database.SQLite {
		i.begin = "BEGIN IMMEDIATE"
	}
	return db.InTx(ctx, func(tx *gorm.DB) error {
		return tx.Callback().Query().Before("gorm:query").Register("testdb:locks", func(tx *gorm.DB) {
			if _, locks := tx.Statement.Clauses["FOR"]; locks {
				i.mark(true)
			}
		})
	})
}

// Wrap is an Option's argument: see the function Wrap.
func (i *Interrupter) Wrap(next driver.Connector) driver.Connector {
	return interruptConnector{next, i}
}

// Point is a point at which others may come in between, such as before WeChat is asked.
func (i *Interrupter) Point() { _ = i.point(nil) }

// point counts a point. again ends and begins the transaction that is open there.
func (i *Interrupter) point(again func(statement string) error) error {
	i.mu.Lock()
	var do func()
	if !i.locked && i.paused == 0 {
		i.points++
		if i.points == i.at {
			do, i.do = i.do, nil
		}
	}
	i.mu.Unlock()
	if do == nil {
		return nil
	}
	if again == nil {
		do()
		return nil
	}
	if err := again("ROLLBACK"); err != nil {
		return err
	}
	do()
	return again(i.begin)
}

// Points is how many points there were so far at which others can come in between.
func (i *Interrupter) Points() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.points
}

// Writes is how many statements so far may have written.
func (i *Interrupter) Writes() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.writes
}

func (i *Interrupter) wrote() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.writes++
}

func (i *Interrupter) mark(locked bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.locked = locked
}

type interruptConnector struct {
	driver.Connector
	i *Interrupter
}

func (k interruptConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &interruptConn{crashConn{conn, &Crasher{}}, k.i, false, false}, nil
}

// interruptConn is a connection of either driver. It has a crasher of its own that never crashes, for what it passes on.
type interruptConn struct {
	crashConn
	i     *Interrupter
	inTx  bool
	begun bool // the transaction has had a statement
}

func (k *interruptConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := k.i.point(nil); err != nil {
		return nil, err
	}
	tx, err := k.crashConn.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	k.inTx, k.begun = true, false
	k.i.mark(false)
	return interruptTx{tx, k}, nil
}

func (k *interruptConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := k.before(ctx, query); err != nil {
		return nil, err
	}
	return k.crashConn.ExecContext(ctx, query, args)
}

func (k *interruptConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := k.before(ctx, query); err != nil {
		return nil, err
	}
	return k.crashConn.QueryContext(ctx, query, args)
}

// before is a point before each statement but the first of a transaction, which is as good as before its begin.
func (k *interruptConn) before(ctx context.Context, query string) error {
	if !k.inTx {
		return k.i.point(nil)
	}
	if k.begun {
		err := k.i.point(func(statement string) error {
			_, err := k.crashConn.ExecContext(ctx, statement, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	k.begun = true
	if !strings.HasPrefix(strings.TrimSpace(query), "SELECT") {
		k.i.mark(true)
		k.i.wrote()
	}
	return nil
}

type interruptTx struct {
	driver.Tx
	k *interruptConn
}

func (x interruptTx) Commit() error   { return x.end(x.Tx.Commit()) }
func (x interruptTx) Rollback() error { return x.end(x.Tx.Rollback()) }

func (x interruptTx) end(err error) error {
	x.k.inTx = false
	x.k.i.mark(false)
	return err
}
