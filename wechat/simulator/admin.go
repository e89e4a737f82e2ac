package simulator

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

func (s *Simulator) adminRoutes() {
	handle := func(pattern string, h func(*http.Request) (any, error)) {
		s.mux.Handle(pattern, s.admin(h))
	}
	handle("POST /_sim/login-codes", func(r *http.Request) (any, error) { return s.handOut(r, s.LoginCode) })
	handle("POST /_sim/phone-codes", func(r *http.Request) (any, error) { return s.handOut(r, s.PhoneCode) })
	handle("POST /_sim/users", s.adminSetUser)
	handle("GET /_sim/merchants", func(*http.Request) (any, error) { return s.shownMerchants(), nil })
	handle("POST /_sim/merchants", s.adminAddMerchant)
	handle("GET /_sim/payments", func(*http.Request) (any, error) { return s.Payments(), nil })
	handle("GET /_sim/refunds", func(*http.Request) (any, error) { return s.Refunds(), nil })
	handle("POST /_sim/payments/{ref}/pay", func(r *http.Request) (any, error) { return s.Pay(r.PathValue("ref")) })
	handle("POST /_sim/refunds/{mchid}/{no}/settle", s.adminSettle)
	handle("POST /_sim/templates", s.adminAddTemplate)
	handle("GET /_sim/templates/{appid}", func(r *http.Request) (any, error) { return s.Templates(r.PathValue("appid")), nil })
	handle("POST /_sim/grants", s.adminGrant)
	handle("GET /_sim/messages", func(*http.Request) (any, error) { return s.Messages(), nil })
	handle("GET /_sim/shipments", func(*http.Request) (any, error) { return s.Shipments(), nil })
	handle("POST /_sim/payments/{ref}/receive", func(r *http.Request) (any, error) {
		return map[string]string{"state": "received"}, s.ConfirmReceipt(r.PathValue("ref"))
	})
	handle("GET /_sim/faults", func(*http.Request) (any, error) { return s.shownFaults(), nil })
	handle("POST /_sim/faults", s.adminAddFault)
	handle("DELETE /_sim/faults", func(*http.Request) (any, error) { s.ClearFaults(); return []shownFault{}, nil })
	handle("GET /_sim/operations", func(*http.Request) (any, error) { return shownOperations(), nil })
	handle("POST /_sim/deliver", func(r *http.Request) (any, error) { return shown(s.Deliver(r.Context())), nil })
	handle("GET /_sim/deliveries", func(*http.Request) (any, error) { return shown(s.latest()), nil })
	s.mux.Handle("OPTIONS /_sim/", s.admin(func(*http.Request) (any, error) { return nil, nil }))
}

// errInput is an admin call that makes no sense.
var errInput = errors.New("simulator: the request is not understood")

// admin serves a call of the admin API: JSON both ways. A browser may make it from this machine's pages
// only; requiring the type of JSON makes it ask first.
func (s *Simulator) admin(h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			if !s.trusts(origin, r.Host) {
				writeJSON(w, answer{http.StatusForbidden, map[string]string{"error": "origin is not allowed"}})
				return
			}
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Methods", "GET, POST, DELETE")
			w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
			w.Header().Set("Vary", "Origin")
		}
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		out, err := h(r)
		if err != nil {
			writeJSON(w, answer{adminStatus(err), map[string]string{"error": err.Error()}})
			return
		}
		writeJSON(w, answer{http.StatusOK, out})
	})
}

