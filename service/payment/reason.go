package payment

// The reasons of refunds, as codes.
const (
	reasonLate = "late_payment" // no order lives on the payment
	// ReasonOther is any reason that needs no name of its own.
	ReasonOther = "other"
	// ReasonGroup is that the small group it was paid for did not form, or had no seat left.
	ReasonGroup = "group_failed"
)

// RefundReasons are the codes of the reasons for which an order's money goes back.
var RefundReasons = []string{
	"cancelled", "out_of_stock", "not_arrived", "returned", "damaged", "not_as_described", "price_difference", ReasonOther,
}

// chinese is what the consumer reads in WeChat, which speaks Chinese; at most 80 bytes.
var chinese = map[string]string{
	reasonLate:         "订单已取消，款项原路退回",
	ReasonGroup:        "拼团未成功，款项原路退回",
	"cancelled":        "订单取消退款",
	"out_of_stock":     "商品缺货退款",
	"not_arrived":      "商品未收到退款",
	"returned":         "退货退款",
	"damaged":          "商品破损退款",
	"not_as_described": "商品与描述不符退款",
	"price_difference": "差价退款",
	ReasonOther:        "商家退款",
}

func inChinese(reason string) string {
	if words, known := chinese[reason]; known {
		return words
	}
	return chinese[ReasonOther]
}
