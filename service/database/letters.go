package database

import (
	"errors"
	"fmt"

	gomysql "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"hutong/model"
)

// letters makes a typed refusal of what MySQL cannot compare or keep: numbers, codes and names in addresses are columns
// of ASCII there, and somebody may ask for one in other letters. It is their mistake, not ours. SQLite compares them and
// finds nothing.
type letters struct{}

// Name implements gorm.Plugin.
func (letters) Name() string { return "letters" }

// Initialize implements gorm.Plugin.
func (letters) Initialize(db *gorm.DB) error {
	c := db.Callback()
	return errors.Join(
		c.Create().After("gorm:create").Register("letters:create", refuseLetters),
		c.Query().After("gorm:query").Register("letters:query", refuseLetters),
		c.Update().After("gorm:update").Register("letters:update", refuseLetters),
		c.Delete().After("gorm:delete").Register("letters:delete", refuseLetters),
		c.Row().After("gorm:row").Register("letters:row", refuseLetters),
		c.Raw().After("gorm:raw").Register("letters:raw", refuseLetters),
	)
}

// refuseLetters is after each statement. Errors: model.ErrInvalid.
func refuseLetters(db *gorm.DB) {
	var m *gomysql.MySQLError
	if !errors.As(db.Error, &m) {
		return
	}
	switch m.Number {
	// Two, three and any number of collations that do not go together; a value that is none of the column's letters; and
	// as MySQL 8 has them.
	case 1267, 1270, 1271, 1366, 3854, 3988:
		db.Error = fmt.Errorf("%w: %w", model.ErrInvalid, db.Error)
	}
}
