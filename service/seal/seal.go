// Package seal encrypts what the database holds but nobody may read there: the brands' secrets at WeChat,
// session keys, phone numbers. The keys never are in the database.
package seal

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrSealed is a secret that these keys do not open in this place: the keyset is not the one it was sealed
// with, or the bytes were altered or moved here from somewhere else.
var ErrSealed = errors.New("seal: the secret cannot be opened")

// Box seals and opens with an AEAD keyset: its primary key seals, every key opens.
type Box struct{ primitive tink.AEAD }

// New makes a box of a Tink AEAD keyset in clear JSON. Its errors show nothing of the keyset.
func New(keysetJSON string) (*Box, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(keysetJSON)))
	if err != nil {
		// Tink's own error may quote what it could not read.
		return nil, errors.New("seal: this is no Tink keyset in JSON")
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("seal: the keyset is not for AEAD: %w", err)
	}
	return &Box{primitive}, nil
}

// Seal encrypts plain for one place, such as "brand:3/app_secret": only there can it be opened.
func (b *Box) Seal(plain, place string) ([]byte, error) {
	sealed, err := b.primitive.Encrypt([]byte(plain), []byte(place))
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", place, err)
	}
	return sealed, nil
}

// Open decrypts what was sealed for a place. Errors: ErrSealed.
func (b *Box) Open(sealed []byte, place string) (string, error) {
	plain, err := b.primitive.Decrypt(sealed, []byte(place))
	if err != nil {
		return "", fmt.Errorf("%w: %s", ErrSealed, place)
	}
	return string(plain), nil
}
