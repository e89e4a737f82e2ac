package staff

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed" // the commonest passwords
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"hutong/model"
)

// What passwords are.
const (
	MinPassword = 12  // characters
	MaxPassword = 128 // bytes
)

// hashCost is what a password's hash costs: the first choice of OWASP's Password Storage Cheat Sheet, 19 MiB and two
// passes. A hash carries what it was made with, so that this may change.
type hashCost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var present = hashCost{19 << 10, 2, 1}

const (
	saltLength = 16
	keyLength  = 32
	// hashesAtOnce bounds the memory of all who sign in at the same time.
	hashesAtOnce = 2
	// hashesWaiting bounds those who wait for their turn; whoever comes then is told to come back.
	hashesWaiting = 32
)

// hasher hashes passwords, few at once.
type hasher struct {
	turn    chan struct{}
	waiting chan struct{}
	dummy   string // is verified where there is no account, so that it takes as long
}

func newHasher() *hasher {
	h := &hasher{turn: make(chan struct{}, hashesAtOnce), waiting: make(chan struct{}, hashesWaiting)}
	h.dummy = present.encode(make([]byte, saltLength), make([]byte, keyLength))
	return h
}

// do waits for a turn. Errors: ErrUnavailable when too many wait; ctx's.
func (h *hasher) do(ctx context.Context, work func()) error {
	select {
	case h.waiting <- struct{}{}:
		defer func() { <-h.waiting }()
	default:
		return model.ErrUnavailable
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	work()
	return nil
}

// hash is a password as it is kept.
func (h *hasher) hash(ctx context.Context, password string) (encoded string, err error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	err = h.do(ctx, func() { encoded = present.encode(salt, present.key(password, salt)) })
	return encoded, err
}

// verify tells whether a password is the one that was hashed, and whether the hash should be made anew. An empty hash
// is no account's: it takes as long and is never right.
func (h *hasher) verify(ctx context.Context, encoded, password string) (right, stale bool, err error) {
	missing := encoded == ""
	if missing {
		encoded = h.dummy
	}
	cost, salt, want, err := decodeHash(encoded)
	if err != nil {
		return false, false, err
	}
	err = h.do(ctx, func() {
		right = subtle.ConstantTimeCompare(cost.key(password, salt), want) == 1 && !missing
	})
	return right, cost != present, err
}

func (c hashCost) key(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, keyLength)
}

// encode is the form that other programs know too: $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (c hashCost) encode(salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		b.EncodeToString(salt), b.EncodeToString(key))
}

func decodeHash(encoded string) (c hashCost, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("staff: a password's hash is not of a kind that is known")
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("staff: a password's hash: %w", err)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if err != nil || len(key) != keyLength || c.passes == 0 || c.threads == 0 || c.memory > 1<<20 {
		return c, nil, nil, fmt.Errorf("staff: a password's hash is broken: %w", err)
	}
	return c, salt, key, nil
}

// What guessers try first: stems of our own, and the commonest passwords that leaked; see common/README.md.
var (
	//go:embed common/stems.txt
	stems string
	//go:embed common/words.txt.gz
	words []byte
)

// common is the list, which is read when the first password is chosen.
var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	add := func(list string) {
		for line := range strings.Lines(list) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				all[line] = true
			}
		}
	}
	add(stems)
	unpacked, err := gzip.NewReader(bytes.NewReader(words))
	if err != nil {
		panic(err) // it is in the program, and a test reads it
	}
	list, err := io.ReadAll(unpacked)
	if err != nil {
		panic(err)
	}
	add(string(list))
	return all
})

// checkPassword tells what is wrong with a password; about are words of whose it is: name, e-mail address, brand.
// Errors, at field: ErrTooShort, ErrTooLong, ErrPasswordCommon, ErrPasswordPersonal.
func checkPassword(password, field string, about ...string) error {
	switch {
	case len(password) > MaxPassword:
		return model.ErrTooLong.At(field).With("max", fmt.Sprint(MaxPassword))
	case utf8.RuneCountInString(password) < MinPassword:
		return model.ErrTooShort.At(field).With("min", fmt.Sprint(MinPassword))
	case isCommon(strings.ToLower(password)):
		return model.ErrPasswordCommon.At(field)
	}
	rest := strings.ToLower(password)
	for _, word := range about {
		rest = without(rest, strings.ToLower(word))
	}
	if utf8.RuneCountInString(rest) < MinPassword/2 && rest != strings.ToLower(password) {
		return model.ErrPasswordPersonal.At(field)
	}
	return nil
}

// without is text without a word, and without the parts of it between spaces, points and signs.
func without(text, word string) string {
	text = strings.ReplaceAll(text, word, "")
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(part) > 2 {
			text = strings.ReplaceAll(text, part, "")
		}
	}
	return text
}

// isCommon tells whether a password is on the list, or is something of the list with digits and signs round it, the
// same again and again, or a run of neighbours such as 123456789012.
func isCommon(password string) bool {
	stem := strings.TrimFunc(password, func(r rune) bool { return !unicode.IsLetter(r) })
	whole, list := unit(password), common()
	return list[password] || list[whole] || list[stem] || list[unit(stem)] ||
		utf8.RuneCountInString(whole) <= 4 || monotonous(password)
}

// unit is what a text repeats: abc of abcabcabc, the whole text when it repeats nothing.
func unit(text string) string {
	if text == "" {
		return ""
	}
	if at := strings.Index((text + text)[1:], text); at >= 0 {
		return text[:at+1]
	}
	return text
}

// monotonous tells whether there is so little in a password that it is soon guessed: few different characters, or
// nearly all of them next to the one before.
func monotonous(password string) bool {
	different, near, before := map[rune]bool{}, 0, rune(-2)
	for _, r := range password {
		different[r] = true
		if d := r - before; d >= -1 && d <= 1 || d == 9 || d == -9 {
			near++
		}
		before = r
	}
	return len(different) < 5 || near*4 >= utf8.RuneCountInString(password)*3
}
