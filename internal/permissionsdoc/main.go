// Command permissionsdoc writes docs/permissions.md from the table of package model, so that the page cannot
// say anything else than the code. go generate runs it.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"hutong/model"
)

const head = `# Permissions

Generated from the table in package model by ` + "`go generate ./...`" + `; do not edit.

Every member of staff has one role. The same table guards each operation of the [staff API](../api/console); an
operation without a permission does not exist. The owner may do everything.

`

func main() {
	var b strings.Builder
	b.WriteString(head + "| permission | to |")
	for _, r := range model.Roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(model.Roles)) + "\n")
	for _, row := range model.Permissions {
		fmt.Fprintf(&b, "| `%s` | %s |", row.Permission, row.Allows)
		for _, r := range model.Roles {
			if r.May(row.Permission) {
				b.WriteString(" yes |")
			} else {
				b.WriteString(" |")
			}
		}
		b.WriteString("\n")
	}
	if err := os.WriteFile(os.Args[1], []byte(b.String()), 0o644); err != nil { //nolint:gosec // a page for everybody
		log.Fatal(err)
	}
}
