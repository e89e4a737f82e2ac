package wechat

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha1" //nolint:gosec // WeChat's bills have no other hash
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"

	"hutong/model"
)

const (
	// maxBill bounds what is read of one bill: some five million rows.
	maxBill = 2 << 30
	// downloadTime is for how long a bill may take to arrive.
	downloadTime = 10 * time.Minute
)

// announced is WeChat's answer to the request for a bill.
type announced struct {
	HashType    string `json:"hash_type"`
	HashValue   string `json:"hash_value"`
	DownloadURL string `json:"download_url"`
}

// TradeBill implements Client.
func (c *client) TradeBill(ctx context.Context, day model.Day, into io.Writer) (string, error) {
	return c.bill(ctx, "trade_bill", "/v3/bill/tradebill", url.Values{"bill_date": {string(day)}, "bill_type": {"ALL"}}, into)
}

// FundFlowBill implements Client.
func (c *client) FundFlowBill(ctx context.Context, day model.Day, into io.Writer) (string, error) {
	return c.bill(ctx, "fund_flow_bill", "/v3/bill/fundflowbill",
		url.Values{"bill_date": {string(day)}, "account_type": {"BASIC"}}, into)
}

func (c *client) bill(ctx context.Context, operation, path string, query url.Values, into io.Writer) (string, error) {
	query.Set("tar_type", "GZIP")
	at := url.URL{Scheme: c.sdk.pay.Scheme, Host: c.sdk.pay.Host, Path: path, RawQuery: query.Encode()}
	var b announced
	err := c.payCall(ctx, operation, billMeaning, func(ctx context.Context) error {
		answer, err := c.payments.Client.Get(ctx, at.String())
		if err != nil {
			return err
		}
		return core.UnMarshalResponse(answer.Response, &b)
	})
	if err != nil {
		return "", err
	}
	if b.HashType != "SHA1" || !c.mayDownload(b.DownloadURL) {
		return "", fmt.Errorf("wechat %s: %w: announced as %s at another host", operation, model.ErrWeChat, short(b.HashType, 20))
	}
	return b.HashValue, c.callWithin(ctx, downloadTime, "download_bill", c.sdk.pay, func(ctx context.Context, t *trip) error {
		return c.download(ctx, t, b, into)
	})
}

func billMeaning(code string) *model.Error {
	switch code {
	case "NO_STATEMENT_EXIST":
		return model.ErrNoBill
	case "STATEMENT_CREATING":
		return model.ErrBillNotReady
	}
	return nil
}

// mayDownload tells whether an address is WeChat Pay's own. The request for it is signed: no other host
// gets one.
func (c *client) mayDownload(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == c.sdk.pay.Scheme && strings.EqualFold(u.Host, c.sdk.pay.Host) && u.User == nil
}

// download fetches a bill's file. It carries no signature: its hash, which was signed, proves it.
func (c *client) download(ctx context.Context, t *trip, b announced, into io.Writer) error {
	t.most = maxBill
	got, err := c.files.Get(ctx, b.DownloadURL)
	if got != nil && got.Response != nil {
		defer func() { _ = got.Response.Body.Close() }()
	}
	var refused *core.APIError
	switch {
	case errors.As(err, &refused) && refused.Code != "":
		return payError(refused, billMeaning)
	case err != nil:
		return t.unclear()
	}
	sum := sha1.New() //nolint:gosec // WeChat's bills have no other hash
	broken, err := copyUnpacked(io.MultiWriter(sum, into), got.Response.Body)
	switch {
	case broken && t.err != nil:
		return t.unclear()
	case broken:
		return fmt.Errorf("%w: the bill is not complete", model.ErrWeChat)
	case err != nil:
		return err
	case !strings.EqualFold(hex.EncodeToString(sum.Sum(nil)), b.HashValue):
		return fmt.Errorf("%w: the bill's SHA-1 is not the announced one", model.ErrWeChat)
	}
	return nil
}

// copyUnpacked copies a file, and unpacks it first when it is packed. broken tells that the file was at
// fault, not the writer.
func copyUnpacked(to io.Writer, from io.Reader) (broken bool, err error) {
	in := bufio.NewReader(from)
	source := &failing{Reader: in}
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return true, err
		}
		source.Reader = unpacked
	}
	_, err = io.Copy(to, io.LimitReader(source, maxBill))
	return source.err != nil, err
}

// failing remembers that its reader failed.
type failing struct {
	io.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && err != io.EOF {
		f.err = err
	}
	return n, err
}
