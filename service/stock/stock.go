// Package stock moves the stock of SKUs. Every move is one conditional UPDATE whose affected rows decide; what
// changes the pieces on hand leaves a movement row that explains it. Nothing else writes on_hand and reserved.
package stock

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/order"
)

// ErrInconsistent is an order whose pieces are not in the figures they should be in: a mistake in the program,
// which the audit would show.
var ErrInconsistent = errors.New("stock: the figures contradict the order")

// Receive adds pieces to a SKU's stock, as at a first stock-taking or a delivery. n is positive.
func Receive(tx *gorm.DB, skuID, n int64, reason string) error {
	return add(tx, model.StockMovement{SKUID: skuID, Kind: model.MoveReceive, OnHandDelta: n, Reason: reason})
}

// CorrectTo sets a SKU's pieces on hand to what was counted. Errors: ErrConflict when somebody else moved
// them since they were read; ErrOutOfStock when fewer would be on hand than are reserved.
func CorrectTo(tx *gorm.DB, sku model.SKU, onHand int64, reason string) error {
	delta := onHand - sku.OnHand
	if delta == 0 {
		return nil
	}
	if onHand < sku.Reserved {
		return fmt.Errorf("sku %s: %d reserved: %w", sku.No, sku.Reserved, model.ErrOutOfStock)
	}
	err := move(tx, sku.ID, delta, "on_hand = ? AND reserved <= ?", sku.OnHand, onHand)
	if errors.Is(err, errRefused) {
		return fmt.Errorf("sku %s: %w", sku.No, model.ErrConflict)
	}
	if err != nil {
		return err
	}
	return explain(tx, model.StockMovement{SKUID: sku.ID, Kind: model.MoveCorrect, OnHandDelta: delta, Reason: reason})
}

// Replace takes pieces on hand that are to be exchanged for goods of an order. n is positive. Errors:
// ErrOutOfStock.
func Replace(tx *gorm.DB, skuID, n, orderID int64) error {
	err := move(tx, skuID, -n, "active = ? AND on_hand - reserved >= ?", true, n)
	if errors.Is(err, errRefused) {
		return model.ErrOutOfStock
	}
	if err != nil {
		return err
	}
	return explain(tx, model.StockMovement{SKUID: skuID, Kind: model.MoveReplace, OnHandDelta: -n, OrderID: orderID})
}

// PutBack returns what Replace took. n is positive.
func PutBack(tx *gorm.DB, skuID, n, orderID int64) error {
	return add(tx, model.StockMovement{SKUID: skuID, Kind: model.MoveReplace, OnHandDelta: n, OrderID: orderID})
}

// Regain puts goods back on hand that came back in an exchange. n is positive.
func Regain(tx *gorm.DB, skuID, n, orderID int64) error {
	return add(tx, model.StockMovement{SKUID: skuID, Kind: model.MoveRegain, OnHandDelta: n, OrderID: orderID})
}

// AsBought tells whether the pieces of an order's line that come back are what the line says, and may be put back as
// that. Errors: ErrExchangedBefore when some were exchanged for another SKU, so that nobody here knows what came back.
func AsBought(tx *gorm.DB, l model.OrderLine) error {
	var others int64
	err := tx.Model(&model.AfterSaleLine{}).
		Joins("JOIN after_sales c ON c.brand_id = after_sale_lines.brand_id AND c.id = after_sale_lines.after_sale_id").
		Where("after_sale_lines.order_line_id = ? AND c.resent_waybill <> '' AND after_sale_lines.new_sku_id <> ?", l.ID, l.SKUID).
		Count(&others).Error
	if err != nil {
		return fmt.Errorf("exchanges of line %d: %w", l.ID, err)
	}
	if others > 0 {
		return model.ErrExchangedBefore
	}
	return nil
}

func add(tx *gorm.DB, m model.StockMovement) error {
	if err := move(tx, m.SKUID, m.OnHandDelta, "1 = 1"); err != nil {
		return err
	}
	return explain(tx, m)
}

// Participant reserves stock when an order is placed, sells it when it is paid, releases it when it is
// cancelled, and takes it back when it is refunded.
type Participant struct{ order.Bystander }

// Placed implements order.Participant. Errors: ErrOutOfStock when a line cannot be had; which one, a new quote
// tells.
func (Participant) Placed(_ context.Context, tx *gorm.DB, orders ...*model.Order) error {
	var lines []model.OrderLine
	for _, o := range orders {
		lines = append(lines, o.Lines...)
	}
	err := moveLines(tx, lines, 0, +1, "active AND on_hand - reserved >= (@n)")
	if errors.Is(err, errRefused) {
		return fmt.Errorf("order %s: %w", orders[0].No, model.ErrOutOfStock)
	}
	return err
}

