// Package media keeps the shops' pictures in a folder, under names made of their content: a picture never
// changes under its name, and is kept once however often it comes.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
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
}

// Store keeps pictures in a folder.
type Store struct {
	folder   string
	client   *http.Client
	timeout  time.Duration
	fetching chan struct{} // one place per fetch under way
	drawing  chan struct{} // one place per photo that is drawn anew
}

// Open opens the folder, or makes it.
func Open(folder string, s Settings) (*Store, error) {
	if s.Parallel == 0 {
		s.Parallel = 8
	}
	if s.Timeout == 0 {
		s.Timeout = 20 * time.Second
	}
	if s.AllowAddress == nil {
		s.AllowAddress = isPublic
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return &Store{
		folder: folder, client: newClient(s.AllowAddress, s.Parallel), timeout: s.Timeout, fetching: make(chan struct{}, s.Parallel),
		drawing: make(chan struct{}, 2),
	}, nil
}

// Files are the pictures by name: what comes after Prefix in their address.
func (s *Store) Files() fs.FS { return os.DirFS(s.folder) }

// Put keeps a picture and tells its address and size. What it is, its content says and nothing else: JPEG,
// PNG, GIF or WebP. Errors: ErrNotAPicture, model.ErrTooLarge.
func (s *Store) Put(_ context.Context, content []byte) (model.Picture, error) {
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
	name, err := s.write(content, kind)
	return model.Picture{URL: Prefix + name, Width: width, Height: height}, err
}

// PutSVG keeps a drawing that comes from ourselves. An SVG is a document that can act, so none is ever taken
// from outside.
func (s *Store) PutSVG(_ context.Context, content []byte) (model.Picture, error) {
	name, err := s.write(content, "svg")
	return model.Picture{URL: Prefix + name}, err
}

// write keeps content under a name made of it.
func (s *Store) write(content []byte, kind string) (name string, err error) {
	sum := sha256.Sum256(content)
	name = hex.EncodeToString(sum[:]) + "." + kind
	if _, err := os.Stat(filepath.Join(s.folder, name)); err == nil {
		return name, nil
	}
	return name, s.writeTo(name, content)
}

// writeTo keeps content under a name. The file appears whole or not at all.
func (s *Store) writeTo(name string, content []byte) error {
	f, err := os.CreateTemp(s.folder, ".new-*") // api serves no name with a dot in front
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Chmod(0o640), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(s.folder, name))
	}
	if err != nil {
		return fmt.Errorf("media: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
