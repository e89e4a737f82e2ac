package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"hutong/model"
)

const (
	issuer   = "hutong"
	audience = "storefront"
	// leeway is how far the clocks of two replicas may differ.
	leeway = 10 * time.Second
	// minKey is the least length of a key, in bytes: HS256 is as strong as its key up to 32.
	minKey = 32
	// maxToken bounds what is looked at; ours have some 300 bytes.
	maxToken = 2048
)

// Keys sign consumers' sessions: the first signs, all verify. The zero Keys signs and verifies nothing.
type Keys struct {
	signing string            // kid
	byID    map[string][]byte // by kid
}

// NewKeys makes keys of secrets of at least 32 bytes. Its errors show nothing of them.
func NewKeys(secrets []string) (Keys, error) {
	k := Keys{byID: make(map[string][]byte, len(secrets))}
	for i, s := range secrets {
		if len(s) < minKey {
			return Keys{}, fmt.Errorf("session key %d has %d bytes; %d are needed", i+1, len(s), minKey)
		}
		// The id is of the key itself, so that it is the same on every replica whatever the order.
		sum := sha256.Sum256([]byte("kid:" + s))
		id := base64.RawURLEncoding.EncodeToString(sum[:6])
		k.byID[id] = []byte(s)
		if i == 0 {
			k.signing = id
		}
	}
	return k, nil
}

// claims are what a token says: the consumer's number as subject, and the brand it is good for.
type claims struct {
	jwt.RegisteredClaims
	Brand string `json:"brand"`
}

// sign makes a token for a consumer of a brand.
func (k Keys) sign(brandID int64, userNo string, now time.Time, ttl time.Duration) (string, error) {
	key, ok := k.byID[k.signing]
	if !ok {
		return "", errors.New("identity: there is no key to sign sessions with")
	}
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: userNo,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(ttl)),
		},
		Brand: strconv.FormatInt(brandID, 10),
	})
	t.Header["kid"] = k.signing
	return t.SignedString(key)
}

// verify tells whose token it is. Errors: ErrSessionExpired when it was good once; ErrUnauthorized for
// everything else.
func (k Keys) verify(brandID int64, token string, now model.Clock) (userNo string, err error) {
	if len(token) > maxToken {
		return "", model.ErrUnauthorized
	}
	var c claims
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
		jwt.WithLeeway(leeway), jwt.WithTimeFunc(now),
	)
	_, err = parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		if key, ok := k.byID[id]; ok {
			return key, nil
		}
		return nil, jwt.ErrTokenUnverifiable
	})
	if c.Brand != strconv.FormatInt(brandID, 10) {
		return "", model.ErrUnauthorized
	}
	switch {
	case err == nil && c.Subject != "":
		return c.Subject, nil
	case errors.Is(err, jwt.ErrTokenExpired) && // the signature is looked at first, so it is right
		!errors.Is(err, jwt.ErrTokenInvalidAudience) && !errors.Is(err, jwt.ErrTokenInvalidIssuer):
		return "", model.ErrSessionExpired
	}
	return "", model.ErrUnauthorized
}
