package simulator

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // WeChat's choice
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pushSchedule are WeChat's delays between one attempt to push and the next.
var pushSchedule = []time.Duration{5 * time.Second, 5 * time.Second, 5 * time.Second}

// schedule is when it is tried again after each attempt.
func (n *notification) schedule() []time.Duration {
	if n.Op == OpPush {
		return pushSchedule
	}
	return schedule
}

// pushKeyOf is an EncodingAESKey: 43 letters and digits of base64, whose last stands for four bits alone.
func pushKeyOf(appID string) string {
	text := base64.StdEncoding.EncodeToString([]byte(hexDigest(32, "push key", appID)))
	return strings.TrimRight(text, "=")
}

// SetPushURL says where a mini program's message push goes, after it was asked whether it is the right place, as in
// WeChat's console. Errors: ErrUnknown; what the address answered instead of the echo.
func (s *Simulator) SetPushURL(ctx context.Context, appID, address string) error {
	s.mu.Lock()
	m := s.byApp(appID)
	s.mu.Unlock()
	if m == nil {
		return fmt.Errorf("appid %q: %w", appID, ErrUnknown)
	}
	query := m.pushQuery(s.o.Clock())
	query.Set("echostr", digest(16, "echo", rand.Text()))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	answer, err := s.o.HTTP.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	var said bytes.Buffer
	if _, err := said.ReadFrom(http.MaxBytesReader(nil, answer.Body, 500)); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || said.String() != query.Get("echostr") {
		return fmt.Errorf("simulator: %s answered %d %q", address, answer.StatusCode, said.String())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m.PushURL = address
	return nil
}

// pushQuery is what an address is asked with.
func (m *merchant) pushQuery(at time.Time) url.Values {
	stamp, nonce := strconv.FormatInt(at.Unix(), 10), digest(10, "nonce", rand.Text())
	return url.Values{
		"timestamp": {stamp}, "nonce": {nonce}, "signature": {pushSignature(m.PushToken, stamp, nonce)},
	}
}

func pushSignature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // WeChat's choice
	return hex.EncodeToString(sum[:])
}

// pushed is one attempt to push, spoilt as kind says.
func (n *notification) pushed(m *merchant, at time.Time, kind FaultKind) (address string, body []byte, err error) {
	plain, err := json.Marshal(n.Content)
	if err != nil {
		return "", nil, err
	}
	if kind == Skew {
		at = at.Add(-6 * time.Minute)
	}
	return m.seal(n.URL, plain, at, kind)
}

// seal is a push of some content to an address.
func (m *merchant) seal(address string, plain []byte, at time.Time, kind FaultKind) (string, []byte, error) {
	query := m.pushQuery(at)
	if kind == Plaintext {
		return address + "?" + query.Encode(), plain, nil
	}
	key := m.PushKey
	if kind == WrongKey {
		key = pushKeyOf("a stranger")
	}
	sealed, err := encryptPush(key, m.AppID, plain)
	if err != nil {
		return "", nil, err
	}
	query.Set("encrypt_type", "aes")
	query.Set("msg_signature", pushSignature(m.PushToken, query.Get("timestamp"), query.Get("nonce"), sealed))
	if kind == BadSignature {
		query.Set("msg_signature", pushSignature(query.Get("nonce"), sealed))
	}
	body, err := json.Marshal(map[string]string{"ToUserName": "gh_" + hexDigest(12, m.AppID), "Encrypt": sealed})
	if err == nil && kind == Truncated {
		body = body[:len(body)/2]
	}
	return address + "?" + query.Encode(), body, err
}

// SealPush makes the address and the body of a push of any content, for a test to post what WeChat never would.
// Errors: ErrUnknown.
func (s *Simulator) SealPush(appID, address string, content []byte, at time.Time) (string, []byte, error) {
	s.mu.Lock()
	m := s.byApp(appID)
	s.mu.Unlock()
	if m == nil {
		return "", nil, fmt.Errorf("appid %q: %w", appID, ErrUnknown)
	}
	return m.seal(address, content, at, "")
}

// encryptPush is AES-256-CBC over 16 random bytes, the length, the content and the appid, padded to 32 bytes.
func encryptPush(encodingKey, appID string, plain []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(encodingKey + "=")
	if err != nil {
		return "", fmt.Errorf("simulator: push key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("simulator: push key: %w", err)
	}
	text := []byte(digest(16, "push", rand.Text()))
	text = binary.BigEndian.AppendUint32(text, uint32(len(plain)))
	text = append(append(text, plain...), appID...)
	padding := 32 - len(text)%32
	text = append(text, bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text), nil
}
