package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"hutong/model"
)

// MostCheckedText bounds a text that WeChat looks at, in characters.
const MostCheckedText = 2_500

// TextCheck is a text of a consumer's that others may read.
type TextCheck struct {
	OpenID string // of who wrote it
	Text   string // at most MostCheckedText characters
}

// PictureCheck is a picture of a consumer's that others may see.
type PictureCheck struct {
	OpenID string // of who sent it
	URL    string // where WeChat can fetch it
}

// sceneComment is WeChat's number for what people say of something: 1 is a profile, 2 a comment, 3 a forum, 4 social.
const sceneComment = 2

const (
	textCheckURL    = "https://api.weixin.qq.com/wxa/msg_sec_check?access_token="
	pictureCheckURL = "https://api.weixin.qq.com/wxa/media_check_async?access_token="
)

// CheckText implements Client.
func (c *client) CheckText(ctx context.Context, t TextCheck) (model.Verdict, error) {
	var out struct {
		Result struct {
			Suggest string `json:"suggest"`
		} `json:"result"`
	}
	wire := map[string]any{"version": 2, "scene": sceneComment, "openid": t.OpenID, "content": t.Text}
	if err := c.askContent(ctx, "check_text", textCheckURL, wire, &out); err != nil {
		return "", err
	}
	return verdict(out.Result.Suggest)
}

// CheckPicture implements Client.
func (c *client) CheckPicture(ctx context.Context, p PictureCheck) (traceID string, err error) {
	var out struct {
		TraceID string `json:"trace_id"`
	}
	const picture = 2 // 1 is sound
	wire := map[string]any{"version": 2, "scene": sceneComment, "openid": p.OpenID, "media_url": p.URL, "media_type": picture}
	if err := c.askContent(ctx, "check_picture", pictureCheckURL, wire, &out); err != nil {
		return "", err
	}
	if out.TraceID == "" {
		return "", fmt.Errorf("%w: no trace_id", model.ErrWeChat)
	}
	return out.TraceID, nil
}

// verdict is what a suggestion means. One that is not known is for a person to look at.
func verdict(suggest string) (model.Verdict, error) {
	switch suggest {
	case "pass":
		return model.VerdictPass, nil
	case "risky":
		return model.VerdictRisky, nil
	case "":
		return "", fmt.Errorf("%w: no suggestion", model.ErrWeChat)
	}
	return model.VerdictReview, nil
}

// askContent posts to an endpoint of content security.
func (c *client) askContent(ctx context.Context, operation, address string, in, out any) error {
	return c.call(ctx, operation, c.sdk.api, func(ctx context.Context, t *trip) error {
		try := func() (int64, error) {
			token, err := c.tokens.GetAccessTokenContext(ctx)
			if err != nil {
				return 0, err
			}
			return postJSON(ctx, address+url.QueryEscape(token), in, out)
		}
		code, err := try()
		if staleToken(code) {
			c.tokens.forget()
			code, err = try()
		}
		var known *model.Error
		switch {
		case errors.As(err, &known): // of the access token, and already ours
			return err
		case err != nil:
			return t.unclear()
		case code == 61010:
			return fmt.Errorf("%w: errcode %d", model.ErrNotActive, code)
		case code == 40003 || code == 40097 || code == 47001: // the openid, another parameter, what cannot be read
			return fmt.Errorf("%w: errcode %d", model.ErrInvalid, code)
		case code != 0:
			return miniError(code, "")
		}
		return nil
	})
}
