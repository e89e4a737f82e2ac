package simulator

import (
	"fmt"
	"slices"
	"time"
)

// TradeRow is one row of a trade bill: a payment, or a refund at the time WeChat accepted it. Amounts are
// fen.
type TradeRow struct {
	At            time.Time
	AppID, MchID  string
	TransactionID string
	OutTradeNo    string
	OpenID        string
	State         string // SUCCESS for a payment, REFUND for a refund
	Settled       int64  // 应结订单金额; 0 in a refund's row
	Total         int64  // 订单金额; 0 in a refund's row
	RefundID      string
	OutRefundNo   string
	Refund        int64
	RefundState   string // SUCCESS, PROCESSING, CHANGE, FAIL: as it was when the bill was made
	Description   string
	Attach        string
	Fee           int64 // negative in a refund's row: what is given back
}

// FlowRow is one row of a fund flow bill. Amounts are fen.
type FlowRow struct {
	At       time.Time
	WeChatNo string // transaction id or refund id
	FlowNo   string
	Name     string
	Type     string // 交易, 退款, 扣除交易手续费, 提现, …
	Moved    int64  // positive comes in, negative goes out
	Balance  int64
	Note     string
	Voucher  string // the merchant's number
}

// fee is what WeChat keeps of a payment: the rate, rounded half up to the fen.
func (s *Simulator) fee(total int64) int64 { return (total*int64(s.o.FeeRate) + 5_000) / 10_000 }

// tradeRows are a merchant's payments by the day of their success and refunds by the day of their
// acceptance, by time.
func (s *Simulator) tradeRows(mchID string, day time.Time) []TradeRow {
	var rows []TradeRow
	for _, p := range s.state.Payments {
		if p.MchID == mchID && p.paid() && within(p.PaidAt, day) {
			row := s.tradeRow(p)
			row.At, row.State, row.Settled, row.Total, row.Fee = p.PaidAt, "SUCCESS", p.Total, p.Total, s.fee(p.Total)
			rows = append(rows, row)
		}
	}
	back := map[string]int64{} // refunded so far, by out_trade_no
	for _, r := range s.state.Refunds {
		if r.MchID != mchID {
			continue
		}
		p := s.state.byNo[key(mchID, r.OutTradeNo)]
		row := s.tradeRow(p)
		row.At, row.State, row.RefundID, row.OutRefundNo = r.CreatedAt, "REFUND", r.RefundID, r.OutRefundNo
		row.Refund, row.RefundState = r.Amount, billed(r, day)
		if row.RefundState != "FAIL" {
			before := back[r.OutTradeNo]
			back[r.OutTradeNo] += r.Amount
			row.Fee = -(share(s.fee(p.Total), before+r.Amount, p.Total) - share(s.fee(p.Total), before, p.Total))
		}
		if within(r.CreatedAt, day) {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b TradeRow) int { return a.At.Compare(b.At) })
	return rows
}

func (s *Simulator) tradeRow(p *Payment) TradeRow {
	return TradeRow{
		AppID: p.AppID, MchID: p.MchID, TransactionID: p.TransactionID, OutTradeNo: p.OutTradeNo, OpenID: p.OpenID,
		Description: p.Description, Attach: p.Attach,
	}
}

// share is the part of the fee that belongs to part of the total, so that all parts add up to the fee.
func share(fee, part, total int64) int64 { return (2*fee*part + total) / (2 * total) }

func within(at, day time.Time) bool { return !at.Before(day) && at.Before(day.AddDate(0, 0, 1)) }

// billed is the state that a day's bill shows of a refund: bills are made in the morning after, and do not
// follow what happens later.
func billed(r *Refund, day time.Time) string {
	if r.SettledAt.IsZero() || r.SettledAt.After(day.AddDate(0, 0, 1).Add((billsFrom-1)*time.Hour)) {
		return "PROCESSING"
	}
	return map[string]string{"SUCCESS": "SUCCESS", "ABNORMAL": "CHANGE", "CLOSED": "FAIL", "PROCESSING": "PROCESSING"}[r.State]
}

// flowRows are the movements on a merchant's account in a day. A payment comes in whole and its fee goes out
// beside it; a refund goes out less the fee that is given back.
func (s *Simulator) flowRows(mchID string, day time.Time) []FlowRow {
	var rows []FlowRow
	for _, t := range s.tradeRows(mchID, day) {
		row := FlowRow{At: t.At, WeChatNo: t.TransactionID, FlowNo: t.TransactionID, Voucher: t.OutTradeNo}
		switch {
		case t.State == "SUCCESS":
			row.Name, row.Type, row.Moved = "交易", "交易", t.Settled
			row.Note = fmt.Sprintf("结算总金额%s元;含手续费%s元", yuan(t.Settled), yuan(t.Fee))
			rows = append(rows, row)
			if t.Fee != 0 {
				row.Type, row.Moved, row.Note = "扣除交易手续费", -t.Fee, ""
				rows = append(rows, row)
			}
		case t.RefundState != "FAIL":
			row.WeChatNo, row.Voucher, row.Name, row.Type = t.RefundID, t.OutRefundNo, "退款", "退款"
			row.Moved = -(t.Refund + t.Fee)
			row.Note = fmt.Sprintf("退款总金额%s元;含手续费%s元", yuan(t.Refund), yuan(-t.Fee))
			rows = append(rows, row)
		}
	}
	var balance int64
	for i := range rows {
		balance += rows[i].Moved
		rows[i].Balance = balance
	}
	return rows
}

// spoilTrade lets a fault have its way with a trade bill.
func spoilTrade(rows []TradeRow, kind FaultKind) []TradeRow {
	if len(rows) == 0 {
		return rows
	}
	last := &rows[len(rows)-1]
	switch kind {
	case MissingRow:
		return rows[:len(rows)-1]
	case ExtraRow:
		extra := *last
		extra.TransactionID, extra.OutTradeNo = stamped("4200", last.At, 0), "NOBODY-KNOWS-THIS"
		if extra.State == "REFUND" {
			extra.RefundID, extra.OutRefundNo = stamped("50300", last.At, 0), "NOBODY-KNOWS-THIS"
		}
		return append(rows, extra)
	case WrongAmount:
		if last.State == "REFUND" {
			last.Refund++
		} else {
			last.Total, last.Settled = last.Total+1, last.Settled+1
		}
	}
	return rows
}

// spoilFlow lets a fault have its way with a fund flow bill.
func spoilFlow(rows []FlowRow, kind FaultKind) []FlowRow {
	if len(rows) == 0 {
		return rows
	}
	switch last := &rows[len(rows)-1]; kind {
	case MissingRow:
		return rows[:len(rows)-1]
	case ExtraRow:
		extra := *last
		extra.WeChatNo, extra.FlowNo, extra.Voucher = extra.WeChatNo+"9", extra.FlowNo+"9", "NOBODY-KNOWS-THIS"
		return append(rows, extra)
	case WrongAmount:
		last.Moved++
	}
	return rows
}
