package message_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/message"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// remaining is how many messages of a template a consumer still allows.
func remaining(t *testing.T, s *testshop.Shop, b *testshop.Buyer, id string) int64 {
	t.Helper()
	var g model.MessageGrant
	if err := s.DB.Read(s.Ctx).Where("user_id = ? AND template_id = ?", b.UserID, id).Take(&g).Error; err != nil {
		t.Fatal(err)
	}
	return g.Remaining
}

// The process died between asking WeChat and hearing its answer: nobody knows, and it is not asked again.
func TestAMessageThatWasBegunIsNotBegunAgain(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 1, 1)
		paid(t, s, b)
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			err := tx.Model(&model.MessageGrant{}).Where("user_id = ?", b.UserID).Update("remaining", 0).Error
			if err != nil {
				return err
			}
			return tx.Model(&model.Message{}).Where("user_id = ?", b.UserID).
				Updates(map[string]any{"status": model.MessageSending, "template_id": template}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		s.RunJobs()
		if got, n := states(t, s), len(s.Sim.Messages()); got != "unclear:no_answer" || n != 0 {
			t.Errorf("%s, %d sent", got, n)
		}
	})
}

// A leave that nobody has taken does not come back.
func TestALeaveComesBackOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 1, 0)
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return message.GiveBack(tx, b.UserID, template) })
		if n := remaining(t, s, b, template); err != nil || n != 1 {
			t.Errorf("%d remaining, %v", n, err)
		}
	})
}

// What happened more than a day ago is no news.
func TestOldNewsIsNotTold(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 1, 1)
		paid(t, s, b)
		s.Clock.Turn(25 * time.Hour)
		s.RunJobs()
		if got, n := states(t, s), len(s.Sim.Messages()); got != "failed:too_late" || n != 0 || remaining(t, s, b, template) != 1 {
			t.Errorf("%s, %d sent, %d remaining", got, n, remaining(t, s, b, template))
		}
	})
}

// Staff choose another template while a message waits to be tried again: it takes a leave for that one, if there is any,
// and the leave that it held comes back.
func TestATemplateIsChangedUnderWay(t *testing.T) {
	const other = "paid-template-again-0123456789"
	for name, c := range map[string]struct {
		leave bool
		want  string
	}{"with leave": {true, "sent"}, "without": {false, "unasked:no_leave"}} {
		t.Run(name, func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				b := s.Buyer()
				allow(t, s, b, 1, 1)
				paid(t, s, b)
				if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: simulator.ErrorBefore}); err != nil {
					t.Fatal(err)
				}
				s.RunJobs()
				if got := states(t, s); got != "held" {
					t.Fatal(got)
				}
				change(t, s, other)
				if c.leave {
					if _, err := s.Message.Grant(s.Ctx, b.UserID, "grant-other", []string{other}); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Sim.Grant(s.Merchant.AppID, b.Name, other); err != nil {
					t.Fatal(err)
				}
				s.Later(10 * time.Minute)
				if got := states(t, s); got != c.want || remaining(t, s, b, template) != 1 {
					t.Errorf("%s, want %s; %d leaves came back", got, c.want, remaining(t, s, b, template))
				}
				if c.leave && remaining(t, s, b, other) != 0 {
					t.Error("the other's leave was not taken")
				}
			})
		})
	}
}

// change makes another template the one by which consumers are told that an order is paid.
func change(t *testing.T, s *testshop.Shop, id string) {
	t.Helper()
	_, err := s.Sim.AddTemplate(simulator.Template{AppID: s.Merchant.AppID, ID: id, Title: "Paid", Fields: map[string]string{"thing1": "Shop"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Brand.Apply(t.Context(), brand.Spec{
		Slug: s.Row.Slug, Name: s.Row.Name, Languages: s.Row.Languages, Theme: s.Row.Theme,
		Messages: []brand.MessageTemplate{{
			Event: model.MessageOrderPaid, Template: id, Fields: []model.MessageField{{Name: "thing1", Value: model.FactShop}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
