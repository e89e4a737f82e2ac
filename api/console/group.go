package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/groupbuy"
)

const tagGroup = "Small groups"

func (s *Server) registerGroup(a *endpoint.API) {
	list := get("list-group-campaigns", "/group-campaigns", tagGroup, model.PermitGroupsRead, "Campaigns, the newest first")
	list.Errors = []*model.Error{model.ErrBadCursor}
	endpoint.Register(a, list, s.listCampaigns)
	detail := get("get-group-campaign", "/group-campaigns/{no}", tagGroup, model.PermitGroupsRead, "One campaign, with its figures")
	detail.Errors = []*model.Error{model.ErrCampaignNotFound}
	endpoint.Register(a, detail, s.getCampaign)
	write := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagGroup, Permission: model.PermitGroupsWrite, Summary: summary, Errors: errs,
		}
	}
	input := []*model.Error{model.ErrProductNotFound, model.ErrInvalid, model.ErrOutOfRange}
	create := write("create-group-campaign", http.MethodPost, "/group-campaigns", "Let a product be bought in groups",
		append(input, model.ErrCampaignOverlap)...)
	create.Status = http.StatusCreated
	endpoint.Register(a, create, s.createCampaign)
	change := write("change-group-campaign", http.MethodPut, "/group-campaigns/{no}", "Say anew what a campaign is",
		append(input, model.ErrCampaignNotFound, model.ErrCampaignOverlap, model.ErrWrongState)...)
	change.Description = "It concerns what comes after it: open groups keep their size and time, orders their price."
	endpoint.Register(a, change, s.changeCampaign)
	preview := get("preview-group-campaign", "/group-campaigns/preview", tagGroup, model.PermitGroupsRead, "What a campaign would mean")
	preview.Method, preview.Errors = http.MethodPost, append(input, model.ErrCampaignNotFound)
	preview.Description = "Nothing is written."
	endpoint.Register(a, preview, s.previewCampaign)
	endpoint.Register(a, write("pause-group-campaign", http.MethodPost, "/group-campaigns/{no}/pause",
		"Let nobody open groups for now; those that are open go on", model.ErrCampaignNotFound, model.ErrWrongState), s.pauseCampaign)
	endpoint.Register(a, write("resume-group-campaign", http.MethodPost, "/group-campaigns/{no}/resume",
		"Let groups be opened again", model.ErrCampaignNotFound, model.ErrWrongState), s.resumeCampaign)
	cancel := write("cancel-group-campaign", http.MethodPost, "/group-campaigns/{no}/cancel",
		"End a campaign for good", model.ErrCampaignNotFound)
	cancel.Description = "Its open groups are cancelled, and who has paid in them gets the money back."
	endpoint.Register(a, cancel, s.cancelCampaign)

	groups := get("list-groups", "/groups", tagGroup, model.PermitGroupsRead, "Groups, the newest first")
	groups.Errors = []*model.Error{model.ErrBadCursor, model.ErrCampaignNotFound}
	endpoint.Register(a, groups, s.listGroups)
	one := get("get-group", "/groups/{no}", tagGroup, model.PermitGroupsRead, "One group, with its seats")
	one.Errors = []*model.Error{model.ErrGroupNotFound}
	endpoint.Register(a, one, s.getGroup)
	endpoint.Register(a, write("cancel-group", http.MethodPost, "/groups/{no}/cancel",
		"Cancel an open group; who has paid gets the money back", model.ErrGroupNotFound, model.ErrWrongState), s.cancelGroup)
}

var campaignsCursor = endpoint.Cursor[place]{Name: "console-group-campaigns", Version: 1}

type campaignsInput struct {
	endpoint.Paging
	Status []string `query:"status,explode" doc:"Only campaigns in these states" enum:"running,paused,cancelled"`
}

func (s *Server) listCampaigns(ctx context.Context, in *campaignsInput) (*answer[endpoint.Page[groupbuy.CampaignView]], error) {
	at, err := campaignsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	statuses := make([]model.CampaignStatus, len(in.Status))
	for i, st := range in.Status {
		statuses[i] = model.CampaignStatus(st)
	}
	views, next, err := s.GroupBuy.Campaigns(ctx, statuses, at.Before, in.Limit, languages(ctx)...)
	return page(campaignsCursor, views, next, err)
}

type campaignInput struct {
	No string `path:"no" maxLength:"26" doc:"The campaign's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getCampaign(ctx context.Context, in *campaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Campaign(ctx, in.No, languages(ctx)...))
}

type createCampaignInput struct {
	endpoint.Keyed
	Body groupbuy.Campaign
}

func (s *Server) createCampaign(ctx context.Context, in *createCampaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Create(ctx, in.IdempotencyKey, in.Body, languages(ctx)...))
}

type changeCampaignInput struct {
	No   string `path:"no" maxLength:"26" doc:"The campaign's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
	Body groupbuy.Campaign
}

func (s *Server) changeCampaign(ctx context.Context, in *changeCampaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Change(ctx, in.No, in.Body, languages(ctx)...))
}

type previewInput struct {
	Body struct {
		Of string `json:"of,omitempty" maxLength:"26" doc:"Number of the campaign that would be changed; without it a new one"`
		groupbuy.Campaign
	}
}

func (s *Server) previewCampaign(ctx context.Context, in *previewInput) (*answer[groupbuy.Preview], error) {
	return answered(s.GroupBuy.Preview(ctx, in.Body.Of, in.Body.Campaign))
}

func (s *Server) pauseCampaign(ctx context.Context, in *campaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Pause(ctx, in.No, languages(ctx)...))
}

func (s *Server) resumeCampaign(ctx context.Context, in *campaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Resume(ctx, in.No, languages(ctx)...))
}

func (s *Server) cancelCampaign(ctx context.Context, in *campaignInput) (*answer[groupbuy.CampaignView], error) {
	return answered(s.GroupBuy.Cancel(ctx, in.No, languages(ctx)...))
}

var groupsCursor = endpoint.Cursor[place]{Name: "console-groups", Version: 1}

type groupsInput struct {
	endpoint.Paging
	Campaign string   `query:"campaign" maxLength:"26" doc:"Only groups of this campaign"`
	Status   []string `query:"status,explode" doc:"Only groups in these states" enum:"open,formed,expired,cancelled"`
}

func (s *Server) listGroups(ctx context.Context, in *groupsInput) (*answer[endpoint.Page[groupbuy.DeskGroup]], error) {
	at, err := groupsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	f := groupbuy.GroupFilter{Campaign: in.Campaign}
	for _, st := range in.Status {
		f.Statuses = append(f.Statuses, model.GroupStatus(st))
	}
	views, next, err := s.GroupBuy.Groups(ctx, f, at.Before, in.Limit, languages(ctx)...)
	return page(groupsCursor, views, next, err)
}

type groupInput struct {
	No string `path:"no" maxLength:"26" doc:"The group's number" example:"01JZQ4T7M9S8X5N2K6V3B1C0DE"`
}

func (s *Server) getGroup(ctx context.Context, in *groupInput) (*answer[groupbuy.DeskGroup], error) {
	return answered(s.GroupBuy.GroupAtDesk(ctx, in.No, languages(ctx)...))
}

func (s *Server) cancelGroup(ctx context.Context, in *groupInput) (*answer[groupbuy.DeskGroup], error) {
	return answered(s.GroupBuy.CancelGroup(ctx, in.No, languages(ctx)...))
}
