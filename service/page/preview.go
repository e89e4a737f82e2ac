package page

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// previewLife is how long a preview can be looked at. The console asks for a new one while its editor is open.
const previewLife = 15 * time.Minute

// maxPreview bounds what is looked at; ours have some 150 characters, and the name of what is looked at.
const maxPreview = 1024

// Preview lets whoever has its token look at one thing that consumers do not see, for a while, and at nothing else.
type Preview struct {
	Token     string       `json:"token" doc:"For the storefront's header Hutong-Preview"`
	ExpiresAt model.Millis `json:"expires_at" doc:"UTC milliseconds"`
	Closed    bool         `json:"closed" doc:"The shop is closed, and so is the preview"`
	Path      string       `json:"path" doc:"Of the shop's page that shows it. The token is behind the #, so that no server's log has it"`
}

// sight is what a token lets its holder see: the draft of a page, or a product.
type sight struct {
	Slug    string `json:"slug,omitempty"`
	Product string `json:"product,omitempty"`
}

// leave is what a token says. It is sealed for its brand: another one's does not open.
type leave struct {
	sight
	Until model.Millis `json:"until"`
}

// sealedFor is where a token is good: for nothing else that is sealed, and for one brand.
func sealedFor(brandID int64) string { return "preview:" + strconv.FormatInt(brandID, 10) }

// NewPreview gives leave to look at the draft of a page of the brand that ctx carries. Errors: ErrPageNotFound.
func (s *Service) NewPreview(ctx context.Context, b *model.Brand, slug string) (Preview, error) {
	path := "pages/page/page?slug=" + slug
	if slug == model.HomePage {
		path = ""
	}
	return s.give(ctx, b, sight{Slug: slug}, path, slug, func(tx *gorm.DB, until model.Millis) error {
		var there int64
		if err := tx.Model(&model.Page{}).Where("slug = ?", slug).Count(&there).Error; err != nil {
			return fmt.Errorf("page %q: %w", slug, err)
		}
		if there == 0 && slug != model.HomePage {
			return model.ErrPageNotFound
		}
		return trail.Write(ctx, tx, "page.preview", trail.Subject{Kind: "page", No: slug}, nil, map[string]any{"until": until})
	})
}

// NewProductPreview gives leave to look at a product of the brand that ctx carries as it is kept, whether it is on sale
// or not. Errors: ErrProductNotFound.
func (s *Service) NewProductPreview(ctx context.Context, b *model.Brand, handle string) (Preview, error) {
	name := url.QueryEscape(handle)
	return s.give(ctx, b, sight{Product: handle}, "pages/product/product?handle="+name, "product:"+name, func(tx *gorm.DB, until model.Millis) error {
		var there int64
		if err := tx.Model(&model.Product{}).Where("handle = ?", handle).Count(&there).Error; err != nil {
			return fmt.Errorf("product %q: %w", handle, err)
		}
		if there == 0 {
			return model.ErrProductNotFound
		}
		return trail.Write(ctx, tx, "product.preview", trail.Subject{Kind: "product", No: handle}, nil, map[string]any{"until": until})
	})
}

// give seals a leave once check has found what it is for, and written that it was given. The shop shows it at path; of
// is what the shop calls it.
func (s *Service) give(ctx context.Context, b *model.Brand, what sight, path, of string, check func(tx *gorm.DB, until model.Millis) error) (Preview, error) {
	p := Preview{Closed: b.Status != model.BrandActive, ExpiresAt: s.now.Now().Add(previewLife)}
	said, err := json.Marshal(leave{what, p.ExpiresAt})
	if err != nil {
		return p, err
	}
	if err := s.db.InTx(ctx, func(tx *gorm.DB) error { return check(tx, p.ExpiresAt) }); err != nil {
		return p, err
	}
	sealed, err := s.box.Seal(string(said), sealedFor(b.ID))
	if err != nil {
		return p, err
	}
	p.Token = base64.RawURLEncoding.EncodeToString(sealed)
	p.Path = "/shop/" + b.Slug + "/" + path + "#preview=" + of + "." + p.Token
	return p, nil
}

// Previewed is the draft of a page as consumers would see it, or what is published when there is none; products that
// are not on sale are not shown here either. It is read anew each time. Errors: ErrNotFound for a token that is none,
// of another brand or for another page; ErrPreviewEnded once its time is over.
func (s *Service) Previewed(ctx context.Context, b *model.Brand, slug, token, language string) (View, error) {
	if err := s.allows(b.ID, sight{Slug: slug}, token); err != nil {
		return View{}, err
	}
	var p model.Page
	err := s.db.Read(ctx).Where("slug = ?", slug).Take(&p).Error
	switch {
	case database.IsNotFound(err) && slug == model.HomePage:
		p = model.Page{Slug: slug}
	case database.IsNotFound(err):
		return View{}, model.ErrNotFound
	case err != nil:
		return View{}, fmt.Errorf("page %q: %w", slug, err)
	}
	if p.DraftOpen {
		p.Title, p.Blocks = p.DraftTitle, p.DraftBlocks
	}
	return s.show(ctx, p, []string{language, b.DefaultLanguage})
}

// PreviewedProduct is a product as consumers would see it, whether it is on sale or not. It is read anew each time.
// Errors: ErrNotFound for a token that is none, of another brand or for something else; ErrPreviewEnded once its time is
// over; ErrProductNotFound.
func (s *Service) PreviewedProduct(ctx context.Context, b *model.Brand, handle, token, language string) (catalogue.Detail, error) {
	if err := s.allows(b.ID, sight{Product: handle}, token); err != nil {
		return catalogue.Detail{}, err
	}
	return s.catalogue.Drafted(ctx, handle, language, b.DefaultLanguage)
}

// allows refuses a token that does not let its holder see this of this brand, or does no more. Errors: ErrNotFound,
// ErrPreviewEnded.
func (s *Service) allows(brandID int64, what sight, token string) error {
	if len(token) > maxPreview {
		return model.ErrNotFound
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return model.ErrNotFound
	}
	said, err := s.box.Open(sealed, sealedFor(brandID))
	if err != nil {
		return model.ErrNotFound
	}
	var l leave
	if err := json.NewDecoder(strings.NewReader(said)).Decode(&l); err != nil || l.sight != what {
		return model.ErrNotFound
	}
	if s.now.Now() >= l.Until {
		return model.ErrPreviewEnded
	}
	return nil
}
