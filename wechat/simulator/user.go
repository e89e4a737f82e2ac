package simulator

import (
	"fmt"
	"maps"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// codeLife is how long a code of wx.login or of the phone button can be exchanged.
const codeLife = 5 * time.Minute

// User is somebody with WeChat.
type User struct {
	Name    string
	Phone   string    // with which the phone button answers, without country code
	Blocked bool      // WeChat refuses the login: 40226
	SeenAt  time.Time // when they were in a mini program last
}

// code is a single-use code of a user for one mini program.
type code struct {
	AppID string
	User  string
	Phone bool // of the phone button, not of wx.login
	At    time.Time
	Used  bool
}

// isUserName tells whether name is a word of letters, digits and _.@- that is not too long.
func isUserName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 64 && strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("_.@-", r)
	}) < 0
}

// user is the user of that name, made on first use with a phone number of their own.
func (s *Simulator) user(name string) (*User, error) {
	if !isUserName(name) {
		return nil, fmt.Errorf("user %q: %w", name, ErrUnknown)
	}
	u := s.state.Users[name]
	if u == nil {
		var n uint64
		for _, c := range []byte(hexDigest(12, "phone", name)) {
			n = n*31 + uint64(c)
		}
		u = &User{Name: name, Phone: fmt.Sprintf("138%08d", n%100_000_000)}
		s.state.Users[name] = u
	}
	return u, nil
}

// SetUser changes a user's phone number or block.
func (s *Simulator) SetUser(u User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, err := s.user(u.Name)
	if err != nil {
		return err
	}
	u.Phone, u.SeenAt = orElse(u.Phone, known.Phone), known.SeenAt
	*known = u
	return nil
}

// LoginCode is what wx.login gives to a user inside a mini program. Errors: ErrUnknown.
func (s *Simulator) LoginCode(appID, user string) (string, error) {
	return s.newCode(appID, user, false)
}

// PhoneCode is what the phone-number button gives. Errors: ErrUnknown.
func (s *Simulator) PhoneCode(appID, user string) (string, error) {
	return s.newCode(appID, user, true)
}

func (s *Simulator) newCode(appID, user string, phone bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byApp(appID) == nil {
		return "", fmt.Errorf("appid %q: %w", appID, ErrUnknown)
	}
	u, err := s.user(user)
	if err != nil {
		return "", err
	}
	now := s.now()
	u.SeenAt = now
	if len(s.state.Codes)%1024 == 1023 { // used and expired codes stay a while: they have errors of their own
		maps.DeleteFunc(s.state.Codes, func(_ string, c *code) bool { return now.Sub(c.At) > time.Hour })
	}
	text := "0" + digest(31, "code", appID, user, now.String(), fmt.Sprint(s.state.next()))
	if phone {
		text = hexDigest(64, "phone-code", text)
	}
	s.state.Codes[text] = &code{AppID: appID, User: user, Phone: phone, At: now}
	return text, nil
}

// OpenID is how a mini program knows a user: the same for ever, another in every mini program. As at
// WeChat, all openids of one mini program begin alike.
func (s *Simulator) OpenID(appID, user string) string { return openIDOf(appID, user) }

func openIDOf(appID, user string) string {
	return openIDPrefix(appID) + digest(22, "openid", appID, user)
}

func openIDPrefix(appID string) string { return "o" + digest(5, "openid", appID) }

// UnionID is how all apps of an Open Platform account know a user; empty when the mini program has none.
func (s *Simulator) UnionID(appID, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return unionIDOf(s.byApp(appID), user)
}

func unionIDOf(m *merchant, user string) string {
	if m == nil || m.OpenPlatform == "" {
		return ""
	}
	return "o6" + digest(26, "unionid", m.OpenPlatform, user)
}
