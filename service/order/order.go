// Package order owns the life of an order: its price, its states, and the transactions in which everything
// else takes part.
package order

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/cart"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/offer"
)

// MaxLines bounds what is bought with one order. Gifts are lines besides: whoever names a line of an order may name some
// more.
const MaxLines = 50

// Service has the use cases of orders.
type Service struct {
	db           *database.DB
	now          model.Clock
	newNo        func() string
	participants []Participant
	queue        queue // of orders that want what many want
}

// New makes the service. participants are called in their order; who locks the hottest rows comes last.
func New(db *database.DB, now model.Clock, newNo func() string, participants ...Participant) *Service {
	s := &Service{db: db, now: now, newNo: newNo, participants: participants}
	s.queue.write = s.place
	return s
}

// Buyer is who asks, in which shop, and the languages they read, best first.
type Buyer struct {
	Brand     *model.Brand
	UserID    int64
	Languages []string
}

// Basket is what a consumer wants to buy and where it should go.
type Basket struct {
	Lines     []offer.Want `json:"lines,omitempty" maxItems:"50" doc:"What to buy at once; without it, what is selected in the cart"`
	AddressNo string       `json:"address,omitempty" maxLength:"26" doc:"Number of the address"`
	// Group makes it an order for a small group: then it has one line, of the campaign's product.
	Group    *model.GroupWish `json:"group,omitempty" doc:"Buys in a small group; the order then has one line"`
	CouponNo string           `json:"coupon,omitempty" maxLength:"26" doc:"Number of the coupon to use, or none; without it the best one is taken"`
}

// NoCoupon in place of a coupon's number is the wish to use none.
const NoCoupon = "none"

// Quote prices a basket without buying it. Lines that cannot be bought are marked and left out of the
// total. Errors: ErrNothingToBuy for an empty basket; ErrInvalid at a line that names a SKU twice;
// ErrAddressNotFound.
func (s *Service) Quote(ctx context.Context, b Buyer, basket Basket) (Quote, error) {
	d, err := s.draft(ctx, s.db.Read(ctx), b, basket)
	if err != nil {
		return Quote{}, err
	}
	return quoteOf(d, b), nil
}

// draft loads what the basket names and lets every participant have its say.
func (s *Service) draft(ctx context.Context, tx *gorm.DB, b Buyer, basket Basket) (*Draft, error) {
	wants := basket.Lines
	if len(wants) == 0 {
		var err error
		if wants, err = cart.Selected(tx, b.UserID); err != nil {
			return nil, err
		}
	}
	if err := checkWants(wants); err != nil {
		return nil, err
	}
	d := &Draft{UserID: b.UserID, Wanted: len(wants), CouponNo: basket.CouponNo, Free: b.Brand.FreeOrders, Group: basket.Group}
	if err := d.deliver(tx, basket.AddressNo); err != nil {
		return nil, err
	}
	var err error
	if d.Lines, err = offer.Load(tx, wants); err != nil {
		return nil, err
	}
	for _, p := range s.participants {
		if err := p.Quote(ctx, tx, d); err != nil {
			return nil, fmt.Errorf("quote: %w", err)
		}
	}
	d.sort()
	return d, nil
}

