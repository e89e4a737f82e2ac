package simulation_test

import (
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/fulfilment"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testshop"
)

func (h *history) staffCtx() context.Context {
	return model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "01STAFF"})
}

func (h *history) linesOf(o model.Order) (lines []model.OrderLine) {
	if err := h.DB.Read(h.Ctx).Where("order_id = ?", o.ID).Order("position").Find(&lines).Error; err != nil {
		panic(err)
	}
	return lines
}

// overRefunds are refunds of more than there is, or of what cannot go back, and prices that cannot be changed.
func (h *history) overRefunds(t *rapid.T) {
	staff := h.staffCtx()
	for _, p := range h.lately() {
		o := h.State(p.no)
		lines := h.linesOf(o)
		l := lines[0]
		refund := func(what string, w payment.StaffRefund, by ...*model.Error) {
			w.Reason = "other"
			_, err := h.Payment.RefundByStaff(staff, "wrong", o.No, w)
			h.refused(t, fmt.Sprintf("a refund of %s (%s)", what, o.Status), err, by...)
		}
		part := func(r payment.StaffRefundLine) payment.StaffRefund {
			return payment.StaffRefund{Lines: []payment.StaffRefundLine{r}}
		}
		price := func(what string, c order.PriceChange, by ...*model.Error) {
			c.Words = "wrong"
			_, err := h.Payment.ChangePrice(staff, nil, "wrong", o.No, c)
			h.refused(t, fmt.Sprintf("a price of %s (%s)", what, o.Status), err, by...)
		}
		switch o.Status {
		case model.OrderPending, model.OrderCancelled:
			refund("what is not paid", part(payment.StaffRefundLine{Quantity: 1}), model.ErrWrongState)
		case model.OrderClosed:
			if o.PaidAt > 0 && o.TotalFen > 0 && l.Refunded < l.Quantity && l.RefundedFen < l.TotalFen {
				refund("what is over", part(payment.StaffRefundLine{Quantity: 1, Sent: 1}), model.ErrWrongState, model.ErrRefundTooLate, model.ErrOverRefund)
			}
		default:
			if o.TotalFen == 0 || h.Clock.Now().Sub(o.PaidAt.Time()) > payment.RefundDays*24*time.Hour {
				continue
			}
			left := l.Quantity - l.Refunded
			refund("more pieces than are left", part(payment.StaffRefundLine{Quantity: left + 1}), model.ErrOverRefund)
			refund("less than nothing", part(payment.StaffRefundLine{Quantity: -1}), model.ErrInvalid)
			refund("no piece and no money", part(payment.StaffRefundLine{}), model.ErrInvalid)
			refund("more money than the line has", part(payment.StaffRefundLine{AmountFen: l.TotalFen - l.RefundedFen + 1}), model.ErrOverRefund)
			refund("a line that is not there", part(payment.StaffRefundLine{Line: len(lines), Quantity: 1}), model.ErrInvalid)
			if left > 0 {
				refund("pieces for more than they cost", part(payment.StaffRefundLine{Quantity: left, AmountFen: l.TotalFen - l.RefundedFen + 1}), model.ErrOverRefund)
				refund("pieces that came back and were not sent", part(payment.StaffRefundLine{Quantity: left, Restock: 1}), model.ErrInvalid)
				refund("more that came back than is refunded", part(payment.StaffRefundLine{Quantity: left, Sent: left, Restock: left + 1}), model.ErrInvalid)
				refund("more that was sent than is refunded", part(payment.StaffRefundLine{Quantity: left, Sent: left + 1}), model.ErrInvalid)
				if sent := l.Shipped - (l.Refunded - l.Dropped); sent > 0 && left > l.Quantity-l.Shipped-l.Dropped && l.Claimed == 0 && l.TotalFen > l.RefundedFen {
					refund("what was sent as if it was not", part(payment.StaffRefundLine{Quantity: left}), model.ErrConflict)
				}
				if l.Claimed > 0 {
					refund("what a case is about", part(payment.StaffRefundLine{Quantity: left, Sent: max(0, left-(l.Quantity-l.Shipped-l.Dropped))}), model.ErrOverRefund, model.ErrNothingBack)
				}
			}
		}
		switch {
		case o.Status == model.OrderCancelled, o.Status == model.OrderPending && o.ExpiresAt <= model.At(h.Clock.Now()):
			price("what is over", order.PriceChange{AmountFen: 1, ExpectedTotalFen: o.TotalFen}, model.ErrOrderExpired)
			_, err := h.Payment.Prepare(h.Ctx, p.buyer.Buyer, o.No)
			h.refused(t, "the payment of what is over", err, model.ErrOrderExpired)
		case o.Status != model.OrderPending:
			price("what is paid", order.PriceChange{AmountFen: 1, ExpectedTotalFen: o.TotalFen}, model.ErrAlreadyPaid)
			_, err := h.Payment.Prepare(h.Ctx, p.buyer.Buyer, o.No)
			h.refused(t, "the payment of what is paid", err, model.ErrAlreadyPaid)
			_, err = h.Payment.Cancel(h.Ctx, p.buyer.Buyer, o.No)
			h.refused(t, "to cancel what is paid", err, model.ErrAlreadyPaid)
			_, err = h.Payment.CancelByStaff(staff, nil, "wrong", o.No, payment.Cancellation{Reason: "other"})
			h.refused(t, "to cancel what is paid at the desk", err, model.ErrAlreadyPaid)
		default:
			price("another total", order.PriceChange{AmountFen: 1, ExpectedTotalFen: o.TotalFen + 1}, model.ErrPriceChanged)
			price("nothing", order.PriceChange{AmountFen: -o.TotalFen, ExpectedTotalFen: o.TotalFen}, model.ErrOutOfRange)
		}
	}
	var refunds []model.Refund
	h.readable(&refunds, "status <> ?", model.RefundClosed)
	for _, r := range refunds {
		_, err := h.Payment.Reissue(staff, "wrong", r.No)
		h.refused(t, fmt.Sprintf("to make a refund again that is %s", r.Status), err, model.ErrWrongState)
		_, err = h.settleOutside("wrong", r.No)
		h.refused(t, fmt.Sprintf("to settle a refund that is %s", r.Status), err, model.ErrWrongState)
	}
}

