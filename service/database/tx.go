package database

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	gomysql "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// tries is how often a transaction is run before its conflict is the caller's.
const tries = 3

// InTx runs fn in a transaction and commits it when fn returns nil. A transaction that the database gave up
// for the sake of another (deadlock, lock time-out, changed snapshot) is run again as a whole, at most three
// times: so fn has no effect but on tx, sets anew whatever it fills, and returns every error it meets.
// When the commit itself fails the outcome is unknown, and the error says so to whoever logs it.
func (db *DB) InTx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	for try := 1; ; try++ {
		err := db.once(ctx, fn)
		if err == nil || try == tries || !isConflict(err) {
			return err
		}
		wait := time.NewTimer(time.Duration(try) * (5*time.Millisecond + rand.N(20*time.Millisecond)))
		select {
		case <-ctx.Done():
			wait.Stop()
			return errors.Join(ctx.Err(), err)
		case <-wait.C:
		}
	}
}

func (db *DB) once(ctx context.Context, fn func(tx *gorm.DB) error) error {
	tx := db.write.WithContext(ctx).Begin()
	if tx.Error != nil {
		return fmt.Errorf("begin: %w", tx.Error)
	}
	done := false
	defer func() {
		if !done { // fn failed or panicked
			tx.Rollback()
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	done = true
	if err := tx.Commit().Error; err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// isConflict tells whether the database ended the transaction so that another could go on.
func isConflict(err error) bool {
	var m *gomysql.MySQLError
	if errors.As(err, &m) {
		// deadlock, lock wait time-out, record has changed since last read (MariaDB)
		return m.Number == 1213 || m.Number == 1205 || m.Number == 1020
	}
	var s *sqlite.Error
	return errors.As(err, &s) && s.Code()&0xff == sqlite3.SQLITE_BUSY
}

// IsDuplicate tells whether err is the refusal of a unique index.
func IsDuplicate(err error) bool {
	var m *gomysql.MySQLError
	if errors.As(err, &m) {
		return m.Number == 1062
	}
	var s *sqlite.Error
	return errors.As(err, &s) &&
		(s.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || s.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// IsNotFound tells whether err is a row that is not there.
func IsNotFound(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }
