package main

// parcels guard what was sent, received and sent back.
var parcels = []guard{
	{
		"no more is sent than is left", "service/fulfilment/ship.go",
		`"id = ? AND shipped + ? <= quantity - dropped"`, `"id = ? AND ? >= 0"`, "service/fulfilment", "./sqlite",
	},
	{
		"an older event does not move a parcel", "service/fulfilment/tracking.go",
		`flow.Advance[model.Parcel](tx.Where("event_at <= ?", e.At), model.ParcelFlow`, `flow.Advance[model.Parcel](tx, model.ParcelFlow`, "service/fulfilment", "./sqlite",
	},
	{
		"a case takes pieces that nothing else has taken", "service/aftersale/pieces.go",
		`"id = ? AND order_id = ? AND refunded + claimed + ? <= quantity"`, `"id = ? AND order_id = ? AND ? >= 0"`, "service/aftersale", "./sqlite",
	},
	{
		"what was not sent is not asked for as sent, nor the other way round", "service/aftersale/pieces.go",
		`query = query.Where("shipped + dropped + claimed + ? <= quantity", l.Quantity)`, `_ = l.Quantity`, "service/aftersale", "TestTheConditions/sqlite",
	},
	{
		"a compensation is noted once", "service/aftersale/staff.go",
		`"id = ? AND compensation_fen > 0 AND compensated_at = 0 AND status IN ?"`, `"id = ? AND compensation_fen > 0 AND status IN ?"`, "service/aftersale", "./sqlite",
	},
	{
		"only what is paid is sent", "service/fulfilment/ship.go",
		`if !model.OrderFlow.Allows(o.Status, model.OrderShipped) {`, `if false {`, "service/fulfilment", "TestShip/sqlite",
	},
	{
		"an order is sent in one way", "service/fulfilment/ship.go",
		`case len(sent) > 0 && (sent[0].Delivery != in.Delivery || in.Delivery != model.DeliveryExpress):`, `case false:`, "service/fulfilment", "TestShipOtherwise/sqlite",
	},
	{
		"an order has so many parcels at most", "service/fulfilment/ship.go",
		`case len(sent)+len(in.Parcels) > model.MostParcels:`, `case false:`, "service/fulfilment", "TestShip/sqlite",
	},
	{
		"a waybill is used once for an order", "model/migrations/sqlite/00035_parcels.sql",
		`CREATE UNIQUE INDEX uq_parcels_order_id_waybill`, `CREATE INDEX uq_parcels_order_id_waybill`, "service/fulfilment", "TestWaybillIsTakenOnce/sqlite",
	},
	{
		"WeChat is asked for one change of an order's shipping", "model/migrations/sqlite/00038_shipping_uploads.sql",
		`CREATE UNIQUE INDEX uq_shipping_uploads_order_id_seq`, `CREATE INDEX uq_shipping_uploads_order_id_seq`, "service/fulfilment", "Correct/sqlite",
	},
	{
		"an event is kept once", "model/migrations/sqlite/00037_parcel_events.sql",
		`CREATE UNIQUE INDEX uq_parcel_events_event`, `CREATE INDEX uq_parcel_events_event`, "service/fulfilment", "TestEventIsKeptOnce/sqlite",
	},
	{
		"no event is of the future", "service/fulfilment/tracking.go",
		`case e.At <= 0 || e.At > now.Add(ahead):`, `case e.At <= 0:`, "service/fulfilment", "TestTrack/sqlite",
	},
	{
		"the waybill of an order that is over stays", "service/fulfilment/correct.go",
		`over := o.Status != model.OrderPartlyShipped && o.Status != model.OrderShipped`, `over := false`, "service/fulfilment", "TestWhatIsNotCorrected/sqlite",
	},
	{
		"what has no waybill gets none", "service/fulfilment/correct.go",
		`if over || p.Delivery != model.DeliveryExpress {`, `if over {`, "service/fulfilment", "TestWhatIsNotCorrected/sqlite",
	},
	{
		"a case puts off the receipt and the end", "service/fulfilment/receipt.go",
		`if err == nil && open {`, `if err == nil && open && false {`, "service/fulfilment", "TestAnOpenCasePutsOff/sqlite",
	},
	{
		"a receipt is confirmed once", "service/fulfilment/receipt.go",
		`if err != nil || o.ReceivedAt > 0 {`, `if err != nil {`, "service/fulfilment", "TestConfirm/sqlite",
	},
	{
		"a receipt that WeChat tells of again is known", "service/fulfilment/receipt.go",
		`case o.ReceivedAt > 0:`, `case false:`, "service/fulfilment", "InWeChat|Settlement/sqlite",
	},
	{
		"WeChat's word moves only what is on its way", "service/fulfilment/receipt.go",
		`case o.Status != model.OrderShipped:`, `case false:`, "service/fulfilment", "InWeChat|Settlement/sqlite",
	},
	{
		"WeChat is told in turn", "service/fulfilment/upload.go",
		`v.Seq < u.Seq && isOpen(v.Status) })`, `v.Seq < u.Seq && false })`, "service/fulfilment", "TestUpload|TestCorrection/sqlite",
	},
	{
		"what was corrected is told when all is sent", "service/fulfilment/upload.go",
		`if u.Seq == model.UploadSeqCorrection && o.Status == model.OrderPartlyShipped {`, `if false {`, "service/fulfilment", "Correct/sqlite",
	},
	{
		"another buyer's case is not changed", "service/aftersale/consumer.go",
		`"no = ? AND user_id = ?", no, b.UserID)`, `"no = ?", no)`, "service/aftersale", "TestACaseIsItsBuyers/sqlite",
	},
	{
		"what was refused twice is not asked for again", "service/aftersale/apply.go",
		`if r.Times >= 2 || r.Last > 0 {`, `if r.Times < 0 {`, "service/aftersale", "TestRefusal/sqlite",
	},
	{
		"nothing is asked for when the time has passed", "service/aftersale/wish.go",
		`end > 0 && now >= end {`, `end > 0 && now >= end && false {`, "service/aftersale", "TestTimeToAsk/sqlite",
	},
	{
		"what is not taken back needs a fault", "service/aftersale/wish.go",
		`case l.NoReturn && sent && !reason.Fault:`, `case false:`, "service/aftersale", "TestNoReturn/sqlite",
	},
	{
		"only what was received is exchanged", "service/aftersale/wish.go",
		`case w.Kind == model.AfterSaleExchange && o.ReceivedAt == 0:`, `case false:`, "service/aftersale", "TestWhat/sqlite",
	},
	{
		"what was received is not kept for its money without a fault", "service/aftersale/wish.go",
		`case w.Kind == model.AfterSaleRefund && o.ReceivedAt > 0 && !reason.Fault:`, `case false:`, "service/aftersale", "TestWhat/sqlite",
	},
	{
		"goods are exchanged for the same, at the same price", "service/aftersale/wish.go",
		`case wanted.ProductID != l.ProductID, wanted.ID != l.SKUID && wanted.PriceFen != price && wanted.PriceFen != l.UnitFen:`, `case price < 0:`, "service/aftersale", "TestWhatCanBeExchanged/sqlite",
	},
	{
		"what was applied for is agreed to once", "service/aftersale/staff.go",
		`if f.c.Status != model.AfterSaleApplied {`, `if false {`, "service/aftersale", "TestEveryUseCaseInEveryState/sqlite",
	},
	{
		"what is before the owner is the owner's to move", "service/aftersale/staff.go",
		`if f.c.Status == model.AfterSaleEscalated {`, `if false {`, "service/aftersale", "TestEveryUseCaseInEveryState/sqlite",
	},
	{
		"goods that are here are not asked for again", "service/aftersale/staff.go",
		`case !d.GoodsHere:`, `case true:`, "service/aftersale", "TestAnAppealIsGranted/sqlite",
	},
	{
		"goods that were looked at are not looked at again", "service/aftersale/staff.go",
		`	case received > 0:
		return s.agree(`, `	case received < 0:
		return s.agree(`, "service/aftersale", "TestAnExchangeIsGrantedWhoseGoodsAreHere/sqlite",
	},
	{
		"what follows the last parcel tells of all", "service/fulfilment/correct.go",
		`case status == model.UploadRefused && !ended(uploads):`, `case status == model.UploadRefused:`, "service/fulfilment", "TestCorrectionOfARefusedUploadAfterTheLast/sqlite",
	},
	{
		"the one change is not used up by repeating", "service/fulfilment/upload.go",
		`if b.corrected && w.Whole && state.Whole {`, `if false {`, "service/fulfilment", "TestCorrectionWhileTheAnswerIsLost/sqlite",
	},
	{
		"what WeChat refused is told again once", "service/fulfilment/again.go",
		`case u.Status != model.UploadRefused:`, `case u.Status == model.UploadDone:`, "service/fulfilment", "TestToldAgainOnce/sqlite",
	},
	{
		"what is told again after the last parcel tells of all", "service/fulfilment/again.go",
		`case u.Seq == model.UploadSeqCorrection || !ended(uploads):`, `case true:`, "service/fulfilment", "TestTellAgainInTurn/sqlite",
	},
	{
		"what the brand told WeChat by hand is not told again", "service/fulfilment/upload.go",
		`|| u.RefusedFor != ""`, `|| false`, "service/fulfilment", "TestTellAgainWhatWeChatKnows/sqlite",
	},
	{
		"a late ack does not end the job that tells again", "service/fulfilment/again.go",
		`return job.Afresh(`, `return job.Enqueue(`, "service/fulfilment", "TestTellAgain|TestToldAgain/sqlite",
	},
	{
		"WeChat is told under the merchant that was paid", "service/fulfilment/info.go",
		`MchID: payment.MchID,`, `MchID: "1699999999",`, "service/fulfilment", "TestShippingAfterTheMerchantWasReplaced/sqlite",
	},
	{
		"a carrier's words of the deleted are not shown", "service/fulfilment/view.go",
		`if err != nil || !restricted {`, `if err != nil || !restricted || true {`, "service/fulfilment", "TestWhatCarriersToldOfTheDeleted/sqlite",
	},
	{
		"a waybill is a parcel's of that half year", "service/fulfilment/tracking.go",
		`Where("created_at BETWEEN ? AND ?", e.At.Add(-reusedAfter), e.At.Add(enteredLate)).`, `Where("created_at > 0").`, "service/fulfilment", "TestWaybillIsUsedAgain/sqlite",
	},
	{
		"the owner decides what is before them", "service/aftersale/staff.go",
		`if f.c.Status != model.AfterSaleEscalated {`, `if false {`, "service/aftersale", "TestEveryUseCaseInEveryState/sqlite",
	},
	{
		"only what was sent in exchange is confirmed", "service/aftersale/consumer.go",
		`if f.c.Status != model.AfterSaleResending {`, `if false {`, "service/aftersale", "TestEveryUseCaseInEveryState/sqlite",
	},
	{
		"a refusal is taken up once", "service/aftersale/consumer.go",
		`case f.c.Status != model.AfterSaleRefused || f.c.Appealed:`, `case f.c.Status != model.AfterSaleRefused:`, "service/aftersale", "TestRefusal/sqlite",
	},
	{
		"a refusal is taken up in time", "service/aftersale/consumer.go",
		`case f.c.DeadlineAt <= s.now.Now():`, `case false:`, "service/aftersale", "TestRefusal/sqlite",
	},
	{
		"a deadline that was moved does nothing", "service/aftersale/deadline.go",
		`if f.c.Status != p.Status || f.c.DeadlineAt != p.DeadlineAt {`, `if false {`, "service/aftersale", "TestDeadlineThatWasMoved|TestExchange/sqlite",
	},
	{
		"what was sent meanwhile is not given for nothing", "service/aftersale/deadline.go",
		`if f.sentMeanwhile() {`, `if f.sentMeanwhile() && false {`, "service/aftersale", "TestSentMeanwhile/sqlite",
	},
	{
		"staff have seen that what is given back was sent", "service/aftersale/staff.go",
		`if f.sentMeanwhile() && !consent.Sent {`, `if false {`, "service/aftersale", "TestSentMeanwhileIsSeen/sqlite",
	},
	{
		"no more comes back than was sent", "service/aftersale/staff.go",
		`if condition.Restock < 0 || condition.Restock > l.Quantity {`, `if false {`, "service/aftersale", "TestNoMoreComesBackThanWasSent/sqlite",
	},
	{
		"what was exchanged before is not put back as what was bought", "service/stock/stock.go",
		`if others > 0 {`, `if false {`, "service/aftersale", "TestReturnAfterAnExchange/sqlite",
	},
	{
		"an order with an open case does not end", "service/aftersale/refund.go",
		`return open > 0, err`, `return open < 0, err`, "service/aftersale", "TestOpenFor/sqlite",
	},
	{
		"a case gives back the pieces it holds", "service/aftersale/pieces.go",
		`"id = ? AND claimed >= ?", l.OrderLineID, l.Quantity`, `"id = ? AND ? >= 0", l.OrderLineID, l.Quantity`, "service/aftersale", "TestTheConditions/sqlite",
	},
	{
		"a case takes pieces of its own order", "service/aftersale/pieces.go",
		`"id = ? AND order_id = ? AND refunded`, `"id = ? AND ? > 0 AND refunded`, "service/aftersale", "TestTheConditions/sqlite",
	},
	{
		"a case lets go of what it holds", "service/aftersale/pieces.go",
		`Where("id = ? AND held = ?", l.ID, l.Held)`, `Where("id = ?", l.ID)`, "service/aftersale", "TestTheConditions/sqlite",
	},
	{
		"what was sent instead is not put back", "service/aftersale/pieces.go",
		`if f.resent() {`, `if false {`, "service/aftersale", "TestAReplacementIsNotRight/./sqlite",
	},
	{
		"what was exchanged is sent once", "service/aftersale/staff.go",
		`case f.resent() && !d.AsReturn:`, `case false:`, "service/aftersale", "TestAReplacementIsNotRight/./sqlite",
	},
	{
		"what was refused is not offered", "service/aftersale/options.go",
		`if refused[l.ID] {`, `if refused[l.ID] && false {`, "service/aftersale", "TestRefusalsBeforeReceipt/sqlite",
	},
}