// overShipments are parcels with more than there is, or of what may not be sent.
func (h *history) overShipments(t *rapid.T) {
	staff := h.staffCtx()
	for _, p := range h.lately() {
		o := h.State(p.no)
		lines := h.linesOf(o)
		ship := func(what string, in fulfilment.Shipment, by ...*model.Error) {
			_, err := h.Fulfilment.Ship(staff, "wrong", o.No, in)
			h.refused(t, fmt.Sprintf("a parcel of %s (%s)", what, o.Status), err, by...)
		}
		express := func(boxes ...fulfilment.Box) fulfilment.Shipment {
			return fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: boxes}
		}
		box := func(n, pieces int) fulfilment.Box {
			return fulfilment.Box{Carrier: "SF", Waybill: fmt.Sprintf("SFWRONG%05d", n), Lines: []fulfilment.Piece{{SKUNo: lines[0].SKUNo, Quantity: pieces}}}
		}
		whole := fulfilment.Box{Carrier: "SF", Waybill: "SFWRONG00000"}
		if o.Status != model.OrderPaid && o.Status != model.OrderPartlyShipped {
			ship("what is not to be sent", express(whole), model.ErrWrongState)
		} else if seat := (model.GroupSeat{}); o.InGroup && h.DB.Read(h.Ctx).Where("order_id = ?", o.ID).Take(&seat).Error == nil && seat.Status != model.SeatConfirmed {
			ship("what waits for a group", express(whole), model.ErrGroupNotFormed)
		} else {
			left := lines[0].Quantity - lines[0].Shipped - lines[0].Dropped
			ship("more than is left", express(box(1, left+1)), model.ErrNotLeftToSend)
		}
		if o.Status != model.OrderShipped && o.ReceivedAt == 0 {
			_, err := h.Fulfilment.Confirm(h.Ctx, p.buyer.Buyer, o.No)
			h.refused(t, "to confirm what has not been sent", err, model.ErrWrongState)
		}
		var parcels []model.Parcel
		h.readable(&parcels, "order_id = ?", o.ID)
		if len(parcels) == 0 {
			continue
		}
		if o.Status == model.OrderPartlyShipped {
			ship("what goes another way", fulfilment.Shipment{Delivery: model.DeliveryPickup, Parcels: []fulfilment.Box{{}}}, model.ErrOneDelivery)
			ship("a waybill that was used", express(fulfilment.Box{Carrier: parcels[0].Carrier, Waybill: parcels[0].Waybill}), model.ErrWaybillUsed)
			many := make([]fulfilment.Box, model.MostParcels)
			for i := range many {
				many[i] = box(i, 1)
			}
			ship("too many", express(many...), model.ErrParcelLimit)
		}
		correct := func(what string, by ...*model.Error) {
			_, err := h.Fulfilment.Correct(staff, parcels[0].No, fulfilment.Correction{Carrier: "SF", Waybill: "SFWRONG00000"})
			h.refused(t, "to correct "+what, err, by...)
		}
		switch {
		case o.Status == model.OrderReceived, o.Status == model.OrderClosed:
			correct("the waybill of what is over", model.ErrWrongState)
		case parcels[0].Delivery != model.DeliveryExpress:
			correct("the waybill of what has none", model.ErrWrongState)
		}
		if parcels[0].Delivery == model.DeliveryExpress {
			h.oldNews(t, parcels[0])
		}
	}
}

