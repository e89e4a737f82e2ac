package aftersale

import (
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
)

// ruleOf is how the brand takes things back.
func ruleOf(tx *gorm.DB) (model.AfterSaleRule, error) {
	rule := model.DefaultAfterSaleRule
	var own model.AfterSaleRule
	if err := tx.Take(&own).Error; database.IsNotFound(err) {
		return rule, nil
	} else if err != nil {
		return rule, fmt.Errorf("after-sale rule: %w", err)
	}
	return own, nil
}

// china is where the days of the law are counted.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// endOfDays is the end of so many calendar days from the day after an instant.
func endOfDays(from model.Millis, days int64) model.Millis {
	y, m, d := from.Time().In(china).Date()
	return model.At(time.Date(y, m, d+int(days)+1, 0, 0, 0, 0, china))
}

// until is when the time to ask for something has passed: 0 while the order is not received.
func until(o *model.Order, rule model.AfterSaleRule, fault bool) model.Millis {
	switch {
	case o.ReceivedAt == 0:
		return 0
	case fault:
		return endOfDays(o.ReceivedAt, max(rule.FaultDays, model.ReturnDays))
	}
	return endOfDays(o.ReceivedAt, model.ReturnDays)
}

// deadline is when a case that comes into a state now goes on by itself; 0: never.
func (f *file) deadline(to model.AfterSaleStatus, now model.Millis) model.Millis {
	const day = 24 * time.Hour
	days := func(n int64) model.Millis { return now.Add(time.Duration(n) * day) }
	switch to {
	case model.AfterSaleApplied:
		return now.Add(time.Duration(f.rule.AnswerHours) * time.Hour)
	case model.AfterSaleAgreed:
		return days(f.rule.SendDays)
	case model.AfterSaleSending:
		return days(f.rule.ReceiveDays)
	case model.AfterSaleReceived:
		return days(f.rule.ResendDays)
	case model.AfterSaleResending:
		return days(f.rule.ConfirmDays)
	case model.AfterSaleRefused:
		if !f.c.Appealed {
			return days(f.rule.AppealDays)
		}
	}
	return 0
}
