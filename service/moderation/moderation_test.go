package moderation_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/moderation"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// desk is a shop with a subject of its own, and what was told of it.
type desk struct {
	*testshop.Shop
	author int64
	mu     sync.Mutex
	told   []string
	serial atomic.Int64
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := testshop.NewWorld(t, db, clock).Shop()
		d := &desk{Shop: s, author: s.Buyer().UserID}
		s.Moderation.For("test", func(_ context.Context, _ *gorm.DB, id int64, v model.Verdict) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.told = append(d.told, fmt.Sprintf("%d %s", id, v))
			return nil
		})
		test(t, d)
		s.Audit(t)
	}, testdb.Clock(clock.Now))
}

func (d *desk) ask(t *testing.T, id int64, text string, pictures ...string) {
	t.Helper()
	err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
		return d.Moderation.Ask(d.Ctx, tx, moderation.Subject{Kind: "test", ID: id}, d.author, text, pictures)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settle asks WeChat, and lets it answer.
func (d *desk) settle() {
	d.RunJobs()
	d.Later(6 * time.Second)
}

func (d *desk) want(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.told, want) {
		t.Errorf("told %q, want %q", d.told, want)
	}
}

func (d *desk) fault(t *testing.T, op simulator.Op, kind simulator.FaultKind) {
	t.Helper()
	if err := d.Sim.AddFault(simulator.Fault{Op: op, Kind: kind}); err != nil {
		t.Fatal(err)
	}
}

func TestTheWorstVerdictIsToldOnceAllAreIn(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.ask(t, 1, "")
		d.want(t, "1 pass")
		d.ask(t, 2, "好看", "/media/a.jpg", "/media/b.jpg")
		d.RunJobs()
		d.want(t, "1 pass") // the pictures are out
		d.settle()
		d.want(t, "1 pass", "2 pass")
		d.fault(t, simulator.OpCheckPicture, simulator.SuggestReview)
		d.ask(t, 3, "好看", "/media/a.jpg", "/media/b.jpg")
		d.settle()
		d.ask(t, 4, simulator.RiskyWord, "/media/a.jpg")
		d.settle()
		d.want(t, "1 pass", "2 pass", "3 review", "4 risky")
		if n := d.Count(&model.ContentCheck{}, "kind = ? AND content <> ''", model.CheckText); n != 0 {
			t.Errorf("%d texts are kept", n)
		}
	})
}

func TestVerdictsThatComeOddly(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		// Before the answer that says its trace.
		early := 0
		d.AfterWeChat = func(r *http.Request) {
			if r.URL.Path == "/wxa/media_check_async" {
				d.Clock.Turn(5 * time.Second)
				early += len(d.Deliver())
			}
		}
		d.ask(t, 1, "", "/media/a.jpg")
		d.RunJobs()
		d.AfterWeChat = nil
		if early != 1 {
			t.Errorf("%d pushes before the answer", early)
		}
		d.want(t, "1 pass")

		d.fault(t, simulator.OpCheckPicture, simulator.SuggestRisky)
		d.fault(t, simulator.OpPush, simulator.Concurrent)
		d.ask(t, 2, "", "/media/a.jpg")
		d.settle()
		d.want(t, "1 pass", "2 risky")

		for _, kind := range []simulator.FaultKind{simulator.Plaintext, simulator.WrongKey, simulator.BadSignature, simulator.Skew, simulator.Truncated} {
			d.fault(t, simulator.OpPush, kind)
			d.ask(t, 3, "", "/media/"+string(kind)+".jpg")
			d.RunJobs()
			d.Clock.Turn(4 * time.Second)
			if out := d.Deliver(); len(out) != 1 || out[0].Fault != kind || out[0].Accepted {
				t.Errorf("%s: %+v", kind, out)
			}
			d.settle() // WeChat tries again, as it should be
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if last := d.told[len(d.told)-1]; last != "3 pass" {
			t.Errorf("told %q", d.told)
		}
	})
}

