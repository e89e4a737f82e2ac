package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/promotion"
)

const tagPromotion = "Promotions"

func (s *Server) registerPromotion(a *endpoint.API) {
	offers := get("get-product-offers", "/products/{handle}/offers", tagPromotion, "What makes a product cheaper now")
	offers.Description = "The product itself is cached for everybody; this is as things are now."
	offers.Errors = []*model.Error{model.ErrProductNotFound}
	endpoint.Register(a, offers, s.getProductOffers)
	endpoint.Register(a, get("list-flash-sales", "/flash-sales", tagPromotion, "Flash sales that run, or begin within a day"), s.listFlashSales)

	op := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{ID: id, Method: method, Path: path, Tag: tagPromotion, SignedIn: true, Summary: summary, Errors: errs}
	}
	endpoint.Register(a, op("list-coupon-centre", http.MethodGet, "/coupons", "Coupons that I can claim"), s.listCouponCentre)
	claim := op("claim-coupon", http.MethodPost, "/coupons/{no}/claims", "Claim a coupon",
		model.ErrCouponNotFound, model.ErrCouponClosed, model.ErrCouponOver, model.ErrCouponLimit, model.ErrConflict)
	claim.Status, claim.Cost = http.StatusCreated, 2
	endpoint.Register(a, claim, s.claimCoupon)
	redeem := op("redeem-coupon-code", http.MethodPost, "/coupon-codes", "Get the coupon of a code",
		model.ErrCouponCode, model.ErrCouponCodeUsed, model.ErrCouponClosed, model.ErrCouponOver, model.ErrCouponLimit, model.ErrConflict)
	redeem.Status, redeem.Cost = http.StatusCreated, 10 // a code can be guessed
	endpoint.Register(a, redeem, s.redeemCouponCode)
	endpoint.Register(a, op("list-my-coupons", http.MethodGet, "/my-coupons", "My coupons, the newest first", model.ErrBadCursor), s.listMyCoupons)
}

type productOffersInput struct {
	Handle string `path:"handle" maxLength:"255" doc:"Name of the product in addresses" example:"moka-pot"`
}

func (s *Server) getProductOffers(ctx context.Context, in *productOffersInput) (*answer[promotion.ProductOffers], error) {
	return answered(s.Promotion.Offers(ctx, in.Handle, languages(ctx)...))
}

type flashSales struct {
	Items []promotion.FlashView `json:"items"`
}

type flashSalesInput struct {
	Promotion string `query:"promotion" maxLength:"26" doc:"Number of a flash sale: only that one" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) listFlashSales(ctx context.Context, in *flashSalesInput) (*answer[flashSales], error) {
	views, err := s.Promotion.FlashSales(ctx, in.Promotion, languages(ctx)...)
	return answered(flashSales{views}, err)
}

type couponCentre struct {
	Items []promotion.CentreView `json:"items"`
}

func (s *Server) listCouponCentre(ctx context.Context, _ *struct{}) (*answer[couponCentre], error) {
	views, err := s.Promotion.Centre(ctx, request.UserID(ctx), languages(ctx)...)
	return answered(couponCentre{views}, err)
}

type claimCouponInput struct {
	endpoint.Keyed
	No string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) claimCoupon(ctx context.Context, in *claimCouponInput) (*answer[promotion.ClaimView], error) {
	return answered(s.Promotion.Claim(ctx, request.UserID(ctx), in.IdempotencyKey, in.No, languages(ctx)...))
}

type couponCode struct {
	Code string `json:"code" minLength:"4" maxLength:"64" doc:"Spaces, hyphens and the case of letters do not count"`
}

type redeemInput struct {
	endpoint.Keyed
	Body couponCode
}

func (s *Server) redeemCouponCode(ctx context.Context, in *redeemInput) (*answer[promotion.ClaimView], error) {
	return answered(s.Promotion.Redeem(ctx, request.UserID(ctx), in.IdempotencyKey, in.Body.Code, languages(ctx)...))
}

var myCouponsCursor = endpoint.Cursor[place]{Name: "my-coupons", Version: 1}

type myCouponsInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only those in these states" enum:"claimed,locked,used,expired"`
}

func (s *Server) listMyCoupons(ctx context.Context, in *myCouponsInput) (*answer[endpoint.Page[promotion.ClaimView]], error) {
	at, err := myCouponsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.ClaimStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.ClaimStatus(st)
	}
	views, next, err := s.Promotion.Mine(ctx, request.UserID(ctx), statuses, at.Before, in.Limit, languages(ctx)...)
	return listed(myCouponsCursor, views, next, err)
}
