package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
)

// shopPolicy lets a shop's page load what is ours and nothing else. uni-app writes styles into attributes;
// its icons are data, and a picture that the consumer has chosen is a blob.
const shopPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
	"img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "

// notBuilt is the page of a program without pages.
const notBuilt = "The pages of the shop are not part of this program. \"make web\" builds them (it needs Node.js), " +
	"and \"make build\" then puts them in. The API works without them.\n"

// shopFile is a file of the shop's pages, as it goes over the wire.
type shopFile struct {
	contentType string
	cache       string
	etag        string
	content     []byte
	gzipped     []byte // nil when that is not shorter
}

// routeShop serves the mini program for a browser: the same page at every address below /shop/{brand}/, which
// finds out by itself what it shows, and what it loads at /assets/shop/, the same for all shops.
func (a *API) routeShop() error {
	files := map[string]shopFile{}
	if a.options.Shop != nil {
		err := fs.WalkDir(a.options.Shop, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files[name], err = loadShopFile(a.options.Shop, name)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("shop: %w", err)
		}
	}
	policy := shopPolicy + strings.Join(append([]string{"'self'"}, a.options.Framers...), " ")
	page := func(c *gin.Context) { a.shopPage(c, files, policy) }
	asset := func(c *gin.Context) {
		f, ok := files[strings.TrimPrefix(c.Param("file"), "/")]
		if !ok {
			problem.Write(c.Writer, c.Request, model.ErrNotFound)
			return
		}
		f.send(c)
	}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.engine.Handle(method, "/shop/:brand", func(c *gin.Context) {
			c.Redirect(http.StatusMovedPermanently, "/shop/"+c.Param("brand")+"/")
		})
		a.engine.Handle(method, "/shop/:brand/*path", page)
		a.engine.Handle(method, "/assets/shop/*file", asset)
	}
	return nil
}

func (a *API) shopPage(c *gin.Context, files map[string]shopFile, policy string) {
	b, err := a.options.Brand(c.Request.Context(), c.Param("brand"))
	if err == nil && b.Status != model.BrandActive {
		err = model.ErrBrandNotFound
	}
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	request.From(c.Request.Context()).Brand = b
	index, ok := files["index.html"]
	if !ok {
		c.String(http.StatusServiceUnavailable, notBuilt)
		return
	}
	c.Header("Content-Security-Policy", policy)
	c.Header("Referrer-Policy", "strict-origin-when-cross-origin")
	index.send(c)
}

func loadShopFile(files fs.FS, name string) (shopFile, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return shopFile{}, err
	}
	sum := sha256.Sum256(content)
	f := shopFile{contentType: mime.TypeByExtension(path.Ext(name)), cache: "no-cache", content: content}
	f.etag = `"` + hex.EncodeToString(sum[:12]) + `"`
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	// What is in here has a hash in its name, and so never changes.
	if strings.HasPrefix(name, "assets/") {
		f.cache = "public, max-age=31536000, immutable"
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return shopFile{}, err
	}
	if _, err := z.Write(content); err != nil {
		return shopFile{}, err
	}
	if err := z.Close(); err != nil {
		return shopFile{}, err
	}
	if b.Len() < len(content) {
		f.gzipped = b.Bytes()
	}
	return f, nil
}

func (f shopFile) send(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if c.GetHeader("If-None-Match") == f.etag {
		c.Status(http.StatusNotModified)
		return
	}
	content := f.content
	if f.gzipped != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		content = f.gzipped
	}
	c.Data(http.StatusOK, f.contentType, content)
}
