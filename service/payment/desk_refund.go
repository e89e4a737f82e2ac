package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
	"hutong/service/order"
	"hutong/service/stock"
)

// StaffRefund is what of an order's money staff want to give back.
type StaffRefund struct {
	Lines   []StaffRefundLine `json:"lines,omitempty" maxItems:"100"`
	Freight bool              `json:"freight,omitempty" doc:"Give back what is left of the delivery's price"`
	Reason  string            `json:"reason" enum:"cancelled,out_of_stock,not_arrived,returned,damaged,not_as_described,price_difference,other"`
}

// StaffRefundLine is what of one line's money should go back.
type StaffRefundLine struct {
	Line      int       `json:"line" minimum:"0" maximum:"99" doc:"Position in the order, from 0"`
	Quantity  int       `json:"quantity" minimum:"0" maximum:"9999" doc:"Pieces whose money goes back"`
	Sent      int       `json:"sent,omitempty" minimum:"0" maximum:"9999" doc:"Of these, pieces that have been sent. The others never will be; when they are no longer here it is a conflict"`
	AmountFen model.Fen `json:"amount_fen,omitempty" minimum:"0" doc:"0: what the pieces were paid with; less than that is possible. With quantity 0 a part of the price alone"`
	Restock   int       `json:"restock,omitempty" minimum:"0" maximum:"9999" doc:"Of those sent, pieces that came back and are for sale again"`
}

// RefundByStaff gives back money of an order, once per key, outside any after-sale case. When WeChat takes no refund of
// it any more, after a year or the fiftieth, it comes back closed, for staff to settle. Errors:
// ErrOrderNotFound; those of wish; ErrConflict at a line of which more was sent than staff have seen; those of
// RefundOrder.
func (s *Service) RefundByStaff(ctx context.Context, key, orderNo string, w StaffRefund) (DeskRefund, error) {
	request := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "payment.refund", Input: []any{orderNo, w},
	}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskRefund, error) {
		o, err := order.LockAny(tx, orderNo)
		if err != nil {
			return DeskRefund{}, err
		}
		lines, err := linesOf(tx, o)
		if err != nil {
			return DeskRefund{}, err
		}
		wish, err := w.wish(tx, lines)
		if err != nil {
			return DeskRefund{}, err
		}
		r, err := s.RefundOrder(ctx, tx, o, wish)
		if err != nil {
			return DeskRefund{}, err
		}
		if err := wish.asSeen(r); err != nil {
			return DeskRefund{}, err
		}
		if err := trail.Write(ctx, tx, "order.refund", trail.Subject{Kind: "order", No: o.No}, nil,
			map[string]any{"refund": r.No, "amount_fen": r.AmountFen, "reason": r.Reason}); err != nil {
			return DeskRefund{}, err
		}
		return refundAtDesk(tx, r.No)
	})
}

// wish names the lines by their ids. Errors: ErrInvalid at a line that the order has not, or of which more comes back than
// was sent; ErrExchangedBefore at one that nothing can be put back of.
func (w StaffRefund) wish(tx *gorm.DB, lines []model.OrderLine) (RefundWish, error) {
	out := RefundWish{Freight: w.Freight, Reason: w.Reason, Anyway: true}
	for i, l := range w.Lines {
		at := slices.IndexFunc(lines, func(known model.OrderLine) bool { return known.Position == l.Line })
		switch {
		case at < 0:
			return out, model.ErrInvalid.At(fmt.Sprintf("lines[%d].line", i))
		case l.Restock > l.Sent:
			return out, model.ErrInvalid.At(fmt.Sprintf("lines[%d].restock", i))
		}
		if l.Restock > 0 {
			if err := stock.AsBought(tx, lines[at]); errors.Is(err, model.ErrExchangedBefore) {
				return out, model.ErrExchangedBefore.At(fmt.Sprintf("lines[%d].restock", i))
			} else if err != nil {
				return out, err
			}
		}
		out.Lines = append(out.Lines, RefundPart{
			LineID: lines[at].ID, Quantity: l.Quantity, AmountFen: l.AmountFen, Sent: l.Sent, Restock: l.Restock,
		})
	}
	return out, nil
}

// asSeen refuses a refund for which pieces were to be kept back that have been sent meanwhile: their money would
// go after them. Errors: ErrConflict at the line.
func (w RefundWish) asSeen(r *model.Refund) error {
	for _, l := range r.Lines {
		if i := w.position(l.OrderLineID); l.Dropped != w.Lines[i].Quantity-w.Lines[i].Sent {
			return model.ErrConflict.At(fmt.Sprintf("lines[%d].sent", i))
		}
	}
	return nil
}
