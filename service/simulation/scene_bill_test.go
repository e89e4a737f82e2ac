package simulation_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/job"
	"hutong/service/internal/offer"
	"hutong/service/message"
	"hutong/service/order"
	"hutong/service/reconcile"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// billScenes are of bills and messages.
func (h *history) billScenes() []scene {
	return []scene{
		{"bills that are not to be believed", h.unbelievableBills},
		{"a payment that is in the bill alone", h.unknownPayment},
		{"what staff decided of a bill stands", h.decidedBill},
		{"two runs of a day", h.twoRuns},
		{"a run that is overtaken", h.overtakenRun},
		{"a day that was left half", h.halfDay},
		{"one leave, two messages", h.oneLeave},
		{"a leave that WeChat knows nothing of", h.unknownLeave},
		{"old news", h.yesterdaysNews},
		{"a template is changed under way, with leave", func(t *rapid.T) { h.changedTemplate(t, true) }},
		{"a template is changed under way, without", func(t *rapid.T) { h.changedTemplate(t, false) }},
		{"a leave that nobody has taken", h.untakenLeave},
		{"a message that was begun", h.begunMessage},
		{"a message of which nobody knows", h.unclearMessage},
		{"the same news twice", h.sameNews},
	}
}

// catchUp does all that is due, and what that brings about.
func (h *history) catchUp(t *rapid.T) {
	h.settle(t)
	h.settle(t)
}

// newcomer is a buyer whom nothing has happened to.
func (h *history) newcomer() *testshop.Buyer {
	b := h.Buyer()
	h.buyers = append(h.buyers, b)
	return b
}

// orderOf lets a buyer order a piece.
func (h *history) orderOf(t *rapid.T, b *testshop.Buyer) placed {
	t.Helper()
	must(t, h.CountStock(h.stable, h.Reload(h.stable).Reserved+9))
	v, err := h.placeAtOnce(b.Buyer, h.key(), order.Basket{
		AddressNo: b.Address, Lines: []offer.Want{{SKUNo: h.stable.No, Quantity: 1}}, CouponNo: order.NoCoupon,
	})
	must(t, err)
	o := placed{b, v.No}
	h.orders = append(h.orders, o)
	return o
}

// paid lets a buyer buy a piece and pay for it; nothing is done yet of what that brings about.
func (h *history) paid(t *rapid.T, b *testshop.Buyer) string {
	t.Helper()
	o := h.orderOf(t, b)
	h.payFor(o)
	h.deliver(t)
	if s := h.State(o.no).Status; s != model.OrderPaid {
		t.Fatalf("order %s is %s", o.no, s)
	}
	return o.no
}

// onTheWay lets something happen the next time that WeChat is asked at a path.
func (h *history) onTheWay(path string, do func(*http.Request)) {
	before := h.BeforeWeChat
	h.BeforeWeChat = func(r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) {
			h.BeforeWeChat = before
			do(r)
		}
		before(r)
	}
}

// paths of WeChat's.
const (
	pathTradeBill = "/v3/bill/tradebill"
	pathDownload  = "/v3/billdownload"
	pathMessage   = "/cgi-bin/message/subscribe/send"
)

// turnTo turns the clock to so many hours after the beginning of a day.
func (h *history) turnTo(day model.Day, since time.Duration) {
	h.Clock.Turn(day.Starts().Add(since).Time().Sub(h.Clock.Now()))
}

// tradingDay is a new day with a paid order; it is the morning after, and WeChat has the bills.
func (h *history) tradingDay(t *rapid.T) (day model.Day, no string) {
	day = h.newDay(t)
	no = h.paid(t, h.newcomer())
	h.turnTo(day.Add(1), 11*time.Hour)
	return day, no
}

// newDay is one on which nothing has been traded; it is noon.
func (h *history) newDay(t *rapid.T) model.Day {
	h.catchUp(t)
	day := model.DayOf(model.At(h.Clock.Now())).Add(1)
	h.turnTo(day, 12*time.Hour)
	return day
}

// dearer lets the bill say of an order that more was paid for it. The account has moved as it should.
func (h *history) dearer(no string, by int64) {
	h.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
		for i := range rows {
			if rows[i].OutTradeNo == no && rows[i].State == "SUCCESS" {
				rows[i].Total += by
			}
		}
		return rows
	}})
}

// exceptionsOf are those of a number, as kind, state and figures.
func (h *history) exceptionsOf(t *rapid.T, no string) (all string) {
	t.Helper()
	var rows []model.BillException
	must(t, h.DB.Read(h.Ctx).Where("number = ?", no).Order("id").Find(&rows).Error)
	for _, e := range rows {
		all += fmt.Sprintf("%s %s %d;", e.Kind, e.Status, e.TheirsFen-e.OursFen)
	}
	return all
}

