package brand

import (
	"context"
	"fmt"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// AfterSale is how a brand takes things back. What is left out is as usual in the trade:
// model.DefaultAfterSaleRule.
type AfterSale struct {
	AnswerHours     int64              `json:"answer_hours,omitempty" yaml:"answer_hours,omitempty"` // for staff to answer
	SendDays        int64              `json:"send_days,omitempty" yaml:"send_days,omitempty"`       // for the consumer to send the goods
	ReceiveDays     int64              `json:"receive_days,omitempty" yaml:"receive_days,omitempty"` // for staff to confirm them
	ResendDays      int64              `json:"resend_days,omitempty" yaml:"resend_days,omitempty"`   // for staff to send the replacement
	ConfirmDays     int64              `json:"confirm_days,omitempty" yaml:"confirm_days,omitempty"` // for the consumer to confirm it
	AppealDays      int64              `json:"appeal_days,omitempty" yaml:"appeal_days,omitempty"`   // for the consumer to appeal
	FaultDays       int64              `json:"fault_days,omitempty" yaml:"fault_days,omitempty"`     // after receipt, for faults; at least 7
	InstantRefund   bool               `json:"instant_refund,omitempty" yaml:"instant_refund,omitempty"`
	FreightBack     model.FreightBack  `json:"freight_back,omitempty" yaml:"freight_back,omitempty"` // never, whole
	CompensationFen model.Fen          `json:"compensation_fen,omitempty" yaml:"compensation_fen,omitempty"`
	ReturnPlace     *model.ReturnPlace `json:"return_place,omitempty" yaml:"return_place,omitempty"` // without one, staff name it in each case
}

// rule is the row with the defaults in the place of what is left out.
func (a AfterSale) rule() model.AfterSaleRule {
	r := model.DefaultAfterSaleRule
	for _, of := range a.spans(&r) {
		if of.given != 0 {
			*of.into = of.given
		}
	}
	if a.FreightBack != "" {
		r.FreightBack = a.FreightBack
	}
	if a.ReturnPlace != nil {
		r.ReturnPlace = *a.ReturnPlace
	}
	r.InstantRefund, r.CompensationFen = a.InstantRefund, a.CompensationFen
	return r
}

// span is a setting that is a length of time, in hours or days, and what it may be.
type span struct {
	field       string
	given       int64
	into        *int64
	least, most int64
}

func (a AfterSale) spans(r *model.AfterSaleRule) []span {
	return []span{
		{"answer_hours", a.AnswerHours, &r.AnswerHours, 1, 240},
		{"send_days", a.SendDays, &r.SendDays, 3, 60},
		{"receive_days", a.ReceiveDays, &r.ReceiveDays, 1, 30},
		{"resend_days", a.ResendDays, &r.ResendDays, 1, 30},
		{"confirm_days", a.ConfirmDays, &r.ConfirmDays, 3, 30},
		{"appeal_days", a.AppealDays, &r.AppealDays, 3, 30},
		{"fault_days", a.FaultDays, &r.FaultDays, model.ReturnDays, 180},
	}
}

func (c *checker) afterSale(at string, a *AfterSale) {
	if a == nil {
		return
	}
	for _, of := range a.spans(&model.AfterSaleRule{}) {
		c.must(of.given == 0 || of.given >= of.least && of.given <= of.most, at+of.field, "%d to %d", of.least, of.most)
	}
	switch a.FreightBack {
	case "", model.FreightBackNever, model.FreightBackWhole:
	default:
		c.must(false, at+"freight_back", "%s or %s", model.FreightBackNever, model.FreightBackWhole)
	}
	c.must(inMoney(a.CompensationFen), at+"compensation_fen", wantMoney)
	if p := a.ReturnPlace; p != nil {
		c.length(at+"return_place.name", p.Name, 64)
		c.length(at+"return_place.phone", p.Phone, 32)
		c.length(at+"return_place.address", p.Address, 256)
	}
}

func (c *checker) length(field, value string, most int) {
	n := utf8.RuneCountInString(value)
	c.must(n >= 1 && n <= most, field, "1 to %d characters", most)
}

// applyAfterSale writes the brand's rule. The brand's own row is locked by then.
func applyAfterSale(tx *gorm.DB, a AfterSale) error {
	rule := a.rule()
	var known model.AfterSaleRule
	err := tx.Take(&known).Error
	switch {
	case database.IsNotFound(err):
		err = tx.Create(&rule).Error
	case err == nil:
		err = tx.Model(&model.AfterSaleRule{}).Where("id = ?", known.ID).Updates(map[string]any{
			"answer_hours": rule.AnswerHours, "send_days": rule.SendDays, "receive_days": rule.ReceiveDays,
			"resend_days": rule.ResendDays, "confirm_days": rule.ConfirmDays, "appeal_days": rule.AppealDays,
			"fault_days": rule.FaultDays, "instant_refund": rule.InstantRefund, "freight_back": rule.FreightBack,
			"compensation_fen": rule.CompensationFen, "return_place": rule.ReturnPlace,
		}).Error
	}
	if err != nil {
		return fmt.Errorf("after-sale rule: %w", err)
	}
	return nil
}

// AfterSaleSettings are a brand's after-sale rule, of which nothing is left out when it is read.
type AfterSaleSettings struct {
	AfterSale
	Version string `json:"version" maxLength:"32" doc:"The one that was read: when it is not the present one any more, the answer is changed_meanwhile"`
}

// AfterSale is the rule of the brand that ctx carries.
func (s *Service) AfterSale(ctx context.Context) (AfterSaleSettings, error) {
	return afterSaleSettings(s.db.Read(ctx))
}

func afterSaleSettings(tx *gorm.DB) (AfterSaleSettings, error) {
	r := model.DefaultAfterSaleRule
	if err := tx.Take(&r).Error; err != nil && !database.IsNotFound(err) {
		return AfterSaleSettings{}, fmt.Errorf("after-sale rule: %w", err)
	}
	a := AfterSale{
		AnswerHours: r.AnswerHours, SendDays: r.SendDays, ReceiveDays: r.ReceiveDays, ResendDays: r.ResendDays,
		ConfirmDays: r.ConfirmDays, AppealDays: r.AppealDays, FaultDays: r.FaultDays,
		InstantRefund: r.InstantRefund, FreightBack: r.FreightBack, CompensationFen: r.CompensationFen,
	}
	if r.ReturnPlace != (model.ReturnPlace{}) {
		a.ReturnPlace = &r.ReturnPlace
	}
	return AfterSaleSettings{a, versionOf(a)}, nil
}

// SetAfterSale changes the rule of the brand that ctx carries; what is left out is as usual in the trade. Errors:
// model.Errs, each with its field; ErrChangedMeanwhile.
func (s *Service) SetAfterSale(ctx context.Context, in AfterSaleSettings) (AfterSaleSettings, error) {
	c := &checker{}
	if c.afterSale("", &in.AfterSale); len(c.errs) > 0 {
		return AfterSaleSettings{}, c.errs
	}
	var after AfterSaleSettings
	_, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		before, err := afterSaleSettings(tx)
		if err != nil {
			return err
		}
		if before.Version != in.Version {
			return model.ErrChangedMeanwhile
		}
		if err := applyAfterSale(tx, in.AfterSale); err != nil {
			return err
		}
		if after, err = afterSaleSettings(tx); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "after_sale_rule.change", subject(b), before.AfterSale, after.AfterSale)
	})
	return after, err
}
