package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// prepayLife is how long a prepay_id can be paid with.
const prepayLife = 2 * time.Hour

// Payment is an order as WeChat Pay knows it. Amounts are fen.
type Payment struct {
	MchID       string    `json:"mchid"`
	AppID       string    `json:"appid"`
	OutTradeNo  string    `json:"out_trade_no"`
	PrepayID    string    `json:"prepay_id"`
	PrepaidAt   time.Time `json:"prepaid_at"` // when PrepayID was given out
	Description string    `json:"description"`
	Attach      string    `json:"attach,omitempty"`
	OpenID      string    `json:"openid"`
	NotifyURL   string    `json:"notify_url"`
	Total       int64     `json:"total"`
	ExpireAt    time.Time `json:"expire_at,omitzero"` // time_expire, zero when there is none

	State         string    `json:"state"` // NOTPAY, SUCCESS, REFUND, CLOSED
	TransactionID string    `json:"transaction_id,omitempty"`
	CreatedAt     time.Time `json:"created_at"`
	PaidAt        time.Time `json:"paid_at,omitzero"`
	ClosedAt      time.Time `json:"closed_at,omitzero"`
	PayAt         time.Time `json:"pay_at,omitzero"` // a payment on its way, of the fault PayAfterClose

	Refunded     int64     `json:"refunded"` // asked for and not closed
	Refunds      int       `json:"refunds"`
	LastRefundAt time.Time `json:"last_refund_at,omitzero"`
}

// paid tells whether money was taken.
func (p *Payment) paid() bool { return p.State == "SUCCESS" || p.State == "REFUND" }

// payable is why the consumer cannot pay now, or nil.
func (p *Payment) payable(now time.Time) error {
	switch {
	case p.paid():
		return ErrPaid
	case p.State == "CLOSED":
		return ErrClosed
	case now.Sub(p.PrepaidAt) > prepayLife, !p.ExpireAt.IsZero() && now.After(p.ExpireAt):
		return ErrExpired
	}
	return nil
}

var outTradeNo = regexp.MustCompile(`^[0-9A-Za-z_\-|*]{6,32}$`)

type prepayRequest struct {
	AppID       string    `json:"appid"`
	MchID       string    `json:"mchid"`
	Description string    `json:"description"`
	OutTradeNo  string    `json:"out_trade_no"`
	TimeExpire  time.Time `json:"time_expire"`
	Attach      string    `json:"attach"`
	NotifyURL   string    `json:"notify_url"`
	Amount      struct {
		Total    int64  `json:"total"`
		Currency string `json:"currency"`
	} `json:"amount"`
	Payer struct {
		OpenID string `json:"openid"`
	} `json:"payer"`
}

func paramError(message string) answer {
	return refusal(http.StatusBadRequest, "PARAM_ERROR", message)
}

// refused is what is wrong with the parameters, or "".
func (in *prepayRequest) refused(m *merchant) string {
	switch {
	case in.MchID != m.MchID:
		return "mchid 与签名的商户号不一致"
	case in.Description == "" || utf8.RuneCountInString(in.Description) > 127:
		return "description 必填，最长 127 个字符"
	case !outTradeNo.MatchString(in.OutTradeNo):
		return "out_trade_no 须为 6~32 个字符，只能是数字、大小写字母 _-|*"
	case utf8.RuneCountInString(in.Attach) > 128:
		return "attach 最长 128 个字符"
	case !validNotifyURL(in.NotifyURL):
		return "notify_url 无效：须为完整地址，不能携带参数"
	case in.Amount.Total < 1 || in.Amount.Total > 1_000_000_000_00:
		return "amount.total 无效"
	case in.Amount.Currency != "" && in.Amount.Currency != "CNY":
		return "amount.currency 仅支持 CNY"
	case len(in.Payer.OpenID) != 28 || !strings.HasPrefix(in.Payer.OpenID, openIDPrefix(m.AppID)):
		return "无效的 openid"
	}
	return ""
}

// validNotifyURL allows plain http, which WeChat does not: this one works on localhost.
func validNotifyURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && len(text) <= 255 && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		u.RawQuery == "" && u.Fragment == ""
}

// prepay is POST /v3/pay/transactions/jsapi.
func (s *Simulator) prepay(c *call) answer {
	var in prepayRequest
	if json.Unmarshal(c.body, &in) != nil {
		return paramError("请求体不是合法的 JSON，或字段类型错误")
	}
	if in.AppID != c.m.AppID {
		return refusal(http.StatusBadRequest, "APPID_MCHID_NOT_MATCH", "appid 和 mch_id 不匹配，请检查后再试")
	}
	if message := in.refused(c.m); message != "" {
		return paramError(message)
	}
	now := s.now()
	if p := s.state.byNo[key(c.m.MchID, in.OutTradeNo)]; p != nil {
		return s.prepayAgain(p, &in, now)
	}
	if !in.TimeExpire.IsZero() && in.TimeExpire.Sub(now) < time.Minute {
		return paramError("time_expire 距当前时间须不少于 1 分钟")
	}
	p := &Payment{
		MchID: c.m.MchID, AppID: in.AppID, OutTradeNo: in.OutTradeNo, Description: in.Description,
		Attach: in.Attach, OpenID: in.Payer.OpenID, NotifyURL: in.NotifyURL, Total: in.Amount.Total,
		ExpireAt: in.TimeExpire.UTC(), State: "NOTPAY", CreatedAt: now,
	}
	if in.TimeExpire.IsZero() {
		p.ExpireAt = time.Time{}
	}
	s.givePrepayID(p, now)
	s.state.Payments = append(s.state.Payments, p)
	s.state.indexPayment(p)
	return answer{http.StatusOK, map[string]string{"prepay_id": p.PrepayID}}
}

