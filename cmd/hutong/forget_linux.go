package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// forgetStart gives back the pages of the program's own file that starting has touched, most of which nothing needs
// again: they are read-only, so the kernel keeps them where it has room and maps again what is used. It is a matter of
// memory alone, and what cannot be given back stays.
func forgetStart() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		line := lines.Text()
		var begin, end uintptr
		var may string
		if !strings.HasSuffix(line, " "+program) {
			continue
		}
		if _, err := fmt.Sscanf(line, "%x-%x %s", &begin, &end, &may); err != nil || strings.Contains(may, "w") {
			continue
		}
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, end-begin, syscall.MADV_DONTNEED)
	}
}
