package media_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/media"
)

func jpegSegment(marker byte, data ...byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2)), data...)
}

// progressive is a grey square that is drawn once for its ground, and once more for each of some scans without a
// detail in them. before stands before each of those.
func progressive(side, scans int, before string) []byte {
	zeros := make([]byte, 15)
	grey := jpegSegment(0xc2, 8, byte(side>>8), byte(side), byte(side>>8), byte(side), 1, 1, 0x11, 0)
	out := append([]byte{0xff, 0xd8}, jpegSegment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)...)
	out = append(out, grey...)
	out = append(out, jpegSegment(0xc4, append(append([]byte{0x00, 1}, zeros...), 0)...)...)    // 0: as the block before
	out = append(out, jpegSegment(0xc4, append(append([]byte{0x10, 1}, zeros...), 0xe0)...)...) // 0: nothing in 2¹⁴ blocks, and n more
	blocks := (side + 7) / 8 * ((side + 7) / 8)
	out = append(append(out, jpegSegment(0xda, 1, 1, 0, 0, 0, 0)...), make([]byte, (blocks+7)/8)...)
	for range scans {
		out = append(append(out, before...), jpegSegment(0xda, 1, 1, 0, 1, 63, 0)...)
		for left := blocks; left > 0; left -= 1 << 14 {
			out = append(out, 0, 0) // fifteen bits, and one that nobody reads
		}
	}
	return append(out, 0xff, 0xd9)
}

// What a few bytes cost to draw is bounded, however they are hidden.
func TestAPhotoIsDrawnInFewScans(t *testing.T) {
	store := open(t, media.Settings{})
	for name, before := range map[string]string{
		"one after another": "", "padded": "\xff\xff\xff", "with a mark between": "\xff\xd0", "with rubbish between": "\x01\xff\x00\x02",
		"with notes between": "\xff\xfe\x00\x05abc",
	} {
		if _, err := store.DrawPhoto(t.Context(), progressive(64, 49, before)); err != nil {
			t.Errorf("%s, fifty: %v", name, err)
		}
		if _, err := store.DrawPhoto(t.Context(), progressive(64, 50, before)); !errors.Is(err, media.ErrNotAPicture) {
			t.Errorf("%s, fifty-one: %v", name, err)
		}
	}
	// A camera puts a small picture into its note, which nobody draws.
	noted := append([]byte("Exif\x00\x00"), progressive(8, 60, "")...)
	content := append([]byte{0xff, 0xd8}, jpegSegment(0xe1, noted...)...)
	if _, err := store.DrawPhoto(t.Context(), append(content, progressive(64, 1, "")[2:]...)); err != nil {
		t.Errorf("with a picture in a note: %v", err)
	}
	if _, err := store.DrawPhoto(t.Context(), progressive(3600, 1, "")); !errors.Is(err, model.ErrTooLarge) {
		t.Errorf("progressive and large: %v", err)
	}
}
