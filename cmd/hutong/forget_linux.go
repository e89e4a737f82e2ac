package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// forgetStart gives back the pages of the program's own file that starting has touched, most of which nothing needs
// again: they are as they are in the file, so the kernel keeps them where it has room and maps again what is used. It
// is a matter of memory alone, and what cannot be given back stays.
func forgetStart() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close()
	var begin, end uintptr // of the mapping whose figures come now; 0: not one of ours, or not as it is in the file
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		line := lines.Text()
		name, figure, isFigure := strings.Cut(line, ":")
		switch {
		case !isFigure || strings.Contains(name, " "): // the first line of a mapping
			var may string
			_, err := fmt.Sscanf(line, "%x-%x %s", &begin, &end, &may)
			if err != nil || strings.Contains(may, "w") || !strings.HasSuffix(line, " "+program) {
				begin = 0
			}
		case name == "Anonymous" && strings.TrimSpace(figure) != "0 kB":
			begin = 0 // the loader has written there: the program's addresses are not fixed
		case name == "Swap" && begin > 0 && strings.TrimSpace(figure) == "0 kB":
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, begin, end-begin, syscall.MADV_DONTNEED)
		}
	}
}
