package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Op names what a fault can befall: a call to WeChat, or a notification from it.
type Op string

// The operations.
const (
	OpLogin         Op = "login"
	OpToken         Op = "token"
	OpPhone         Op = "phone"
	OpPrepay        Op = "prepay"
	OpQuery         Op = "query"
	OpClose         Op = "close"
	OpRefund        Op = "refund"
	OpQueryRefund   Op = "query_refund"
	OpCertificates  Op = "certificates"
	OpMessage       Op = "message"
	OpTradeBill     Op = "trade_bill"
	OpFundFlowBill  Op = "fund_flow_bill"
	OpDownloadBill  Op = "download_bill"
	OpShipping      Op = "shipping"       // upload_shipping_info
	OpShippingOrder Op = "shipping_order" // get_order
	OpReminder      Op = "reminder"       // notify_confirm_receive
	OpCheckText     Op = "check_text"     // msg_sec_check
	OpCheckPicture  Op = "check_picture"  // media_check_async
	OpCode          Op = "code"           // getwxacodeunlimit
	OpPush          Op = "push"           // the mini program's message push
	OpNotifyPayment Op = "notify_payment"
	OpNotifyRefund  Op = "notify_refund"
)

// FaultKind is what goes wrong.
type FaultKind string

// Faults of calls.
const (
	Stall       FaultKind = "stall"        // the effect happens, the answer takes Delay (default 5 s)
	ErrorBefore FaultKind = "error_before" // 500 (api.weixin: errcode -1), and nothing happened
	ErrorAfter  FaultKind = "error_after"  // 500 (api.weixin: HTTP 502), but the effect happened
	Drop        FaultKind = "drop"         // the connection breaks after the effect
	RateLimit   FaultKind = "rate_limit"   // FREQUENCY_LIMITED (api.weixin: 45011), and nothing happened
	NotEnough   FaultKind = "not_enough"   // a refund finds too little on the merchant's account
	AccountGone FaultKind = "account_gone" // a refund finds the consumer's account closed

	NotYetKnown FaultKind = "not_yet_known" // the order management has not heard of the payment: 10060001

	SuggestRisky  FaultKind = "suggest_risky"  // this text or picture must not be shown
	SuggestReview FaultKind = "suggest_review" // a person has to look at it
	Plaintext     FaultKind = "plaintext"      // a push in clear, though its address wants it encrypted

	PayAfterClose  FaultKind = "pay_after_close" // close is answered, then the consumer's payment arrives
	RefundAbnormal FaultKind = "refund_abnormal" // this refund ends ABNORMAL
	RefundClosed   FaultKind = "refund_closed"   // this refund ends CLOSED
)

// Faults of bills. They go wrong in the last row, and the sums at the end go wrong with it.
const (
	MissingRow FaultKind = "missing_row"
	ExtraRow   FaultKind = "extra_row" // of a number that nobody knows
	Corrupted  FaultKind = "corrupted" // the file is not the one that was hashed
)

// Faults of signatures, on answers and on notifications.
const (
	SignTest      FaultKind = "signtest"       // WeChat's probe: a signature that must be refused
	BadSignature  FaultKind = "bad_signature"  // a signature over something else
	UnknownSerial FaultKind = "unknown_serial" // of a key nobody has heard of
	Skew          FaultKind = "skew"           // properly signed, six minutes ago
)

// Faults of one attempt to notify; WrongAmount and Truncated befall bills too. Retries follow the schedule and are good again; after Lost there is none.
const (
	Duplicate   FaultKind = "duplicate"    // posted Count times (default 2), one after the other
	Concurrent  FaultKind = "concurrent"   // posted Count times (default 8) at once
	Reordered   FaultKind = "reordered"    // comes after the next notification, at most Delay (default 30 min) late
	Delayed     FaultKind = "delayed"      // comes Delay (default 10 min) late, by the trade clock
	Lost        FaultKind = "lost"         // never comes
	WrongAmount FaultKind = "wrong_amount" // properly signed, one fen too much
	Truncated   FaultKind = "truncated"    // half a body, properly signed
	BadNonce    FaultKind = "bad_nonce"    // a GCM nonce of 16 bytes
	WrongKey    FaultKind = "wrong_key"    // encrypted with another APIv3 key
)

var (
	callFaults   = []FaultKind{Stall, ErrorBefore, ErrorAfter, Drop, RateLimit}
	signFaults   = []FaultKind{SignTest, BadSignature, UnknownSerial, Skew}
	notifyFaults = []FaultKind{Duplicate, Concurrent, Reordered, Delayed, Lost, WrongAmount, Truncated, BadNonce, WrongKey}

	checkFaults = []FaultKind{SuggestRisky, SuggestReview}
	pushFaults  = []FaultKind{Duplicate, Concurrent, Delayed, Lost, Truncated, WrongKey, BadSignature, Skew, Plaintext}

	miniOps   = []Op{OpLogin, OpToken, OpPhone, OpMessage, OpCode}
	checkOps  = []Op{OpCheckText, OpCheckPicture}
	orderOps  = []Op{OpShipping, OpShippingOrder, OpReminder}
	payOps    = []Op{OpPrepay, OpQuery, OpClose, OpRefund, OpQueryRefund, OpCertificates, OpTradeBill, OpFundFlowBill}
	notifyOps = []Op{OpNotifyPayment, OpNotifyRefund}
)

