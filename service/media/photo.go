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

// PutPhoto keeps a photo that somebody sent: decoded and drawn anew, so that nothing is left of what else was in
// the file, such as the place where it was taken; upright, and no larger than a phone can show. At most two
// are drawn at once, others wait. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) PutPhoto(ctx context.Context, content []byte) (model.Picture, error) {
	if len(content) > MaxPhotoBytes {
		return model.Picture{}, fmt.Errorf("the photo has more than %d MB: %w", MaxPhotoBytes>>20, model.ErrTooLarge)
	}
	kind, width, height, err := look(content)
	if err != nil || kind == "gif" {
		return model.Picture{}, ErrNotAPicture
	}
	if kind == "webp" {
		if w, h, ok := webpFrameSize(content); !ok || w != width || h != height {
			return model.Picture{}, ErrNotAPicture
		}
	}
	if width > MaxSide || height > MaxSide || width*height > maxPhotoPixels {
		return model.Picture{}, fmt.Errorf("the photo has %d × %d pixels: %w", width, height, model.ErrTooLarge)
	}
	if kind == "jpg" {
		if err := checkScans(content, width*height); err != nil {
			return model.Picture{}, err
		}
	}
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return model.Picture{}, ctx.Err()
	}
	drawn, err := imaging.Decode(bytes.NewReader(content), imaging.AutoOrientation(true))
	if err != nil {
		return model.Picture{}, ErrNotAPicture
	}
	return s.writePhoto(imaging.Fit(drawn, photoSide, photoSide, imaging.Box))
}

func (s *Store) writePhoto(drawn image.Image) (model.Picture, error) {
	var out bytes.Buffer
	// A transparent ground becomes white, not black.
	ground := imaging.New(drawn.Bounds().Dx(), drawn.Bounds().Dy(), image.White)
	if err := jpeg.Encode(&out, imaging.Overlay(ground, drawn, image.Point{}, 1), &jpeg.Options{Quality: photoQuality}); err != nil {
		return model.Picture{}, fmt.Errorf("media: %w", err)
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return model.Picture{}, err
	}
	name := photos + "/" + hex.EncodeToString(random) + ".jpg"
	if err := os.MkdirAll(filepath.Join(s.folder, photos), 0o750); err != nil {
		return model.Picture{}, fmt.Errorf("media: %w", err)
	}
	if err := s.writeTo(name, out.Bytes()); err != nil {
		return model.Picture{}, err
	}
	return model.Picture{URL: Prefix + name, Width: drawn.Bounds().Dx(), Height: drawn.Bounds().Dy()}, nil
}

// RemovePhoto removes what PutPhoto has kept; what is not there is no error.
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
