package wechat_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"hutong/wechat"
	"hutong/wechat/simulator"
)

// BenchmarkCheckoutCalls is what one checkout asks of this package: the client of the brand, the prepay
// over HTTP, and the signed parameters. The simulator's share (a check and a signature) is in it.
func BenchmarkCheckoutCalls(b *testing.B) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(sim)
	b.Cleanup(server.Close)
	sdk := wechat.New(wechat.Options{APIBase: server.URL, PayBase: server.URL})
	account, openID := accountOf(m), sim.OpenID(m.AppID, "mei")
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		client, err := sdk.Client(b.Context(), account)
		if err != nil {
			b.Fatal(err)
		}
		id, err := client.Prepay(b.Context(), wechat.Prepay{
			OutTradeNo: fmt.Sprintf("ORDER-%d", i), Description: "咖啡杯", Amount: 9900, OpenID: openID,
			ExpireAt: time.Now().Add(15 * time.Minute), NotifyURL: "http://shop.test/callback",
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := client.RequestPayment(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNotification is what one notification costs before the service sees it.
func BenchmarkNotification(b *testing.B) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	m, err := sim.AddMerchant(simulator.Merchant{})
	if err != nil {
		b.Fatal(err)
	}
	client, err := wechat.New(wechat.Options{}).Client(b.Context(), accountOf(m))
	if err != nil {
		b.Fatal(err)
	}
	body, err := sim.SealNotification(m.MchID, "TRANSACTION.SUCCESS",
		[]byte(`{"out_trade_no":"ORDER-1","trade_state":"SUCCESS","amount":{"total":9900,"currency":"CNY"}}`))
	if err != nil {
		b.Fatal(err)
	}
	header, err := sim.SignNotification(m.MchID, body)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Notification(b.Context(), header, body); err != nil {
			b.Fatal(err)
		}
	}
}
