package main

// orders guard the price and the states of an order, its stock, its keys and its due work.
var orders = []guard{
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
		`Where("addresses.no = ? AND addresses.user_id = ?", addressNo, d.UserID)`, `Where("addresses.no = ?", addressNo)`, "service/order", "TestPlaceRefuses",
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
		`	if err := tx.Create(&rows).Error; database.IsDuplicate(err) {
		return errKnown
	} else if err != nil {`, `	if err := tx.Create(&rows).Error; err != nil && !database.IsDuplicate(err) {`, "service/internal/idem", ".",
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
		"whoever works for a buyer waits for the order", "service/order/order.go",
		`return take(tx.Clauses(forUpdate).Where("no = ? AND user_id = ?", no, userID))`, `return take(tx.Where("no = ? AND user_id = ?", no, userID))`, "service/fulfilment", "TestReceivedOnce/mariadb",
	},
	{
		"staff wait for the order", "service/order/order.go",
		`return take(tx.Clauses(forUpdate).Where("no = ?", no))`, `return take(tx.Where("no = ?", no))`, "service/fulfilment", "TestLastPieceIsSentOnce/mariadb",
	},
	{
		"another buyer's order is not changed", "service/order/order.go",
		`tx.Clauses(forUpdate).Where("no = ? AND user_id = ?", no, userID)`, `tx.Clauses(forUpdate).Where("no = ?", no)`, "api/storefront", "TestNobodyReachesWhatIsNotTheirs",
	},
	{
		"another buyer's order is not read", "service/order/order.go",
		`return take(tx.Where("no = ? AND user_id = ?", no, userID))`, `return take(tx.Where("no = ?", no))`, "service/order", "TestOrdersAreTheBuyersAlone/sqlite",
	},
	{
		"another buyer's orders are not listed", "service/order/read.go",
		`query := tx.Where("user_id = ?", b.UserID)`, `query := tx.Where("? > 0", b.UserID)`, "service/order", "TestOrdersAreTheBuyersAlone/sqlite",
	},
	{
		"a basket names a SKU once", "service/order/order.go",
		`if seen[w.SKUNo] {`, `if seen[w.SKUNo] && false {`, "service/order", "TestPlaceRefuses/sqlite",
	},
	{
		"a line has one piece at least, and not too many", "service/order/order.go",
		`if w.Quantity < 1 || w.Quantity > model.MaxQuantity {`, `if false {`, "service/order", "TestPlaceRefuses/sqlite",
	},
	{
		"an order has so many lines at most", "service/order/order.go",
		`if len(wants) > MaxLines {`, `if false {`, "service/order", "TestPlaceRefuses/sqlite",
	},
	{
		"an order costs something, and not too much", "service/order/place.go",
		`case total < 0 || total == 0 && !d.Free || total > model.MaxFen:`, `case false:`, "service/order", "TestTheTotalHasBounds/sqlite",
	},
	{
		"what is not taken back is confirmed at the purchase", "service/order/place.go",
		`if !c.NoReturnConfirmed && slices`, `if false && slices`, "service/order", "TestNoReturnIsConfirmedAtThePurchase/sqlite",
	},
	{
		"what is not published is not sold", "service/internal/offer/offer.go",
		`case !found, !r.Published, !r.Active:`, `case !found, !r.Active:`, "service/cart", "TestUnavailableLinesAreMarked/sqlite",
	},
	{
		"an order that is over is not paid", "service/order/order.go",
		`if !model.OrderFlow.Allows(o.Status, model.OrderPaid) {`, `if false {`, "service/payment", "TestLatePaymentIsRefunded/sqlite",
	},
	{
		"a count never goes below what is reserved", "service/stock/stock.go",
		`"on_hand = ? AND reserved <= ?", sku.OnHand, onHand`, `"on_hand = ?", sku.OnHand`, "service/stock", "TestACountIsOfWhatWasThere/sqlite",
	},
	{
		"a count below what is reserved is told", "service/stock/stock.go",
		`if onHand < sku.Reserved {`, `if false {`, "service/stock", "TestACountIsOfWhatWasThere/sqlite",
	},
	{
		"no more is exchanged than is there", "service/stock/stock.go",
		`"active = ? AND on_hand - reserved >= ?", true, n`, `"active = ? AND ? > 0", true, n`, "service/stock", "TestAReplacementIsThere/sqlite",
	},
	{
		"what is off sale is not sent in exchange", "service/stock/stock.go",
		`"active = ? AND on_hand - reserved >= ?", true, n`, `"? AND on_hand - reserved >= ?", true, n`, "service/stock", "TestAReplacementIsThere/sqlite",
	},
	{
		"what is sold was reserved and is there", "service/stock/stock.go",
		`"reserved >= (@n) AND on_hand >= (@n)"`, `"(@n) > 0"`, "service/stock", "TestOnlyWhatIsReservedIsSoldOrFreed/sqlite",
	},
	{
		"what is freed was reserved", "service/stock/stock.go",
		`moveLines(tx, o.Lines, 0, -1, "reserved >= (@n)")`, `moveLines(tx, o.Lines, 0, -1, "(@n) > 0")`, "service/stock", "TestOnlyWhatIsReservedIsSoldOrFreed/sqlite",
	},
	{
		"a key is its owner's", "service/internal/idem/idem.go",
		`Where("owner = ? AND idem_key = ?", r.Owner, r.Key)`, `Where("idem_key = ?", r.Key)`, "service/internal/idem", "TestSameKeySameAnswer/sqlite",
	},
	{
		"a key serves one use case", "service/internal/idem/idem.go",
		`json.Marshal([]any{r.Operation, r.Input})`, `json.Marshal([]any{r.Input})`, "service/internal/idem", "TestSameKeySameAnswer/sqlite",
	},
	{
		"a key is forgotten after a day", "service/internal/idem/idem.go",
		`case row.ExpiresAt <= now.Now():`, `case false:`, "service/internal/idem", "TestKeyIsForgottenAfterADay/sqlite",
	},
	{
		"a key is kept for a day", "service/internal/idem/idem.go",
		`Where("expires_at <= ?", now.Now())`, `Where("? > 0", now.Now())`, "service/internal/idem", "TestKeyIsForgottenAfterADay/sqlite",
	},
	{
		"a key is there once", "model/migrations/sqlite/00024_idempotency_keys.sql",
		`CREATE UNIQUE INDEX uq_idempotency_keys_owner_idem_key`, `CREATE INDEX uq_idempotency_keys_owner_idem_key`, "service/internal/idem", "TestSameKeyAtOnce/sqlite",
	},
	{
		"work is not done before it is due", "service/internal/job/runner.go",
		`Where("status = ? AND run_at <= ?", model.JobQueued, now)`, `Where("status = ? AND ? > 0", model.JobQueued, now)`, "service/internal/job", "TestJobRunsOnceWhenDue/sqlite",
	},
	{
		"two workers do not take one job", "service/internal/job/runner.go",
		`tx.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).`, `tx.Clauses([]clause.Expression{}...).`, "service/internal/job", "TestWorkersDoNotShareAJob/mariadb",
	},
	{
		"a job that is taken is left alone while its lease runs", "service/internal/job/runner.go",
		`j.RunAt, j.Fence, j.Attempts = now.Add(Lease), `, `j.RunAt, j.Fence, j.Attempts = now, `, "service/internal/job", "./sqlite",
	},
	{
		"a job that fails for days is dead", "service/internal/job/runner.go",
		`if j.Attempts >= MaxAttempts {`, `if false {`, "service/internal/job", "TestFailureWaitsLongerEachTimeAndDies/sqlite",
	},
	{
		"work that is not done is not purged", "service/internal/job/runner.go",
		`Where("status = ? AND run_at < ?", model.JobDone, before)`, `Where("? <> '' AND run_at < ?", model.JobDone, before)`, "service/internal/job", "./sqlite",
	},
	{
		"the same work is there once", "model/migrations/sqlite/00023_jobs.sql",
		`CREATE UNIQUE INDEX uq_jobs_kind_job_key`, `CREATE INDEX uq_jobs_kind_job_key`, "service/internal/job", "TestJobRunsOnceWhenDue/sqlite",
	},
}
