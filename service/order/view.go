package order

import (
	"hutong/model"
)

// Quote is a priced basket. GoodsFen + the adjustments = TotalFen.
type Quote struct {
	Lines       []QuoteLine      `json:"lines"`
	Adjustments []AdjustmentView `json:"adjustments"`
	Currency    string           `json:"currency" doc:"ISO 4217"`
	GoodsFen    model.Fen        `json:"goods_fen" doc:"List price of the lines that can be bought"`
	DiscountFen model.Fen        `json:"discount_fen" doc:"Negative makes it cheaper"`
	FreightFen  model.Fen        `json:"freight_fen"`
	TaxFen      model.Fen        `json:"tax_fen"`
	TotalFen    model.Fen        `json:"total_fen" doc:"What would be paid; send it back as expected_total_fen"`
	Complete    bool             `json:"complete" doc:"Whether every line can be bought"`

	Applied       []AppliedView      `json:"applied,omitempty" doc:"The promotions and the coupon that made it cheaper"`
	Hints         []HintView         `json:"hints,omitempty" doc:"What would make it cheaper still"`
	Coupons       []CouponOptionView `json:"coupons,omitempty" doc:"My coupons, those first that save most here; those that cannot be used here say why"`
	CouponProblem string             `json:"coupon_problem,omitempty" doc:"Code of the reason why the coupon that was asked for cannot be used; nothing was taken in its place"`
}

// QuoteLine is one line of a quote.
type QuoteLine struct {
	LineView
	Available int64  `json:"available" doc:"Pieces that could be bought a moment ago; 99 stands for 99 or more"`
	Problem   string `json:"problem,omitempty" doc:"Code of the reason why it cannot be bought: not_on_sale, out_of_stock, not_delivered; for a group campaign_over, group_over, group_full, in_group, new_customers_only, group_limit"`
}

// LineView is what is shown of a line.
type LineView struct {
	SKUNo    string    `json:"sku"`
	Handle   string    `json:"handle" doc:"Handle of the product"`
	Title    string    `json:"title"`
	Choice   string    `json:"choice" doc:"The chosen options, in words"`
	Picture  string    `json:"picture"`
	Quantity int       `json:"quantity"`
	UnitFen  model.Fen `json:"unit_fen" doc:"List price of one piece"`
	TotalFen model.Fen `json:"total_fen" doc:"With the line's share of the discount"`
	NoReturn bool      `json:"no_return,omitempty" doc:"Not taken back without a reason: buying it has to be confirmed"`

	Shipped     int       `json:"shipped,omitempty" doc:"Pieces that have been sent; of an order"`
	Refunded    int       `json:"refunded,omitempty" doc:"Pieces whose money has gone back or is on its way; of an order"`
	RefundedFen model.Fen `json:"refunded_fen,omitempty" doc:"Of the line's total; of an order"`
}

// AdjustmentView is one reason why the total is not the list price.
type AdjustmentView struct {
	Kind      model.AdjustmentKind `json:"kind" enum:"model,promotion,coupon,desk,freight,tax"`
	Label     string               `json:"label" doc:"Code of its text"`
	Words     string               `json:"words,omitempty" doc:"Of kind desk: what the shop calls it"`
	Line      *int                 `json:"line,omitempty" doc:"The line it belongs to; absent for the whole order"`
	AmountFen model.Fen            `json:"amount_fen" doc:"Negative makes it cheaper"`
}

// View is an order as its buyer sees it.
type View struct {
	No          string            `json:"no"`
	Status      model.OrderStatus `json:"status" enum:"pending,paid,partly_shipped,shipped,received,closed,cancelled"`
	Lines       []LineView        `json:"lines"`
	Adjustments []AdjustmentView  `json:"adjustments"`
	Currency    string            `json:"currency"`
	GoodsFen    model.Fen         `json:"goods_fen"`
	DiscountFen model.Fen         `json:"discount_fen"`
	FreightFen  model.Fen         `json:"freight_fen"`
	TaxFen      model.Fen         `json:"tax_fen"`
	TotalFen    model.Fen         `json:"total_fen"`
	RefundedFen model.Fen         `json:"refunded_fen,omitempty" doc:"What of the total has gone back or is on its way"`
	Place       model.Place       `json:"place" doc:"Copy of the address at the time of the order"`
	Remark      string            `json:"remark,omitempty"`
	CreatedAt   model.Millis      `json:"created_at" doc:"UTC milliseconds"`
	ExpiresAt   model.Millis      `json:"expires_at" doc:"Unpaid at this instant, it is cancelled; UTC milliseconds"`
	PaidAt      model.Millis      `json:"paid_at,omitempty"`
	CancelledAt model.Millis      `json:"cancelled_at,omitempty"`
	ShippedAt   model.Millis      `json:"shipped_at,omitempty" doc:"When the last of it was sent"`
	ReceivedAt  model.Millis      `json:"received_at,omitempty"`
	ClosedAt    model.Millis      `json:"closed_at,omitempty"`
	Events      []EventView       `json:"events,omitempty" doc:"Its life so far; in the detail only"`
	Refunds     []RefundView      `json:"refunds,omitempty" doc:"Money on its way back; in the detail only"`
	Group       *GroupRef         `json:"group,omitempty" doc:"The small group that it is for: nothing is sent before it has formed"`
}