// differs wants that a run of a day leaves these exceptions of a number.
func (h *history) differs(t *rapid.T, day model.Day, no, want string) {
	t.Helper()
	must(t, errOf(h.Reconcile.Run(h.Ctx, day)))
	if got := h.exceptionsOf(t, no); got != want {
		t.Fatalf("bill of %s, order %s: %q, want %q", day, no, got, want)
	}
}

// standsAs wants a day's state.
func (h *history) standsAs(t *rapid.T, day model.Day, want model.ReconciliationStatus) {
	t.Helper()
	r, err := h.Reconcile.Get(h.Ctx, day)
	must(t, err)
	if r.Status != want {
		t.Fatalf("the bill of %s is %s, not %s", day, r.Status, want)
	}
}

// unbelievableBills are another merchant's, empty, at another host, or not the file that was announced. Nothing of them
// is booked.
func (h *history) unbelievableBills(t *rapid.T) {
	day, no := h.tradingDay(t)
	run := func(what string, by *model.Error) {
		_, err := h.Reconcile.Run(h.Ctx, day)
		h.refused(t, what, err, by)
		if h.Sim.EditBills(simulator.BillEdit{}); h.Count(&model.TradeBillRow{}, "day = ?", day) != 0 {
			t.Errorf("%s has left rows", what)
		}
	}
	h.Sim.EditBills(simulator.BillEdit{Trade: func(rows []simulator.TradeRow) []simulator.TradeRow {
		rows[0].MchID = "1699999999"
		return rows
	}})
	run("a bill of another merchant", model.ErrBillBroken)
	h.Sim.EditBills(simulator.BillEdit{
		Trade: func([]simulator.TradeRow) []simulator.TradeRow { return nil },
		Flow:  func([]simulator.FlowRow) []simulator.FlowRow { return nil },
	})
	run("a day without a bill, on which something was paid", model.ErrBillNotReady)
	h.onTheWay(pathTradeBill, func(r *http.Request) { r.Host = "localhost" + r.Host[strings.LastIndex(r.Host, ":"):] })
	run("a bill at another host", model.ErrWeChat)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpDownloadBill, Kind: simulator.Corrupted}))
	run("a bill that is not the one that was announced", model.ErrWeChat)
	h.differs(t, day, no, "")
}

// unknownPayment is one that WeChat has not told of, on a day on which nothing ran here.
func (h *history) unknownPayment(t *rapid.T) {
	day := h.newDay(t)
	o := h.orderOf(t, h.newcomer())
	h.deliver(t) // what WeChat tells again, which would be what is lost
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Lost}))
	h.payFor(o)
	h.deliver(t)
	h.turnTo(day.Add(1), 11*time.Hour)
	h.differs(t, day, o.no, "state open 0;")
	h.catchUp(t)
	h.differs(t, day, o.no, "state cleared 0;")
}

// decidedBill is a bill that differs. What staff have decided about it stands while it is the same.
func (h *history) decidedBill(t *rapid.T) {
	day, no := h.tradingDay(t)
	h.dearer(no, 1)
	defer h.Sim.EditBills(simulator.BillEdit{})
	h.differs(t, day, no, "amount open 1;")
	var e model.BillException
	must(t, h.DB.Read(h.Ctx).Where("number = ?", no).Take(&e).Error)
	must(t, errOf(h.Reconcile.Resolve(h.staffCtx(), e.No, model.ExceptionResolved, "asked WeChat")))
	h.differs(t, day, no, "amount resolved 1;")
	h.dearer(no, 2)
	h.differs(t, day, no, "amount open 2;")
	h.Sim.EditBills(simulator.BillEdit{})
	h.differs(t, day, no, "amount cleared 2;")
}

// twoRuns are of one day: the one that comes second is told.
func (h *history) twoRuns(t *rapid.T) {
	day, no := h.tradingDay(t)
	var second error
	h.onTheWay(pathTradeBill, func(*http.Request) {
		h.meanwhile(t, func(*rapid.T) { _, second = h.Reconcile.Run(h.Ctx, day) })
	})
	h.differs(t, day, no, "")
	h.parted(t)
	h.refused(t, "a second run of a day", second, model.ErrReconciling)
	h.standsAs(t, day, model.ReconciliationFinished)
}

