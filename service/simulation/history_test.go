package simulation_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/cart"
	"hutong/service/database"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testdb"
	"hutong/service/testshop"
	"hutong/wechat/simulator"
)

// history is one life of a shop. Its actions return no errors: an action that is refused is part of life.
type history struct {
	open    database.Options
	crasher *testdb.Crasher
	rival   rival
	*testshop.Shop

	seen                tally
	buyers              []*testshop.Buyer
	skus                []model.SKU
	orders              []placed                   // whose answer a buyer has seen
	sent                []sent                     // requests that were answered with an order
	seenBefore          map[string]model.Order     // as last seen, to prove that orders only move along the arrows
	cases               map[string]model.AfterSale // as last seen
	groups              groups
	grants              int                        // leaves for messages that were reported
	promotions, coupons []string                   // numbers
	chosen              map[model.MessageEvent]int // the template of each event that staff have chosen last
	visitors            [2]*visitor
	writes              int // so many statements when all was last looked at
	odd
	beyond
}

// odd is what there is besides: to be bought with care, or not at all.
type odd struct {
	stable            model.SKU         // whose stock and price staff leave alone
	fresh             model.SKU         // not taken back
	same, other       model.SKU         // variants of the first SKU, for exchanges: at its price, and not
	off, hidden, dear model.SKU         // off sale, not published, beyond every limit
	abroad            *testshop.Shop    // another brand
	keeper, visitor   *testshop.Buyer   // who never buy; the keeper has a cart
	refusals          map[string]string // cases, by the keys with which staff refused them
	codes, used       []string          // each is good once; those that were used
	serial            int               // of what no two may have, such as keys and waybills
	session           string            // the keeper's token
}

type placed struct {
	buyer *testshop.Buyer
	no    string
}

// sent is a request to place an order, and the order that it made.
type sent struct {
	buyer    *testshop.Buyer
	key      string
	checkout order.Checkout
	no       string
}

func newHistory(t *rapid.T, options openOptions, seen tally) *history {
	clock, crasher := testshop.NewClock(), &testdb.Crasher{}
	h := &history{
		crasher: crasher, seen: seen, seenBefore: map[string]model.Order{}, cases: map[string]model.AfterSale{}, chosen: map[model.MessageEvent]int{},
		odd:  odd{refusals: map[string]string{}},
		open: options(t, testdb.Clock(clock.Now)),
	}
	h.rival.open, h.open.Wrap = h.open, func(c driver.Connector) driver.Connector { return h.rival.interrupter.Wrap(crasher.Wrap(c)) }
	h.Shop = testshop.NewWorld(t, h.reopen(t), clock).Shop(withFreight, withAfterSale, withMessages, withFreeOrders)
	h.BeforeWeChat = func(*http.Request) { h.rival.interrupter.Point() }
	h.openTemplates(t)
	for i := range 3 {
		h.buyers = append(h.buyers, h.Buyer())
		h.skus = append(h.skus, h.SKU(model.Fen(990*(i+1)), int64(2*i+1)))
	}
	h.stable, h.fresh = h.SKU(1_290, 40), h.SKU(1_590, 12)
	h.same, h.other = h.Variant(h.skus[0], 990, 3), h.Variant(h.skus[0], 1_190, 3)
	h.off, h.hidden, h.dear = h.SKU(500, 5), h.SKU(500, 5), h.SKU(model.MaxFen, 5)
	h.abroad, h.keeper, h.visitor = h.World.Shop(), h.Buyer(), h.Buyer()
	h.Set(&model.Product{}, map[string]any{"published": false}, "id = ?", h.hidden.ProductID)
	if err := errors.Join(h.SetActive(h.off, false), h.SetNoReturn(h.fresh, true)); err != nil {
		t.Fatal(err)
	}
	if !h.fillCart(h.keeper, []offer.Want{{SKUNo: h.skus[0].No, Quantity: 1}, {SKUNo: h.stable.No, Quantity: 1}}) {
		t.Fatal("the keeper's cart cannot be filled")
	}
	_, h.session = h.signIn(t, h.keeper.Name)
	h.startCampaigns(t)
	h.openOffers(t)
	h.openBeyond(t)
	return h
}

// withFreight lets delivery cost something, and nothing from 40 yuan on.
func withFreight(s *brand.Spec) {
	s.Freight = []brand.FreightTemplate{{
		Name: "standard", Default: true, Basis: model.FreightByPiece, FreeFrom: 4_000,
		Rules: []model.FreightRule{{First: 2, FirstFen: 600, Next: 1, NextFen: 150}},
	}}
}