// oldNews are events of a parcel that nobody may believe, and some that are known.
func (h *history) oldNews(t *rapid.T, p model.Parcel) {
	e := fulfilment.Event{Carrier: p.Carrier, Waybill: p.Waybill, Status: model.ParcelInTransit, At: model.At(h.Clock.Now().Add(2 * time.Hour))}
	track := func(what string, e fulfilment.Event, by ...*model.Error) {
		refused, err := h.Fulfilment.Track(h.staffCtx(), []fulfilment.Event{e})
		if err != nil {
			t.Error(err)
			return
		}
		h.refused(t, what, refused[0], by...)
	}
	track("an event of the future", e, model.ErrInvalid)
	e.Waybill, e.At = "SFNOBODY0001", model.At(h.Clock.Now())
	track("an event of a parcel that is not there", e, model.ErrParcelNotFound)
	var known []model.ParcelEvent
	h.readable(&known, "parcel_id = ? AND waybill = ?", p.ID, p.Waybill)
	for _, k := range known {
		_, err := h.Fulfilment.Track(h.staffCtx(), []fulfilment.Event{{Carrier: p.Carrier, Waybill: p.Waybill, Status: k.Status, At: k.HappenedAt, Place: k.Place, Remark: k.Remark}})
		if err != nil {
			t.Error(err)
		}
	}
}

var refusal = aftersale.Note{Words: "no"}

// wrongCases are cases that cannot be opened, and moves that the state of one does not allow.
func (h *history) wrongCases(t *rapid.T) {
	for _, p := range h.lately() {
		o := h.State(p.no)
		h.wrongWishes(t, p, o)
		var cases []model.AfterSale
		h.readable(&cases, "order_id = ?", o.ID)
		for _, c := range cases {
			h.wrongMoves(t, p.buyer, c)
		}
	}
}

