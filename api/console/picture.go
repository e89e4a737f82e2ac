package console

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/model"
	"hutong/service/media"
	"hutong/service/picture"
)

func (s *Server) registerPicture(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "send-picture", Method: http.MethodPost, Path: "/pictures", Tag: tagCatalogue, Permission: model.PermitCatalogueWrite,
		Status: http.StatusCreated, Summary: "Send a picture of a product or a category",
		Description: "JPEG, PNG or WebP of 10 MB at most, in the form's field file; what it is its content says. It is drawn anew: " +
			"upright, 1,600 pixels at most, and nothing else that was in the file stays, such as the place where it was taken.",
		MaxBody: media.MaxBytes + 64<<10, Timeout: 30 * time.Second, Cost: 2,
		Errors: []*model.Error{model.ErrNotAPicture, model.ErrTooLarge, model.ErrRequired},
	}, s.sendPicture)
}

type pictureInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"The picture"`
	}]
}

func (s *Server) sendPicture(ctx context.Context, in *pictureInput) (*answer[picture.ShopPicture], error) {
	content, err := io.ReadAll(io.LimitReader(in.RawBody.Data().File, media.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return answered(s.Picture.TakeForShop(ctx, content))
}
