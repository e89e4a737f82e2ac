package main

// bills guard WeChat's bills and messages.
var bills = []guard{
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
		"no more leaves come back than were given", "service/message/grant.go",
		`"user_id = ? AND template_id = ? AND remaining < granted"`, `"user_id = ? AND template_id = ?"`, "service/message", "TestALeaveComesBackOnce/sqlite",
	},
	{
		"an exception that is still there stays open", "service/reconcile/exception.go",
		`"day = ? AND status = ? AND seen_by <> ?", r.Day, model.ExceptionOpen, r.Fence`, `"day = ? AND status = ? AND ? > 0", r.Day, model.ExceptionOpen, r.Fence`, "service/reconcile", "TestTradeBillThatDiffers//sqlite",
	},
	{
		"what staff have decided stands", "service/reconcile/exception.go",
		`case e.Status != model.ExceptionCleared && e.OursFen`, `case false && e.OursFen`, "service/reconcile", "TestResolve/sqlite",
	},
	{
		"a bill is of this merchant", "service/reconcile/fetch.go",
		`if t.MchID != b.mchID {`, `if b.mchID == "" {`, "service/reconcile", "./sqlite",
	},
	{
		"what was given up here is not under way in a later bill", "service/reconcile/match.go",
		`return !gaveUp || ours.UpdatedAt >= b.Day.Ends()`, `return gaveUp || true`, "service/reconcile", "TestRefundThatWasGivenUpHereAlone/sqlite",
	},
	{
		"the days of a merchant that was replaced are kept", "service/reconcile/reconcile.go",
		`r.MchID != "" && r.MchID != mchID {`, `r.MchID != "" && mchID == "" {`, "service/reconcile", "TestAnotherMerchant/sqlite",
	},
	{
		"no bill is waited for that is another merchant's", "service/reconcile/fetch.go",
		`Where(of.by, b.mchID)`, `Where("? <> ''", b.mchID)`, "service/reconcile", "TestAnotherMerchant/sqlite",
	},
	{
		"what another merchant took is not missing", "service/reconcile/match.go",
		`? IN ('', o.mch_id)`, `? IS NOT NULL`, "service/reconcile", "TestAnotherMerchant/sqlite",
	},
	{
		"what another merchant gave back is not missing", "service/reconcile/match.go",
		`? IN ('', p.mch_id)`, `? IS NOT NULL`, "service/reconcile", "TestAnotherMerchant/sqlite",
	},
	{
		"a fee is booked once", "service/reconcile/known.go",
		`booked := k.fees[n]; booked || !here`, `booked := k.fees[n]; booked && false || !here`, "service/reconcile", "./sqlite",
	},
	{
		"a bill that should be there is waited for", "service/reconcile/fetch.go",
		`if expected {`, `if false {`, "service/reconcile", "TestBillThatIsNotThereYet/sqlite",
	},
	{
		"a day is reconciled when it is over", "service/reconcile/reconcile.go",
		`if day.Starts() == 0 || s.now.Now() < day.Ends() {`, `if false {`, "service/reconcile", "TestBillThatIsNotThereYet/sqlite",
	},
	{
		"only a whole day is looked at again", "service/reconcile/daily.go",
		`if before != model.ReconciliationFinished {`, `if false {`, "service/reconcile", "TestAHalfDayIsFetchedAnew/sqlite",
	},
	{
		"a look at a day that died is made good", "service/reconcile/daily.go",
		`	if err != nil {
		return s.later(err)
	}
	if before`, `	if err != nil {
		return nil
	}
	if before`, "service/reconcile", "TestALookThatDied/sqlite",
	},
	{
		"the fee of a refund is back when the refund is done", "service/reconcile/known.go",
		`return o.Status == string(model.RefundSucceeded)`, `return true`, "service/reconcile", "TestRefundThatIsGivenUpLater/",
	},
	{
		"the day of a refund that is done later is looked at again", "service/reconcile/daily.go",
		`AND r.succeeded_at >= ? AND e.id IS NULL`, `AND r.succeeded_at >= ? AND 1 = 0`, "service/reconcile", "TestRefundOverTwoDays/sqlite",
	},
	{
		"an amount that differs is seen", "service/reconcile/match.go",
		`	case b.AmountFen != own.AmountFen:
		differ(model.ExceptionAmount, own.AmountFen, b.AmountFen)
	case b.SettledFen != own.AmountFen:`, `	case false:`, "service/reconcile", "TestTradeBillThatDiffers//sqlite",
	},
	{
		"a state that differs is seen", "service/reconcile/match.go",
		`if !agrees(b, &own) {`, `if false {`, "service/reconcile", "TestPaymentThatIsNotKnownHereYet/sqlite",
	},
	{
		"a bill has the hash that was announced", "wechat/bill.go",
		`case !strings.EqualFold(hex.EncodeToString(sum.Sum(nil)), b.HashValue):`, `case sum == nil || strings.EqualFold(hex.EncodeToString(nil), b.HashValue):`, "wechat", "TestBills",
	},
	{
		"a bill comes from WeChat", "wechat/bill.go",
		`if b.HashType != "SHA1" || !c.mayDownload(b.DownloadURL) {`, `if b.HashType != "SHA1" {`, "wechat", "TestBill",
	},
	{
		"a consumer is told once", "model/migrations/sqlite/00059_messages.sql",
		`CREATE UNIQUE INDEX uq_messages_user_id_event_subject`, `CREATE INDEX uq_messages_user_id_event_subject`, "service/message", "TestPaidIsToldOnce/sqlite",
	},
	{
		"a message of which nobody knows is not sent again", "service/message/send.go",
		`case errors.Is(asked, model.ErrUnclear):`, `case false:`, "service/message", "TestAMessageIsSentAtMostOnce//sqlite",
	},
	{
		"a message that was begun is not begun again", "service/message/send.go",
		`	case model.MessageSending:
		return nil, advance(tx, m, model.MessageUnclear, reasonNoAnswer)
	case model.MessageWaiting`, `	case model.MessageSending:
		m.Status = model.MessageHeld
		if err := advance(tx, m, model.MessageHeld, ""); err != nil {
			return nil, err
		}
	case model.MessageWaiting`, "service/message", "TestAMessageThatWasBegun/sqlite",
	},
	{
		"a message that is a day old is not sent", "service/message/send.go",
		`if s.now.Now() > m.CreatedAt.Add(life) {`, `if false {`, "service/message", "TestOldNews/sqlite",
	},
	{
		"leaves that WeChat knows nothing of are forgotten", "service/message/send.go",
		`return forget(tx, m.UserID, m.TemplateID, l.granted)`, `return nil`, "service/message", "TestNoLeaveNoMessage/sqlite",
	},
	{
		"leave is given for the brand's templates, once each", "service/message/grant.go",
		`if !slices.Contains(known, id) || slices.Contains(templateIDs[:i], id) {`, `if id == "" {`, "service/message", "TestGrants/sqlite",
	},
	{
		"a leave is for its own template", "service/message/send.go",
		`if m.Status == model.MessageWaiting || t.TemplateID != m.TemplateID {`, `if m.Status == model.MessageWaiting {`, "service/message", "TestATemplateIsChangedUnderWay//sqlite",
	},
	{
		"a leave that was not used comes back", "service/message/send.go",
		`if m.Status == model.MessageHeld && (reason`, `if false && (reason`, "service/message", "TestATemplateIsChangedUnderWay//sqlite",
	},
}
