// Package migrations holds the schema as goose files, one folder per dialect. A file has the same number
// and the same table in both. MySQL commits each DDL statement by itself, so a MySQL file has one
// statement and may be run again; whoever adds one keeps to that.
package migrations

import "embed"

// FS has the folders mysql and sqlite.
//
//go:embed mysql/*.sql sqlite/*.sql
var FS embed.FS
