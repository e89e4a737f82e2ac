package simulation_test

import (
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/review"
)

// houseDuels are about accounts that are deleted, reviews that are looked at, and pages that are written.
func (h *history) houseDuels(t *rapid.T) []duel {
	one := []offer.Want{{SKUNo: h.stable.No, Quantity: 1}}
	// on begins with a guest, and with a review of theirs that waits for its verdict where one is wanted.
	on := func(reviewed bool, first, second func(g guest, reviewNo string) error) func(*rapid.T) (a, b func() error) {
		return func(*rapid.T) (a, b func() error) {
			defer h.aside()()
			g, no := h.guest(t), ""
			if reviewed {
				v, err := h.placeAtOnce(g.Buyer.Buyer, h.key(), order.Basket{AddressNo: g.Address, Lines: one, CouponNo: order.NoCoupon})
				if err != nil {
					return nil, nil
				}
				o := placed{g.Buyer, v.No}
				h.payFor(o)
				h.deliver(t)
				h.ship(t, o)
				if _, err := h.Fulfilment.Confirm(h.Ctx, g.Buyer.Buyer, o.no); err != nil { // WeChat may have made trouble on the way
					return nil, nil
				}
				h.pass(t, time.Minute) // WeChat hears what was sent: until then nobody leaves
				r, err := h.Review.Write(h.Ctx, g.UserID, h.key(), review.Input{Order: o.no, Rating: 5, Words: "很好用", Pictures: []string{h.photo(t, g.UserID)}}, "en")
				must(t, err)
				no = r.No
			}
			return func() error { return first(g, no) }, func() error { return second(g, no) }
		}
	}
	leave := func(g guest, _ string) error { return h.Privacy.Delete(h.Ctx, g.UserID) }
	place := func(g guest, _ string) error {
		return errOf(h.placeAtOnce(g.Buyer.Buyer, h.key(), order.Basket{AddressNo: g.Address, Lines: one, CouponNo: order.NoCoupon}))
	}
	send := func(g guest, _ string) error { return errOf(h.Picture.Take(h.Ctx, g.UserID, snapshot(4, 90))) }
	takeBack := func(g guest, no string) error { return h.Review.Remove(h.Ctx, g.UserID, no) }
	add := func(g guest, no string) error {
		return errOf(h.Review.Add(h.Ctx, g.UserID, no, review.Addition{Words: "more"}))
	}
	look := func(guest, string) error { return errOf(h.runJob(t)) }
	page := func(do func(at brand.PageRelease) error) func(guest, string) error {
		return func(guest, string) error {
			v, err := h.Brand.Page(h.staffCtx(), model.HomePage)
			if err != nil {
				return err
			}
			return do(brand.PageRelease{Version: v.Version, Published: v.Published})
		}
	}
	write := page(func(at brand.PageRelease) error {
		notice := model.Block{Kind: model.BlockNotice, Text: model.Text{"en": h.key()}}
		return errOf(h.Brand.SavePage(h.staffCtx(), model.HomePage, brand.PageDraft{Title: model.Text{"en": "Home"}, Blocks: []model.Block{notice}, Version: at.Version}))
	})
	publish := page(func(at brand.PageRelease) error { return errOf(h.Brand.PublishPage(h.staffCtx(), model.HomePage, at)) })
	return []duel{
		{"leave, order", on(false, leave, place)},
		{"order, leave", on(false, place, leave)},
		{"send a photo, leave", on(false, send, leave)},
		{"look at a review, take it back", on(true, look, takeBack)},
		{"add to a review, take it back", on(true, add, takeBack)},
		{"leave, add to a review", on(true, leave, add)},
		{"write a page, publish it", on(false, write, publish)},
	}
}
