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

// until is when the time to ask for something of a line has passed that began at since: 0 while it has not begun.
func until(since model.Millis, rule model.AfterSaleRule, fault bool) model.Millis {
	switch {
	case since == 0:
		return 0
	case fault:
		return endOfDays(since, max(rule.FaultDays, model.ReturnDays))
	}
	return endOfDays(since, model.ReturnDays)
}

// exchanged is when the last exchange of a line of an order ended, by the line's id. With what was sent instead of the
// goods the time to ask for something of the line begins anew.
func exchanged(tx *gorm.DB, o *model.Order) (map[int64]model.Millis, error) {
	var ends []struct {
		OrderLineID int64
		EndedAt     model.Millis
	}
	err := tx.Model(&model.AfterSaleLine{}).Select("after_sale_lines.order_line_id, MAX(e.created_at) AS ended_at").
		Joins("JOIN after_sales c ON c.brand_id = after_sale_lines.brand_id AND c.id = after_sale_lines.after_sale_id").
		Joins("JOIN after_sale_events e ON e.brand_id = c.brand_id AND e.after_sale_id = c.id").
		Where("c.order_id = ? AND e.from_state = ? AND e.to_state = ?", o.ID, model.AfterSaleResending, model.AfterSaleDone).
		Group("after_sale_lines.order_line_id").Scan(&ends).Error
	if err != nil {
		return nil, fmt.Errorf("exchanges of order %s: %w", o.No, err)
	}
	at := make(map[int64]model.Millis, len(ends))
	for _, e := range ends {
		at[e.OrderLineID] = e.EndedAt
	}
	return at, nil
}

// latest is when the time began to ask for something of the line that has it longest: 0 while the order is not received.
func latest(o *model.Order, exchanged map[int64]model.Millis) model.Millis {
	since := o.ReceivedAt
	for _, at := range exchanged {
		since = max(since, at)
	}
	return since
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
