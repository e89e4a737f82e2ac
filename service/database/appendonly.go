package database

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"hutong/model"
)

// ErrAppendOnly is a statement that would change or delete rows of a table that only grows. It is a mistake
// in the program.
var ErrAppendOnly = errors.New("database: rows of this table are never changed")

// appendOnly refuses UPDATE and DELETE on the tables of model.AppendOnly.
type appendOnly struct{ tables, purgeable map[string]bool }

func newAppendOnly() *appendOnly {
	return &appendOnly{tables: tablesOf(model.AppendOnly()), purgeable: tablesOf(model.Purgeable())}
}

func tablesOf(models []any) map[string]bool {
	tables := map[string]bool{}
	var cache sync.Map
	for _, m := range models {
		s, err := schema.Parse(m, &cache, schema.NamingStrategy{})
		if err != nil {
			panic(err) // a model that gorm cannot read: no test would get past this
		}
		tables[s.Table] = true
	}
	return tables
}

// Name implements gorm.Plugin.
func (*appendOnly) Name() string { return "append-only" }

// Initialize implements gorm.Plugin.
func (a *appendOnly) Initialize(db *gorm.DB) error {
	c := db.Callback()
	return errors.Join(
		c.Update().Before("gorm:update").Register("append-only:update", a.update),
		c.Delete().Before("gorm:delete").Register("append-only:delete", a.refuse),
		c.Raw().Before("gorm:raw").Register("append-only:raw", a.raw),
	)
}

// update lets what is personal be taken out of rows that are over, and nothing else be changed.
func (a *appendOnly) update(db *gorm.DB) {
	if a.purgeable[db.Statement.Table] && model.IsPurge(db.Statement.Context) {
		return
	}
	a.refuse(db)
}

func (a *appendOnly) refuse(db *gorm.DB) {
	if db.Error == nil && a.tables[db.Statement.Table] { // else it was refused already, for another reason
		_ = db.AddError(fmt.Errorf("%w: %s", ErrAppendOnly, db.Statement.Table))
	}
}

// raw looks at statements written by hand: UPDATE t … and DELETE FROM t ….
func (a *appendOnly) raw(db *gorm.DB) {
	if db.Error != nil {
		return
	}
	words := strings.Fields(strings.ToLower(db.Statement.SQL.String()))
	for i, w := range words[:min(len(words), 3)] {
		if (w == "update" || w == "from") && i+1 < len(words) && a.tables[strings.Trim(words[i+1], "`\"")] &&
			(words[0] == "update" || words[0] == "delete") {
			_ = db.AddError(fmt.Errorf("%w: %s", ErrAppendOnly, words[i+1]))
		}
	}
}
