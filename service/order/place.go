package order

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/cart"
	"hutong/service/internal/idem"
	"hutong/service/internal/offer"
)

var forUpdate = clause.Locking{Strength: "UPDATE"}

// MaxRemark bounds the consumer's remark, in characters.
const MaxRemark = 200

// Checkout is what a consumer sends to buy.
type Checkout struct {
	Basket
	ExpectedTotalFen model.Fen `json:"expected_total_fen" minimum:"0" doc:"The total the consumer has seen; another total is refused"`
	Remark           string    `json:"remark,omitempty" maxLength:"200" doc:"A word to the shop"`
	Channel          string    `json:"channel,omitempty" enum:"search,share,qrcode,message,article,ad,live,chat,web,other" doc:"How the consumer came to the mini program"`
	// NoReturnConfirmed is the consent that the law wants at the purchase, not before and not after.
	NoReturnConfirmed bool `json:"no_return_confirmed,omitempty" doc:"The consumer has confirmed that what is marked no_return is not taken back without a reason"`
}

// Place makes an order of a basket, once per key: it reserves what the order needs and keeps its own copy
// of what was shown. Nothing is paid yet; service/payment prepares that. What costs nothing, in a
// shop that allows it, is paid at once. Errors: those of Quote;
// ErrRequired at "address"; ErrNotOnSale, ErrOutOfStock, ErrNotDelivered at the lines; ErrUnconfirmed when
// a line is not taken back without a reason and that is not confirmed; ErrPriceChanged when the total is not the
// expected one, and ErrOfferGone when an offer has just run out, both as Requoted with the new quote; ErrTotalLimit;
// ErrKeyReused.
func (s *Service) Place(ctx context.Context, b Buyer, key string, c Checkout) (View, error) {
	c.Remark = strings.TrimSpace(c.Remark)
	switch {
	case c.AddressNo == "":
		return View{}, model.ErrRequired.At("address")
	case utf8.RuneCountInString(c.Remark) > MaxRemark:
		return View{}, model.ErrTooLong.At("remark").With("max", fmt.Sprint(MaxRemark))
	}
	request := idem.Request{Owner: fmt.Sprintf("user:%d", b.UserID), Key: key, Operation: "order.place", Input: c}
	var o *model.Order
	v, err := idem.OnceThen(ctx, s.db, s.now, request, func(tx *gorm.DB) (_ View, err error) {
		if o, err = s.place(ctx, tx, b, c); err == nil && toldOf(o) {
			err = s.reserve(ctx, tx, o)
		}
		if err != nil {
			return View{}, err
		}
		return viewOf(o, b.Languages), nil
	}, func(tx *gorm.DB) error {
		if toldOf(o) {
			return nil
		}
		return s.reserve(ctx, tx, o)
	})
	if errors.Is(err, model.ErrOutOfStock) && !errors.As(err, new(model.Errs)) {
		return View{}, s.short(ctx, b, c.Basket, err)
	}
	if errors.Is(err, model.ErrOfferGone) { // somebody was quicker: what it costs now is for a new quote to say
		if q, quoteErr := s.Quote(ctx, b, c.Basket); quoteErr == nil {
			return View{}, &Requoted{err, q}
		}
	}
	return v, err
}

// Requoted is the refusal of an order that costs something else than the buyer has seen, with what it costs now.
type Requoted struct {
	error
	Quote Quote
}

// Unwrap is the refusal: ErrPriceChanged or ErrOfferGone.
func (r *Requoted) Unwrap() error { return r.error }

// NewQuote is what a problem document carries of it.
func (r *Requoted) NewQuote() any { return r.Quote }

// short names the lines that cannot be had, after somebody else was quicker.
func (s *Service) short(ctx context.Context, b Buyer, basket Basket, err error) error {
	d, draftErr := s.draft(ctx, s.db.Read(ctx), b, basket)
	if draftErr != nil {
		return draftErr
	}
	if named := refuse(d); named != nil {
		return named
	}
	return err // there is enough again: the buyer may try once more
}

