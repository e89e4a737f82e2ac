package fulfilment_test

import (
	"fmt"
	"net/url"
	"testing"

	"hutong/model"
	"hutong/wechat/simulator"
)

// The consumer confirms the receipt in WeChat, which says so by its push, once or more often.
func TestWhatIsConfirmedInWeChatIsReceived(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		w.mustShip(v.No, box(v, "ZTO00000001"))
		w.told()
		if err := w.Sim.AddFault(simulator.Fault{Op: simulator.OpPush, Kind: simulator.Duplicate}); err != nil {
			t.Fatal(err)
		}
		if err := w.Sim.ConfirmReceipt(v.No); err != nil {
			t.Fatal(err)
		}
		w.Deliver()
		o := w.State(v.No)
		if o.Status != model.OrderReceived || o.ReceivedAt == 0 {
			t.Errorf("it is %s", o.Status)
		}
		if n := w.Count(&model.OrderEvent{}, "order_id = ? AND to_state = ? AND actor = 'wechat'", o.ID, model.OrderReceived); n != 1 {
			t.Errorf("received %d times", n)
		}
		if n := w.Count(&model.AuditEntry{}, "action = 'order.receive' AND actor_kind = 'wechat'"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

func TestASettlementMovesOnlyWhatIsOnItsWay(t *testing.T) {
	each(t, func(t *testing.T, w *warehouse) {
		v, _ := w.paid(1)
		told := func(no string, at int64) model.CallbackOutcome {
			t.Helper()
			address, body, err := w.Sim.SealPush(w.Merchant.AppID, "/push", fmt.Appendf(nil,
				`{"CreateTime":1,"MsgType":"event","Event":"trade_manage_order_settlement","merchant_trade_no":%q,"confirm_receive_time":%d}`, no, at), w.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			outcome, err := w.Push.Pushed(w.Ctx, u.Query(), body)
			if err != nil {
				t.Fatal(err)
			}
			return outcome
		}
		if got := told("NO-SUCH-ORDER", 1); got != model.CallbackUnknown {
			t.Errorf("a number that is not ours: %s", got)
		}
		if got := told(v.No, 1); got != model.CallbackUnhandled || w.State(v.No).Status != model.OrderPaid {
			t.Errorf("before it was sent: %s, %s", got, w.State(v.No).Status)
		}
		w.mustShip(v.No, box(v, "ZTO00000002"))
		if got := told(v.No, 0); got != model.CallbackUnhandled || w.State(v.No).Status != model.OrderShipped {
			t.Errorf("before it was confirmed: %s, %s", got, w.State(v.No).Status)
		}
		if first, second := told(v.No, 1), told(v.No, 1); first != model.CallbackApplied || second != model.CallbackRepeated {
			t.Errorf("%s, then %s", first, second)
		}
	})
}
