package reconcile

import (
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/ledger"
)

// The kinds of journal entry of this package. The reference is the out_trade_no of the first, the
// out_refund_no of the second.
const (
	entryFee     = "fee"
	entryFeeBack = "fee_back"
)

// numbered names a payment or a refund.
type numbered struct {
	Kind model.BillKind
	No   string
}

// owned is a payment or a refund of ours.
type owned struct {
	ID        int64
	OrderID   int64
	No        string
	AmountFen model.Fen
	Status    string
	UpdatedAt model.Millis
}

// done tells whether the money has moved, as far as is known here.
func (o *owned) done(kind model.BillKind) bool {
	if kind == model.BillPayment {
		return o.Status == string(model.PaymentPaid)
	}
	return o.Status == string(model.RefundSucceeded)
}

// known is what is known here about a batch of rows.
type known struct {
	own   map[numbered]owned
	fees  map[numbered]model.Fen // booked
	count map[numbered]int       // rows of all bills
	moved map[string]model.Fen   // by WeChat's number, in all bills
}

// lookUp asks for everything about a batch of rows, with one query each.
func lookUp(tx *gorm.DB, brandID int64, rows []model.TradeBillRow) (*known, error) {
	k := &known{own: map[numbered]owned{}, fees: map[numbered]model.Fen{}, count: map[numbered]int{}, moved: map[string]model.Fen{}}
	var payments, refunds, nos, weChatNos []string
	for _, b := range rows {
		if b.Kind == model.BillPayment {
			payments = append(payments, b.No)
		} else {
			refunds = append(refunds, b.No)
		}
		nos, weChatNos = append(nos, b.No), append(weChatNos, b.WeChatNo)
	}
	if err := k.lookUpOwn(tx, &model.Payment{}, model.BillPayment, payments); err != nil {
		return nil, err
	}
	if err := k.lookUpOwn(tx, &model.Refund{}, model.BillRefund, refunds); err != nil {
		return nil, err
	}
	if err := k.lookUpFees(tx, brandID, entryFee, model.BillPayment, payments); err != nil {
		return nil, err
	}
	if err := k.lookUpFees(tx, brandID, entryFeeBack, model.BillRefund, refunds); err != nil {
		return nil, err
	}
	return k, k.lookUpBills(tx, nos, weChatNos)
}

func (k *known) lookUpOwn(tx *gorm.DB, of any, kind model.BillKind, nos []string) error {
	if len(nos) == 0 {
		return nil
	}
	var own []owned
	if err := tx.Model(of).Select("id, order_id, no, amount_fen, status, updated_at").Where("no IN ?", nos).Scan(&own).Error; err != nil {
		return err
	}
	for _, o := range own {
		k.own[numbered{kind, o.No}] = o
	}
	return nil
}

func (k *known) lookUpFees(tx *gorm.DB, brandID int64, entry string, kind model.BillKind, nos []string) error {
	if len(nos) == 0 {
		return nil
	}
	var booked []struct {
		Ref string
		Fen model.Fen
	}
	err := tx.Raw(`
SELECT e.ref, p.amount_fen AS fen FROM journal_entries e
JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id AND p.account = ?
WHERE e.brand_id = ? AND e.kind = ? AND e.ref IN ?`, model.AccountFee, brandID, entry, nos).Scan(&booked).Error
	for _, b := range booked {
		k.fees[numbered{kind, b.Ref}] = b.Fen
	}
	return err
}

func (k *known) lookUpBills(tx *gorm.DB, nos, weChatNos []string) error {
	var counts []struct {
		Kind model.BillKind
		No   string
		N    int
	}
	err := tx.Model(&model.TradeBillRow{}).Select("kind, no, COUNT(*) AS n").Where("no IN ?", nos).
		Group("kind, no").Scan(&counts).Error
	if err != nil {
		return err
	}
	for _, c := range counts {
		k.count[numbered{c.Kind, c.No}] = c.N
	}
	var moves []struct {
		WeChatNo string `gorm:"column:wechat_no"`
		Fen      model.Fen
	}
	err = tx.Model(&model.FlowBillRow{}).Select("wechat_no, SUM(moved_fen) AS fen").
		Where("wechat_no IN ? AND of_trade = ?", weChatNos, true).Group("wechat_no").Scan(&moves).Error
	for _, m := range moves {
		k.moved[m.WeChatNo] = m.Fen
	}
	return err
}

// bookFees books the fees of rows that are ours, done, and not booked yet. What is not ours is an exception, and its
// fee waits until it is known. A bill gives back the fee of a refund that WeChat has only accepted, and takes nothing of
// that back when it gives the refund up later: it waits until the refund is done.
func bookFees(tx *gorm.DB, rows []model.TradeBillRow, k *known) error {
	var entries []ledger.Entry
	for _, b := range rows {
		n := numbered{b.Kind, b.No}
		own, here := k.own[n]
		if _, booked := k.fees[n]; booked || !here || b.FeeFen == 0 || !own.done(b.Kind) {
			continue
		}
		kind := entryFee
		if b.Kind == model.BillRefund {
			kind = entryFeeBack
		}
		k.fees[n] = b.FeeFen
		entries = append(entries, ledger.Entry{
			Kind: kind, Ref: b.No, OrderID: own.OrderID,
			Lines: ledger.Move(b.FeeFen, model.AccountFee, model.AccountWeChatClearing),
		})
	}
	return ledger.PostAll(tx, entries)
}

// booked is by how much the journal has moved the account at WeChat for the numbers in a day's bill.
func booked(tx *gorm.DB, r *model.Reconciliation) (sum model.Fen, err error) {
	for _, of := range []struct {
		kind  model.BillKind
		entry string
	}{{model.BillPayment, "payment"}, {model.BillPayment, entryFee}, {model.BillRefund, "refund"}, {model.BillRefund, entryFeeBack}} {
		var part model.Fen
		err := tx.Raw(`
SELECT COALESCE(SUM(p.amount_fen), 0)
FROM (SELECT DISTINCT no FROM trade_bill_rows WHERE brand_id = ? AND day = ? AND kind = ?) b
JOIN journal_entries e ON e.brand_id = ? AND e.kind = ? AND e.ref = b.no
JOIN journal_postings p ON p.brand_id = e.brand_id AND p.entry_id = e.id AND p.account = ?`,
			r.BrandID, r.Day, of.kind, r.BrandID, of.entry, model.AccountWeChatClearing).Scan(&part).Error
		if err != nil {
			return 0, fmt.Errorf("bookings of %s: %w", r.Day, err)
		}
		sum += part
	}
	return sum, nil
}
