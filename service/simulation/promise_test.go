package simulation_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/job"
	"hutong/service/payment"
)

// runJob runs the job that has been due longest, and proves that it was due, and that nobody else has it: each job that
// was taken is counted once by its fence, and comes back to nobody while it is held.
func (h *history) runJob(t *rapid.T) (ran bool, err error) {
	if h.crasher.Crashed() {
		return h.RunJob(h.Ctx)
	}
	before, started := h.jobsNow(), h.Clock.Now()
	outer, since, others := h.rival.jobs, h.rival.since, h.rival.ran
	h.rival.jobs, h.rival.since = before, started
	if !h.rival.at {
		h.rival.taken = map[int64]model.Job{}
	}
	ran, err = h.RunJob(h.Ctx)
	h.rival.jobs, h.rival.since = outer, since
	if err != nil || h.crasher.Crashed() {
		return ran, err
	}
	runs, moved := h.rival.ran-others, int64(0) // those of rivals meanwhile, and this one
	if ran {
		runs++
	}
	if ran && h.rival.at {
		h.rival.ran++
	}
	for id, j := range h.jobsNow() {
		old, known := before[id]
		moved += j.Fence - old.Fence
		if known && j.Fence > old.Fence && old.RunAt > model.At(h.Clock.Now()) {
			t.Errorf("job %s %s ran at %d, and was due at %d", j.Kind, j.Key, h.Clock.Now().UnixMilli(), old.RunAt)
		}
		if held, known := outer[id]; known && h.rival.at && j.Fence > old.Fence && j.Fence > held.Fence+1 {
			if started.Sub(since) < job.Lease {
				t.Errorf("job %s %s was taken twice at once", j.Kind, j.Key)
			}
			h.rival.taken[id] = j
		}
		if left, known := h.rival.taken[id]; known && !h.rival.at && (left.Status != j.Status || left.RunAt != j.RunAt) {
			t.Errorf("job %s %s: whoever had taken it over left it %s for %d, and a late answer made it %s for %d",
				j.Kind, j.Key, left.Status, left.RunAt, j.Status, j.RunAt)
		}
	}
	if moved != runs {
		t.Errorf("%d jobs ran, and the fences were moved %d times", runs, moved)
	}
	if t.Failed() {
		t.FailNow()
	}
	return ran, nil
}

// settle runs what is due, and lets WeChat answer.
func (h *history) settle(t *rapid.T) {
	for ran := true; ran; {
		var err error
		if ran, err = h.runJob(t); err != nil {
			t.Fatal(err)
		}
	}
	h.deliver(t)
}

// jobsNow is every job, by id, without what it carries.
func (h *history) jobsNow() map[int64]model.Job {
	defer h.aside()()
	var rows []model.Job
	if err := h.DB.Read(h.Ctx).Select("id", "kind", "job_key", "fence", "run_at", "status").Find(&rows).Error; err != nil {
		panic(err)
	}
	jobs := make(map[int64]model.Job, len(rows))
	for _, j := range rows {
		jobs[j.ID] = j
	}
	return jobs
}

// impossible is what no job and no notification may ever fail with: the program contradicts itself then, or asks for what
// it should have known that it cannot have.
var impossible = []string{"contradict", "are gone", "over_refund", "constraint failed", "Duplicate entry"}

// checkJobs proves that no job has failed for a mistake of the program's.
func (h *history) checkJobs(t *rapid.T) {
	var failed []model.Job
	if err := h.DB.Read(h.Ctx).Where("last_error <> ''").Find(&failed).Error; err != nil {
		t.Fatal(err)
	}
	for _, j := range failed {
		if slices.ContainsFunc(impossible, func(what string) bool { return strings.Contains(j.LastError, what) }) {
			t.Errorf("job %s %s failed: %s", j.Kind, j.Key, j.LastError)
		}
	}
}

// deliver lets WeChat post the notifications that are due.
func (h *history) deliver(t *rapid.T) {
	for _, d := range h.Sim.Deliver(h.Ctx) {
		if slices.ContainsFunc(impossible, func(what string) bool { return strings.Contains(d.Body, what) }) {
			t.Errorf("notification %s of %s was refused: %s", d.Event, d.Number, d.Body)
		}
	}
}

// checkDeadlines proves that no case has moved on by itself before its time.
func (h *history) checkDeadlines(t *rapid.T) {
	var cases []model.AfterSale
	if err := h.DB.Read(h.Ctx).Find(&cases).Error; err != nil {
		t.Fatal(err)
	}
	now := model.At(h.Clock.Now())
	for _, c := range cases {
		before, known := h.cases[c.No]
		if h.cases[c.No] = c; !known || before.Status == c.Status || before.DeadlineAt <= now {
			continue
		}
		var last model.AfterSaleEvent
		if err := h.DB.Read(h.Ctx).Where("after_sale_id = ?", c.ID).Order("id DESC").Take(&last).Error; err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(last.Actor, string(model.ActorJob)) {
			t.Errorf("case %s went by itself from %s to %s (%s), %d ms early", c.No, before.Status, c.Status, last.Reason, before.DeadlineAt-now)
		}
	}
}

