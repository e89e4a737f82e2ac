package aftersale

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/order"
)

// Apply opens a case for pieces of an order of the buyer, once per key. What was not sent yet goes back at
// once when the brand has said so. Errors: ErrOrderNotFound, ErrKeyReused, those of Quote.
func (s *Service) Apply(ctx context.Context, b order.Buyer, key, orderNo string, w Wish) (View, error) {
	var err error
	if w.Note, err = w.checked(); err != nil {
		return View{}, err
	}
	ctx = asConsumer(ctx)
	input := struct {
		Order string
		Wish  Wish
	}{orderNo, w}
	request := idem.Request{Owner: fmt.Sprintf("user:%d", b.UserID), Key: key, Operation: "aftersale.apply", Input: input}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (View, error) {
		o, err := order.LockNo(tx, b.UserID, orderNo)
		if err != nil {
			return View{}, err
		}
		if _, err := person.Lock(tx, b.UserID); err != nil { // whose account is deleted has no case under way
			return View{}, err
		}
		f, err := s.draft(tx, o, w)
		if err != nil {
			return View{}, err
		}
		if err := s.apply(ctx, tx, f, w); err != nil {
			return View{}, err
		}
		return detail(tx, f.c, b.Languages, false)
	})
}

// draft is the case that a wish would open, with what it would bring.
func (s *Service) draft(tx *gorm.DB, o *model.Order, w Wish) (*file, error) {
	if err := loadOrderLines(tx, o); err != nil {
		return nil, err
	}
	rule, err := ruleOf(tx)
	if err != nil {
		return nil, err
	}
	f := &file{order: o, rule: rule, c: &model.AfterSale{
		OrderID: o.ID, UserID: o.UserID, Kind: w.Kind, Status: model.AfterSaleApplied, Reason: w.Reason,
		Words: w.Words, Pictures: w.Pictures,
	}}
	began, err := exchanged(tx, o)
	if err != nil {
		return nil, err
	}
	if f.c.Lines, err = w.check(o, began, rule, s.now.Now()); err != nil {
		return nil, err
	}
	if err := w.replacements(tx, o, f.c.Lines); err != nil {
		return nil, err
	}
	if err := s.weigh(tx, f); err != nil {
		return nil, err
	}
	refused, err := refusedBefore(tx, o)
	for _, l := range f.c.Lines {
		if refused[l.OrderLineID] {
			return nil, model.ErrRefusedBefore
		}
	}
	return f, err
}

func (s *Service) apply(ctx context.Context, tx *gorm.DB, f *file, w Wish) error {
	c := f.c
	if err := claim(tx, f.order, c.Lines); err != nil {
		return err
	}
	c.No, c.DeadlineAt = s.newNo(), f.deadline(c.Status, s.now.Now())
	if err := tx.Create(c).Error; err != nil {
		return fmt.Errorf("case %s: %w", c.No, err)
	}
	for i := range c.Lines {
		c.Lines[i].AfterSaleID = c.ID
	}
	if err := tx.Create(&c.Lines).Error; err != nil {
		return fmt.Errorf("lines of case %s: %w", c.No, err)
	}
	n := w.Note
	n.reason = w.Reason
	if err := tell(ctx, tx, c, "", n); err != nil {
		return err
	}
	if f.instant() {
		return s.refund(ctx, tx, f, because("not_sent"))
	}
	return enqueueDeadline(tx, c)
}

// instant tells whether nobody has to be asked.
func (f *file) instant() bool {
	return f.rule.InstantRefund && !slices.ContainsFunc(f.c.Lines, func(l model.AfterSaleLine) bool {
		return !l.Unsent || f.line(l).NoReturn
	})
}

// refusedBefore are the lines of an order that were refused as often as may be: twice, or once for the last time. What
// no person has refused does not count; nor does, once the order is received, what was refused before: the right to
// send goods back begins with their receipt.
func refusedBefore(tx *gorm.DB, o *model.Order) (map[int64]bool, error) {
	var refused []struct {
		OrderLineID int64
		Times       int
		Last        int
	}
	err := tx.Model(&model.AfterSaleLine{}).
		Select("after_sale_lines.order_line_id, COUNT(DISTINCT c.id) AS times, SUM(CASE WHEN c.appealed THEN 1 ELSE 0 END) AS last").
		Joins("JOIN after_sales c ON c.brand_id = after_sale_lines.brand_id AND c.id = after_sale_lines.after_sale_id").
		Joins("JOIN after_sale_events e ON e.brand_id = c.brand_id AND e.after_sale_id = c.id AND e.to_state = c.status").
		Where("c.order_id = ? AND c.status = ? AND e.reason <> ? AND e.created_at >= ?",
			o.ID, model.AfterSaleRefused, sentMeanwhileReason, o.ReceivedAt).
		Group("after_sale_lines.order_line_id").Scan(&refused).Error
	if err != nil {
		return nil, fmt.Errorf("refusals: %w", err)
	}
	lines := map[int64]bool{}
	for _, r := range refused {
		if r.Times >= 2 || r.Last > 0 {
			lines[r.OrderLineID] = true
		}
	}
	return lines, nil
}

// asConsumer is ctx with a consumer as who acts, if it does not say who does.
func asConsumer(ctx context.Context) context.Context {
	if model.ActorOf(ctx).Kind != model.ActorJob {
		return ctx
	}
	return model.WithActor(ctx, model.Actor{Kind: model.ActorConsumer})
}