func (h *history) end() {
	h.crasher.Disarm()
	_ = h.DB.Close()
	if h.rival.db != nil {
		_ = h.rival.db.Close()
	}
}

func (h *history) reopen(t *rapid.T) *database.DB {
	db, err := database.Open(context.WithoutCancel(t.Context()), h.open)
	if err == nil {
		err = h.rival.interrupter.Watch(context.WithoutCancel(t.Context()), db)
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// pick draws one of several.
func pick[T any](t *rapid.T, of []T, label string) T {
	return of[rapid.IntRange(0, len(of)-1).Draw(t, label)]
}

// actions are what may happen next.
func (h *history) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"buy":     h.buy,
		"dawdle":  h.dawdle,
		"again":   h.again,
		"place":   h.place,
		"prepare": h.prepare,
		"pay":     h.pay,
		"cancel":  h.cancel,
		"desk":    h.desk,
		"refresh": h.refresh,
		"deliver": h.deliver,
		"jobs":    h.jobs,
		"wait":    h.wait,
		"fault":   h.fault,
		"settle":  h.settleRefund,
		"staff":   h.staff,
		"crash":   h.crash,
		"send":    h.send,
		"ask":     h.ask,
		"handle":  h.handle,
		"back":    h.giveBack,
		"mend":    h.mend,
		"balance": h.reconcile,
		"allow":   h.allow,
		"choose":  h.choose,
		"gather":  h.gather,
		"join":    h.join,
		"miss":    h.miss,
		"run":     h.runGroups,
		"claim":   h.claim,
		"belong":  h.belong,
		"offer":   h.offer,
		"live":    h.live,
		"outlive": h.live,
		"wrong":   h.wrong,
		"duel":    h.duel,
		"fight":   h.duel,
		"contest": h.duel,
		"quarrel": h.duel,
		"forged":  h.forged,
		"carry":   h.carry,
		"visit":   h.visit,
		"revisit": h.visit,
		"":        h.check,
	}
}

// place lets a buyer send a basket; sometimes the same request again, or another with the same key.
func (h *history) place(t *rapid.T) {
	h.order(t, fmt.Sprintf("key-%04d", rapid.IntRange(1, 12).Draw(t, "key")))
}

func (h *history) order(t *rapid.T, key string) { h.orderBy(t, h.anyone(t), key) }

func (h *history) anyone(t *rapid.T) *testshop.Buyer { return h.sameOne(t, pick(t, h.buyers, "buyer")) }

func (h *history) orderBy(t *rapid.T, buyer *testshop.Buyer, key string) {
	var basket order.Basket
	for i, sku := range h.skus {
		if n := rapid.IntRange(0, 3).Draw(t, fmt.Sprintf("pieces of sku %d", i)); n > 0 {
			basket.Lines = append(basket.Lines, offer.Want{SKUNo: sku.No, Quantity: n})
		}
	}
	if n := rapid.IntRange(0, 3).Draw(t, "fresh pieces"); n == 3 {
		basket.Lines = append(basket.Lines, offer.Want{SKUNo: h.fresh.No, Quantity: 1})
	}
	if len(basket.Lines) == 0 {
		return
	}
	if !h.rival.at {
		h.rival.wants = basket.Lines
	}
	if rapid.IntRange(0, 4).Draw(t, "from the cart") == 4 && h.fillCart(buyer, basket.Lines) {
		basket.Lines = nil
	}
	basket.AddressNo, basket.CouponNo = buyer.Address, h.wish(t, buyer)
	quote, err := h.Order.Quote(h.Ctx, buyer.Buyer, basket)
	if err != nil {
		return
	}
	request := sent{buyer, key, order.Checkout{Basket: basket, ExpectedTotalFen: quote.TotalFen, NoReturnConfirmed: true}, ""}
	v, err := h.Order.Place(h.Ctx, buyer.Buyer, key, request.checkout)
	if err != nil {
		if quote.Complete && !h.crasher.Crashed() && !h.rival.came {
			h.unforeseen(t, err)
		}
		return
	}
	request.no = v.No
	h.sent = append(h.sent, request)
	h.orders = append(h.orders, placed{buyer, v.No})
}

// fillCart puts into a buyer's cart what they want, if all of it can be.
func (h *history) fillCart(b *testshop.Buyer, wants []offer.Want) bool {
	for _, w := range wants {
		_, err := h.Cart.Add(h.Ctx, cart.Owner{UserID: b.UserID}, h.key(), cart.Item{SKU: w.SKUNo, Quantity: w.Quantity})
		if err != nil {
			return false
		}
	}
	return true
}

