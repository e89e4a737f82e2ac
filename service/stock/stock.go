// Package stock moves the stock of SKUs. Every move is one conditional UPDATE whose affected rows decide,
// followed by a movement row that explains it; nothing else writes on_hand and reserved.
package stock

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/order"
)

// ErrInconsistent is a paid or cancelled order whose reservation is not in the SKU's figures: a mistake in
// the program, which the audit would show.
var ErrInconsistent = errors.New("stock: the reservation is gone")

// Receive adds pieces to a SKU's stock, as at a first stock-taking or a delivery. n is positive.
func Receive(tx *gorm.DB, skuID, n int64, reason string) error {
	if err := move(tx, skuID, n, 0, "1 = 1"); err != nil {
		return err
	}
	return explain(tx, model.StockMovement{SKUID: skuID, Kind: model.MoveReceive, OnHandDelta: n, Reason: reason})
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
	err := move(tx, sku.ID, delta, 0, "on_hand = ? AND reserved <= ?", sku.OnHand, onHand)
	if errors.Is(err, errRefused) {
		return fmt.Errorf("sku %s: %w", sku.No, model.ErrConflict)
	}
	if err != nil {
		return err
	}
	return explain(tx, model.StockMovement{SKUID: sku.ID, Kind: model.MoveCorrect, OnHandDelta: delta, Reason: reason})
}

// Participant reserves stock when an order is placed, sells it when it is paid, releases it when it is
// cancelled.
type Participant struct{ order.Bystander }

// Placed implements order.Participant. Errors: ErrOutOfStock at the line.
func (Participant) Placed(_ context.Context, tx *gorm.DB, o *model.Order) error {
	return each(tx, o, model.MoveReserve, 0, +1, func(l model.OrderLine, n int64) error {
		err := move(tx, l.SKUID, 0, n, "active = ? AND on_hand - reserved >= ?", true, n)
		if errors.Is(err, errRefused) {
			return model.ErrOutOfStock.At(fmt.Sprintf("lines[%d].quantity", l.Position))
		}
		return err
	})
}

// Paid implements order.Participant.
func (Participant) Paid(_ context.Context, tx *gorm.DB, o *model.Order) error {
	return each(tx, o, model.MoveSell, -1, -1, func(l model.OrderLine, n int64) error {
		return reserved(move(tx, l.SKUID, -n, -n, "reserved >= ? AND on_hand >= ?", n, n), l)
	})
}

// Closed implements order.Participant.
func (Participant) Closed(_ context.Context, tx *gorm.DB, o *model.Order) error {
	return each(tx, o, model.MoveRelease, 0, -1, func(l model.OrderLine, n int64) error {
		return reserved(move(tx, l.SKUID, 0, -n, "reserved >= ?", n), l)
	})
}

func reserved(err error, l model.OrderLine) error {
	if errors.Is(err, errRefused) {
		return fmt.Errorf("line %d, sku %d: %w", l.ID, l.SKUID, ErrInconsistent)
	}
	return err
}

// each moves the lines' SKUs in the order of their ids, so that two orders for the same SKUs queue instead
// of deadlocking, and explains the moves in one statement. signs are those of the two deltas.
func each(
	tx *gorm.DB, o *model.Order, kind model.MovementKind, onHand, reserved int64,
	one func(l model.OrderLine, n int64) error,
) error {
	lines := slices.Clone(o.Lines)
	slices.SortFunc(lines, func(a, b model.OrderLine) int { return int(a.SKUID - b.SKUID) })
	movements := make([]model.StockMovement, len(lines))
	for i, l := range lines {
		n := int64(l.Quantity)
		if err := one(l, n); err != nil {
			return err
		}
		movements[i] = model.StockMovement{
			SKUID: l.SKUID, Kind: kind, OrderID: o.ID, OnHandDelta: onHand * n, ReservedDelta: reserved * n,
		}
	}
	return explain(tx, movements...)
}

var errRefused = errors.New("stock: the condition did not hold")

// move changes both figures of a SKU if the condition holds, else nothing: errRefused.
func move(tx *gorm.DB, skuID, onHand, reserved int64, condition string, args ...any) error {
	columns := map[string]any{}
	if onHand != 0 {
		columns["on_hand"] = gorm.Expr("on_hand + ?", onHand)
	}
	if reserved != 0 {
		columns["reserved"] = gorm.Expr("reserved + ?", reserved)
	}
	res := tx.Model(&model.SKU{}).Where("id = ?", skuID).Where(condition, args...).Updates(columns)
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
