//go:build !race

package simulation_test

// histories of one run.
const histories, historiesOnMariaDB = 120, 10
