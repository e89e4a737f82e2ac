package main

import (
	"runtime/debug"
	"strings"
)

// memoryGoal is how much memory the collector of garbage tries to stay within, in bytes. It is a goal, not
// a limit: a process that needs more gets it, and collects more often.
const memoryGoal = 48 << 20

// tuneMemory makes the process small, unless the environment says how it is to be.
func tuneMemory(environ []string) {
	set := map[string]bool{}
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		set[name] = true
	}
	if !set["GOMEMLIMIT"] {
		debug.SetMemoryLimit(memoryGoal)
	}
	if !set["GOGC"] {
		debug.SetGCPercent(50)
	}
}
