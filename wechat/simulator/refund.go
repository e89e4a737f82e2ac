package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"
)

// The limits of refunds on one payment.
const (
	refundWindow = 365 * 24 * time.Hour // after the payment
	refundGap    = time.Minute          // between two
	refundMost   = 50
)

// Refund is a refund as WeChat Pay knows it. Amounts are fen.
type Refund struct {
	MchID       string    `json:"mchid"`
	OutTradeNo  string    `json:"out_trade_no"`
	OutRefundNo string    `json:"out_refund_no"`
	RefundID    string    `json:"refund_id"`
	Amount      int64     `json:"amount"`
	Total       int64     `json:"total"` // of the payment
	Reason      string    `json:"reason,omitempty"`
	NotifyURL   string    `json:"notify_url,omitempty"`
	State       string    `json:"state"` // PROCESSING, SUCCESS, ABNORMAL, CLOSED
	CreatedAt   time.Time `json:"created_at"`
	SettledAt   time.Time `json:"settled_at,omitzero"`
	SettleAt    time.Time `json:"settle_at,omitzero"` // when SettleTo comes about; zero: only by SettleRefund
	SettleTo    string    `json:"settle_to"`
}

var outRefundNo = regexp.MustCompile(`^[0-9A-Za-z_\-|*@]{1,64}$`)

type refundRequest struct {
	TransactionID string `json:"transaction_id"`
	OutTradeNo    string `json:"out_trade_no"`
	OutRefundNo   string `json:"out_refund_no"`
	Reason        string `json:"reason"`
	NotifyURL     string `json:"notify_url"`
	Amount        struct {
		Refund   int64  `json:"refund"`
		Total    int64  `json:"total"`
		Currency string `json:"currency"`
	} `json:"amount"`
}

func (in *refundRequest) refused() string {
	switch {
	case !outRefundNo.MatchString(in.OutRefundNo):
		return "out_refund_no 须为 1~64 个字符，只能是数字、大小写字母 _-|*@"
	case (in.TransactionID == "") == (in.OutTradeNo == ""):
		return "transaction_id 与 out_trade_no 须二选一"
	case utf8.RuneCountInString(in.Reason) > 80:
		return "reason 最长 80 个字符"
	case in.NotifyURL != "" && !validNotifyURL(in.NotifyURL):
		return "notify_url 无效：须为完整地址，不能携带参数"
	case in.Amount.Refund < 1:
		return "amount.refund 无效"
	case in.Amount.Currency != "CNY":
		return "amount.currency 仅支持 CNY"
	}
	return ""
}

func invalidRequest(message string) answer {
	return refusal(http.StatusBadRequest, "INVALID_REQUEST", message)
}

// refund is POST /v3/refund/domestic/refunds.
func (s *Simulator) refund(c *call) answer {
	var in refundRequest
	if json.Unmarshal(c.body, &in) != nil {
		return paramError("请求体不是合法的 JSON，或字段类型错误")
	}
	if message := in.refused(); message != "" {
		return paramError(message)
	}
	p := s.state.byNo[key(c.m.MchID, in.OutTradeNo)]
	if in.TransactionID != "" {
		p = s.state.byID[in.TransactionID]
	}
	if p == nil || p.MchID != c.m.MchID {
		return refusal(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "订单不存在")
	}
	if r := s.state.refundNos[key(c.m.MchID, in.OutRefundNo)]; r != nil {
		if r.OutTradeNo != p.OutTradeNo || r.Amount != in.Amount.Refund || r.Total != in.Amount.Total {
			return invalidRequest("退款单号已使用，参数与首次请求时不一致")
		}
		return answer{http.StatusOK, refundOf(r, p)}
	}
	now := s.now()
	switch {
	case !p.paid():
		return invalidRequest("订单状态不允许退款：尚未支付")
	case in.Amount.Total != p.Total:
		return invalidRequest("订单金额与原支付交易不一致")
	case now.Sub(p.PaidAt) > refundWindow:
		return invalidRequest("订单已超过可退款的期限")
	case p.Refunds >= refundMost:
		return invalidRequest("单笔交易最多可分 50 次退款")
	case p.Refunded+in.Amount.Refund > p.Total:
		return invalidRequest("退款总金额超过订单金额")
	case !p.LastRefundAt.IsZero() && now.Sub(p.LastRefundAt) < refundGap:
		return refusal(http.StatusTooManyRequests, "FREQUENCY_LIMITED", "同一笔订单的退款须间隔 1 分钟以上")
	}
	r := &Refund{
		MchID: p.MchID, OutTradeNo: p.OutTradeNo, OutRefundNo: in.OutRefundNo, Amount: in.Amount.Refund,
		Total: p.Total, Reason: in.Reason, NotifyURL: in.NotifyURL, State: "PROCESSING", CreatedAt: now,
		RefundID: stamped("50300", now, s.state.next()), SettleTo: "SUCCESS",
	}
	if s.o.RefundDelay >= 0 {
		r.SettleAt = now.Add(s.o.RefundDelay / time.Duration(s.o.Speed))
	}
	switch c.fault.Kind {
	case RefundAbnormal:
		r.SettleTo = "ABNORMAL"
	case RefundClosed:
		r.SettleTo = "CLOSED"
	}
	p.Refunded += r.Amount
	p.Refunds++
	p.LastRefundAt, p.State = now, "REFUND"
	s.state.Refunds = append(s.state.Refunds, r)
	s.state.indexRefund(r)
	return answer{http.StatusOK, refundOf(r, p)}
}

