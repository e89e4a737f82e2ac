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
	"path"
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
	drawn, err := s.draw(ctx, content, MaxPhotoBytes, photoSide)
	if err != nil {
		return Photo{}, err
	}
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		return Photo{}, err
	}
	url := Prefix + photos + "/" + hex.EncodeToString(random) + ".jpg"
	return Photo{model.Picture{URL: url, Width: drawn[0].width, Height: drawn[0].height}, drawn[0].content}, nil
}

// drawing is a picture that was drawn anew, as a JPEG.
type drawing struct {
	content       []byte
	width, height int // pixels
}

// draw draws a picture anew in each of the sizes: no side is longer, and none is longer than it was. Errors:
// ErrNotAPicture, model.ErrTooLarge.
func (s *Store) draw(ctx context.Context, content []byte, mostBytes int, sides ...int) (all []drawing, err error) {
	if kind, _, _, err := look(content); err == nil && kind == "gif" { // it may move, and would not any more
		return nil, ErrNotAPicture
	}
	err = s.decode(ctx, content, mostBytes, func(decoded image.Image) error {
		for _, side := range sides {
			decoded = imaging.Fit(decoded, side, side, imaging.Box)
			d, err := encode(decoded)
			if err != nil {
				return err
			}
			all = append(all, d)
		}
		return nil
	})
	return all, err
}

// Picture is a picture that is kept here, by its address, with no side longer than side pixels, to be drawn into another.
// Errors: ErrNotAPicture when it is not kept here, or is none that is drawn, such as an SVG without pixels;
// model.ErrTooLarge.
func (s *Store) Picture(ctx context.Context, address string, side int) (fitted image.Image, err error) {
	name, ours := strings.CutPrefix(address, Prefix)
	if !ours {
		return nil, ErrNotAPicture
	}
	content, err := fs.ReadFile(s.Files(), pixelsOf(name))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, ErrNotAPicture
	}
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	err = s.decode(ctx, content, MaxBytes, func(decoded image.Image) error {
		fitted = imaging.Fit(decoded, side, side, imaging.Box)
		return nil
	})
	return fitted, err
}

// decode lets use have a picture, upright: at most two are decoded at once. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) decode(ctx context.Context, content []byte, mostBytes int, use func(image.Image) error) error {
	if err := mayDraw(content, mostBytes); err != nil {
		return err
	}
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	decoded, err := imaging.Decode(bytes.NewReader(content), imaging.AutoOrientation(true))
	if err != nil {
		return ErrNotAPicture
	}
	return use(decoded)
}

// mayDraw tells by the head of a photo whether drawing it takes no more memory than there is for that. Errors:
// ErrNotAPicture, model.ErrTooLarge.
func mayDraw(content []byte, mostBytes int) error {
	if len(content) > mostBytes {
		return fmt.Errorf("the photo has more than %d MB: %w", mostBytes>>20, model.ErrTooLarge)
	}
	kind, width, height, err := look(content)
	if err != nil {
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

// encode makes a JPEG of a picture.
func encode(drawn image.Image) (drawing, error) {
	var out bytes.Buffer
	// A transparent ground becomes white, not black.
	ground := imaging.New(drawn.Bounds().Dx(), drawn.Bounds().Dy(), image.White)
	if err := jpeg.Encode(&out, imaging.Overlay(ground, drawn, image.Point{}, 1), &jpeg.Options{Quality: photoQuality}); err != nil {
		return drawing{}, fmt.Errorf("media: %w", err)
	}
	return drawing{out.Bytes(), drawn.Bounds().Dx(), drawn.Bounds().Dy()}, nil
}

// smallSide is how many pixels the longer side of a picture has that stands in a list.
const smallSide = 480

// Drawn is a picture that staff sent, drawn anew, before it is kept.
type Drawn struct {
	model.Picture
	contents [2][]byte
}

// Names are those of its files.
func (d Drawn) Names() []string {
	return []string{strings.TrimPrefix(d.URL, Prefix), strings.TrimPrefix(d.Small, Prefix)}
}

// Draw draws a picture anew that staff sent: upright, without what else was in the file, no larger than a phone can
// show, and a small one of it for lists. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) Draw(ctx context.Context, content []byte) (Drawn, error) {
	drawn, err := s.draw(ctx, content, MaxBytes, photoSide, smallSide)
	if err != nil {
		return Drawn{}, err
	}
	d := Drawn{Picture: model.Picture{Width: drawn[0].width, Height: drawn[0].height}}
	for i, into := range []*string{&d.URL, &d.Small} {
		d.contents[i], *into = drawn[i].content, Prefix+nameOf(drawn[i].content, "jpg")
	}
	return d, nil
}

// Keep keeps what Draw has drawn.
func (s *Store) Keep(ctx context.Context, d Drawn) error {
	for _, content := range d.contents {
		if _, err := s.write(ctx, content, "jpg"); err != nil {
			return err
		}
	}
	return nil
}

// Has tells whether there is a picture of this name.
func (s *Store) Has(ctx context.Context, name string) (bool, error) {
	there, err := s.keeper.has(ctx, name)
	if err != nil {
		return false, fmt.Errorf("media: %w", err)
	}
	return there, nil
}

// RemovePicture removes a picture by its name; what is not there is no error.
func (s *Store) RemovePicture(ctx context.Context, name string) error {
	if name != path.Base(name) || strings.HasPrefix(name, ".") {
		return fmt.Errorf("media: %q is no picture", name)
	}
	if err := s.keeper.remove(ctx, name); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// KeepPhoto keeps a photo under its address.
func (s *Store) KeepPhoto(p Photo) error {
	if err := s.keeper.write(context.Background(), strings.TrimPrefix(p.URL, Prefix), p.content); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// RemovePhoto removes what KeepPhoto has kept; what is not there is no error.
func (s *Store) RemovePhoto(url string) error {
	name, ours := strings.CutPrefix(url, Prefix+photos+"/")
	if !ours || name != path.Base(name) {
		return fmt.Errorf("media: %q is no photo", url)
	}
	if err := s.keeper.remove(context.Background(), photos+"/"+name); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}