func (s *Simulator) givePrepayID(p *Payment, now time.Time) {
	delete(s.state.byPrepay, p.PrepayID)
	p.PrepaidAt = now
	p.PrepayID = "wx" + now.In(shanghai).Format("20060102150405") +
		hexDigest(20, "prepay", p.MchID, p.OutTradeNo, fmt.Sprint(s.state.next()))
	s.state.byPrepay[p.PrepayID] = p
}

// prepayAgain answers a number that is known: the same prepay_id for the same parameters, until it is two
// hours old.
func (s *Simulator) prepayAgain(p *Payment, in *prepayRequest, now time.Time) answer {
	same := p.AppID == in.AppID && p.Description == in.Description && p.Attach == in.Attach &&
		p.OpenID == in.Payer.OpenID && p.NotifyURL == in.NotifyURL && p.Total == in.Amount.Total &&
		p.ExpireAt.Equal(in.TimeExpire)
	switch {
	case p.paid():
		return refusal(http.StatusBadRequest, "ORDERPAID", "该订单已支付")
	case p.State == "CLOSED":
		return refusal(http.StatusBadRequest, "ORDER_CLOSED", "该订单已关闭")
	case !same:
		return refusal(http.StatusForbidden, "OUT_TRADE_NO_USED", "商户订单号重复，参数与首次请求时不一致")
	}
	if now.Sub(p.PrepaidAt) > prepayLife {
		s.givePrepayID(p, now)
	}
	return answer{http.StatusOK, map[string]string{"prepay_id": p.PrepayID}}
}

func orderNotExist() answer {
	return refusal(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在")
}

// queryByOutTradeNo is GET /v3/pay/transactions/out-trade-no/{no}?mchid=.
func (s *Simulator) queryByOutTradeNo(c *call) answer {
	return s.query(c, s.state.byNo[key(c.m.MchID, c.PathValue("no"))])
}

// queryByID is GET /v3/pay/transactions/id/{id}?mchid=.
func (s *Simulator) queryByID(c *call) answer {
	return s.query(c, s.state.byID[c.PathValue("id")])
}

func (s *Simulator) query(c *call, p *Payment) answer {
	if c.URL.Query().Get("mchid") != c.m.MchID {
		return paramError("mchid 必填，且须与签名的商户号一致")
	}
	if p == nil || p.MchID != c.m.MchID {
		return orderNotExist()
	}
	return answer{http.StatusOK, transactionOf(p)}
}

// transactionOf is the transaction as queries and notifications show it.
func transactionOf(p *Payment) map[string]any {
	amount := map[string]any{"total": p.Total, "currency": "CNY"}
	out := map[string]any{
		"appid": p.AppID, "mchid": p.MchID, "out_trade_no": p.OutTradeNo, "attach": p.Attach,
		"trade_state": p.State, "trade_state_desc": stateText[p.State], "amount": amount,
		"payer": map[string]string{"openid": p.OpenID}, "promotion_detail": []any{},
	}
	if p.paid() {
		amount["payer_total"], amount["payer_currency"] = p.Total, "CNY"
		out["transaction_id"] = p.TransactionID
		out["trade_type"], out["bank_type"] = "JSAPI", "OTHERS"
		out["success_time"] = wireTime(p.PaidAt)
	}
	return out
}

var stateText = map[string]string{"NOTPAY": "订单未支付", "SUCCESS": "支付成功", "REFUND": "转入退款", "CLOSED": "订单已关闭"}

// wireTime writes an instant as WeChat does: RFC 3339, whole seconds, Shanghai's zone.
func wireTime(t time.Time) string { return t.In(shanghai).Format(time.RFC3339) }

// closePayment is POST /v3/pay/transactions/out-trade-no/{no}/close. Closing again is accepted.
func (s *Simulator) closePayment(c *call) answer {
	var in struct {
		MchID string `json:"mchid"`
	}
	if json.Unmarshal(c.body, &in) != nil || in.MchID != c.m.MchID {
		return paramError("mchid 必填，且须与签名的商户号一致")
	}
	p := s.state.byNo[key(c.m.MchID, c.PathValue("no"))]
	switch {
	case p == nil:
		return orderNotExist()
	case p.paid():
		return refusal(http.StatusBadRequest, "ORDERPAID", "该订单已支付")
	}
	now := s.now()
	if p.State == "NOTPAY" {
		p.State, p.ClosedAt = "CLOSED", now
	}
	if c.fault.Kind == PayAfterClose {
		p.PayAt = now.Add(c.fault.Delay)
		s.state.coming = append(s.state.coming, p)
	}
	return answer{status: http.StatusNoContent}
}
