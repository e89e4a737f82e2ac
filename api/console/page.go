package console

import (
	"context"
	"net/http"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/brand"
	sitepage "hutong/service/page"
)

const tagContent = "Content"

func (s *Server) registerPage(a *endpoint.API) {
	endpoint.Register(a, get("list-pages", "/pages", tagContent, model.PermitContentRead, "The shop's pages"), s.pages)
	one := get("get-page", "/pages/{slug}", tagContent, model.PermitContentRead, "A page as it is going to be")
	one.Errors = []*model.Error{model.ErrPageNotFound}
	endpoint.Register(a, one, s.pageAtDesk)
	versions := get("list-page-versions", "/pages/{slug}/versions", tagContent, model.PermitContentRead, "What a page has been, the newest first")
	versions.Errors = []*model.Error{model.ErrPageNotFound, model.ErrBadCursor}
	endpoint.Register(a, versions, s.pageVersions)

	change := func(id, method, path, summary string, errs ...*model.Error) endpoint.Operation {
		return endpoint.Operation{ID: id, Method: method, Path: path, Tag: tagContent, Permission: model.PermitContentWrite, Summary: summary, Errors: errs}
	}
	invalid := []*model.Error{model.ErrRequired, model.ErrTooLong, model.ErrTooMany, model.ErrOutOfRange, model.ErrNotOneOf}
	add := change("add-page", http.MethodPost, "/pages", "Begin another page", append(invalid, model.ErrNameTaken, model.ErrPageLimit)...)
	add.Status = http.StatusCreated
	endpoint.Register(a, add, s.addPage)
	draft := change("change-page", http.MethodPut, "/pages/{slug}/draft", "Keep what a page is going to be",
		append(invalid, model.ErrPageNotFound, model.ErrChangedMeanwhile)...)
	draft.Description = "Consumers see it once it is published. Rich text is cleaned of all that could act."
	draft.MaxBody = 2 << 20
	endpoint.Register(a, draft, s.changePage)
	publish := change("publish-page", http.MethodPost, "/pages/{slug}/publish", "Show consumers what a page is going to be",
		append(invalid, model.ErrPageNotFound, model.ErrChangedMeanwhile, model.ErrNothingToPublish, model.ErrBlockEmpty, model.ErrLinkBroken)...)
	publish.Description = "It becomes a new version. When somebody else has published or changed it meanwhile, nothing happens."
	endpoint.Register(a, publish, s.publishPage)
	endpoint.Register(a, change("discard-page", http.MethodPost, "/pages/{slug}/discard", "Throw away what consumers do not see yet",
		model.ErrPageNotFound, model.ErrChangedMeanwhile), s.discardPage)
	endpoint.Register(a, change("restore-page", http.MethodPost, "/pages/{slug}/restore", "Bring an older version back, to be looked at and published",
		model.ErrPageNotFound, model.ErrPageVersionNotFound, model.ErrChangedMeanwhile), s.restorePage)
	unpublish := change("unpublish-page", http.MethodPost, "/pages/{slug}/unpublish", "Show consumers a page no more",
		model.ErrPageNotFound, model.ErrHomePageStays, model.ErrNotPublished, model.ErrChangedMeanwhile)
	unpublish.Description = "What was shown is its draft then. A banner that leads to it leads nowhere in the shop."
	endpoint.Register(a, unpublish, s.unpublishPage)
	remove := change("remove-page", http.MethodDelete, "/pages/{slug}", "Remove a page", model.ErrPageNotFound, model.ErrHomePageStays, model.ErrChangedMeanwhile)
	remove.Description = "Its versions stay, for a page that is begun under the same name."
	remove.Status = http.StatusNoContent
	endpoint.Register(a, remove, s.removePage)
	links := get("list-page-links", "/pages/{slug}/links", tagContent, model.PermitContentRead, "The pages that lead to a page")
	links.Errors = []*model.Error{model.ErrPageNotFound}
	endpoint.Register(a, links, s.pageLinks)
	preview := change("preview-page", http.MethodPost, "/pages/{slug}/preview", "Leave to look at a page as it is going to be, in the shop, for a while",
		model.ErrPageNotFound)
	preview.Permission = model.PermitContentRead
	endpoint.Register(a, preview, s.previewPage)
}

func (s *Server) pages(ctx context.Context, _ *struct{}) (*answer[endpoint.Page[brand.PageRow]], error) {
	rows, err := s.Brand.Pages(ctx)
	return answered(endpoint.NewPage(rows, ""), err)
}

// PageSlug names a page of the shop.
type PageSlug struct {
	Slug string `path:"slug" maxLength:"64" doc:"The page; home is the first" example:"home"`
}

func (s *Server) pageAtDesk(ctx context.Context, in *PageSlug) (*answer[brand.PageView], error) {
	return answered(s.Brand.Page(ctx, in.Slug))
}

var pageVersionsCursor = endpoint.Cursor[place]{Name: "console-page-versions", Version: 1}

type pageVersionsInput struct {
	PageSlug
	endpoint.Paging
}

func (s *Server) pageVersions(ctx context.Context, in *pageVersionsInput) (*answer[endpoint.Page[brand.PageVersionView]], error) {
	at, err := pageVersionsCursor.Decode(in.Cursor)
	if err != nil {
		return nil, err
	}
	views, next, err := s.Brand.PageVersions(ctx, in.Slug, at.Before, in.Limit)
	return page(pageVersionsCursor, views, next, err)
}

type addPageInput struct{ Body brand.PageInput }

func (s *Server) addPage(ctx context.Context, in *addPageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.AddPage(ctx, in.Body))
}

type changePageInput struct {
	PageSlug
	Body brand.PageDraft
}

func (s *Server) changePage(ctx context.Context, in *changePageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.SavePage(ctx, in.Slug, in.Body))
}

type publishPageInput struct {
	PageSlug
	Body brand.PageRelease
}

func (s *Server) publishPage(ctx context.Context, in *publishPageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.PublishPage(ctx, in.Slug, in.Body))
}

func (s *Server) unpublishPage(ctx context.Context, in *publishPageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.UnpublishPage(ctx, in.Slug, in.Body))
}

type removePageInput struct {
	PageSlug
	Version   int64 `query:"version" minimum:"0" doc:"Of the draft that was read"`
	Published int64 `query:"published" minimum:"0" doc:"Number of the version that was published then"`
}

func (s *Server) removePage(ctx context.Context, in *removePageInput) (*struct{}, error) {
	return nil, s.Brand.RemovePage(ctx, in.Slug, brand.PageRelease{Version: in.Version, Published: in.Published})
}

func (s *Server) pageLinks(ctx context.Context, in *PageSlug) (*answer[endpoint.Page[brand.PageLink]], error) {
	links, err := s.Brand.PageLinks(ctx, in.Slug)
	return answered(endpoint.NewPage(links, ""), err)
}

type discardPageInput struct {
	PageSlug
	Body brand.PageDiscard
}

func (s *Server) discardPage(ctx context.Context, in *discardPageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.DiscardPage(ctx, in.Slug, in.Body))
}

type restorePageInput struct {
	PageSlug
	Body brand.PageRestore
}

func (s *Server) restorePage(ctx context.Context, in *restorePageInput) (*answer[brand.PageView], error) {
	return answered(s.Brand.RestorePage(ctx, in.Slug, in.Body))
}

func (s *Server) previewPage(ctx context.Context, in *PageSlug) (*answer[sitepage.Preview], error) {
	return answered(s.Page.NewPreview(ctx, request.Brand(ctx), in.Slug))
}
