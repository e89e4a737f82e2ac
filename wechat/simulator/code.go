package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"regexp"
)

// scenes are what a code may carry.
var scenes = regexp.MustCompile(`^[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}$`)

// programCode is POST /wxa/getwxacodeunlimit. The picture is a drawing of ours: no phone reads it.
func (s *Simulator) programCode(w http.ResponseWriter, r *http.Request) {
	var drawn []byte
	s.mini(OpCode, func(c *call) answer {
		if a, bad := s.tokenFault(c); bad {
			return a
		}
		var in struct {
			Scene string `json:"scene"`
			Page  string `json:"page"`
			Width int    `json:"width"`
		}
		switch {
		case json.Unmarshal(c.body, &in) != nil:
			return errcode(47001, "data format error")
		case !scenes.MatchString(in.Scene):
			return errcode(40129, "invalid scene")
		case in.Page == "" || in.Page[0] == '/':
			return errcode(41030, "invalid page")
		case in.Width != 0 && (in.Width < 280 || in.Width > 1280):
			return errcode(40097, "invalid args")
		}
		drawn = drawCode(in.Page + "?" + in.Scene)
		return answer{http.StatusOK, map[string]any{"errcode": 0}}
	}).ServeHTTP(&swap{ResponseWriter: w, drawn: &drawn}, r)
}

// swap writes the picture in the place of the answer that says that there is one.
type swap struct {
	http.ResponseWriter
	drawn *[]byte
}

func (s *swap) WriteHeader(status int) {
	if *s.drawn != nil {
		s.Header().Set("Content-Type", "image/png")
		s.Header().Del("Content-Length")
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *swap) Write(b []byte) (int, error) {
	if *s.drawn == nil {
		return s.ResponseWriter.Write(b)
	}
	if _, err := s.ResponseWriter.Write(*s.drawn); err != nil {
		return 0, err
	}
	return len(b), nil
}

// drawCode draws something that looks like a code, another for each text.
func drawCode(text string) []byte {
	const cells, cell, rim = 25, 10, 15
	img := image.NewGray(image.Rect(0, 0, cells*cell+2*rim, cells*cell+2*rim))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	bits := sha256.Sum256([]byte(text))
	for y := range cells {
		for x := range cells {
			n := (y*cells + x) % (len(bits) * 8)
			dark := bits[n/8]>>(n%8)&1 == 1
			for _, corner := range [][2]int{{0, 0}, {cells - 7, 0}, {0, cells - 7}} {
				if dx, dy := x-corner[0], y-corner[1]; dx >= 0 && dx < 7 && dy >= 0 && dy < 7 {
					edge := dx == 0 || dx == 6 || dy == 0 || dy == 6
					dark = edge || dx >= 2 && dx <= 4 && dy >= 2 && dy <= 4
				}
			}
			if dark {
				for py := range cell {
					for px := range cell {
						img.SetGray(rim+x*cell+px, rim+y*cell+py, color.Gray{})
					}
				}
			}
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // into memory
	return out.Bytes()
}
