package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/customer"
	"hutong/service/member"
	"hutong/service/promotion"
)

// registerSegment adds levels, segments, and coupons that are issued to a segment.
func (s *Server) registerSegment(a *endpoint.API) {
	write := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagCustomer, Permission: model.PermitCustomersWrite, Summary: summary, Errors: errs,
		}
	}
	named := []*model.Error{model.ErrRequired, model.ErrTooLong}
	ruled := append([]*model.Error{model.ErrOutOfRange, model.ErrNotOneOf}, named...)

	endpoint.Register(a, get("list-levels", "/member-levels", tagCustomer, model.PermitCustomersRead, "The levels of customers, the lowest first"), s.listLevels)
	create := write("create-level", http.MethodPost, "/member-levels", "Make a level", append(named, model.ErrOutOfRange, model.ErrLevelTaken)...)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createLevel)
	endpoint.Register(a, write("rename-level", http.MethodPut, "/member-levels/{no}", "Call a level something else",
		append(named, model.ErrLevelNotFound)...), s.renameLevel)
	remove := write("remove-level", http.MethodDelete, "/member-levels/{no}", "Take away a level that nobody has", model.ErrLevelNotFound, model.ErrLevelInUse)
	remove.Description = "What is for members from its rank on is then for those above."
	endpoint.Register(a, remove, s.removeLevel)

	list := get("list-segments", "/segments", tagCustomer, model.PermitCustomersRead, "Segments, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listSegments)
	one := get("get-segment", "/segments/{no}", tagCustomer, model.PermitCustomersRead, "One segment, with how many are in it now")
	one.Errors = []*model.Error{model.ErrSegmentNotFound}
	endpoint.Register(a, one, s.getSegment)
	create = write("create-segment", http.MethodPost, "/segments", "Keep a filter over customers under a name", ruled...)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createSegment)
	endpoint.Register(a, write("change-segment", http.MethodPut, "/segments/{no}", "Change a segment",
		append(ruled, model.ErrSegmentNotFound)...), s.changeSegment)
	endpoint.Register(a, write("remove-segment", http.MethodDelete, "/segments/{no}", "Forget a segment", model.ErrSegmentNotFound), s.removeSegment)
	preview := get("preview-segment", "/segment-preview", tagCustomer, model.PermitCustomersRead, "Count whom a rule would choose")
	preview.Errors = ruled[:2]
	endpoint.Register(a, preview, s.previewSegment)

	issues := get("list-coupon-issues", "/coupon-issues", tagPromotion, model.PermitPromotionsRead,
		"The issues of coupons to segments, the newest first, and how far they have come")
	issues.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, issues, s.listCouponIssues)
	endpoint.Register(a, endpoint.Operation{
		ID: "issue-coupon-to-segment", Method: http.MethodPost, Path: "/coupons/{no}/segment-issues", Tag: tagPromotion, Status: http.StatusCreated,
		Permission: model.PermitPromotionsWrite, Summary: "Give one to each of a segment",
		Description: "It is done bit by bit; who has as many as they may is skipped. It stops when there are no more, or they cannot " +
			"be had at present, and goes on where it was when it is set running again.",
		Errors: []*model.Error{model.ErrCouponNotFound, model.ErrSegmentNotFound, model.ErrCouponClosed},
	}, s.issueCouponToSegment)
	endpoint.Register(a, endpoint.Operation{
		ID: "set-coupon-issue-status", Method: http.MethodPut, Path: "/coupon-issues/{no}/status", Tag: tagPromotion,
		Permission: model.PermitPromotionsWrite, Summary: "Stop an issue of coupons, or have it go on",
		Errors: []*model.Error{model.ErrIssueNotFound, model.ErrWrongState},
	}, s.setCouponIssueStatus)
}

type levelList struct {
	Items []member.LevelView `json:"items"`
}

func (s *Server) listLevels(ctx context.Context, _ *struct{}) (*answer[levelList], error) {
	levels, err := s.Member.Levels(ctx)
	return answered(levelList{levels}, err)
}

type createLevelInput struct {
	endpoint.Keyed
	Body member.Spec
}

func (s *Server) createLevel(ctx context.Context, in *createLevelInput) (*answer[member.LevelView], error) {
	return answered(s.Member.Create(ctx, in.IdempotencyKey, in.Body))
}

type levelInput struct {
	No string `path:"no" maxLength:"26" doc:"The level's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

type renameLevelInput struct {
	No   string `path:"no" maxLength:"26" doc:"The level's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body member.Name
}

func (s *Server) renameLevel(ctx context.Context, in *renameLevelInput) (*answer[member.LevelView], error) {
	return answered(s.Member.Rename(ctx, in.No, in.Body))
}

func (s *Server) removeLevel(ctx context.Context, in *levelInput) (*struct{}, error) {
	return nil, s.Member.Remove(ctx, in.No)
}

var segmentsCursor = endpoint.Cursor[place]{Name: "console-segments", Version: 1}

type segmentsInput struct{ endpoint.Paging }

func (s *Server) listSegments(ctx context.Context, in *segmentsInput) (*answer[endpoint.Page[customer.SegmentView]], error) {
	at, err := segmentsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Customer.Segments(ctx, at.Before, in.Limit)
	return page(segmentsCursor, views, next, err)
}

