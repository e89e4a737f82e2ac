package simulator

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Lives of access tokens. A token of either kind stays good for tokenGrace after it was replaced.
const (
	tokenLife  = 2 * time.Hour
	tokenGrace = 5 * time.Minute
)

// token is an access token of a mini program.
type token struct {
	AppID  string
	Stable bool
	Until  time.Time
}

// credentialFault is what is wrong with appid and secret, or nothing.
func (s *Simulator) credentialFault(m *merchant, appID, secret string) (answer, bool) {
	switch {
	case appID == "":
		return errcode(41002, "appid missing"), true
	case m == nil || m.AppID != appID:
		return errcode(40013, "invalid appid"), true
	case secret == "":
		return errcode(41004, "appsecret missing"), true
	case subtle.ConstantTimeCompare([]byte(secret), []byte(m.AppSecret)) == 0:
		return errcode(40125, "invalid appsecret"), true
	}
	return answer{}, false
}

// code2Session is GET /sns/jscode2session. An expired code is 42003, as WeChat's table of return codes has
// it; a code of another mini program is 40029 with the reason in the text.
func (s *Simulator) code2Session(c *call) answer {
	q := c.URL.Query()
	if a, bad := s.credentialFault(c.m, q.Get("appid"), q.Get("secret")); bad {
		return a
	}
	if q.Get("grant_type") != "authorization_code" {
		return errcode(40002, "invalid grant_type")
	}
	text := q.Get("js_code")
	if text == "" {
		return errcode(41008, "missing code")
	}
	k := s.state.Codes[text]
	switch {
	case k == nil || k.Phone:
		return errcode(40029, "invalid code")
	case k.AppID != c.m.AppID:
		return errcode(40029, "invalid code, appid not match")
	case k.Used:
		return errcode(40163, "code been used")
	case s.now().Sub(k.At) > codeLife:
		return errcode(42003, "code expired")
	}
	k.Used = true
	if u := s.state.Users[k.User]; u != nil && u.Blocked {
		return errcode(40226, "code blocked")
	}
	out := map[string]string{
		"openid":      openIDOf(c.m.AppID, k.User),
		"session_key": base64.StdEncoding.EncodeToString([]byte(digest(16, "session", text))),
	}
	if id := unionIDOf(c.m, k.User); id != "" {
		out["unionid"] = id
	}
	return answer{http.StatusOK, out}
}

// token is GET /cgi-bin/token: a new token each time.
func (s *Simulator) token(c *call) answer {
	q := c.URL.Query()
	if a, bad := s.credentialFault(c.m, q.Get("appid"), q.Get("secret")); bad {
		return a
	}
	if q.Get("grant_type") != "client_credential" {
		return errcode(40002, "invalid grant_type")
	}
	return s.issueToken(c.m, false)
}

// stableToken is POST /cgi-bin/stable_token: the same token until its last five minutes.
func (s *Simulator) stableToken(c *call) answer {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	if a, bad := s.credentialFault(c.m, in.AppID, in.Secret); bad {
		return a
	}
	if in.GrantType != "client_credential" {
		return errcode(40002, "invalid grant_type")
	}
	if !in.ForceRefresh {
		for text, t := range s.state.Tokens {
			if left := t.Until.Sub(s.now()); t.Stable && t.AppID == in.AppID && left > tokenGrace {
				return tokenAnswer(text, left)
			}
		}
	}
	return s.issueToken(c.m, true)
}

func (s *Simulator) issueToken(m *merchant, stable bool) answer {
	now := s.now()
	for text, t := range s.state.Tokens {
		switch {
		case now.Sub(t.Until) > time.Hour:
			delete(s.state.Tokens, text)
		case t.AppID == m.AppID && t.Stable == stable && t.Until.Sub(now) > tokenGrace:
			t.Until = now.Add(tokenGrace)
		}
	}
	text := "90_" + digest(43, "token", m.AppID, now.String(), strconv.FormatInt(s.state.next(), 10))
	s.state.Tokens[text] = &token{AppID: m.AppID, Stable: stable, Until: now.Add(tokenLife)}
	return tokenAnswer(text, tokenLife)
}

func tokenAnswer(text string, left time.Duration) answer {
	return answer{http.StatusOK, map[string]any{"access_token": text, "expires_in": int(left.Seconds())}}
}

// RevokeTokens makes every access token of a mini program invalid at once, as a change of the secret or
// another program's forced refresh does: the next call with one gets 40001.
func (s *Simulator) RevokeTokens(appID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for text, t := range s.state.Tokens {
		if t.AppID == appID {
			delete(s.state.Tokens, text)
		}
	}
}

// tokenFault is what is wrong with the call's access token, or nothing.
func (s *Simulator) tokenFault(c *call) (answer, bool) {
	text := c.URL.Query().Get("access_token")
	t := s.state.Tokens[text]
	switch {
	case text == "":
		return errcode(41001, "access_token missing"), true
	case len(text) != 46:
		return errcode(40014, "invalid access_token"), true
	case t == nil || c.m == nil:
		return errcode(40001, "invalid credential, access_token is invalid or not latest"), true
	case s.now().After(t.Until):
		return errcode(42001, "access_token expired"), true
	}
	return answer{}, false
}

// phoneNumber is POST /wxa/business/getuserphonenumber. WeChat says 40029 of a code that is used, expired
// or somebody else's alike.
func (s *Simulator) phoneNumber(c *call) answer {
	if a, bad := s.tokenFault(c); bad {
		return a
	}
	var in struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	k := s.state.Codes[in.Code]
	if k == nil || !k.Phone || k.AppID != c.m.AppID || k.Used || s.now().Sub(k.At) > codeLife {
		return errcode(40029, "invalid code")
	}
	k.Used = true
	number := s.state.Users[k.User].Phone
	return answer{http.StatusOK, map[string]any{
		"errcode": 0, "errmsg": "ok",
		"phone_info": map[string]any{
			"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86",
			"watermark": map[string]any{"timestamp": s.now().Unix(), "appid": c.m.AppID},
		},
	}}
}
