package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/media"
)

// put draws and keeps a photo.
func put(t *testing.T, store *media.Store, content []byte) (model.Picture, error) {
	p, err := store.DrawPhoto(t.Context(), content)
	if err != nil {
		return p.Picture, err
	}
	return p.Picture, store.KeepPhoto(p)
}

func drawn(width, height int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			m.Set(x, y, color.NRGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	return m
}

func asJPEG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts a camera's note into a JPEG: how it was held, and where.
func withExif(content []byte, orientation uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, orientation)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00GPS 31.2304 121.4737"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(segment)+2))...)
	return append(append(out, segment...), content[2:]...)
}

// webpChunk is a part of a WebP file.
func webpChunk(kind string, data []byte) []byte {
	out := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	return append(out, data...)
}

// webpFile is a WebP file of these parts.
func webpFile(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...), body...)
}

// oneColour is a lossless frame of a WebP file: twelve bytes, however large it is.
func oneColour(width, height int) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{0x2f}, uint32(width-1)|uint32(height-1)<<14)
	data = binary.LittleEndian.AppendUint32(data, 0x11111<<3) // no transforms, five prefix codes of one symbol
	return webpChunk("VP8L", append(data, 0, 0, 0))
}

// canvas is what stands before the frame of a WebP file that is more than a frame.
func canvas(width, height int) []byte {
	w, h := width-1, height-1
	return webpChunk("VP8X", []byte{0, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
}

func TestWebPIsTaken(t *testing.T) {
	store, err := media.Open(t.TempDir(), media.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	note := webpChunk("EXIF", []byte("odd")) // with the byte that makes it even
	for name, content := range map[string][]byte{
		"a frame": webpFile(oneColour(40, 20)), "more than a frame": webpFile(canvas(40, 20), append(note, 0), oneColour(40, 20)),
	} {
		if p, err := put(t, store, content); err != nil || p.Width != 40 || p.Height != 20 || !strings.HasSuffix(p.URL, ".jpg") {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

func TestPhotosAreDrawnAnew(t *testing.T) {
	store, err := media.Open(t.TempDir(), media.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	read := func(p model.Picture) []byte {
		content, err := fs.ReadFile(store.Files(), strings.TrimPrefix(p.URL, media.Prefix))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	held, err := put(t, store, withExif(asJPEG(t, drawn(40, 20)), 6))
	if err != nil || held.Width != 20 || held.Height != 40 {
		t.Errorf("held upright it is %+v, %v", held, err)
	}
	if content := read(held); bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("Exif")) {
		t.Error("it tells where it was taken")
	}
	large, err := put(t, store, asPNG(t, drawn(3200, 400)))
	if err != nil || large.Width != 1600 || large.Height != 200 {
		t.Errorf("large: %+v, %v", large, err)
	}
	// A file that is a picture and a page, or an archive, at once keeps the picture alone.
	both := append(asPNG(t, drawn(8, 8)), "<script>alert(1)</script>PK\x03\x04"...)
	clean, err := put(t, store, both)
	if err != nil || bytes.Contains(read(clean), []byte("script")) || !strings.HasSuffix(clean.URL, ".jpg") {
		t.Errorf("%+v, %v", clean, err)
	}
	again, err := put(t, store, both)
	if err != nil || again.URL == clean.URL {
		t.Errorf("the same photo has the same name: who knows it can tell that it was sent: %v", err)
	}
	for range 2 {
		if err := store.RemovePhoto(clean.URL); err != nil {
			t.Error(err)
		}
	}
	if _, err := fs.Stat(store.Files(), strings.TrimPrefix(clean.URL, media.Prefix)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	for _, url := range []string{"/media/" + strings.Repeat("a", 64) + ".jpg", "/media/photos/../x.jpg", "/etc/passwd"} {
		if store.RemovePhoto(url) == nil {
			t.Errorf("%s was removed", url)
		}
	}
}

func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	store, err := media.Open(t.TempDir(), media.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	var animated bytes.Buffer
	if err := gif.Encode(&animated, drawn(4, 4), nil); err != nil {
		t.Fatal(err)
	}
	whole := asPNG(t, drawn(8, 8))
	// A small file that says it has 20,000 × 20,000 pixels.
	bomb := bytes.Clone(whole)
	binary.BigEndian.PutUint32(bomb[16:], 20_000)
	binary.BigEndian.PutUint32(bomb[20:], 20_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing": {nil, media.ErrNotAPicture}, "a page": {[]byte("<html><svg onload=alert(1)>"), media.ErrNotAPicture},
		"a drawing": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), media.ErrNotAPicture},
		"moving":    {animated.Bytes(), media.ErrNotAPicture}, "half of one": {whole[:len(whole)/2], media.ErrNotAPicture},
		"a bomb": {bomb, model.ErrTooLarge}, "too many bytes": {make([]byte, media.MaxPhotoBytes+1), model.ErrTooLarge},
		"a large frame": {webpFile(oneColour(16_000, 16_000)), model.ErrTooLarge},
		// What decoding takes memory for is the frame, whatever is written before it.
		"a frame larger than it is said to be": {webpFile(canvas(8, 8), oneColour(3_000, 3_000)), media.ErrNotAPicture},
		"a sign without a frame":               {webpFile(canvas(8, 8)), media.ErrNotAPicture},
		"a part longer than the file":          {webpFile(canvas(8, 8), []byte("EXIF\xff\xff\xff\xff"), oneColour(8, 8)), media.ErrNotAPicture},
	} {
		if _, err := put(t, store, c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A picture that is kept here is there to be drawn into another, no larger than is wanted; what is not kept here, or is
// none that is drawn, is told from a mistake.
func TestPictureToDrawWith(t *testing.T) {
	store := open(t, media.Settings{})
	kept, err := put(t, store, asPNG(t, drawn(300, 100)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := store.Picture(t.Context(), kept.URL, 150)
	if err != nil || m.Bounds().Dx() != 150 || m.Bounds().Dy() != 50 {
		t.Fatalf("%v, %v", m, err)
	}
	drawing := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"/>`)
	svg, err := store.PutSVG(t.Context(), drawing, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{svg.URL, "/media/nothing.png", "/media/../media.go", "https://elsewhere.example/a.png", ""} {
		if _, err := store.Picture(t.Context(), address, 150); !errors.Is(err, media.ErrNotAPicture) {
			t.Errorf("%q: %v", address, err)
		}
	}
	// Of every kind that can be sent, and of a drawing that has pixels.
	var asGIF bytes.Buffer
	if err := gif.Encode(&asGIF, drawn(300, 100), nil); err != nil {
		t.Fatal(err)
	}
	with, err := store.PutSVG(t.Context(), drawing, asJPEG(t, drawn(300, 100)))
	if err != nil || with.URL != svg.URL {
		t.Fatalf("%+v, %v", with, err)
	}
	addresses := map[string]string{"SVG": with.URL}
	for kind, content := range map[string][]byte{
		"JPEG": asJPEG(t, drawn(300, 100)), "GIF": asGIF.Bytes(), "PNG": asPNG(t, drawn(300, 100)), "WebP": webpFile(canvas(300, 100), oneColour(300, 100)),
	} {
		p, err := store.Put(t.Context(), content)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		addresses[kind] = p.URL
	}
	for kind, address := range addresses {
		m, err := store.Picture(t.Context(), address, 150)
		if err != nil || m.Bounds().Dx() != 150 || m.Bounds().Dy() != 50 {
			t.Errorf("%s: %v, %v", kind, m, err)
		}
	}
}

func FuzzPhoto(f *testing.F) {
	store, err := media.Open(f.TempDir(), media.Settings{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(webpFile(canvas(8, 8), oneColour(8, 8)))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, content []byte) {
		p, err := put(t, store, content)
		if err == nil && (p.Width < 1 || p.Height < 1 || p.Width > 1600 || p.Height > 1600) {
			t.Errorf("%+v", p)
		}
	})
}
