package simulator

import (
	"cmp"
	"embed"
	"encoding/base64"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// assets are the phone's page: everything it needs comes from here.
//
//go:embed phone
var assets embed.FS

func (s *Simulator) phoneRoutes() {
	files, err := fs.Sub(assets, "phone")
	if err != nil {
		panic(err) // the directory is embedded above
	}
	static := http.StripPrefix("/phone/", http.FileServerFS(files))
	page := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			s.pageHeaders(w, r)
			http.ServeFileFS(w, r, files, name)
		}
	}
	s.mux.HandleFunc("GET /phone/{$}", page("phone.html"))
	s.mux.HandleFunc("GET /phone/pay", page("pay.html"))
	s.mux.HandleFunc("GET /phone/{file}", func(w http.ResponseWriter, r *http.Request) {
		s.pageHeaders(w, r)
		static.ServeHTTP(w, r)
	})
	s.mux.Handle("GET /phone", http.RedirectHandler("/phone/", http.StatusMovedPermanently))
	s.mux.Handle("GET /phone/api/state", s.admin(func(*http.Request) (any, error) { return s.phoneState(), nil }))
	s.mux.Handle("POST /phone/api/sheet", s.admin(s.phoneSheet))
	s.mux.Handle("POST /phone/api/pay", s.admin(s.phonePay))
}

// pageHeaders allow the page its own assets, the frame it was asked to show, and to be framed by the pages
// that may use the payment sheet.
func (s *Simulator) pageHeaders(w http.ResponseWriter, r *http.Request) {
	frame := "'none'"
	if u, err := url.Parse(r.URL.Query().Get("app")); err == nil && s.trusts(u.Scheme+"://"+u.Host, r.Host) {
		frame = u.Scheme + "://" + u.Host
	}
	ancestors := []string{"'self'", "http://localhost:*", "http://127.0.0.1:*", "https://localhost:*"}
	if name, _, err := net.SplitHostPort(r.Host); err == nil && !strings.ContainsAny(name, " ;,'\"") {
		ancestors = append(ancestors, "http://"+bracketed(name)+":*", "https://"+bracketed(name)+":*")
	}
	ancestors = append(ancestors, s.o.Origins...)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src "+frame+
		"; frame-ancestors "+strings.Join(ancestors, " "))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Cache-Control", "no-cache")
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// sheet is what the payment sheet shows.
type sheet struct {
	State       string    `json:"state"` // payable, paid, closed, expired
	PrepayID    string    `json:"prepay_id"`
	OutTradeNo  string    `json:"out_trade_no"`
	Merchant    string    `json:"merchant"`
	Description string    `json:"description"`
	Total       int64     `json:"total"` // fen
	At          time.Time `json:"at"`
	ExpireAt    time.Time `json:"expire_at,omitzero"`
}

func (s *Simulator) sheetOf(p *Payment, now time.Time) sheet {
	out := sheet{
		State: "payable", PrepayID: p.PrepayID, OutTradeNo: p.OutTradeNo, Description: p.Description, Total: p.Total,
		At: p.CreatedAt, ExpireAt: p.PrepaidAt.Add(prepayLife),
	}
	if m := s.merchants[p.MchID]; m != nil {
		out.Merchant = m.Name
	}
	if !p.ExpireAt.IsZero() && p.ExpireAt.Before(out.ExpireAt) {
		out.ExpireAt = p.ExpireAt
	}
	switch err := p.payable(now); {
	case errors.Is(err, ErrPaid):
		out.State = "paid"
	case errors.Is(err, ErrClosed):
		out.State = "closed"
	case errors.Is(err, ErrExpired):
		out.State = "expired"
	}
	return out
}

