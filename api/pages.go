package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// pageFile is a file of pages that were built, as it goes over the wire.
type pageFile struct {
	contentType string
	cache       string
	etag        string
	content     []byte
	gzipped     func() []byte // at the first request, for the start is not to wait for it; nil when that is not shorter
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
	f.gzipped = sync.OnceValue(func() []byte { return gzipped(content) })
	return f, nil
}

// gzipped is content in few bytes; nil when that is not shorter.
func gzipped(content []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // of a level that is known
	}
	_, failed := z.Write(content)
	if err := errors.Join(failed, z.Close()); err != nil || b.Len() >= len(content) {
		return nil
	}
	return b.Bytes()
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
	if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		if short := f.gzipped(); short != nil {
			h.Set("Content-Encoding", "gzip")
			content = short
		}
	}
	c.Data(http.StatusOK, f.contentType, content)
}
