package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/reconcile"
)

func (s *Server) registerReconcile(a *endpoint.API) {
	list := get("list-reconciliations", "/money/reconciliations", tagMoney, model.PermitMoneyRead, "Days compared with WeChat's bills, the latest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listReconciliations)
	detail := get("get-reconciliation", "/money/reconciliations/{day}", tagMoney, model.PermitMoneyRead, "How a day stands")
	detail.Errors = []*model.Error{model.ErrNotFound}
	endpoint.Register(a, detail, s.getReconciliation)
	endpoint.Register(a, endpoint.Operation{
		ID: "run-reconciliation", Method: http.MethodPost, Path: "/money/reconciliations", Tag: tagMoney,
		Permission: model.PermitMoneyReconcile, Status: http.StatusAccepted, Summary: "Reconcile a day, or once more",
		Description: "It is done as soon as may be. What no longer differs is cleared, and nothing is booked twice.",
		Errors:      []*model.Error{model.ErrInvalid, model.ErrOutOfRange},
	}, s.runReconciliation)
	exceptions := get("list-bill-exceptions", "/money/exceptions", tagMoney, model.PermitMoneyRead, "What differs between WeChat's bills and us, the oldest first")
	exceptions.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, exceptions, s.listExceptions)
	endpoint.Register(a, endpoint.Operation{
		ID: "resolve-bill-exception", Method: http.MethodPost, Path: "/money/exceptions/{no}/resolution", Tag: tagMoney,
		Permission: model.PermitMoneyReconcile, Summary: "Say what was done about a difference, or why nothing is",
		Errors: []*model.Error{model.ErrNotFound, model.ErrWrongState, model.ErrNotOneOf, model.ErrRequired, model.ErrTooLong},
	}, s.resolveException)
}

// dayPlace is where a page of days ends.
type dayPlace struct {
	Before model.Day `json:"d"`
}

var (
	reconciliationsCursor = endpoint.Cursor[dayPlace]{Name: "console-reconciliations", Version: 1}
	exceptionsCursor      = endpoint.Cursor[place]{Name: "console-exceptions", Version: 1}
)

type reconciliationsInput struct{ endpoint.Paging }

func (s *Server) listReconciliations(ctx context.Context, in *reconciliationsInput) (*answer[endpoint.Page[reconcile.Report]], error) {
	at, err := reconciliationsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := s.Reconcile.List(ctx, at.Before, in.Limit)
	word := ""
	if next != "" {
		word = reconciliationsCursor.Encode(dayPlace{next})
	}
	return answered(endpoint.NewPage(list, word), err)
}

type reconciliationInput struct {
	Day string `path:"day" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"In Shanghai" example:"2026-06-01"`
}

func (s *Server) getReconciliation(ctx context.Context, in *reconciliationInput) (*answer[reconcile.Report], error) {
	return answered(s.Reconcile.Get(ctx, model.Day(in.Day)))
}

type runInput struct {
	Body struct {
		Day string `json:"day" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"In Shanghai; over, and not longer ago than WeChat keeps its bills" example:"2026-06-01"`
	}
}

func (s *Server) runReconciliation(ctx context.Context, in *runInput) (*struct{}, error) {
	return nil, s.Reconcile.Ask(ctx, model.Day(in.Body.Day))
}

type exceptionsInput struct {
	endpoint.Paging
	Day    string   `query:"day" pattern:"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$" doc:"Only those of this day"`
	Status []string `query:"status,explode" enum:"open,cleared,resolved,ignored" doc:"Only those in these states"`
}

func (s *Server) listExceptions(ctx context.Context, in *exceptionsInput) (*answer[endpoint.Page[reconcile.ExceptionView]], error) {
	at, err := exceptionsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.ExceptionStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.ExceptionStatus(st)
	}
	views, next, err := s.Reconcile.Exceptions(ctx, model.Day(in.Day), statuses, at.Before, in.Limit)
	return page(exceptionsCursor, views, next, err)
}

type resolutionInput struct {
	No   string `path:"no" maxLength:"26" doc:"The exception's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body struct {
		Status string `json:"status" enum:"resolved,ignored"`
		Note   string `json:"note" minLength:"1" maxLength:"500" doc:"What was done, or why nothing is"`
	}
}

func (s *Server) resolveException(ctx context.Context, in *resolutionInput) (*answer[reconcile.ExceptionView], error) {
	return answered(s.Reconcile.Resolve(ctx, in.No, model.ExceptionStatus(in.Body.Status), in.Body.Note))
}