// GroupRef is the small group of an order.
type GroupRef struct {
	Campaign string            `json:"campaign"`
	No       string            `json:"no"`
	Status   model.GroupStatus `json:"status" enum:"open,formed,expired,cancelled"`
	Seat     model.SeatStatus  `json:"seat" enum:"reserved,paid,confirmed,released,refunding,refunded"`
}

// EventView is one move of an order.
type EventView struct {
	State  model.OrderStatus `json:"state"`
	Actor  string            `json:"actor" doc:"consumer, wechat, job or staff"`
	Staff  string            `json:"staff,omitempty" doc:"Number of the member of staff; at the desk only"`
	Name   string            `json:"name,omitempty" doc:"Of the member of staff; at the desk only"`
	Reason string            `json:"reason,omitempty" doc:"Code"`
	At     model.Millis      `json:"at"`
}

// RefundView is a refund as the buyer sees it.
type RefundView struct {
	No          string             `json:"no"`
	Status      model.RefundStatus `json:"status" enum:"pending,processing,succeeded,abnormal,closed,settled"`
	Reason      string             `json:"reason" doc:"Code"`
	AmountFen   model.Fen          `json:"amount_fen"`
	SucceededAt model.Millis       `json:"succeeded_at,omitempty"`
}

func quoteOf(d *Draft, b Buyer) Quote {
	q := Quote{
		Adjustments: adjustmentViews(d.Adjustments), Currency: b.Brand.Currency,
		GoodsFen: d.Goods(), DiscountFen: d.Discount(), FreightFen: d.Sum(model.AdjustFreight),
		TaxFen: d.Sum(model.AdjustTax), TotalFen: d.Total(), Complete: true,
	}
	totals := d.LineTotals()
	for i, l := range d.Lines {
		line := QuoteLine{Available: l.Shown(), LineView: LineView{
			SKUNo: l.SKU.No, Handle: l.Product.Handle, Title: l.Product.Title.In(b.Languages...),
			Choice: l.Choice().In(b.Languages...), Picture: l.Picture(),
			Quantity: l.Quantity, UnitFen: l.SKU.PriceFen, TotalFen: totals[i],
			NoReturn: l.Product.NoReturn,
		}}
		if l.Problem != nil {
			line.Problem, q.Complete = l.Problem.Code, false
		}
		q.Lines = append(q.Lines, line)
	}
	d.Offers.view(&q, b.Languages)
	return q
}

func viewOf(o *model.Order, languages []string) View {
	v := View{
		No: o.No, Status: o.Status, Adjustments: adjustmentViews(o.Adjustments), Currency: o.Currency,
		GoodsFen: o.GoodsFen, DiscountFen: o.DiscountFen, FreightFen: o.FreightFen, TaxFen: o.TaxFen,
		TotalFen: o.TotalFen, RefundedFen: o.RefundedFen, Place: o.Place, Remark: o.Remark, CreatedAt: o.CreatedAt,
		ExpiresAt: o.ExpiresAt, PaidAt: o.PaidAt, CancelledAt: o.CancelledAt,
		ShippedAt: o.ShippedAt, ReceivedAt: o.ReceivedAt, ClosedAt: o.ClosedAt,
	}
	for _, l := range o.Lines {
		v.Lines = append(v.Lines, LineView{
			SKUNo: l.SKUNo, Handle: l.Handle, Title: l.Title.In(languages...), Choice: l.Choice.In(languages...),
			Picture: l.Picture, Quantity: l.Quantity, UnitFen: l.UnitFen, TotalFen: l.TotalFen,
			NoReturn: l.NoReturn, Shipped: l.Shipped, Refunded: l.Refunded, RefundedFen: l.RefundedFen,
		})
	}
	if g := o.Group; g != nil {
		v.Group = &GroupRef{g.Campaign, g.No, g.Status, g.Seat}
	}
	return v
}

func adjustmentViews(adjustments []model.Adjustment) []AdjustmentView {
	views := make([]AdjustmentView, 0, len(adjustments))
	for _, a := range adjustments {
		v := AdjustmentView{Kind: a.Kind, Label: a.Label, Words: a.Words, AmountFen: a.AmountFen}
		if a.Position >= 0 {
			v.Line = &a.Position
		}
		views = append(views, v)
	}
	return views
}
