package reconcile

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/reconcile/bill"
	"hutong/wechat"
)

// file is a bill in a temporary file; nil when WeChat has none of that day.
type file struct {
	*os.File
	hash string
}

// bills are both of a day, downloaded, proved by their hashes and read through once.
type bills struct {
	mchID       string
	trade, flow *file
	tradeSums   bill.TradeSums
	flowSums    bill.FlowSums
	other       model.Fen // moved by what is not of trade
}

func (b *bills) close() {
	for _, f := range []*file{b.trade, b.flow} {
		if f != nil {
			_ = f.Close()
			_ = os.Remove(f.Name()) // a file in the temporary folder
		}
	}
}

// fetch downloads a day's bills and proves that they can be read to the end, before anything is written.
func (s *Service) fetch(ctx context.Context, r *model.Reconciliation, client wechat.Client) (_ *bills, err error) {
	b := &bills{}
	_, b.mchID = client.Merchant()
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.trade, err = s.download(ctx, r, client.TradeBill); err != nil {
		return nil, err
	}
	if b.flow, err = s.download(ctx, r, client.FundFlowBill); err != nil {
		return nil, err
	}
	if b.tradeSums, err = b.eachTrade(func(t bill.Trade) error {
		if t.MchID != b.mchID {
			return &bill.Error{Line: t.Line, Column: "商户号", Problem: "another merchant's"}
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("trade bill: %w", err)
	}
	if b.flowSums, err = b.eachFlow(func(f bill.Flow) error {
		if !f.OfTrade() {
			b.other += f.Moved
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("fund flow bill: %w", err)
	}
	if b.trade == nil || b.flow == nil && b.tradeSums != (bill.TradeSums{}) {
		return b, s.doubt(ctx, r, b)
	}
	return b, nil
}

// doubt refuses to believe that there is no bill while it may just be late.
func (s *Service) doubt(ctx context.Context, r *model.Reconciliation, b *bills) error {
	if s.now.Now() >= r.Day.Ends().Add(patience) {
		return nil
	}
	expected := b.tradeSums != (bill.TradeSums{})
	for _, of := range []struct {
		rows   any
		status any
		at, by string
	}{
		{&model.Payment{}, model.PaymentPaid, "paid_at", "mch_id = ?"},
		{
			&model.Refund{}, model.RefundSucceeded, "succeeded_at",
			"payment_id IN (SELECT p.id FROM payments p WHERE p.brand_id = refunds.brand_id AND p.mch_id = ?)",
		},
	} {
		var n int64
		err := s.db.Read(ctx).Model(of.rows).Where("status = ? AND amount_fen > 0", of.status).Where(of.by, b.mchID).
			Where(of.at+" >= ? AND "+of.at+" < ?", r.DayFrom, r.Day.Ends()).Count(&n).Error
		if err != nil {
			return err
		}
		expected = expected || n > 0
	}
	if expected {
		return fmt.Errorf("WeChat says that nothing was traded on %s, but something was: %w", r.Day, model.ErrBillNotReady)
	}
	return nil
}

// download fetches one bill into a file.
func (s *Service) download(
	ctx context.Context, r *model.Reconciliation, get func(context.Context, model.Day, io.Writer) (string, error),
) (*file, error) {
	if err := s.db.InTx(ctx, func(tx *gorm.DB) error { return s.hold(tx, r) }); err != nil {
		return nil, err
	}
	to, err := os.CreateTemp("", "hutong-bill-*.csv")
	if err != nil {
		return nil, err
	}
	f := &file{File: to}
	buffered := bufio.NewWriterSize(to, 64<<10)
	if f.hash, err = get(ctx, r.Day, buffered); err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		return f, nil
	}
	(&bills{trade: f}).close()
	if errors.Is(err, model.ErrNoBill) {
		return nil, nil
	}
	return nil, err
}

func (b *bills) eachTrade(each func(bill.Trade) error) (sums bill.TradeSums, err error) {
	if b.trade == nil {
		return sums, nil
	}
	if _, err := b.trade.Seek(0, io.SeekStart); err != nil {
		return sums, err
	}
	return bill.ReadTrade(b.trade, each)
}

func (b *bills) eachFlow(each func(bill.Flow) error) (sums bill.FlowSums, err error) {
	if b.flow == nil {
		return sums, nil
	}
	if _, err := b.flow.Seek(0, io.SeekStart); err != nil {
		return sums, err
	}
	return bill.ReadFlow(b.flow, each)
}

func (f *file) sum() string {
	if f == nil {
		return ""
	}
	return f.hash
}
