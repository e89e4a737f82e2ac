package bill

import (
	"io"
	"strings"

	"hutong/model"
)

// Flow is one row of a fund flow bill: a movement on the merchant's account.
type Flow struct {
	Line     int
	At       model.Millis
	WeChatNo string // transaction id or refund id
	FlowNo   string
	Type     string // 交易, 退款, 扣除交易手续费, 提现, …
	Moved    model.Fen
}

// OfTrade tells whether the movement belongs to a payment or a refund, not to a withdrawal and the like.
func (f Flow) OfTrade() bool {
	return f.Type == "交易" || f.Type == "退款" || strings.Contains(f.Type, "手续费")
}

// FlowSums are what a fund flow bill adds up to.
type FlowSums struct {
	Rows   int
	InFen  model.Fen
	OutFen model.Fen
}

// ReadFlow hands on a fund flow bill's rows one by one, as ReadTrade does.
func ReadFlow(r io.Reader, each func(Flow) error) (FlowSums, error) {
	t := newTable(r, "备注")
	amount := t.needs("收支金额(元)", "收支金额（元）")
	for _, name := range []string{"记账时间", "微信支付业务单号", "资金流水单号", "业务类型", "收支类型"} {
		t.needs(name)
	}
	var sums FlowSums
	ins, outs := 0, 0
	for t.next() {
		row := Flow{
			Line: t.line, At: t.time("记账时间"), WeChatNo: t.number("微信支付业务单号"), FlowNo: t.number("资金流水单号"),
			Type: t.get("业务类型"), Moved: t.fen(amount),
		}
		switch direction := t.get("收支类型"); direction {
		case "收入":
			ins, sums.InFen = ins+1, sums.InFen+row.Moved
		case "支出":
			outs, sums.OutFen = outs+1, sums.OutFen+row.Moved
			row.Moved = -row.Moved
		default:
			t.complain("收支类型", "neither 收入 nor 支出")
		}
		if len(row.Type) > 64 {
			t.complain("业务类型", "too long")
		}
		if t.err != nil {
			break
		}
		sums.Rows++
		if err := each(row); err != nil {
			return sums, err
		}
	}
	if t.err == nil {
		t.sameCount(sums.Rows, t.needs("资金流水总笔数"))
		t.sameCount(ins, "收入笔数")
		t.sameCount(outs, "支出笔数")
		t.same(sums.InFen, "收入金额")
		t.same(sums.OutFen, "支出金额")
	}
	return sums, t.over()
}
