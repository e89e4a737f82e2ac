package console_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hutong/model"
)

// trial is an operation with a request that succeeds for the owner.
type trial struct {
	operation
	p   *premises
	e   example
	key string
}

func (o operation) prepared(p *premises) trial {
	p.t.Helper()
	prepare, known := examples[o.ID]
	if !known && (o.method != http.MethodGet || o.named()) {
		p.t.Fatalf("say in examples how %s is called", o.ID)
	}
	if !known {
		prepare = func(*premises) example { return example{} }
	}
	return trial{o, p, prepare(p), p.key()}
}

// named tells whether the path names what the operation is about.
func (o operation) named() bool { return strings.Contains(o.path, "{") }

func (r trial) as(token string) reply {
	r.p.t.Helper()
	return r.p.d.ask(r.p.t, r.method, r.at(r.e.of), token, r.e.body, "Idempotency-Key", r.key)
}

// Each operation is tried with a request that succeeds for the brand's owner. Everybody else is refused with the
// very same request, by which not one row is written. What the owner changes is in the audit log, and no answer
// has what belongs to the consumer alone.
func TestEveryOperationWithARealThing(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		_, stranger := d.employ(t, d.Shop(), model.RoleOwner)
		colleagues := map[model.Role]string{}
		for _, role := range model.Roles[1:] {
			_, colleagues[role] = d.employ(t, p.Shop, role)
		}
		for _, o := range d.operations(t) {
			if o.public() || o.sessionOnly() { // is about whoever calls: TestASession and its neighbours
				continue
			}
			r := o.prepared(p)
			r.refusesOthers(stranger, colleagues)
			r.servesTheOwner()
		}
	})
}

func (r trial) refusesOthers(stranger string, colleagues map[model.Role]string) {
	r.p.t.Helper()
	for _, token := range colleagues { // the hour in which they are used is written down
		r.p.d.ask(r.p.t, http.MethodGet, "/console/v1/me", token, "").into(&struct{}{})
	}
	before := r.p.Fingerprint()
	r.as("").refused(http.StatusUnauthorized, "unauthorized")
	for role, token := range colleagues {
		if !r.allows(role) {
			r.as(token).refused(http.StatusForbidden, "forbidden")
		}
	}
	got := r.as(stranger)
	if r.named() && got.status != http.StatusNotFound || strings.Contains(string(got.body), `"ok":true`) {
		r.p.t.Errorf("%s by another brand: %d %s", r.ID, got.status, got.body)
	}
	if diff := cmp.Diff(before, r.p.Fingerprint()); diff != "" {
		r.p.t.Errorf("%s: others have changed rows: %s", r.ID, diff)
	}
}

func (r trial) servesTheOwner() {
	r.p.t.Helper()
	logged := r.p.logged()
	got := r.as(r.p.owner)
	if got.status >= 300 || strings.Contains(string(got.body), `"ok":false`) {
		r.p.t.Errorf("%s by the owner: %d %s", r.ID, got.status, got.body)
	}
	if r.method != http.MethodGet && r.p.logged() == logged {
		r.p.t.Errorf("%s is not in the audit log", r.ID)
	}
	for _, personal := range []string{"王芳", "13800000000", "南京西路"} {
		if r.Permission != string(model.PermitCustomersPhone) && strings.Contains(string(got.body), personal) {
			r.p.t.Errorf("%s tells %s: %s", r.ID, personal, got.body)
		}
	}
}

// logged is how many entries the audit log has of what the owner did, with where it came from.
func (p *premises) logged() int64 {
	p.t.Helper()
	return p.Count(&model.AuditEntry{}, "actor_kind = ? AND actor_no = ? AND address <> '' AND request_id <> ''", model.ActorStaff, p.no)
}
