package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/operations"
)

const tagOperations = "Operations"

func (s *Server) registerOperations(a *endpoint.API) {
	paged := []*model.Error{model.ErrBadCursor}
	// Everybody sees orders: whatever somebody's work is, this tells what of it waits.
	todo := get("list-to-do", "/to-do", tagOperations, model.PermitOrdersRead, "What waits for the brand, by kind")
	todo.Description = "Only the kinds of which one may see the list."
	endpoint.Register(a, todo, s.listToDo)
	jobs := get("list-jobs", "/jobs", tagOperations, model.PermitJobsRead, "Due work, the newest first")
	jobs.Description = "Dead jobs gave up after sixty failures in a row; mend what last_error tells, then try them again."
	jobs.Errors = paged
	endpoint.Register(a, jobs, s.listJobs)
	endpoint.Register(a, endpoint.Operation{
		ID: "retry-job", Method: http.MethodPost, Path: "/jobs/{id}/retry", Tag: tagOperations, Permission: model.PermitJobsRetry,
		Status: http.StatusNoContent, Summary: "Try a dead job again",
		Errors: []*model.Error{model.ErrNotFound, model.ErrWrongState},
	}, s.retryJob)
	callbacks := get("list-callbacks", "/callbacks", tagOperations, model.PermitCallbacksRead, "WeChat's notifications, the newest first")
	callbacks.Errors = paged
	endpoint.Register(a, callbacks, s.listCallbacks)
	audit := get("list-audit-log", "/audit-log", tagOperations, model.PermitAuditRead, "Who did what, the newest first")
	audit.Errors = paged
	endpoint.Register(a, audit, s.listAuditLog)
}

type toDo struct {
	Items []operations.ToDo `json:"items"`
}

func (s *Server) listToDo(ctx context.Context, _ *struct{}) (*answer[toDo], error) {
	items, err := s.Operations.ToDo(ctx, request.StaffOf(ctx).Role.May)
	return answered(toDo{items}, err)
}

// place is where a page of what is listed newest first ends.
type place struct {
	Before int64 `json:"b"`
}

// page is a page of what was listed newest first.
func page[T any](cursor endpoint.Cursor[place], views []T, next int64, err error) (*answer[endpoint.Page[T]], error) {
	word := ""
	if next > 0 {
		word = cursor.Encode(place{next})
	}
	return answered(endpoint.NewPage(views, word), err)
}

var (
	jobsCursor      = endpoint.Cursor[place]{Name: "jobs", Version: 1}
	callbacksCursor = endpoint.Cursor[place]{Name: "callbacks", Version: 1}
	auditCursor     = endpoint.Cursor[place]{Name: "audit-log", Version: 1}
)

// Span is the parameters of an endpoint that lists what happened between two instants.
type Span struct {
	From model.Millis `query:"from" minimum:"0" doc:"Not before; UTC milliseconds"`
	To   model.Millis `query:"to" minimum:"0" doc:"Before; UTC milliseconds"`
}

type jobsInput struct {
	endpoint.Paging
	Status string `query:"status" enum:"queued,done,dead" doc:"Only jobs in this state"`
	Kind   string `query:"kind" maxLength:"32" doc:"Only jobs of this kind" example:"refund.submit"`
	Key    string `query:"key" maxLength:"64" doc:"Only jobs about what has this number"`
	Span
}

func (s *Server) listJobs(ctx context.Context, in *jobsInput) (*answer[endpoint.Page[operations.JobView]], error) {
	at, err := jobsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Operations.Jobs(ctx, operations.JobFilter{
		Status: in.Status, Kind: in.Kind, Key: in.Key, From: in.From, To: in.To,
	}, at.Before, in.Limit)
	return page(jobsCursor, views, next, err)
}

type jobInput struct {
	ID int64 `path:"id" minimum:"1" doc:"The job" example:"1"`
}

func (s *Server) retryJob(ctx context.Context, in *jobInput) (*struct{}, error) {
	return nil, s.Operations.Retry(ctx, in.ID)
}

type callbacksInput struct {
	endpoint.Paging
	Outcome string `query:"outcome" enum:"applied,repeated,mismatch,unknown,unhandled" doc:"Only those that ended so"`
	Event   string `query:"event" maxLength:"64" doc:"Only those of this kind" example:"TRANSACTION.SUCCESS"`
	Number  string `query:"number" maxLength:"64" doc:"Only those about this payment or refund"`
	Span
}

func (s *Server) listCallbacks(ctx context.Context, in *callbacksInput) (*answer[endpoint.Page[operations.CallbackView]], error) {
	at, err := callbacksCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Operations.Callbacks(ctx, operations.CallbackFilter{
		Outcome: in.Outcome, Event: in.Event, Number: in.Number, From: in.From, To: in.To,
	}, at.Before, in.Limit)
	return page(callbacksCursor, views, next, err)
}

type auditInput struct {
	endpoint.Paging
	ActorKind   string `query:"actor_kind" enum:"consumer,staff,wechat,job,operator,administrator"`
	ActorNo     string `query:"actor_no" maxLength:"64"`
	SubjectKind string `query:"subject_kind" maxLength:"64" example:"order"`
	SubjectNo   string `query:"subject_no" maxLength:"64"`
	Action      string `query:"action" maxLength:"64" example:"order.ship"`
	Span
}

func (s *Server) listAuditLog(ctx context.Context, in *auditInput) (*answer[endpoint.Page[operations.AuditView]], error) {
	at, err := auditCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Operations.AuditLog(ctx, operations.AuditFilter{
		ActorKind: in.ActorKind, ActorNo: in.ActorNo, SubjectKind: in.SubjectKind, SubjectNo: in.SubjectNo,
		Action: in.Action, From: in.From, To: in.To,
	}, at.Before, in.Limit)
	return page(auditCursor, views, next, err)
}
