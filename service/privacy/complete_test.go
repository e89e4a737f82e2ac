package privacy_test

import (
	"bytes"
	"encoding/json"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"hutong/model"
)

// stays are the tables with a consumer's rows in them after the account is deleted, and why.
var stays = map[string]string{
	"orders":         "the law wants them for three years, the books for longer",
	"after_sales":    "they belong to the order",
	"photos":         "evidence of a case",
	"messages":       "that something was told, not to whom",
	"coupon_claims":  "that one was had: the coupon counts them, and the order says which it used",
	"promotion_uses": "how many pieces of a flash sale are taken: orders say the same",
	"reviews":        "that the line was reviewed: nothing is in them",
	"group_seats":    "they belong to the order; the name is gone",
}

// passes are tables that have a consumer's rows for some seconds alone.
var passes = map[string]bool{"content_checks": true}

// Whoever adds a table with a consumer's rows has them removed with the account, or says here why they stay.
func TestNoTableIsForgottenWhenAnAccountIs(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.live()
		s.leaveGroup(s.SKU(900, 5))
		theirs := func(m any) int64 { return s.Count(m, "user_id = ?", s.buyer.UserID) }
		tables := tablesOfConsumers(t)
		for table, m := range tables {
			if theirs(m) == 0 && !passes[table] {
				t.Errorf("the consumer of this test leaves no trace in %s: let them", table)
			}
		}
		s.withdraw()
		s.check(s.Privacy.Delete(s.Ctx, s.buyer.UserID))
		for table, m := range tables {
			if n := theirs(m); n > 0 && stays[table] == "" {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
		for table := range stays {
			if tables[table] == nil {
				t.Errorf("there is no table %s", table)
			}
		}
	})
}

// told is where the export tells of the rows of a table; "" where it does not, because they have passed or tell nothing.
var told = map[string]string{
	"addresses": "addresses", "after_sales": "after_sales", "cart_lines": "cart", "content_checks": "", "coupon_claims": "coupons",
	"favourites": "favourites", "group_seats": "seats", "group_visits": "visits", "members": "level", "message_grants": "leaves",
	"messages": "messages", "orders": "orders", "photos": "pictures", "promotion_uses": "flash_sales", "reviews": "reviews",
	"seen_products": "history",
}

// Whoever adds a table with a consumer's rows has the export tell of them.
func TestNoTableIsForgottenInAnExport(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.live()
		s.leaveGroup(s.SKU(900, 5))
		b, err := json.Marshal(must(s.Privacy.Export(s.Ctx, s.buyer)))
		s.check(err)
		var export map[string]json.RawMessage
		s.check(json.Unmarshal(b, &export))
		for table := range tablesOfConsumers(t) {
			field, known := told[table]
			if !known || field != "" && len(export[field]) <= len("[]") {
				t.Errorf("of %s the export tells in %q: %s", table, field, export[field])
			}
		}
		for _, of := range []string{`"openid":"` + s.Sim.OpenID(s.Merchant.AppID, "mei") + `"`, `"address":"198.51.100.7"`} {
			if !bytes.Contains(b, []byte(of)) {
				t.Errorf("the export has no %s: %s", of, b)
			}
		}
	})
}

// tablesOfConsumers are the models whose rows belong to a consumer, by their tables.
func tablesOfConsumers(t *testing.T) map[string]any {
	t.Helper()
	tables := map[string]any{}
	var cache sync.Map
	for _, m := range model.All() {
		s, err := schema.Parse(m, &cache, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		if s.LookUpField("user_id") != nil {
			tables[s.Table] = m
		}
	}
	return tables
}
