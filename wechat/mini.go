package wechat

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	silenceper "github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/miniprogram/business"
	"github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/util"

	"hutong/model"
)

// codePattern are the codes that may go to WeChat: the SDK puts them into the query unescaped.
var codePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

func (c *client) openMini() error {
	if c.account.AppID == "" || c.account.AppSecret == "" {
		return fmt.Errorf("%w: appid or secret is missing", model.ErrWeChatSettings)
	}
	// The SDK insists on a cache, of which it would use nothing but access tokens; those are ours.
	mini := silenceper.NewWechat().GetMiniProgram(&config.Config{
		AppID: c.account.AppID, AppSecret: c.account.AppSecret, Cache: cache.NewMemory(), UseStableAK: true,
	})
	c.tokens = newTokens(c)
	mini.SetAccessTokenContextHandle(c.tokens)
	c.auth, c.business = mini.GetAuth(), mini.GetBusiness()
	return nil
}

// Login implements Client.
func (c *client) Login(ctx context.Context, code string) (Login, error) {
	if !codePattern.MatchString(code) {
		return Login{}, model.ErrCodeMalformed
	}
	var out Login
	err := c.call(ctx, "login", c.sdk.api, func(ctx context.Context, t *trip) error {
		got, err := c.auth.Code2SessionContext(ctx, code)
		switch {
		case got.ErrCode != 0:
			return miniError(got.ErrCode, got.ErrMsg)
		case err != nil || got.OpenID == "":
			return t.unclear()
		}
		out = Login{OpenID: got.OpenID, UnionID: got.UnionID, SessionKey: got.SessionKey}
		return nil
	})
	return out, err
}

// Phone implements Client.
func (c *client) Phone(ctx context.Context, code string) (Phone, error) {
	if !codePattern.MatchString(code) {
		return Phone{}, model.ErrCodeMalformed
	}
	var out Phone
	err := c.call(ctx, "phone", c.sdk.api, func(ctx context.Context, t *trip) error {
		got, err := c.business.GetPhoneNumberWithContext(ctx, &business.GetPhoneNumberRequest{Code: code})
		var refused *util.CommonError
		if errors.As(err, &refused) && staleToken(refused.ErrCode) {
			c.tokens.forget()
			got, err = c.business.GetPhoneNumberWithContext(ctx, &business.GetPhoneNumberRequest{Code: code})
		}
		var known *model.Error
		switch {
		case errors.As(err, &refused):
			return miniError(refused.ErrCode, refused.ErrMsg)
		case errors.As(err, &known):
			return err // of the access token, and already ours
		case err != nil || got.PurePhoneNumber == "":
			return t.unclear()
		}
		out = Phone{Number: got.PurePhoneNumber, CountryCode: got.CountryCode}
		return nil
	})
	return out, err
}

// staleToken tells whether WeChat refused the access token, which the SDK does not handle: another program
// may have refreshed it by force, or the secret has changed.
func staleToken(code int64) bool {
	return code == 40001 || code == 40014 || code == 42001
}

// miniError is the meaning of an errcode of api.weixin.qq.com.
func miniError(code int64, message string) error {
	known := model.ErrWeChat
	switch code {
	case -1:
		known = model.ErrWeChatBusy
	case 40029:
		// One errcode for many a reason; where the text gives away that the code was made for another mini
		// program, that is the better answer.
		known = model.ErrCodeInvalid
		if strings.Contains(message, "appid") {
			known = model.ErrCodeForeign
		}
	case 40163:
		known = model.ErrCodeUsed
	case 42003:
		known = model.ErrCodeExpired
	case 41008:
		known = model.ErrCodeMalformed
	case 40226:
		known = model.ErrUserBlocked
	case 45009, 45011:
		known = model.ErrRateLimited
	case 40001, 40013, 40014, 40125, 40164, 41002, 41004, 42001, 48001, 50002:
		known = model.ErrWeChatSettings
	}
	setting := settingOf(code)
	return naming(setting, fmt.Errorf("%w: errcode %d%s", known, code, settingWords[setting]))
}

// settingOf is the setting that an errcode complains of.
func settingOf(code int64) Setting {
	switch code {
	case 40013, 41002:
		return SettingAppID
	case 40125, 41004, 40001:
		return SettingAppSecret
	case 40164:
		return SettingAddresses
	case 48001, 50002:
		return SettingPermissions
	}
	return ""
}

var settingWords = map[Setting]string{
	SettingAppID: " (the appid)", SettingAppSecret: " (the appsecret)",
	SettingAddresses: " (the IP allow-list of the mini program)", SettingPermissions: " (the mini program's permissions)",
}