// again lets a buyer send a request once more whose answer was lost on the way: it is the same order, until
// the key is forgotten.
func (h *history) again(t *rapid.T) {
	if len(h.sent) == 0 {
		return
	}
	r := pick(t, h.sent, "request")
	v, err := h.Order.Place(h.Ctx, r.buyer.Buyer, r.key, r.checkout)
	if err == nil && v.No != r.no && !h.olderThanADay(t, r.no) {
		t.Fatalf("the same request made order %s and then %s", r.no, v.No)
	}
}

func (h *history) olderThanADay(t *rapid.T, no string) bool {
	defer h.aside()()
	if h.crasher.Crashed() {
		return true // nobody can tell; the next step can
	}
	return h.Clock.Now().Sub(h.State(no).CreatedAt.Time()) >= 24*time.Hour
}

// buy is what most consumers do: order, go to WeChat's sheet, and pay or not.
func (h *history) buy(t *rapid.T) {
	before := len(h.orders)
	if rapid.Bool().Draw(t, "claims a coupon first") {
		h.claim(t)
	}
	h.order(t, fmt.Sprintf("new-%04d", rapid.IntRange(1, 9999).Draw(t, "key")))
	if len(h.orders) == before {
		return
	}
	o := h.orders[len(h.orders)-1]
	if rapid.Bool().Draw(t, "wants to be told") {
		h.leave(t, o.buyer, model.MessageOrderPaid)
	}
	h.known(t, errOf(h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no)))
	if rapid.IntRange(0, 2).Draw(t, "notification troubled") == 0 {
		h.trouble(t, simulator.OpNotifyPayment)
	}
	if rapid.IntRange(0, 3).Draw(t, "pays") > 0 {
		_, _ = h.Sim.Pay(o.no)
	}
}

// dawdle is the consumer who holds WeChat's sheet open while the order ends, by its time or by their own
// hand on another screen, and pays all the same.
func (h *history) dawdle(t *rapid.T) {
	if err := h.Sim.AddFault(simulator.Fault{Op: simulator.OpClose, Kind: simulator.PayAfterClose}); err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "unnoticed") {
		if err := h.Sim.AddFault(simulator.Fault{Op: simulator.OpNotifyPayment, Kind: simulator.Lost}); err != nil {
			t.Fatal(err)
		}
	}
	if rapid.Bool().Draw(t, "cancels") {
		h.cancel(t)
	} else {
		h.Clock.Turn(15 * time.Minute)
		h.jobs(t)
	}
	h.Clock.Turn(time.Minute)
}

func (h *history) one(t *rapid.T) (placed, bool) {
	if len(h.orders) == 0 {
		return placed{}, false
	}
	return h.sameAgain(t, pick(t, h.orders, "order")), true
}

func (h *history) prepare(t *rapid.T) {
	if o, ok := h.one(t); ok {
		h.known(t, errOf(h.Payment.Prepare(h.Ctx, o.buyer.Buyer, o.no)))
	}
}

// pay is the consumer's tap on WeChat's sheet, for any payment that WeChat knows.
func (h *history) pay(t *rapid.T) {
	if payments := h.Sim.Payments(); len(payments) > 0 {
		_, _ = h.Sim.Pay(pick(t, payments, "payment").OutTradeNo)
	}
}

func (h *history) cancel(t *rapid.T) {
	if o, ok := h.one(t); ok {
		h.known(t, errOf(h.Payment.Cancel(h.Ctx, o.buyer.Buyer, o.no)))
	}
}

func (h *history) refresh(t *rapid.T) {
	if o, ok := h.one(t); ok {
		h.known(t, errOf(h.Payment.Refresh(h.Ctx, o.buyer.Buyer, o.no)))
	}
}

func (h *history) jobs(t *rapid.T) {
	for range rapid.IntRange(1, 5).Draw(t, "jobs") {
		if ran, err := h.runJob(t); err != nil || !ran {
			return
		}
	}
}

func (h *history) wait(t *rapid.T) {
	h.Clock.Turn(pick(t, []time.Duration{
		time.Second, 20 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 2 * time.Hour, 25 * time.Hour,
		8 * 24 * time.Hour,
	}, "wait"))
}

