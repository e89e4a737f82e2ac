package privacy_test

import (
	"os"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"hutong/model"
)

// A table that has to do with people is on the page that says what is kept of them.
func TestThePrivacyPageNamesEveryTableWithPeople(t *testing.T) {
	page, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	personal := map[string]bool{"user_id": true, "place": true, "actor_no": true, "owner": true, "words": true, "openid": true, "staff_id": true}
	found := 0
	var cache sync.Map
	for _, m := range model.All() {
		s, err := schema.Parse(m, &cache, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range s.DBNames {
			if personal[column] {
				found++
				if !strings.Contains(string(page), "`"+s.Table+"`") {
					t.Errorf("docs/privacy.md does not name %s, which has %s", s.Table, column)
				}
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d columns have to do with people", found)
	}
}
