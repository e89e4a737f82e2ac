package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// Words by which a person can try what becomes of a text.
const (
	RiskyWord  = "违禁词"
	ReviewWord = "疑似词"
)

const (
	// activeFor is for how long after somebody was in a mini program WeChat looks at what somebody writes.
	activeFor = 2 * time.Hour
	// mostChecked bounds a text, in characters.
	mostChecked = 2_500
	// checkTakes is how long WeChat looks at a picture.
	checkTakes = 3 * time.Second
)

// contentFault is what is wrong with a call about something that a user wrote, or nothing.
func (s *Simulator) contentFault(c *call, version int, openID string) (answer, bool) {
	if a, bad := s.tokenFault(c); bad {
		return a, true
	}
	switch u := s.owner(c.m.AppID, openID); {
	case version != 2:
		return errcode(40097, "invalid args"), true
	case u == nil:
		return errcode(40003, "invalid openid"), true
	case s.now().Sub(u.SeenAt) > activeFor:
		return errcode(61010, "code is expired"), true
	}
	return answer{}, false
}

// owner is the user of an openid, or nil.
func (s *Simulator) owner(appID, openID string) *User {
	for name, u := range s.state.Users {
		if openIDOf(appID, name) == openID {
			return u
		}
	}
	return nil
}

// suggestion is what a fault makes of a look, and its label.
func suggestion(f FaultKind) (suggest string, label int) {
	switch f {
	case SuggestRisky:
		return "risky", 20006
	case SuggestReview:
		return "review", 21000
	}
	return "pass", 100
}

// checkText is POST /wxa/msg_sec_check.
func (s *Simulator) checkText(c *call) answer {
	var in struct {
		Version int    `json:"version"`
		OpenID  string `json:"openid"`
		Content string `json:"content"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	if a, bad := s.contentFault(c, in.Version, in.OpenID); bad {
		return a
	}
	if in.Content == "" || utf8.RuneCountInString(in.Content) > mostChecked {
		return errcode(40097, "invalid args")
	}
	kind := c.fault.Kind
	switch {
	case strings.Contains(in.Content, RiskyWord):
		kind = SuggestRisky
	case strings.Contains(in.Content, ReviewWord):
		kind = SuggestReview
	}
	suggest, label := suggestion(kind)
	return answer{http.StatusOK, map[string]any{
		"errcode": 0, "errmsg": "ok", "trace_id": s.trace(c.m), "result": map[string]any{"suggest": suggest, "label": label},
	}}
}

func (s *Simulator) trace(m *merchant) string {
	return hexDigest(32, "trace", m.AppID, stamped("", s.now(), s.state.next()))
}

// checkPicture is POST /wxa/media_check_async. The verdict is pushed.
func (s *Simulator) checkPicture(c *call) answer {
	var in struct {
		Version   int    `json:"version"`
		OpenID    string `json:"openid"`
		MediaURL  string `json:"media_url"`
		MediaType int    `json:"media_type"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	if a, bad := s.contentFault(c, in.Version, in.OpenID); bad {
		return a
	}
	if in.MediaType != 2 || !strings.HasPrefix(in.MediaURL, "http") {
		return errcode(40097, "invalid args")
	}
	suggest, label := suggestion(c.fault.Kind)
	trace := s.trace(c.m)
	if c.m.PushURL != "" {
		s.queue(&notification{
			Op: OpPush, MchID: c.m.MchID, Event: "wxa_media_check", URL: c.m.PushURL, Number: trace, At: s.now().Add(checkTakes),
			Content: map[string]any{
				"ToUserName": "gh_" + hexDigest(12, c.m.AppID), "FromUserName": in.OpenID, "CreateTime": s.now().Unix(),
				"MsgType": "event", "Event": "wxa_media_check", "appid": c.m.AppID, "trace_id": trace, "version": 2,
				"errcode": 0, "errmsg": "ok", "result": map[string]any{"suggest": suggest, "label": label},
			},
		})
	}
	return answer{http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "trace_id": trace}}
}
