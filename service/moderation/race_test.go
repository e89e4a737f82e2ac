package moderation_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/moderation"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
)

// traces are those under which the verdicts on a subject's pictures will come.
func (d *desk) traces(t *testing.T, subject int64) (traces []string) {
	t.Helper()
	err := d.DB.Read(d.Ctx).Model(&model.ContentCheck{}).Where("subject_id = ? AND status = ?", subject, model.CheckAsked).
		Order("id").Pluck("trace_id", &traces).Error
	if err != nil || len(traces) == 0 {
		t.Fatalf("traces of %d: %v, %v", subject, traces, err)
	}
	return traces
}

// push is WeChat's push of a verdict, ready to be posted.
type push struct {
	query url.Values
	body  []byte
}

func (d *desk) verdict(t *testing.T, trace, suggest string) push {
	t.Helper()
	content := fmt.Appendf(nil, `{"MsgType":"event","Event":"wxa_media_check","trace_id":%q,"errcode":0,"result":{"suggest":%q}}`, trace, suggest)
	address, body, err := d.Sim.SealPush(d.Merchant.AppID, "", content, d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return push{queryOf(t, address), body}
}

// noted has what is told of a subject written into the database, where what is rolled back was never told.
func (d *desk) noted() {
	d.Moderation.For("race", func(_ context.Context, tx *gorm.DB, id int64, v model.Verdict) error {
		return tx.Create(&model.Callback{
			NotificationID: fmt.Sprint("told-", d.serial.Add(1)), Event: "told", Number: fmt.Sprint(id), Detail: string(v),
		}).Error
	})
}

func (d *desk) toldOf(id int64, verdict string) int64 {
	return d.Count(&model.Callback{}, "event = 'told' AND number = ? AND detail LIKE ?", fmt.Sprint(id), verdict)
}

func (d *desk) askRace(t *testing.T, id int64, pictures ...string) {
	t.Helper()
	for range pictures {
		d.fault(t, simulator.OpPush, simulator.Lost)
	}
	err := d.DB.InTx(d.Ctx, func(tx *gorm.DB) error {
		return d.Moderation.Ask(d.Ctx, tx, moderation.Subject{Kind: "race", ID: id}, d.author, "", pictures)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.RunJobs()
	d.Clock.Turn(4 * time.Second)
	d.Deliver() // into nowhere
}

// Of the verdicts on one subject, each that comes at once sees the others open, unless they wait for each other.
func TestVerdictsOnOneSubjectAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.noted()
		for id := range int64(10) {
			d.askRace(t, id, "/media/a.jpg", "/media/b.jpg", "/media/c.jpg")
			var pushes []push
			for i, trace := range d.traces(t, id) {
				pushes = append(pushes, d.verdict(t, trace, []string{"pass", "risky", "review"}[i]))
			}
			for _, err := range testdb.Race(len(pushes), func(i int) error {
				_, err := d.Push.Pushed(d.Ctx, pushes[i].query, pushes[i].body)
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
			if all, risky := d.toldOf(id, "%"), d.toldOf(id, "risky"); all != 1 || risky != 1 {
				t.Fatalf("subject %d: told %d times, %d times risky; want once", id, all, risky)
			}
		}
	})
}

// Two verdicts under one trace at once: one counts, and it is told once.
func TestOneTraceTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.noted()
		for id := range int64(5) {
			d.askRace(t, id, "/media/a.jpg")
			trace := d.traces(t, id)[0]
			pushes := []push{d.verdict(t, trace, "pass"), d.verdict(t, trace, "risky"), d.verdict(t, trace, "pass")}
			outcomes := testdb.Race(len(pushes), func(i int) model.CallbackOutcome {
				outcome, err := d.Push.Pushed(d.Ctx, pushes[i].query, pushes[i].body)
				if err != nil {
					t.Error(err)
				}
				return outcome
			})
			applied := 0
			for _, o := range outcomes {
				if o == model.CallbackApplied {
					applied++
				}
			}
			if n := d.toldOf(id, "%"); n != 1 || applied != 1 {
				t.Fatalf("subject %d: told %d times, %v", id, n, outcomes)
			}
		}
	})
}

// A verdict that comes at the moment when nobody waits any longer counts, before or after a person was asked to look. Three times: then its author was away for two hours.
func TestAVerdictAtTheEndOfPatience(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.noted()
		for id := range int64(3) {
			d.askRace(t, id, "/media/a.jpg")
			d.Clock.Turn(32 * time.Minute)
			p := d.verdict(t, d.traces(t, id)[0], "risky")
			for _, err := range testdb.Race(2, func(i int) error {
				if i == 0 {
					_, err := d.RunJob(d.Ctx)
					return err
				}
				_, err := d.Push.Pushed(d.Ctx, p.query, p.body)
				return err
			}) {
				if err != nil {
					t.Error(err)
				}
			}
			d.RunJobs()
			if risky, review := d.toldOf(id, "risky"), d.toldOf(id, "review"); risky != 1 || review > 1 {
				t.Fatalf("subject %d: told %d times that it is risky, %d times that a person has to look", id, risky, review)
			}
		}
	})
}

// Of what comes when a person was asked to look long since, only the worst counts, and once.
func TestAVerdictAfterPatience(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.fault(t, simulator.OpPush, simulator.Lost)
		d.fault(t, simulator.OpPush, simulator.Lost)
		d.ask(t, 1, "", "/media/a.jpg", "/media/b.jpg")
		d.RunJobs()
		traces := d.traces(t, 1)
		d.Later(32 * time.Minute)
		d.want(t, "1 review")
		for _, late := range []struct {
			trace, suggest string
			want           model.CallbackOutcome
		}{
			{traces[0], "pass", model.CallbackRepeated}, {traces[1], "risky", model.CallbackApplied}, {traces[1], "risky", model.CallbackRepeated},
		} {
			p := d.verdict(t, late.trace, late.suggest)
			if outcome, err := d.Push.Pushed(d.Ctx, p.query, p.body); err != nil || outcome != late.want {
				t.Errorf("%s: %s, %v; want %s", late.suggest, outcome, err, late.want)
			}
		}
		d.want(t, "1 review", "1 risky")
	})
}
