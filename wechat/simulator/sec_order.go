package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	mostParcels  = 15
	mostItemDesc = 120
	mostWaybill  = 128
)

// uploadRequest is the body of upload_shipping_info.
type uploadRequest struct {
	OrderKey struct {
		Type          int    `json:"order_number_type"`
		TransactionID string `json:"transaction_id"`
		MchID         string `json:"mchid"`
		OutTradeNo    string `json:"out_trade_no"`
	} `json:"order_key"`
	Logistics int          `json:"logistics_type"`
	Mode      int          `json:"delivery_mode"`
	Whole     *bool        `json:"is_all_delivered"`
	List      []uploadItem `json:"shipping_list"`
	At        string       `json:"upload_time"`
	Payer     struct {
		OpenID string `json:"openid"`
	} `json:"payer"`

	at time.Time
}

type uploadItem struct {
	TrackingNo     string `json:"tracking_no"`
	ExpressCompany string `json:"express_company"`
	ItemDesc       string `json:"item_desc"`
	Contact        struct {
		Consignor string `json:"consignor_contact"`
		Receiver  string `json:"receiver_contact"`
	} `json:"contact"`
}

func (in *uploadRequest) parcels() []SentParcel {
	out := make([]SentParcel, len(in.List))
	for i, item := range in.List {
		out[i] = SentParcel{item.TrackingNo, item.ExpressCompany, item.ItemDesc, item.contact()}
	}
	return out
}

func (item *uploadItem) contact() string {
	return orElse(item.Contact.Receiver, item.Contact.Consignor)
}

// refused is what is wrong with the parameters, or nothing. It also reads the time.
func (in *uploadRequest) refused() (answer, bool) {
	key := in.OrderKey
	var err error
	in.at, err = time.Parse(time.RFC3339, in.At)
	switch {
	case key.Type != 1 && key.Type != 2:
		return errcode(268485194, "订单单号类型非法"), true
	case key.Type == 2 && key.TransactionID == "":
		return errcode(268485195, "微信支付单号形式下 transaction_id 字段不能为空"), true
	case key.Type == 1 && key.MchID == "":
		return errcode(268485196, "商户侧单号形式下 mchid 字段不能为空"), true
	case key.Type == 1 && key.OutTradeNo == "":
		return errcode(268485197, "商户侧单号形式下 out_trade_no 字段不能为空"), true
	case in.Logistics < logisticsExpress || in.Logistics > logisticsPickup:
		return errcode(10060005, "物流类型有误"), true
	case in.Mode != modeUnified && in.Mode != modeSplit:
		return errcode(268485224, "发货模式非法"), true
	case err != nil:
		return errcode(268485216, "上传时间非法，请按照 RFC 3339 格式填写"), true
	case in.Mode == modeSplit && in.Logistics != logisticsExpress:
		return errcode(10060006, "非快递发货时不允许分拆发货"), true
	case in.Mode == modeSplit && in.Whole == nil:
		return errcode(10060007, "分拆发货模式下必须填写 is_all_delivered 字段"), true
	case in.Mode == modeUnified && len(in.List) != 1:
		return errcode(268485228, "统一发货模式下，物流信息列表长度必须为 1"), true
	case len(in.List) == 0:
		return errcode(10060014, "参数错误：物流信息列表为空"), true
	case len(in.List) > mostParcels:
		return errcode(10060024, "物流信息列表太长"), true
	}
	for i := range in.List {
		if a, bad := in.List[i].refused(in.Logistics); bad {
			return a, true
		}
	}
	return answer{}, false
}

func (item *uploadItem) refused(logistics int) (answer, bool) {
	express := logistics == logisticsExpress
	switch {
	case express && item.TrackingNo == "":
		return errcode(268485226, "物流单号不能为空"), true
	case express && item.ExpressCompany == "":
		return errcode(268485227, "物流公司编码不能为空"), true
	case len(item.ExpressCompany) > mostWaybill:
		return errcode(10060025, "物流公司编码太长"), true
	case len(item.TrackingNo) > mostWaybill:
		return errcode(10060026, "物流单号太长"), true
	case item.ItemDesc == "":
		return errcode(10060008, "商品描述 item_desc 字段不能为空"), true
	case utf8.RuneCountInString(item.ItemDesc) > mostItemDesc:
		return errcode(10060009, "商品描述 item_desc 字段太长"), true
	case express && item.ExpressCompany == "SF" && !masked(item.contact()):
		return errcode(10060014, "参数错误：顺丰须填写收件人或寄件人联系方式，采用掩码传输，最后 4 位数字不能打掩码"), true
	}
	return answer{}, false
}

// masked tells whether a phone number is masked, with its last four digits to be read.
func masked(phone string) bool {
	hidden, tail := strings.LastIndex(phone, "*"), phone[max(0, len(phone)-4):]
	return hidden >= 0 && hidden < len(phone)-4 && strings.Trim(tail, "0123456789") == ""
}

