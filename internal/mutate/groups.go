package main

// groups are the guards of small groups.
var groups = []guard{
	{
		"a seat is reserved where one is free", "service/groupbuy/seat.go",
		`paid > 0 AND paid + reserved < size`, `paid > 0`, "service/groupbuy", "TestLastSeatHasOneBuyer",
	},
	{
		"a reserved seat is kept for a while", "service/groupbuy/seat.go",
		`status = ? AND expires_at <= ? AND order_id <> ?`, `status = ? AND ? > 0 AND order_id <> ?`, "service/groupbuy", "TestLastSeatHasOneBuyer",
	},
	{
		"who pays late has a seat where one is free", "service/groupbuy/seat.go",
		`expires_at > ? AND paid + reserved < size`, `expires_at > ?`, "service/groupbuy", "TestWhoPaysLateHasAFreeSeatOrTheMoneyBack",
	},
	{
		"a payment counts when WeChat had it in time", "service/groupbuy/seat.go",
		`status = ? AND expires_at > ? AND reserved > 0`, `status = ? AND ? > 0 AND reserved > 0`, "service/groupbuy", "TestPaymentAgainstExpiry",
	},
	{
		"a group forms when all its seats are paid", "service/groupbuy/seat.go",
		`"paid = size"`, `"1 = 1"`, "service/groupbuy", "TestThreeFormAGroup",
	},
	{
		"a group forms at its end when the minimum is there", "service/groupbuy/end.go",
		`min_size > 0 AND paid >= min_size AND reserved = 0`, `1 = 1`, "service/groupbuy", "TestTheDisclosedMinimumIsEnough",
	},
	{
		"a campaign sells no more pieces than it may", "service/groupbuy/groupbuy.go",
		`active = ? AND (quota = 0 OR taken + ? <= quota)`, `active = ? AND ? > 0`, "service/groupbuy", "TestQuotaIsNeverExceeded",
	},
	{
		"a consumer's orders count each other", "service/groupbuy/seat.go",
		`if _, err := person.Lock(tx, o.UserID); err != nil {`, `if _, err := person.Lock, error(nil); err != nil {`, "service/groupbuy", "TestUserLimitIsNeverExceeded",
	},
	{
		"nobody is new twice", "service/groupbuy/seat.go",
		`mine["newcomer"] = o.UserID`, `mine["newcomer"] = -o.ID`, "service/groupbuy", "TestNobodyIsNewTwice",
	},
	{
		"who is new is asked again at the payment", "service/groupbuy/seat.go",
		`hasBought(tx, o.UserID, o.ID); err != nil || bought {`, `hasBought(tx, o.UserID, o.ID); err != nil || bought && false {`, "service/groupbuy", "TestNewIsCheckedAgainAtThePayment",
	},
	{
		"a member stays in while a piece is theirs", "service/groupbuy/seat.go",
		`if whole, err := gaveAllBack(tx, r.OrderID); err != nil || !whole {`, `if _, err := gaveAllBack(tx, r.OrderID); err != nil {`, "service/groupbuy", "TestARefundOfAPartLeavesTheMemberIn",
	},
	{
		"a refund does not break a group that has formed", "service/groupbuy/seat.go",
		`seat.Counted && g.Status == model.GroupOpen`, `seat.Counted`, "service/groupbuy", "TestARefundAfterFormingDoesNotBreakTheGroup",
	},
	{
		"nothing is sent before the group has formed", "service/order/group.go",
		`if confirmed == 0 {`, `if confirmed < 0 {`, "service/groupbuy", "TestOnlyConfirmedSeatsAreSent",
	},
	{
		"campaigns of a brand are made one after the other", "service/groupbuy/campaign.go",
		`if err := catalogue.Changed(tx); err != nil { // who makes`, `if err := error(nil); err != nil { // who makes`, "service/groupbuy", "TestOverlappingCampaignsAreRefusedAtOnce",
	},
	{
		"together costs no more than alone", "service/groupbuy/campaign.go",
		`p.PriceFen < 1 || p.PriceFen > sku.PriceFen`, `p.PriceFen < 1`, "service/groupbuy", "TestCampaignsAreChecked",
	},
	{
		"a campaign's price is for its product", "service/groupbuy/terms.go",
		`if l.Product.ID != t.campaign.ProductID {`, `if l.Product.ID < 0 {`, "service/groupbuy", "TestWhatIsRefused",
	},
	{
		"another member's seat is not mine", "service/groupbuy/view.go",
		`tx.Where("group_id = ? AND user_id = ?", g.ID, userID)`, `tx.Where("group_id = ?", g.ID)`, "api/storefront", "TestAGroupOverTheAPI",
	},
	{
		"another consumer's groups are not mine", "service/groupbuy/view.go",
		`tx.Where("user_id = ?", userID)`, `tx.Where("user_id > 0")`, "api/storefront", "TestAGroupOverTheAPI",
	},
	{
		"who changes a group and its seats waits for the others", "service/groupbuy/groupbuy.go",
		`if err := tx.Clauses(forUpdate).Where("id = ?", id).Take(&g).Error; database.IsNotFound(err) {`,
		`if err := tx.Where("id = ?", id).Take(&g).Error; database.IsNotFound(err) {`, "service/groupbuy", "TestAllPayAtOnce",
	},
	{
		"the pieces that a case is about are not given back with the group", "service/groupbuy/end.go",
		`n := l.Quantity - l.Refunded - l.Claimed;`, `n := l.Quantity - l.Refunded;`, "service/groupbuy", "TestAFailedGroupAndAnOpenCase",
	},
}
