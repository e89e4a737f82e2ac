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
	"hutong/service/internal/person"
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
	v, err := idem.Replaying(ctx, s.db, s.now, request, func(k idem.Key) (View, error) {
		d, err := s.priced(ctx, b, c)
		if err != nil {
			return View{}, err
		}
		p := &placement{buyer: b, checkout: c, draft: d, from: model.ActorOf(ctx).Address, key: k}
		if d.Contended {
			err = s.queue.place(ctx, p)
		} else {
			err = s.place(ctx, p)
		}
		return p.view, err
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

// priced is the draft of an order that can be placed. It is read before the transaction, which is the shorter for it:
// under READ COMMITTED that proves as much as to read it within. What must still be so when the order is written is
// decided there, by conditions.
func (s *Service) priced(ctx context.Context, b Buyer, c Checkout) (*Draft, error) {
	d, err := s.draft(ctx, s.db.Read(ctx), b, c.Basket)
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
	return d, nil
}

// placement is an order on its way into the database.
type placement struct {
	buyer    Buyer
	checkout Checkout
	draft    *Draft
	from     string // the buyer's address in the network
	key      idem.Key
	view     View // once it is placed
}

// place writes orders of one brand, and reserves what they need: for all of them or for none. Several come by the queue.
// Rows that many want come last, so that they are held as shortly as can be.
func (s *Service) place(ctx context.Context, ps ...*placement) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		orders := make([]*model.Order, len(ps))
		for i, p := range ps {
			orders[i] = s.orderOf(p)
		}
		if err := s.insert(tx, orders); err != nil {
			return err
		}
		told := slices.ContainsFunc(orders, toldOf)
		if told {
			if err := s.reserve(ctx, tx, orders); err != nil {
				return err
			}
		}
		answers := make([]idem.Answered, len(ps))
		for i, p := range ps {
			if err := p.emptyCart(tx, orders[i]); err != nil {
				return err
			}
			p.view = viewOf(orders[i], p.buyer.Languages)
			answers[i] = p.key.With(p.view)
		}
		if err := idem.Remember(tx, answers...); err != nil || told {
			return err
		}
		return s.reserve(ctx, tx, orders)
	})
}

// emptyCart takes out of the cart what was bought from it.
func (p *placement) emptyCart(tx *gorm.DB, o *model.Order) error {
	if len(p.checkout.Lines) > 0 {
		return nil
	}
	skus := make([]int64, p.draft.Wanted)
	for i, l := range o.Lines[:p.draft.Wanted] {
		skus[i] = l.SKUID
	}
	return cart.Bought(tx, p.buyer.UserID, skus)
}

// reserve lets every participant take what orders need. What costs nothing is paid with that.
func (s *Service) reserve(ctx context.Context, tx *gorm.DB, orders []*model.Order) error {
	for _, p := range s.participants {
		if err := p.Placed(ctx, tx, orders...); err != nil {
			return err
		}
	}
	for _, o := range orders {
		if o.TotalFen > 0 {
			continue
		}
		if _, err := person.Lock(tx, o.UserID); err != nil { // whose account is deleted gets nothing sent
			return err
		}
		if err := s.settle(ctx, tx, o, s.now.Now(), string(model.ActorConsumer), "free"); err != nil {
			return err
		}
	}
	return nil
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

func (s *Service) orderOf(p *placement) *model.Order {
	d, b, c := p.draft, p.buyer, p.checkout
	ttl := time.Duration(b.Brand.OrderTTL) * time.Second
	o := &model.Order{
		No: s.newNo(), UserID: b.UserID, Status: model.OrderPending, Currency: b.Brand.Currency,
		GoodsFen: d.Goods(), DiscountFen: d.Discount(),
		FreightFen: d.Sum(model.AdjustFreight), TaxFen: d.Sum(model.AdjustTax), TotalFen: d.Total(),
		Place: *d.Place, Recipient: d.Place.Name, Phone: d.Place.Phone, Way: d.Way(), Channel: c.Channel,
		Remark: c.Remark, PlacedFrom: p.from, ExpiresAt: s.now.Now().Add(ttl),
		Adjustments: slices.Clone(d.Adjustments), // their rows are this transaction's, which may be run again
		HasOffers:   len(d.Applied) > 0,
		GroupWish:   d.Group, InGroup: d.Group != nil,
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

// insert writes orders with all that belongs to them.
func (s *Service) insert(tx *gorm.DB, orders []*model.Order) error {
	if err := tx.Create(&orders).Error; err != nil {
		return fmt.Errorf("orders: %w", err)
	}
	if err := numbered(tx, orders); err != nil {
		return err
	}
	var lines []*model.OrderLine
	var adjustments []*model.Adjustment
	for _, o := range orders {
		for i := range o.Lines {
			o.Lines[i].OrderID = o.ID
			lines = append(lines, &o.Lines[i])
		}
		for i := range o.Adjustments {
			o.Adjustments[i].OrderID = o.ID
			adjustments = append(adjustments, &o.Adjustments[i])
		}
	}
	if err := tx.Create(&lines).Error; err != nil {
		return fmt.Errorf("lines of orders: %w", err)
	}
	if len(adjustments) == 0 {
		return nil
	}
	if err := tx.Create(&adjustments).Error; err != nil {
		return fmt.Errorf("adjustments of orders: %w", err)
	}
	return nil
}

// numbered reads the ids of several orders that were written at once: the database tells the first of them alone, and how
// it goes on from there depends on its settings.
func numbered(tx *gorm.DB, orders []*model.Order) error {
	if len(orders) == 1 {
		return nil
	}
	nos := make([]string, len(orders))
	for i, o := range orders {
		nos[i] = o.No
	}
	var rows []model.Order
	if err := tx.Select("id", "no").Where("no IN ?", nos).Find(&rows).Error; err != nil {
		return fmt.Errorf("ids of orders: %w", err)
	}
	ids := make(map[string]int64, len(rows))
	for _, r := range rows {
		ids[r.No] = r.ID
	}
	for _, o := range orders {
		o.ID = ids[o.No]
	}
	return nil
}