func checkWants(wants []offer.Want) error {
	if len(wants) == 0 {
		return model.ErrNothingToBuy
	}
	if len(wants) > MaxLines {
		return model.ErrOutOfRange.At("lines").With("min", "1").With("max", fmt.Sprint(MaxLines))
	}
	var errs model.Errs
	seen := make(map[string]bool, len(wants))
	for i, w := range wants {
		if seen[w.SKUNo] {
			errs = append(errs, model.ErrInvalid.At(fmt.Sprintf("lines[%d].sku", i)))
		}
		if w.Quantity < 1 || w.Quantity > model.MaxQuantity {
			errs = append(errs, model.ErrOutOfRange.At(fmt.Sprintf("lines[%d].quantity", i)).
				With("min", "1").With("max", fmt.Sprint(model.MaxQuantity)))
		}
		seen[w.SKUNo] = true
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// Lock takes the row of an order for the rest of the transaction. Whoever changes an order and its payments
// together locks the order first. Errors: ErrOrderNotFound.
func Lock(tx *gorm.DB, id int64) (*model.Order, error) {
	return take(tx.Clauses(forUpdate).Where("id = ?", id))
}

// LockNo is Lock for the order of a user by its number.
func LockNo(tx *gorm.DB, userID int64, no string) (*model.Order, error) {
	return take(tx.Clauses(forUpdate).Where("no = ? AND user_id = ?", no, userID))
}

// LockAny is Lock for any buyer's order by its number, for staff.
func LockAny(tx *gorm.DB, no string) (*model.Order, error) {
	return take(tx.Clauses(forUpdate).Where("no = ?", no))
}

func take(query *gorm.DB) (*model.Order, error) {
	var o model.Order
	if err := query.Take(&o).Error; database.IsNotFound(err) {
		return nil, model.ErrOrderNotFound
	} else if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	return &o, nil
}

// Settle is the step that makes a locked order paid, in the transaction that records the payment. late is
// true when the order cannot become paid any more: then nothing has changed, and the money must go back.
func (s *Service) Settle(ctx context.Context, tx *gorm.DB, o *model.Order, paidAt model.Millis) (late bool, err error) {
	if !model.OrderFlow.Allows(o.Status, model.OrderPaid) {
		return true, nil
	}
	return false, s.settle(ctx, tx, o, paidAt, "wechat", "")
}

func (s *Service) settle(ctx context.Context, tx *gorm.DB, o *model.Order, paidAt model.Millis, actor, reason string) error {
	if err := s.advance(tx, o, model.OrderPaid, actor, reason, map[string]any{"paid_at": paidAt}); err != nil {
		return err
	}
	o.PaidAt = paidAt
	return s.tell(tx, o, func(p Participant) error { return p.Paid(ctx, tx, o) })
}

// Cancel is the step that ends a locked order which nobody can pay any more. Errors: ErrWrongState when it
// is not pending.
func (s *Service) Cancel(ctx context.Context, tx *gorm.DB, o *model.Order, actor, reason string) error {
	err := s.advance(tx, o, model.OrderCancelled, actor, reason, map[string]any{"cancelled_at": s.now.Now()})
	if err != nil {
		return err
	}
	return s.tell(tx, o, func(p Participant) error { return p.Closed(ctx, tx, o) })
}

// Sent is the step that notes that something of a locked order was sent: all that is left of it when whole is
// true, else a part. Errors: ErrWrongState when it is not paid, or over.
func (s *Service) Sent(tx *gorm.DB, o *model.Order, whole bool, actor string) error {
	if !whole {
		if o.Status == model.OrderPartlyShipped { // another part: the state stays, and the lock keeps it
			return nil
		}
		return s.advance(tx, o, model.OrderPartlyShipped, actor, "", nil)
	}
	o.ShippedAt = s.now.Now()
	if err := s.advance(tx, o, model.OrderShipped, actor, "", map[string]any{"shipped_at": o.ShippedAt}); err != nil {
		return err
	}
	ctx := tx.Statement.Context
	return s.tell(tx, o, func(p Participant) error { return p.Shipped(ctx, tx, o) })
}

// Received is the step that notes that the consumer has a locked order. Errors: ErrWrongState when it is not
// shipped.
func (s *Service) Received(ctx context.Context, tx *gorm.DB, o *model.Order, actor, reason string) error {
	o.ReceivedAt = s.now.Now()
	err := s.advance(tx, o, model.OrderReceived, actor, reason, map[string]any{"received_at": o.ReceivedAt})
	if err != nil {
		return err
	}
	return s.tell(tx, o, func(p Participant) error { return p.Received(ctx, tx, o) })
}

// Close is the step that ends a locked order for good: the time for after-sale has passed, or all of it went
// back. Errors: ErrWrongState.
func (s *Service) Close(tx *gorm.DB, o *model.Order, actor, reason string) error {
	return s.advance(tx, o, model.OrderClosed, actor, reason, map[string]any{"closed_at": s.now.Now()})
}

// Refunded is the step that tells the participants that money has gone back.
func (s *Service) Refunded(ctx context.Context, tx *gorm.DB, r *model.Refund) error {
	for _, p := range s.participants {
		if err := p.Refunded(ctx, tx, r); err != nil {
			return err
		}
	}
	return nil
}

// tell loads the order's lines and calls the participants.
func (s *Service) tell(tx *gorm.DB, o *model.Order, call func(Participant) error) error {
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
		return fmt.Errorf("order lines: %w", err)
	}
	for _, p := range s.participants {
		if err := call(p); err != nil {
			return err
		}
	}
	return nil
}

// advance moves the order and writes who, when, from, to and why.
func (s *Service) advance(tx *gorm.DB, o *model.Order, to model.OrderStatus, actor, reason string, also map[string]any) error {
	if err := flow.Advance[model.Order](tx, model.OrderFlow, o.ID, to, also); err != nil {
		return err
	}
	event := model.OrderEvent{OrderID: o.ID, FromState: o.Status, ToState: to, Actor: actor, Reason: reason}
	if err := tx.Create(&event).Error; err != nil {
		return fmt.Errorf("order event: %w", err)
	}
	o.Status = to
	return nil
}

// FindAny is any buyer's order by its number, without a lock, for staff. Errors: ErrOrderNotFound.
func FindAny(tx *gorm.DB, no string) (*model.Order, error) { return take(tx.Where("no = ?", no)) }

// FindNo is the order of a user by its number, without a lock. Errors: ErrOrderNotFound.
func FindNo(tx *gorm.DB, userID int64, no string) (*model.Order, error) {
	return take(tx.Where("no = ? AND user_id = ?", no, userID))
}
