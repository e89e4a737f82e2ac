package media

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keeper is where the files are. Names have no dot in front, and a folder at most.
type keeper interface {
	fs.FS
	// has tells whether there is a file of that name.
	has(ctx context.Context, name string) (bool, error)
	// write keeps content under a name. The file appears whole or not at all.
	write(ctx context.Context, name string, content []byte) error
	// remove removes a file; what is not there is no error.
	remove(ctx context.Context, name string) error
	// try tells whether files can be kept and read.
	try(ctx context.Context) error
}

// folder is a keeper on the disk.
type folder string

// Open implements fs.FS.
func (f folder) Open(name string) (fs.File, error) { return os.DirFS(string(f)).Open(name) }

func (f folder) has(_ context.Context, name string) (bool, error) {
	_, err := os.Stat(filepath.Join(string(f), name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (f folder) write(_ context.Context, name string, content []byte) error {
	at := filepath.Join(string(f), name)
	if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
		return err
	}
	file, err := os.CreateTemp(string(f), ".new-*") // api serves no name with a dot in front
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	err = errors.Join(err, file.Chmod(0o640), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), at)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

func (f folder) remove(_ context.Context, name string) error {
	err := os.Remove(filepath.Join(string(f), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (f folder) try(context.Context) error {
	file, err := os.CreateTemp(string(f), ".try-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// Try tells whether pictures can be kept, for who examines a configuration.
func (s *Store) Try(ctx context.Context) error {
	if err := s.keeper.try(ctx); err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}
