package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/brand"
)

const tagSettings = "Settings"

func (s *Server) registerSettings(a *endpoint.API) {
	setup := get("get-setup", "/setup", tagSettings, model.PermitSettingsRead, "What of setting the shop up is done, and what is left")
	endpoint.Register(a, setup, s.setup)
	endpoint.Register(a, endpoint.Operation{
		ID: "put-setup-away", Method: http.MethodPut, Path: "/setup/away", Tag: tagSettings, Permission: model.PermitSettingsRead,
		Status: http.StatusNoContent, Summary: "Put the list of what is left to set up away, or take it back", MaxBody: smallBody,
		Description: "For whoever asks alone: the console does not begin with it any more.",
	}, s.putSetupAway)
	endpoint.Register(a, get("get-profile", "/profile", tagSettings, model.PermitSettingsRead, "Who the brand is, and how its shop looks"), s.profile)
	endpoint.Register(a, setting("change-profile", "/profile", "Change who the brand is, and how its shop looks",
		model.ErrChangedMeanwhile, model.ErrInvalid, model.ErrTooLong, model.ErrOutOfRange, model.ErrLowContrast), s.changeProfile)
	opening := setting("set-opening", "/opening", "Open or close the shop", model.ErrNotOneOf, model.ErrSuspendedByPlatform)
	opening.Description = "A closed shop is not found by consumers; what they have bought goes on. What the platform has suspended only the platform can open."
	endpoint.Register(a, opening, s.setOpening)

	endpoint.Register(a, get("get-after-sale-settings", "/after-sale-settings", tagSettings, model.PermitSettingsRead, "How the brand takes things back, and where to"), s.afterSaleSettings)
	endpoint.Register(a, setting("change-after-sale-settings", "/after-sale-settings", "Change how the brand takes things back, and where to",
		model.ErrChangedMeanwhile, model.ErrInvalid), s.changeAfterSaleSettings)

	endpoint.Register(a, get("get-message-templates", "/message-templates", tagSettings, model.PermitSettingsRead, "What consumers are told through WeChat, by event"), s.messageTemplates)
	endpoint.Register(a, setting("change-message-templates", "/message-templates", "Change what consumers are told through WeChat: these and no other",
		model.ErrChangedMeanwhile, model.ErrInvalid), s.changeMessageTemplates)

	endpoint.Register(a, get("list-freight-templates", "/freight-templates", tagSettings, model.PermitSettingsRead, "How delivery is priced"), s.freightTemplates)
	one := get("get-freight-template", "/freight-templates/{id}", tagSettings, model.PermitSettingsRead, "One way in which delivery is priced")
	one.Errors = []*model.Error{model.ErrFreightNotFound}
	endpoint.Register(a, one, s.freightTemplate)
	add := setting("add-freight-template", "/freight-templates", "Add a way to price delivery", model.ErrInvalid, model.ErrNameTaken, model.ErrFreightLimit)
	add.Method, add.Status = http.MethodPost, http.StatusCreated
	endpoint.Register(a, add, s.addFreightTemplate)
	endpoint.Register(a, setting("change-freight-template", "/freight-templates/{id}", "Change how delivery is priced",
		model.ErrFreightNotFound, model.ErrChangedMeanwhile, model.ErrInvalid, model.ErrNameTaken, model.ErrFreightInUse), s.changeFreightTemplate)
	remove := setting("remove-freight-template", "/freight-templates/{id}", "Remove a way to price delivery that no product uses",
		model.ErrFreightNotFound, model.ErrFreightInUse)
	remove.Method, remove.Status = http.MethodDelete, http.StatusNoContent
	endpoint.Register(a, remove, s.removeFreightTemplate)
}

// setting is an endpoint that changes a setting.
func setting(id, path, summary string, errs ...*model.Error) endpoint.Operation {
	return endpoint.Operation{
		ID: id, Method: http.MethodPut, Path: path, Tag: tagSettings, Permission: model.PermitSettingsWrite, Summary: summary, Errors: errs,
	}
}

type setupAwayInput struct {
	Body struct {
		Away bool `json:"away"`
	}
}

func (s *Server) putSetupAway(ctx context.Context, in *setupAwayInput) (*struct{}, error) {
	return nil, s.Brand.PutSetupAway(ctx, in.Body.Away)
}

func (s *Server) setup(ctx context.Context, _ *struct{}) (*answer[brand.Setup], error) {
	return answered(s.Brand.Setup(ctx))
}

func (s *Server) profile(ctx context.Context, _ *struct{}) (*answer[brand.ProfileView], error) {
	return answered(s.Brand.Profile(ctx))
}

type profileInput struct{ Body brand.Profile }

func (s *Server) changeProfile(ctx context.Context, in *profileInput) (*answer[brand.ProfileView], error) {
	return answered(s.Brand.SetProfile(ctx, in.Body))
}

type openingInput struct{ Body brand.Opening }

func (s *Server) setOpening(ctx context.Context, in *openingInput) (*answer[brand.ProfileView], error) {
	return answered(s.Brand.SetOpening(ctx, in.Body))
}

func (s *Server) afterSaleSettings(ctx context.Context, _ *struct{}) (*answer[brand.AfterSaleSettings], error) {
	return answered(s.Brand.AfterSale(ctx))
}

type afterSaleSettingsInput struct{ Body brand.AfterSaleSettings }

func (s *Server) changeAfterSaleSettings(ctx context.Context, in *afterSaleSettingsInput) (*answer[brand.AfterSaleSettings], error) {
	return answered(s.Brand.SetAfterSale(ctx, in.Body))
}

func (s *Server) messageTemplates(ctx context.Context, _ *struct{}) (*answer[brand.MessageSettings], error) {
	return answered(s.Brand.Messages(ctx))
}

type messageTemplatesInput struct{ Body brand.MessageSettings }

func (s *Server) changeMessageTemplates(ctx context.Context, in *messageTemplatesInput) (*answer[brand.MessageSettings], error) {
	return answered(s.Brand.SetMessages(ctx, in.Body))
}

func (s *Server) freightTemplates(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[brand.FreightView]], error) {
	all, err := s.Brand.Freight(ctx)
	return answered(endpoint.NewPage(all, ""), err)
}

// FreightID names a freight template.
type FreightID struct {
	ID int64 `path:"id" minimum:"1" doc:"The template" example:"1"`
}

func (s *Server) freightTemplate(ctx context.Context, in *FreightID) (*answer[brand.FreightView], error) {
	return answered(s.Brand.FreightTemplate(ctx, in.ID))
}

type addFreightInput struct{ Body brand.FreightInput }

func (s *Server) addFreightTemplate(ctx context.Context, in *addFreightInput) (*answer[brand.FreightView], error) {
	return answered(s.Brand.AddFreight(ctx, in.Body))
}

type freightInput struct {
	FreightID
	Body brand.FreightInput
}

func (s *Server) changeFreightTemplate(ctx context.Context, in *freightInput) (*answer[brand.FreightView], error) {
	return answered(s.Brand.SetFreight(ctx, in.ID, in.Body))
}

func (s *Server) removeFreightTemplate(ctx context.Context, in *FreightID) (*struct{}, error) {
	return nil, s.Brand.RemoveFreight(ctx, in.ID)
}
