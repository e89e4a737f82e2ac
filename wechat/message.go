package wechat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"

	"hutong/model"
)

// Message is a one-time subscribe message.
type Message struct {
	OpenID     string
	TemplateID string
	Page       string            // of the mini program, opened by a tap; may be empty
	Fields     map[string]string // by WeChat's name, such as thing1
	Language   string            // of the mini program once it is opened; BCP 47
}

// messageURL is POST subscribeMessage.send; the trip replaces its host.
const messageURL = "https://api.weixin.qq.com/cgi-bin/message/subscribe/send?access_token="

// SendMessage implements Client.
func (c *client) SendMessage(ctx context.Context, m Message) error {
	return c.call(ctx, "send_message", c.sdk.api, func(ctx context.Context, t *trip) error {
		code, err := c.postMessage(ctx, m)
		if staleToken(code) {
			c.tokens.forget()
			code, err = c.postMessage(ctx, m)
		}
		var known *model.Error
		switch {
		case errors.As(err, &known): // of the access token: the message was not asked for
			return err
		case err != nil && !t.left():
			return t.unclear()
		case err != nil:
			return fmt.Errorf("%w: %w", model.ErrUnclear, t.unclear())
		case code != 0:
			return messageError(code)
		}
		return nil
	})
}

// postMessage sends a message once. It has an errcode exactly when there is no error.
func (c *client) postMessage(ctx context.Context, m Message) (code int64, err error) {
	token, err := c.tokens.GetAccessTokenContext(ctx)
	if err != nil {
		return 0, err
	}
	return postJSON(ctx, messageURL+url.QueryEscape(token), wireMessage(m), nil)
}

// wireMessage is a message in WeChat's words.
func wireMessage(m Message) map[string]any {
	data := make(map[string]map[string]string, len(m.Fields))
	for name, value := range m.Fields {
		data[name] = map[string]string{"value": value}
	}
	language := "en_US" // WeChat has no Italian
	if m.Language == "zh-CN" {
		language = "zh_CN"
	}
	wire := map[string]any{"touser": m.OpenID, "template_id": m.TemplateID, "data": data, "lang": language}
	if m.Page != "" {
		wire["page"] = m.Page
	}
	return wire
}

// messageError is the meaning of an errcode of subscribeMessage.send. With one of them, nothing was sent.
func messageError(code int64) error {
	refused := func(field string) error {
		return fmt.Errorf("%w: errcode %d", model.ErrMessageRefused.At(field), code)
	}
	switch code {
	case 43101:
		return fmt.Errorf("%w: errcode %d", model.ErrNotSubscribed, code)
	case 40003:
		return refused("openid")
	case 40037:
		return refused("template")
	case 41030:
		return refused("page")
	case 47003:
		return refused("fields")
	}
	return miniError(code, "")
}

// left tells whether the request may have left for WeChat: a connection that was never made carried none.
func (t *trip) left() bool {
	var op *net.OpError
	return !(errors.As(t.err, &op) && op.Op == "dial")
}
