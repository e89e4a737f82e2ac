package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/groupbuy"
)

const tagGroup = "Small groups"

func (s *Server) registerGroup(a *endpoint.API) {
	offer := get("get-group-offer", "/products/{handle}/group", tagGroup, "How a product can be bought in groups now")
	offer.Description = "A quote or an order is made for a group by its field group. Ask again every few seconds with the ETag."
	offer.Errors = []*model.Error{model.ErrProductNotFound}
	endpoint.Register(a, offer, s.groupOffer)
	running := get("list-group-campaigns", "/group-campaigns", tagGroup, "What can be bought in groups now")
	running.Description = "Ask again every now and then with the ETag: what did not change costs a 304."
	endpoint.Register(a, running, s.runningCampaigns)
	one := get("get-group", "/groups/{no}", tagGroup, "A group, for whoever was invited")
	one.Description = "Ask again every few seconds with the ETag: what did not change costs a 304."
	one.Errors = []*model.Error{model.ErrGroupNotFound}
	endpoint.Register(a, one, s.group)
	poster := get("get-group-poster", "/groups/{no}/poster", tagGroup, "A picture to keep and send on, with the group's mini-program code")
	poster.Description = "PNG. It is drawn once."
	poster.Errors = append([]*model.Error{model.ErrGroupNotFound, model.ErrGroupOver}, weChatErrors...)
	poster.Timeout, poster.Cost = withWeChat, 5
	endpoint.Register(a, poster, s.groupPoster)
	endpoint.Register(a, endpoint.Operation{
		ID: "list-groups", Method: http.MethodGet, Path: "/groups", Tag: tagGroup, SignedIn: true,
		Summary: "My groups, the newest first", Errors: []*model.Error{model.ErrBadCursor},
	}, s.myGroups)
	endpoint.Register(a, endpoint.Operation{
		ID: "get-group-seat", Method: http.MethodGet, Path: "/groups/{no}/seat", Tag: tagGroup, SignedIn: true,
		Summary:     "My seat in a group",
		Description: "Who wants to leave before paying cancels the order.",
		Errors:      []*model.Error{model.ErrGroupNotFound},
	}, s.groupSeat)
	endpoint.Register(a, endpoint.Operation{
		ID: "note-group-visit", Method: http.MethodPost, Path: "/groups/{no}/visits", Tag: tagGroup, SignedIn: true,
		Status: http.StatusNoContent, Summary: "Note that I look at a group, and by whose link",
		Description: "For the brand's figures. Sharing by itself earns nobody anything.",
		Errors:      []*model.Error{model.ErrGroupNotFound},
	}, s.visitGroup)
}

// Poster is a picture.
type Poster struct {
	ContentType  string `header:"Content-Type"`
	CacheControl string `header:"Cache-Control"`
	Body         []byte
}

func (s *Server) groupPoster(ctx context.Context, in *groupInput) (*Poster, error) {
	picture, err := s.GroupBuy.Poster(ctx, request.Brand(ctx), in.No)
	if err != nil {
		return nil, err
	}
	return &Poster{"image/png", "public, max-age=3600", picture}, nil
}

type groupOfferInput struct {
	endpoint.Conditional
	Handle string `path:"handle" maxLength:"255" doc:"Name of the product in addresses" example:"moka-pot"`
}

// GroupOffer is how a product can be bought in groups.
type GroupOffer struct {
	Offer *groupbuy.Offer `json:"offer,omitempty" doc:"Absent when it cannot"`
}

func (s *Server) groupOffer(ctx context.Context, in *groupOfferInput) (*endpoint.Cached[GroupOffer], error) {
	o, err := s.GroupBuy.OfferOf(ctx, in.Handle, languages(ctx)...)
	if err != nil {
		return nil, err
	}
	return endpoint.DocumentOf(in.Conditional, GroupOffer{o})
}

type runningInput struct {
	endpoint.Conditional
	Campaign string `query:"campaign" maxLength:"26" doc:"Number of a campaign: only that one" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

// RunningCampaigns are the campaigns that run.
type RunningCampaigns struct {
	Items []groupbuy.Running `json:"items" doc:"What ends first first"`
}

func (s *Server) runningCampaigns(ctx context.Context, in *runningInput) (*endpoint.Cached[RunningCampaigns], error) {
	running, err := s.GroupBuy.Running(ctx, in.Campaign, languages(ctx)...)
	if err != nil {
		return nil, err
	}
	return endpoint.DocumentOf(in.Conditional, RunningCampaigns{running})
}

type groupInput struct {
	No string `path:"no" maxLength:"26" doc:"The group's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

type groupPollInput struct {
	endpoint.Conditional
	No string `path:"no" maxLength:"26" doc:"The group's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) group(ctx context.Context, in *groupPollInput) (*endpoint.Cached[groupbuy.GroupView], error) {
	g, err := s.GroupBuy.Group(ctx, in.No, languages(ctx)...)
	if err != nil {
		return nil, err
	}
	if g.Status == model.GroupOpen {
		g.Poster = "/v1/" + request.Brand(ctx).Slug + "/groups/" + g.No + "/poster"
	}
	return endpoint.DocumentOf(in.Conditional, g)
}

var groupsCursor = endpoint.Cursor[place]{Name: "groups", Version: 1}

type myGroupsInput struct{ endpoint.Paging }

func (s *Server) myGroups(ctx context.Context, in *myGroupsInput) (*answer[endpoint.Page[groupbuy.Mine]], error) {
	at, err := groupsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	mine, next, err := s.GroupBuy.MyGroups(ctx, request.UserID(ctx), at.Before, in.Limit, languages(ctx)...)
	return listed(groupsCursor, mine, next, err)
}

// GroupSeat is whether I am in a group.
type GroupSeat struct {
	Mine *groupbuy.Mine `json:"mine,omitempty" doc:"Absent when I never had a seat in it"`
}

func (s *Server) groupSeat(ctx context.Context, in *groupInput) (*answer[GroupSeat], error) {
	mine, err := s.GroupBuy.MySeat(ctx, request.UserID(ctx), in.No, languages(ctx)...)
	return answered(GroupSeat{mine}, err)
}

type visitInput struct {
	No   string `path:"no" maxLength:"26" doc:"The group's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body struct {
		From int `json:"from,omitempty" minimum:"0" maximum:"100000" doc:"Whose link it was, as the link says"`
	}
}

func (s *Server) visitGroup(ctx context.Context, in *visitInput) (*struct{}, error) {
	return nil, s.GroupBuy.Visit(ctx, request.UserID(ctx), in.No, in.Body.From)
}
