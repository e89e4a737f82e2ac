package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"hutong/model"
)

// MostScene bounds a scene, in characters.
const MostScene = 32

// ProgramCode is a mini-program code without a limit of their number: whoever scans it opens a page.
type ProgramCode struct {
	Page  string // without a slash before it and without a query
	Scene string // what the page is told, at most MostScene characters of digits, letters and !#$&'()*+,/:;=?@-._~
	Width int    // in pixels, 280 to 1,280
}

// codeURL is POST getUnlimitedQRCode; the trip replaces its host.
const codeURL = "https://api.weixin.qq.com/wxa/getwxacodeunlimit?access_token="

// Code implements Client.
func (c *client) Code(ctx context.Context, p ProgramCode) (picture []byte, err error) {
	err = c.call(ctx, "code", c.sdk.api, func(ctx context.Context, t *trip) error {
		var code int64
		picture, code, err = c.postCode(ctx, p)
		if staleToken(code) {
			c.tokens.forget()
			picture, code, err = c.postCode(ctx, p)
		}
		var known *model.Error
		switch {
		case errors.As(err, &known): // of the access token, and already ours
			return err
		case err != nil:
			return t.unclear()
		case code == 40129 || code == 41030 || code == 40097 || code == 47001: // scene, page, another parameter
			return fmt.Errorf("%w: errcode %d", model.ErrInvalid, code)
		case code != 0:
			return miniError(code, "")
		}
		return nil
	})
	return picture, err
}

// postCode asks for a code once. It has an errcode when it has neither a picture nor an error.
func (c *client) postCode(ctx context.Context, p ProgramCode) (picture []byte, code int64, err error) {
	token, err := c.tokens.GetAccessTokenContext(ctx)
	if err != nil {
		return nil, 0, err
	}
	in, err := json.Marshal(map[string]any{"scene": p.Scene, "page": p.Page, "check_path": false, "width": p.Width})
	if err != nil {
		return nil, 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, codeURL+url.QueryEscape(token), bytes.NewReader(in))
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.sdk.http.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	if picture, err = io.ReadAll(answer.Body); err != nil {
		return nil, 0, err
	}
	if bytes.HasPrefix(picture, []byte("{")) { // an error comes as JSON, with status 200
		var said struct {
			ErrCode int64 `json:"errcode"`
		}
		if err := json.Unmarshal(picture, &said); err != nil || said.ErrCode == 0 {
			return nil, 0, errIncomplete
		}
		return nil, said.ErrCode, nil
	}
	if answer.StatusCode != http.StatusOK || len(picture) == 0 {
		return nil, 0, errIncomplete
	}
	return picture, 0, nil
}
