package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"
)

// pageFile is a file of pages that were built, as it goes over the wire.
type pageFile struct {
	contentType string
	cache       string
	etag        string
	content     []byte
	gzipped     []byte // nil when that is not shorter
}

// loadPages reads all files of pages; none when they were not built.
func loadPages(from fs.FS) (map[string]pageFile, error) {
	files := map[string]pageFile{}
	if from == nil {
		return files, nil
	}
	return files, fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[name], err = loadPageFile(from, name)
		}
		return err
	})
}

func loadPageFile(files fs.FS, name string) (pageFile, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return pageFile{}, err
	}
	sum := sha256.Sum256(content)
	f := pageFile{contentType: mime.TypeByExtension(path.Ext(name)), cache: "no-cache", content: content}
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
		return pageFile{}, err
	}
	if _, err := z.Write(content); err != nil {
		return pageFile{}, err
	}
	if err := z.Close(); err != nil {
		return pageFile{}, err
	}
	if b.Len() < len(content) {
		f.gzipped = b.Bytes()
	}
	return f, nil
}

func (f pageFile) send(c *gin.Context) {
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