// overtakenRun is a run on the other replica that WeChat keeps waiting: its time is over, another has begun here and
// died, and the day is that one's until its own time is over.
func (h *history) overtakenRun(t *rapid.T) {
	day, no := h.tradingDay(t)
	here, db := h.Services, h.DB
	var overtaken, died error
	h.meanwhile(t, func(*rapid.T) {
		there, other := h.Services, h.DB
		h.onTheWay(pathTradeBill, func(*http.Request) {
			h.Clock.Turn(6 * time.Minute)
			h.Use(here, db)
			h.onTheWay(pathTradeBill, func(*http.Request) { h.crasher.Arm(1, false) })
			_, died = h.Reconcile.Run(h.Ctx, day)
			h.Use(there, other)
		})
		_, overtaken = h.Reconcile.Run(h.Ctx, day)
	})
	h.parted(t)
	if !h.crasher.Crashed() {
		t.Fatalf("nobody has died: %v", died)
	}
	h.restart(t)
	h.refused(t, "a run that was overtaken", overtaken, model.ErrReconciling)
	h.standsAs(t, day, model.ReconciliationRunning)
	_, err := h.Reconcile.Run(h.Ctx, day)
	h.refused(t, "a run while another's time is not over", err, model.ErrReconciling)
	h.Clock.Turn(6 * time.Minute)
	h.differs(t, day, no, "")
}

// halfDay is a day with something open that is looked at again the day after, when a run that staff have asked for has
// died with half of its rows: what is not there is not missing, and is fetched anew.
func (h *history) halfDay(t *rapid.T) {
	day, no := h.tradingDay(t)
	h.dearer(no, 1)
	h.differs(t, day, no, "amount open 1;")
	h.Sim.EditBills(simulator.BillEdit{})
	h.turnTo(day.Add(2), 11*time.Hour)
	h.catchUp(t)
	must(t, h.Reconcile.Ask(h.staffCtx(), day.Add(1)))
	again := string(day + "@" + day.Add(1))
	for range 50 {
		if h.Count(&model.Job{}, "kind = ? AND job_key = ?", reconcile.JobAgain, again) > 0 {
			break
		}
		must(t, errOf(h.runJob(t)))
	}
	h.onTheWay(pathDownload, func(*http.Request) {
		h.onTheWay(pathDownload, func(*http.Request) { h.crasher.Arm(7, false) }) // when the old rows are gone
	})
	_, err := h.Reconcile.Run(h.Ctx, day)
	if !h.crasher.Crashed() {
		t.Fatalf("nobody has died: %v", err)
	}
	h.restart(t)
	if n := h.Count(&model.TradeBillRow{}, "day = ?", day); n != 0 {
		t.Fatalf("the day has %d rows", n)
	}
	h.catchUp(t) // the day is the dead run's still
	h.Clock.Turn(6 * time.Minute)
	h.catchUp(t)
	if n := h.Count(&model.Job{}, "kind = ? AND job_key = ? AND status = ?", reconcile.JobAgain, again, model.JobDone); n != 1 {
		t.Fatalf("%d times was %s looked at again", n, day)
	}
	if got := h.exceptionsOf(t, no); got != "amount cleared 1;" {
		t.Errorf("of a day that was left half: %s", got)
	}
	h.standsAs(t, day, model.ReconciliationFinished)
	h.differs(t, day, no, "amount cleared 1;")
}

// allowed is a newcomer who allows messages on payments: so many are reported, and of so many WeChat knows.
func (h *history) allowed(t *rapid.T, here, atWeChat int) *testshop.Buyer {
	h.catchUp(t)
	h.useTemplates(t, func(model.MessageEvent) int { return 0 })
	b := h.newcomer()
	for range here {
		h.grant(t, b, 0)
	}
	for range atWeChat {
		must(t, h.Sim.Grant(h.Merchant.AppID, b.Name, templates[model.MessageOrderPaid][0]))
	}
	return b
}

// grant reports a consumer's leave for a message on payments.
func (h *history) grant(t *rapid.T, b *testshop.Buyer, which int) {
	h.grants++
	id := templates[model.MessageOrderPaid][which]
	must(t, errOf(h.Message.Grant(h.Ctx, b.UserID, fmt.Sprintf("grant-%06d", h.grants), []string{id})))
}

// becameOf wants what became of the messages to a consumer, how often WeChat has told them, and what leaves remain by
// template.
func (h *history) becameOf(t *rapid.T, b *testshop.Buyer, want string, times int, remain ...int64) {
	t.Helper()
	var rows []model.Message
	must(t, h.DB.Read(h.Ctx).Where("user_id = ?", b.UserID).Order("id").Find(&rows).Error)
	var got []string
	for _, m := range rows {
		got = append(got, strings.TrimSuffix(string(m.Status)+":"+m.Reason, ":"))
	}
	n := 0
	for _, m := range h.Sim.Messages() {
		if m.OpenID == h.Sim.OpenID(h.Merchant.AppID, b.Name) {
			n++
		}
	}
	if now := strings.Join(got, " "); now != want || n != times {
		t.Errorf("messages: %q, of which WeChat has sent %d; want %q, %d", now, n, want, times)
	}
	for which, want := range remain {
		var grants []model.MessageGrant
		must(t, h.DB.Read(h.Ctx).Where("user_id = ? AND template_id = ?", b.UserID, templates[model.MessageOrderPaid][which]).Find(&grants).Error)
		if len(grants) != 1 || grants[0].Remaining != want {
			t.Errorf("leaves of template %d: %+v, want %d", which, grants, want)
		}
	}
}

