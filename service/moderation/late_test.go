package moderation_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// What WeChat refuses for good would be refused again.
func TestWhatWeChatDoesNotTakeIsForAPerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
			return tx.Model(&model.User{}).Where("id = ?", d.author).Update("openid", "of-another-app").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		d.ask(t, 1, "好看")
		d.ask(t, 2, "", "/media/a.jpg")
		d.RunJobs()
		d.want(t, "1 review", "2 review")
		if n := d.Count(&model.ContentCheck{}, "reason = 'not_taken'"); n != 2 {
			t.Errorf("%d of 2 say why", n)
		}
	})
}

// A push that knows no trace, committed just after somebody looked for it, is found soon and not when patience ends.
func TestAVerdictThatCrossesItsTraceIsFoundSoon(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.fault(t, simulator.OpPush, simulator.Lost)
		d.ask(t, 1, "", "/media/a.jpg")
		d.RunJobs()
		trace := d.traces(t, 1)[0]
		err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
			return tx.Create(&model.Callback{
				NotificationID: trace, Event: wechat.EventMediaCheck, Number: trace,
				Outcome: model.CallbackUnknown, Detail: string(model.VerdictRisky), Deliveries: 1,
			}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		d.want(t)
		d.Later(15 * time.Second)
		d.want(t, "1 risky")
	})
}