func (h *history) wrongWishes(t *rapid.T, p placed, o model.Order) {
	now, lines := model.At(h.Clock.Now()), h.linesOf(o)
	l := lines[0]
	ask := func(what string, w aftersale.Wish, by ...*model.Error) {
		_, err := h.AfterSale.Apply(h.Ctx, p.buyer.Buyer, "wrong", o.No, w)
		h.refused(t, fmt.Sprintf("to ask for %s (%s)", what, o.Status), err, by...)
	}
	wish := func(kind model.AfterSaleKind, reason string, pieces int) aftersale.Wish {
		return aftersale.Wish{Kind: kind, Reason: reason, Lines: []aftersale.WishLine{{Quantity: pieces}}}
	}
	unsent := l.Quantity - l.Shipped - l.Dropped
	since := max(o.ReceivedAt, h.exchanged(l))
	switch {
	case o.Status == model.OrderPending || o.Status == model.OrderCancelled || o.Status == model.OrderClosed:
		ask("what is not paid, or over", wish(model.AfterSaleRefund, "unwanted", 1), model.ErrWrongState)
		return
	case o.ReceivedAt > 0 && now >= since.Add(17*24*time.Hour):
		ask("what came too long ago", wish(model.AfterSaleReturn, "damaged", 1), model.ErrTooLate)
		return
	case o.ReceivedAt > 0 && now >= since.Add(15*24*time.Hour): // somewhere in these days the time ends
		return
	case unsent > 0:
		ask("more than is to be sent", wish(model.AfterSaleRefund, "unwanted", unsent+1), model.ErrPiecesTaken)
		ask("the return of what was not sent", wish(model.AfterSaleReturn, "unwanted", 1), model.ErrNotSent)
		return
	}
	ask("more than is there", wish(model.AfterSaleReturn, "damaged", l.Quantity+1), model.ErrPiecesTaken)
	if o.ReceivedAt == 0 {
		ask("the exchange of what has not come", wish(model.AfterSaleExchange, "damaged", 1), model.ErrNotReceived)
	} else if now < o.ReceivedAt.Add(7*24*time.Hour) {
		ask("the money for what is kept", wish(model.AfterSaleRefund, "unwanted", 1), model.ErrMustReturn, model.ErrInvalid)
		if !l.NoReturn {
			w := wish(model.AfterSaleExchange, "damaged", 1)
			w.Lines[0].NewSKU = h.dear.No
			if l.Quantity-l.Refunded-l.Claimed > 0 {
				ask("something else", w, model.ErrNotExchangeable)
			}
		}
	}
	if l.NoReturn && (o.ReceivedAt == 0 || now < o.ReceivedAt.Add(7*24*time.Hour)) {
		ask("what is not taken back", wish(model.AfterSaleReturn, "unwanted", 1), model.ErrNotReturnable)
	}
	var times int64
	h.DB.Read(h.Ctx).Model(&model.AfterSaleLine{}).Joins("JOIN after_sales c ON c.brand_id = after_sale_lines.brand_id AND c.id = after_sale_lines.after_sale_id").
		Where("after_sale_lines.order_line_id = ? AND c.status = ?", l.ID, model.AfterSaleRefused).
		Where("EXISTS (SELECT 1 FROM after_sale_events e WHERE e.brand_id = c.brand_id AND e.after_sale_id = c.id AND e.to_state = c.status "+
			"AND e.reason <> 'sent_meanwhile' AND e.created_at >= ?)", o.ReceivedAt).Count(&times)
	if times >= 2 && l.Quantity-l.Refunded-l.Claimed > 0 && l.TotalFen > l.RefundedFen {
		ask("what was refused twice", wish(model.AfterSaleReturn, "damaged", 1), model.ErrRefusedBefore)
		if v, err := h.AfterSale.Options(h.Ctx, p.buyer.Buyer, o.No); err != nil || len(v.Lines) == 0 || v.Lines[0].Return > 0 {
			t.Errorf("what was refused twice is offered: %+v, %v", v.Lines, err)
		}
	}
}

// exchanged is when what was sent last instead of the goods of a line had come, or 0.
func (h *history) exchanged(l model.OrderLine) (at model.Millis) {
	var cases []model.AfterSale
	h.readable(&cases, "order_id = ? AND kind = ? AND status = ?", l.OrderID, model.AfterSaleExchange, model.AfterSaleDone)
	for _, c := range cases {
		if h.Count(&model.AfterSaleLine{}, "after_sale_id = ? AND order_line_id = ? AND held > 0", c.ID, l.ID) == 0 {
			continue
		}
		var last model.AfterSaleEvent
		if h.DB.Read(h.Ctx).Where("after_sale_id = ? AND to_state = ? AND from_state = ?", c.ID, model.AfterSaleDone, model.AfterSaleResending).Take(&last).Error == nil {
			at = max(at, last.CreatedAt)
		}
	}
	return at
}

