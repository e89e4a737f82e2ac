package database

import "database/sql"

// PoolStats are the figures of the connection pools, by name: "writer" and "reader" on SQLite, "main" on
// MySQL.
func (db *DB) PoolStats() map[string]sql.DBStats {
	names := []string{"writer", "reader"}
	if db.dialect == MySQL {
		names = []string{"main"}
	}
	out := make(map[string]sql.DBStats, len(db.pools))
	for i, p := range db.pools {
		out[names[i]] = p.Stats()
	}
	return out
}