// fault lets something go wrong at WeChat the next time. Stall is left out, because it is real time.
func (h *history) fault(t *rapid.T) {
	op := pick(t, []simulator.Op{
		simulator.OpPrepay, simulator.OpQuery, simulator.OpClose, simulator.OpRefund, simulator.OpQueryRefund,
		simulator.OpNotifyPayment, simulator.OpNotifyRefund, simulator.OpMessage, simulator.OpShipping, simulator.OpShippingOrder, simulator.OpReminder,
	}, "operation")
	h.trouble(t, op)
}

func (h *history) trouble(t *rapid.T, op simulator.Op) {
	var kinds []simulator.FaultKind
	for _, k := range simulator.FaultsOf(op) {
		if k != simulator.Stall {
			kinds = append(kinds, k)
		}
	}
	if err := h.Sim.AddFault(simulator.Fault{Op: op, Kind: pick(t, kinds, "fault")}); err != nil {
		t.Fatal(err)
	}
}

// settleRefund is WeChat coming to an end with a refund that the bank had refused.
func (h *history) settleRefund(t *rapid.T) {
	if refunds := h.Sim.Refunds(); len(refunds) > 0 {
		r := pick(t, refunds, "refund")
		_ = h.Sim.SettleRefund(r.MchID, r.OutRefundNo, "SUCCESS")
	}
}

// staff changes what is on sale and what is in stock.
func (h *history) staff(t *rapid.T) {
	i := rapid.IntRange(0, len(h.skus)-1).Draw(t, "sku")
	if h.rival.at { // likely what is being ordered
		i = max(0, slices.IndexFunc(h.skus, func(k model.SKU) bool {
			return slices.ContainsFunc(h.rival.wants, func(w offer.Want) bool { return w.SKUNo == k.No })
		}))
	}
	n := rapid.Int64Range(0, 6).Draw(t, "figure")
	switch rapid.IntRange(0, 4).Draw(t, "change") {
	case 3:
		_ = h.SetActive(h.same, n > 2)
	case 4:
		_ = h.CountStock(h.same, n%4)
	case 0:
		_ = h.SetPrice(h.skus[i], model.Fen(n*500+1))
	case 1:
		_ = h.SetActive(h.skus[i], n > 2)
	case 2:
		_ = h.CountStock(h.skus[i], n)
	}
}

// crash lets the process die at one of the next statements.
func (h *history) crash(t *rapid.T) {
	h.crasher.Arm(rapid.IntRange(1, 30).Draw(t, "statements"), rapid.Bool().Draw(t, "after it took effect"))
}

func (h *history) restart(t *rapid.T) {
	h.seen.add("crashes", 1)
	_ = h.DB.Close()
	h.crasher.Disarm()
	h.Restart(h.reopen(t))
}

// openOptions are testdb.SQLiteOptions or testdb.MariaDBOptions.
type openOptions func(testdb.T, ...testdb.Option) database.Options

// live runs so many histories, unless -rapid.checks says otherwise.
func live(t *testing.T, histories int, options openOptions) tally {
	t.Helper()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := flag.Set("rapid.checks", strconv.Itoa(histories)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set("rapid.checks", checks.DefValue) })
	}
	seen := tally{}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, options, seen)
		defer h.end()
		rt.Repeat(h.interrupted(h.actions()))
		h.calm(rt)
		seen.add("histories", 1)
	})
	t.Log(seen)
	return seen
}

func TestHistories(t *testing.T) {
	seen := live(t, histories, testdb.SQLiteOptions)
	if seen["histories"] < 100 { // of a few nobody expects everything
		return
	}
	for _, what := range []string{
		"orders paid", "orders cancelled", "late payments refunded", "notifications repeated", "crashes",
		"cases done", "cases refused", "orders refunded in part or whole", "orders refunded to their end", "refunds made again", "refunds settled by the brand",
		"days reconciled", "exceptions cleared", "messages sent", "messages without leave", "messages unclear",
		"coupons used", "coupons that ended", "flash sales that sold", "flash sales that sold out", "orders of nothing", "prices changed",
		"messages without a template", "messages refused by WeChat", "messages by another template",
		"groups formed", "groups formed by their minimum", "groups expired", "groups cancelled by the brand", "groups abandoned",
		"members refunded", "late members seated", "late members refused", "reviews written", "accounts deleted",
	} {
		if seen[what] == 0 {
			t.Errorf("no %s in all these histories: they prove nothing about it", what)
		}
	}
}

// A sample on MariaDB, where a crash meets another engine's transactions.
func TestHistoriesOnMariaDB(t *testing.T) { live(t, historiesOnMariaDB, testdb.MariaDBOptions) }
