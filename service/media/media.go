// Package media keeps the shops' pictures, in a folder or in an object store, under names made of their content: a
// picture never changes under its name, and is kept once however often it comes.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"hutong/model"
)

// Prefix is where api serves the pictures: it is part of each picture's address.
const Prefix = "/media/"

// Limits of a picture.
const (
	MaxBytes  = 10 << 20
	MaxSide   = 12_000     // pixels
	MaxPixels = 50_000_000 // width × height
)

// Settings are what Open may be told; zero values have sensible defaults.
type Settings struct {
	Parallel int           // pictures fetched at the same time; 0: 8
	Timeout  time.Duration // of fetching one; 0: 20 s
	// AllowAddress, if set, decides which addresses may be connected to, in place of the rule that they be on
	// the public internet and on port 80 or 443. Tests let their own server in.
	AllowAddress func(netip.AddrPort) bool
	// S3, if set, is where the pictures are, in place of a folder.
	S3 *S3
}

// Store keeps pictures.
type Store struct {
	keeper   keeper
	client   *http.Client
	timeout  time.Duration
	fetching chan struct{} // one place per fetch under way
	drawing  chan struct{} // one place per photo that is drawn anew
}

// Open opens the folder, or makes it; with Settings.S3 it uses that store and no folder.
func Open(path string, s Settings) (*Store, error) {
	if s.Parallel == 0 {
		s.Parallel = 8
	}
	if s.Timeout == 0 {
		s.Timeout = 20 * time.Second
	}
	if s.AllowAddress == nil {
		s.AllowAddress = isPublic
	}
	at, err := open(path, s.S3)
	if err != nil {
		return nil, err
	}
	return &Store{
		keeper: at, client: newClient(s.AllowAddress, s.Parallel), timeout: s.Timeout, fetching: make(chan struct{}, s.Parallel),
		drawing: make(chan struct{}, 2),
	}, nil
}

func open(path string, s3 *S3) (keeper, error) {
	if s3 != nil {
		return newBucket(*s3, nil)
	}
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return folder(path), nil
}

// Files are the pictures by name: what comes after Prefix in their address.
func (s *Store) Files() fs.FS { return s.keeper }

// Put keeps a picture and tells its address and size. What it is, its content says and nothing else: JPEG,
// PNG, GIF or WebP. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) Put(ctx context.Context, content []byte) (model.Picture, error) {
	if len(content) > MaxBytes {
		return model.Picture{}, fmt.Errorf("the picture has more than %d MB: %w", MaxBytes>>20, model.ErrTooLarge)
	}
	kind, width, height, err := look(content)
	if err != nil {
		return model.Picture{}, err
	}
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return model.Picture{}, fmt.Errorf("the picture has %d × %d pixels: %w", width, height, model.ErrTooLarge)
	}
	name, err := s.write(ctx, content, kind)
	return model.Picture{URL: Prefix + name, Width: width, Height: height}, err
}

// PutSVG keeps a drawing that comes from ourselves. An SVG is a document that can act, so none is ever taken
// from outside. pixels, if there are any, are the same as a JPEG, kept beside it: Picture draws with them.
func (s *Store) PutSVG(ctx context.Context, content, pixels []byte) (model.Picture, error) {
	name, err := s.write(ctx, content, "svg")
	if err == nil && pixels != nil {
		err = s.writeAs(ctx, pixelsOf(name), pixels)
	}
	return model.Picture{URL: Prefix + name}, err
}

// pixelsOf is where the pixels of a drawing are; of anything else it is the thing itself.
func pixelsOf(name string) string {
	if drawing, ok := strings.CutSuffix(name, ".svg"); ok {
		return drawing + ".jpg"
	}
	return name
}

// write keeps content under a name made of it.
func (s *Store) write(ctx context.Context, content []byte, kind string) (name string, err error) {
	name = nameOf(content, kind)
	return name, s.writeAs(ctx, name, content)
}

func (s *Store) writeAs(ctx context.Context, name string, content []byte) error {
	there, err := s.keeper.has(ctx, name)
	if err == nil && !there {
		err = s.keeper.write(ctx, name, content)
	}
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// nameOf is the name that its content gives a picture.
func nameOf(content []byte, kind string) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]) + "." + kind
}