func TestWhoWasAwayAndWhatNeverComesIsForAPerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.fault(t, simulator.OpPush, simulator.Lost)
		d.ask(t, 1, "", "/media/a.jpg")
		d.RunJobs()
		d.Later(20 * time.Minute)
		d.want(t)
		d.Later(12 * time.Minute)
		d.want(t, "1 review")
		d.Clock.Turn(3 * time.Hour)
		d.ask(t, 2, "好看")
		d.ask(t, 3, "", "/media/a.jpg")
		d.Later(0)
		d.want(t, "1 review", "2 review", "3 review")
	})
}

// A verdict that was told while its trace was being written waits in the log, and is found soon.
func TestAVerdictThatCrossesIsFoundSoon(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.fault(t, simulator.OpPush, simulator.Lost)
		d.ask(t, 1, "", "/media/a.jpg")
		d.settle()
		var c model.ContentCheck
		if err := d.DB.Read(d.Ctx).Take(&c).Error; err != nil || c.Status != model.CheckAsked {
			t.Fatalf("%+v, %v", c, err)
		}
		err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
			return tx.Create(&model.Callback{
				NotificationID: c.TraceID, Event: wechat.EventMediaCheck, Number: c.TraceID, Outcome: model.CallbackUnknown,
				Detail: string(model.VerdictRisky), Deliveries: 1,
			}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		d.Later(15 * time.Second)
		d.want(t, "1 risky")
	})
}

// A person looks when WeChat cannot be asked for an hour: nobody's words wait for ever.
func TestWhatCannotBeAskedIsForAPerson(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, op := range []simulator.Op{simulator.OpCheckText, simulator.OpCheckPicture} {
			if err := d.Sim.AddFault(simulator.Fault{Op: op, Kind: simulator.RateLimit, Times: -1}); err != nil {
				t.Fatal(err)
			}
		}
		d.ask(t, 1, "好看", "/media/a.jpg")
		for range 55 {
			d.Later(time.Minute)
		}
		d.want(t)
		for range 60 {
			d.Later(time.Minute)
		}
		d.want(t, "1 review")
		if n := d.Count(&model.ContentCheck{}, "reason = 'no_answer' AND verdict = ?", model.VerdictReview); n != 2 {
			t.Errorf("%d are for a person", n)
		}
	})
}

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

// A fault of WeChat's is tried again, and what is asked twice is told once.
func TestAskingIsRepeated(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		for _, kind := range []simulator.FaultKind{simulator.ErrorBefore, simulator.ErrorAfter, simulator.Drop} {
			d.fault(t, simulator.OpCheckText, kind)
			d.fault(t, simulator.OpCheckPicture, kind)
		}
		d.ask(t, 1, "好看", "/media/a.jpg")
		for range 20 {
			d.Later(10 * time.Second)
		}
		d.want(t, "1 pass")
	})
}

func TestAPushForAnotherShopIsRefused(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		other := d.World.Shop()
		address, body, err := d.Sim.SealPush(other.Merchant.AppID, "", []byte(`{"MsgType":"event","Event":"x","CreateTime":1}`), d.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		query := queryOf(t, address)
		if _, err := d.Push.Pushed(d.Ctx, query, body); err == nil {
			t.Error("it was taken")
		}
		for range 2 {
			if _, err := d.Push.Pushed(other.Ctx, query, body); err != nil {
				t.Error(err)
			}
		}
		if n := other.Count(&model.Callback{}, "event = 'x' AND deliveries = 2"); n != 1 {
			t.Errorf("%d are logged", n)
		}
		if err := d.Sim.SetPushURL(t.Context(), d.Merchant.AppID, other.Merchant.PushURL); err == nil {
			t.Error("another shop's address has answered")
		}
		if err := d.Sim.SetPushURL(t.Context(), d.Merchant.AppID, d.Merchant.PushURL); err != nil {
			t.Error(err)
		}
	})
}

func queryOf(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