// checkPrices proves that what made orders cheaper may do so together.
func (h *history) checkPrices(t *rapid.T) {
	var promotions []model.Promotion
	var orders []model.Order
	var adjustments []model.Adjustment
	read := h.DB.Read(h.Ctx)
	if err := cmp.Or(read.Find(&promotions).Error, h.DB.Read(h.Ctx).Find(&orders).Error, h.DB.Read(h.Ctx).Where("amount_fen <> 0").Find(&adjustments).Error); err != nil {
		t.Fatal(err)
	}
	known := map[string]model.Promotion{}
	for _, p := range promotions {
		known[fmt.Sprint("promotion:", p.ID)], known[fmt.Sprint("flash_sale:", p.ID)] = p, p
	}
	first := map[string]string{}
	for _, o := range orders {
		groups := map[string]int64{}
		for _, a := range adjustments {
			p, is := known[a.Source]
			if a.OrderID != o.ID || !is {
				continue
			}
			if p.GroupName != "" {
				if other := groups[p.GroupName]; other != 0 && other != p.ID {
					t.Errorf("order %s: promotions %d and %d of one group", o.No, p.ID, other)
				}
				groups[p.GroupName] = p.ID
			}
			if o.InGroup && a.Position >= 0 {
				t.Errorf("order %s of a group is cheaper by promotion %d", o.No, p.ID)
			}
			if who := fmt.Sprint(a.Source, " ", o.UserID); p.Conditions.FirstOrder && o.Status != model.OrderCancelled {
				if first[who] != "" && first[who] != o.No {
					t.Errorf("orders %s and %s are both the first", o.No, first[who])
				}
				first[who] = o.No
			}
			h.checkBeside(t, known, p, a, adjustments)
		}
	}
}

// checkBeside looks at what else makes the line of an adjustment cheaper.
func (h *history) checkBeside(t *rapid.T, known map[string]model.Promotion, p model.Promotion, a model.Adjustment, all []model.Adjustment) {
	if a.Position < 0 {
		return
	}
	for _, b := range all {
		if b.OrderID != a.OrderID || b.Position != a.Position || b.Source == a.Source {
			continue
		}
		if _, is := known[b.Source]; is && !p.Stackable {
			t.Errorf("order %d: promotion %d shares line %d with %s", a.OrderID, p.ID, a.Position, b.Source)
		}
		if b.Kind == model.AdjustCoupon && !p.Coupons {
			t.Errorf("order %d: %s comes on top of promotion %d", a.OrderID, b.Source, p.ID)
		}
	}
}

// checkCoupons proves that a coupon is where its rule says once all the money of its order has gone back.
func (h *history) checkCoupons(t *rapid.T) {
	var rows []struct {
		No, Back, Status    string
		Kept, Shipped, Open int64
	}
	err := h.DB.Read(h.Ctx).Model(&model.CouponClaim{}).
		Select("coupon_claims.no, c.back, coupon_claims.status, " +
			"(SELECT SUM(l.quantity - l.refunded) FROM order_lines l WHERE l.brand_id = o.brand_id AND l.order_id = o.id) AS kept, " +
			"(SELECT SUM(l.shipped) FROM order_lines l WHERE l.brand_id = o.brand_id AND l.order_id = o.id) AS shipped, " +
			"(SELECT COUNT(*) FROM refunds r WHERE r.brand_id = o.brand_id AND r.order_id = o.id AND r.kind = 'order' AND r.status NOT IN ('succeeded', 'replaced')) AS open").
		Joins("JOIN coupons c ON c.brand_id = coupon_claims.brand_id AND c.id = coupon_claims.coupon_id").
		Joins("JOIN orders o ON o.brand_id = coupon_claims.brand_id AND o.id = coupon_claims.order_id AND o.refunded_fen > 0").Scan(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Status == string(model.ClaimUsed) && r.Back == string(model.CouponBackUnsent) && r.Kept == 0 && r.Shipped == 0 && r.Open == 0 {
			t.Errorf("coupon %s was not given back", r.No)
		}
	}
	// What was given back has left its mark on the order's price.
	var back []struct{ OrderNo, Back string }
	err = h.DB.Read(h.Ctx).Model(&model.Order{}).Select("orders.no AS order_no, c.back").
		Joins("JOIN order_adjustments a ON a.brand_id = orders.brand_id AND a.order_id = orders.id AND a.source LIKE 'coupon_claim:%'").
		Joins("JOIN coupon_claims k ON k.brand_id = a.brand_id AND a.source = CONCAT('coupon_claim:', k.id) AND k.order_id <> orders.id").
		Joins("JOIN coupons c ON c.brand_id = k.brand_id AND c.id = k.coupon_id").
		Where("orders.status NOT IN ? AND c.back = ?", []model.OrderStatus{model.OrderPending, model.OrderCancelled}, model.CouponBackNever).Scan(&back).Error
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range back {
		t.Errorf("the coupon of order %s is never given back, and was", b.OrderNo)
	}
}

// afterYears lets a year pass: then WeChat gives no money back any more, and staff pay what they owe themselves.
func (h *history) afterYears(t *rapid.T) {
	h.Clock.Turn((payment.RefundDays + 1) * 24 * time.Hour)
	for _, p := range h.orders {
		o := h.State(p.no)
		lines := h.linesOf(o)
		l := lines[0]
		if !slices.Contains([]model.OrderStatus{model.OrderPaid, model.OrderPartlyShipped, model.OrderShipped, model.OrderReceived}, o.Status) ||
			o.TotalFen == 0 || l.Refunded >= l.Quantity || l.TotalFen <= l.RefundedFen {
			continue
		}
		r, err := h.Payment.RefundByStaff(h.staffCtx(), "late-"+o.No, o.No, payment.StaffRefund{Reason: "other", Lines: []payment.StaffRefundLine{{AmountFen: 1}}})
		if err != nil || r.Status != model.RefundClosed {
			t.Errorf("a refund of order %s after a year: %s, %v", o.No, r.Status, err)
			continue
		}
		if _, err := h.settleOutside("settle-"+o.No, r.No); err != nil {
			t.Errorf("order %s is not settled: %v", o.No, err)
		}
		h.seen.add("refunds after a year", 1)
	}
}
