package database

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"hutong/model"
)

// ErrNoBrand is a statement on a brand's table that carries no brand, or another brand than its context's.
// It is a mistake in the program, never the caller's, and becomes a 500.
var ErrNoBrand = errors.New("database: a statement on a brand's table carries no brand")

const brandColumn = "brand_id"

// tenancy adds the brand of the context to every statement on a table with a brand_id, and refuses the
// statement when the context has none. model.AcrossBrands lifts it. SQL written by hand, and joins, must
// name brand_id themselves.
type tenancy struct{ tables map[string]bool }

func newTenancy() *tenancy {
	t := &tenancy{tables: map[string]bool{}}
	var cache sync.Map
	for _, m := range model.All() {
		s, err := schema.Parse(m, &cache, schema.NamingStrategy{})
		if err != nil {
			panic(err) // a model that gorm cannot read: no test would get past this
		}
		if s.LookUpField(brandColumn) != nil {
			t.tables[s.Table] = true
		}
	}
	return t
}

// Name implements gorm.Plugin.
func (*tenancy) Name() string { return "tenancy" }

// Initialize implements gorm.Plugin.
func (t *tenancy) Initialize(db *gorm.DB) error {
	c := db.Callback()
	return errors.Join(
		c.Create().Before("gorm:create").Register("tenancy:create", t.create),
		c.Query().Before("gorm:query").Register("tenancy:query", t.where),
		c.Update().Before("gorm:update").Register("tenancy:update", t.update),
		c.Delete().Before("gorm:delete").Register("tenancy:delete", t.where),
		c.Row().Before("gorm:row").Register("tenancy:row", t.where),
		c.Raw().Before("gorm:raw").Register("tenancy:raw", t.where),
	)
}

func (t *tenancy) create(db *gorm.DB) {
	if !t.tables[db.Statement.Table] || model.IsAcrossBrands(db.Statement.Context) {
		return
	}
	brand, ok := model.BrandID(db.Statement.Context)
	if !ok || db.Statement.Schema == nil {
		t.refuse(db)
		return
	}
	field := db.Statement.Schema.LookUpField(brandColumn)
	set := func(row reflect.Value) {
		switch v, zero := field.ValueOf(db.Statement.Context, row); {
		case zero:
			_ = db.AddError(field.Set(db.Statement.Context, row, brand))
		case v != brand:
			t.refuse(db)
		}
	}
	rows := db.Statement.ReflectValue
	switch rows.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range rows.Len() {
			set(reflect.Indirect(rows.Index(i)))
		}
	case reflect.Struct:
		set(rows)
	default: // a map names its columns itself, unchecked
		t.refuse(db)
	}
}

func (t *tenancy) update(db *gorm.DB) {
	if values, ok := db.Statement.Dest.(map[string]any); ok && t.tables[db.Statement.Table] {
		if _, moves := values[brandColumn]; moves {
			t.refuse(db)
			return
		}
	}
	t.where(db)
}

func (t *tenancy) where(db *gorm.DB) {
	stmt := db.Statement
	if model.IsAcrossBrands(stmt.Context) {
		return
	}
	if stmt.SQL.Len() > 0 { // written by hand
		if t.namesTable(stmt.SQL.String()) {
			t.requireBrand(db, stmt.SQL.String())
		}
		return
	}
	for _, j := range stmt.Joins {
		if t.namesTable(j.Name) {
			t.requireBrand(db, j.Name)
		}
	}
	aliased := stmt.TableExpr != nil && t.namesTable(stmt.TableExpr.SQL)
	if !t.tables[stmt.Table] && !aliased {
		return
	}
	brand, ok := model.BrandID(stmt.Context)
	if !ok {
		t.refuse(db)
		return
	}
	t.fenceOr(stmt)
	stmt.AddClause(clause.Where{Exprs: []clause.Expression{
		clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: brandColumn}, Value: brand},
	}})
}

// fenceOr puts brackets round conditions joined by OR: "a OR b AND brand" would let a through.
func (*tenancy) fenceOr(stmt *gorm.Statement) {
	c, ok := stmt.Clauses["WHERE"]
	if !ok {
		return
	}
	where, ok := c.Expression.(clause.Where)
	if !ok {
		return
	}
	for _, e := range where.Exprs {
		if or, ok := e.(clause.OrConditions); ok && len(or.Exprs) == 1 {
			c.Expression = clause.Where{Exprs: []clause.Expression{clause.And(where.Exprs...)}}
			stmt.Clauses["WHERE"] = c
			return
		}
	}
}

func (t *tenancy) requireBrand(db *gorm.DB, sql string) {
	if _, ok := model.BrandID(db.Statement.Context); !ok || !strings.Contains(sql, brandColumn) {
		t.refuse(db)
	}
}

// namesTable tells whether a brand's table stands in sql as a word of its own.
func (t *tenancy) namesTable(sql string) bool {
	words := strings.FieldsFunc(sql, func(r rune) bool {
		return r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	for _, w := range words {
		if t.tables[strings.ToLower(w)] {
			return true
		}
	}
	return false
}

func (*tenancy) refuse(db *gorm.DB) {
	_ = db.AddError(fmt.Errorf("%w: table %q", ErrNoBrand, db.Statement.Table))
}
