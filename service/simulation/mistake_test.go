package simulation_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/cart"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testshop"
)

// wrong lets people try everything that must be refused, by mistake or on purpose: what is another's, what is more
// than there is, what comes too late. Each is refused for the reason that it should be, and none leaves a trace.
func (h *history) wrong(t *rapid.T) {
	if h.crasher.Crashed() {
		return
	}
	defer h.aside()()
	h.forgotten(t)
	before := h.Fingerprint()
	h.strangers(t)
	h.foreigners(t)
	h.unsigned(t)
	h.baskets(t)
	h.keys(t)
	h.overRefunds(t)
	h.overShipments(t)
	h.wrongCases(t)
	h.wrongOffers(t)
	h.wrongGroups(t)
	h.wrongDays(t)
	h.wrongBills(t)
	h.walls(t)
	h.strange(t)
	h.houseMistakes(t)
	now := h.Fingerprint()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if after := now[table]; after != before[table] {
			t.Errorf("what was refused has left a trace: of %s there were\n%s\nand are\n%s", table, before[table], after)
		}
	}
	h.seen.add("rounds of mistakes", 1)
}

// refused wants an error, and one of these.
func (h *history) refused(t *rapid.T, what string, err error, by ...*model.Error) {
	h.seen.add("mistakes refused", 1)
	if err == nil {
		t.Errorf("%s was not refused", what)
		return
	}
	if !slices.ContainsFunc(by, func(e *model.Error) bool { return errors.Is(err, e) }) {
		t.Errorf("%s was refused by %v, not by %v", what, err, by)
	}
}

// another is a buyer who is not this one.
func (h *history) another(b *testshop.Buyer) *testshop.Buyer {
	for _, other := range h.buyers {
		if other.UserID != b.UserID {
			return other
		}
	}
	panic("a shop has several buyers")
}

// lately are the orders that mistakes are tried with: the last ones.
func (h *history) lately() []placed { return h.orders[max(0, len(h.orders)-13):] }

// strangers want to see and to change what belongs to another.
func (h *history) strangers(t *rapid.T) {
	for _, o := range h.lately() {
		s := h.another(o.buyer).Buyer
		for what, try := range map[string]func() error{
			"to read another's order":    func() error { _, err := h.Order.Get(h.Ctx, s, o.no); return err },
			"to pay another's order":     func() error { _, err := h.Payment.Prepare(h.Ctx, s, o.no); return err },
			"to cancel another's order":  func() error { _, err := h.Payment.Cancel(h.Ctx, s, o.no); return err },
			"to refresh another's order": func() error { _, err := h.Payment.Refresh(h.Ctx, s, o.no); return err },
			"to confirm another's order": func() error { _, err := h.Fulfilment.Confirm(h.Ctx, s, o.no); return err },
			"to see another's parcels":   func() error { _, err := h.Fulfilment.Parcels(h.Ctx, s, o.no); return err },
			"to ask for another's money": func() error {
				w := aftersale.Wish{Kind: model.AfterSaleRefund, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}}}
				_, err := h.AfterSale.Apply(h.Ctx, s, "wrong", o.no, w)
				return err
			},
		} {
			h.refused(t, what, try(), model.ErrOrderNotFound)
		}
		mine, _, err := h.Order.List(h.Ctx, s, nil, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(mine, func(v order.View) bool { return v.No == o.no }) {
			t.Errorf("order %s is listed for another", o.no)
		}
		basket := o.buyer.Wants(h.skus[0], 1) // to the address of another
		_, err = h.Order.Quote(h.Ctx, s, basket)
		h.refused(t, "another's address", err, model.ErrAddressNotFound)
	}
	a, b := h.buyers[0], h.buyers[1]
	_, err := h.Address.Get(h.Ctx, b.UserID, a.Address)
	h.refused(t, "to read another's address", err, model.ErrAddressNotFound)
	h.refused(t, "to delete another's address", h.Address.Delete(h.Ctx, b.UserID, a.Address), model.ErrAddressNotFound)
	h.refused(t, "to take another's address", h.Address.SetDefault(h.Ctx, b.UserID, a.Address), model.ErrAddressNotFound)
	quantity := 7
	_, err = h.Cart.Set(h.Ctx, cart.Owner{UserID: h.visitor.UserID}, h.skus[0].No, cart.Change{Quantity: &quantity})
	h.refused(t, "to change another's cart", err, model.ErrLineNotFound)
	if h.Count(&model.CartLine{}, "user_id = ?", h.keeper.UserID) != 2 {
		t.Error("the keeper's cart is empty")
	}
}