func adminStatus(err error) int {
	switch {
	case errors.Is(err, ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, ErrPaid), errors.Is(err, ErrClosed), errors.Is(err, ErrExpired), errors.Is(err, ErrState):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// trusts tells whether a page of that origin may drive the simulator: pages of this machine, of the host
// by which the simulator itself was called, and of Options.Origins.
func (s *Simulator) trusts(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return false
	}
	if slices.Contains(s.o.Origins, u.Scheme+"://"+u.Host) {
		return true
	}
	self := host
	if name, _, err := net.SplitHostPort(host); err == nil {
		self = name
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == self || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// input reads a JSON body.
func input(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return errors.Join(errInput, errors.New("the content type must be application/json"))
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.Join(errInput, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.Join(errInput, errors.New("more than one value"))
	}
	return nil
}

// handOut gives a code for {"appid": …, "user": …}.
func (s *Simulator) handOut(r *http.Request, newCode func(appID, user string) (string, error)) (any, error) {
	var in struct {
		AppID string `json:"appid"`
		User  string `json:"user"`
	}
	if err := input(r, &in); err != nil {
		return nil, err
	}
	text, err := newCode(in.AppID, in.User)
	return map[string]string{"code": text}, err
}

func (s *Simulator) adminSetUser(r *http.Request) (any, error) {
	var in struct {
		Name    string `json:"name"`
		Phone   string `json:"phone"`
		Blocked bool   `json:"blocked"`
	}
	if err := input(r, &in); err != nil {
		return nil, err
	}
	return map[string]string{"name": in.Name}, s.SetUser(User{Name: in.Name, Phone: in.Phone, Blocked: in.Blocked})
}

func (s *Simulator) adminSettle(r *http.Request) (any, error) {
	var in struct {
		State string `json:"state"`
	}
	if err := input(r, &in); err != nil {
		return nil, err
	}
	return map[string]string{"state": in.State}, s.SettleRefund(r.PathValue("mchid"), r.PathValue("no"), in.State)
}

// shownMerchant is what may be shown of a merchant.
type shownMerchant struct {
	Name  string `json:"name"`
	AppID string `json:"appid"`
	MchID string `json:"mchid"`
	Mode  Mode   `json:"mode"`
}

func (s *Simulator) shownMerchants() []shownMerchant {
	out := []shownMerchant{}
	for _, m := range s.Merchants() {
		out = append(out, shownMerchant{m.Name, m.AppID, m.MchID, m.Mode})
	}
	return out
}

// agreed is what a brand is told when it signs up at WeChat, and what it then enters in its own system.
type agreed struct {
	Name        string `json:"name"`
	AppID       string `json:"appid"`
	AppSecret   string `json:"app_secret"`
	MchID       string `json:"mchid"`
	APIv3Key    string `json:"apiv3_key"`
	CertSerial  string `json:"cert_serial"`
	PrivateKey  string `json:"private_key"`
	PublicKeyID string `json:"public_key_id"`
	PublicKey   string `json:"public_key"`
	PushToken   string `json:"push_token"`
	PushKey     string `json:"push_key"`
}

// adminAddMerchant signs a new merchant with a new mini program up. It is the one answer with its secrets.
func (s *Simulator) adminAddMerchant(r *http.Request) (any, error) {
	var in struct {
		Name    string `json:"name"`
		PushURL string `json:"push_url"`
	}
	if err := input(r, &in); err != nil {
		return nil, err
	}
	m, err := s.AddMerchant(Merchant{Name: in.Name, PushURL: in.PushURL})
	return agreed{
		m.Name, m.AppID, m.AppSecret, m.MchID, m.APIv3Key, m.CertSerial, m.PrivateKey, m.PublicKeyID, m.PublicKey, m.PushToken, m.PushKey,
	}, err
}

// shownFault is a Fault with its delay in milliseconds.
type shownFault struct {
	Op      Op        `json:"op"`
	Kind    FaultKind `json:"kind"`
	MchID   string    `json:"mchid,omitempty"`
	Times   int       `json:"times,omitempty"`
	Count   int       `json:"count,omitempty"`
	DelayMS int64     `json:"delay_ms,omitempty"`
}

func (s *Simulator) shownFaults() []shownFault {
	out := []shownFault{}
	for _, f := range s.Faults() {
		out = append(out, shownFault{f.Op, f.Kind, f.MchID, f.Times, f.Count, f.Delay.Milliseconds()})
	}
	return out
}

func (s *Simulator) adminAddFault(r *http.Request) (any, error) {
	var in shownFault
	if err := input(r, &in); err != nil {
		return nil, err
	}
	if in.DelayMS < 0 || in.DelayMS > time.Hour.Milliseconds()*24 {
		return nil, errors.Join(errInput, errors.New("delay_ms is out of range"))
	}
	err := s.AddFault(Fault{
		Op: in.Op, Kind: in.Kind, MchID: in.MchID, Times: in.Times, Count: in.Count,
		Delay: time.Duration(in.DelayMS) * time.Millisecond,
	})
	return s.shownFaults(), err
}

type shownOperation struct {
	Op    Op          `json:"op"`
	Kinds []FaultKind `json:"kinds"`
}

func shownOperations() []shownOperation {
	out := []shownOperation{}
	for _, op := range Ops() {
		out = append(out, shownOperation{op, FaultsOf(op)})
	}
	return out
}

// shownDelivery is a Delivery with its error as text.
type shownDelivery struct {
	Delivery
	Error string `json:"error,omitempty"`
}

func shown(ds []Delivery) []shownDelivery {
	out := make([]shownDelivery, len(ds))
	for i, d := range ds {
		out[i] = shownDelivery{Delivery: d}
		if d.Err != nil {
			out[i].Error = d.Err.Error()
		}
	}
	return out
}

// latest are the latest deliveries, the newest first.
func (s *Simulator) latest() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := slices.Clone(s.delivered)
	slices.Reverse(out)
	return out
}
