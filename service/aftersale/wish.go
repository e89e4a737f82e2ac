package aftersale

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
)

// Wish is what a consumer asks for.
type Wish struct {
	Kind   model.AfterSaleKind `json:"kind" enum:"refund,return,exchange" doc:"refund: the money, and nothing is sent back; return: the money for goods that are sent back; exchange: other goods for them"`
	Reason string              `json:"reason" maxLength:"32" doc:"Code of one of the reasons"`
	Lines  []WishLine          `json:"lines" minItems:"1" maxItems:"100"`
	Note
}

// WishLine is what a consumer asks for of one line of the order.
type WishLine struct {
	Line     int    `json:"line" minimum:"0" maximum:"99" doc:"Position of the order's line, from 0"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"9999" doc:"Pieces"`
	NewSKU   string `json:"new_sku,omitempty" maxLength:"26" doc:"Of an exchange: number of the SKU that is wanted instead; without it the same"`
}

const (
	maxWords    = 500 // characters
	maxPictures = 9
)

var number = regexp.MustCompile(`^[0-9A-Z]{26}$`)

// checked is the note without what is too long. Errors: ErrTooLong, ErrTooMany, ErrInvalid.
func (n Note) checked() (Note, error) {
	n.Words = strings.TrimSpace(n.Words)
	switch {
	case utf8.RuneCountInString(n.Words) > maxWords:
		return n, model.ErrTooLong.At("words").With("max", strconv.Itoa(maxWords))
	case len(n.Pictures) > maxPictures:
		return n, model.ErrTooMany.At("pictures").With("max", strconv.Itoa(maxPictures))
	}
	for i, p := range n.Pictures {
		if !number.MatchString(p) || slices.Contains(n.Pictures[:i], p) {
			return n, model.ErrInvalid.At(fmt.Sprintf("pictures[%d]", i))
		}
	}
	return n, nil
}

func reasonOf(code string) (r model.AfterSaleReason, known bool) {
	for _, r := range model.AfterSaleReasons {
		if r.Code == code {
			return r, true
		}
	}
	return r, false
}

// check tells what of a locked order the wish is about, by the order's state, when its lines were exchanged, the brand's
// rule and the law. Errors: ErrInvalid; ErrWrongState when the order is not paid, or over; ErrTooLate; the refusals of a
// line at the line.
func (w Wish) check(
	o *model.Order, exchanged map[int64]model.Millis, rule model.AfterSaleRule, now model.Millis,
) ([]model.AfterSaleLine, error) {
	reason, known := reasonOf(w.Reason)
	switch {
	case !known || !slices.Contains(reason.Kinds, w.Kind):
		return nil, model.ErrInvalid.At("reason")
	case len(w.Lines) == 0:
		return nil, model.ErrRequired.At("lines")
	case !isServed(o):
		return nil, model.ErrWrongState
	}
	var lines []model.AfterSaleLine
	seen := map[int]bool{}
	for i, wl := range w.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		if wl.Line < 0 || wl.Line >= len(o.Lines) || seen[wl.Line] {
			return nil, model.ErrInvalid.At(at + ".line")
		}
		seen[wl.Line] = true
		l := o.Lines[wl.Line]
		if end := until(max(o.ReceivedAt, exchanged[l.ID]), rule, reason.Fault); end > 0 && now >= end {
			return nil, model.ErrTooLate
		}
		if refusal := w.refusal(o, l, reason); refusal != nil {
			return nil, refusal.At(at)
		}
		if most := left(l, w.Kind); wl.Quantity < 1 || wl.Quantity > most {
			return nil, model.ErrPiecesTaken.At(at+".quantity").With("max", strconv.Itoa(most))
		}
		lines = append(lines, model.AfterSaleLine{OrderLineID: l.ID, Quantity: wl.Quantity, Unsent: unsent(l) > 0})
	}
	slices.SortFunc(lines, func(a, b model.AfterSaleLine) int { return int(a.OrderLineID - b.OrderLineID) })
	return lines, nil
}

// isServed tells whether something can be asked for of an order, by its state.
func isServed(o *model.Order) bool {
	switch o.Status {
	case model.OrderPaid, model.OrderPartlyShipped, model.OrderShipped, model.OrderReceived:
		return true
	}
	return false
}

// unsent is how many pieces of a line are still to be sent.
func unsent(l model.OrderLine) int { return l.Quantity - l.Shipped - l.Dropped }

// left is how many pieces of a line can be asked for. While some of it are still to be sent it is those, so
// that what is dropped, and what came back, is never in doubt.
func left(l model.OrderLine, kind model.AfterSaleKind) int {
	free := l.Quantity - l.Refunded - l.Claimed
	switch {
	case unsent(l) == 0:
		return free
	case kind == model.AfterSaleRefund:
		return max(0, min(free, unsent(l)-l.Claimed))
	}
	return 0
}

// refusal is why this cannot be asked for of a line, or nil.
func (w Wish) refusal(o *model.Order, l model.OrderLine, reason model.AfterSaleReason) *model.Error {
	sent := unsent(l) == 0
	switch {
	case !sent && w.Kind != model.AfterSaleRefund:
		return model.ErrNotSent
	case sent && !reason.Sent, !sent && !reason.Unsent:
		return model.ErrInvalid
	case w.Kind == model.AfterSaleExchange && o.ReceivedAt == 0:
		return model.ErrNotReceived
	case w.Kind == model.AfterSaleRefund && o.ReceivedAt > 0 && !reason.Fault:
		return model.ErrMustReturn
	case l.NoReturn && sent && !reason.Fault:
		return model.ErrNotReturnable
	}
	return nil
}

// replacements finds what is wanted instead of the goods. Errors, at the line: ErrNotOnSale; ErrNotExchangeable
// when it is another product, or has another price; ErrOutOfStock when there is not enough of it now.
func (w Wish) replacements(tx *gorm.DB, o *model.Order, lines []model.AfterSaleLine) error {
	if w.Kind != model.AfterSaleExchange {
		return nil
	}
	for i, wl := range w.Lines {
		l := o.Lines[wl.Line]
		var skus []model.SKU
		if err := tx.Where("id = ? OR no = ?", l.SKUID, wl.NewSKU).Find(&skus).Error; err != nil {
			return fmt.Errorf("replacement of sku %d: %w", l.SKUID, err)
		}
		sku, refusal := replacement(l, wl, skus)
		if refusal != nil {
			return refusal.At(fmt.Sprintf("lines[%d].new_sku", i))
		}
		for k := range lines {
			if lines[k].OrderLineID == l.ID {
				lines[k].NewSKUID = sku.ID
			}
		}
	}
	return nil
}

// replacement chooses among what was bought and what is wanted. The price that counts is today's of what was
// bought, or what it cost then.
func replacement(l model.OrderLine, wl WishLine, skus []model.SKU) (model.SKU, *model.Error) {
	wanted, price := model.SKU{}, l.UnitFen
	for _, k := range skus {
		if k.ID == l.SKUID {
			price = k.PriceFen
		}
		if k.No == wl.NewSKU || wl.NewSKU == "" {
			wanted = k
		}
	}
	switch {
	case wanted.ID == 0 || !wanted.Active:
		return wanted, model.ErrNotOnSale
	case wanted.ProductID != l.ProductID, wanted.ID != l.SKUID && wanted.PriceFen != price && wanted.PriceFen != l.UnitFen:
		return wanted, model.ErrNotExchangeable
	case wanted.Available() < int64(wl.Quantity):
		return wanted, model.ErrOutOfStock
	}
	return wanted, nil
}
