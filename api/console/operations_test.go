package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/testdb"
	"hutong/wechat/simulator"
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

// What waits is counted as its lists show it, and nobody is told of a list that they may not see.
func TestToDo(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		toDo := func(credential string) string {
			t.Helper()
			var found struct {
				Items []struct {
					Task string
					N    int
				}
			}
			d.ask(t, http.MethodGet, "/console/v1/to-do", credential, "").into(&found)
			return strings.Trim(fmt.Sprint(found.Items), "[]")
		}
		if got := toDo(p.owner); got != "{ship 0} {upload 0} {after_sale 0} {review 0} {refund 0} {exception 0} {job 0} {stock 0}" {
			t.Errorf("in a new shop: %s", got)
		}
		p.refunded(simulator.RefundAbnormal)
		p.asked()
		p.paid()
		p.product()
		for path, want := range map[string]int{
			"/orders?status=paid&status=partly_shipped": 3, "/after-sales?status=applied&status=sending&status=received&status=escalated": 1,
			"/refunds?status=abnormal&status=closed": 1, "/stock?level=low": 4, "/jobs?status=dead": 0, "/money/exceptions?status=open": 0,
		} {
			var found struct{ Items []struct{} }
			if p.do(http.MethodGet, path, "").into(&found); len(found.Items) != want {
				t.Errorf("%s: %d, want %d", path, len(found.Items), want)
			}
		}
		if got := toDo(p.owner); got != "{ship 3} {upload 0} {after_sale 1} {review 0} {refund 1} {exception 0} {job 0} {stock 4}" {
			t.Errorf("to the owner: %s", got)
		}
		_, viewer := d.employ(t, p.Shop, model.RoleViewer)
		if got := toDo(viewer); got != "{ship 3} {review 0} {stock 4}" {
			t.Errorf("to a viewer: %s", got)
		}
		id := p.dead()
		p.exception()
		if got := toDo(p.owner); !strings.Contains(got, "{exception 4} {job 1}") {
			t.Errorf("to the owner: %s", got)
		}
		p.done(http.MethodPost, "/jobs/"+id+"/retry", "")
		p.Later(time.Hour)
	})
}

// An order of which WeChat refuses to hear what was sent waits for whoever may send, and is in its list, until WeChat is told
// again. A refusal by which WeChat keeps nothing waits for nobody.
func TestUnheardOrders(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		one := p.unheard("invalid")
		p.unheard("reship_used")
		waits := func(want string) {
			t.Helper()
			if got := p.do(http.MethodGet, "/to-do", "").body; !strings.Contains(string(got), want) {
				t.Errorf("what waits is %s, want %s", got, want)
			}
		}
		waits(`{"task":"upload","n":1}`)
		var list struct{ Items []struct{ No string } }
		if p.do(http.MethodGet, "/orders?unheard=true", "").into(&list); len(list.Items) != 1 || list.Items[0].No != one {
			t.Errorf("%+v", list)
		}
		var far struct{ Uploads []struct{ Status string } }
		for range 2 {
			p.do(http.MethodPost, "/orders/"+one+"/uploads/retry", "").into(&far)
			if far.Uploads[0].Status != "waiting" {
				t.Errorf("%+v", far)
			}
		}
		waits(`{"task":"upload","n":0}`)
		p.Later(time.Minute)
	})
}
