package media

import (
	"encoding/binary"
	"fmt"

	"hutong/model"
)

// Limits of a progressive JPEG, which is drawn in many scans. Each goes over the whole picture, however few bytes
// it has: five megabytes have room for a hundred thousand. All coefficients are held until the last, four bytes for
// each of three or four samples of a pixel.
const (
	maxScans             = 50 // encoders make some ten
	maxProgressivePixels = maxPhotoPixels / 2
)

// The markers of a JPEG (ITU-T T.81, table B.1) that matter here.
const (
	jpegProgressive = 0xc2
	jpegRestart0    = 0xd0
	jpegStart       = 0xd8
	jpegEnd         = 0xd9
	jpegScan        = 0xda
)

// checkScans tells whether a JPEG can be drawn in the time and the memory that others take. Errors: ErrNotAPicture,
// model.ErrTooLarge.
func checkScans(content []byte, pixels int) error {
	scans, progressive := jpegScans(content)
	switch {
	case scans > maxScans:
		return ErrNotAPicture
	case progressive && pixels > maxProgressivePixels:
		return fmt.Errorf("the photo is progressive and has %d pixels: %w", pixels, model.ErrTooLarge)
	}
	return nil
}

// jpegScans counts the scans of a JPEG without drawing any, stepping over what image/jpeg steps over. What else is in
// it, such as a small picture in a camera's note, does not count.
func jpegScans(content []byte) (scans int, progressive bool) {
	for b := content; len(b) > 1; {
		marker := b[1]
		switch {
		case b[0] != 0xff, marker == 0xff: // a scan's own bytes, or padding
			b = b[1:]
			continue
		case marker == 0, jpegRestart0 <= marker && marker <= jpegStart: // these stand alone
			b = b[2:]
			continue
		case marker == jpegEnd, len(b) < 4:
			return scans, progressive
		case marker == jpegProgressive:
			progressive = true
		case marker == jpegScan:
			scans++
		}
		b = b[min(2+int(binary.BigEndian.Uint16(b[2:])), len(b)):]
	}
	return scans, progressive
}
