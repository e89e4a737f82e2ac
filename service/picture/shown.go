package picture

import (
	"fmt"
	"regexp"

	"gorm.io/gorm"

	"hutong/service/media"
)

// Shown are the columns that can name a picture of a shop's own, by table. A picture that none of them names is shown
// nowhere, and removed after a while; so whatever is to show pictures is entered here. A test looks at every column that
// has room for a picture's address.
var Shown = map[string][]string{
	"brands":        {"theme"},
	"categories":    {"picture"},
	"import_chunks": {"content"}, // a file that is still to be read may name pictures that are here
	"order_lines":   {"picture"},
	"page_versions": {"blocks"}, // which can come back
	"pages":         {"blocks", "draft_blocks"},
	"products":      {"pictures", "body"},
	"skus":          {"picture"},
}

// address finds the pictures in whatever a column holds.
var address = regexp.MustCompile(regexp.QuoteMeta(media.Prefix) + `([0-9a-f]{64}\.[a-z]{3,4})\b`)

// shown tells which of some files the shops of all brands show. ctx must be across brands.
func shown(tx *gorm.DB, names map[string]bool) (map[string]bool, error) {
	found := map[string]bool{}
	for table, columns := range Shown {
		for _, column := range columns {
			if err := find(tx, table, column, names, found); err != nil {
				return nil, fmt.Errorf("pictures of %s.%s: %w", table, column, err)
			}
		}
	}
	return found, nil
}

func find(tx *gorm.DB, table, column string, names, found map[string]bool) error {
	rows, err := tx.Table(table).Select(column).Where(column+" LIKE ?", "%"+media.Prefix+"%").Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // Err tells
	var held []byte
	for rows.Next() {
		if err := rows.Scan(&held); err != nil {
			return err
		}
		for _, m := range address.FindAllSubmatch(held, -1) {
			if name := string(m[1]); names[name] {
				found[name] = true
			}
		}
	}
	return rows.Err()
}
