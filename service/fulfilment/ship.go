package fulfilment

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
	"hutong/service/order"
)

// Ship sends an order, or a part of it, once per key. WeChat is told by a job. Errors: model.Errs for the
// input; ErrOrderNotFound; ErrWrongState when it is not paid or all is sent; ErrGroupNotFormed; ErrNotLeftToSend at the line of
// which fewer pieces are left, ErrInvalid at one that is not the order's; ErrWaybillUsed at the waybill;
// ErrParcelLimit, ErrOneDelivery; ErrKeyReused.
func (s *Service) Ship(ctx context.Context, key, orderNo string, in Shipment) (Fulfilment, error) {
	in, err := in.checked()
	if err != nil {
		return Fulfilment{}, err
	}
	request := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "order.ship", Input: []any{orderNo, in},
	}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (Fulfilment, error) {
		o, err := s.ship(ctx, tx, orderNo, in)
		if err != nil {
			return Fulfilment{}, err
		}
		return fulfilmentOf(tx, o)
	})
}

// ship is the step that packs what is sent into parcels and moves the order on. Whoever else wants to know that an
// order was sent is a participant.
func (s *Service) ship(ctx context.Context, tx *gorm.DB, orderNo string, in Shipment) (*model.Order, error) {
	o, err := order.LockAny(tx, orderNo)
	if err != nil {
		return nil, err
	}
	if !model.OrderFlow.Allows(o.Status, model.OrderShipped) {
		return nil, model.ErrWrongState
	}
	if err := order.MaySend(tx, o); err != nil {
		return nil, err
	}
	before := o.Status
	if err := tx.Where("order_id = ?", o.ID).Order("position").Find(&o.Lines).Error; err != nil {
		return nil, fmt.Errorf("lines of order %s: %w", o.No, err)
	}
	sent, err := parcelsOf(tx, o.ID)
	if err != nil {
		return nil, err
	}
	if err := fits(sent, in); err != nil {
		return nil, err
	}
	seq, err := nextSeq(tx, o.ID)
	if err != nil {
		return nil, err
	}
	for i, b := range in.Parcels {
		p := &model.Parcel{
			OrderID: o.ID, No: s.newNo(), Position: len(sent) + i + 1, Delivery: in.Delivery, Carrier: b.Carrier,
			Waybill: b.Waybill, Status: model.ParcelSent, UploadSeq: seq,
		}
		if err := pack(tx, o, p, b, fmt.Sprintf("parcels[%d]", i)); err != nil {
			return nil, err
		}
	}
	whole := left(o.Lines) == 0
	alone := len(sent) == 0 && len(in.Parcels) == 1 && whole
	if err := plan(tx, o, model.ShippingUpload{Seq: seq, Split: !alone, Whole: whole}, s.now.Now()); err != nil {
		return nil, err
	}
	if err := s.orders.Sent(tx, o, whole, model.ActorOf(ctx).String()); err != nil {
		return nil, err
	}
	return o, trail.Write(ctx, tx, "order.ship", trail.Subject{Kind: "order", No: o.No},
		map[string]any{"status": before}, map[string]any{"status": o.Status, "shipment": in})
}

// fits tells whether a shipment can follow what was sent before. Errors: ErrOneDelivery, ErrParcelLimit.
func fits(sent []model.Parcel, in Shipment) error {
	switch {
	case len(sent) > 0 && (sent[0].Delivery != in.Delivery || in.Delivery != model.DeliveryExpress):
		return model.ErrOneDelivery
	case len(sent)+len(in.Parcels) > model.MostParcels:
		return model.ErrParcelLimit.At("parcels").With("max", fmt.Sprint(model.MostParcels))
	}
	return nil
}

// left is how many pieces are still to be sent.
func left(lines []model.OrderLine) (n int) {
	for _, l := range lines {
		n += leftOf(l)
	}
	return n
}

func leftOf(l model.OrderLine) int { return l.Quantity - l.Dropped - l.Shipped }

// pack writes a parcel of a locked order and takes its pieces off what is left to send. at is where the input
// has it.
func pack(tx *gorm.DB, o *model.Order, p *model.Parcel, b Box, at string) error {
	if err := tx.Create(p).Error; database.IsDuplicate(err) {
		return model.ErrWaybillUsed.At(at + ".waybill")
	} else if err != nil {
		return fmt.Errorf("parcel %s: %w", p.No, err)
	}
	pieces := b.Lines
	if len(pieces) == 0 {
		for _, l := range o.Lines {
			if n := leftOf(l); n > 0 {
				pieces = append(pieces, Piece{l.SKUNo, n})
			}
		}
	}
	if len(pieces) == 0 {
		return model.ErrNotLeftToSend.At(at).With("left", "0")
	}
	for i, piece := range pieces {
		place := fmt.Sprintf("%s.lines[%d]", at, i)
		n := slices.IndexFunc(o.Lines, func(l model.OrderLine) bool { return l.SKUNo == piece.SKUNo })
		if n < 0 {
			return model.ErrInvalid.At(place + ".sku")
		}
		if err := take(tx, &o.Lines[n], piece.Quantity, place); err != nil {
			return err
		}
		row := model.ParcelLine{OrderID: o.ID, ParcelID: p.ID, OrderLineID: o.Lines[n].ID, Quantity: piece.Quantity}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("parcel %s: %w", p.No, err)
		}
	}
	return nil
}

// take takes pieces off what is left to send of a line. Errors: ErrNotLeftToSend.
func take(tx *gorm.DB, l *model.OrderLine, pieces int, at string) error {
	res := tx.Model(&model.OrderLine{}).
		Where("id = ? AND shipped + ? <= quantity - dropped", l.ID, pieces).
		Updates(map[string]any{"shipped": gorm.Expr("shipped + ?", pieces)})
	if res.Error != nil {
		return fmt.Errorf("order line %d: %w", l.ID, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrNotLeftToSend.At(at).With("left", fmt.Sprint(leftOf(*l)))
	}
	l.Shipped += pieces
	return nil
}
