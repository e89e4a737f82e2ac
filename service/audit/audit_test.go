package audit_test

import (
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/audit"
	"hutong/service/testdb"
)

// An invariant that looks at a whole account, or at a whole table, for each row it checks takes hours on a shop of
// some years. SQLite tells how it would go about it.
func TestNoInvariantReadsATableForEachRow(t *testing.T) {
	tx := testdb.SQLite(t).Read(model.AcrossBrands(t.Context()))
	for _, i := range audit.Invariants {
		var steps []struct{ Detail string }
		if err := tx.Raw("EXPLAIN QUERY PLAN " + i.Query).Scan(&steps).Error; err != nil {
			t.Fatal(err)
		}
		for _, s := range steps {
			if strings.Contains(s.Detail, "(brand_id=?)") || strings.Contains(s.Detail, "(brand_id=? AND account=?)") ||
				strings.HasPrefix(s.Detail, "SCAN") && strings.HasSuffix(s.Detail, "LEFT-JOIN") {
				t.Errorf("invariant %d (%s): %s", i.Number, i.Name, s.Detail)
			}
		}
	}
}
