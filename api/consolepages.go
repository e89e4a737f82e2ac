package api

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// consolePolicy lets the console's pages load what is ours and nothing else, show nothing of it in another's frame,
// and send no form anywhere by itself. Charts have their styles in attributes; a picture that somebody has chosen is
// a blob, and the preview of the home page is a page of our own in a frame.
const consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const consoleNotBuilt = "The console is not part of this program. \"make web\" builds it (it needs Node.js), " +
	"and \"make build\" then puts it in. The API works without it.\n"

// findConsole knows the console's pages.
func (a *API) findConsole() error {
	files, err := findPages(a.options.ConsolePages)
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	a.consolePages = files
	return nil
}

// consolePage answers an address of the console: a file, or else the page, which finds out by itself what it shows.
// It is no route, for gin does not let one stand beside those of the API, which are below the same name. It answers
// false for what is none of the console's.
func (a *API) consolePage(c *gin.Context) bool {
	name, below := strings.CutPrefix(c.Request.URL.Path, "/console")
	read := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	switch {
	case !below || !read || name == "/v1" || strings.HasPrefix(name, "/v1/"):
		return false
	case name == "":
		c.Redirect(http.StatusMovedPermanently, "/console/")
		return true
	case !strings.HasPrefix(name, "/"):
		return false
	}
	name = name[1:]
	if f, ok := a.consolePages[name]; ok && name != "index.html" {
		f.send(c)
		return true
	}
	if strings.HasPrefix(name, "assets/") { // of another version: a page would be taken for a script
		return false
	}
	index, ok := a.consolePages["index.html"]
	if !ok {
		c.String(http.StatusServiceUnavailable, consoleNotBuilt)
		return true
	}
	c.Header("Content-Security-Policy", consolePolicy)
	c.Header("Referrer-Policy", "same-origin")
	c.Header("Cross-Origin-Opener-Policy", "same-origin")
	index.send(c)
	return true
}
