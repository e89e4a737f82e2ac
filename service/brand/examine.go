package brand

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
	"hutong/wechat"
)

// Attempt is what is to be tried in the place of what is stored.
type Attempt struct {
	MiniProgram *MiniProgram `json:"mini_program,omitempty" doc:"Left out: what is stored"`
	Merchant    *Merchant    `json:"merchant,omitempty" doc:"Left out: what is stored"`
}

// Check is a thing that is tried.
type Check string

// The checks, in the order in which they are shown.
const (
	CheckMiniProgram  Check = "mini_program"
	CheckMerchant     Check = "merchant"
	CheckCertificates Check = "platform_certificates" // where they are used
	CheckBinding      Check = "binding"               // what only a payment shows
	CheckPush         Check = "message_push"
	CheckClock        Check = "clock"
)

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	OutcomeOK          Outcome = "ok"
	OutcomeWrong       Outcome = "wrong"       // a setting has to be corrected
	OutcomeUnreachable Outcome = "unreachable" // WeChat did not answer: nothing is known
	OutcomeNotSet      Outcome = "not_set"
	OutcomeUntested    Outcome = "untested" // cannot be tried without an effect
)

// Finding is what came of a check.
type Finding struct {
	Check   Check
	Outcome Outcome
	Setting wechat.Setting // that WeChat complains of, where it says so
	Problem *model.Error   // what it means and what is to be done, for people
	Err     error          // what happened, for the log; nil when nothing is wrong
}

// Good tells whether it does not keep the brand from selling.
func (f Finding) Good() bool {
	return f.Outcome == OutcomeOK || f.Outcome == OutcomeUntested || f.Check == CheckPush && f.Outcome == OutcomeNotSet
}

// Examine tries what a brand has at WeChat, or what is in the attempt in its place, without storing or changing
// anything. Errors: model.Errs, each with its field.
func (s *Service) Examine(ctx context.Context, brandID int64, in Attempt) ([]Finding, error) {
	ctx = model.WithBrand(ctx, brandID)
	var c model.Credentials
	if err := s.db.Read(ctx).Take(&c).Error; err != nil && !database.IsNotFound(err) {
		return nil, fmt.Errorf("credentials of brand %d: %w", brandID, err)
	}
	a, err := s.open(brandID, c)
	if err != nil {
		return []Finding{{CheckMiniProgram, OutcomeWrong, "", model.ErrCheckKeyset, err}}, nil //nolint:nilerr // it is what was found
	}
	if err := in.over(&a, c); err != nil {
		return nil, err
	}
	findings := make([]Finding, 0, 6)
	for _, t := range s.platform.Try(ctx, a) {
		findings = append(findings, found(t, a))
	}
	if merchant := slices.IndexFunc(findings, func(f Finding) bool { return f.Check == CheckMerchant }); merchant >= 0 && findings[merchant].Outcome == OutcomeOK {
		findings = append(findings, s.proven(ctx, a))
	}
	push := Finding{Check: CheckPush, Outcome: OutcomeOK, Problem: model.ErrCheckPassed}
	if a.PushToken == "" || a.PushKey == "" {
		push.Outcome, push.Problem = OutcomeNotSet, model.ErrCheckNoPush
	}
	return append(findings, push), nil
}

// over puts an attempt in the place of what is stored.
func (in Attempt) over(a *wechat.Account, c model.Credentials) error {
	check := &checker{}
	if m := in.MiniProgram; m != nil {
		w := m.settings()
		check.miniProgram("mini_program.", w)
		if w.AppID != a.AppID {
			a.AppSecret, a.PushToken, a.PushKey = "", "", ""
		}
		a.AppID = w.AppID
		fill(&a.AppSecret, w.AppSecret)
		fill(&a.PushToken, w.PushToken)
		fill(&a.PushKey, w.PushKey)
	}
	if m := in.Merchant; m != nil {
		w := m.over(c)
		check.merchant("merchant.", w)
		if w.MchID != a.MchID {
			a.APIv3Key = ""
		}
		if w.MchID != a.MchID || w.CertSerial != a.CertSerial {
			a.PrivateKey = ""
		}
		a.MchID, a.CertSerial, a.PublicKeyID, a.PublicKey = w.MchID, w.CertSerial, w.PublicKeyID, w.PublicKey
		fill(&a.APIv3Key, w.APIv3Key)
		fill(&a.PrivateKey, w.PrivateKey)
	}
	if len(check.errs) > 0 {
		return check.errs
	}
	return nil
}

