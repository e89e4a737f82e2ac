package storefront

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hutong/api/endpoint"
	"hutong/api/request"
	"hutong/model"
	"hutong/service/media"
	"hutong/service/picture"
)

const tagPicture = "Pictures"

func (s *Server) registerPicture(a *endpoint.API) {
	endpoint.Register(a, endpoint.Operation{
		ID: "send-picture", Method: http.MethodPost, Path: "/pictures", Tag: tagPicture, SignedIn: true, Status: http.StatusCreated,
		Summary: "Send a picture",
		Description: "For a review, or as evidence in an after-sale case, which then names its number. JPEG, PNG or WebP of " +
			"5 MB at most, in the form's field file, as wx.uploadFile sends it. Without one that names it, it is removed after a day.",
		MaxBody: media.MaxPhotoBytes + 64<<10, Timeout: 30 * time.Second, Cost: 5,
		Errors: []*model.Error{model.ErrNotAPicture, model.ErrTooMany, model.ErrTooLarge, model.ErrRequired},
	}, s.sendPicture)
}

type pictureInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"The picture"`
	}]
}

func (s *Server) sendPicture(ctx context.Context, in *pictureInput) (*answer[picture.View], error) {
	content, err := io.ReadAll(io.LimitReader(in.RawBody.Data().File, media.MaxPhotoBytes+1))
	if err != nil {
		return nil, err
	}
	return answered(s.Picture.Take(ctx, request.UserID(ctx), content))
}
