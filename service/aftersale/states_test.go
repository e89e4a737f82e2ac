package aftersale_test

import (
	"errors"
	"testing"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// into are the ways into each state, for a case of a kind.
func (v *sale) into(status model.AfterSaleStatus, kind model.AfterSaleKind) *sale {
	v.applied(wish(kind, "faulty", 1))
	agreed := func() { v.must(v.agree(aftersale.Consent{})) }
	sending := func() { agreed(); v.must(v.sendBack()) }
	received := func() { sending(); v.must(v.receive(1)) }
	refused := func() { v.must(v.refuse("no")) }
	map[model.AfterSaleStatus]func(){
		model.AfterSaleApplied:   func() {},
		model.AfterSaleAgreed:    agreed,
		model.AfterSaleSending:   sending,
		model.AfterSaleReceived:  received, // of an exchange; a return goes on to refunding
		model.AfterSaleRefunding: received, // of a return
		model.AfterSaleResending: func() { received(); v.must(v.resend()) },
		model.AfterSaleDone: func() {
			received()
			if kind == model.AfterSaleReturn {
				v.d.paidBack()
				return
			}
			v.must(v.resend())
			v.must(v.confirm())
		},
		model.AfterSaleRefused:   refused,
		model.AfterSaleWithdrawn: func() { v.must(v.withdraw()) },
		model.AfterSaleEscalated: func() { refused(); v.must(v.escalate()) },
	}[status]()
	return v.want(status)
}

// Every use case in every state: it leads where the table says, or changes nothing and says so.
func TestEveryUseCaseInEveryState(t *testing.T) {
	const none = model.AfterSaleStatus("")
	type leads = map[model.AfterSaleStatus]model.AfterSaleStatus
	cases := map[string]struct {
		do   func(v *sale) (aftersale.View, error)
		from leads
		kind leads // where an exchange leads elsewhere
	}{
		"agree": {
			func(v *sale) (aftersale.View, error) { return v.agree(aftersale.Consent{}) },
			leads{model.AfterSaleApplied: model.AfterSaleAgreed},
			nil,
		},
		"refuse": {
			func(v *sale) (aftersale.View, error) { return v.refuse("no") },
			leads{model.AfterSaleApplied: model.AfterSaleRefused, model.AfterSaleSending: model.AfterSaleRefused},
			nil,
		},
		"receive": {
			func(v *sale) (aftersale.View, error) { return v.receive(1) },
			leads{model.AfterSaleAgreed: model.AfterSaleRefunding, model.AfterSaleSending: model.AfterSaleRefunding},
			leads{model.AfterSaleAgreed: model.AfterSaleReceived, model.AfterSaleSending: model.AfterSaleReceived},
		},
		"resend": {
			(*sale).resend, nil,
			leads{model.AfterSaleReceived: model.AfterSaleResending, model.AfterSaleResending: model.AfterSaleResending},
		},
		"withdraw": {(*sale).withdraw, leads{
			model.AfterSaleApplied: model.AfterSaleWithdrawn, model.AfterSaleAgreed: model.AfterSaleWithdrawn,
			model.AfterSaleEscalated: model.AfterSaleWithdrawn,
		}, nil},
		"send back": {
			(*sale).sendBack,
			leads{model.AfterSaleAgreed: model.AfterSaleSending, model.AfterSaleSending: model.AfterSaleSending},
			nil,
		},
		"escalate": {
			(*sale).escalate,
			leads{model.AfterSaleRefused: model.AfterSaleEscalated, model.AfterSaleResending: model.AfterSaleEscalated},
			nil,
		},
		"confirm": {(*sale).confirm, nil, leads{model.AfterSaleResending: model.AfterSaleDone}},
		"decide to agree": {
			func(v *sale) (aftersale.View, error) { return v.decide("agree") },
			leads{model.AfterSaleEscalated: model.AfterSaleAgreed},
			nil,
		},
		"decide to refund": {
			func(v *sale) (aftersale.View, error) { return v.decide("refund") },
			leads{model.AfterSaleEscalated: model.AfterSaleRefunding},
			nil,
		},
		"decide to refuse": {
			func(v *sale) (aftersale.View, error) { return v.decide("refuse") },
			leads{model.AfterSaleEscalated: model.AfterSaleRefused},
			nil,
		},
	}
	clock := testshop.NewClock()
	d := openDesk(t, testshop.NewWorld(t, testdb.SQLite(t, testdb.Clock(clock.Now)), clock))
	for _, kind := range []model.AfterSaleKind{model.AfterSaleReturn, model.AfterSaleExchange} {
		for _, status := range model.AfterSaleStatuses {
			if kind == model.AfterSaleReturn && (status == model.AfterSaleReceived || status == model.AfterSaleResending) ||
				kind == model.AfterSaleExchange && status == model.AfterSaleRefunding {
				continue // it does not stay there
			}
			for name, c := range cases {
				v := d.sold(1).shipped(1).received().into(status, kind)
				want, before := c.from[status], len(v.now().Events)
				if to, elsewhere := c.kind[status]; elsewhere && kind == model.AfterSaleExchange {
					want = to
				}
				_, err := c.do(v)
				if want == none {
					if !errors.Is(err, model.ErrWrongState) || len(v.now().Events) != before {
						t.Errorf("%s of a %s that is %s: %v, %+v", name, kind, status, err, v.now().Events)
					}
					v.want(status)
					continue
				}
				if err != nil {
					t.Errorf("%s of a %s that is %s: %v", name, kind, status, err)
					continue
				}
				v.want(want)
			}
		}
	}
	d.Audit(t)
}
