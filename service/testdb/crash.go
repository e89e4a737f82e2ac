package testdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync"
)

// ErrCrashed is what every statement returns from the moment of a crash on.
var ErrCrashed = errors.New("testdb: the process has crashed")

// Crasher stands between the pool and the driver and plays the death of the process: the n-th statement or
// commit fails, before or after it took effect, and so does everything after it. Whoever tests closes the
// database then, as death would, and opens it again.
type Crasher struct {
	mu      sync.Mutex
	left    int // statements until the crash; 0 is none armed
	after   bool
	paused  int // so many times
	crashed bool
}

// Arm lets the n-th statement or commit from now crash, n ≥ 1: before it takes effect or after.
func (c *Crasher) Arm(n int, after bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.after, c.crashed = n, after, false
}

// Disarm calls the crash off and tells whether it has happened.
func (c *Crasher) Disarm() (crashed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	crashed = c.crashed
	c.left, c.crashed = 0, false
	return crashed
}

// Pause lets statements pass uncounted until resume is called, such as those of a check between two steps.
func (c *Crasher) Pause() (resume func()) {
	c.pause(+1)
	return func() { c.pause(-1) }
}

func (c *Crasher) pause(by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.paused += by
}

// Crashed tells whether the crash has happened.
func (c *Crasher) Crashed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crashed
}

// Wrap is an Option's argument: see the function Wrap.
func (c *Crasher) Wrap(next driver.Connector) driver.Connector { return crashConnector{next, c} }

// run does one statement or commit, or crashes.
func (c *Crasher) run(statement func() error) error {
	c.mu.Lock()
	if c.crashed {
		c.mu.Unlock()
		return ErrCrashed
	}
	now := c.left == 1 && c.paused == 0
	if c.left > 0 && c.paused == 0 {
		c.left--
	}
	c.crashed = now
	after := c.after
	c.mu.Unlock()
	if now && !after {
		return ErrCrashed
	}
	err := statement()
	if now {
		return ErrCrashed
	}
	return err
}

type crashConnector struct {
	driver.Connector
	c *Crasher
}

func (k crashConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if k.c.Crashed() {
		return nil, ErrCrashed
	}
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return crashConn{conn, k.c}, nil
}

// crashConn is a connection of either driver; both have the context's forms of everything.
type crashConn struct {
	driver.Conn
	c *Crasher
}

func (k crashConn) BeginTx(ctx context.Context, o driver.TxOptions) (tx driver.Tx, err error) {
	err = k.c.run(func() error {
		var err error
		tx, err = k.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return crashTx{tx, k.c}, nil
}

func (k crashConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (r driver.Result, err error) {
	err = k.c.run(func() error {
		var err error
		r, err = k.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
		return err
	})
	return r, err
}

func (k crashConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (r driver.Rows, err error) {
	err = k.c.run(func() error {
		var err error
		r, err = k.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
		return err
	})
	if errors.Is(err, ErrCrashed) && r != nil { // the effect happened, nobody will read the rows
		return nil, errors.Join(err, r.Close())
	}
	return r, err
}

func (k crashConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return k.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (k crashConn) Ping(ctx context.Context) error { return k.Conn.(driver.Pinger).Ping(ctx) }

func (k crashConn) ResetSession(ctx context.Context) error {
	if r, ok := k.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

func (k crashConn) IsValid() bool {
	v, ok := k.Conn.(driver.Validator)
	return !ok || v.IsValid()
}

// CheckNamedValue lets a driver convert arguments its own way, and leaves the rest to database/sql.
func (k crashConn) CheckNamedValue(v *driver.NamedValue) error {
	if c, ok := k.Conn.(driver.NamedValueChecker); ok {
		return c.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type crashTx struct {
	driver.Tx
	c *Crasher
}

func (k crashTx) Commit() error { return k.c.run(k.Tx.Commit) }

// Rollback is never counted: death rolls back by itself.
func (k crashTx) Rollback() error { return k.Tx.Rollback() }