// wrongMoves tries what the state of a case does not allow.
func (h *history) wrongMoves(t *rapid.T, b *testshop.Buyer, c model.AfterSale) {
	staff, of := h.staffCtx(), aftersale.Handling{No: c.No, Key: "wrong"}
	s := h.another(b).Buyer
	words := aftersale.Note{Words: "because"}
	for what, try := range map[string]func() error{
		"read":      func() error { _, err := h.AfterSale.Get(h.Ctx, s, c.No); return err },
		"withdraw":  func() error { _, err := h.AfterSale.Withdraw(h.Ctx, s, c.No); return err },
		"send back": func() error { _, err := h.AfterSale.SendBack(h.Ctx, s, c.No, parcel); return err },
		"escalate":  func() error { _, err := h.AfterSale.Escalate(h.Ctx, s, c.No, words); return err },
		"confirm":   func() error { _, err := h.AfterSale.Confirm(h.Ctx, s, c.No); return err },
	} {
		h.refused(t, "another's case, to "+what, try(), model.ErrAfterSaleNotFound)
	}
	flow := model.AfterSaleFlow
	for _, m := range []struct {
		what string
		may  bool
		try  func() error
	}{
		{"agree to", c.Status == model.AfterSaleApplied, func() error { _, err := h.AfterSale.Agree(staff, of, aftersale.Consent{}); return err }},
		{"refuse", flow.Allows(c.Status, model.AfterSaleRefused) && c.Status != model.AfterSaleEscalated, func() error { _, err := h.AfterSale.Refuse(staff, of, words); return err }},
		{"decide", c.Status == model.AfterSaleEscalated, func() error {
			_, err := h.AfterSale.Decide(staff, of, aftersale.Decision{Verdict: "refuse", Consent: aftersale.Consent{Note: words}})
			return err
		}},
		{"decide for the consumer", c.Status == model.AfterSaleEscalated, func() error {
			_, err := h.AfterSale.Decide(staff, of, aftersale.Decision{Verdict: "refund", Consent: aftersale.Consent{Note: words}})
			return err
		}},
		{"receive", flow.Allows(c.Status, model.AfterSaleReceived), func() error { _, err := h.AfterSale.Receive(staff, of, aftersale.Arrival{}); return err }},
		{"resend", flow.Allows(c.Status, model.AfterSaleResending) || c.Status == model.AfterSaleResending, func() error { _, err := h.AfterSale.Resend(staff, of, parcel); return err }},
		{"compensate", c.CompensationFen > 0 && c.CompensatedAt == 0 && (c.Status == model.AfterSaleRefunding || c.Status == model.AfterSaleDone), func() error {
			_, err := h.AfterSale.Compensate(staff, of, words)
			return err
		}},
		{"withdraw", flow.Allows(c.Status, model.AfterSaleWithdrawn), func() error { _, err := h.AfterSale.Withdraw(h.Ctx, b.Buyer, c.No); return err }},
		{"send back", flow.Allows(c.Status, model.AfterSaleSending) || c.Status == model.AfterSaleSending, func() error { _, err := h.AfterSale.SendBack(h.Ctx, b.Buyer, c.No, parcel); return err }},
		{"confirm", c.Status == model.AfterSaleResending, func() error { _, err := h.AfterSale.Confirm(h.Ctx, b.Buyer, c.No); return err }},
		{"escalate", c.Status == model.AfterSaleRefused && !c.Appealed || c.Status == model.AfterSaleResending, func() error { _, err := h.AfterSale.Escalate(h.Ctx, b.Buyer, c.No, words); return err }},
	} {
		if !m.may {
			h.refused(t, fmt.Sprintf("to %s a case that is %s", m.what, c.Status), m.try(), model.ErrWrongState)
		}
	}
	switch {
	case c.Status == model.AfterSaleRefused && !c.Appealed && c.DeadlineAt <= model.At(h.Clock.Now()):
		_, err := h.AfterSale.Escalate(h.Ctx, b.Buyer, c.No, words)
		h.refused(t, "to take up a refusal too late", err, model.ErrTooLate)
	case c.Status == model.AfterSaleApplied && c.Kind == model.AfterSaleExchange:
		var lines []model.AfterSaleLine
		h.readable(&lines, "after_sale_id = ?", c.ID)
		if sku := h.Reload(model.SKU{ID: lines[0].NewSKUID}); !sku.Active || sku.Available() < int64(lines[0].Quantity) {
			_, err := h.AfterSale.Agree(staff, of, aftersale.Consent{})
			h.refused(t, "an exchange for what is not there", err, model.ErrOutOfStock)
		}
	case c.Status == model.AfterSaleAgreed || c.Status == model.AfterSaleSending:
		var lines []model.AfterSaleLine
		h.readable(&lines, "after_sale_id = ?", c.ID)
		var l model.OrderLine
		if err := h.DB.Read(h.Ctx).Where("id = ?", lines[0].OrderLineID).Take(&l).Error; err != nil {
			t.Fatal(err)
		}
		receive := func(restock int) error {
			_, err := h.AfterSale.Receive(staff, of, aftersale.Arrival{Lines: []aftersale.Condition{{Line: l.Position, Restock: restock}}})
			return err
		}
		h.refused(t, "more goods back than were sent", receive(lines[0].Quantity+1), model.ErrOutOfRange)
		var others int64
		h.DB.Read(h.Ctx).Model(&model.AfterSaleLine{}).Joins("JOIN after_sales c ON c.brand_id = after_sale_lines.brand_id AND c.id = after_sale_lines.after_sale_id").
			Where("after_sale_lines.order_line_id = ? AND c.resent_waybill <> '' AND after_sale_lines.new_sku_id <> ?", l.ID, l.SKUID).
			Count(&others)
		if others > 0 {
			h.refused(t, "goods back that were exchanged before", receive(1), model.ErrExchangedBefore)
		}
	}
}