func (h *history) oneLeave(t *rapid.T) {
	b := h.allowed(t, 1, 2)
	h.paid(t, b)
	h.paid(t, b)
	h.catchUp(t)
	h.becameOf(t, b, "sent unasked:no_leave", 1, 0)
}

func (h *history) unknownLeave(t *rapid.T) {
	b := h.allowed(t, 3, 0)
	h.paid(t, b)
	h.catchUp(t)
	h.becameOf(t, b, "unasked:refused", 0, 0)
	h.paid(t, b)
	h.catchUp(t)
	h.becameOf(t, b, "unasked:refused unasked:no_leave", 0, 0)
}

// yesterdaysNews is of a payment a day ago, when nothing ran.
func (h *history) yesterdaysNews(t *rapid.T) {
	b := h.allowed(t, 1, 1)
	h.paid(t, b)
	h.Clock.Turn(25 * time.Hour)
	h.catchUp(t)
	h.becameOf(t, b, "failed:too_late", 0, 1)
}

// changedTemplate lets staff choose another template while WeChat cannot be reached: the leave for the old one comes
// back, and one for the new one is taken, if there is any.
func (h *history) changedTemplate(t *rapid.T, leave bool) {
	b := h.allowed(t, 1, 1)
	must(t, h.Sim.Grant(h.Merchant.AppID, b.Name, templates[model.MessageOrderPaid][1]))
	h.paid(t, b)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: simulator.ErrorBefore}))
	h.catchUp(t)
	h.becameOf(t, b, "held", 0, 0)
	h.useTemplates(t, func(model.MessageEvent) int { return 1 })
	if leave {
		h.grant(t, b, 1)
	}
	h.Clock.Turn(10 * time.Minute)
	h.catchUp(t)
	if leave {
		h.becameOf(t, b, "sent", 1, 1, 0)
	} else {
		h.becameOf(t, b, "unasked:no_leave", 0, 1)
	}
}

// untakenLeave is that of a message which is to be tried again, on figures that say that nobody has taken it: when there
// is no template any more, no leave comes back beyond those that were given.
func (h *history) untakenLeave(t *rapid.T) {
	b := h.allowed(t, 1, 1)
	h.paid(t, b)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: simulator.ErrorBefore}))
	h.catchUp(t)
	h.becameOf(t, b, "held", 0, 0)
	h.Set(&model.MessageGrant{}, map[string]any{"remaining": 1}, "user_id = ?", b.UserID)
	h.useTemplates(t, func(model.MessageEvent) int { return -1 })
	h.Clock.Turn(10 * time.Minute)
	h.catchUp(t)
	h.becameOf(t, b, "failed:no_template", 0, 1)
}

// begunMessage is one that WeChat sends while the process dies: nobody knows, and it is not sent again.
func (h *history) begunMessage(t *rapid.T) {
	b := h.allowed(t, 1, 2)
	h.paid(t, b)
	h.onTheWay(pathMessage, func(*http.Request) { h.crasher.Arm(1, false) })
	for range 20 {
		if _, err := h.runJob(t); err != nil {
			break
		}
	}
	if !h.crasher.Crashed() {
		t.Fatal("nobody has died")
	}
	h.restart(t)
	h.becameOf(t, b, "sending", 1, 0)
	for range 3 {
		h.Clock.Turn(job.Lease + time.Minute)
		h.catchUp(t)
	}
	h.becameOf(t, b, "unclear:no_answer", 1, 0)
}

// unclearMessage is one that WeChat sends without an answer.
func (h *history) unclearMessage(t *rapid.T) {
	b := h.allowed(t, 1, 2)
	h.paid(t, b)
	must(t, h.Sim.AddFault(simulator.Fault{Op: simulator.OpMessage, Kind: simulator.ErrorAfter}))
	for range 3 {
		h.catchUp(t)
		h.Clock.Turn(10 * time.Minute)
	}
	h.becameOf(t, b, "unclear:no_answer", 1, 0)
}

// sameNews is told twice, by two who both think that they are the first: it is one message.
func (h *history) sameNews(t *rapid.T) {
	b := h.allowed(t, 2, 2)
	no := h.paid(t, b)
	tell := func(tx *gorm.DB) error {
		return h.Message.Tell(h.Ctx, tx, message.Note{UserID: b.UserID, Event: model.MessageOrderPaid, Subject: no})
	}
	must(t, h.DB.InTx(h.Ctx, tell))
	h.catchUp(t)
	must(t, h.DB.InTx(h.Ctx, tell))
	h.catchUp(t)
	h.becameOf(t, b, "sent", 1, 1)
}
