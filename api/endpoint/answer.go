package endpoint

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/danielgtaylor/huma/v2"

	"hutong/api/problem"
)

// Encoded is a T that is JSON already, from a cache: OpenAPI shows T, the wire has the bytes.
type Encoded[T any] []byte

// Schema implements huma.SchemaProvider.
func (Encoded[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

func (e Encoded[T]) bytes() []byte { return e }

// Conditional is embedded in the input of an endpoint that answers a Cached document.
type Conditional struct {
	IfNoneMatch string `header:"If-None-Match" doc:"The ETag of the copy you have: 304 when it is still good." maxLength:"1024"`
}

// Cached is the output of an endpoint whose answer may be kept and asked for again. Make it with Document.
type Cached[T any] struct {
	Status       int
	ETag         string   `header:"ETag" doc:"Of this very document; send it in If-None-Match."`
	CacheControl string   `header:"Cache-Control"`
	Vary         []string `header:"Vary"`
	Body         Encoded[T]
}

type cacheable interface{ cacheable() }

func (*Cached[T]) cacheable() {}

// Document answers with JSON that may be kept by anybody, but is asked for again each time: what changed
// is seen at once, and what did not costs a 304. It is not for what only one consumer may see. sum is a
// checksum of the bytes alone, the same on all replicas.
func Document[T any](c Conditional, encoded []byte, sum uint64) *Cached[T] {
	out := &Cached[T]{
		Status:       http.StatusOK,
		ETag:         `"` + strconv.FormatUint(sum, 36) + "-" + strconv.FormatInt(int64(len(encoded)), 36) + `"`,
		CacheControl: "public, no-cache",
		Vary:         varyLanguage,
		Body:         encoded,
	}
	if matches(c.IfNoneMatch, out.ETag) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out
}

var varyLanguage = []string{"Accept-Language"}

// DocumentOf is Document for an answer that is not encoded yet.
func DocumentOf[T any](c Conditional, v T) (*Cached[T], error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return Document[T](c, b, xxhash.Sum64(b)), nil
}

// matches is If-None-Match of RFC 9110, which compares weakly.
func matches(header, tag string) bool {
	for header != "" {
		var one string
		one, header, _ = strings.Cut(header, ",")
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// JSON is the one format of the API. It writes an answer in one piece, so that its length is known.
var JSON = huma.Format{Marshal: marshal, Unmarshal: problem.Decode}

// maxPooled bounds the buffers that are kept for the next answer, in bytes.
const maxPooled = 64 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func marshal(w io.Writer, v any) error {
	if e, ok := v.(interface{ bytes() []byte }); ok {
		write(w, e.bytes())
		return nil
	}
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooled {
			buffers.Put(buf)
		}
	}()
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	write(w, buf.Bytes())
	return nil
}

// write sends an answer. That the caller has gone is no error: nobody is left to be told.
func write(w io.Writer, b []byte) {
	if h, ok := w.(http.ResponseWriter); ok {
		h.Header().Set("Content-Length", strconv.Itoa(len(b)))
	}
	_, _ = w.Write(b)
}