// baskets that cannot be bought.
func (h *history) baskets(t *rapid.T) {
	b := h.buyers[0]
	place := func(what string, c order.Checkout, by ...*model.Error) {
		_, err := h.Order.Place(h.Ctx, b.Buyer, "wrong", c)
		h.refused(t, what, err, by...)
	}
	basket := func(wants ...offer.Want) order.Checkout {
		c := order.Checkout{Basket: order.Basket{AddressNo: b.Address, Lines: wants, CouponNo: order.NoCoupon}, NoReturnConfirmed: true}
		if q, err := h.Order.Quote(h.Ctx, b.Buyer, c.Basket); err == nil {
			c.ExpectedTotalFen = q.TotalFen
		}
		return c
	}
	one := h.Reload(h.stable)
	want := offer.Want{SKUNo: one.No, Quantity: 1}
	place("a SKU that is named twice", basket(want, want), model.ErrInvalid)
	place("less than a piece", basket(offer.Want{SKUNo: one.No}), model.ErrOutOfRange)
	place("less than nothing", basket(offer.Want{SKUNo: one.No, Quantity: -1}), model.ErrOutOfRange)
	place("too many pieces", basket(offer.Want{SKUNo: one.No, Quantity: model.MaxQuantity + 1}), model.ErrOutOfRange)
	place("more than there are", basket(offer.Want{SKUNo: one.No, Quantity: int(one.Available()) + 1}), model.ErrOutOfStock)
	place("what is off sale", basket(offer.Want{SKUNo: h.off.No, Quantity: 1}), model.ErrNotOnSale)
	place("what is not published", basket(offer.Want{SKUNo: h.hidden.No, Quantity: 1}), model.ErrNotOnSale)
	place("what is too dear", basket(offer.Want{SKUNo: h.dear.No, Quantity: 2}), model.ErrTotalLimit)
	many := make([]offer.Want, order.MaxLines+1)
	for i := range many {
		many[i] = offer.Want{SKUNo: fmt.Sprintf("01NONE%020d", i), Quantity: 1}
	}
	place("too many lines", basket(many...), model.ErrOutOfRange)
	if one.Available() > 0 {
		c := basket(want)
		c.ExpectedTotalFen++
		place("another price", c, model.ErrPriceChanged)
	}
	for _, sku := range h.skus {
		if now := h.Reload(sku); now.Reserved > 0 {
			h.refused(t, "a count below what orders hold", h.CountStock(sku, now.Reserved-1), model.ErrOutOfStock)
		}
	}
	if h.Reload(h.fresh).Available() > 0 {
		c := basket(offer.Want{SKUNo: h.fresh.No, Quantity: 1})
		c.NoReturnConfirmed = false
		place("what is not taken back, unconfirmed", c, model.ErrUnconfirmed)
	}
	_, err := h.Cart.Add(h.Ctx, cart.Owner{UserID: b.UserID}, "wrong", cart.Item{SKU: h.off.No, Quantity: 1})
	h.refused(t, "to put into the cart what is off sale", err, model.ErrNotOnSale)
	_, err = h.Cart.Add(h.Ctx, cart.Owner{UserID: h.keeper.UserID}, "wrong", cart.Item{SKU: h.stable.No, Quantity: model.MaxQuantity})
	h.refused(t, "to put too much into the cart", err, model.ErrTooBig)
}

// keys that were used for something else, by somebody else, or long ago.
func (h *history) keys(t *rapid.T) {
	for _, r := range h.sent[max(0, len(h.sent)-3):] {
		if h.olderThanADay(t, r.no) {
			continue
		}
		if !h.keyIsKnown(r.key) {
			t.Errorf("the key %s is forgotten before its day has passed", r.key)
		}
		other := r.checkout
		other.ExpectedTotalFen++
		_, err := h.Order.Place(h.Ctx, r.buyer.Buyer, r.key, other)
		h.refused(t, "a key for another basket", err, model.ErrKeyReused)
		b := h.another(r.buyer)
		by := []*model.Error{model.ErrAddressNotFound, model.ErrNothingToBuy}
		if h.keyIsKnown(r.key, fmt.Sprintf("user:%d", b.UserID)) { // they have sent it with an order of their own
			by = []*model.Error{model.ErrKeyReused}
		}
		_, err = h.Order.Place(h.Ctx, b.Buyer, r.key, r.checkout)
		h.refused(t, "another's key and address", err, by...)
	}
	for key, no := range h.refusals {
		c := model.AfterSale{}
		if h.DB.Read(h.Ctx).Where("no = ?", no).Take(&c).Error == nil && h.keyIsKnown(key) && c.CompensatedAt == 0 && c.Status != model.AfterSaleDone && c.Status != model.AfterSaleRefunding {
			_, err := h.AfterSale.Compensate(h.staffCtx(), aftersale.Handling{No: no, Key: key}, refusal)
			h.refused(t, "the key of a refusal for a compensation", err, model.ErrKeyReused)
		}
	}
}

// forgotten plans what is due, and uses keys whose day has passed: they serve another request. All that leaves traces.
func (h *history) forgotten(t *rapid.T) {
	if err := h.CleanUp(h.Ctx); err != nil { // as each hour does
		t.Error(err)
	}
	for i := range 3 { // what is due has its job by then
		if n, err := h.Order.Expire(model.AcrossBrands(h.Ctx)); err != nil || n > 0 && i == 2 {
			t.Errorf("the end of %d orders was planned again: %v", n, err)
		}
	}
	for _, r := range h.sent[max(0, len(h.sent)-3):] {
		if !h.olderThanADay(t, r.no) {
			continue
		}
		other := r.checkout
		other.ExpectedTotalFen = 1 + model.MaxFen
		_, err := h.Order.Place(h.Ctx, r.buyer.Buyer, r.key, other)
		if errors.Is(err, model.ErrKeyReused) && !h.keyIsKnown(r.key) {
			t.Errorf("the key %s is remembered for more than a day", r.key)
		}
	}
}

// keyIsKnown tells whether a key serves one input for a day now, be it of anybody or of these owners.
func (h *history) keyIsKnown(key string, owners ...string) bool {
	query, args := "idem_key = ? AND expires_at > ?", []any{key, model.At(h.Clock.Now())}
	if len(owners) > 0 {
		query, args = query+" AND owner IN ?", append(args, owners)
	}
	return h.Count(&model.IdempotencyKey{}, query, args...) > 0
}

func (h *history) readable(rows any, query string, args ...any) {
	if err := h.DB.Read(h.Ctx).Where(query, args...).Order("id DESC").Limit(8).Find(rows).Error; err != nil {
		panic(err)
	}
}
