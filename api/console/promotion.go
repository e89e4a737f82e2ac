package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/promotion"
)

const tagPromotion = "Promotions"

func (s *Server) registerPromotion(a *endpoint.API) {
	write := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagPromotion, Permission: model.PermitPromotionsWrite, Summary: summary, Errors: errs,
		}
	}
	spec := []*model.Error{model.ErrRequired, model.ErrTooLong, model.ErrOutOfRange, model.ErrInvalid, model.ErrNotOneOf}
	change := append([]*model.Error{model.ErrWrongState, model.ErrQuotaTaken}, spec...)

	list := get("list-promotions", "/promotions", tagPromotion, model.PermitPromotionsRead, "Promotions, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listPromotions)
	one := get("get-promotion", "/promotions/{no}", tagPromotion, model.PermitPromotionsRead, "One promotion, with what it has brought")
	one.Errors = []*model.Error{model.ErrPromotionNotFound}
	endpoint.Register(a, one, s.getPromotion)
	create := write("create-promotion", http.MethodPost, "/promotions", "Make a promotion, or a flash sale", spec...)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createPromotion)
	endpoint.Register(a, write("change-promotion", http.MethodPut, "/promotions/{no}", "Change a promotion",
		append(change, model.ErrPromotionNotFound)...), s.changePromotion)
	endpoint.Register(a, write("set-promotion-status", http.MethodPut, "/promotions/{no}/status", "Pause a promotion, have it go on, or stop it for good",
		model.ErrPromotionNotFound, model.ErrWrongState), s.setPromotionStatus)

	coupons := get("list-coupons", "/coupons", tagPromotion, model.PermitPromotionsRead, "Kinds of coupon, the newest first")
	coupons.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, coupons, s.listCoupons)
	coupon := get("get-coupon", "/coupons/{no}", tagPromotion, model.PermitPromotionsRead, "One kind of coupon, with what became of those that consumers have")
	coupon.Errors = []*model.Error{model.ErrCouponNotFound}
	endpoint.Register(a, coupon, s.getCoupon)
	create = write("create-coupon", http.MethodPost, "/coupons", "Make a kind of coupon", append(spec, model.ErrTooShort)...)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createCoupon)
	endpoint.Register(a, write("change-coupon", http.MethodPut, "/coupons/{no}", "Change a kind of coupon",
		append(change, model.ErrCouponNotFound, model.ErrTooShort)...), s.changeCoupon)
	endpoint.Register(a, write("set-coupon-status", http.MethodPut, "/coupons/{no}/status",
		"Give out no more of a coupon for a while, have it go on, or stop it for good", model.ErrCouponNotFound, model.ErrWrongState), s.setCouponStatus)
	issue := write("issue-coupon", http.MethodPost, "/coupons/{no}/issues", "Give one to each of some consumers",
		model.ErrCouponNotFound, model.ErrRequired, model.ErrTooMany, model.ErrInvalid, model.ErrCouponClosed, model.ErrCouponOver)
	issue.Description = "Who has as many as they may is skipped. Either all others get one or, when there are too few, nobody does."
	endpoint.Register(a, issue, s.issueCoupon)
	codes := write("make-coupon-codes", http.MethodPost, "/coupons/{no}/codes", "Make codes that are each good for one coupon",
		model.ErrCouponNotFound, model.ErrOutOfRange, model.ErrWrongState)
	codes.Description = "The codes are told this once. Asked again, it makes others."
	endpoint.Register(a, codes, s.makeCouponCodes)
}

var promotionsCursor = endpoint.Cursor[place]{Name: "console-promotions", Version: 1}

type promotionsInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only those in these states" enum:"active,paused,stopped"`
	Kind   string   `query:"kind" enum:"flash_sale,other" doc:"Only flash sales, or only what is none"`
}

