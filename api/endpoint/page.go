package endpoint

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"

	"hutong/model"
)

// Page is the form of every list: some items, and where to go on.
type Page[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Send it as cursor for the next page; absent on the last."`
}

// NewPage is a page whose items are never null.
func NewPage[T any](items []T, nextCursor string) Page[T] {
	if items == nil {
		items = []T{}
	}
	return Page[T]{items, nextCursor}
}

// Paging is embedded in the input of an endpoint that lists.
type Paging struct {
	Cursor string `query:"cursor" doc:"next_cursor of the page before." maxLength:"512"`
	Limit  int    `query:"limit" doc:"How many items at most." minimum:"1" maximum:"100" default:"20"`
}

// Cursor turns a place in a list, a small struct, into an opaque word and back. Name is the list's, and
// Version grows when P changes, so that a cursor of another list or another time is refused. A cursor says
// where to go on and grants nothing, so it carries a checksum and no signature.
type Cursor[P any] struct {
	Name    string
	Version uint8
}

// Encode is the word for a place.
func (c Cursor[P]) Encode(place P) string {
	b, err := json.Marshal(place)
	if err != nil {
		panic(err) // a place is a struct of plain fields
	}
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, c.sum(b)))
}

// Decode is the place of a word, and the zero place of "". Errors: model.ErrBadCursor.
func (c Cursor[P]) Decode(word string) (place P, err error) {
	if word == "" {
		return place, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(word)
	if err != nil || len(b) < crc32.Size {
		return place, model.ErrBadCursor.At("cursor")
	}
	b, sum := b[:len(b)-crc32.Size], binary.BigEndian.Uint32(b[len(b)-crc32.Size:])
	if sum != c.sum(b) {
		return place, model.ErrBadCursor.At("cursor")
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&place); err != nil {
		var none P
		return none, model.ErrBadCursor.At("cursor")
	}
	return place, nil
}

func (c Cursor[P]) sum(b []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(c.Name)), crc32.IEEETable, append(b[:len(b):len(b)], c.Version))
}
