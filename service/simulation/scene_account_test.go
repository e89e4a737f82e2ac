package simulation_test

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/address"
	"hutong/service/aftersale"
	"hutong/service/cart"
	"hutong/service/favourite"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/picture"
)

// home is an address as a consumer writes it.
var home = address.Input{Name: "李梅", Phone: "13912345678", ProvinceCode: "31", City: "上海市", District: "静安区", Detail: "愚园路 7 号"}

// farewell is somebody who has their account deleted once nothing is left to be done for them: nobody sees whose their
// order was, and who comes back is somebody new.
func (h *history) farewell(t *rapid.T) {
	g := h.guest(t)
	leave := func() error { return h.Privacy.Delete(h.Ctx, g.UserID) }
	a, err := h.Address.Create(h.Ctx, g.UserID, h.key(), home)
	must(t, err)
	g.Address = a.No
	o, v := h.takes(t, g, h.SKU(1_290, 4))
	h.refused(t, "the end of an account that waits for a parcel", leave(), model.ErrAccountInUse)
	h.receives(t, o)
	h.refused(t, "the end of an account of which WeChat waits for what was sent", leave(), model.ErrAccountInUse)
	h.pass(t, time.Minute)
	var parcel model.Parcel
	must(t, h.DB.Read(h.Ctx).Where("order_id = ?", h.State(o.no).ID).Take(&parcel).Error)
	must(t, errOf(h.Fulfilment.Track(h.staffCtx(), []fulfilment.Event{{
		Carrier: parcel.Carrier, Waybill: parcel.Waybill, Status: model.ParcelInTransit, At: model.At(h.Clock.Now()), Place: home.Detail,
	}})))
	c, err := h.AfterSale.Apply(h.Ctx, g.Buyer.Buyer, h.key(), o.no, aftersale.Wish{Kind: model.AfterSaleReturn, Reason: "unwanted", Lines: []aftersale.WishLine{{Quantity: 1}}})
	must(t, err)
	h.refused(t, "the end of an account with a case", leave(), model.ErrAccountInUse)
	must(t, errOf(h.AfterSale.Withdraw(h.Ctx, g.Buyer.Buyer, c.No)))
	must(t, h.Favourite.Add(h.Ctx, g.UserID, v.Lines[0].Handle))
	must(t, errOf(h.Cart.Add(h.Ctx, cart.Owner{UserID: g.UserID}, h.key(), cart.Item{SKU: h.stable.No, Quantity: 1})))
	h.photo(t, g.UserID)
	h.found(t, o, 1)
	must(t, errOf(h.Order.Recipient(h.staffCtx(), o.no)))
	if id, err := h.Identity.Authenticate(h.Ctx, h.Row.ID, g.token); err != nil || id != g.UserID {
		t.Errorf("the token is user %d's: %d, %v", g.UserID, id, err)
	}

	must(t, leave())
	_, err = h.Identity.Authenticate(h.Ctx, h.Row.ID, g.token)
	h.refused(t, "the token of who has left", err, model.ErrUnauthorized)
	_, err = h.Address.Create(h.Ctx, g.UserID, h.key(), home)
	h.refused(t, "an address for who has left", err, model.ErrUnauthorized)
	_, err = h.Picture.Take(h.Ctx, g.UserID, snapshot(4, 90))
	h.refused(t, "a photo of who has left", err, model.ErrUnauthorized)
	_, err = h.AfterSale.Escalate(h.Ctx, g.Buyer.Buyer, c.No, aftersale.Note{Words: "after all"})
	h.refused(t, "an appeal of who has left", err, model.ErrUnauthorized)
	h.refused(t, "a visit of who has left", h.GroupBuy.Visit(h.Ctx, g.UserID, "01NOGROUP", 0), model.ErrUnauthorized)
	h.refused(t, "to leave twice", leave(), model.ErrUnauthorized)
	_, err = h.Order.Recipient(h.staffCtx(), o.no)
	h.refused(t, "to read who it was", err, model.ErrOrderRestricted)
	h.found(t, o, 0)
	if v, err := h.Order.AtDesk(h.staffCtx(), nil, o.no); err != nil || !v.Restricted || v.Place != (model.Place{}) {
		t.Errorf("staff see of who has left: %+v, %v", v.Place, err)
	}
	if f, err := h.Fulfilment.Of(h.staffCtx(), o.no); err != nil || len(f.Parcels[0].Events) == 0 || f.Parcels[0].Events[0].Place != "" {
		t.Errorf("staff see where the parcel of who has left went: %+v, %v", f.Parcels, err)
	}
	if no, _ := h.signIn(t, g.Name); no == g.no {
		t.Errorf("who comes back is still consumer %s", no)
	}
	h.settle(t)
}

