package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	_ "image/gif"  // so that image.DecodeConfig knows it
	_ "image/jpeg" // so that image.DecodeConfig knows it
	_ "image/png"  // so that image.DecodeConfig knows it
)

// ErrNotAPicture is content that is none of the kinds of picture a shop shows.
var ErrNotAPicture = errors.New("this is not a JPEG, PNG, GIF or WebP picture")

var endings = map[string]string{"jpeg": "jpg", "png": "png", "gif": "gif"}

// look tells what a picture is, by its ending, and its size in pixels. It reads the picture's header only.
func look(content []byte) (kind string, width, height int, err error) {
	if width, height, ok := webpSize(content); ok {
		return "webp", width, height, nil
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || endings[format] == "" || c.Width < 1 || c.Height < 1 {
		return "", 0, 0, ErrNotAPicture
	}
	return endings[format], c.Width, c.Height, nil
}

const riffHeader, chunkHeader = 12, 8 // bytes

// webpSize reads the size from the first chunk of a WebP file (RFC 9649): VP8 for lossy, VP8L for lossless,
// VP8X for all that is more, such as transparency or animation.
func webpSize(b []byte) (width, height int, ok bool) {
	if len(b) < riffHeader+chunkHeader || string(b[:4]) != "RIFF" || string(b[8:12]) != "WEBP" {
		return 0, 0, false
	}
	return chunkSize(string(b[riffHeader:riffHeader+4]), b[riffHeader+chunkHeader:])
}

// chunkSize reads the size that a chunk of a WebP file says.
func chunkSize(kind string, chunk []byte) (width, height int, ok bool) {
	if len(chunk) < 10 {
		return 0, 0, false
	}
	switch kind {
	case "VP8 ":
		if chunk[0]&1 != 0 || string(chunk[3:6]) != "\x9d\x01\x2a" { // not a key frame
			return 0, 0, false
		}
		width = int(binary.LittleEndian.Uint16(chunk[6:]) & 0x3fff)
		height = int(binary.LittleEndian.Uint16(chunk[8:]) & 0x3fff)
	case "VP8L":
		if chunk[0] != 0x2f {
			return 0, 0, false
		}
		bits := binary.LittleEndian.Uint32(chunk[1:])
		width, height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
	case "VP8X":
		width, height = uint24(chunk[4:])+1, uint24(chunk[7:])+1
	}
	return width, height, width > 0 && height > 0
}

// webpFrameSize reads the size of the one frame of a WebP file, which is what decoding it takes memory for: the VP8X
// before it may say anything.
func webpFrameSize(b []byte) (width, height int, ok bool) {
	for rest := b[min(riffHeader, len(b)):]; len(rest) >= chunkHeader; {
		kind, length := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:]))
		if rest = rest[chunkHeader:]; kind == "VP8 " || kind == "VP8L" {
			return chunkSize(kind, rest)
		}
		if length += length & 1; length > int64(len(rest)) { // chunks begin at even places
			break
		}
		rest = rest[length:]
	}
	return 0, 0, false
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }
