package bill_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/reconcile/bill"
)

const (
	headings = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额," +
		"微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n"
	payment = "`2026-06-01 23:59:59,`wx0,`1600000001,`0,`,`4200001,`ORDER-1,`openid,`JSAPI,`SUCCESS,`OTHERS,`CNY,`60.00,`0.00," +
		"`0,`0,`0.00,`0.00,`,`,`杯子,`,`0.36000,`0.60%,`60.00,`0.00,`\n"
	refund = "`2026-06-01 08:00:01,`wx0,`1600000001,`0,`,`4200000,`ORDER-0,`openid,`JSAPI,`REFUND,`OTHERS,`CNY,`0.00,`0.00," +
		"`50300001,`REFUND-1,`50.00,`0.00,`ORIGINAL,`PROCESSING,`杯子,`,`-0.27000,`0.54%,`0.00,`50.00,`\n"
	sumHeadings = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
	sums        = "`2,`60.00,`50.00,`0.00,`0.09000,`60.00,`50.00\n"
	trade       = headings + payment + refund + sumHeadings + sums

	flowHeadings = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\n"
	flow         = flowHeadings +
		"`2026-06-01 10:00:00,`4200001,`F1,`交易,`交易,`收入,`60.00,`60.00,`system,`结算总金额60.00元;含手续费0.36元,`ORDER-1\n" +
		"`2026-06-01 10:00:00,`4200001,`F2,`交易,`扣除交易手续费,`支出,`0.36,`59.64,`system,`,`ORDER-1\n" +
		"`2026-06-01 11:00:00,`W1,`F3,`提现,`提现,`支出,`59.64,`0.00,`system,`,`W1\n" +
		"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`3.0,`1.0,`60.00,`2.0,`60.00\n"
)

func readTrade(text string) (rows []bill.Trade, sums bill.TradeSums, err error) {
	sums, err = bill.ReadTrade(strings.NewReader(text), func(t bill.Trade) error {
		rows = append(rows, t)
		return nil
	})
	return rows, sums, err
}

func TestTrade(t *testing.T) {
	want := []bill.Trade{
		{2, 1780329599000, "1600000001", false, "ORDER-1", "4200001", "SUCCESS", 6000, 6000, 36},
		{3, 1780272001000, "1600000001", true, "REFUND-1", "50300001", "PROCESSING", 5000, 5000, -27},
	}
	wantSums := bill.TradeSums{Payments: 1, PaymentFen: 6000, Refunds: 1, RefundFen: 5000, FeeFen: 9}
	for name, text := range map[string]string{
		"as it is":                 trade,
		"from Windows":             "\uFEFF" + strings.ReplaceAll(trade, "\n", "\r\n"),
		"without a last newline":   strings.TrimSuffix(trade, "\n"),
		"commas in a name":         strings.ReplaceAll(trade, "杯子", "杯子,大,\"红\",1.00"),
		"separators in a name":     strings.ReplaceAll(trade, "杯子", "杯子,`1.00,`ORDER-2"),
		"older headings":           strings.NewReplacer("应结订单金额", "总金额", "应结订单总金额", "总交易额").Replace(trade),
		"another order of columns": reorder(trade, 2),
	} {
		rows, sums, err := readTrade(text)
		if err != nil || fmt.Sprint(rows) != fmt.Sprint(want) || sums != wantSums {
			t.Errorf("%s: %v %+v %v", name, rows, sums, err)
		}
	}
	_, sums, err := readTrade(headings + sumHeadings + "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00\n")
	if err != nil || sums != (bill.TradeSums{}) {
		t.Errorf("without rows: %+v %v", sums, err)
	}
}

// reorder moves the first columns of headings and rows to the end.
func reorder(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	for i := range 3 {
		fields := strings.Split(strings.TrimSuffix(lines[i], "\n"), ",")
		lines[i] = strings.Join(append(fields[n:], fields[:n]...), ",") + "\n"
	}
	return strings.Join(lines, "")
}

