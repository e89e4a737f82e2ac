package main

// payments guard money that comes in and goes back, and the journal.
var payments = []guard{
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
		`if !c[p.ID] { // began after we looked`, `if false {`, "service/payment", "./sqlite",
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
		`"id = ? AND status IN ? AND refund_count < ?", o.ID, refundable, most`, `"id = ? AND status IN ? AND ? > 0", o.ID, refundable, most`, "service/payment", "./sqlite",
	},
	{
		"what is closed at WeChat late is asked after from then on", "service/payment/end.go",
		`		err = s.closeLate(ctx, client, &p)`, `		_, err = s.closeAtWeChat(ctx, client, p.No)`, "service/payment", "ClosedAtWeChatLate//sqlite",
	},
	{
		"what is closed at WeChat is closed here", "service/payment/apply.go",
		`case t.State == wechat.TradeClosed:`, `case false:`, "service/payment", "TestWhatIsClosedAtWeChatIsClosedHere/sqlite",
	},
	{
		"nobody pays an order that another payment has paid", "service/payment/end.go",
		`case isOpen(p.Status) && !t.State.Paid():`, `case false:`, "service/payment", "TestThePaymentBesideTheOneThatPaidIsClosed/sqlite",
	},
	{
		"who has paid the price of before has not paid the order", "service/payment/end.go",
		`		return s.settled(ctx, orderID)`, `		return nil`, "service/payment", "TestAnOrderThatWasPaidAtAnOldPriceEnds/sqlite",
	},
	{
		"a payment begins with the merchant that the brand has", "service/payment/payment.go",
		`		if err := s.stillOurs(ctx, client, p); err != nil {
			return Parameters{}, err
		}`, ``, "service/payment", "TestNoPaymentBeginsWithAMerchantThatWasReplaced/sqlite",
	},
	{
		"what WeChat never takes waits for staff", "service/payment/refund.go",
		`if !s.forGood(client, p, err) {`, `if true {`, "service/payment", "TestARefundThatWeChatNeverTakes//sqlite",
	},
	{
		"what WeChat has taken is not given up", "service/payment/refund.go",
		`	answer, err = client.QueryRefund(ctx, r.No)
	if errors.Is`, `	answer, err = wechat.Refund{}, model.ErrPayNotFound
	if errors.Is`, "service/payment", "TestARefundThatWeChatTookIsNotGivenUp/sqlite",
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
		"a movement of money is booked once", "model/migrations/sqlite/00021_journal_entries.sql",
		`CREATE UNIQUE INDEX uq_journal_entries_kind_ref`, `CREATE INDEX uq_journal_entries_kind_ref`, "service/internal/ledger", "TestPostBalancesAndIsUnique/sqlite",
	},
	{
		"what is over by its time is not announced", "service/payment/payment.go",
		`case o.Status == model.OrderCancelled, o.Status == model.OrderPending && o.ExpiresAt <= now:`, `case o.Status == model.OrderCancelled:`, "service/payment", "TestWhatIsOverIsNotPrepared/sqlite",
	},
	{
		"what is paid is not announced again", "service/payment/payment.go",
		`		case o.Status != model.OrderPending:
			return model.ErrAlreadyPaid`, `		case false:
			return model.ErrAlreadyPaid`, "service/payment", "TestOrderIsPaidByTheNotification/sqlite",
	},
	{
		"an order has one open payment", "service/payment/payment.go",
		`n > 0 && isOpen(attempts[n-1].Status) {`, `n > 0 && false {`, "service/payment", "TestPrepareIsRepeatable/sqlite",
	},
	{
		"a payment that was closed meanwhile is not paid with", "service/payment/payment.go",
		`Where("id = ? AND status IN ?", p.ID, model.PaymentsOpen).`, `Where("id = ?", p.ID).`, "service/payment", "TestCancelledWhilePreparing/sqlite",
	},
	{
		"the mini program that was paid in is ours", "service/payment/apply.go",
		`case t.AppID != p.AppID:`, `case false:`, "service/payment", "TestAPaymentOfOthersPaysNothing/sqlite",
	},
	{
		"the currency is ours", "service/payment/apply.go",
		`case t.Currency != "CNY" && t.State.Paid():`, `case false:`, "service/payment", "TestAPaymentOfOthersPaysNothing/sqlite",
	},
	{
		"what is not paid pays nothing", "service/payment/apply.go",
		`if !t.State.Paid() {`, `if false {`, "service/payment", "TestAPaymentOfOthersPaysNothing/sqlite",
	},
	{
		"the amount that went back is the one asked for", "service/payment/refund.go",
		`case w.Amount != r.AmountFen:`, `case false:`, "service/payment", "TestARefundOfAnotherAmountIsRefused/sqlite",
	},
	{
		"a refund is booked once", "service/payment/refund.go",
		`	if errors.Is(err, model.ErrWrongState) {
		return model.CallbackRepeated, "", nil
	}
	if err != nil || to`, `	if err != nil && !errors.Is(err, model.ErrWrongState) || to`, "service/payment", "TestARefundIsToldOfTwice/sqlite",
	},
	{
		"an order that is not pending does not end unpaid", "service/payment/end.go",
		`		if o.Status != model.OrderPending {
			return nil
		}`, ``, "service/payment", "TestAnOrderThatWasPaidDoesNotEnd/sqlite",
	},
	{
		"refunds of an order are a minute apart", "service/payment/order_refund.go",
		`at = max(at, o.LastRefundAt.Add(refundGap))`, `at = max(at, o.LastRefundAt)`, "service/payment", "TestRefundsAreAMinuteApart/sqlite",
	},
	{
		"an order that is over gives nothing back", "service/payment/order_refund.go",
		`"id = ? AND status IN ? AND refund_count < ?", o.ID, refundable, most`, `"id = ? AND ? <> '' AND refund_count < ?", o.ID, refundable[0], most`, "service/payment", "TestTheConditions/sqlite",
	},
	{
		"pieces that a case is about are the case's", "service/payment/order_refund.go",
		`"id = ? AND refunded + claimed + ? <= quantity AND`, `"id = ? AND refunded + ? <= quantity AND`, "service/payment", "TestTheConditions/sqlite",
	},
	{
		"a line gives back no more money than it cost", "service/payment/order_refund.go",
		`AND refunded_fen + ? <= total_fen", p.OrderLineID`, `AND ? >= 0", p.OrderLineID`, "service/payment", "TestTheConditions/sqlite",
	},
	{
		"what was not sent does not come back", "service/payment/order_refund.go",
		`AND refunded - dropped + ? <= shipped", p.Dropped`, `AND ? >= 0", p.Dropped`, "service/payment", "TestTheConditions/sqlite",
	},
	{
		"an order ends when all its money is back", "service/payment/owe.go",
		`if open > 0 {`, `if false {`, "service/payment", "TestAnOrderEndsWithItsLastPiece/sqlite",
	},
	{
		"an order of which something is kept goes on", "service/payment/owe.go",
		`if kept > 0 || !model`, `if kept < 0 || !model`, "service/payment", "TestAnOrderEndsWithItsLastPiece/sqlite",
	},
	{
		"staff put back only what came back", "service/payment/desk_refund.go",
		`case l.Restock > l.Sent:`, `case false:`, "service/payment", "TestWishesThatCannotBe/sqlite",
	},
	{
		"no more is put back than is refunded", "service/payment/wish.go",
		`case p.Restock < 0 || p.Restock > p.Quantity:`, `case false:`, "service/payment", "TestNoMoreIsPutBackThanIsRefunded/sqlite",
	},
	{
		"pieces give back no more than they cost", "service/payment/wish.go",
		`if amount > paid {`, `if false {`, "service/payment", "TestWishesThatCannotBe/sqlite",
	},
	{
		"what WeChat gave up is made again or settled once, and nothing else", "service/payment/reissue.go",
		`	return r, o, flow.Advance[model.Refund](tx, model.RefundFlow, r.ID, to, also)`,
		`	_ = flow.Advance[model.Refund](tx, model.RefundFlow, r.ID, to, also)
	return r, o, nil`, "service/payment", "(Reissue|Settle).*/sqlite",
	},
}
