package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// journey is one consumer's way from WeChat's login to a paid order, by the public API alone: what a mini
// program would send, sent once.
type journey struct {
	visit
	caller
	out io.Writer
}

// amount is an amount as people read it.
func amount(fen int64) string { return fmt.Sprintf("¥%d.%02d", fen/100, fen%100) }

func (j *journey) step(format string, args ...any) { fmt.Fprintf(j.out, "✓ "+format+"\n", args...) }

// journey buys something and tells each step.
func (v visit) journey(ctx context.Context, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	j := &journey{visit: v, out: out}
	if err := j.signIn(ctx); err != nil {
		return err
	}
	sku, err := j.choose(ctx)
	if err != nil {
		return err
	}
	no, err := j.buy(ctx, sku)
	if err != nil {
		return err
	}
	return j.pay(ctx, no)
}

func (j *journey) signIn(ctx context.Context) error {
	var login struct{ Code string }
	if err := j.call(ctx, http.MethodPost, j.weChat+"/_sim/login-codes", "", map[string]string{"appid": j.appID, "user": "mei"}, &login); err != nil {
		return err
	}
	var session struct {
		Token string
		User  struct{ No string }
	}
	if err := j.call(ctx, http.MethodPost, j.shop+"/session", "", login, &session); err != nil {
		return err
	}
	j.token = session.Token
	j.step("signed in with a code of wx.login, as consumer %s", session.User.No)
	return nil
}

// list is a page of categories or products.
type list struct {
	Items []struct{ Handle, Title string }
}

// choose looks through the shop for something that is in stock.
func (j *journey) choose(ctx context.Context) (sku string, err error) {
	var categories, products, found list
	if err := j.call(ctx, http.MethodGet, j.shop+"/categories", "", nil, &categories); err != nil {
		return "", err
	}
	if err := j.call(ctx, http.MethodGet, j.shop+"/products?in_stock=true&limit=50", "", nil, &products); err != nil {
		return "", err
	}
	if len(products.Items) == 0 {
		return "", errors.New("nothing in the shop is in stock")
	}
	chosen := products.Items[0]
	if err := j.call(ctx, http.MethodGet, j.shop+"/search?q="+url.QueryEscape(chosen.Title), "", nil, &found); err != nil {
		return "", err
	}
	if !slices.Contains(found.Items, chosen) {
		return "", fmt.Errorf("searching for %q does not find it", chosen.Title)
	}
	j.step("looked at %d categories and %d products, and searched for %q", len(categories.Items), len(products.Items), chosen.Title)
	var detail struct {
		SKUs []struct {
			No        string
			Available int64
			PriceFen  int64 `json:"price_fen"`
		}
	}
	if err := j.call(ctx, http.MethodGet, j.shop+"/products/"+url.PathEscape(chosen.Handle), "", nil, &detail); err != nil {
		return "", err
	}
	for _, s := range detail.SKUs {
		if s.Available > 0 {
			j.step("chose a SKU of it, for %s", amount(s.PriceFen))
			return s.No, nil
		}
	}
	return "", fmt.Errorf("%s is said to be in stock, and none of its SKUs is", chosen.Handle)
}

// buy puts a SKU into the cart and places the order, twice with one key: it is one order.
func (j *journey) buy(ctx context.Context, sku string) (no string, err error) {
	if err := j.call(ctx, http.MethodPost, j.shop+"/cart/lines", rand.Text(), map[string]any{"sku": sku, "quantity": 1}, nil); err != nil {
		return "", err
	}
	var address struct{ No string }
	if err := j.call(ctx, http.MethodPost, j.shop+"/addresses", rand.Text(), map[string]string{
		"name": "王小明", "phone": "13800138000", "province_code": "31", "city": "上海市", "district": "静安区", "detail": "南京西路 1 号",
	}, &address); err != nil {
		return "", err
	}
	lines := []map[string]any{{"sku": sku, "quantity": 1}}
	var quote struct {
		TotalFen   int64 `json:"total_fen"`
		FreightFen int64 `json:"freight_fen"`
	}
	basket := map[string]any{"lines": lines, "address": address.No}
	if err := j.call(ctx, http.MethodPost, j.shop+"/quote", "", basket, &quote); err != nil {
		return "", err
	}
	j.step("filled the cart, gave an address, and got a quote: %s, of which delivery %s", amount(quote.TotalFen), amount(quote.FreightFen))
	basket["expected_total_fen"] = quote.TotalFen
	key := rand.Text()
	var first, again struct{ No string }
	for _, o := range []any{&first, &again} {
		if err := j.call(ctx, http.MethodPost, j.shop+"/orders", key, basket, o); err != nil {
			return "", err
		}
	}
	if first.No != again.No {
		return "", fmt.Errorf("one Idempotency-Key made two orders: %s and %s", first.No, again.No)
	}
	j.step("placed order %s; the same Idempotency-Key again is the same order", first.No)
	return first.No, nil
}

// pay pays on WeChat's sheet, and waits until WeChat has told the shop.
func (j *journey) pay(ctx context.Context, no string) error {
	var signed map[string]string
	if err := j.call(ctx, http.MethodPut, j.shop+"/orders/"+no+"/payment", "", nil, &signed); err != nil {
		return err
	}
	j.step("got the signed parameters of wx.requestPayment")
	if err := j.call(ctx, http.MethodPost, j.weChat+"/phone/api/pay", "", signed, nil); err != nil {
		return err
	}
	j.step("paid on WeChat's sheet, which verified the signature")
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var order struct{ Status string }
		if err := j.call(ctx, http.MethodGet, j.shop+"/orders/"+no, "", nil, &order); err != nil {
			return err
		}
		if order.Status == "paid" {
			j.step("the order is paid: WeChat's signed and encrypted notification has come")
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the order is still %s: %w", order.Status, ctx.Err())
		case <-tick.C:
		}
	}
}
