// Package web has the pages that `make web` builds, as part of the program.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:shop all:console
var files embed.FS

// Shop is the consumer's mini program for a browser, or nil when it was not built.
func Shop() fs.FS { return built("shop") }

// Console is what staff run their shop with, or nil when it was not built.
func Console() fs.FS { return built("console") }

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
