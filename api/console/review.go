package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/review"
)

const tagReview = "Reviews"

func (s *Server) registerReview(a *endpoint.API) {
	list := get("list-reviews", "/reviews", tagReview, model.PermitReviewsRead, "What consumers say, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor, model.ErrProductNotFound}
	endpoint.Register(a, list, s.listReviews)
	endpoint.Register(a, endpoint.Operation{
		ID: "decide-review", Method: http.MethodPost, Path: "/reviews/{no}/decision", Tag: tagReview, Permission: model.PermitReviewsWrite,
		Summary: "Publish, refuse or hide a review, or what was added to it",
		Errors:  []*model.Error{model.ErrReviewNotFound, model.ErrNotOneOf, model.ErrRequired, model.ErrWrongState},
	}, s.decideReview)
	endpoint.Register(a, endpoint.Operation{
		ID: "reply-to-review", Method: http.MethodPut, Path: "/reviews/{no}/reply", Tag: tagReview, Permission: model.PermitReviewsWrite,
		Summary: "Answer a review, or take the answer back", Errors: []*model.Error{model.ErrReviewNotFound, model.ErrTooLong},
	}, s.replyToReview)
}

var reviewsCursor = endpoint.Cursor[place]{Name: "console-reviews", Version: 1}

type reviewsInput struct {
	endpoint.Paging
	Status  []string `query:"status,explode" doc:"Only those in these states, or with an addition in them" enum:"checking,held,published,refused,hidden"`
	Rating  int      `query:"rating" minimum:"0" maximum:"5" doc:"Only those with so many stars"`
	Photos  bool     `query:"pictures" doc:"Only those with pictures"`
	Product string   `query:"product" maxLength:"255" doc:"Only those of this product: its name in addresses"`
}

func (s *Server) listReviews(ctx context.Context, in *reviewsInput) (*answer[endpoint.Page[review.DeskView]], error) {
	at, err := reviewsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := review.DeskFilter{Rating: in.Rating, Handle: in.Product, Pictures: in.Photos}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.ReviewStatus(st))
	}
	views, next, err := s.Review.AtDesk(ctx, f, at.Before, in.Limit, languages(ctx)...)
	return page(reviewsCursor, views, next, err)
}

type decideReviewInput struct {
	No   string `path:"no" maxLength:"26" doc:"The review's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body review.Decision
}

func (s *Server) decideReview(ctx context.Context, in *decideReviewInput) (*answer[review.DeskView], error) {
	return answered(s.Review.Decide(ctx, in.No, in.Body, languages(ctx)...))
}

type replyInput struct {
	No   string `path:"no" maxLength:"26" doc:"The review's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body review.Reply
}

func (s *Server) replyToReview(ctx context.Context, in *replyInput) (*answer[review.DeskView], error) {
	return answered(s.Review.Reply(ctx, in.No, in.Body, languages(ctx)...))
}
