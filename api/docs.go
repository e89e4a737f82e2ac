package api

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5/static"

	"hutong/api/problem"
	"hutong/model"
)

// The pages are our own, round the assets of Swagger UI: nothing is loaded from elsewhere, and no script is
// inline.
//
//go:embed docs
var pages embed.FS

var problemPage = template.Must(template.ParseFS(pages, "docs/problem.html"))

// docsPolicy lets the pages load what is ours. Swagger UI has its icons as data.
const docsPolicy = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func pageHeaders(c *gin.Context) {
	c.Header("Content-Security-Policy", docsPolicy)
	c.Header("Referrer-Policy", "no-referrer")
	c.Header("Cache-Control", "no-cache")
}

// docsFile is a file of the pages. It is read when somebody asks for it.
type docsFile struct {
	from        embed.FS
	name        string
	contentType string
}

// docsFiles are below /docs/.
var docsFiles = map[string]docsFile{
	"page.css":             {pages, "docs/page.css", "text/css; charset=utf-8"},
	"page.js":              {pages, "docs/page.js", "text/javascript; charset=utf-8"},
	"swagger-ui.css":       {static.FS, "swagger-ui.css.gz", "text/css; charset=utf-8"},
	"swagger-ui-bundle.js": {static.FS, "swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8"},
	"favicon-32x32.png":    {static.FS, "favicon-32x32.png", "image/png"},
}

func (a *API) routeDocs() error {
	index, err := pages.ReadFile("docs/index.html")
	if err != nil {
		return fmt.Errorf("docs: %w", err)
	}
	description := func(written func() ([]byte, error)) gin.HandlerFunc {
		return func(c *gin.Context) {
			d, err := written()
			if err != nil {
				problem.Write(c.Writer, c.Request, err)
				return
			}
			c.Header("Cache-Control", "no-cache")
			c.Data(http.StatusOK, "application/json", d)
		}
	}
	a.engine.GET("/openapi.json", description(a.openAPI))
	a.engine.GET("/console/openapi.json", description(a.console))
	a.engine.GET("/docs", func(c *gin.Context) {
		pageHeaders(c)
		c.Data(http.StatusOK, "text/html; charset=utf-8", index)
	})
	a.engine.GET("/docs/:file", func(c *gin.Context) {
		f, ok := docsFiles[c.Param("file")]
		if !ok {
			problem.Write(c.Writer, c.Request, model.ErrNotFound)
			return
		}
		f.send(c)
	})
	a.engine.GET("/problems/:code", describeProblem)
	return nil
}

func (f docsFile) send(c *gin.Context) {
	content, err := f.from.ReadFile(f.name)
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	c.Header("Cache-Control", "public, max-age=3600")
	if !strings.HasSuffix(f.name, ".gz") {
		c.Data(http.StatusOK, f.contentType, content)
		return
	}
	c.Header("Vary", "Accept-Encoding")
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		c.Data(http.StatusOK, f.contentType, content)
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	c.Header("Content-Type", f.contentType)
	_, _ = io.Copy(c.Writer, z) // what is unpacked is our own
}

// describeProblem is where the type of a problem document leads.
func describeProblem(c *gin.Context) {
	d, ok := problem.Describe(c.Param("code"))
	if !ok {
		problem.Write(c.Writer, c.Request, model.ErrNotFound)
		return
	}
	pageHeaders(c)
	c.Header("Content-Type", "text/html; charset=utf-8")
	_ = problemPage.Execute(c.Writer, d) // the caller may have gone
}
