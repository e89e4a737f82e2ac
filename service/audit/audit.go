// Package audit has the invariants of the trade as queries: what must hold after every step of any history.
// The same code runs after each step of the simulation, at the end of the races, and on a live database.
package audit

import (
	"context"
	"fmt"

	"hutong/model"
	"hutong/service/database"
)

// Invariant is a rule that holds at every moment. Query finds what breaks it, for all brands: rows of
// brand_id, subject and detail, none of them personal. Each is one statement, so that on a live database it
// sees one moment.
type Invariant struct {
	Number int // of the list of invariants in docs/operations.md
	Name   string
	Query  string
}

// Finding is one row that breaks an invariant.
type Finding struct {
	Invariant Invariant `gorm:"-"`
	BrandID   int64
	Subject   string // what is wrong, such as "order 01J…"
	Detail    string // the figures
}

// String is the finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("invariant %d (%s): brand %d: %s: %s",
		f.Invariant.Number, f.Invariant.Name, f.BrandID, f.Subject, f.Detail)
}

// most bounds the findings of one invariant: a broken rule tends to be broken often.
const most = 100

// Run checks every invariant on all brands and returns what breaks them, at most 100 rows each.
func Run(ctx context.Context, db *database.DB) ([]Finding, error) {
	tx := db.Read(model.AcrossBrands(ctx))
	var findings []Finding
	for _, i := range Invariants {
		var rows []Finding
		if err := tx.Raw(fmt.Sprintf("%s LIMIT %d", i.Query, most)).Scan(&rows).Error; err != nil {
			return nil, fmt.Errorf("invariant %d (%s): %w", i.Number, i.Name, err)
		}
		for _, f := range rows {
			f.Invariant = i
			findings = append(findings, f)
		}
	}
	return findings, nil
}
