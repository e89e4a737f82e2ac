package wechat_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/wechat"
	"hutong/wechat/simulator"
)

// traded is a shop with a payment and a refund, on the day after; it returns the day of the trade.
func traded(t *testing.T) (*shop, model.Day) {
	t.Helper()
	s := open(t, simulator.ModePublicKey, 0)
	day := model.DayOf(model.At(s.clock.now()))
	s.clock.add(day.Starts().Add(12 * time.Hour).Time().Sub(s.clock.now())) // noon, so that nothing strays into another day
	s.paid("ORDER-1")
	_, err := s.client.Refund(t.Context(), wechat.RefundRequest{OutTradeNo: "ORDER-1", OutRefundNo: "REFUND-1", Amount: 1000, Total: 9900})
	if err != nil {
		t.Fatal(err)
	}
	s.clock.add(23 * time.Hour) // 11 in the morning
	return s, day
}

func TestBills(t *testing.T) {
	s, day := traded(t)
	var trade, flow bytes.Buffer
	hash, err := s.client.TradeBill(t.Context(), day, &trade)
	if err != nil || len(hash) != 40 {
		t.Fatal(hash, err)
	}
	for _, want := range []string{
		"\uFEFF交易时间,公众账号ID,", ",`ORDER-1,", "`SUCCESS,`OTHERS,`CNY,`99.00,", ",`Casa Lido 咖啡杯,`,`0.59000,`0.60%,`99.00,`0.00,`\r\n",
		",`REFUND-1,`10.00,`0.00,`ORIGINAL,`SUCCESS,", ",`-0.06000,`0.60%,`0.00,`10.00,`\r\n", "\r\n`2,`99.00,`10.00,`0.00,`0.53000,`99.00,`10.00\r\n",
	} {
		if !strings.Contains(trade.String(), want) {
			t.Errorf("the trade bill lacks %q:\n%s", want, trade.String())
		}
	}
	if _, err := s.client.FundFlowBill(t.Context(), day, &flow); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		",`交易,`交易,`收入,`99.00,`99.00,", ",`交易,`扣除交易手续费,`支出,`0.59,`98.41,", ",`退款,`退款,`支出,`9.94,`88.47,`system,`退款总金额10.00元;含手续费0.06元,`REFUND-1\r\n",
		"\r\n`3,`1,`99.00,`2,`10.53\r\n",
	} {
		if !strings.Contains(flow.String(), want) {
			t.Errorf("the fund flow bill lacks %q:\n%s", want, flow.String())
		}
	}
}

func TestBillsThatAreNotThere(t *testing.T) {
	s, day := traded(t)
	for name, c := range map[string]struct {
		day  model.Day
		turn time.Duration
		want *model.Error
	}{
		"nothing was traded": {day.Add(-1), 0, model.ErrNoBill},
		"today":              {day.Add(1), 0, model.ErrNoBill},
		"before ten":         {day, -61 * time.Minute, model.ErrBillNotReady},
		"too long ago":       {day.Add(-200), 0, model.ErrInvalid},
		"no day":             {"2026-13-01", 0, model.ErrInvalid},
	} {
		s.clock.add(c.turn)
		_, err := s.client.TradeBill(t.Context(), c.day, &bytes.Buffer{})
		s.wants(name+", trade", err, c.want)
		_, err = s.client.FundFlowBill(t.Context(), c.day, &bytes.Buffer{})
		s.wants(name+", fund flow", err, c.want)
		s.clock.add(-c.turn)
	}
}

// What came is taken only when it is the file that WeChat has signed for.
func TestBillsThatWentWrong(t *testing.T) {
	s, day := traded(t)
	for _, c := range []struct {
		op   simulator.Op
		kind simulator.FaultKind
		want *model.Error
	}{
		{simulator.OpTradeBill, simulator.ErrorBefore, model.ErrWeChatBusy},
		{simulator.OpTradeBill, simulator.BadSignature, model.ErrWeChat},
		{simulator.OpDownloadBill, simulator.ErrorBefore, model.ErrWeChatBusy},
		{simulator.OpDownloadBill, simulator.RateLimit, model.ErrWeChatBusy},
		{simulator.OpDownloadBill, simulator.Corrupted, model.ErrWeChat},
		{simulator.OpDownloadBill, simulator.Truncated, model.ErrWeChat},
	} {
		s.fault(simulator.Fault{Op: c.op, Kind: c.kind})
		_, err := s.client.TradeBill(t.Context(), day, &bytes.Buffer{})
		s.wants(string(c.op)+" "+string(c.kind), err, c.want)
	}
	if _, err := s.client.TradeBill(t.Context(), day, &bytes.Buffer{}); err != nil {
		t.Errorf("and then all is well: %v", err)
	}
}

// The request for the file is signed with the merchant's key: it goes to WeChat Pay and nowhere else.
func TestBillAtAnotherHostIsNotFetched(t *testing.T) {
	s, day := traded(t)
	fetched := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched = fetched || strings.Contains(r.URL.Path, "billdownload")
		r.Host = "bills.example.com"
		s.sim.ServeHTTP(w, r)
	}))
	t.Cleanup(elsewhere.Close)
	sdk := wechat.New(wechat.Options{APIBase: elsewhere.URL, PayBase: elsewhere.URL, Clock: s.clock.now})
	client, err := sdk.Client(t.Context(), accountOf(s.merchant))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.TradeBill(t.Context(), day, &bytes.Buffer{})
	s.wants("another host", err, model.ErrWeChat)
	if fetched {
		t.Error("it was fetched")
	}
}

// A bill comes packed, as it was asked for; one that comes plain is the same bill.
func TestBillThatIsNotPacked(t *testing.T) {
	s, day := traded(t)
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "billdownload") {
			s.sim.ServeHTTP(w, r)
			return
		}
		packed := httptest.NewRecorder()
		s.sim.ServeHTTP(packed, r)
		unpacked, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := io.Copy(w, unpacked); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(plain.Close)
	sdk := wechat.New(wechat.Options{APIBase: plain.URL, PayBase: plain.URL, Clock: s.clock.now})
	client, err := sdk.Client(t.Context(), accountOf(s.merchant))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if _, err := client.TradeBill(t.Context(), day, &got); err != nil || !strings.HasSuffix(got.String(), "`10.00\r\n") {
		t.Errorf("%v: %q", err, got.String())
	}
}
