package wechat

import (
	"context"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"

	"hutong/model"
)

// Refund implements Client.
func (c *client) Refund(ctx context.Context, r RefundRequest) (Refund, error) {
	request := refunddomestic.CreateRequest{
		OutTradeNo: &r.OutTradeNo, OutRefundNo: &r.OutRefundNo,
		Amount: &refunddomestic.AmountReq{
			Refund: core.Int64(int64(r.Amount)), Total: core.Int64(int64(r.Total)), Currency: core.String("CNY"),
		},
	}
	if r.Reason != "" {
		request.Reason = &r.Reason
	}
	if r.NotifyURL != "" {
		request.NotifyUrl = &r.NotifyURL
	}
	var out Refund
	err := c.payCall(ctx, "refund", refundMeaning, func(ctx context.Context) error {
		got, _, err := c.refunds.Create(ctx, request)
		if err != nil {
			return err
		}
		out, err = refund(got)
		return err
	})
	return out, err
}

func refundMeaning(code string) *model.Error {
	switch code {
	case "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED", "RATELIMIT_EXCEED":
		return model.ErrRateLimited
	case "NOT_ENOUGH", "INVALID_REQUEST", "REFUND_FEE_MISMATCH":
		return model.ErrConflict
	case "USER_ACCOUNT_ABNORMAL":
		return model.ErrAccountGone
	}
	return notFoundMeaning(code)
}

// QueryRefund implements Client.
func (c *client) QueryRefund(ctx context.Context, outRefundNo string) (Refund, error) {
	var out Refund
	err := c.payCall(ctx, "query_refund", notFoundMeaning, func(ctx context.Context) error {
		got, _, err := c.refunds.QueryByOutRefundNo(ctx, refunddomestic.QueryByOutRefundNoRequest{
			OutRefundNo: &outRefundNo,
		})
		if err != nil {
			return err
		}
		out, err = refund(got)
		return err
	})
	return out, err
}

// refund is WeChat's refund in our words.
func refund(r *refunddomestic.Refund) (Refund, error) {
	out := Refund{
		RefundID: text(r.RefundId), OutRefundNo: text(r.OutRefundNo), OutTradeNo: text(r.OutTradeNo),
		TransactionID: text(r.TransactionId),
	}
	if r.Status != nil {
		out.State = RefundState(*r.Status)
	}
	if r.Amount != nil {
		out.Amount, out.Total = fen(r.Amount.Refund), fen(r.Amount.Total)
	}
	if r.SuccessTime != nil {
		out.SuccessTime = r.SuccessTime.UTC()
	}
	if out.OutRefundNo == "" || out.State == "" {
		return Refund{}, errIncomplete
	}
	return out, nil
}
