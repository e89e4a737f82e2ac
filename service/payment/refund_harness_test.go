package payment_test

import (
	"fmt"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/fulfilment"
	"hutong/service/internal/offer"
	"hutong/service/order"
	"hutong/service/payment"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// bought is a paid order of these SKUs, three pieces of each.
func bought(t testdb.T, s *testshop.Shop, skus ...model.SKU) (*testshop.Buyer, model.Order) {
	t.Helper()
	b := s.Buyer()
	basket := order.Basket{AddressNo: b.Address}
	for _, k := range skus {
		basket.Lines = append(basket.Lines, offer.Want{SKUNo: k.No, Quantity: 3})
	}
	v := b.MustOrder(basket)
	if err := b.Pay(v.No); err != nil {
		t.Fatal(err)
	}
	s.Deliver()
	return b, s.State(v.No)
}

// linesOf are the lines of an order as they stand, by position.
func linesOf(t testdb.T, s *testshop.Shop, o model.Order) (lines []model.OrderLine) {
	t.Helper()
	if err := s.DB.Read(s.Ctx).Where("order_id = ?", o.ID).Order("position").Find(&lines).Error; err != nil {
		t.Fatal(err)
	}
	return lines
}

// ship lets n pieces of an order's first line leave the house in a parcel, or all that is left of the order when n
// is 0.
func ship(s *testshop.Shop, o model.Order, n int) error {
	sent := s.Count(&model.Parcel{}, "order_id = ?", o.ID)
	box := fulfilment.Box{Carrier: "ZTO", Waybill: fmt.Sprintf("%s-%d", o.No, sent)}
	if n > 0 {
		var first model.OrderLine
		if err := s.DB.Read(s.Ctx).Where("order_id = ? AND position = 0", o.ID).Take(&first).Error; err != nil {
			return err
		}
		box.Lines = []fulfilment.Piece{{SKUNo: first.SKUNo, Quantity: n}}
	}
	_, err := s.Fulfilment.Ship(s.Ctx, fmt.Sprintf("%s-ship-%d", o.No, sent), o.No,
		fulfilment.Shipment{Delivery: model.DeliveryExpress, Parcels: []fulfilment.Box{box}})
	return err
}

// send lets all that is left of an order leave the house.
func send(t testdb.T, s *testshop.Shop, o model.Order) {
	t.Helper()
	if err := ship(s, o, 0); err != nil {
		t.Fatal(err)
	}
}

func receive(t testdb.T, s *testshop.Shop, o model.Order) {
	t.Helper()
	err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
		locked, err := order.Lock(tx, o.ID)
		if err != nil {
			return err
		}
		return s.Order.Received(s.Ctx, tx, locked, "consumer", "")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// settle gives WeChat and the jobs the time to bring every refund to its end, or to where it waits for staff.
func settle(s *testshop.Shop) {
	moving := []model.RefundStatus{model.RefundPending, model.RefundProcessing}
	for n := 0; n < 40 && (n < 8 || s.Count(&model.Refund{}, "status IN ?", moving) > 0); n++ {
		s.Later(20 * time.Minute)
	}
}

// wish is what staff want to give back.
type wish struct {
	order   string
	lines   []payment.StaffRefundLine
	freight bool
}

// pieces are n of a line that were not sent.
func pieces(line, n int) []payment.StaffRefundLine {
	return []payment.StaffRefundLine{{Line: line, Quantity: n}}
}

// sent are n pieces of a line that were sent, of which so many came back.
func sent(line, n, back int) []payment.StaffRefundLine {
	return []payment.StaffRefundLine{{Line: line, Quantity: n, Sent: n, Restock: back}}
}

// fen is a part of a line's price alone.
func fen(line int, amount model.Fen) []payment.StaffRefundLine {
	return []payment.StaffRefundLine{{Line: line, AmountFen: amount}}
}

func (wish wish) of(s *testshop.Shop, key string) (payment.DeskRefund, error) {
	return s.Payment.RefundByStaff(s.Ctx, key, wish.order, payment.StaffRefund{Lines: wish.lines, Freight: wish.freight, Reason: "other"})
}

func (wish wish) must(t *testing.T, s *testshop.Shop, key string) payment.DeskRefund {
	t.Helper()
	r, err := wish.of(s, key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
