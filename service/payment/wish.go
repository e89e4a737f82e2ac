package payment

import (
	"fmt"
	"slices"

	"hutong/model"
)

// RefundWish is what of an order's money should go back.
type RefundWish struct {
	Lines []RefundPart // may be empty when only freight goes back
	// Freight gives back what is left of the delivery's price. It goes back anyway with the last piece of an
	// order of which nothing was sent.
	Freight     bool
	Reason      string // one of RefundReasons
	AfterSaleID int64  // the case that led to it; 0 for none
	// Anyway has the money owed also when WeChat takes no refund of the payment any more: the refund is closed from the
	// beginning, and staff settle it.
	Anyway bool
}

// RefundPart is what of one line's money should go back.
type RefundPart struct {
	LineID   int64
	Quantity int // pieces whose money goes back; 0 for a part of the price alone
	// AmountFen is 0 for what the pieces were paid with, or less than that. The tax of the pieces goes back on
	// top of it.
	AmountFen model.Fen
	// Sent is how many of the pieces at least have been sent. As many of the others as have not been are
	// dropped: they never will be.
	Sent    int
	Restock int // pieces that came back and are for sale again; those that are dropped need not be named
}

// position is where in the wish a line of the order is, or −1.
func (w RefundWish) position(lineID int64) int {
	return slices.IndexFunc(w.Lines, func(p RefundPart) bool { return p.LineID == lineID })
}

// check refuses a wish that names a line twice, or one that the order has not. Errors: ErrInvalid at the part.
func (w RefundWish) check(lines []model.OrderLine) error {
	for i, p := range w.Lines {
		known := slices.ContainsFunc(lines, func(l model.OrderLine) bool { return l.ID == p.LineID })
		if !known || w.position(p.LineID) != i {
			return model.ErrInvalid.At(fmt.Sprintf("lines[%d].line", i))
		}
	}
	return nil
}

// divide works out what the wish takes of each line, in the order of the lines, and the tax that goes back
// with it. Errors: ErrInvalid and ErrOverRefund at the parts.
func (w RefundWish) divide(lines []model.OrderLine, taxes []model.Fen) (parts []model.RefundLine, tax model.Fen, err error) {
	if err := w.check(lines); err != nil {
		return nil, 0, err
	}
	for i, l := range lines {
		position := w.position(l.ID)
		if position < 0 {
			continue
		}
		part, err := w.Lines[position].of(l)
		if err != nil {
			return nil, 0, err.At(fmt.Sprintf("lines[%d].%s", position, err.Field))
		}
		parts = append(parts, part)
		tax += cut(taxes[i], l.Quantity, l.Refunded, part.Quantity)
	}
	return parts, tax, nil
}

// of is the part as a line of a refund. Whether the line still has so many pieces and so much money is decided by
// the UPDATE that takes them; here it is only told early.
func (p RefundPart) of(l model.OrderLine) (model.RefundLine, *model.Error) {
	sent := max(p.Sent, p.Restock)
	switch {
	case p.Quantity < 0 || p.Quantity > model.MaxQuantity:
		return model.RefundLine{}, model.ErrInvalid.At("quantity")
	case p.AmountFen < 0 || p.AmountFen > model.MaxFen, p.Quantity == 0 && p.AmountFen == 0:
		return model.RefundLine{}, model.ErrInvalid.At("amount_fen")
	case p.Quantity > l.Quantity-l.Refunded:
		return model.RefundLine{}, model.ErrOverRefund.At("quantity")
	case p.Sent < 0 || p.Sent > p.Quantity:
		return model.RefundLine{}, model.ErrInvalid.At("sent")
	case p.Restock < 0 || p.Restock > p.Quantity:
		return model.RefundLine{}, model.ErrInvalid.At("restock")
	}
	amount := p.AmountFen
	if p.Quantity > 0 {
		paid := min(cut(l.TotalFen, l.Quantity, l.Refunded, p.Quantity), l.TotalFen-l.RefundedFen)
		if amount == 0 {
			amount = paid
		}
		if amount > paid {
			return model.RefundLine{}, model.ErrOverRefund.At("amount_fen")
		}
	}
	dropped := min(p.Quantity-sent, l.Quantity-l.Shipped-l.Dropped)
	return model.RefundLine{
		OrderLineID: l.ID, SKUID: l.SKUID, Quantity: p.Quantity, Dropped: dropped, Restock: dropped + p.Restock,
		AmountFen: amount,
	}, nil
}

// cut is what n of the pieces of a line carry of an amount, when some have been cut off before. Whatever the
// cuts, those of all pieces add up to the amount.
func cut(amount model.Fen, pieces, before, n int) model.Fen {
	upTo := func(k int) model.Fen { return amount.Times(k) / model.Fen(pieces) }
	return upTo(before+n) - upTo(before)
}

// taxesOf is the tax of each line: its own, and its share by value of what is the order's as a whole.
func taxesOf(o *model.Order, lines []model.OrderLine, adjustments []model.Adjustment) []model.Fen {
	own, weights := make([]model.Fen, len(lines)), make([]int64, len(lines))
	whole := o.TaxFen
	for i, l := range lines {
		weights[i] = int64(l.TotalFen)
		for _, a := range adjustments {
			if a.Kind == model.AdjustTax && a.Position == l.Position {
				own[i] += a.AmountFen
				whole -= a.AmountFen
			}
		}
	}
	for i, share := range whole.Split(weights) {
		own[i] += share
	}
	return own
}
