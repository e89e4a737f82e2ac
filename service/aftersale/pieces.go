package aftersale

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/stock"
)

// ErrInconsistent is a case whose pieces are not in its order's figures: a mistake in the program, which the
// audit would show.
var ErrInconsistent = errors.New("aftersale: the pieces of the case are gone")

// claim holds the pieces of a case, so that no other case and no refund of staff's can be about them. Errors:
// ErrPiecesTaken.
func claim(tx *gorm.DB, o *model.Order, lines []model.AfterSaleLine) error {
	for _, l := range lines {
		query := tx.Model(&model.OrderLine{}).
			Where("id = ? AND order_id = ? AND refunded + claimed + ? <= quantity", l.OrderLineID, o.ID, l.Quantity)
		if l.Unsent {
			query = query.Where("shipped + dropped + claimed + ? <= quantity", l.Quantity)
		}
		res := query.Update("claimed", gorm.Expr("claimed + ?", l.Quantity))
		if res.Error != nil {
			return fmt.Errorf("claim line %d: %w", l.OrderLineID, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrPiecesTaken.With("max", "0")
		}
	}
	return nil
}

// release gives the pieces of a case back to the order.
func release(tx *gorm.DB, f *file) error {
	for _, l := range f.c.Lines {
		res := tx.Model(&model.OrderLine{}).Where("id = ? AND claimed >= ?", l.OrderLineID, l.Quantity).
			Update("claimed", gorm.Expr("claimed - ?", l.Quantity))
		if res.Error != nil {
			return fmt.Errorf("release line %d: %w", l.OrderLineID, res.Error)
		}
		if res.RowsAffected == 0 {
			return fmt.Errorf("case %s, line %d: %w", f.c.No, l.OrderLineID, ErrInconsistent)
		}
	}
	return nil
}

// hold takes from stock what is to be exchanged for the goods. Errors: ErrOutOfStock.
func hold(tx *gorm.DB, f *file) error {
	return eachSKU(f.c.Lines, func(i int, l *model.AfterSaleLine) error {
		if l.NewSKUID == 0 || l.Held > 0 {
			return nil
		}
		err := stock.Replace(tx, l.NewSKUID, int64(l.Quantity), f.order.ID)
		if errors.Is(err, model.ErrOutOfStock) {
			return model.ErrOutOfStock.At("lines[" + strconv.Itoa(i) + "]")
		}
		if err != nil {
			return err
		}
		return setHeld(tx, l, l.Quantity)
	})
}

// putBack returns what was held to stock, unless it has left.
func putBack(tx *gorm.DB, f *file) error {
	if f.resent() {
		return nil
	}
	return eachSKU(f.c.Lines, func(_ int, l *model.AfterSaleLine) error {
		if l.Held == 0 {
			return nil
		}
		if err := stock.PutBack(tx, l.NewSKUID, int64(l.Held), f.order.ID); err != nil {
			return err
		}
		return setHeld(tx, l, 0)
	})
}

// eachSKU visits the lines in the order of their replacement's SKU, so that two cases for the same goods queue
// instead of deadlocking.
func eachSKU(lines []model.AfterSaleLine, visit func(i int, l *model.AfterSaleLine) error) error {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(lines[a].NewSKUID - lines[b].NewSKUID) })
	for _, i := range order {
		if err := visit(i, &lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// resent tells whether what is to be exchanged for the goods has been sent, whatever became of it.
func (f *file) resent() bool { return f.c.ResentParcel.Waybill != "" }

func setHeld(tx *gorm.DB, l *model.AfterSaleLine, held int) error {
	res := tx.Model(&model.AfterSaleLine{}).Where("id = ? AND held = ?", l.ID, l.Held).Update("held", held)
	if res.Error == nil && res.RowsAffected == 0 {
		return fmt.Errorf("line %d of a case: %w", l.ID, ErrInconsistent)
	}
	l.Held = held
	return res.Error
}

// letGo ends a case's hold on pieces and stock, without money.
func letGo(tx *gorm.DB, f *file) error {
	if err := release(tx, f); err != nil {
		return err
	}
	return putBack(tx, f)
}