func fill(into *string, given Secret) {
	if given != "" {
		*into = string(given)
	}
}

// problems are what it means that WeChat complains of a setting.
var problems = map[wechat.Setting]*model.Error{
	wechat.SettingAppID: model.ErrCheckAppID, wechat.SettingAppSecret: model.ErrCheckAppSecret,
	wechat.SettingAddresses: model.ErrCheckAllowList, wechat.SettingPermissions: model.ErrCheckPermissions,
	wechat.SettingMerchant: model.ErrCheckMerchant, wechat.SettingSignature: model.ErrCheckSignature,
	wechat.SettingBinding: model.ErrCheckBinding,
}

// found is what came of a trial.
func found(t wechat.Trial, a wechat.Account) Finding {
	f := Finding{Check: Check(t.Part), Outcome: OutcomeWrong, Err: t.Err}
	var of *wechat.SettingError
	switch {
	case t.Err == nil:
		f.Outcome, f.Problem = OutcomeOK, model.ErrCheckPassed
	case unset(t.Part, a):
		f.Outcome, f.Problem = OutcomeNotSet, model.ErrCheckNotSet
	case errors.As(t.Err, &of):
		f.Setting, f.Problem = of.Setting, problems[of.Setting]
	case errors.Is(t.Err, model.ErrWeChatSettings): // nobody was called: a key is of another form
		f.Problem = model.ErrCheckKeys
	case errors.Is(t.Err, model.ErrWeChat) && t.Part == wechat.PartCertificates:
		f.Problem = model.ErrCheckAPIKey
	case errors.Is(t.Err, model.ErrWeChatBusy), errors.Is(t.Err, model.ErrRateLimited), errors.Is(t.Err, context.DeadlineExceeded):
		f.Outcome, f.Problem = OutcomeUnreachable, model.ErrCheckUnreachable
	default:
		f.Problem = model.ErrCheckAnswer
	}
	return f
}

func unset(p wechat.Part, a wechat.Account) bool {
	if p == wechat.PartMiniProgram {
		return a.AppID == "" || a.AppSecret == ""
	}
	return a.MchID == "" || a.APIv3Key == "" || a.PrivateKey == ""
}

// proven tells whether the numbers and keys that no trial can prove have been proven by a payment.
func (s *Service) proven(ctx context.Context, a wechat.Account) Finding {
	paid, err := there(s.db.Read(ctx).Model(&model.Payment{}).Where("status = ? AND app_id = ? AND mch_id = ?", model.PaymentPaid, a.AppID, a.MchID))
	if err == nil && paid {
		return Finding{CheckBinding, OutcomeOK, "", model.ErrCheckPassed, nil}
	}
	return Finding{CheckBinding, OutcomeUntested, "", model.ErrCheckUntested, err}
}

// maxSkew is how far from WeChat's this machine's clock may be; WeChat refuses signatures that are five minutes off.
const maxSkew = time.Minute

// Clock compares this machine's clock with WeChat's.
func Clock(ctx context.Context, p wechat.Platform) (time.Duration, Finding) {
	skew, err := p.Skew(ctx)
	switch {
	case err != nil:
		return 0, Finding{CheckClock, OutcomeUnreachable, "", model.ErrCheckUnreachable, fmt.Errorf("WeChat's clock cannot be read: %w", err)}
	case skew.Abs() > maxSkew:
		return skew, Finding{
			CheckClock, OutcomeWrong, "", model.ErrCheckClock.With("skew", skew.Abs().String()),
			fmt.Errorf("this machine's clock is %s from WeChat's, which refuses signatures of another time", skew.Abs()),
		}
	}
	return skew, Finding{CheckClock, OutcomeOK, "", model.ErrCheckPassed, nil}
}

// Try is Examine and Clock for the staff of the brand that ctx carries; that it was done is in the audit log. Errors:
// those of Examine.
func (s *Service) Try(ctx context.Context, in Attempt) ([]Finding, error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return nil, database.ErrNoBrand
	}
	b, err := s.ByID(ctx, brandID)
	if err != nil {
		return nil, err
	}
	findings, err := s.Examine(ctx, brandID, in)
	if err != nil {
		return nil, err
	}
	_, clock := Clock(ctx, s.platform)
	findings = append(findings, clock)
	outcomes := make(map[Check]Outcome, len(findings))
	for _, f := range findings {
		outcomes[f.Check] = f.Outcome
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "credentials.check", subject(b), nil, outcomes)
	})
	return findings, err
}
