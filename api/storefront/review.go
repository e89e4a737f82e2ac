package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/review"
)

const tagReview = "Reviews"

func (s *Server) registerReview(a *endpoint.API) {
	op := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagReview, SignedIn: true, Summary: summary, Errors: errs,
		}
	}
	of := get("list-product-reviews", "/products/{handle}/reviews", tagReview, "What people say of a product, the newest first")
	of.Errors = []*model.Error{model.ErrProductNotFound, model.ErrBadCursor}
	endpoint.Register(a, of, s.productReviews)
	endpoint.Register(a, op("list-reviews", http.MethodGet, "/reviews", "My reviews, the newest first", model.ErrBadCursor), s.listReviews)
	endpoint.Register(a, op("list-open-reviews", http.MethodGet, "/open-reviews", "What I can review: what came within the last 90 days", model.ErrBadCursor), s.openReviews)
	write := op("write-review", http.MethodPost, "/reviews", "Review a line of an order", model.ErrOrderNotFound, model.ErrOutOfRange,
		model.ErrTooLong, model.ErrTooMany, model.ErrWrongState, model.ErrTooLate, model.ErrReviewed)
	write.Status = http.StatusCreated
	write.Description = "Others see it once WeChat, or the shop's staff, have nothing against it."
	endpoint.Register(a, write, s.writeReview)
	endpoint.Register(a, op("add-to-review", http.MethodPost, "/reviews/{no}/addition", "Say something more, once, within 180 days",
		model.ErrReviewNotFound, model.ErrRequired, model.ErrTooLong, model.ErrTooLate, model.ErrReviewed), s.addToReview)
	endpoint.Register(a, op("remove-review", http.MethodDelete, "/reviews/{no}", "Take a review back, for good", model.ErrReviewNotFound), s.removeReview)
}

type productReviewsInput struct {
	endpoint.Conditional
	endpoint.Paging
	Handle   string `path:"handle" maxLength:"255" doc:"Name of the product in addresses" example:"moka-pot"`
	Rating   int    `query:"rating" minimum:"0" maximum:"5" doc:"Only those with so many stars"`
	Pictures bool   `query:"pictures" doc:"Only those with pictures"`
}

// productReviews is a page of reviews with what all think.
type productReviews struct {
	Summary review.Summary `json:"summary"`
	endpoint.Page[review.Shown]
}

var (
	productReviewsCursor = endpoint.Cursor[place]{Name: "product-reviews", Version: 1}
	reviewsCursor        = endpoint.Cursor[place]{Name: "reviews", Version: 1}
	openReviewsCursor    = endpoint.Cursor[place]{Name: "open-reviews", Version: 1}
)

func (s *Server) productReviews(ctx context.Context, in *productReviewsInput) (*endpoint.Cached[productReviews], error) {
	at, err := productReviewsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	filter := review.Filter{Rating: in.Rating, Pictures: in.Pictures}
	shown, sum, next, err := s.Review.OfProduct(ctx, in.Handle, filter, at.Before, in.Limit, languages(ctx)...)
	page, err := listed(productReviewsCursor, shown, next, err)
	if err != nil {
		return nil, err
	}
	return endpoint.DocumentOf(in.Conditional, productReviews{sum, page.Body})
}

type reviewsInput struct{ endpoint.Paging }

func (s *Server) listReviews(ctx context.Context, in *reviewsInput) (*answer[endpoint.Page[review.View]], error) {
	at, err := reviewsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Review.Mine(ctx, request.UserID(ctx), at.Before, in.Limit, languages(ctx)...)
	return listed(reviewsCursor, views, next, err)
}

func (s *Server) openReviews(ctx context.Context, in *reviewsInput) (*answer[endpoint.Page[review.Open]], error) {
	at, err := openReviewsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Review.Open(ctx, request.UserID(ctx), at.Before, in.Limit, languages(ctx)...)
	return listed(openReviewsCursor, views, next, err)
}

type writeReviewInput struct {
	endpoint.Keyed
	Body review.Input
}

func (s *Server) writeReview(ctx context.Context, in *writeReviewInput) (*answer[review.View], error) {
	return answered(s.Review.Write(ctx, request.UserID(ctx), in.IdempotencyKey, in.Body, languages(ctx)...))
}

type reviewInput struct {
	No string `path:"no" maxLength:"26" doc:"The review's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

type addToReviewInput struct {
	No   string `path:"no" maxLength:"26" doc:"The review's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body review.Addition
}

func (s *Server) addToReview(ctx context.Context, in *addToReviewInput) (*answer[review.View], error) {
	return answered(s.Review.Add(ctx, request.UserID(ctx), in.No, in.Body, languages(ctx)...))
}

func (s *Server) removeReview(ctx context.Context, in *reviewInput) (*struct{}, error) {
	return nil, s.Review.Remove(ctx, request.UserID(ctx), in.No)
}
