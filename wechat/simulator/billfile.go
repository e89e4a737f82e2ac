package simulator

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	tradeHeader = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类," +
		"应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率," +
		"订单金额,申请退款金额,费率备注"
	tradeSums  = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
	flowHeader = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号"
	flowSums   = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
)

// yuan writes fen as bills do.
func yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

// feeYuan writes a fee, which has five decimals.
func feeYuan(fen int64) string { return yuan(fen) + "000" }

// billFile is a bill as it is written: a byte order mark, lines that end as on Windows, and a backtick
// before each field that is not a heading.
type billFile struct{ bytes.Buffer }

func (f *billFile) heading(text string) { f.WriteString(text + "\r\n") }

func (f *billFile) row(fields ...string) {
	for i, field := range fields {
		if i > 0 {
			f.WriteByte(',')
		}
		f.WriteByte('`')
		f.WriteString(strings.NewReplacer("\r", " ", "\n", " ").Replace(field))
	}
	f.WriteString("\r\n")
}

// writeTrade writes a trade bill; rate is the merchant's, in 1/10,000.
func writeTrade(rows []TradeRow, rate int) []byte {
	f := &billFile{}
	f.WriteString("\uFEFF")
	f.heading(tradeHeader)
	var settled, refunds, fees, totals int64
	for _, r := range rows {
		refundID, outRefundNo, refundType := "0", "0", ""
		if r.State == "REFUND" {
			refundID, outRefundNo, refundType = r.RefundID, r.OutRefundNo, "ORIGINAL"
		}
		f.row(r.At.In(shanghai).Format(time.DateTime), r.AppID, r.MchID, "0", "", r.TransactionID, r.OutTradeNo, r.OpenID,
			"JSAPI", r.State, "OTHERS", "CNY", yuan(r.Settled), "0.00", refundID, outRefundNo, yuan(r.Refund), "0.00",
			refundType, r.RefundState, r.Description, r.Attach, feeYuan(r.Fee), yuan(int64(rate))+"%", yuan(r.Total), yuan(r.Refund), "")
		settled, refunds, fees, totals = settled+r.Settled, refunds+r.Refund, fees+r.Fee, totals+r.Total
	}
	f.heading(tradeSums)
	f.row(strconv.Itoa(len(rows)), yuan(settled), yuan(refunds), "0.00", feeYuan(fees), yuan(totals), yuan(refunds))
	return f.Bytes()
}

func writeFlow(rows []FlowRow) []byte {
	f := &billFile{}
	f.WriteString("\uFEFF")
	f.heading(flowHeader)
	var in, out int64
	var ins, outs int
	for _, r := range rows {
		direction, amount := "收入", r.Moved
		if r.Moved < 0 {
			direction, amount = "支出", -r.Moved
			out, outs = out+amount, outs+1
		} else {
			in, ins = in+amount, ins+1
		}
		f.row(r.At.In(shanghai).Format(time.DateTime), r.WeChatNo, r.FlowNo, r.Name, r.Type, direction, yuan(amount),
			yuan(r.Balance), "system", r.Note, r.Voucher)
	}
	f.heading(flowSums)
	f.row(strconv.Itoa(len(rows)), strconv.Itoa(ins), yuan(in), strconv.Itoa(outs), yuan(out))
	return f.Bytes()
}
