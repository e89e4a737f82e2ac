package media_test

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/media"
)

// objects is a small object store: it puts, gets, tells of and deletes objects for whoever signs (AWS signature
// version 4, header form), and keeps nothing else of S3's protocol.
type objects struct {
	t      *testing.T
	secret string

	mu  sync.Mutex
	all map[string][]byte
}

func (o *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if got := signature(r.Header.Get("Authorization")); got == "" || got != o.sign(r) {
		fail(w, http.StatusForbidden, "SignatureDoesNotMatch")
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	content, there := o.all[r.URL.Path]
	switch r.Method {
	case http.MethodPut:
		body, err := unchunked(r)
		if err != nil {
			fail(w, http.StatusBadRequest, "IncompleteBody")
			return
		}
		o.all[r.URL.Path] = body
		w.Header().Set("ETag", `"x"`)
	case http.MethodDelete:
		delete(o.all, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	default:
		if !there {
			fail(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), bytes.NewReader(content))
	}
}

func fail(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
	}{Code: code})
}

// unchunked is the body without the signatures between its chunks.
func unchunked(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	var out []byte
	in := bufio.NewReader(r.Body)
	for {
		head, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, _, _ := strings.Cut(strings.TrimSpace(head), ";")
		n, err := strconv.ParseInt(size, 16, 64)
		if err != nil || n == 0 {
			return out, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(in, chunk); err != nil {
			return nil, err
		}
		out = append(out, chunk...)
		if _, err := in.ReadString('\n'); err != nil {
			return nil, err
		}
	}
}

func signature(authorization string) string {
	_, s, _ := strings.Cut(authorization, "Signature=")
	return s
}

// sign is what the request's signature has to be.
func (o *objects) sign(r *http.Request) string {
	fields := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	scope := strings.SplitN(fields["Credential"], "/", 2)
	if len(scope) < 2 {
		return ""
	}
	names := strings.Split(fields["SignedHeaders"], ";")
	slices.Sort(names)
	canonical := r.Method + "\n" + r.URL.EscapedPath() + "\n" + strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20") + "\n"
	for _, n := range names {
		value := r.Header.Get(n)
		switch n {
		case "host":
			value = r.Host
		case "content-length":
			value = fmt.Sprint(r.ContentLength)
		}
		canonical += n + ":" + value + "\n"
	}
	canonical += "\n" + strings.Join(names, ";") + "\n" + r.Header.Get("X-Amz-Content-Sha256")
	sum := sha256.Sum256([]byte(canonical))
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + scope[1] + "\n" + hex.EncodeToString(sum[:])
	key := []byte("AWS4" + o.secret)
	for part := range strings.SplitSeq(scope[1], "/") {
		key = hash(key, part)
	}
	return hex.EncodeToString(hash(key, text))
}

func hash(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func objectStore(t *testing.T, secret string) (*objects, *media.Store) {
	t.Helper()
	o := &objects{t: t, secret: "secret", all: map[string][]byte{}}
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	store, err := media.Open("", media.Settings{S3: &media.S3{
		Endpoint: server.URL, Bucket: "shop", Prefix: "media/", AccessKey: "key", SecretKey: secret, PathStyle: true,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return o, store
}

// An object store keeps what a folder would, under the same addresses.
func TestObjectStore(t *testing.T) {
	o, store := objectStore(t, "secret")
	if err := store.Try(t.Context()); err != nil || len(o.all) != 0 {
		t.Fatalf("%v: %d left", err, len(o.all))
	}
	content := asPNG(t, drawn(3, 2))
	p, err := store.Put(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(p.URL, media.Prefix)
	if !bytes.Equal(o.all["/shop/media/"+name], content) {
		t.Errorf("%v has %d bytes", p, len(o.all["/shop/media/"+name]))
	}
	if again, err := store.Put(t.Context(), content); err != nil || again.URL != p.URL || len(o.all) != 1 {
		t.Errorf("again: %v, %v", again, err)
	}
	f, err := store.Files().Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() != int64(len(content)) || info.IsDir() {
		t.Errorf("%v, %v", info, err)
	}
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := f.(io.Seeker).Seek(1, io.SeekStart); err != nil {
		t.Error(err)
	}
	for _, missing := range []string{"nothing.png", "../x", "photos/x.jpg"} {
		if _, err := store.Files().Open(missing); !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("%s: %v", missing, err)
		}
	}
	photo, err := put(t, store, asJPEG(t, drawn(20, 10)))
	if err != nil || len(o.all) != 2 {
		t.Fatalf("%v: %d objects", err, len(o.all))
	}
	if err := errors.Join(store.RemovePhoto(photo.URL), store.RemovePhoto(photo.URL)); err != nil || len(o.all) != 1 {
		t.Errorf("%v: %d objects", err, len(o.all))
	}
}

// With the wrong secret nothing is kept, and who examines the configuration is told.
func TestObjectStoreThatRefuses(t *testing.T) {
	o, store := objectStore(t, "wrong")
	if err := store.Try(t.Context()); err == nil {
		t.Error("no error")
	}
	if _, err := store.Put(t.Context(), asPNG(t, drawn(3, 2))); err == nil || len(o.all) != 0 {
		t.Errorf("%v: %d objects", err, len(o.all))
	}
	for _, endpoint := range []string{"", "s3.example.com", "ftp://x", "https://x/path"} {
		if _, err := media.Open("", media.Settings{S3: &media.S3{Endpoint: endpoint}}); err == nil {
			t.Errorf("%q opens", endpoint)
		}
	}
}

// What staff send is drawn anew, in two sizes: what else was in the file is gone, whatever it calls itself.
func TestPictureOfTheShop(t *testing.T) {
	store, err := media.Open(t.TempDir(), media.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	const script = "<script>alert(1)</script>"
	polyglot := append(withExif(asJPEG(t, drawn(2000, 1000)), 6), script...)
	p, err := store.Draw(t.Context(), polyglot)
	if err == nil {
		err = store.Keep(t.Context(), p)
	}
	if err != nil || p.Width != 800 || p.Height != 1600 {
		t.Fatalf("%+v, %v", p, err)
	}
	for url, side := range map[string]int{p.URL: 1600, p.Small: 480} {
		content, err := fs.ReadFile(store.Files(), strings.TrimPrefix(url, media.Prefix))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{script, "Exif", "GPS"} {
			if bytes.Contains(content, []byte(s)) {
				t.Errorf("%s has %s", url, s)
			}
		}
		again, err := store.Put(t.Context(), content)
		if err != nil || again.Height != side || again.URL != url || !strings.HasSuffix(url, ".jpg") {
			t.Errorf("%+v, %v", again, err)
		}
	}
	for name, content := range map[string][]byte{
		"HTML": []byte("<html>" + script), "SVG": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"a GIF that is a script": []byte("GIF89a/*" + script + "*/"), "a PNG's head": []byte("\x89PNG\r\n\x1a\n"), "nothing": nil,
	} {
		if _, err := store.Draw(t.Context(), content); !errors.Is(err, media.ErrNotAPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := store.Draw(t.Context(), make([]byte, media.MaxBytes+1)); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}
