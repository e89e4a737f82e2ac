package main

import "strings"

// guard is one condition that keeps money, stock, quotas or states right. find is in the file exactly once; with
// replace in its place the guard is gone: then the simulation has to fail, or the test in the package in.
type guard struct {
	name          string
	file          string
	find, replace string
	in, test      string
}

// simulated tells whether the simulation comes by: it buys, pays, ships, refunds, reconciles and tells; it signs nobody
// in, writes no review and is no member of staff.
func (g guard) simulated() bool {
	for _, beyond := range []string{
		"wechat/", "api/", "service/moderation/", "service/picture/", "service/review/", "service/favourite/",
		"service/privacy/", "service/internal/person/", "service/identity/", "service/staff/", "service/cart/", "service/database/", "service/order/d",
	} {
		if strings.HasPrefix(g.file, beyond) {
			return false
		}
	}
	return true
}

// guards leaves out what stands behind another condition of the same step, and is missed only with both: WeChat's probe
// behind the signature, a parcel's state behind its flow, a case's claims and a message's returned leaves behind what they were counted from. They are grouped as the trade is: orders, stock, payments, refunds, the journal, parcels, after-sale, bills, messages,
// content, people, doors.
var guards = []guard{
	{
		"a state is left by the arrows of its flow alone", "service/internal/flow/flow.go",
		`Where("id = ? AND status IN ?", id, flow[to])`, `Where("id = ?", id)`, "service/order", ".",
	},
	{
		"an order is locked before it and its payments are changed", "service/order/order.go",
		`return take(tx.Clauses(forUpdate).Where("id = ?", id))`, `return take(tx.Where("id = ?", id))`, "service/payment", "TestTheEndWaits",
	},
	{
		"another buyer's address is no delivery", "service/order/delivery.go",
		`Where("addresses.no = ? AND addresses.user_id = ?", addressNo, userID)`, `Where("addresses.no = ?", addressNo)`, "service/order", "TestPlaceRefuses",
	},
	{
		"the total is the one the buyer has seen", "service/order/place.go",
		`case total != c.ExpectedTotalFen:`, `case false:`, "service/order", "TestPlaceRefuses",
	},
	{
		"an order that has a job gets no second one", "service/order/expiry.go",
		`Where("NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.brand_id = orders.brand_id AND jobs.kind = ? AND jobs.job_key = orders.no)", JobExpire)`,
		`Where("? <> ''", JobExpire)`, "service/order", "TestADeadEnd",
	},
	{
		"no more is reserved than is there", "service/stock/stock.go",
		`"active AND on_hand - reserved >= (@n)"`, `"active"`, "service/stock", ".",
	},
	{
		"what is off sale is not reserved", "service/stock/stock.go",
		`"active AND on_hand - reserved >= (@n)"`, `"on_hand - reserved >= (@n)"`, "service/stock", ".",
	},
	{
		"all lines are reserved or none", "service/stock/stock.go",
		`if res.RowsAffected != int64(len(ids)) {`, `if res.RowsAffected == 0 {`, "service/stock", ".",
	},
	{
		"no more comes back for sale than was refunded", "service/stock/stock.go",
		`"id = ? AND restocked + ? <= refunded"`, `"id = ? AND ? >= 0"`, "service/stock", ".",
	},
	{
		"what was counted counts when nobody has moved it since", "service/stock/stock.go",
		`"on_hand = ? AND reserved <= ?", sku.OnHand, onHand`, `"reserved <= ?", onHand`, "service/stock", ".",
	},
	{
		"the same request is one order", "service/internal/idem/idem.go",
		`	if err := tx.Create(&row).Error; database.IsDuplicate(err) {
		return errKnown
	} else if err != nil {`, `	if err := tx.Create(&row).Error; err != nil && !database.IsDuplicate(err) {`, "service/internal/idem", ".",
	},
	{
		"a key serves one input", "service/internal/idem/idem.go",
		`case row.InputHash != hash:`, `case false:`, "service/internal/idem", ".",
	},
	{
		"a worker's late answer changes nothing", "service/internal/job/runner.go",
		`Where("id = ? AND fence = ? AND status = ?", j.ID, j.Fence, model.JobQueued)`, `Where("id = ? AND status = ?", j.ID, model.JobQueued)`, "service/internal/job", ".",
	},

	{
		"the amount that WeChat took is the one announced", "service/payment/apply.go",
		`case t.Total != p.AmountFen && t.State.Paid():`, `case false:`, "service/payment", "./sqlite",
	},
	{
		"the merchant that was paid is ours", "service/payment/apply.go",
		`case t.MchID != p.MchID:`, `case false:`, "service/payment", "./sqlite",
	},
	{
		"a payment is applied once", "service/payment/apply.go",
		`	if errors.Is(err, model.ErrWrongState) {
		return model.CallbackRepeated, "", nil
	}
	if err != nil {
		return "", "", err
	}
	err = ledger.Post(tx, entryPayment`, `	if err != nil && !errors.Is(err, model.ErrWrongState) {
		return "", "", err
	}
	err = ledger.Post(tx, entryPayment`, "service/payment", "./sqlite",
	},
	{
		"money that comes too late goes back", "service/payment/apply.go",
		`return model.CallbackApplied, "late", s.oweBack(tx, p)`, `return model.CallbackApplied, "late", nil`, "service/payment", "./sqlite",
	},
	{
		"an order ends after its payments are closed at WeChat", "service/payment/end.go",
		`if !closed[p.ID] { // began after we looked: WeChat has not been told`, `if false {`, "service/payment", "./sqlite",
	},
	{
		"a notification is WeChat's", "wechat/notification.go",
		`		if err := c.verify(ctx, header, body); err != nil {
			return err
		}`, `		_ = c.verify(ctx, header, body)`, "wechat", "Notification",
	},

	{
		"no line gives back more pieces or money than it has", "service/payment/order_refund.go",
		`"id = ? AND refunded + claimed + ? <= quantity AND refunded_fen + ? <= total_fen", p.OrderLineID, p.Quantity, p.AmountFen`,
		`"id = ? AND ? + ? >= 0", p.OrderLineID, p.Quantity, p.AmountFen`, "service/payment", "./sqlite",
	},
	{
		"what was sent is not dropped", "service/payment/order_refund.go",
		`"shipped + dropped + ? <= quantity AND refunded - dropped + ? <= shipped", p.Dropped, p.Quantity-p.Dropped`,
		`"? + ? >= 0", p.Dropped, p.Quantity-p.Dropped`, "service/payment", "./sqlite",
	},
	{
		"no order gives back more than was paid", "service/payment/order_refund.go",
		`Where("refunded_fen + ? <= total_fen", r.AmountFen)`, `Where("? >= 0", r.AmountFen)`, "service/payment", "TestTheConditions",
	},
	{
		"no more freight and tax go back than were paid", "service/payment/order_refund.go",
		`Where("refunded_freight_fen + ? <= freight_fen AND refunded_tax_fen + ? <= tax_fen", r.FreightFen, r.TaxFen)`,
		`Where("? + ? >= 0", r.FreightFen, r.TaxFen)`, "service/payment", "TestTheConditions",
	},
	{
		"an order has fifty refunds at most", "service/payment/order_refund.go",
		`"id = ? AND status IN ? AND refund_count < ?", o.ID, refundable, MostRefunds`, `"id = ? AND status IN ? AND ? > 0", o.ID, refundable, MostRefunds`, "service/payment", "./sqlite",
	},
	{
		"a reissue counts among the fifty", "service/payment/reissue.go",
		`"id = ? AND refund_count < ?", o.ID, MostRefunds`, `"id = ? AND ? > 0", o.ID, MostRefunds`, "service/payment", "TestTheConditions",
	},
	{
		"money goes back within a year", "service/payment/order_refund.go",
		`if s.now.Now() > p.PaidAt.Add(RefundDays*24*time.Hour) {`, `if false {`, "service/payment", "./sqlite",
	},
	{
		"staff have seen what was sent", "service/payment/desk_refund.go",
		`		if err := wish.asSeen(r); err != nil {
			return DeskRefund{}, err
		}`, ``, "service/payment", "./sqlite",
	},
	{
		"an entry of the journal adds up to zero", "service/internal/ledger/batch.go",
		`if sum != 0 || len(lines) < 2 {`, `if false {`, "service/internal/ledger", ".",
	},
	{
		"the journal only grows", "service/database/appendonly.go",
		`if db.Error == nil && a.tables[db.Statement.Table] { // else it was refused already, for another reason`, `if false {`, "service/database", ".",
	},
	{"a statement names its brand", "service/database/tenancy.go", `	_ = db.AddError(fmt.Errorf("%w: table %q", ErrNoBrand, db.Statement.Table))`, `	_ = fmt.Sprint(db.Statement.Table)`, "service/database", "."},

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
		"a compensation is noted once", "service/aftersale/staff.go",
		`"id = ? AND compensation_fen > 0 AND compensated_at = 0 AND status IN ?"`, `"id = ? AND compensation_fen > 0 AND status IN ?"`, "service/aftersale", "./sqlite",
	},

	{
		"one run reconciles a day", "service/reconcile/reconcile.go",
		`Where("status IN ? OR lease_until <= ?", model.ReconciliationFlow[model.ReconciliationRunning], now)`,
		`Where("status IN ? OR lease_until <= ? OR 1 = 1", model.ReconciliationFlow[model.ReconciliationRunning], now)`, "service/reconcile", ".",
	},
	{
		"a run that was overtaken writes nothing", "service/reconcile/reconcile.go",
		`Where("id = ? AND fence = ? AND status = ?", r.ID, r.Fence, model.ReconciliationRunning)`, `Where("id = ? AND status = ?", r.ID, model.ReconciliationRunning)`, "service/reconcile", ".",
	},

	{
		"a message takes a leave that is there", "service/message/grant.go",
		`"user_id = ? AND template_id = ? AND remaining > 0"`, `"user_id = ? AND template_id = ?"`, "service/message", ".",
	},

	{
		"nothing is shown before all of it was looked at", "service/moderation/moderation.go",
		`	if open > 0 {
		return true, nil
	}`, ``, "service/review", ".",
	},
	{
		"the last verdict is the last, whoever comes at the same time", "service/moderation/moderation.go",
		`err = tx.Clauses(forUpdate).Where("subject_kind`, `err = tx.Where("subject_kind`, "api/callback", "Race",
	},
	{
		"a verdict stays as it was told first", "service/moderation/moderation.go",
		`case other.ID == c.ID && other.Status == model.CheckDone:`, `case false:`, "api/callback", "Only",
	},
	{"a push is encrypted", "wechat/push.go", `if query.Get("encrypt_type") != "aes" {`, `if false {`, "wechat", "Push"},
}
