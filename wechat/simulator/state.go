package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// state is everything that a restart may keep. Guarded by Simulator.mu.
type state struct {
	Seq           int64
	Merchants     []Merchant
	Codes         map[string]*code
	Tokens        map[string]*token
	Users         map[string]*User
	Templates     map[string]*Template // appid/template id
	Grants        map[string]int       // openid/template id
	Messages      []Message
	Payments      []*Payment
	Refunds       []*Refund
	Shipments     []*Shipment
	Notifications []*notification

	byPrepay  map[string]*Payment
	byNo      map[string]*Payment  // mchid/out_trade_no
	byID      map[string]*Payment  // transaction_id
	refundNos map[string]*Refund   // mchid/out_refund_no
	shipments map[string]*Shipment // mchid/out_trade_no

	coming     []*Payment // with a PayAt
	processing []*Refund  // with a SettleAt

	saved []byte // what the state file holds
}

func newState() state {
	return state{
		Codes: map[string]*code{}, Tokens: map[string]*token{}, Users: map[string]*User{},
		Templates: map[string]*Template{}, Grants: map[string]int{},
		byPrepay: map[string]*Payment{}, byNo: map[string]*Payment{}, byID: map[string]*Payment{},
		refundNos: map[string]*Refund{}, shipments: map[string]*Shipment{},
	}
}

func key(mchID, no string) string { return mchID + "/" + no }

func (st *state) indexPayment(p *Payment) {
	st.byPrepay[p.PrepayID] = p
	st.byNo[key(p.MchID, p.OutTradeNo)] = p
	if p.TransactionID != "" {
		st.byID[p.TransactionID] = p
	}
	if !p.PayAt.IsZero() {
		st.coming = append(st.coming, p)
	}
}

func (st *state) indexRefund(r *Refund) {
	st.refundNos[key(r.MchID, r.OutRefundNo)] = r
	if !r.SettleAt.IsZero() {
		st.processing = append(st.processing, r)
	}
}

// next is the next number of the one sequence from which every id is made, so that the same history gives
// the same ids.
func (st *state) next() int64 {
	st.Seq++
	return st.Seq
}

// digest is a stable id of its parts in the alphabet of openids and codes, n ≤ 43 characters.
func digest(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:n]
}

func hexDigest(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])[:n]
}

// stamped is an id of digits: prefix, the time in Shanghai, a number.
func stamped(prefix string, at time.Time, seq int64) string {
	return fmt.Sprintf("%s%s%010d", prefix, at.In(shanghai).Format("20060102150405"), seq)
}

// Save writes the state file, when there is one and something changed since.
func (s *Simulator) Save() error {
	if s.o.StateFile == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Merchants = s.state.Merchants[:0]
	for _, id := range slices.Sorted(maps.Keys(s.merchants)) {
		s.state.Merchants = append(s.state.Merchants, s.merchants[id].Merchant)
	}
	raw, err := json.Marshal(&s.state)
	if err != nil {
		return fmt.Errorf("simulator state: %w", err)
	}
	if string(raw) == string(s.state.saved) {
		return nil
	}
	tmp := s.o.StateFile + ".new"
	if err := os.MkdirAll(filepath.Dir(tmp), 0o700); err != nil {
		return fmt.Errorf("simulator state: %w", err)
	}
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return fmt.Errorf("simulator state: %w", err)
	}
	if err := os.Rename(tmp, s.o.StateFile); err != nil {
		return fmt.Errorf("simulator state: %w", err)
	}
	s.state.saved = raw
	return nil
}

func (s *Simulator) load() error {
	if s.o.StateFile == "" {
		return nil
	}
	raw, err := os.ReadFile(s.o.StateFile)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("simulator state: %w", err)
	}
	loaded := newState()
	if err := json.Unmarshal(raw, &loaded); err != nil {
		return fmt.Errorf("simulator state %s: %w", s.o.StateFile, err)
	}
	for _, m := range loaded.Merchants {
		opened, err := openMerchant(m, 0)
		if err != nil {
			return fmt.Errorf("simulator state %s: %w", s.o.StateFile, err)
		}
		s.merchants[m.MchID] = opened
	}
	for _, p := range loaded.Payments {
		loaded.indexPayment(p)
	}
	for _, r := range loaded.Refunds {
		loaded.indexRefund(r)
	}
	for _, sh := range loaded.Shipments {
		loaded.shipments[key(sh.MchID, sh.OutTradeNo)] = sh
	}
	loaded.saved = raw
	s.state = loaded
	return nil
}
