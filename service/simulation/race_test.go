//go:build race

package simulation_test

// histories of one run: the race detector makes each ten times as slow, and there is one goroutine.
const histories, historiesOnMariaDB = 8, 2
