package simulator

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1" //nolint:gosec // WeChat's bills have no other hash
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// billLife is how long the address of a bill's file can be used.
const billLife = 5 * time.Minute

// billsFrom is the hour of the next day, in Shanghai, from which a day's bills can be had.
const billsFrom = 10

// keptBills is how many files of bills wait to be downloaded.
const keptBills = 32

// madeBill is a file that waits to be downloaded.
type madeBill struct {
	token   string
	mchID   string
	content []byte
	packed  bool
	until   time.Time
}

// BillEdit changes what later bills say. Any field may be nil. Sums at the end of a bill are made of the
// rows as they were edited; File has the last word, on the whole file. They run with the simulator locked.
type BillEdit struct {
	Trade func([]TradeRow) []TradeRow
	Flow  func([]FlowRow) []FlowRow
	File  func([]byte) []byte
}

// EditBills makes later bills pass through e; the zero BillEdit ends that.
func (s *Simulator) EditBills(e BillEdit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edit = e
}

// tradeBill is GET /v3/bill/tradebill?bill_date=&bill_type=ALL.
func (s *Simulator) tradeBill(c *call) answer {
	if kind := c.URL.Query().Get("bill_type"); kind != "" && kind != "ALL" {
		return paramError("bill_type 仅支持 ALL")
	}
	day, refused := s.billDay(c)
	if refused.status != 0 {
		return refused
	}
	rows := s.tradeRows(c.m.MchID, day)
	if s.edit.Trade != nil {
		rows = s.edit.Trade(rows)
	}
	rows = spoilTrade(rows, c.fault.Kind)
	if len(rows) == 0 {
		return noStatement()
	}
	return s.offer(c, day, writeTrade(rows, s.o.FeeRate))
}

// fundFlowBill is GET /v3/bill/fundflowbill?bill_date=&account_type=BASIC.
func (s *Simulator) fundFlowBill(c *call) answer {
	if kind := c.URL.Query().Get("account_type"); kind != "" && kind != "BASIC" {
		return paramError("account_type 仅支持 BASIC")
	}
	day, refused := s.billDay(c)
	if refused.status != 0 {
		return refused
	}
	rows := s.flowRows(c.m.MchID, day)
	if s.edit.Flow != nil {
		rows = s.edit.Flow(rows)
	}
	rows = spoilFlow(rows, c.fault.Kind)
	if len(rows) == 0 {
		return noStatement()
	}
	return s.offer(c, day, writeFlow(rows))
}

func noStatement() answer {
	return refusal(http.StatusBadRequest, "NO_STATEMENT_EXIST", "账单文件不存在")
}

// billDay is the day asked for, as its first instant, or why there is no bill of it.
func (s *Simulator) billDay(c *call) (time.Time, answer) {
	q := c.URL.Query()
	day, err := time.ParseInLocation(time.DateOnly, q.Get("bill_date"), shanghai)
	if err != nil {
		return day, paramError("bill_date 格式应为 yyyy-MM-dd")
	}
	if packing := q.Get("tar_type"); packing != "" && packing != "GZIP" {
		return day, paramError("tar_type 仅支持 GZIP")
	}
	now := s.now().In(shanghai)
	switch next := day.AddDate(0, 0, 1); {
	case now.Before(next):
		return day, noStatement()
	case now.Before(next.Add(billsFrom * time.Hour)):
		return day, refusal(http.StatusBadRequest, "STATEMENT_CREATING", "账单生成中")
	case day.Before(now.AddDate(0, -3, -1)):
		return day, paramError("仅支持三个月内的账单下载申请")
	}
	return day, answer{}
}

// offer keeps a bill's file and answers where it is.
func (s *Simulator) offer(c *call, day time.Time, content []byte) answer {
	if s.edit.File != nil {
		content = s.edit.File(content)
	}
	b := &madeBill{
		token: digest(43, "bill", c.m.MchID, day.Format(time.DateOnly), strconv.FormatInt(s.state.next(), 10)),
		mchID: c.m.MchID, content: content, packed: c.URL.Query().Get("tar_type") == "GZIP", until: s.now().Add(billLife),
	}
	s.bills = append(s.bills, b)
	if over := len(s.bills) - keptBills; over > 0 {
		s.bills = slices.Delete(s.bills, 0, over)
	}
	sum := sha1.Sum(content) //nolint:gosec // WeChat's bills have no other hash
	scheme := "http"
	if c.TLS != nil {
		scheme = "https"
	}
	at := url.URL{
		Scheme: scheme, Host: c.Host, Path: "/v3/billdownload/file", RawQuery: url.Values{"token": {b.token}}.Encode(),
	}
	return answer{http.StatusOK, map[string]string{
		"hash_type": "SHA1", "hash_value": hex.EncodeToString(sum[:]), "download_url": at.String(),
	}}
}

// downloadBill is GET /v3/billdownload/file?token=. Unlike every other answer of WeChat Pay it is not signed.
func (s *Simulator) downloadBill(w http.ResponseWriter, r *http.Request) {
	m, err := s.authenticate(r, nil)
	if err != nil {
		writeJSON(w, refusal(http.StatusUnauthorized, "SIGN_ERROR", "签名错误: "+err.Error()))
		return
	}
	b, f, refused := s.takeBill(m, r.URL.Query().Get("token"))
	refused, ok := f.afterwards(r, refused)
	switch {
	case !ok:
		return
	case refused.status != 0:
		writeJSON(w, refused)
		return
	}
	content := b.content
	switch f.Kind {
	case Truncated:
		content = content[:len(content)/2]
	case Corrupted:
		content = bytes.Replace(content, []byte("0"), []byte("1"), 1)
	}
	if b.packed {
		content = pack(content)
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // the client may have gone: nothing to be done
}

func (s *Simulator) takeBill(m *merchant, token string) (*madeBill, Fault, answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.take(OpDownloadBill, m.MchID)
	if a, refused := f.instead(true); refused {
		return nil, f, a
	}
	i := slices.IndexFunc(s.bills, func(b *madeBill) bool { return b.token == token && b.mchID == m.MchID })
	if i < 0 || s.bills[i].until.Before(s.now()) {
		return nil, f, refusal(http.StatusBadRequest, "PARAM_ERROR", "token 无效或已过期")
	}
	return s.bills[i], f, answer{}
}

func pack(content []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(content)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic(fmt.Sprint("a buffer does not fail: ", err))
	}
	return out.Bytes()
}
