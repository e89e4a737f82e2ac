package brand

import (
	"fmt"
	"math"
	"strconv"
)

// legible is WCAG's contrast for text of any size.
const legible = 4.5

type colour [3]float64 // red, green, blue: 0 to 255

// legibility is the contrast of white text on a colour #RRGGBB, and the nearest darker colour on which it is legible:
// the colour itself when it is. The shop writes white on its accent. Its own texts on the accent's tint and on the
// page need no more than that: the shop darkens the accent for them until they can be read.
func legibility(hex string) (contrast float64, darker string) {
	c := parseColour(hex)
	contrast = onWhite(c)
	if contrast >= legible {
		return contrast, hex
	}
	for share := 0.01; share < 1; share += 0.01 {
		d := colour{}
		for i := range c {
			d[i] = math.Floor(c[i] * (1 - share))
		}
		if onWhite(d) >= legible {
			return contrast, fmt.Sprintf("#%02X%02X%02X", int(d[0]), int(d[1]), int(d[2]))
		}
	}
	return contrast, "#000000"
}

func parseColour(hex string) (c colour) {
	for i := range c {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8) // the form was checked
		c[i] = float64(n)
	}
	return c
}

func onWhite(c colour) float64 { return 1.05 / (luminance(c) + 0.05) }

// luminance is the relative luminance of WCAG 2.
func luminance(c colour) float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.03928 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
