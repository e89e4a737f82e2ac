// Package web has the pages that `make web` builds, as part of the program.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:shop
var files embed.FS

// Shop is the consumer's mini program for a browser, or nil when it was not built.
func Shop() fs.FS { return built("shop") }

func built(folder string) fs.FS {
	if _, err := fs.Stat(files, folder+"/index.html"); err != nil {
		return nil
	}
	sub, err := fs.Sub(files, folder)
	if err != nil {
		return nil
	}
	return sub
}
