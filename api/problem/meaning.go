package problem

import (
	"context"
	"errors"
	"net/http"

	"hutong/model"
)

// statuses is what each kind of error is in HTTP.
var statuses = map[model.Kind]int{
	model.KindInternal:     http.StatusInternalServerError,
	model.KindInvalid:      http.StatusBadRequest,
	model.KindUnauthorized: http.StatusUnauthorized,
	model.KindForbidden:    http.StatusForbidden,
	model.KindNotFound:     http.StatusNotFound,
	model.KindConflict:     http.StatusConflict,
	model.KindGone:         http.StatusGone,
	model.KindTooLarge:     http.StatusRequestEntityTooLarge,
	model.KindRateLimited:  http.StatusTooManyRequests,
	model.KindUpstream:     http.StatusBadGateway,
	model.KindUnavailable:  http.StatusServiceUnavailable,
}

// Errors that only HTTP has; the model knows nothing of them.
var (
	ErrInternal         = &model.Error{Kind: model.KindInternal, Code: "internal", Message: "Something went wrong on our side; please try again."}
	ErrMalformed        = &model.Error{Kind: model.KindInvalid, Code: "malformed", Message: "The body of the request is not valid JSON."}
	ErrMethodNotAllowed = &model.Error{Kind: model.KindInvalid, Code: "method_not_allowed", Message: "This address does not know this method."}
	ErrUnsupportedMedia = &model.Error{Kind: model.KindInvalid, Code: "unsupported_media_type", Message: "The body of the request must be application/json."}
	ErrSlowBody         = &model.Error{Kind: model.KindInvalid, Code: "slow_body", Message: "The body of the request took too long to arrive."}
	ErrCancelled        = &model.Error{Kind: model.KindUnavailable, Code: "cancelled", Message: "The caller did not wait for the answer."}
)

// StatusCancelled is the status, in the log and the metrics, of a request whose caller has gone.
const StatusCancelled = 499

// ownStatus are the codes whose status says more than their kind's.
var ownStatus = map[string]int{
	ErrMethodNotAllowed.Code: http.StatusMethodNotAllowed,
	ErrUnsupportedMedia.Code: http.StatusUnsupportedMediaType,
	ErrSlowBody.Code:         http.StatusRequestTimeout,
	ErrCancelled.Code:        StatusCancelled,
}

// Status is the HTTP status that err is answered with.
func Status(err error) int { return statusOf(meanings(context.Background(), err)[0]) }

func statusOf(e *model.Error) int {
	if s, ok := ownStatus[e.Code]; ok {
		return s
	}
	if s, ok := statuses[e.Kind]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// meanings is what err says to the caller: at least one typed error.
func meanings(ctx context.Context, err error) []*model.Error {
	var several model.Errs
	if errors.As(err, &several) && len(several) > 0 {
		return several
	}
	var one *model.Error
	switch {
	case errors.As(err, &one):
		return []*model.Error{one}
	case errors.Is(err, context.DeadlineExceeded):
		return []*model.Error{model.ErrTimeout}
	case errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled):
		return []*model.Error{ErrCancelled}
	}
	return []*model.Error{ErrInternal}
}
