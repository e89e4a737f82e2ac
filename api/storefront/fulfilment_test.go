package storefront_test

import (
	"fmt"
	"net/http"
	"testing"

	"hutong/model"
	"hutong/service/fulfilment"
)

// A consumer sees where the parcels are, and confirms that they have come.
func TestParcelsAndReceipt(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		order := "/v1/" + s.Row.Slug + "/orders/" + has.order
		f.ask(t, http.MethodPut, order+"/payment", token, "").want(http.StatusOK)
		if _, err := f.Sim.Pay(has.order); err != nil {
			t.Fatal(err)
		}
		f.Deliver()
		var parcels struct {
			Items []struct {
				Waybill, Status string
				Carrier         struct{ Name map[string]string }
				Lines           []struct {
					SKU      string
					Quantity int
				}
				Events []struct{ Status, Place string }
			}
		}
		f.ask(t, http.MethodGet, order+"/parcels", token, "").into(&parcels)
		if len(parcels.Items) != 0 {
			t.Errorf("%+v", parcels)
		}
		f.ask(t, http.MethodPost, order+"/receipt", token, "").refused(409, "wrong_state")

		staff := model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
		_, err := f.Fulfilment.Ship(staff, "ship-the-pot", has.order, fulfilment.Shipment{
			Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{{Carrier: "SF", Waybill: "SF00000001"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.Fulfilment.Track(staff, []fulfilment.Event{{
			Carrier: "SF", Waybill: "SF00000001", Status: model.ParcelDelivered, At: model.At(f.Clock.Now()), Place: "上海",
		}})
		if err != nil {
			t.Fatal(err)
		}
		f.ask(t, http.MethodGet, order+"/parcels", token, "").into(&parcels)
		got := fmt.Sprintf("%+v", parcels.Items)
		if p := parcels.Items; len(p) != 1 || p[0].Status != "delivered" || p[0].Carrier.Name["zh-CN"] != "顺丰速运" ||
			p[0].Lines[0].SKU != has.sku || len(p[0].Events) != 1 {
			t.Error(got)
		}
		neighbour := f.signIn(t, s, "carla")
		f.ask(t, http.MethodGet, order+"/parcels", neighbour, "").refused(404, "order_not_found")
		f.ask(t, http.MethodPost, order+"/receipt", neighbour, "").refused(404, "order_not_found")
		var view struct {
			Status     string
			ReceivedAt int64 `json:"received_at"`
		}
		for range 2 {
			f.ask(t, http.MethodPost, order+"/receipt", token, "").into(&view)
		}
		if view.Status != "received" || view.ReceivedAt == 0 {
			t.Errorf("%+v", view)
		}
		if n := s.Count(&model.AuditEntry{}, "action = ? AND actor_kind = ? AND actor_no <> ''", "order.receive", model.ActorConsumer); n != 1 {
			t.Errorf("%d rows in the audit log", n)
		}
	})
}
