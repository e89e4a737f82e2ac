package message_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/fulfilment"
	"hutong/service/message"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

const (
	template        = "paid-template-0123456789"
	shippedTemplate = "shipped-template-0123456789"
)

// shop is a shop that tells its consumers when an order is paid.
func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop(func(b *brand.Spec) {
			b.Messages = []brand.MessageTemplate{{
				Event: model.MessageOrderPaid, Template: template, Page: "pages/order/detail?no={order}",
				Fields: []model.MessageField{
					{Name: "character_string1", Value: model.FactOrder},
					{Name: "thing2", Value: model.FactGoods},
					{Name: "amount3", Value: model.FactAmount},
					{Name: "time4", Value: model.FactTime},
				},
			}, {
				Event: model.MessageOrderShipped, Template: shippedTemplate,
				Fields: []model.MessageField{{Name: "thing1", Value: model.FactCarrier}, {Name: "character_string2", Value: model.FactWaybill}},
			}}
		})
		if _, err := s.Sim.AddTemplate(simulator.Template{AppID: s.Merchant.AppID, ID: shippedTemplate, Title: "Shipped", Fields: map[string]string{
			"thing1": "Carrier", "character_string2": "Waybill",
		}}); err != nil {
			t.Fatal(err)
		}
		_, err := s.Sim.AddTemplate(simulator.Template{AppID: s.Merchant.AppID, ID: template, Title: "Paid", Fields: map[string]string{
			"character_string1": "Order", "thing2": "Goods", "amount3": "Amount", "time4": "Time",
		}})
		if err != nil {
			t.Fatal(err)
		}
		test(t, s)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

// allow lets a consumer allow messages, so many here and so many at WeChat.
func allow(t *testing.T, s *testshop.Shop, b *testshop.Buyer, here, atWeChat int) {
	t.Helper()
	for i := range here {
		if _, err := s.Message.Grant(s.Ctx, b.UserID, fmt.Sprintf("grant-%04d", i), []string{template}); err != nil {
			t.Fatal(err)
		}
	}
	for range atWeChat {
		if err := s.Sim.Grant(s.Merchant.AppID, b.Name, template); err != nil {
			t.Fatal(err)
		}
	}
}

// What was sent is told with its carrier, in the consumer's language, and its waybill.
func TestShippedIsTold(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		if _, err := s.Message.Grant(s.Ctx, b.UserID, "grant-shipped", []string{shippedTemplate}); err != nil {
			t.Fatal(err)
		}
		if err := s.Sim.Grant(s.Merchant.AppID, b.Name, shippedTemplate); err != nil {
			t.Fatal(err)
		}
		no := paid(t, s, b)
		_, err := s.Fulfilment.Ship(s.Ctx, "key-ship", no, fulfilment.Shipment{
			Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "SF", Waybill: "SF1234567890123"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Later(time.Minute)
		sent := s.Sim.Messages()
		if len(sent) != 1 || sent[0].TemplateID != shippedTemplate || sent[0].Fields["thing1"] != "SF Express" ||
			sent[0].Fields["character_string2"] != "SF1234567890123" {
			t.Errorf("%+v, %s", sent, states(t, s))
		}
	})
}

func paid(t *testing.T, s *testshop.Shop, b *testshop.Buyer) string {
	t.Helper()
	o := b.MustOrder(b.Wants(s.SKU(1_250, 9), 1))
	if err := b.Pay(o.No); err != nil {
		t.Fatal(err)
	}
	s.Deliver()
	return o.No
}

// states is what became of the messages, the newest first.
func states(t *testing.T, s *testshop.Shop) string {
	t.Helper()
	views, _, err := s.Message.List(s.Ctx, nil, 0, 50)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, v := range views {
		all = append(all, strings.TrimSuffix(string(v.Status)+":"+v.Reason, ":"))
	}
	return strings.Join(all, " ")
}

// A consumer who has allowed it is told once that the order is paid, in words that WeChat takes.
func TestPaidIsToldOnce(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 1, 1)
		no := paid(t, s, b)
		s.RunJobs()
		sent := s.Sim.Messages()
		if len(sent) != 1 || sent[0].Fields["character_string1"] != no || sent[0].Fields["amount3"] != "¥12.50" ||
			sent[0].Page != "pages/order/detail?no="+no {
			t.Fatalf("%+v", sent)
		}
		if got := states(t, s); got != "sent" {
			t.Error(got)
		}
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { // the same event again is no second message
			return s.Message.Tell(s.Ctx, tx, message.Note{UserID: b.UserID, Event: model.MessageOrderPaid, Subject: no})
		})
		if err != nil {
			t.Fatal(err)
		}
		s.Later(time.Hour)
		if n := len(s.Sim.Messages()); n != 1 || s.Count(&model.Message{}, "1 = 1") != 1 {
			t.Errorf("%d messages were sent: %s", n, states(t, s))
		}
	})
}

