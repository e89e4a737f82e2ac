package api

import (
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"hutong/api/problem"
	"hutong/model"
	"hutong/service/media"
)

// mediaTypes are shown by a browser as what they are; anything else is offered as a download.
var mediaTypes = map[string]string{
	".avif": "image/avif", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".mp4": "video/mp4",
	".png": "image/png", ".svg": "image/svg+xml", ".webp": "image/webp",
}

func (a *API) routeMedia() {
	if a.options.Media == nil {
		return
	}
	a.engine.GET("/media/*path", a.media)
	a.engine.HEAD("/media/*path", a.media)
}

// media serves a file. A file never changes under its name, so that it may be kept for ever; there is no
// listing of folders, and what begins with a dot does not exist.
func (a *API) media(c *gin.Context) {
	if err := a.sendMedia(c, strings.TrimPrefix(c.Param("path"), "/")); err != nil {
		problem.Write(c.Writer, c.Request, err)
	}
}

func (a *API) sendMedia(c *gin.Context, name string) error {
	if !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return model.ErrNotFound
	}
	f, err := a.options.Media.Open(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid) {
		return model.ErrNotFound
	} else if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err != nil {
		return err
	}
	content, ok := f.(io.ReadSeeker)
	if info.IsDir() || !ok {
		return model.ErrNotFound
	}
	h := c.Writer.Header()
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		h.Set("Content-Type", t)
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": path.Base(name)}))
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if media.IsPhoto(name) { // it may go any day, and then nothing between us and whoever was shown it has a copy
		h.Set("Cache-Control", "private, max-age=3600")
		h.Set("X-Robots-Tag", "noindex")
	}
	// An SVG opened by itself may look as it likes, but runs and loads nothing.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	http.ServeContent(c.Writer, c.Request, "", info.ModTime(), content)
	return nil
}
