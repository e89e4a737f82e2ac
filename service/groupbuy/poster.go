package groupbuy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // of which WeChat may make its codes
	"image/png"
	"strconv"
	"strings"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/media"
	"hutong/wechat"
)

// PosterPage is the page of the mini program that a group's code opens; the group's number is its scene.
const PosterPage = "group/group/group"

const (
	posterWidth  = 600
	posterFoot   = 260 // below the picture, which is a square
	codeSide     = 200
	posterRim    = 30
	mostPosters  = 256
	posterLife   = 24 * time.Hour
	mostSide     = 1_600 // pixels of a product's picture that it is made of
	mostInFlight = 2     // posters that are drawn at the same time
)

// posterKey is what a poster shows: when that changes, it is another one.
type posterKey struct {
	brandID       int64
	group         string
	picture       string
	accent        string
	price, before model.Fen
}

// posters are the last ones that were drawn.
type posters struct {
	brands  *brand.Service
	media   *media.Store
	drawn   *otter.Cache[posterKey, []byte]
	drawing chan struct{}
}

func newPosters(b *brand.Service, m *media.Store) *posters {
	return &posters{
		brands: b, media: m, drawing: make(chan struct{}, mostInFlight),
		drawn: otter.Must(&otter.Options[posterKey, []byte]{
			MaximumSize: mostPosters, ExpiryCalculator: otter.ExpiryWriting[posterKey, []byte](posterLife),
		}),
	}
}

// Poster is a picture to keep and send on: the product, what it costs in the group, and the mini-program code that opens
// the group. It is PNG, and drawn once. Errors: ErrGroupNotFound; ErrGroupOver when nobody can join any more; those of
// wechat.Client.
func (s *Service) Poster(ctx context.Context, b *model.Brand, no string) ([]byte, error) {
	g, err := s.Group(ctx, no, b.DefaultLanguage)
	if err != nil {
		return nil, err
	}
	if g.Status != model.GroupOpen {
		return nil, model.ErrGroupOver
	}
	key := posterKey{b.ID, no, g.Picture, b.Theme.Accent, g.PriceFen, g.SoloFen}
	return s.posters.drawn.Get(ctx, key, otter.LoaderFunc[posterKey, []byte](s.posters.draw))
}

func (p *posters) draw(ctx context.Context, k posterKey) ([]byte, error) {
	client, err := p.brands.Client(ctx, k.brandID)
	if err != nil {
		return nil, err
	}
	raw, err := client.Code(ctx, wechat.ProgramCode{Page: PosterPage, Scene: k.group, Width: 430})
	if err != nil {
		return nil, err
	}
	code, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("%w: the code is no picture", model.ErrWeChat)
	}
	select {
	case p.drawing <- struct{}{}:
		defer func() { <-p.drawing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	picture, err := p.picture(ctx, k.picture)
	if err != nil {
		return nil, err
	}
	foot := 0 // where it begins: without a picture that can be drawn the poster is price and code
	if picture != nil {
		foot = posterWidth
	}
	img := image.NewRGBA(image.Rect(0, 0, posterWidth, foot+posterFoot))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	accent := colourOf(k.accent)
	if picture != nil {
		draw.CatmullRom.Scale(img, image.Rect(0, 0, posterWidth, posterWidth), picture, middle(picture.Bounds()), draw.Over, nil)
	}
	at := image.Pt(posterWidth-posterRim-codeSide, foot+(posterFoot-codeSide)/2)
	draw.CatmullRom.Scale(img, image.Rectangle{at, at.Add(image.Pt(codeSide, codeSide))}, code, code.Bounds(), draw.Over, nil)
	baseline := foot + posterFoot/2 + 10
	if _, err := write(img, gobold.TTF, 72, accent, posterRim, baseline, "¥"+yuan(k.price)); err != nil {
		return nil, err
	}
	if k.before > k.price {
		grey := color.RGBA{0x6e, 0x6a, 0x63, 0xff}
		before := "¥" + yuan(k.before)
		end, err := write(img, goregular.TTF, 32, grey, posterRim+4, baseline+52, before)
		if err != nil {
			return nil, err
		}
		strike := image.Rect(posterRim+2, baseline+40, end+2, baseline+42)
		draw.Draw(img, strike, image.NewUniform(grey), image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("poster: %w", err)
	}
	return out.Bytes(), nil
}

// picture is a product's picture; nil when it is not ours, or none that is drawn.
func (p *posters) picture(ctx context.Context, address string) (image.Image, error) {
	if p.media == nil {
		return nil, nil
	}
	picture, err := p.media.Picture(ctx, address, mostSide)
	if errors.Is(err, media.ErrNotAPicture) || errors.Is(err, model.ErrTooLarge) {
		return nil, nil
	}
	return picture, err
}

// middle is the largest square in the middle of a picture.
func middle(r image.Rectangle) image.Rectangle {
	side := min(r.Dx(), r.Dy())
	at := r.Min.Add(image.Pt((r.Dx()-side)/2, (r.Dy()-side)/2))
	return image.Rectangle{at, at.Add(image.Pt(side, side))}
}

// write writes a text from x on, and tells where it ends.
func write(img *image.RGBA, ttf []byte, size float64, c color.Color, x, y int, text string) (end int, err error) {
	f, err := opentype.Parse(ttf)
	if err != nil {
		return 0, fmt.Errorf("poster: %w", err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return 0, fmt.Errorf("poster: %w", err)
	}
	d := font.Drawer{Dst: img, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
	return d.Dot.X.Ceil(), face.Close()
}

// yuan is an amount without cents where there are none.
func yuan(f model.Fen) string { return strings.TrimSuffix(f.String(), ".00") }

// colourOf is a colour such as #B4532A; black when it is none.
func colourOf(hex string) color.RGBA {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 24)
	if err != nil {
		return color.RGBA{A: 0xff}
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}
