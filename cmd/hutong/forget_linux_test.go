package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// residentFile is how much of the files it has mapped the process has in memory, in KiB.
func residentFile(t *testing.T) int {
	t.Helper()
	content, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if rest, ok := strings.CutPrefix(line, "RssFile:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Skip("this kernel does not tell RssFile")
	return 0
}

func TestForgetStart(t *testing.T) {
	before := residentFile(t)
	forgetStart()
	if after := residentFile(t); after >= before {
		t.Errorf("%d KiB of files resident before, %d after", before, after)
	}
}