func (s *Service) place(ctx context.Context, tx *gorm.DB, b Buyer, c Checkout) (*model.Order, error) {
	d, err := s.draft(ctx, tx, b, c.Basket)
	if err != nil {
		return nil, err
	}
	if err := refuse(d); err != nil {
		return nil, err
	}
	if !c.NoReturnConfirmed && slices.ContainsFunc(d.Lines, func(l offer.Line) bool { return l.Product.NoReturn }) {
		return nil, model.ErrUnconfirmed.At("no_return_confirmed")
	}
	switch total := d.Total(); {
	case total < 0 || total == 0 && !d.Free || total > model.MaxFen:
		return nil, model.ErrTotalLimit
	case total != c.ExpectedTotalFen:
		changed := model.ErrPriceChanged.At("expected_total_fen").With("total_fen", fmt.Sprint(int64(total)))
		return nil, &Requoted{changed, quoteOf(d, b)}
	}
	o := s.orderOf(d, b, c)
	o.PlacedFrom = model.ActorOf(ctx).Address
	if err := s.insert(tx, o); err != nil {
		return nil, err
	}
	if len(c.Lines) == 0 { // bought from the cart
		skus := make([]int64, d.Wanted)
		for i, l := range o.Lines[:d.Wanted] {
			skus[i] = l.SKUID
		}
		if err := cart.Bought(tx, b.UserID, skus); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// reserve lets every participant take what an order needs. What costs nothing is paid with that.
func (s *Service) reserve(ctx context.Context, tx *gorm.DB, o *model.Order) error {
	for _, p := range s.participants {
		if err := p.Placed(ctx, tx, o); err != nil {
			return err
		}
	}
	if o.TotalFen > 0 {
		return nil
	}
	return s.settle(ctx, tx, o, s.now.Now(), string(model.ActorConsumer), "free")
}

// toldOf is whether the answer tells of what was reserved: a seat in a group, or that nothing is left to pay.
func toldOf(o *model.Order) bool { return o.InGroup || o.TotalFen == 0 }

// refuse collects what cannot be bought.
func refuse(d *Draft) error {
	var errs model.Errs
	for i, l := range d.Lines {
		if l.Problem != nil {
			errs = append(errs, l.Problem.At(fmt.Sprintf("lines[%d]", i)))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

func (s *Service) orderOf(d *Draft, b Buyer, c Checkout) *model.Order {
	ttl := time.Duration(b.Brand.OrderTTL) * time.Second
	o := &model.Order{
		No: s.newNo(), UserID: b.UserID, Status: model.OrderPending, Currency: b.Brand.Currency,
		GoodsFen: d.Goods(), DiscountFen: d.Discount(),
		FreightFen: d.Sum(model.AdjustFreight), TaxFen: d.Sum(model.AdjustTax), TotalFen: d.Total(),
		Place: *d.Place, Recipient: d.Place.Name, Phone: d.Place.Phone, Way: d.Way(), Channel: c.Channel,
		Remark: c.Remark, ExpiresAt: s.now.Now().Add(ttl), Adjustments: d.Adjustments,
		HasOffers: len(d.Applied) > 0,
		GroupWish: d.Group, InGroup: d.Group != nil,
	}
	if d.PayBy > 0 {
		o.ExpiresAt = min(o.ExpiresAt, d.PayBy)
	}
	totals := d.LineTotals()
	for i, l := range d.Lines {
		o.Lines = append(o.Lines, model.OrderLine{
			Position: i, ProductID: l.Product.ID, SKUID: l.SKU.ID, SKUNo: l.SKU.No,
			Handle: l.Product.Handle, Title: l.Product.Title, Choice: l.Choice(), Picture: l.Picture(),
			WeightGrams: l.SKU.WeightGrams, Quantity: l.Quantity, UnitFen: l.SKU.PriceFen, TotalFen: totals[i],
			NoReturn: l.Product.NoReturn,
		})
	}
	return o
}

// insert writes the order with all that belongs to it.
func (s *Service) insert(tx *gorm.DB, o *model.Order) error {
	if err := tx.Create(o).Error; err != nil {
		return fmt.Errorf("order: %w", err)
	}
	for i := range o.Lines {
		o.Lines[i].OrderID = o.ID
	}
	for i := range o.Adjustments {
		o.Adjustments[i].OrderID = o.ID
	}
	rows := []any{&o.Lines}
	if len(o.Adjustments) > 0 {
		rows = append(rows, &o.Adjustments)
	}
	for _, r := range rows {
		if err := tx.Create(r).Error; err != nil {
			return fmt.Errorf("order %s: %w", o.No, err)
		}
	}
	return nil
}
