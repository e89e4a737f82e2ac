package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Template is a template of subscribe messages that a mini program has chosen.
type Template struct {
	AppID  string            `json:"appid"`
	ID     string            `json:"id"` // empty: AddTemplate makes one
	Title  string            `json:"title"`
	Fields map[string]string `json:"fields"` // the name of a field, such as thing1: what it is called on the message
}

// Message is a subscribe message that was sent.
type Message struct {
	ID         string            `json:"id"`
	AppID      string            `json:"appid"`
	OpenID     string            `json:"openid"`
	TemplateID string            `json:"template_id"`
	Page       string            `json:"page,omitempty"`
	Fields     map[string]string `json:"fields"`
	Language   string            `json:"lang"`
	At         time.Time         `json:"at"`
}

// AddTemplate gives a mini program a template, or changes it. Errors: ErrUnknown for another appid.
func (s *Simulator) AddTemplate(t Template) (Template, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byApp(t.AppID) == nil {
		return Template{}, fmt.Errorf("appid %q: %w", t.AppID, ErrUnknown)
	}
	if t.ID == "" {
		t.ID = digest(43, "template", t.AppID, t.Title)
	}
	s.state.Templates[key(t.AppID, t.ID)] = &t
	return t, nil
}

// Templates are a mini program's, by title.
func (s *Simulator) Templates(appID string) []Template {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Template{}
	for _, t := range s.state.Templates {
		if t.AppID == appID {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Template) int { return strings.Compare(a.Title+a.ID, b.Title+b.ID) })
	return out
}

// Grant is a user's consent to wx.requestSubscribeMessage: one message of each template. Errors: ErrUnknown
// for a template that the mini program does not have.
func (s *Simulator) Grant(appID, user string, templateIDs ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.user(user); err != nil {
		return err
	}
	for _, id := range templateIDs {
		if s.state.Templates[key(appID, id)] == nil {
			return fmt.Errorf("template %q: %w", id, ErrUnknown)
		}
	}
	for _, id := range templateIDs {
		s.state.Grants[key(openIDOf(appID, user), id)]++
	}
	return nil
}

// Grants is how many messages of a template a user still allows.
func (s *Simulator) Grants(appID, user, templateID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.Grants[key(openIDOf(appID, user), templateID)]
}

// Messages are the subscribe messages that were sent, the oldest first.
func (s *Simulator) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.Messages)
}

// sendMessage is POST /cgi-bin/message/subscribe/send.
func (s *Simulator) sendMessage(c *call) answer {
	if a, bad := s.tokenFault(c); bad {
		return a
	}
	var in struct {
		ToUser     string                       `json:"touser"`
		TemplateID string                       `json:"template_id"`
		Page       string                       `json:"page"`
		Lang       string                       `json:"lang"`
		Data       map[string]map[string]string `json:"data"`
	}
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	t := s.state.Templates[key(c.m.AppID, in.TemplateID)]
	grants := key(in.ToUser, in.TemplateID)
	switch {
	case !s.knows(c.m.AppID, in.ToUser):
		return errcode(40003, "invalid openid")
	case t == nil:
		return errcode(40037, "invalid template_id")
	case in.Page != "" && !pageForm.MatchString(in.Page):
		return errcode(41030, "invalid page")
	}
	m := Message{
		AppID: c.m.AppID, OpenID: in.ToUser, TemplateID: in.TemplateID, Page: in.Page, Fields: map[string]string{},
		Language: orElse(in.Lang, "zh_CN"), At: s.now(),
	}
	for name := range t.Fields {
		value := in.Data[name]["value"]
		if !takes(name, value) {
			return errcode(47003, "argument invalid! data."+name+".value is invalid")
		}
		m.Fields[name] = value
	}
	if s.state.Grants[grants] == 0 {
		return errcode(43101, "user refuse to accept the msg")
	}
	s.state.Grants[grants]--
	seq := s.state.next()
	m.ID = stamped("", m.At, seq)
	s.state.Messages = append(s.state.Messages, m)
	return answer{http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "msgid": seq}}
}

// knows tells whether an openid is one of the mini program's users.
func (s *Simulator) knows(appID, openID string) bool {
	for name := range s.state.Users {
		if openIDOf(appID, name) == openID {
			return true
		}
	}
	return false
}

// pageForm is a page of a mini program with its parameters.
var pageForm = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*(\?[^\s#]*)?$`)

// fieldForms are what WeChat takes in the kinds of field that have a form.
var fieldForms = map[string]*regexp.Regexp{
	"number": regexp.MustCompile(`^[0-9.]{1,32}$`),
	"amount": regexp.MustCompile(`^[¥￥$€]?[0-9]{1,10}(\.[0-9]+)?元?$`),
	"time":   regexp.MustCompile(`^(\d{4}年\d{1,2}月\d{1,2}日 |\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}(:\d{2})?$`),
	"date":   regexp.MustCompile(`^(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})( \d{2}:\d{2}(:\d{2})?)?$`),
}

// takes tells whether WeChat takes a value in a field.
func takes(name, value string) bool {
	kind := strings.TrimRight(name, "0123456789")
	n := utf8.RuneCountInString(value)
	if n == 0 || strings.IndexFunc(value, unicode.IsControl) >= 0 {
		return false
	}
	if form := fieldForms[kind]; form != nil {
		return form.MatchString(value)
	}
	switch kind {
	case "thing", "const":
		return n <= 20
	case "phrase":
		return n <= 5 && strings.IndexFunc(value, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
	case "character_string":
		return n <= 32 && strings.IndexFunc(value, func(r rune) bool { return r > unicode.MaxASCII }) < 0
	}
	return false
}

func (s *Simulator) adminAddTemplate(r *http.Request) (any, error) {
	var in Template
	if err := input(r, &in); err != nil {
		return nil, err
	}
	return s.AddTemplate(in)
}

func (s *Simulator) adminGrant(r *http.Request) (any, error) {
	var in struct {
		AppID     string   `json:"appid"`
		User      string   `json:"user"`
		Templates []string `json:"templates"`
	}
	if err := input(r, &in); err != nil {
		return nil, err
	}
	return map[string]any{"templates": in.Templates}, s.Grant(in.AppID, in.User, in.Templates...)
}

// messageLetters are the subscribe messages as their template shows them. s.mu is held.
func (s *Simulator) messageLetters() []letter {
	var letters []letter
	for _, m := range s.state.Messages[max(0, len(s.state.Messages)-most):] {
		l := letter{ID: m.ID, Kind: "message", Text: m.TemplateID, At: m.At, Merchant: m.AppID}
		if shop := s.byApp(m.AppID); shop != nil {
			l.Merchant = shop.Name
		}
		if t := s.state.Templates[key(m.AppID, m.TemplateID)]; t != nil {
			l.Text = t.Title
			for _, name := range slices.SortedFunc(maps.Keys(m.Fields), byNumber) {
				l.Rows = append(l.Rows, row{orElse(t.Fields[name], name), m.Fields[name]})
			}
		}
		letters = append(letters, l)
	}
	return letters
}

// byNumber orders fields by the number in their names, which is how a template shows them.
func byNumber(a, b string) int {
	kind := func(s string) string { return strings.TrimRight(s, "0123456789") }
	na, _ := strconv.Atoi(strings.TrimPrefix(a, kind(a)))
	nb, _ := strconv.Atoi(strings.TrimPrefix(b, kind(b)))
	return cmp.Or(cmp.Compare(na, nb), strings.Compare(a, b))
}