// queryRefund is GET /v3/refund/domestic/refunds/{no}.
func (s *Simulator) queryRefund(c *call) answer {
	r := s.state.refundNos[key(c.m.MchID, c.PathValue("no"))]
	if r == nil {
		return refusal(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "退款单不存在")
	}
	return answer{http.StatusOK, refundOf(r, s.state.byNo[key(r.MchID, r.OutTradeNo)])}
}

// refundOf is the refund as answers show it; notifications use other names.
func refundOf(r *Refund, p *Payment) map[string]any {
	out := map[string]any{
		"refund_id": r.RefundID, "out_refund_no": r.OutRefundNo, "transaction_id": p.TransactionID,
		"out_trade_no": r.OutTradeNo, "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
		"create_time": wireTime(r.CreatedAt), "status": r.State, "funds_account": "AVAILABLE",
		"amount": map[string]any{
			"total": r.Total, "refund": r.Amount, "payer_total": r.Total, "payer_refund": r.Amount,
			"settlement_refund": r.Amount, "settlement_total": r.Total, "discount_refund": 0, "currency": "CNY",
		},
		"promotion_detail": []any{},
	}
	if r.State == "SUCCESS" {
		out["success_time"] = wireTime(r.SettledAt)
	}
	return out
}

// SettleRefund brings a refund to SUCCESS, ABNORMAL or CLOSED at once, and queues the notification. An
// ABNORMAL refund can still become SUCCESS or CLOSED; the other two are final. Errors: ErrUnknown, ErrState.
func (s *Simulator) SettleRefund(mchID, outRefundNo, state string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.state.refundNos[key(mchID, outRefundNo)]
	if r == nil {
		return fmt.Errorf("refund %s: %w", outRefundNo, ErrUnknown)
	}
	final := r.State == "SUCCESS" || r.State == "CLOSED"
	if final || r.State == state || state != "SUCCESS" && state != "ABNORMAL" && state != "CLOSED" {
		return fmt.Errorf("refund %s from %s to %s: %w", outRefundNo, r.State, state, ErrState)
	}
	s.settleRefund(r, state, s.now())
	return nil
}

func (s *Simulator) settleRefund(r *Refund, state string, at time.Time) {
	r.State, r.SettledAt, r.SettleAt = state, at, time.Time{}
	p := s.state.byNo[key(r.MchID, r.OutTradeNo)]
	if state == "CLOSED" {
		p.Refunded -= r.Amount
		if p.Refunded == 0 {
			p.State = "SUCCESS"
		}
	}
	if r.NotifyURL != "" {
		s.queueRefund(r, p, at)
	}
}

// Refunds lists all refunds in the order they were asked for.
func (s *Simulator) Refunds() []Refund {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(s.now())
	out := make([]Refund, 0, len(s.state.Refunds))
	for _, r := range s.state.Refunds {
		out = append(out, *r)
	}
	return out
}
