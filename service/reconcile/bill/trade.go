package bill

import (
	"io"

	"hutong/model"
)

// Trade is one row of a trade bill: a payment, or a refund.
type Trade struct {
	Line     int
	At       model.Millis // of the payment, or of the refund's acceptance
	MchID    string
	Refund   bool
	No       string // out_trade_no, or out_refund_no
	WeChatNo string // transaction id, or refund id
	State    string // SUCCESS of a payment; SUCCESS, PROCESSING, CHANGE or FAIL of a refund
	Amount   model.Fen
	Settled  model.Fen // what moves on the merchant's account: less than Amount when WeChat's own coupons paid
	Fee      model.Fen // what WeChat keeps; negative is given back
}

// TradeSums are what a trade bill adds up to.
type TradeSums struct {
	Payments   int
	PaymentFen model.Fen
	Refunds    int
	RefundFen  model.Fen
	FeeFen     model.Fen
}

// ReadTrade hands on a trade bill's rows one by one, and its sums when they are those of the rows. Errors:
// *Error, which is ErrBillBroken; those of the reader and of each.
func ReadTrade(r io.Reader, each func(Trade) error) (TradeSums, error) {
	t := newTable(r, "商品名称")
	c := tradeColumns(t)
	var sums TradeSums
	var settled, refunded model.Fen
	for t.next() {
		row := c.row(t)
		if t.err != nil {
			break
		}
		if row.Refund {
			sums.Refunds, sums.RefundFen, refunded = sums.Refunds+1, sums.RefundFen+row.Amount, refunded+row.Settled
		} else {
			sums.Payments, sums.PaymentFen, settled = sums.Payments+1, sums.PaymentFen+row.Amount, settled+row.Settled
		}
		sums.FeeFen += row.Fee
		if err := each(row); err != nil {
			return sums, err
		}
	}
	if t.err == nil {
		t.sameCount(sums.Payments+sums.Refunds, t.needs("总交易单数"))
		t.same(settled, "应结订单总金额", "总交易额")
		t.same(refunded, "退款总金额", "总退款金额")
		t.same(sums.FeeFen, "手续费总金额")
		t.same(sums.PaymentFen, "订单总金额")
		t.same(sums.RefundFen, "申请退款总金额")
	}
	return sums, t.over()
}

// columnsOfTrade are the headings under which this bill has what is needed: older merchants have older ones.
type columnsOfTrade struct{ settled, amount, refunded, refund string }

func tradeColumns(t *table) columnsOfTrade {
	for _, name := range []string{
		"交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "货币种类", "微信退款单号", "商户退款单号", "退款状态", "手续费",
	} {
		t.needs(name)
	}
	c := columnsOfTrade{settled: t.needs("应结订单金额", "总金额"), refunded: t.needs("退款金额")}
	c.amount, c.refund = t.has("订单金额", c.settled), t.has("申请退款金额", c.refunded)
	return c
}

func (c columnsOfTrade) row(t *table) Trade {
	row := Trade{
		Line: t.line, At: t.time("交易时间"), MchID: t.number("商户号"), No: t.number("商户订单号"), WeChatNo: t.number("微信订单号"),
		State: t.number("交易状态"), Amount: t.fen(c.amount), Settled: t.fen(c.settled), Fee: t.fen("手续费"),
	}
	if currency := t.get("货币种类"); currency != "CNY" {
		t.complain("货币种类", "not CNY")
	}
	if no := t.number("商户退款单号"); no != "" && no != "0" {
		row.Refund, row.No, row.WeChatNo, row.State = true, no, t.number("微信退款单号"), t.number("退款状态")
		row.Amount, row.Settled = t.fen(c.refund), t.fen(c.refunded)
	}
	if row.No == "" {
		t.complain("商户订单号", "empty")
	}
	return row
}
