package shopify

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// detect reads the whole file once to tell how its text is encoded; nil is UTF-8. Shopify writes UTF-8,
// but a spreadsheet that saved the file again may have made it UTF-16 (with a mark), GB18030 (Chinese
// Windows) or Windows-1252 (western Windows).
func detect(f io.Reader) (encoding.Encoding, error) {
	r := bufio.NewReaderSize(f, 64<<10)
	if mark, err := r.Peek(2); err == nil && (bytes.Equal(mark, []byte{0xFF, 0xFE}) || bytes.Equal(mark, []byte{0xFE, 0xFF})) {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	}
	var seen highBytes
	for {
		line, err := r.ReadSlice('\n')
		seen.count(line)
		switch {
		case err == nil, errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return seen.guess(), nil
		default:
			return nil, fmt.Errorf("reading the file: %w", err)
		}
	}
}

// highBytes counts what the bytes outside ASCII look like.
type highBytes struct {
	utf8, notUTF8 int // sequences of UTF-8, bytes that belong to none
	pairs, single int // characters of GB 2312, bytes that belong to none
}

func (h *highBytes) count(line []byte) {
	for i := 0; i < len(line); {
		c, n := utf8.DecodeRune(line[i:])
		switch {
		case n > 1:
			h.utf8++
		case c == utf8.RuneError:
			h.notUTF8++
		}
		i += n
	}
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] < 0x80:
		case line[i] >= 0xA1 && i+1 < len(line) && line[i+1] >= 0xA1:
			h.pairs++
			i++
		default:
			h.single++
		}
	}
}

// guess: accents of Windows-1252 stand alone between letters, Chinese characters come as pairs.
func (h *highBytes) guess() encoding.Encoding {
	switch {
	case h.utf8 >= h.notUTF8:
		return nil
	case h.pairs > h.single:
		return simplifiedchinese.GB18030
	}
	return charmap.Windows1252
}

// asUTF8 is the file as UTF-8 without a byte order mark.
func asUTF8(f io.Reader, enc encoding.Encoding) io.Reader {
	if enc == nil {
		return transform.NewReader(f, unicode.BOMOverride(transform.Nop))
	}
	return transform.NewReader(f, enc.NewDecoder())
}
