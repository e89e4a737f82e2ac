package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/media"
	"hutong/service/testdb"
)

func picture(t testing.TB, kind string, width, height int) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White})
	var b bytes.Buffer
	var err error
	switch kind {
	case "jpg":
		err = jpeg.Encode(&b, img, nil)
	case "png":
		err = png.Encode(&b, img)
	case "gif":
		err = gif.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webp is the head of a WebP file of that size, with the first bytes of its chunk.
func webp(chunk string, data []byte) []byte {
	b := append([]byte("RIFF\x00\x00\x00\x00WEBP"+chunk), make([]byte, 4)...)
	b = append(b, data...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return append(b, make([]byte, 16)...)
}

var lossy = webp("VP8 ", []byte{0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x20, 0x03, 0x58, 0x02}) // 800 × 600

func open(t testing.TB, s media.Settings) *media.Store {
	t.Helper()
	store, err := media.Open(t.TempDir()+"/media", s)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestPicturesAreKeptUnderTheirContent(t *testing.T) {
	store := open(t, media.Settings{})
	for kind, content := range map[string][]byte{
		"jpg": picture(t, "jpg", 800, 600), "png": picture(t, "png", 800, 600), "gif": picture(t, "gif", 800, 600), "webp": lossy,
	} {
		p, err := store.Put(t.Context(), content)
		if err != nil || p.Width != 800 || p.Height != 600 || !strings.HasPrefix(p.URL, "/media/") || !strings.HasSuffix(p.URL, "."+kind) {
			t.Errorf("%s: %+v %v", kind, p, err)
			continue
		}
		if again, err := store.Put(t.Context(), content); err != nil || again.URL != p.URL {
			t.Errorf("%s again: %+v %v", kind, again, err)
		}
		kept, err := fs.ReadFile(store.Files(), strings.TrimPrefix(p.URL, media.Prefix))
		if err != nil || !bytes.Equal(kept, content) {
			t.Errorf("%s: %d bytes kept of %d, %v", kind, len(kept), len(content), err)
		}
	}
	for name, size := range map[string][]byte{
		"lossless": webp("VP8L", []byte{0x2f, 0x1f, 0xc3, 0x95, 0, 0, 0, 0, 0, 0}),
		"extended": webp("VP8X", []byte{0, 0, 0, 0, 0x1f, 0x03, 0, 0x57, 0x02, 0}),
	} {
		if p, err := store.Put(t.Context(), size); err != nil || p.Width != 800 || p.Height != 600 {
			t.Errorf("%s: %+v %v", name, p, err)
		}
	}
	entries, err := fs.ReadDir(store.Files(), ".")
	if err != nil || len(entries) != 6 {
		t.Errorf("%d files, %v", len(entries), err)
	}
}

func TestWhatIsNoPictureIsNotKept(t *testing.T) {
	store := open(t, media.Settings{})
	bomb := picture(t, "png", 1, 1)
	binary.BigEndian.PutUint32(bomb[16:], 60_000)
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	// The checksum of the changed header, as a real file would have it.
	binary.BigEndian.PutUint32(bomb[29:], crc(bomb[12:29]))
	for name, test := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":        {nil, media.ErrNotAPicture},
		"a page":         {[]byte("<html><script>alert(1)</script></html>"), media.ErrNotAPicture},
		"a drawing":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), media.ErrNotAPicture},
		"a name only":    {[]byte("\x89PNG\r\n\x1a\n"), media.ErrNotAPicture},
		"cut short":      {lossy[:20], media.ErrNotAPicture},
		"another RIFF":   {append([]byte("RIFF\x00\x00\x00\x00WAVEVP8 "), make([]byte, 50)...), media.ErrNotAPicture},
		"a bomb":         {bomb, model.ErrTooLarge},
		"too many bytes": {append(picture(t, "jpg", 8, 8), make([]byte, media.MaxBytes)...), model.ErrTooLarge},
	} {
		if _, err := store.Put(t.Context(), test.content); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if entries, err := fs.ReadDir(store.Files(), "."); err != nil || len(entries) > 0 {
		t.Errorf("%d files were kept, %v", len(entries), err)
	}
}

// web is a web server that the store may fetch from.
func web(t testing.TB, s media.Settings, h http.HandlerFunc) (*media.Store, string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	own := netip.MustParseAddrPort(strings.TrimPrefix(server.URL, "http://"))
	s.AllowAddress = func(at netip.AddrPort) bool { return at == own }
	return open(t, s), server.URL
}

func TestFetch(t *testing.T) {
	content := picture(t, "jpg", 925, 617)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("a server that is not allowed was asked")
		_, _ = w.Write(content)
	}))
	t.Cleanup(elsewhere.Close)
	store, url := web(t, media.Settings{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok.jpg", "/named.html":
			_, _ = w.Write(content)
		case "/moved.jpg":
			http.Redirect(w, r, "/ok.jpg", http.StatusFound)
		case "/elsewhere.jpg":
			http.Redirect(w, r, elsewhere.URL+"/x.jpg", http.StatusFound)
		case "/file.jpg":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/round.jpg":
			http.Redirect(w, r, "/round.jpg", http.StatusFound)
		case "/page.jpg":
			w.Header().Set("Content-Type", "image/jpeg")
			_, _ = w.Write([]byte("<html>"))
		case "/large.jpg":
			w.Header().Set("Content-Length", fmt.Sprint(media.MaxBytes+1))
			_, _ = w.Write(content)
		case "/endless.jpg":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		default:
			http.NotFound(w, r)
		}
	})
	for _, path := range []string{"/ok.jpg", "/named.html", "/moved.jpg"} {
		if p, err := store.Fetch(t.Context(), url+path); err != nil || p.Width != 925 || p.Height != 617 || !strings.HasSuffix(p.URL, ".jpg") {
			t.Errorf("%s: %+v %v", path, p, err)
		}
	}
	for path, want := range map[string]error{
		"/elsewhere.jpg": media.ErrAddress, "/file.jpg": media.ErrAddress, "/round.jpg": media.ErrAddress,
		"/page.jpg": media.ErrNotAPicture, "/large.jpg": model.ErrTooLarge, "/endless.jpg": model.ErrTooLarge,
	} {
		if _, err := store.Fetch(t.Context(), url+path); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := store.Fetch(t.Context(), url+"/none.jpg"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("not there: %v", err)
	}
}

// A server that does not answer is given up after a while.
func TestFetchGivesUp(t *testing.T) {
	store, url := web(t, media.Settings{Timeout: 100 * time.Millisecond}, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if _, err := store.Fetch(t.Context(), url+"/slow.jpg"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestFetchesWaitForTheirTurn(t *testing.T) {
	content := picture(t, "png", 8, 8)
	var now, most atomic.Int64
	store, url := web(t, media.Settings{Parallel: 2}, func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		time.Sleep(5 * time.Millisecond)
		_, _ = w.Write(content)
	})
	for _, err := range testdb.Race(16, func(i int) error {
		_, err := store.Fetch(t.Context(), fmt.Sprintf("%s/%d.png", url, i))
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 2 {
		t.Errorf("%d at once", most.Load())
	}
}

// Without AllowAddress nothing but the public internet is fetched from, however the address is written.
func TestFetchStaysOutside(t *testing.T) {
	asked := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") }))
	t.Cleanup(asked.Close)
	port := asked.URL[strings.LastIndexByte(asked.URL, ':'):]
	store := open(t, media.Settings{Timeout: 2 * time.Second})
	for _, address := range []string{
		asked.URL, "http://localhost" + port, "http://127.1.2.3" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port,
		"http://0.0.0.0" + port, "http://127.0.0.1", "https://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://100.100.100.200/",
		"http://user:password@example.com/a.jpg", "ftp://example.com/a.jpg", "file:///etc/passwd", "gopher://example.com/", "//example.com/a.jpg", "a.jpg", "",
		"http://\x00", "data:image/png;base64,AAAA",
	} {
		if _, err := store.Fetch(t.Context(), address); !errors.Is(err, media.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestDrawingsOfOurOwn(t *testing.T) {
	store := open(t, media.Settings{})
	p, err := store.PutSVG(t.Context(), []byte("<svg/>"), nil)
	if err != nil || !strings.HasSuffix(p.URL, ".svg") {
		t.Errorf("%+v %v", p, err)
	}
}

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

func FuzzPut(f *testing.F) {
	store := open(f, media.Settings{})
	f.Add(lossy)
	f.Add([]byte("GIF89a\x01\x00\x01\x00"))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := store.Put(t.Context(), content)
		if err == nil && (p.Width < 1 || p.Height < 1 || p.Width > media.MaxSide || p.Height > media.MaxSide) {
			t.Errorf("%+v", p)
		}
	})
}
