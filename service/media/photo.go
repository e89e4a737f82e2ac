package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/disintegration/imaging"
	_ "golang.org/x/image/webp" // so that image.Decode knows it

	"hutong/model"
)

// Limits of a photo that a consumer sends.
const (
	MaxPhotoBytes  = 5 << 20
	maxPhotoPixels = 25_000_000 // width × height: what is decoded takes four bytes for each, seldom eight
	photoSide      = 1_600      // pixels, of the longer side as it is kept
	photoQuality   = 85
)

// photos is the folder of what consumers send: unlike the shops' pictures these are named by chance, so that
// nobody can tell whether somebody has sent a picture they know, and can be removed.
const photos = "photos"

// IsPhoto tells whether a name, of those in Files, is of what a consumer has sent.
func IsPhoto(name string) bool { return strings.HasPrefix(name, photos+"/") }

// Photo is a photo that was drawn anew. It has its address, and is not there yet: KeepPhoto keeps it.
type Photo struct {
	model.Picture
	content []byte
}

// DrawPhoto draws a photo that somebody sent anew, so that nothing is left of what else was in the file, such as the
// place where it was taken; upright, and no larger than a phone can show. At most two are drawn at once, others
// wait. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) DrawPhoto(ctx context.Context, content []byte) (Photo, error) {
	if err := mayDraw(content); err != nil {
		return Photo{}, err
	}
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return Photo{}, ctx.Err()
	}
	drawn, err := imaging.Decode(bytes.NewReader(content), imaging.AutoOrientation(true))
	if err != nil {
		return Photo{}, ErrNotAPicture
	}
	return encode(imaging.Fit(drawn, photoSide, photoSide, imaging.Box))
}

// mayDraw tells by the head of a photo whether drawing it takes no more memory than there is for that. Errors:
// ErrNotAPicture, model.ErrTooLarge.
func mayDraw(content []byte) error {
	if len(content) > MaxPhotoBytes {
		return fmt.Errorf("the photo has more than %d MB: %w", MaxPhotoBytes>>20, model.ErrTooLarge)
	}
	kind, width, height, err := look(content)
	if err != nil || kind == "gif" {
		return ErrNotAPicture
	}
	if kind == "webp" {
		if w, h, ok := webpFrameSize(content); !ok || w != width || h != height {
			return ErrNotAPicture
		}
	}
	if width > MaxSide || height > MaxSide || width*height > maxPhotoPixels {
		return fmt.Errorf("the photo has %d × %d pixels: %w", width, height, model.ErrTooLarge)
	}
	if kind == "jpg" {
		return checkScans(content, width*height)
	}
	return nil
}

// encode makes a file of a photo, under a name that nobody can guess.
func encode(drawn image.Image) (Photo, error) {
	var out bytes.Buffer
	// A transparent ground becomes white, not black.
	ground := imaging.New(drawn.Bounds().Dx(), drawn.Bounds().Dy(), image.White)
	if err := jpeg.Encode(&out, imaging.Overlay(ground, drawn, image.Point{}, 1), &jpeg.Options{Quality: photoQuality}); err != nil {
		return Photo{}, fmt.Errorf("media: %w", err)
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return Photo{}, err
	}
	url := Prefix + photos + "/" + hex.EncodeToString(random) + ".jpg"
	return Photo{model.Picture{URL: url, Width: drawn.Bounds().Dx(), Height: drawn.Bounds().Dy()}, out.Bytes()}, nil
}

// KeepPhoto keeps a photo under its address.
func (s *Store) KeepPhoto(p Photo) error {
	if err := os.MkdirAll(filepath.Join(s.folder, photos), 0o750); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return s.writeTo(strings.TrimPrefix(p.URL, Prefix), p.content)
}

// RemovePhoto removes what KeepPhoto has kept; what is not there is no error.
func (s *Store) RemovePhoto(url string) error {
	name, ours := strings.CutPrefix(url, Prefix+photos+"/")
	if !ours || name != filepath.Base(name) {
		return fmt.Errorf("media: %q is no photo", url)
	}
	err := os.Remove(filepath.Join(s.folder, photos, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}
