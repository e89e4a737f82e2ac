package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"hutong/model"
)

// The warehouse sends an order in two parcels, corrects one, and a carrier's system tells where they are; nobody
// else's staff reaches them.
func TestFulfilment(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		s := d.Shop()
		_, token := d.employ(t, s, model.RoleWarehouse)
		b := s.Buyer()
		o := b.MustOrder(b.Wants(s.SKU(900, 5), 2))
		if err := b.Pay(o.No); err != nil {
			t.Fatal(err)
		}
		d.Deliver()
		d.Clock.Turn(time.Minute)

		var carriers struct {
			Items []struct {
				Code string
				Name map[string]string
			}
		}
		d.ask(t, http.MethodGet, "/console/v1/carriers", token, "").into(&carriers)
		for _, c := range carriers.Items {
			for _, l := range model.Languages {
				if c.Name[l] == "" {
					t.Errorf("%s has no name in %s", c.Code, l)
				}
			}
		}

		ship := "/console/v1/orders/" + o.No + "/shipments"
		one := fmt.Sprintf(`{"delivery":"express","parcels":[{"carrier":"ZTO","waybill":"ZTO0000001","lines":[{"sku":%q,"quantity":1}]}]}`, o.Lines[0].SKUNo)
		d.ask(t, http.MethodPost, ship, token, one).refused(http.StatusBadRequest, "idempotency_key_required")
		var far struct {
			Status  string
			Left    []struct{ Quantity int }
			Parcels []struct {
				No, Waybill, Status string
				Events              []struct{ Place string }
			}
			Uploads []struct{ Status string }
		}
		for range 2 {
			d.ask(t, http.MethodPost, ship, token, one, "Idempotency-Key", "parcel-one").into(&far)
		}
		if far.Status != "partly_shipped" || len(far.Parcels) != 1 || far.Left[0].Quantity != 1 {
			t.Fatalf("%+v", far)
		}
		d.ask(t, http.MethodPost, ship, token, strings.NewReplacer(`"quantity":1`, `"quantity":2`, "0001", "0003").Replace(one), "Idempotency-Key", "parcel-two").
			refused(http.StatusConflict, "not_left_to_send")

		var rows struct {
			Rows []struct {
				OK     bool
				Errors []struct{ Code, Field, Detail string }
			}
		}
		list := fmt.Sprintf(`{"rows":[{"order":%q,"carrier":"ZTO","waybill":"ZTO0000001"},{"order":%q,"carrier":"SF","waybill":"SF00000002"}]}`, o.No, o.No)
		d.ask(t, http.MethodPost, "/console/v1/shipments", token, list, "Accept-Language", "zh-CN").into(&rows)
		if rows.Rows[0].OK || rows.Rows[0].Errors[0].Code != "waybill_used" || rows.Rows[0].Errors[0].Detail != "该订单已有使用此运单号的包裹。" || !rows.Rows[1].OK {
			t.Errorf("%+v", rows)
		}

		waybill := "/console/v1/parcels/" + far.Parcels[0].No + "/waybill"
		stranger := d.Shop()
		_, foreign := d.employ(t, stranger, model.RoleOwner)
		corrected := `{"carrier":"ZTO","waybill":"ZTO0000009"}`
		d.ask(t, http.MethodPut, waybill, foreign, corrected).refused(http.StatusNotFound, "parcel_not_found")
		d.ask(t, http.MethodGet, "/console/v1/orders/"+o.No+"/fulfilment", foreign, "").refused(http.StatusNotFound, "order_not_found")
		d.ask(t, http.MethodPut, waybill, token, corrected).into(&far)

		event := fmt.Sprintf(`{"events":[{"carrier":"ZTO","waybill":"ZTO0000009","status":"in_transit","at":%d,"place":"上海"},{"carrier":"ZTO","waybill":"ZTO0000001","status":"delivered","at":%d}]}`,
			d.Clock.Now().UnixMilli(), d.Clock.Now().UnixMilli())
		d.ask(t, http.MethodPost, "/console/v1/tracking-events", token, event).into(&rows)
		if !rows.Rows[0].OK || rows.Rows[1].OK || rows.Rows[1].Errors[0].Code != "parcel_not_found" {
			t.Errorf("%+v", rows)
		}
		d.ask(t, http.MethodPost, "/console/v1/tracking-events", foreign, event).into(&rows)
		if rows.Rows[0].OK {
			t.Error("another brand's token has moved a parcel")
		}
		d.Later(10 * time.Minute)
		d.ask(t, http.MethodGet, "/console/v1/orders/"+o.No+"/fulfilment", token, "").into(&far)
		if far.Status != "shipped" || len(far.Parcels) != 2 || far.Parcels[0].Waybill != "ZTO0000009" || far.Parcels[0].Status != "in_transit" ||
			len(far.Parcels[0].Events) != 1 || far.Uploads[0].Status != "done" || far.Uploads[1].Status != "done" {
			t.Errorf("%+v", far)
		}
	})
}