// uploadShipping is POST /wxa/sec/order/upload_shipping_info.
func (s *Simulator) uploadShipping(c *call) answer {
	if a, bad := s.tokenFault(c); bad {
		return a
	}
	var in uploadRequest
	if json.Unmarshal(c.body, &in) != nil {
		return errcode(47001, "data format error")
	}
	if a, bad := in.refused(); bad {
		return a
	}
	transactionID := in.OrderKey.TransactionID
	if in.OrderKey.Type == 1 {
		transactionID = ""
	}
	p, known := s.shippable(c, transactionID, in.OrderKey.MchID, in.OrderKey.OutTradeNo)
	if !known {
		return notInOrders()
	}
	at := key(p.MchID, p.OutTradeNo)
	sh, now := s.state.shipments[at], s.now()
	switch state := orderState(p, sh, now); {
	case in.Payer.OpenID != p.OpenID:
		return errcode(10060031, "该笔支付单不属于 openid 所指定的用户")
	case state != 1 && state != 2:
		return errcode(10060004, "支付单处于不可发货的状态")
	}
	first := sh == nil
	if first {
		sh = &Shipment{MchID: p.MchID, OutTradeNo: p.OutTradeNo}
	}
	if a, taken := sh.take(&in, now); !taken {
		return a
	}
	if first {
		s.state.Shipments = append(s.state.Shipments, sh)
		s.state.shipments[at] = sh
	}
	return errcode(0, "ok")
}

// orderRef names a payment in get_order and notify_confirm_receive.
type orderRef struct {
	TransactionID string `json:"transaction_id"`
	MchID         string `json:"merchant_id"`
	OutTradeNo    string `json:"merchant_trade_no"`
	ReceivedTime  int64  `json:"received_time"`
}

// shippingOrder is POST /wxa/sec/order/get_order.
func (s *Simulator) shippingOrder(c *call) answer {
	p, _, a, bad := s.referred(c)
	if bad {
		return a
	}
	sh, now := s.state.shipments[key(p.MchID, p.OutTradeNo)], s.now()
	shown := map[string]any{
		"transaction_id": p.TransactionID, "merchant_id": p.MchID, "merchant_trade_no": p.OutTradeNo,
		"description": p.Description, "paid_amount": p.Total, "openid": p.OpenID,
		"trade_create_time": p.CreatedAt.Unix(), "pay_time": p.PaidAt.Unix(), "in_complaint": false,
		"order_state": orderState(p, sh, now),
	}
	if sh != nil {
		list := make([]map[string]any, len(sh.Parcels))
		for i, q := range sh.Parcels {
			list[i] = map[string]any{
				"tracking_no": q.TrackingNo, "express_company": q.ExpressCompany, "goods_desc": q.ItemDesc,
				"upload_time": sh.UploadedAt.Unix(),
			}
		}
		finished := 0
		if !sh.WholeAt.IsZero() {
			finished = 1 + sh.Reships
		}
		shown["shipping"] = map[string]any{
			"delivery_mode": sh.Mode, "logistics_type": sh.Logistics, "finish_shipping": finished > 0,
			"finish_shipping_count": finished, "goods_desc": p.Description, "shipping_list": list,
		}
	}
	return answer{http.StatusOK, map[string]any{"errcode": 0, "errmsg": "ok", "order": shown}}
}

// referred finds the payment that a body refers to.
func (s *Simulator) referred(c *call) (p *Payment, in orderRef, a answer, bad bool) {
	if a, bad := s.tokenFault(c); bad {
		return nil, in, a, true
	}
	if json.Unmarshal(c.body, &in) != nil || in.TransactionID == "" && (in.MchID == "" || in.OutTradeNo == "") {
		return nil, in, errcode(47001, "data format error"), true
	}
	p, known := s.shippable(c, in.TransactionID, in.MchID, in.OutTradeNo)
	return p, in, notInOrders(), !known
}

// confirmReminder is POST /wxa/sec/order/notify_confirm_receive: once for each payment, by express alone. The
// errcode of a second reminder is not documented; it is given the general one.
func (s *Simulator) confirmReminder(c *call) answer {
	p, in, a, bad := s.referred(c)
	if bad {
		return a
	}
	sh, now := s.state.shipments[key(p.MchID, p.OutTradeNo)], s.now()
	switch {
	case orderState(p, sh, now) != 2:
		return errcode(10060004, "支付单处于不可提醒的状态")
	case sh.Logistics != logisticsExpress:
		return errcode(10060005, "物流类型有误")
	case !sh.RemindedAt.IsZero():
		return errcode(10060014, "参数错误：已提醒过用户确认收货")
	case in.ReceivedTime <= sh.UploadedAt.Unix() || in.ReceivedTime > now.Add(24*time.Hour).Unix():
		return errcode(10060029, "签收时间不合理")
	}
	sh.RemindedAt = now
	return errcode(0, "ok")
}