func (s *Server) listPromotions(ctx context.Context, in *promotionsInput) (*answer[endpoint.Page[promotion.DeskView]], error) {
	at, err := promotionsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	var f promotion.DeskFilter
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.PromotionStatus(st))
	}
	if in.Kind != "" {
		flash := in.Kind == "flash_sale"
		f.Flash = &flash
	}
	views, next, err := s.Promotion.List(ctx, f, at.Before, in.Limit)
	return page(promotionsCursor, views, next, err)
}

type promotionInput struct {
	No string `path:"no" maxLength:"26" doc:"The promotion's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getPromotion(ctx context.Context, in *promotionInput) (*answer[promotion.DeskView], error) {
	return answered(s.Promotion.Get(ctx, in.No))
}

type createPromotionInput struct {
	endpoint.Keyed
	Body promotion.Spec
}

func (s *Server) createPromotion(ctx context.Context, in *createPromotionInput) (*answer[promotion.DeskView], error) {
	return answered(s.Promotion.Create(ctx, in.IdempotencyKey, in.Body))
}

type changePromotionInput struct {
	No   string `path:"no" maxLength:"26" doc:"The promotion's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body promotion.Spec
}

func (s *Server) changePromotion(ctx context.Context, in *changePromotionInput) (*answer[promotion.DeskView], error) {
	return answered(s.Promotion.Change(ctx, in.No, in.Body))
}

type promotionStatus struct {
	Status string `json:"status" enum:"active,paused,stopped" doc:"What was stopped stays so"`
}

type promotionStatusInput struct {
	No   string `path:"no" maxLength:"26" doc:"The number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body promotionStatus
}

func (s *Server) setPromotionStatus(ctx context.Context, in *promotionStatusInput) (*answer[promotion.DeskView], error) {
	return answered(s.Promotion.Move(ctx, in.No, model.PromotionStatus(in.Body.Status)))
}

var couponsCursor = endpoint.Cursor[place]{Name: "console-coupons", Version: 1}

type couponsInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only those in these states" enum:"active,paused,stopped"`
}

func (s *Server) listCoupons(ctx context.Context, in *couponsInput) (*answer[endpoint.Page[promotion.CouponDeskView]], error) {
	at, err := couponsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.CouponStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.CouponStatus(st)
	}
	views, next, err := s.Promotion.ListCoupons(ctx, statuses, at.Before, in.Limit)
	return page(couponsCursor, views, next, err)
}

type couponInput struct {
	No string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getCoupon(ctx context.Context, in *couponInput) (*answer[promotion.CouponDeskView], error) {
	return answered(s.Promotion.GetCoupon(ctx, in.No))
}

type createCouponInput struct {
	endpoint.Keyed
	Body promotion.CouponSpec
}

func (s *Server) createCoupon(ctx context.Context, in *createCouponInput) (*answer[promotion.CouponDeskView], error) {
	return answered(s.Promotion.CreateCoupon(ctx, in.IdempotencyKey, in.Body))
}

type changeCouponInput struct {
	No   string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body promotion.CouponSpec
}

func (s *Server) changeCoupon(ctx context.Context, in *changeCouponInput) (*answer[promotion.CouponDeskView], error) {
	return answered(s.Promotion.ChangeCoupon(ctx, in.No, in.Body))
}

func (s *Server) setCouponStatus(ctx context.Context, in *promotionStatusInput) (*answer[promotion.CouponDeskView], error) {
	return answered(s.Promotion.MoveCoupon(ctx, in.No, model.CouponStatus(in.Body.Status)))
}

type issueCouponInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body promotion.Wish
}

func (s *Server) issueCoupon(ctx context.Context, in *issueCouponInput) (*answer[promotion.Issued], error) {
	return answered(s.Promotion.Issue(ctx, in.IdempotencyKey, in.No, in.Body))
}

type couponCodesWish struct {
	Count int `json:"count" minimum:"1" maximum:"1000" doc:"How many codes"`
}

type couponCodesInput struct {
	No   string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body couponCodesWish
}

func (s *Server) makeCouponCodes(ctx context.Context, in *couponCodesInput) (*answer[promotion.Codes], error) {
	return answered(s.Promotion.NewCodes(ctx, in.No, in.Body.Count))
}
