package simulation_test

import (
	"bytes"
	"image"
	"image/png"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/testshop"
)

// houseScenes are of what is no trade: accounts, reviews, staff, settings, pages, pictures.
func (h *history) houseScenes() []scene {
	return []scene{
		{"who leaves and comes back", h.farewell},
		{"who has as much as may be", h.hoard},
		{"carts", h.shelve},
		{"reviews", h.speak},
		{"staff who come and go", h.employ},
		{"settings", h.arrange},
		{"a file of products", h.bring},
		{"pages", h.compose},
		{"pictures of the shop", h.tidy},
	}
}

// guest is somebody new who has signed in.
type guest struct {
	*testshop.Buyer
	no, token string
}

func (h *history) guest(t *rapid.T) guest {
	g := guest{Buyer: h.Buyer()}
	g.no, g.token = h.signIn(t, g.Name)
	return g
}

// signIn is whoever WeChat knows by this name, and a token of theirs.
func (h *history) signIn(t *rapid.T, name string) (no, token string) {
	code, err := h.Sim.LoginCode(h.Merchant.AppID, name)
	must(t, err)
	s, err := h.Identity.Login(h.Ctx, code, "en")
	must(t, err)
	return s.User.No, s.Token
}

// takes is an order of a guest, paid and on its way. It is none of h.orders: who has bought it may leave.
func (h *history) takes(t *rapid.T, g guest, skus ...model.SKU) (placed, order.View) {
	var wants []offer.Want
	for _, s := range skus {
		wants = append(wants, offer.Want{SKUNo: s.No, Quantity: 1})
	}
	v, err := h.placeAtOnce(g.Buyer.Buyer, h.key(), order.Basket{AddressNo: g.Address, Lines: wants, CouponNo: order.NoCoupon})
	must(t, err)
	o := placed{g.Buyer, v.No}
	h.payFor(o)
	h.deliver(t)
	h.ship(t, o)
	return o, v
}

// receives confirms the receipt of an order.
func (h *history) receives(t *rapid.T, o placed) {
	must(t, errOf(h.Fulfilment.Confirm(h.Ctx, o.buyer.Buyer, o.no)))
}

// put writes rows that are there by now, for what takes many of them.
func (h *history) put(t *rapid.T, rows any) {
	must(t, h.DB.InTx(h.Ctx, func(tx *gorm.DB) error { return tx.Create(rows).Error }))
}

// snapshot is a picture of one shade, as a camera makes it.
func snapshot(size int, shade uint8) []byte {
	drawn := image.NewGray(image.Rect(0, 0, size, size))
	for i := range drawn.Pix {
		drawn.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// photo is a photo that somebody has sent.
func (h *history) photo(t *rapid.T, userID int64) string {
	p, err := h.Picture.Take(h.Ctx, userID, snapshot(4, 90))
	must(t, err)
	return p.No
}
