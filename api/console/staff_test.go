package console_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/staff"
	"hutong/service/testdb"
)

// What staff do leaves an entry in the audit log, and no entry has a token or a phone in it.
func TestWhatStaffDoIsLogged(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		ownerNo, owner := d.employ(t, s, model.RoleOwner)
		var added struct{ No string }
		d.ask(t, http.MethodPost, "/console/v1/staff", owner, `{"name":" Anna ","role":"finance"}`).into(&added)
		var made struct{ No, Token string }
		d.ask(t, http.MethodPost, "/console/v1/staff/"+added.No+"/tokens", owner, `{"name":"books","days":5}`).into(&made)
		d.ask(t, http.MethodPatch, "/console/v1/staff/"+added.No, owner, `{"role":"viewer"}`).into(&struct{}{})
		if r := d.ask(t, http.MethodDelete, "/console/v1/tokens/"+made.No, owner, ""); r.status != http.StatusNoContent {
			t.Errorf("revoke: %d %s", r.status, r.body)
		}
		b := s.Buyer()
		order := b.MustOrder(b.Wants(s.SKU(900, 3), 1))
		var place model.Place
		d.ask(t, http.MethodGet, "/console/v1/orders/"+order.No+"/recipient", owner, "").into(&place)
		var detail struct {
			Place model.Place
			Buyer string
		}
		d.ask(t, http.MethodGet, "/console/v1/orders/"+order.No, owner, "").into(&detail)
		if place.Phone != "13800000000" || detail.Place.Phone != "138****0000" || detail.Place.Name != "王**" || detail.Place.Detail != "****" || detail.Buyer == "" {
			t.Errorf("in full %+v, masked %+v of %s", place, detail.Place, detail.Buyer)
		}

		var log struct {
			Items []struct{ Action, ActorNo, SubjectNo, After string }
		}
		r := d.ask(t, http.MethodGet, "/console/v1/audit-log?actor_kind=staff", owner, "")
		r.into(&log)
		var actions []string
		for _, e := range log.Items {
			actions = append(actions, e.Action)
		}
		want := "order.recipient_read staff.token_revoke staff.change staff.token_new staff.add"
		if got := strings.Join(actions, " "); got != want {
			t.Errorf("logged %s, want %s", got, want)
		}
		if !strings.Contains(string(r.body), `"actor_no":"`+ownerNo) {
			t.Errorf("who did it is not told: %s", r.body)
		}
		for _, secret := range []string{made.Token, owner, "13800000000", "Anna"} {
			if strings.Contains(string(r.body), secret) {
				t.Errorf("the audit log has %q", secret)
			}
		}
	})
}

// Two owners who demote each other at the same time: one of them stays an owner.
func TestOneOwnerStays(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		var nos [2]string
		nos[0], _ = d.employ(t, s, model.RoleOwner)
		nos[1], _ = d.employ(t, s, model.RoleOwner)
		errs := testdb.Race(2, func(i int) error {
			_, err := d.Staff.Change(s.Ctx, nos[i], staff.Change{Role: model.RoleViewer})
			return err
		})
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), model.ErrLastOwner) {
			t.Errorf("%v", errs)
		}
		if n := s.Count(&model.Staff{}, "role = ?", model.RoleOwner); n != 1 {
			t.Errorf("%d owners", n)
		}
	})
}

// A dead job is tried again, once; lists go on where they stopped.
func TestDeadJobsAndPages(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, token := d.employ(t, s, model.RoleOperator)
		b := s.Buyer()
		sku := s.SKU(900, 9)
		for range 3 {
			b.MustOrder(b.Wants(sku, 1))
		}
		d.Overdue()
		type list struct {
			Items []struct {
				ID, Key, Status, No string
			}
			NextCursor string `json:"next_cursor"`
		}
		for path, per := range map[string]string{"/console/v1/jobs": "kind=order.expire&", "/console/v1/orders": ""} {
			seen := 0
			for cursor := ""; ; {
				var page list
				d.ask(t, http.MethodGet, path+"?"+per+"limit=2&cursor="+cursor, token, "").into(&page)
				seen += len(page.Items)
				if cursor = page.NextCursor; cursor == "" {
					break
				}
			}
			if seen != 3 {
				t.Errorf("%s lists %d of 3", path, seen)
			}
		}
		var jobs list
		d.ask(t, http.MethodGet, "/console/v1/jobs?kind=order.expire", token, "").into(&jobs)
		d.ask(t, http.MethodPost, "/console/v1/jobs/"+jobs.Items[0].ID+"/retry", token, "").refused(http.StatusConflict, "wrong_state")
		d.ask(t, http.MethodGet, "/console/v1/jobs?cursor=nonsense", token, "").refused(http.StatusBadRequest, "bad_cursor")
		d.ask(t, http.MethodGet, "/console/v1/orders?status=paid", token, "").into(&jobs)
		if len(jobs.Items) != 0 {
			t.Errorf("%d paid orders", len(jobs.Items))
		}
	})
}