// Ops lists all operations.
func Ops() []Op {
	return slices.Concat(miniOps, checkOps, orderOps, payOps, []Op{OpDownloadBill, OpPush}, notifyOps)
}

// FaultsOf lists the faults that can befall an operation; none for one that does not exist.
func FaultsOf(op Op) []FaultKind {
	switch {
	case slices.Contains(miniOps, op):
		return callFaults
	case slices.Contains(checkOps, op):
		return slices.Concat(callFaults, checkFaults)
	case op == OpPush:
		return pushFaults
	case slices.Contains(orderOps, op):
		return slices.Concat(callFaults, []FaultKind{NotYetKnown})
	case slices.Contains(notifyOps, op):
		return slices.Concat(notifyFaults, signFaults)
	case op == OpClose:
		return slices.Concat(callFaults, signFaults, []FaultKind{PayAfterClose})
	case op == OpRefund:
		return slices.Concat(callFaults, signFaults, []FaultKind{NotEnough, AccountGone, RefundAbnormal, RefundClosed})
	case op == OpTradeBill || op == OpFundFlowBill:
		return slices.Concat(callFaults, signFaults, []FaultKind{MissingRow, ExtraRow, WrongAmount})
	case op == OpDownloadBill:
		return slices.Concat(callFaults, []FaultKind{Truncated, Corrupted})
	case slices.Contains(payOps, op):
		return slices.Concat(callFaults, signFaults)
	}
	return nil
}

// Fault is something that goes wrong the next time, or the next few times, that an operation runs.
type Fault struct {
	Op    Op            `json:"op"`
	Kind  FaultKind     `json:"kind"`
	MchID string        `json:"mchid,omitempty"` // empty: of any merchant
	Times int           `json:"times,omitempty"` // 0 and 1: once; negative: until ClearFaults
	Delay time.Duration `json:"delay,omitempty"` // of Stall (real time), Delayed, Reordered and PayAfterClose (trade clock)
	Count int           `json:"count,omitempty"` // of Duplicate and Concurrent, at most 64
}

func (f Fault) check() error {
	if !slices.Contains(FaultsOf(f.Op), f.Kind) {
		return fmt.Errorf("simulator: no fault %q of operation %q", f.Kind, f.Op)
	}
	if f.Delay < 0 || f.Count < 0 || f.Count > 64 {
		return fmt.Errorf("simulator: fault %q: delay or count out of range", f.Kind)
	}
	return nil
}

// AddFault queues a fault. Of several that match, the one added first comes first.
func (s *Simulator) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
	return nil
}

// Faults lists the faults that are waiting.
func (s *Simulator) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults))
	for _, f := range s.faults {
		out = append(out, *f)
	}
	return out
}

// ClearFaults forgets the faults that are waiting.
func (s *Simulator) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// take is the fault for this run of op, used up; the zero Fault when all goes well.
func (s *Simulator) take(op Op, mchID string) Fault {
	for i, f := range s.faults {
		if f.Op != op || (f.MchID != "" && f.MchID != mchID) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return *f
	}
	if s.o.Faults != nil {
		if f, ok := s.o.Faults(op, mchID); ok {
			return f
		}
	}
	return Fault{}
}

// instead is the answer given when nothing is to happen at all.
func (f Fault) instead(pay bool) (answer, bool) {
	switch {
	case f.Kind == ErrorBefore && pay:
		return refusal(http.StatusInternalServerError, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"), true
	case f.Kind == ErrorBefore:
		return errcode(-1, "system error"), true
	case f.Kind == RateLimit && pay:
		return refusal(http.StatusTooManyRequests, "FREQUENCY_LIMITED", "频率限制"), true
	case f.Kind == RateLimit:
		return errcode(45011, "api minute-quota reach limit, must slower, retry next minute"), true
	case f.Kind == NotYetKnown:
		return notInOrders(), true
	case f.Kind == NotEnough:
		return refusal(http.StatusForbidden, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"), true
	case f.Kind == AccountGone:
		return refusal(http.StatusForbidden, "USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销，无法退款"), true
	}
	return answer{}, false
}

// afterwards delays, replaces or withholds the answer. It is false when the caller has gone away meanwhile.
func (f Fault) afterwards(r *http.Request, a answer) (answer, bool) {
	switch f.Kind {
	case Stall:
		wait := f.Delay
		if wait == 0 {
			wait = 5 * time.Second
		}
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
			return a, false
		}
	case ErrorAfter:
		return refusal(http.StatusBadGateway, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"), true
	case Drop:
		panic(http.ErrAbortHandler) // net/http's own way to break the connection
	}
	return a, true
}
