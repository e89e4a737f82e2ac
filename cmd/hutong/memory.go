package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"time"
)

// memoryGoal is how much memory the process tries to stay within, in bytes, its code not counted.
const memoryGoal = 36 << 20

// tuneMemory keeps the process small until ctx ends, unless the environment says how it is to be (GOMEMLIMIT,
// GOGC). The goal yields: a process that needs more gets it, instead of collecting garbage without end.
func tuneMemory(ctx context.Context, environ []string) {
	for _, e := range environ {
		if strings.HasPrefix(e, "GOMEMLIMIT=") || strings.HasPrefix(e, "GOGC=") {
			return
		}
	}
	debug.SetMemoryLimit(memoryGoal)
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		inUse := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				metrics.Read(inUse)
				debug.SetMemoryLimit(limitFor(int64(inUse[0].Value.Uint64())))
			}
		}
	}()
}

// limitFor is the limit for so many bytes in use: the goal, or what leaves room between two collections.
func limitFor(inUse int64) int64 { return max(memoryGoal, inUse+inUse/2) }
