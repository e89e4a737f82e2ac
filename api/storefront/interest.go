package storefront

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/favourite"
	"hutong/service/history"
)

const tagInterest = "Favourites and history"

func (s *Server) registerInterest(a *endpoint.API) {
	op := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{
			ID: id, Method: method, Path: path, Tag: tagInterest, SignedIn: true, Summary: summary, Errors: errs,
		}
	}
	endpoint.Register(a, op("list-favourites", http.MethodGet, "/favourites", "My favourites, the newest first", model.ErrBadCursor), s.listFavourites)
	endpoint.Register(a, op("get-favourite", http.MethodGet, "/favourites/{handle}", "Whether a product is a favourite", model.ErrProductNotFound), s.getFavourite)
	endpoint.Register(a, op("add-favourite", http.MethodPut, "/favourites/{handle}", "Make a product a favourite",
		model.ErrProductNotFound, model.ErrTooMany), s.addFavourite)
	endpoint.Register(a, op("remove-favourite", http.MethodDelete, "/favourites/{handle}", "Make it one no more", model.ErrProductNotFound), s.removeFavourite)

	list := op("list-history", http.MethodGet, "/history", "What I looked at, the latest first", model.ErrBadCursor)
	list.Description = "At most 200 products are remembered, each once."
	endpoint.Register(a, list, s.listHistory)
	note := op("note-history", http.MethodPut, "/history/{handle}", "Note that I look at a product", model.ErrProductNotFound)
	note.Description = "Nothing is written while the history is paused; that is no error."
	endpoint.Register(a, note, s.noteHistory)
	endpoint.Register(a, op("forget-history", http.MethodDelete, "/history/{handle}", "Forget that I looked at a product", model.ErrProductNotFound), s.forgetHistory)
	endpoint.Register(a, op("clear-history", http.MethodDelete, "/history", "Forget everything I looked at"), s.clearHistory)
	endpoint.Register(a, op("get-history-settings", http.MethodGet, "/history-settings", "Whether my history is paused"), s.getHistorySettings)
	endpoint.Register(a, op("set-history-settings", http.MethodPut, "/history-settings", "Pause my history, or go on with it"), s.setHistorySettings)
}

// languages are those of who asks, best first.
func languages(ctx context.Context) []string {
	return []string{request.Language(ctx), request.Brand(ctx).DefaultLanguage}
}

var favouritesCursor = endpoint.Cursor[place]{Name: "favourites", Version: 1}

type favouritesInput struct{ endpoint.Paging }

func (s *Server) listFavourites(ctx context.Context, in *favouritesInput) (*answer[endpoint.Page[favourite.View]], error) {
	at, err := favouritesCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Favourite.List(ctx, request.UserID(ctx), at.Before, in.Limit, languages(ctx)...)
	return listed(favouritesCursor, views, next, err)
}

type keptInput struct {
	Handle string `path:"handle" maxLength:"255" doc:"Name of the product in addresses" example:"moka-pot"`
}

type isFavourite struct {
	Favourite bool `json:"favourite"`
}

func (s *Server) getFavourite(ctx context.Context, in *keptInput) (*answer[isFavourite], error) {
	is, err := s.Favourite.Is(ctx, request.UserID(ctx), in.Handle)
	return answered(isFavourite{is}, err)
}

func (s *Server) addFavourite(ctx context.Context, in *keptInput) (*struct{}, error) {
	return nil, s.Favourite.Add(ctx, request.UserID(ctx), in.Handle)
}

func (s *Server) removeFavourite(ctx context.Context, in *keptInput) (*struct{}, error) {
	return nil, s.Favourite.Remove(ctx, request.UserID(ctx), in.Handle)
}

var historyCursor = endpoint.Cursor[history.Place]{Name: "history", Version: 1}

type historyInput struct{ endpoint.Paging }

func (s *Server) listHistory(ctx context.Context, in *historyInput) (*answer[endpoint.Page[history.View]], error) {
	place, err := historyCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, after, err := s.History.List(ctx, request.UserID(ctx), place, in.Limit, languages(ctx)...)
	if err != nil {
		return nil, err
	}
	next := ""
	if after != nil {
		next = historyCursor.Encode(*after)
	}
	return answered(endpoint.NewPage(views, next), nil)
}

func (s *Server) noteHistory(ctx context.Context, in *keptInput) (*struct{}, error) {
	return nil, s.History.Note(ctx, request.UserID(ctx), in.Handle)
}

func (s *Server) forgetHistory(ctx context.Context, in *keptInput) (*struct{}, error) {
	return nil, s.History.Remove(ctx, request.UserID(ctx), in.Handle)
}

func (s *Server) clearHistory(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, s.History.Clear(ctx, request.UserID(ctx))
}

type historySettings struct {
	Paused bool `json:"paused" doc:"Nothing I look at is written down"`
}

func (s *Server) getHistorySettings(ctx context.Context, _ *struct{}) (*answer[historySettings], error) {
	paused, err := s.History.Paused(ctx, request.UserID(ctx))
	return answered(historySettings{paused}, err)
}

type setHistoryInput struct{ Body historySettings }

func (s *Server) setHistorySettings(ctx context.Context, in *setHistoryInput) (*answer[historySettings], error) {
	return answered(in.Body, s.History.Pause(ctx, request.UserID(ctx), in.Body.Paused))
}