// Without a leave nothing is sent; a leave that WeChat knows nothing of (43101) sets the count to zero.
func TestNoLeaveNoMessage(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		paid(t, s, b)
		s.RunJobs()
		if got := states(t, s); got != "unasked:no_leave" {
			t.Error(got)
		}
		allow(t, s, b, 3, 0)
		paid(t, s, b)
		s.RunJobs()
		if got := states(t, s); got != "unasked:refused unasked:no_leave" {
			t.Error(got)
		}
		templates, err := s.Message.Templates(s.Ctx, b.UserID)
		if err != nil || len(templates) != 2 || templates[0].Remaining != 0 {
			t.Errorf("%+v, %v", templates, err)
		}
	})
}

// A leave that is given while WeChat says that there was none is not taken for one that was there.
func TestALeaveThatIsGivenMeanwhileStays(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 2, 0)
		paid(t, s, b)
		s.BeforeWeChat = func(r *http.Request) {
			if strings.Contains(r.URL.Path, "subscribe/send") {
				s.BeforeWeChat = nil
				if _, err := s.Message.Grant(s.Ctx, b.UserID, "grant-meanwhile", []string{template}); err != nil {
					t.Error(err)
				}
			}
		}
		s.RunJobs()
		if got := states(t, s); got != "unasked:refused" {
			t.Error(got)
		}
		templates, err := s.Message.Templates(s.Ctx, b.UserID)
		if err != nil || templates[0].Remaining != 1 {
			t.Errorf("%+v, %v", templates, err)
		}
	})
}

// Sixteen messages at once and three leaves: three are sent.
func TestLeavesAreCounted(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		allow(t, s, b, 3, 16)
		err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
			for i := range 16 {
				n := message.Note{UserID: b.UserID, Event: model.MessageOrderPaid, Subject: fmt.Sprint(i), Facts: model.MessageFacts{
					Order: fmt.Sprint(i), Goods: model.Text{"en": "Bag"}, Amount: 100, At: model.At(s.Clock.Now()),
				}}
				if err := s.Message.Tell(s.Ctx, tx, n); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		errs := testdb.Race(16, func(int) error {
			for {
				if ran, err := s.RunJob(t.Context()); err != nil || !ran {
					return err
				}
			}
		})
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		s.RunJobs()
		if n := len(s.Sim.Messages()); n != 3 {
			t.Errorf("%d messages sent: %s", n, states(t, s))
		}
		if n := s.Count(&model.Message{}, "status = ?", model.MessageSent); n != 3 {
			t.Errorf("%d are said to be sent", n)
		}
	})
}

// WeChat fails before the effect: the leave is kept, and it is tried again. It breaks off after the effect, so that
// nobody knows: it is not sent a second time.
func TestAMessageIsSentAtMostOnce(t *testing.T) {
	for kind, want := range map[simulator.FaultKind]string{
		simulator.ErrorBefore: "sent", simulator.RateLimit: "sent",
		simulator.ErrorAfter: "unclear:no_answer", simulator.Drop: "unclear:no_answer",
	} {
		t.Run(string(kind), func(t *testing.T) {
			shop(t, func(t *testing.T, s *testshop.Shop) {
				b := s.Buyer()
				allow(t, s, b, 1, 2)
				paid(t, s, b)
				if err := s.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: kind}); err != nil {
					t.Fatal(err)
				}
				for range 4 {
					s.Later(10 * time.Minute)
				}
				if got, n := states(t, s), len(s.Sim.Messages()); got != want || n != 1 {
					t.Errorf("%s, %d sent; want %s, 1", got, n, want)
				}
			})
		})
	}
}

// A report of leave counts once, and only for templates that the brand uses.
func TestGrants(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer()
		for _, bad := range [][]string{{"unknown-template-01234567"}, {template, template}, make([]string, 6)} {
			if _, err := s.Message.Grant(s.Ctx, b.UserID, "grant-bad", bad); err == nil {
				t.Errorf("%v is taken", bad)
			}
		}
		errs := testdb.Race(8, func(int) error {
			_, err := s.Message.Grant(s.Ctx, b.UserID, "grant-once", []string{template})
			return err
		})
		templates, err := s.Message.Templates(s.Ctx, b.UserID)
		if err != nil || errors.Join(errs...) != nil || templates[0].Remaining != 1 {
			t.Errorf("%+v, %v, %v", templates, err, errors.Join(errs...))
		}
	})
}
