package reconcile

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// match compares the rows of a day's bills with what is here, both ways, books the fees and finishes the run.
func (s *Service) match(ctx context.Context, r *model.Reconciliation) error {
	for _, pass := range []func(tx *gorm.DB, r *model.Reconciliation, after int64) (differs []difference, last int64, err error){
		matchTrade, missingPayments, missingRefunds, unexplainedMoves,
	} {
		if err := s.pages(ctx, r, pass); err != nil {
			return err
		}
	}
	return s.finish(ctx, r)
}

// finish ends a run that has come to its end.
func (s *Service) finish(ctx context.Context, r *model.Reconciliation) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := clearRest(tx, r); err != nil {
			return err
		}
		booked, err := booked(tx, r)
		if err != nil {
			return err
		}
		return s.change(tx, r, map[string]any{
			"status": model.ReconciliationFinished, "lease_until": 0, "problem": "", "finished_at": s.now.Now(),
			"booked_fen": booked,
		})
	})
}

// pages runs a pass over its rows, a batch in each transaction. A pass looks at rows with an id above after
// and tells the last it looked at; 0 is the end.
func (s *Service) pages(
	ctx context.Context, r *model.Reconciliation,
	pass func(tx *gorm.DB, r *model.Reconciliation, after int64) ([]difference, int64, error),
) error {
	for after := int64(0); ; {
		var last int64
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			if err := s.hold(tx, r); err != nil {
				return err
			}
			var differs []difference
			var err error
			if differs, last, err = pass(tx, r, after); err != nil {
				return fmt.Errorf("reconcile %s: %w", r.Day, err)
			}
			return s.open(tx, r, differs)
		})
		if err != nil || last == 0 {
			return err
		}
		after = last
	}
}

// matchTrade compares rows of the trade bill with the payments and refunds of their numbers, whatever day
// those are of, and with the movements of the account; and books their fees.
func matchTrade(tx *gorm.DB, r *model.Reconciliation, after int64) (differs []difference, last int64, err error) {
	var rows []model.TradeBillRow
	if err := tx.Where("day = ? AND id > ?", r.Day, after).Order("id").Limit(batch).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	k, err := lookUp(tx, r.BrandID, rows)
	if err != nil {
		return nil, 0, err
	}
	for i := range rows {
		differs = append(differs, k.compare(&rows[i])...)
	}
	return differs, rows[len(rows)-1].ID, bookFees(tx, rows, k)
}

// compare is everything in which a row differs from what is known here.
func (k *known) compare(b *model.TradeBillRow) (differs []difference) {
	differ := func(kind model.ExceptionKind, ours, theirs model.Fen) {
		differs = append(differs, difference{
			Kind: kind, Subject: b.Kind, Number: b.No, OursFen: ours, TheirsFen: theirs, Theirs: b.State,
		})
	}
	if k.count[numbered{b.Kind, b.No}] > 1 {
		differ(model.ExceptionRepeated, 0, b.AmountFen)
	}
	switch moved, known := k.moved[b.WeChatNo]; {
	case !known && b.MovedFen() != 0:
		differ(model.ExceptionUnsettled, b.MovedFen(), 0)
	case moved != b.MovedFen():
		differ(model.ExceptionMoved, b.MovedFen(), moved)
	}
	own, here := k.own[numbered{b.Kind, b.No}]
	if !here {
		differ(model.ExceptionUnknown, 0, b.AmountFen)
		return differs
	}
	switch {
	case b.AmountFen != own.AmountFen:
		differ(model.ExceptionAmount, own.AmountFen, b.AmountFen)
	case b.SettledFen != own.AmountFen:
		differ(model.ExceptionAmount, own.AmountFen, b.SettledFen)
	}
	if !agrees(b, &own) {
		differ(model.ExceptionState, own.AmountFen, b.AmountFen)
		differs[len(differs)-1].Ours = own.Status
	}
	if fee, booked := k.fees[numbered{b.Kind, b.No}]; booked && fee != b.FeeFen {
		differ(model.ExceptionFee, fee, b.FeeFen)
	}
	return differs
}

// givenUp are the states of a refund that WeChat gave up, whatever was done about it since.
var givenUp = []model.RefundStatus{model.RefundClosed, model.RefundReplaced, model.RefundSettled}

