package reconcile

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/reconcile/bill"
)

// load puts the rows of the bills in the place of those of an earlier run.
func (s *Service) load(ctx context.Context, r *model.Reconciliation, b *bills) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := s.change(tx, r, figures(b)); err != nil {
			return err
		}
		for _, rows := range []any{&model.TradeBillRow{}, &model.FlowBillRow{}} {
			if err := tx.Where("day = ?", r.Day).Delete(rows).Error; err != nil {
				return fmt.Errorf("bill of %s: %w", r.Day, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.MchID = b.mchID
	trade := batches[model.TradeBillRow]{write: func(rows []model.TradeBillRow) error { return insert(ctx, s, r, rows) }}
	_, err = b.eachTrade(func(t bill.Trade) error { return trade.add(tradeRow(r.Day, t)) })
	if err == nil {
		err = trade.flush()
	}
	if err != nil {
		return err
	}
	flow := batches[model.FlowBillRow]{write: func(rows []model.FlowBillRow) error { return insert(ctx, s, r, rows) }}
	_, err = b.eachFlow(func(f bill.Flow) error { return flow.add(flowRow(r.Day, f)) })
	if err == nil {
		err = flow.flush()
	}
	return err
}

// insert writes a batch of rows, a copy of them each time: a row that was written has an id.
func insert[T any](ctx context.Context, s *Service, r *model.Reconciliation, rows []T) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := s.hold(tx, r); err != nil {
			return err
		}
		fresh := slices.Clone(rows)
		if err := tx.Create(&fresh).Error; err != nil {
			return fmt.Errorf("bill of %s: %w", r.Day, err)
		}
		return nil
	})
}

func figures(b *bills) map[string]any {
	return map[string]any{
		"mch_id": b.mchID, "trade_hash": b.trade.sum(), "flow_hash": b.flow.sum(),
		"payments": b.tradeSums.Payments, "payment_fen": b.tradeSums.PaymentFen,
		"refunds": b.tradeSums.Refunds, "refund_fen": b.tradeSums.RefundFen, "fee_fen": b.tradeSums.FeeFen,
		"in_fen": b.flowSums.InFen, "out_fen": b.flowSums.OutFen, "other_fen": b.other,
	}
}

func tradeRow(day model.Day, t bill.Trade) model.TradeBillRow {
	kind := model.BillPayment
	if t.Refund {
		kind = model.BillRefund
	}
	return model.TradeBillRow{
		Day: day, Line: t.Line, Kind: kind, No: t.No, WeChatNo: t.WeChatNo, State: t.State,
		AmountFen: t.Amount, SettledFen: t.Settled, FeeFen: t.Fee, TradedAt: t.At,
	}
}

func flowRow(day model.Day, f bill.Flow) model.FlowBillRow {
	return model.FlowBillRow{
		Day: day, Line: f.Line, WeChatNo: f.WeChatNo, FlowNo: f.FlowNo, Type: f.Type, OfTrade: f.OfTrade(),
		MovedFen: f.Moved, MovedAt: f.At,
	}
}

// batches gathers rows and writes them so many at a time.
type batches[T any] struct {
	rows  []T
	write func([]T) error
}

func (b *batches[T]) add(row T) error {
	if b.rows = append(b.rows, row); len(b.rows) < batch {
		return nil
	}
	return b.flush()
}

func (b *batches[T]) flush() error {
	if len(b.rows) == 0 {
		return nil
	}
	err := b.write(b.rows)
	b.rows = b.rows[:0]
	return err
}
