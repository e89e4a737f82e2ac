package api

import (
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

// docsFile is a file of the pages.
type docsFile struct {
	contentType string
	gzipped     bool // as it is kept
	content     []byte
}

// loadDocs has the files below /docs/.
func loadDocs() (map[string]docsFile, error) {
	files := map[string]docsFile{}
	for name, t := range map[string]string{"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"} {
		b, err := pages.ReadFile("docs/" + name)
		if err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		files[name] = docsFile{t, false, b}
	}
	for name, t := range map[string]string{
		"swagger-ui.css.gz":       "text/css; charset=utf-8",
		"swagger-ui-bundle.js.gz": "text/javascript; charset=utf-8",
		"favicon-32x32.png":       "image/png",
	} {
		b, err := static.FS.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("docs: %w", err)
		}
		plain, gzipped := strings.CutSuffix(name, ".gz")
		files[plain] = docsFile{t, gzipped, b}
	}
	return files, nil
}

func (a *API) routeDocs() error {
	files, err := loadDocs()
	if err != nil {
		return err
	}
	index, err := pages.ReadFile("docs/index.html")
	if err != nil {
		return fmt.Errorf("docs: %w", err)
	}
	a.engine.GET("/openapi.json", func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache")
		c.Data(http.StatusOK, "application/json", a.openAPI)
	})
	a.engine.GET("/console/openapi.json", func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache")
		c.Data(http.StatusOK, "application/json", a.console)
	})
	a.engine.GET("/docs", func(c *gin.Context) {
		pageHeaders(c)
		c.Data(http.StatusOK, "text/html; charset=utf-8", index)
	})
	a.engine.GET("/docs/:file", func(c *gin.Context) {
		f, ok := files[c.Param("file")]
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
	c.Header("Cache-Control", "public, max-age=3600")
	if !f.gzipped {
		c.Data(http.StatusOK, f.contentType, f.content)
		return
	}
	c.Header("Vary", "Accept-Encoding")
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Header("Content-Encoding", "gzip")
		c.Data(http.StatusOK, f.contentType, f.content)
		return
	}
	z, err := gzip.NewReader(strings.NewReader(string(f.content)))
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