// Paid implements order.Participant.
func (Participant) Paid(_ context.Context, tx *gorm.DB, o *model.Order) error {
	if err := reserved(moveLines(tx, o.Lines, -1, -1, "reserved >= (@n) AND on_hand >= (@n)"), o); err != nil {
		return err
	}
	movements := make([]model.StockMovement, len(o.Lines))
	for i, l := range o.Lines {
		movements[i] = model.StockMovement{SKUID: l.SKUID, Kind: model.MoveSell, OrderID: o.ID, OnHandDelta: -int64(l.Quantity)}
	}
	return explain(tx, movements...)
}

// Closed implements order.Participant.
func (Participant) Closed(_ context.Context, tx *gorm.DB, o *model.Order) error {
	return reserved(moveLines(tx, o.Lines, 0, -1, "reserved >= (@n)"), o)
}

// Refunded implements order.Participant: what was never sent, and what came back whole, is for sale again.
func (Participant) Refunded(_ context.Context, tx *gorm.DB, r *model.Refund) error {
	var movements []model.StockMovement
	for _, l := range r.Lines {
		if l.Restock == 0 {
			continue
		}
		if err := restocked(tx, l); err != nil {
			return err
		}
		movements = append(movements, model.StockMovement{
			SKUID: l.SKUID, Kind: model.MoveReturn, OrderID: r.OrderID, OnHandDelta: int64(l.Restock), Reason: r.No,
		})
	}
	if len(movements) == 0 {
		return nil
	}
	slices.SortFunc(movements, func(a, b model.StockMovement) int { return cmp.Compare(a.SKUID, b.SKUID) })
	for _, m := range movements {
		if err := move(tx, m.SKUID, m.OnHandDelta, "1 = 1"); err != nil {
			return err
		}
	}
	return explain(tx, movements...)
}

// restocked counts the pieces of an order's line that were put back. Errors: ErrInconsistent when they are
// more than were refunded.
func restocked(tx *gorm.DB, l model.RefundLine) error {
	res := tx.Model(&model.OrderLine{}).Where("id = ? AND restocked + ? <= refunded", l.OrderLineID, l.Restock).
		Update("restocked", gorm.Expr("restocked + ?", l.Restock))
	if res.Error != nil {
		return fmt.Errorf("line %d: %w", l.OrderLineID, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("line %d, sku %d: %w", l.OrderLineID, l.SKUID, ErrInconsistent)
	}
	return nil
}

func reserved(err error, o *model.Order) error {
	if errors.Is(err, errRefused) {
		return fmt.Errorf("order %s: %w", o.No, ErrInconsistent)
	}
	return err
}

// moveLines moves the stock of lines by one UPDATE. Each SKU is moved by onHand and reserved times the pieces of its
// lines if the condition holds, in which @n stands for the pieces. When it does not hold for all of them it is
// errRefused: then some have been moved, and the transaction must not commit. InnoDB takes the rows in the order of
// their ids, so that two orders for the same SKUs queue instead of deadlocking.
func moveLines(tx *gorm.DB, lines []model.OrderLine, onHand, reserved int64, condition string) error {
	of := map[int64]int{}
	for _, l := range lines {
		of[l.SKUID] += l.Quantity
	}
	ids := slices.Sorted(maps.Keys(of))
	n := pieces(ids, of)
	columns := map[string]any{}
	if onHand != 0 {
		columns["on_hand"] = gorm.Expr("on_hand + ? * (?)", onHand, n)
	}
	if reserved != 0 {
		columns["reserved"] = gorm.Expr("reserved + ? * (?)", reserved, n)
	}
	res := tx.Model(&model.SKU{}).Where("id IN ?", ids).Where(condition, sql.Named("n", n)).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("stock: %w", res.Error)
	}
	if res.RowsAffected != int64(len(ids)) {
		return errRefused
	}
	return nil
}

// pieces is, in SQL, how many pieces of the row's SKU are meant.
func pieces(ids []int64, of map[int64]int) clause.Expr {
	if len(ids) == 1 {
		return gorm.Expr("?", of[ids[0]])
	}
	var when strings.Builder
	args := make([]any, 0, 2*len(ids))
	for _, id := range ids {
		when.WriteString(" WHEN ? THEN ?")
		args = append(args, id, of[id])
	}
	return gorm.Expr("CASE id"+when.String()+" END", args...)
}

var errRefused = errors.New("stock: the condition did not hold")

// move changes the pieces on hand of a SKU if the condition holds, else nothing: errRefused.
func move(tx *gorm.DB, skuID, onHand int64, condition string, args ...any) error {
	res := tx.Model(&model.SKU{}).Where("id = ?", skuID).Where(condition, args...).
		Updates(map[string]any{"on_hand": gorm.Expr("on_hand + ?", onHand)})
	if res.Error != nil {
		return fmt.Errorf("stock of sku %d: %w", skuID, res.Error)
	}
	if res.RowsAffected == 0 {
		return errRefused
	}
	return nil
}

func explain(tx *gorm.DB, movements ...model.StockMovement) error {
	if err := tx.Create(&movements).Error; err != nil {
		return fmt.Errorf("stock movements: %w", err)
	}
	return nil
}
