package sheet

import (
	"fmt"
	"io"
	"os"
)

// File is a table that is finished, to be sent to whoever asked for it. It is on disk until Close.
type File struct {
	*os.File
	format Format
	size   int64
}

// ContentType is the media type of the file.
func (f *File) ContentType() string { return f.format.ContentType() }

// Extension is how the file's name ends.
func (f *File) Extension() string { return "." + string(f.format) }

// Bytes is how long the file is.
func (f *File) Bytes() int64 { return f.size }

// Make writes a table into a file. When write fails there is none.
func Make(f Format, write func(*Writer) error) (_ *File, err error) {
	out, err := os.CreateTemp("", "hutong-table-")
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	file := &File{File: out, format: f}
	defer func() {
		if err != nil {
			_ = file.Close()
		}
	}()
	w, err := New(out, f)
	if err != nil {
		return nil, err
	}
	if err := write(w); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if file.size, err = out.Seek(0, io.SeekEnd); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return file, nil
}

// Close removes the file.
func (f *File) Close() error {
	err := f.File.Close()
	if removed := os.Remove(f.Name()); err == nil {
		err = removed
	}
	return err
}