// found wants so many orders, all that staff find by whom an order goes to.
func (h *history) found(t *rapid.T, o placed, n int) {
	for _, f := range []order.Filter{{Name: home.Name, Number: o.no}, {Phone: home.Phone, Number: o.no}} {
		if views, _, err := h.Order.Desk(h.staffCtx(), nil, f, order.DeskPlace{}, 10, false); err != nil || len(views) != n {
			t.Errorf("staff find %d orders by %+v, %v; want %d", len(views), f, err, n)
		}
	}
}

// hoard is somebody who has as many of everything as may be: one more is refused. Then they leave, and nothing of it
// stays.
func (h *history) hoard(t *rapid.T) {
	g, sku := h.guest(t), h.SKU(1_290, 1)
	var (
		favourites []model.Favourite
		lines      []model.CartLine
		addresses  []model.Address
		photos     []model.Photo
	)
	const others = 1 << 40 // products and SKUs that are no more
	for i := range int64(favourite.Most) {
		favourites = append(favourites, model.Favourite{UserID: g.UserID, ProductID: others + i})
	}
	for i := range int64(cart.MaxLines) {
		lines = append(lines, model.CartLine{UserID: g.UserID, SKUID: others + i, Quantity: 1})
	}
	for i := 1; i < address.Limit; i++ { // a guest has one
		addresses = append(addresses, model.Address{UserID: g.UserID, No: fmt.Sprintf("01HOARD%010d%09d", g.UserID, i), Place: model.Place{Name: "李梅"}})
	}
	for i := 1; i < picture.MostUnused; i++ {
		photos = append(photos, model.Photo{UserID: g.UserID, No: fmt.Sprintf("01PHOTO%010d%09d", g.UserID, i), URL: fmt.Sprintf("/media/photos/%d-%d.jpg", g.UserID, i)})
	}
	h.put(t, favourites[1:])
	h.put(t, lines[1:])
	h.put(t, addresses[1:])
	h.put(t, photos)
	first := sku
	for _, last := range []bool{true, false} {
		one := h.Favourite.Add(h.Ctx, g.UserID, h.handleOf(sku))
		_, two := h.Cart.Add(h.Ctx, cart.Owner{UserID: g.UserID}, h.key(), cart.Item{SKU: sku.No, Quantity: 1})
		_, three := h.Address.Create(h.Ctx, g.UserID, h.key(), home)
		_, four := h.Picture.Take(h.Ctx, g.UserID, snapshot(4, 90))
		if last {
			must(t, errors.Join(one, two, three, four))
			sku = h.SKU(1_290, 1)
			continue
		}
		h.refused(t, "one favourite too many", one, model.ErrTooMany)
		h.refused(t, "one line of the cart too many", two, model.ErrCartFull)
		h.refused(t, "one address too many", three, model.ErrAddressLimit)
		h.refused(t, "one photo too many", four, model.ErrTooMany)
	}
	much := func(pieces int) error {
		return errOf(h.Cart.Add(h.Ctx, cart.Owner{UserID: g.UserID}, h.key(), cart.Item{SKU: first.No, Quantity: pieces}))
	}
	must(t, much(1))
	h.refused(t, "more pieces in a line of the cart than may be", much(model.MaxQuantity-1), model.ErrTooBig)
	must(t, h.Privacy.Delete(h.Ctx, g.UserID))
	h.settle(t)
}

// shelve is two who have the same in their carts, of whom one buys it: the other has it still.
func (h *history) shelve(t *rapid.T) {
	a, b, sku := h.guest(t), h.guest(t), h.SKU(1_290, 4)
	for _, g := range []guest{a, b} {
		if !h.fillCart(g.Buyer, []offer.Want{{SKUNo: sku.No, Quantity: 1}}) {
			t.Fatal("to fill a cart")
		}
	}
	v, err := h.placeAtOnce(a.Buyer.Buyer, h.key(), order.Basket{AddressNo: a.Address, CouponNo: order.NoCoupon})
	must(t, err)
	for g, want := range map[guest]int64{a: 0, b: 1} {
		if n := h.Count(&model.CartLine{}, "user_id = ?", g.UserID); n != want {
			t.Errorf("%d lines are left in a cart, want %d", n, want)
		}
	}
	quantity := 2
	_, err = h.Cart.Set(h.Ctx, cart.Owner{UserID: a.UserID}, sku.No, cart.Change{Quantity: &quantity})
	h.refused(t, "to change another's cart", err, model.ErrLineNotFound)
	h.payFor(placed{a.Buyer, v.No})
	h.deliver(t)
}

// handleOf is the name of a SKU's product in addresses.
func (h *history) handleOf(sku model.SKU) (handle string) {
	if err := h.DB.Read(h.Ctx).Model(&model.Product{}).Where("id = ?", sku.ProductID).Pluck("handle", &handle).Error; err != nil {
		panic(err)
	}
	return handle
}