// agrees tells whether a state in the bill and ours can be of the same thing. The bill shows a refund as it
// was in the morning after; ours may have gone further since, to its end or until WeChat gave it up.
func agrees(b *model.TradeBillRow, ours *owned) bool {
	if b.Kind == model.BillPayment {
		return b.State == "SUCCESS" && ours.done(b.Kind)
	}
	gaveUp := slices.Contains(givenUp, model.RefundStatus(ours.Status))
	switch b.State {
	case "SUCCESS":
		return ours.done(b.Kind)
	case "FAIL":
		return gaveUp
	}
	return !gaveUp || ours.UpdatedAt >= b.Day.Ends()
}

// missingPayments are payments made on the day, with the merchant whose bill it is, that no bill has.
func missingPayments(tx *gorm.DB, r *model.Reconciliation, after int64) ([]difference, int64, error) {
	return missing(tx, model.BillPayment, after, `
SELECT o.id, o.no, o.amount_fen, o.status FROM payments o
LEFT JOIN trade_bill_rows b ON b.brand_id = o.brand_id AND b.no = o.no AND b.kind = 'payment'
WHERE o.brand_id = ? AND o.paid_at >= ? AND o.paid_at < ? AND o.status = 'paid' AND o.id > ? AND b.id IS NULL AND ? IN ('', o.mch_id)
ORDER BY o.id LIMIT ?`, r.BrandID, r.DayFrom, r.Day.Ends(), after, r.MchID, batch)
}

// missingRefunds are refunds done on the day that no bill has: WeChat lists a refund when it accepts it,
// which is that day or an earlier one. Of what cost nothing it was never asked.
func missingRefunds(tx *gorm.DB, r *model.Reconciliation, after int64) ([]difference, int64, error) {
	return missing(tx, model.BillRefund, after, `
SELECT o.id, o.no, o.amount_fen, o.status FROM refunds o
JOIN payments p ON p.brand_id = o.brand_id AND p.id = o.payment_id
LEFT JOIN trade_bill_rows b ON b.brand_id = o.brand_id AND b.no = o.no AND b.kind = 'refund'
WHERE o.brand_id = ? AND o.succeeded_at >= ? AND o.succeeded_at < ? AND o.status = 'succeeded' AND o.amount_fen > 0 AND o.id > ? AND b.id IS NULL AND ? IN ('', p.mch_id)
ORDER BY o.id LIMIT ?`, r.BrandID, r.DayFrom, r.Day.Ends(), after, r.MchID, batch)
}

func missing(tx *gorm.DB, kind model.BillKind, after int64, query string, args ...any) (differs []difference, last int64, err error) {
	var rows []owned
	if err := tx.Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, 0, err
	}
	for _, o := range rows {
		differs = append(differs, difference{
			Kind: model.ExceptionMissing, Subject: kind, Number: o.No, OursFen: o.AmountFen, Ours: o.Status,
		})
		last = o.ID
	}
	return differs, last, nil
}

// unexplainedMoves are movements of trade that belong to no row of any trade bill.
func unexplainedMoves(tx *gorm.DB, r *model.Reconciliation, after int64) (differs []difference, last int64, err error) {
	var moves []struct {
		WeChatNo string `gorm:"column:wechat_no"`
		Fen      model.Fen
		First    int64
	}
	err = tx.Raw(`
SELECT f.wechat_no, SUM(f.moved_fen) AS fen, MIN(f.id) AS first FROM flow_bill_rows f
LEFT JOIN trade_bill_rows b ON b.brand_id = f.brand_id AND b.wechat_no = f.wechat_no
WHERE f.brand_id = ? AND f.day = ? AND f.of_trade = ? AND b.id IS NULL
GROUP BY f.wechat_no HAVING MIN(f.id) > ? ORDER BY MIN(f.id) LIMIT ?`, r.BrandID, r.Day, true, after, batch).Scan(&moves).Error
	if err != nil {
		return nil, 0, err
	}
	for _, m := range moves {
		differs = append(differs, difference{
			Kind: model.ExceptionUnexplained, Subject: model.BillMovement, Number: m.WeChatNo, TheirsFen: m.Fen,
		})
		last = m.First
	}
	return differs, last, nil
}
