package console

import (
	"io"
	"mime"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// download is a table that is offered as a file.
type download struct {
	ContentType        string `header:"Content-Type" doc:"text/csv or that of .xlsx"`
	ContentLength      string `header:"Content-Length"`
	ContentDisposition string `header:"Content-Disposition"`
	CacheControl       string `header:"Cache-Control"`
	Body               func(huma.Context)
}

// Format is the parameter of an endpoint that offers a table.
type Format struct {
	Format string `query:"format" enum:"csv,xlsx" default:"xlsx" doc:"Kind of file"`
}

// table is a finished one, as services make it.
type table interface {
	io.ReadCloser
	ContentType() string
	Extension() string
	Bytes() int64
}

// downloaded turns what a use case returns into a download. name is the file's, without an extension.
func downloaded[T table](name string, f T, err error) (*download, error) {
	if err != nil {
		return nil, err
	}
	return &download{
		ContentType: f.ContentType(), ContentLength: strconv.FormatInt(f.Bytes(), 10), CacheControl: "no-store",
		ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": name + f.Extension()}),
		Body: func(hc huma.Context) {
			defer f.Close()                    //nolint:errcheck // a temporary file; whoever reads it has all of it by then
			_, _ = io.Copy(hc.BodyWriter(), f) // to a caller who may have gone
		},
	}, nil
}
