package wechat

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/credential"
	"golang.org/x/sync/singleflight"

	"hutong/model"
)

// tokens keeps one mini program's access token in place of the SDK's own keeper, which makes callers wait
// behind a lock that knows no deadline, and loses the errcode. The token is WeChat's stable one: several
// processes get the same, so nothing needs to be shared between them.
type tokens struct {
	c      *client
	source *credential.StableAccessToken
	flight singleflight.Group

	mu    sync.Mutex
	text  string
	until time.Time
}

// tokenMargin is how long before its end a token is no longer used. WeChat hands out the next one when the
// present one has five minutes left.
const tokenMargin = 5 * time.Minute

func newTokens(c *client) *tokens {
	source, ok := credential.NewStableAccessToken(
		c.account.AppID, c.account.AppSecret, "", cache.NewMemory()).(*credential.StableAccessToken)
	if !ok {
		panic("wechat: the SDK's stable access token has another type") // of this version it has not
	}
	return &tokens{c: c, source: source}
}

// GetAccessToken implements credential.AccessTokenHandle.
func (k *tokens) GetAccessToken() (string, error) {
	return k.GetAccessTokenContext(context.Background())
}

// GetAccessTokenContext implements credential.AccessTokenContextHandle. Callers that come at once share one
// request, which goes on when the first of them gives up.
func (k *tokens) GetAccessTokenContext(ctx context.Context) (string, error) {
	if text := k.kept(); text != "" {
		return text, nil
	}
	done := k.flight.DoChan("", func() (any, error) {
		if text := k.kept(); text != "" { // a request that has just ended
			return text, nil
		}
		return k.fetch(context.WithoutCancel(ctx))
	})
	select {
	case r := <-done:
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", fmt.Errorf("%w: no access token in time", model.ErrWeChatBusy)
	}
}

func (k *tokens) kept() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.c.sdk.o.Clock().Before(k.until) {
		return k.text
	}
	return ""
}

// forget drops the token that WeChat has just refused.
func (k *tokens) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.text, k.until = "", time.Time{}
}

func (k *tokens) fetch(ctx context.Context) (string, error) {
	var text string
	err := k.c.call(ctx, "token", k.c.sdk.api, func(ctx context.Context, t *trip) error {
		got, err := k.source.GetAccessTokenDirectly(ctx, false)
		switch {
		case got.ErrCode != 0:
			return miniError(got.ErrCode, got.ErrMsg)
		case err != nil || got.AccessToken == "":
			return t.unclear()
		}
		text = got.AccessToken
		k.mu.Lock()
		defer k.mu.Unlock()
		k.text = text
		k.until = k.c.sdk.o.Clock().Add(time.Duration(got.ExpiresIn)*time.Second - tokenMargin)
		return nil
	})
	return text, err
}
