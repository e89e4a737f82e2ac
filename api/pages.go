package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"hutong/api/problem"
)

// pageFile is a file of pages that were built. Nothing of it is in memory before somebody asks for it, for many
// processes are never asked.
type pageFile struct {
	contentType string
	cache       string
	read        func() ([]byte, error)
	packed      func() (packedFile, error) // the same at each call
}

// packedFile is a file as it goes over the wire to who unpacks it.
type packedFile struct {
	etag    string
	gzipped []byte // nil when that is not shorter
}

// pageTypes are the types of what is built. The system's own table is not asked: it differs from machine to machine.
var pageTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp",
	".ico": "image/x-icon", ".woff2": "font/woff2", ".ttf": "font/ttf", ".txt": "text/plain; charset=utf-8",
}

// findPages knows all files of pages; none when they were not built.
func findPages(from fs.FS) (map[string]pageFile, error) {
	files := map[string]pageFile{}
	if from == nil {
		return files, nil
	}
	return files, fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[name] = pageAt(from, name)
		}
		return err
	})
}

func pageAt(files fs.FS, name string) pageFile {
	f := pageFile{contentType: pageTypes[path.Ext(name)], cache: "no-cache"}
	if f.contentType == "" {
		f.contentType = "application/octet-stream"
	}
	// What is in here has a hash in its name, and so never changes.
	if strings.HasPrefix(name, "assets/") {
		f.cache = "public, max-age=31536000, immutable"
	}
	f.read = func() ([]byte, error) { return fs.ReadFile(files, name) }
	f.packed = sync.OnceValues(func() (packedFile, error) {
		content, err := f.read()
		if err != nil {
			return packedFile{}, err
		}
		sum := sha256.Sum256(content)
		return packedFile{etag: `"` + hex.EncodeToString(sum[:12]) + `"`, gzipped: gzipped(content)}, nil
	})
	return f
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
	packed, err := f.packed()
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	h := c.Writer.Header()
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", packed.etag)
	h.Set("Vary", "Accept-Encoding")
	if c.GetHeader("If-None-Match") == packed.etag {
		c.Status(http.StatusNotModified)
		return
	}
	if packed.gzipped != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		c.Data(http.StatusOK, f.contentType, packed.gzipped)
		return
	}
	content, err := f.read()
	if err != nil {
		problem.Write(c.Writer, c.Request, err)
		return
	}
	c.Data(http.StatusOK, f.contentType, content)
}
