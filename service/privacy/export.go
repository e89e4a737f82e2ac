package privacy

import (
	"context"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/trail"
	"hutong/service/member"
	"hutong/service/order"
	"hutong/service/picture"
	"hutong/service/promotion"
	"hutong/service/review"
)

// Export is everything that a shop keeps of a consumer, as they may carry it elsewhere. Amounts are fen, instants UTC
// milliseconds.
type Export struct {
	Shop       string                `json:"shop"`
	MadeAt     model.Millis          `json:"made_at"`
	Account    AccountExport         `json:"account"`
	Phone      string                `json:"phone,omitempty" doc:"In full"`
	Level      *member.Standing      `json:"level,omitempty" doc:"That the shop has given them"`
	Addresses  []model.Place         `json:"addresses"`
	Orders     []order.View          `json:"orders"`
	Origins    []OriginExport        `json:"origins" doc:"Where the orders came from"`
	Payments   []PaymentExport       `json:"payments"`
	Refunds    []RefundExport        `json:"refunds"`
	Parcels    []ParcelExport        `json:"parcels"`
	AfterSales []CaseExport          `json:"after_sales"`
	Reviews    []review.View         `json:"reviews"`
	Pictures   []picture.View        `json:"pictures"`
	Cart       []ThingExport         `json:"cart"`
	Favourites []ThingExport         `json:"favourites"`
	History    []ThingExport         `json:"history"`
	Coupons    []promotion.ClaimView `json:"coupons"`
	FlashSales []FlashSaleExport     `json:"flash_sales" doc:"What they have taken of offers that are limited per person"`
	Seats      []SeatExport          `json:"seats" doc:"In small groups"`
	Visits     []VisitExport         `json:"visits" doc:"The small groups that they have looked at"`
	Messages   []MessageExport       `json:"messages"`
	Leaves     []LeaveExport         `json:"leaves" doc:"How many messages are still allowed"`
	Log        []LogExport           `json:"log" doc:"What they have done that changed money, orders or personal data, and from which network"`
}

// mostExported bounds the rows of each kind: more than anybody has, and a bound on what one request can cost.
const mostExported = 10_000

// Export tells a consumer what is kept of them. That they asked is logged.
func (s *Service) Export(ctx context.Context, b order.Buyer) (Export, error) {
	me, err := s.identity.Me(ctx, b.UserID)
	if err != nil {
		return Export{}, err
	}
	e := Export{Shop: b.Brand.Slug, MadeAt: s.now.Now(), Account: AccountExport{Me: me}}
	if e.Phone, err = s.identity.Phone(ctx, b.UserID); err != nil {
		return Export{}, err
	}
	if e.Orders, err = all(func(before int64) ([]order.View, int64, error) {
		return s.orders.List(ctx, b, nil, before, onePage)
	}); err != nil {
		return Export{}, err
	}
	if e.Reviews, err = all(func(before int64) ([]review.View, int64, error) {
		return s.reviews.Mine(ctx, b.UserID, before, onePage, b.Languages...)
	}); err != nil {
		return Export{}, err
	}
	if e.Coupons, err = all(func(before int64) ([]promotion.ClaimView, int64, error) {
		return s.promotions.Mine(ctx, b.UserID, nil, before, onePage, b.Languages...)
	}); err != nil {
		return Export{}, err
	}
	levels, err := member.Of(s.db.Read(ctx), []int64{b.UserID})
	if err != nil {
		return Export{}, err
	}
	e.Level = levels[b.UserID]
	if err := e.gather(s.db.Read(ctx), b.UserID); err != nil {
		return Export{}, err
	}
	return e, s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "privacy.export", trail.Subject{Kind: "consumer", No: me.No}, nil, nil)
	})
}

const onePage = 100

// all reads a list to its end, or as far as is told.
func all[T any](page func(before int64) ([]T, int64, error)) ([]T, error) {
	out := []T{}
	for before := int64(0); len(out) < mostExported; {
		some, next, err := page(before)
		if err != nil {
			return nil, err
		}
		if out = append(out, some...); next == 0 {
			break
		}
		before = next
	}
	return out, nil
}