type segmentInput struct {
	No string `path:"no" maxLength:"26" doc:"The segment's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getSegment(ctx context.Context, in *segmentInput) (*answer[customer.SegmentView], error) {
	return answered(s.Customer.Segment(ctx, in.No))
}

type createSegmentInput struct {
	endpoint.Keyed
	Body customer.SegmentSpec
}

func (s *Server) createSegment(ctx context.Context, in *createSegmentInput) (*answer[customer.SegmentView], error) {
	return answered(s.Customer.CreateSegment(ctx, in.IdempotencyKey, in.Body))
}

type changeSegmentInput struct {
	No   string `path:"no" maxLength:"26" doc:"The segment's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body customer.SegmentSpec
}

func (s *Server) changeSegment(ctx context.Context, in *changeSegmentInput) (*answer[customer.SegmentView], error) {
	return answered(s.Customer.ChangeSegment(ctx, in.No, in.Body))
}

func (s *Server) removeSegment(ctx context.Context, in *segmentInput) (*struct{}, error) {
	return nil, s.Customer.RemoveSegment(ctx, in.No)
}

// ruleInput is a rule in an address: it reads and changes nothing.
type ruleInput struct {
	LevelFrom      int          `query:"level_from" minimum:"0" maximum:"99" doc:"Their level has this rank or a higher one"`
	LevelTo        int          `query:"level_to" minimum:"0" maximum:"99" doc:"Their level has this rank or a lower one, or they have none"`
	PaidFrom       int64        `query:"paid_from" minimum:"0" maximum:"1000000" doc:"So many paid orders, or more"`
	PaidTo         int64        `query:"paid_to" minimum:"-1" maximum:"1000000" default:"-1" doc:"So many paid orders, or fewer; −1 for any"`
	SpentFrom      model.Fen    `query:"spent_from_fen" minimum:"0" maximum:"10000000000" doc:"Paid so much, or more, that has not gone back"`
	SpentTo        model.Fen    `query:"spent_to_fen" minimum:"0" maximum:"10000000000" doc:"Paid so much, or less, that has not gone back; 0 for any"`
	LastPaidFrom   model.Millis `query:"last_paid_from" minimum:"0" doc:"Last paid an order not before; UTC milliseconds"`
	LastPaidBefore model.Millis `query:"last_paid_before" minimum:"0" doc:"Last paid an order before; UTC milliseconds"`
	PaidWithinDays int64        `query:"paid_within_days" minimum:"0" maximum:"3650" doc:"Paid an order within so many days"`
	QuietDays      int64        `query:"quiet_days" minimum:"0" maximum:"3650" doc:"Has bought, but not within so many days"`
	CameFrom       model.Millis `query:"came_from" minimum:"0" doc:"Came first not before; UTC milliseconds"`
	CameBefore     model.Millis `query:"came_before" minimum:"0" doc:"Came first before; UTC milliseconds"`
	FirstChannels  []string     `query:"first_channels,explode" enum:"search,share,qrcode,message,article,ad,live,chat,web,other" doc:"Their first paid order came by one of these"`
	Reachable      bool         `query:"reachable" doc:"They allow a message more"`
}

func (in *ruleInput) rule() customer.Rule {
	r := customer.Rule{
		LevelFrom: in.LevelFrom, LevelTo: in.LevelTo, PaidFrom: in.PaidFrom, SpentFrom: in.SpentFrom, SpentTo: in.SpentTo,
		LastPaidFrom: in.LastPaidFrom, LastPaidBefore: in.LastPaidBefore, PaidWithinDays: in.PaidWithinDays, QuietDays: in.QuietDays,
		CameFrom: in.CameFrom, CameBefore: in.CameBefore, FirstChannels: in.FirstChannels, Reachable: in.Reachable,
	}
	if in.PaidTo >= 0 {
		r.PaidTo = &in.PaidTo
	}
	return r
}

func (s *Server) previewSegment(ctx context.Context, in *ruleInput) (*answer[customer.Preview], error) {
	return answered(s.Customer.Preview(ctx, in.rule()))
}

var couponIssuesCursor = endpoint.Cursor[place]{Name: "console-coupon-issues", Version: 1}

type couponIssuesInput struct {
	endpoint.Paging
	Coupon  string `query:"coupon" maxLength:"26" doc:"Only of this kind of coupon"`
	Segment string `query:"segment" maxLength:"26" doc:"Only to this segment"`
}

func (s *Server) listCouponIssues(ctx context.Context, in *couponIssuesInput) (*answer[endpoint.Page[promotion.IssueView]], error) {
	at, err := couponIssuesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Promotion.Issues(ctx, promotion.IssueFilter{Coupon: in.Coupon, Segment: in.Segment}, at.Before, in.Limit, languages(ctx)...)
	return page(couponIssuesCursor, views, next, err)
}

type issueToInput struct {
	endpoint.Keyed
	No   string `path:"no" maxLength:"26" doc:"The coupon's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body promotion.IssueWish
}

func (s *Server) issueCouponToSegment(ctx context.Context, in *issueToInput) (*answer[promotion.IssueView], error) {
	return answered(s.Promotion.IssueTo(ctx, in.IdempotencyKey, in.No, in.Body, languages(ctx)...))
}

type issueStatus struct {
	Status string `json:"status" enum:"stopped,running" doc:"What is done stays so"`
}

type issueStatusInput struct {
	No   string `path:"no" maxLength:"26" doc:"The issue's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body issueStatus
}

func (s *Server) setCouponIssueStatus(ctx context.Context, in *issueStatusInput) (*answer[promotion.IssueView], error) {
	return answered(s.Promotion.MoveIssue(ctx, in.No, model.IssueStatus(in.Body.Status), languages(ctx)...))
}