// requestPayment is what a mini program gives to wx.requestPayment, or only the prepay_id of a person who
// types it.
type requestPayment struct {
	PrepayID  string `json:"prepay_id"`
	AppID     string `json:"appId"`
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`
}

// errPaySign is what WeChat says of parameters that the merchant has not signed.
var errPaySign = errors.New("requestPayment:fail: the payment signature does not match")

// asked finds the payment that a sheet is opened for, and checks the signature when there is one.
func (s *Simulator) asked(in *requestPayment) (*Payment, error) {
	signed := *in != requestPayment{PrepayID: in.PrepayID}
	if signed {
		in.PrepayID = strings.TrimPrefix(in.Package, "prepay_id=")
	}
	p := s.state.byPrepay[in.PrepayID]
	if p == nil {
		return nil, ErrUnknown
	}
	if !signed {
		return p, nil
	}
	signature, err := base64.StdEncoding.DecodeString(in.PaySign)
	message := in.AppID + "\n" + in.TimeStamp + "\n" + in.NonceStr + "\n" + in.Package + "\n"
	m := s.merchants[p.MchID]
	if err != nil || in.SignType != "RSA" || in.AppID != p.AppID || m == nil || !verify(m.public, message, signature) {
		return nil, errPaySign
	}
	return p, nil
}

func (s *Simulator) phoneSheet(r *http.Request) (any, error) {
	var in requestPayment
	if err := input(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	p, err := s.asked(&in)
	if err != nil {
		return nil, err
	}
	return s.sheetOf(p, now), nil
}

func (s *Simulator) phonePay(r *http.Request) (any, error) {
	var in requestPayment
	if err := input(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	p, err := s.asked(&in)
	if err != nil {
		return nil, err
	}
	if err := p.payable(now); err != nil {
		return nil, err
	}
	s.succeed(p, now)
	return s.sheetOf(p, now), nil
}

// letter is a message in the phone's inbox.
type letter struct {
	ID       string    `json:"id"`
	Kind     string    `json:"kind"` // paid, refund_success, refund_abnormal, message
	Merchant string    `json:"merchant"`
	Text     string    `json:"text"`
	Rows     []row     `json:"rows,omitempty"` // of a subscribe message
	Amount   int64     `json:"amount"`         // fen
	Number   string    `json:"number"`
	At       time.Time `json:"at"`
}

// row is one line of a subscribe message.
type row struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// screen is everything the phone shows, in one answer that it asks for again and again.
type screen struct {
	Merchants   []shownMerchant  `json:"merchants"`
	Waiting     []sheet          `json:"waiting"`
	Inbox       []letter         `json:"inbox"`
	Faults      []shownFault     `json:"faults"`
	Operations  []shownOperation `json:"operations"`
	Deliveries  []shownDelivery  `json:"deliveries"`
	Undelivered int              `json:"undelivered"`
}

// most is how many orders and messages are shown.
const most = 50

func (s *Simulator) phoneState() screen {
	out := screen{
		Merchants: s.shownMerchants(), Faults: s.shownFaults(), Operations: shownOperations(),
		Deliveries: shown(s.latest()), Waiting: []sheet{}, Inbox: []letter{},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.settle(now)
	for _, p := range slices.Backward(s.state.Payments) {
		if len(out.Waiting) == most {
			break
		}
		if p.payable(now) == nil {
			out.Waiting = append(out.Waiting, s.sheetOf(p, now))
		}
	}
	out.Inbox = s.inbox()
	out.Undelivered = len(s.state.Notifications)
	return out
}

// inbox is what WeChat has told the consumers, the newest first.
func (s *Simulator) inbox() []letter {
	letters := []letter{}
	name := func(mchID string) string {
		if m := s.merchants[mchID]; m != nil {
			return m.Name
		}
		return mchID
	}
	for _, p := range s.state.Payments {
		if p.paid() {
			letters = append(letters, letter{
				ID: p.TransactionID, Kind: "paid", Merchant: name(p.MchID), Text: p.Description, Amount: p.Total,
				Number: p.OutTradeNo, At: p.PaidAt,
			})
		}
	}
	for _, r := range s.state.Refunds {
		if r.State == "SUCCESS" || r.State == "ABNORMAL" {
			letters = append(letters, letter{
				ID: r.RefundID, Kind: "refund_" + strings.ToLower(r.State), Merchant: name(r.MchID), Text: r.Reason,
				Amount: r.Amount, Number: r.OutRefundNo, At: r.SettledAt,
			})
		}
	}
	letters = append(letters, s.messageLetters()...)
	slices.SortStableFunc(letters, func(a, b letter) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID)) })
	return letters[:min(len(letters), most)]
}
