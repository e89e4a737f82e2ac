package console

import (
	"context"
	"net/http"
	"time"

	"hutong/api/endpoint"
	"hutong/api/problem"
	"hutong/model"
	"hutong/service/brand"
)

const tagCredentials = "Credentials"

func (s *Server) registerCredentials(a *endpoint.API) {
	read := get("get-credentials", "/credentials", tagCredentials, model.PermitSettingsRead, "What the brand has at WeChat")
	read.Description = "Of the secrets it tells that they are there, since when, and how they end."
	endpoint.Register(a, read, s.credentials)
	set := func(id, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: http.MethodPut, Path: path, Tag: tagCredentials, Permission: model.PermitCredentials, Summary: summary,
			Description: "A secret that is left out stays, as long as the number that it belongs to does.",
			Errors:      append(errs, model.ErrInvalid, model.ErrRequired, model.ErrPaymentsOpen, model.ErrReplaceUnconfirmed),
		}
	}
	endpoint.Register(a, set("set-mini-program", "/credentials/mini-program", "Set the mini program", model.ErrAppIDTaken), s.setMiniProgram)
	endpoint.Register(a, set("set-merchant", "/credentials/merchant", "Set the merchant at WeChat Pay", model.ErrMiniProgramFirst), s.setMerchant)
	endpoint.Register(a, endpoint.Operation{
		ID: "check-credentials", Method: http.MethodPost, Path: "/credentials/check", Tag: tagCredentials, Permission: model.PermitCredentials,
		Summary:     "Try what the brand has at WeChat, or what it is going to have",
		Description: "WeChat is asked, nothing is stored and nothing is paid. Each check tells how it ended and what is to be done.",
		Errors:      []*model.Error{model.ErrInvalid}, Cost: 5, Timeout: 40 * time.Second,
	}, s.checkCredentials)
}

func (s *Server) credentials(ctx context.Context, _ *struct{}) (*answer[brand.CredentialsView], error) {
	return answered(s.Brand.Credentials(ctx))
}

type miniProgramInput struct{ Body brand.MiniProgram }

func (s *Server) setMiniProgram(ctx context.Context, in *miniProgramInput) (*answer[brand.CredentialsView], error) {
	return answered(s.Brand.SetMiniProgram(ctx, in.Body))
}

type merchantInput struct{ Body brand.Merchant }

func (s *Server) setMerchant(ctx context.Context, in *merchantInput) (*answer[brand.CredentialsView], error) {
	return answered(s.Brand.SetMerchant(ctx, in.Body))
}

type attemptInput struct{ Body brand.Attempt }

// checkView is what came of one check.
type checkView struct {
	Check   brand.Check   `json:"check" enum:"mini_program,merchant,platform_certificates,binding,message_push,clock"`
	Outcome brand.Outcome `json:"outcome" enum:"ok,wrong,unreachable,not_set,untested" doc:"unreachable: WeChat did not answer, so nothing is known; untested: only a payment shows it"`
	Setting string        `json:"setting,omitempty" enum:"app_id,app_secret,allow_list,permissions,mch_id,signature,binding" doc:"That WeChat complains of, where it says so"`
	Code    string        `json:"code" doc:"What came of it, for programs" example:"check_app_secret"`
	Detail  string        `json:"detail" doc:"What came of it and what is to be done, in the caller's language"`
}

type checksView struct {
	Good   bool        `json:"good" doc:"Nothing is wrong, out of reach, or missing that selling needs"`
	Checks []checkView `json:"checks"`
}

func (s *Server) checkCredentials(ctx context.Context, in *attemptInput) (*answer[checksView], error) {
	found, err := s.Brand.Try(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	v := checksView{Good: true, Checks: make([]checkView, len(found))}
	for i, f := range found {
		v.Good = v.Good && f.Good()
		said := problem.Sentences(ctx, f.Problem)[0]
		v.Checks[i] = checkView{Check: f.Check, Outcome: f.Outcome, Setting: string(f.Setting), Code: said.Code, Detail: said.Detail}
	}
	return answered(v, nil)
}