// Each way in which a bill can be broken is told with its line and column, and no bill is half good.
func TestBrokenTrade(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		want     string
	}{
		"nothing":           {trade, "", "line 1: the bill is empty"},
		"no such column":    {"手续费,费率", "费,费率", "line 1, 手续费: the column is missing"},
		"no sums":           {sumHeadings + sums, "", "line 4: the bill ends without its sums"},
		"half the sums":     {sums, "", "line 5: the sums are missing"},
		"sums cut":          {sums, sums[:30], "line 5: 5 sums instead of 7"},
		"after the sums":    {sums, sums + payment, "line 6: something stands after the sums"},
		"fields too few":    {"`60.00,`0.00,`\n", "`60.00,`0.00\n", "line 2: 26 fields instead of 27"},
		"a row missing":     {refund, "", "line 4, 总交易单数: there are 1 rows"},
		"a wrong sum":       {"`60.00,`50.00\n", "`60.00,`50.01\n", "line 5, 申请退款总金额: the rows add up to 50.00"},
		"a wrong fee sum":   {"`0.09000", "`0.10000", "line 5, 手续费总金额: the rows add up to 0.09"},
		"part of a fen":     {"`0.36000", "`0.36100", "line 2, 手续费: not an amount in whole fen"},
		"no amount":         {"`50.00,`0.00,`ORIGINAL", "`fifty,`0.00,`ORIGINAL", "line 3, 退款金额: not an amount in whole fen"},
		"too large":         {"`50.00,`0.00,`ORIGINAL", "`100000000.01,`0.00,`ORIGINAL", "line 3, 退款金额: not an amount in whole fen"},
		"no time":           {"2026-06-01 08:00:01", "2026-06-31 08:00:01", "line 3, 交易时间: not a time"},
		"another currency":  {"`CNY,`0.00", "`USD,`0.00", "line 3, 货币种类: not CNY"},
		"no number":         {"`ORDER-1", "`", "line 2, 商户订单号: empty"},
		"number of letters": {"`ORDER-1", "`订单", "line 2, 商户订单号: not a number that WeChat gives"},
		"a count of halves": {"`2,`60", "`2.5,`60", "line 5, 总交易单数: not a count"},
		"a line without":    {"`2026-06-01 08", "2026-06-01 08", "line 4: the sums are missing"},
		"a line too long":   {"杯子", strings.Repeat("杯", 30_000), "line 2: the line is too long"},
	} {
		_, _, err := readTrade(strings.Replace(trade, c.old, c.new, 1))
		var at *bill.Error
		if !errors.As(err, &at) || !errors.Is(err, model.ErrBillBroken) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestFlow(t *testing.T) {
	var rows []bill.Flow
	sums, err := bill.ReadFlow(strings.NewReader(flow), func(f bill.Flow) error {
		rows = append(rows, f)
		return nil
	})
	if err != nil || sums != (bill.FlowSums{Rows: 3, InFen: 6000, OutFen: 6000}) || len(rows) != 3 {
		t.Fatal(rows, sums, err)
	}
	if f := rows[1]; f.WeChatNo != "4200001" || f.Moved != -36 || !f.OfTrade() || f.At != 1780279200000 {
		t.Errorf("a fee: %+v", f)
	}
	if rows[2].OfTrade() {
		t.Error("a withdrawal counts as trade")
	}
	for name, c := range map[string][3]string{
		"neither in nor out": {"收入,`60", "进,`60", "line 2, 收支类型: neither 收入 nor 支出"},
		"a wrong sum out":    {"`60.00\n", "`60.01\n", "line 6, 支出金额: the rows add up to 60.00"},
		"a wrong count in":   {"`1.0", "`2.0", "line 6, 收入笔数: there are 1 rows"},
		"no amounts":         {"收支金额(元)", "金额", "line 1, 收支金额(元): the column is missing"},
	} {
		_, err := bill.ReadFlow(strings.NewReader(strings.Replace(flow, c[0], c[1], 1)), func(bill.Flow) error { return nil })
		if err == nil || err.Error() != c[2] {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEachMayEndTheReading(t *testing.T) {
	enough := errors.New("enough")
	_, err := bill.ReadTrade(strings.NewReader(trade), func(bill.Trade) error { return enough })
	if !errors.Is(err, enough) {
		t.Error(err)
	}
	_, err = bill.ReadFlow(io.MultiReader(strings.NewReader(flow[:400]), failing{}), func(bill.Flow) error { return nil })
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// endless is a bill of n rows that is never held whole.
type endless struct {
	n    int
	rest string
}

func (e *endless) Read(p []byte) (int, error) {
	for e.rest == "" {
		if e.n == 0 {
			return 0, io.EOF
		}
		e.n--
		e.rest = payment
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// What is held while a bill is read does not grow with it.
func TestMemoryDoesNotGrowWithTheBill(t *testing.T) {
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	var early, late uint64
	n := 0
	_, err := bill.ReadTrade(&endless{n: 100_000, rest: headings}, func(bill.Trade) error {
		switch n++; n {
		case 1_000:
			early = held()
		case 100_000:
			late = held()
		}
		return nil
	})
	if !errors.Is(err, model.ErrBillBroken) || n != 100_000 { // it has no sums
		t.Fatal(n, err)
	}
	if late > early+256<<10 {
		t.Errorf("%d bytes are held after 1,000 rows, %d after 100,000", early, late)
	}
}
