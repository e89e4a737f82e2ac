package privacy_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"hutong/model"
)

// personal are the columns that may tell something of a person, by their tables. The page names each of these tables.
var personal = map[string][]string{
	"users":             {"openid", "unionid", "session_key_sealed", "phone_sealed", "phone_masked", "language"},
	"addresses":         {"place"},
	"orders":            {"place", "recipient", "phone", "remark", "placed_from"},
	"order_notes":       {"words", "staff_no"},
	"parcels":           {"waybill"},
	"parcel_events":     {"waybill", "place", "remark"},
	"messages":          {"facts"},
	"group_seats":       {"name"},
	"photos":            {"url"},
	"content_checks":    {"content"},
	"refunds":           {"settled_ref"},
	"reviews":           {"author", "words", "added_words", "pictures"},
	"after_sales":       {"words", "pictures", "return_waybill", "resent_waybill"},
	"after_sale_events": {"words", "pictures", "actor"},
	"order_events":      {"actor"},
	"audit_log":         {"actor_no", "address"},
	"idempotency_keys":  {"owner", "answer"},
	"staff":             {"name"},
	"staff_tokens":      {"name"},
	"staff_logins":      {"email", "password_hash", "totp_sealed", "totp_pending"},
	"staff_sessions":    {"address", "agent"},
	"staff_invitations": {"name", "email", "invited_by"},
	"brand_profiles":    {"contact"},
	"bill_exceptions":   {"note", "resolved_by"},
	"coupon_issues":     {"staff_no"},
	"page_versions":     {"actor_no"},
}

// ofTheShop are the tables in which nobody is: the shop itself, its goods, its books.
var ofTheShop = []string{
	"brands", "brand_credentials", "pages", "page_versions", "freight_templates", "categories", "products", "product_categories", "product_tags",
	"skus", "stock_movements", "order_lines", "order_adjustments", "after_sale_rules", "after_sale_lines", "message_templates",
	"imports", "import_chunks", "import_lines", "promotions", "promotion_quotas", "coupons", "coupon_codes",
	"group_campaigns", "group_prices", "member_levels", "segments", "kept_pictures",
	"journal_entries", "journal_postings", "reconciliations", "trade_bill_rows", "flow_bill_rows",
	"secret_marks", "daily_sales", "daily_people", "daily_goods", "daily_books",
}

// plain are columns that tell nothing of a person in any table: numbers, codes, and what the shop itself has written.
var plain = strings.Fields(`no from_state to_state app_id mch_id prepay_id transaction_id wechat_refund_id notification_id trace_id request_id
	template_id subject subject_kind subject_no action event number detail currency reason label carrier return_carrier resent_carrier
	way channel reply choice return_place before_state after_state kind job_key payload last_error idem_key input_hash hash refused_for ours theirs
	legal_name legal_address service time_zone segment_no segment_name rule`)

// Whoever adds a column that holds words says here whether it may tell something of a person; if so, the page that
// says what is kept of people has its table.
func TestThePrivacyPageNamesWhateverIsKeptOfPeople(t *testing.T) {
	page, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	var cache sync.Map
	for _, m := range model.All() {
		s, err := schema.Parse(m, &cache, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		named := strings.Contains(string(page), "`"+s.Table+"`")
		if s.LookUpField("user_id") != nil && !named {
			t.Errorf("docs/privacy.md does not name %s, which has rows of consumers", s.Table)
		}
		for _, f := range s.Fields {
			switch isPersonal := slices.Contains(personal[s.Table], f.DBName); {
			case isPersonal && !named:
				t.Errorf("docs/privacy.md does not name %s, which has %s", s.Table, f.DBName)
			case !isPersonal && holdsWords(f) && !slices.Contains(plain, f.DBName) && !slices.Contains(ofTheShop, s.Table):
				t.Errorf("say in this test whether %s of %s may tell something of a person", f.DBName, s.Table)
			}
		}
		for _, column := range personal[s.Table] {
			if s.LookUpField(column) == nil {
				t.Errorf("%s has no %s", s.Table, column)
			}
		}
	}
}

// holdsWords tells whether anything can be written into a column: a state or a kind, which has a type of its own,
// is one of few words.
func holdsWords(f *schema.Field) bool {
	switch kind := f.IndirectFieldType.Kind().String(); kind {
	case "string":
		return f.IndirectFieldType.Name() == "string"
	case "slice", "struct", "map":
		return f.DBName != ""
	}
	return false
}
