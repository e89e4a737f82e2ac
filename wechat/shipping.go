package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/miniprogram/order"

	"hutong/model"
)

// MostItemDesc bounds the description of what is in a parcel, in characters.
const MostItemDesc = 120

// Shipping is what was sent of a payment. A delivery that is not by express has one parcel without a waybill.
type Shipping struct {
	MchID      string // of the merchant that was paid
	OutTradeNo string
	OpenID     string // of who paid
	Delivery   model.Delivery
	Split      bool // one of several; the parcels are added to those told before, until Whole
	Whole      bool // nothing more will be sent
	Parcels    []ShippedParcel
	At         time.Time // later than that of every upload before
}

// ShippedParcel is one parcel of a shipping.
type ShippedParcel struct {
	Carrier  string // WeChat's code
	Waybill  string
	Contents string // at most MostItemDesc characters
	Phone    string // of who receives it, masked but for the last four digits; SF Express needs it
}

// ShippingState is what WeChat knows of a payment's shipping.
type ShippingState struct {
	Delivery model.Delivery  // "" when nothing was told
	Whole    bool            // everything is sent
	Parcels  []ShippedParcel // carriers and waybills alone
}

// logistics are WeChat's numbers of the deliveries.
var logistics = map[model.Delivery]order.LogisticsType{
	model.DeliveryExpress: order.LogisticsTypeExpress, model.DeliveryCity: order.LogisticsTypeSameCity,
	model.DeliveryVirtual: order.LogisticsTypeVirtual, model.DeliveryPickup: order.LogisticsTypeSelfPickup,
}

// UploadShipping implements Client.
func (c *client) UploadShipping(ctx context.Context, s Shipping) error {
	at := s.At.In(shanghai)
	wire := order.UploadShippingInfoRequest{
		OrderKey: &order.ShippingOrderKey{
			OrderNumberType: order.NumberTypeOutTradeNo, Mchid: s.MchID, OutTradeNo: s.OutTradeNo,
		},
		LogisticsType: logistics[s.Delivery], DeliveryMode: order.DeliveryModeUnifiedDelivery,
		IsAllDelivered: s.Whole, UploadTime: &at, Payer: &order.ShippingPayer{Openid: s.OpenID},
	}
	if s.Split {
		wire.DeliveryMode = order.DeliveryModeSplitDelivery
	}
	for _, p := range s.Parcels {
		wire.ShippingList = append(wire.ShippingList, &order.ShippingInfo{
			TrackingNo: p.Waybill, ExpressCompany: p.Carrier, ItemDesc: p.Contents,
			Contact: order.ShippingContact{ReceiverContact: p.Phone},
		})
	}
	return c.postOrder(ctx, "upload_shipping", "upload_shipping_info", wire, nil)
}

// shanghai is the zone in which WeChat reads times.
var shanghai = time.FixedZone("CST", 8*60*60)

// ShippingState implements Client.
func (c *client) ShippingState(ctx context.Context, mchID, outTradeNo string) (ShippingState, error) {
	var got order.ShippingOrderResponse
	err := c.postOrder(ctx, "shipping_state", "get_order",
		order.GetShippingOrderRequest{MerchantID: mchID, MerchantTradeNo: outTradeNo}, &got)
	told := got.Order.Shipping
	if err != nil || told == nil {
		return ShippingState{}, err
	}
	out := ShippingState{Whole: told.FinishShipping}
	for d, n := range logistics {
		if n == told.LogisticsType {
			out.Delivery = d
		}
	}
	for _, p := range told.ShippingList {
		out.Parcels = append(out.Parcels, ShippedParcel{Carrier: p.ExpressCompany, Waybill: p.TrackingNo})
	}
	return out, nil
}

// RemindReceipt implements Client.
func (c *client) RemindReceipt(ctx context.Context, mchID, outTradeNo string, deliveredAt time.Time) error {
	return c.postOrder(ctx, "remind_receipt", "notify_confirm_receive", order.NotifyConfirmReceiveRequest{
		MerchantID: mchID, MerchantTradeNo: outTradeNo, ReceivedTime: deliveredAt.Unix(),
	}, nil)
}

// postOrder calls an endpoint of the mini program's order management. The SDK's own methods take no context.
func (c *client) postOrder(ctx context.Context, operation, endpoint string, in, out any) error {
	return c.call(ctx, operation, c.sdk.api, func(ctx context.Context, t *trip) error {
		code, err := c.tryOrder(ctx, endpoint, in, out)
		if staleToken(code) {
			c.tokens.forget()
			code, err = c.tryOrder(ctx, endpoint, in, out)
		}
		var known *model.Error
		switch {
		case errors.As(err, &known): // of the access token, and already ours
			return err
		case err != nil:
			return t.unclear()
		case code != 0:
			return orderError(code)
		}
		return nil
	})
}

// tryOrder posts once. It returns what WeChat says as an errcode, or an error when it says nothing that is
// understood.
func (c *client) tryOrder(ctx context.Context, endpoint string, in, out any) (code int64, err error) {
	token, err := c.tokens.GetAccessTokenContext(ctx)
	if err != nil {
		return 0, err
	}
	address := "https://api.weixin.qq.com/wxa/sec/order/" + endpoint + "?access_token=" + url.QueryEscape(token)
	return postJSON(ctx, address, in, out)
}

// orderError is the meaning of an errcode of the order management.
func orderError(code int64) error {
	known := model.ErrInvalid
	switch code {
	case 10060023: // WeChat has exactly that already
		return nil
	case 10060001:
		known = model.ErrPayNotFound
	case 10060002, 10060003:
		known = model.ErrReshipUsed
	case 10060004: // refunded, or over
		known = model.ErrWrongState
	case -1, 10060012, 10060019:
		known = model.ErrWeChatBusy
	case 44990:
		known = model.ErrRateLimited
	case 47001: // not the JSON it expects
	default:
		if code/1000 != 10060 && code/1000 != 268485 {
			return miniError(code, "")
		}
	}
	return fmt.Errorf("%w: errcode %d", known, code)
}
