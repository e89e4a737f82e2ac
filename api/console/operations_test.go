package console_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/testdb"
)

// A dead job is made due by one of those who try at once, and runs.
func TestADeadJobIsTriedAgainOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		id := p.dead()
		statuses := map[int]int{}
		for _, status := range testdb.Race(8, func(int) int { return p.d.ask(t, http.MethodPost, "/console/v1/jobs/"+id+"/retry", p.owner, "").status }) {
			statuses[status]++
		}
		if statuses[http.StatusNoContent] != 1 || statuses[http.StatusConflict] != 7 || p.logged() != 1 {
			t.Errorf("%v, logged %d times", statuses, p.logged())
		}
		var jobs struct {
			Items []struct {
				ID, Kind, Status string
				Attempts         int
			}
		}
		p.do(http.MethodGet, "/jobs?kind=order.expire&status=queued", "").into(&jobs)
		if len(jobs.Items) != 1 || jobs.Items[0].ID != id || jobs.Items[0].Attempts != 0 {
			t.Errorf("%+v", jobs)
		}
		p.Later(time.Hour)
		for query, want := range map[string]int{"status=done&kind=order.expire": 1, "status=dead": 0, "kind=nothing": 0, "kind=order.expire&to=1": 0, "kind=order.expire&from=1": 1, "key=nothing": 0} {
			if p.do(http.MethodGet, "/jobs?"+query, "").into(&jobs); len(jobs.Items) != want {
				t.Errorf("%s: %+v", query, jobs)
			}
		}
	})
}

func TestCallbacks(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		first, second := p.paid().no, p.paid().no
		var log struct {
			Items []struct{ Event, Number, Outcome string }
		}
		for query, want := range map[string][]string{
			"": {second, first}, "outcome=applied": {second, first}, "outcome=mismatch": {}, "number=" + first: {first}, "limit=1": {second},
			"event=REFUND.SUCCESS": {}, fmt.Sprintf("from=%d", p.Clock.Now().UnixMilli()): {second, first}, fmt.Sprintf("to=%d", p.Clock.Now().UnixMilli()): {},
		} {
			p.do(http.MethodGet, "/callbacks?"+query, "").into(&log)
			var numbers []string
			for _, c := range log.Items {
				numbers = append(numbers, c.Number)
			}
			if fmt.Sprint(numbers) != fmt.Sprint(want) {
				t.Errorf("%s: %v, want %v", query, numbers, want)
			}
		}
		p.do(http.MethodGet, "/callbacks", "").into(&log)
		if c := log.Items[0]; c.Event != "TRANSACTION.SUCCESS" || c.Outcome != "applied" {
			t.Errorf("%+v", c)
		}
	})
}

// The audit log is searched by who, what, to what and when.
func TestAuditLog(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		m := p.colleague()
		p.Clock.Turn(time.Hour)
		since := p.Clock.Now().UnixMilli()
		p.done(http.MethodPatch, "/staff/"+m.No, `{"role":"finance"}`)
		var log struct {
			Items []struct {
				Action, Before, After, Address string
				RequestID                      string `json:"request_id"`
			}
		}
		for query, want := range map[string]string{
			"actor_kind=staff":                            "[staff.change staff.add]",
			"actor_kind=operator":                         "[]",
			"actor_no=" + p.no:                            "[staff.change staff.add]",
			"actor_no=" + m.No:                            "[]",
			"subject_kind=staff&subject_no=" + m.No:       "[staff.change staff.add]",
			"actor_kind=staff&action=staff.add":           "[staff.add]",
			fmt.Sprintf("from=%d", since):                 "[staff.change]",
			fmt.Sprintf("actor_no=%s&to=%d", p.no, since): "[staff.add]",
		} {
			p.do(http.MethodGet, "/audit-log?"+query, "").into(&log)
			actions := []string{}
			for _, e := range log.Items {
				actions = append(actions, e.Action)
			}
			if fmt.Sprint(actions) != want {
				t.Errorf("%s: %v, want %s", query, actions, want)
			}
		}
		p.do(http.MethodGet, "/audit-log?action=staff.change", "").into(&log)
		if e := log.Items[0]; e.Before != `{"role":"viewer","status":"active"}` || e.After != `{"role":"finance","status":"active"}` ||
			e.Address != "192.0.2.1" || e.RequestID == "" {
			t.Errorf("%+v", e)
		}
		if n := p.Count(&model.AuditEntry{}, "action = 'staff.change'"); n != 1 {
			t.Errorf("%d entries", n)
		}
	})
}
