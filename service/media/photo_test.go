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
	held, err := store.PutPhoto(t.Context(), withExif(asJPEG(t, drawn(40, 20)), 6))
	if err != nil || held.Width != 20 || held.Height != 40 {
		t.Errorf("held upright it is %+v, %v", held, err)
	}
	if content := read(held); bytes.Contains(content, []byte("GPS")) || bytes.Contains(content, []byte("Exif")) {
		t.Error("it tells where it was taken")
	}
	large, err := store.PutPhoto(t.Context(), asPNG(t, drawn(3200, 400)))
	if err != nil || large.Width != 1600 || large.Height != 200 {
		t.Errorf("large: %+v, %v", large, err)
	}
	// A file that is a picture and a page, or an archive, at once keeps the picture alone.
	both := append(asPNG(t, drawn(8, 8)), "<script>alert(1)</script>PK\x03\x04"...)
	clean, err := store.PutPhoto(t.Context(), both)
	if err != nil || bytes.Contains(read(clean), []byte("script")) || !strings.HasSuffix(clean.URL, ".jpg") {
		t.Errorf("%+v, %v", clean, err)
	}
	again, err := store.PutPhoto(t.Context(), both)
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
	} {
		if _, err := store.PutPhoto(t.Context(), c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
