package aftersale_test

import (
	"testing"
	"time"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// Who has not sent the goods a day before their time ends is told so, once; who has is left in peace.
func TestReminder(t *testing.T) {
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop(func(spec *brand.Spec) {
			spec.AfterSale = &brand.AfterSale{ReturnPlace: &place}
			spec.Messages = []brand.MessageTemplate{{
				Event: model.MessageAfterSaleDue, Template: "due-template-0123456789",
				Fields: []model.MessageField{{Name: "time1", Value: model.FactDeadline}},
			}}
		})
		d := &desk{Shop: s, t: t, staff: model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})}
		v := d.sold(1).shipped(1).received().applied(wish(back, "faulty", 1))
		v.must(v.agree(aftersale.Consent{}))
		w := d.sold(1).shipped(1).received().applied(wish(back, "faulty", 1))
		w.must(w.agree(aftersale.Consent{}))
		w.must(w.sendBack())
		due := v.now().DeadlineAt

		d.Later(6*day - time.Second)
		if n := d.Count(&model.Message{}, "1 = 1"); n != 0 {
			t.Errorf("%d messages too early", n)
		}
		d.Later(time.Second)
		var told []model.Message
		if err := d.DB.Read(d.Ctx).Find(&told).Error; err != nil || len(told) != 1 {
			t.Fatal(told, err)
		}
		if m := told[0]; m.UserID != v.buyer.UserID || m.Subject != v.of || m.Facts.Order != v.no || m.Facts.Deadline != due || m.Facts.Goods == nil {
			t.Errorf("%+v", m)
		}
		d.Audit(t)
	}, testdb.Clock(clock.Now))
}
