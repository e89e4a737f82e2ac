package page

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// previewLife is how long a preview can be looked at. The console asks for a new one while its editor is open.
const previewLife = 15 * time.Minute

// maxPreview bounds what is looked at; ours have some 150 characters.
const maxPreview = 512

// Preview lets whoever has its token look at the draft of one page for a while, and at nothing else.
type Preview struct {
	Token     string       `json:"token" doc:"For the storefront's header Hutong-Preview"`
	ExpiresAt model.Millis `json:"expires_at" doc:"UTC milliseconds"`
	Closed    bool         `json:"closed" doc:"The shop is closed, and so is the preview"`
	Path      string       `json:"path" doc:"Of the shop's page that shows it. The token is behind the #, so that no server's log has it"`
}

// leave is what a token says. It is sealed for its brand: another one's does not open.
type leave struct {
	Slug  string       `json:"slug"`
	Until model.Millis `json:"until"`
}

// sealedFor is where a token is good: for nothing else that is sealed, and for one brand.
func sealedFor(brandID int64) string { return "preview:" + strconv.FormatInt(brandID, 10) }

// NewPreview gives leave to look at the draft of a page of the brand that ctx carries. Errors: ErrPageNotFound.
func (s *Service) NewPreview(ctx context.Context, b *model.Brand, slug string) (Preview, error) {
	p := Preview{Closed: b.Status != model.BrandActive, ExpiresAt: s.now.Now().Add(previewLife)}
	said, err := json.Marshal(leave{slug, p.ExpiresAt})
	if err != nil {
		return p, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var there int64
		if err := tx.Model(&model.Page{}).Where("slug = ?", slug).Count(&there).Error; err != nil {
			return fmt.Errorf("page %q: %w", slug, err)
		}
		if there == 0 && slug != model.HomePage {
			return model.ErrPageNotFound
		}
		return trail.Write(ctx, tx, "page.preview", trail.Subject{Kind: "page", No: slug}, nil, map[string]any{"until": p.ExpiresAt})
	})
	if err != nil {
		return p, err
	}
	sealed, err := s.box.Seal(string(said), sealedFor(b.ID))
	if err != nil {
		return p, err
	}
	p.Token = base64.RawURLEncoding.EncodeToString(sealed)
	path := "pages/page/page?slug=" + slug
	if slug == model.HomePage {
		path = ""
	}
	p.Path = "/shop/" + b.Slug + "/" + path + "#preview=" + slug + "." + p.Token
	return p, nil
}

// Previewed is the draft of a page as consumers would see it, or what is published when there is none; products that
// are not on sale are not shown here either. It is read anew each time. Errors: ErrNotFound for a token that is none,
// of another brand or for another page; ErrPreviewEnded once its time is over.
func (s *Service) Previewed(ctx context.Context, b *model.Brand, slug, token, language string) (View, error) {
	until, ok := s.allows(b.ID, slug, token)
	switch {
	case !ok:
		return View{}, model.ErrNotFound
	case s.now.Now() >= until:
		return View{}, model.ErrPreviewEnded
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

// allows tells whether a token is for this page of this brand, and until when.
func (s *Service) allows(brandID int64, slug, token string) (until model.Millis, ok bool) {
	if len(token) > maxPreview {
		return 0, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return 0, false
	}
	said, err := s.box.Open(sealed, sealedFor(brandID))
	if err != nil {
		return 0, false
	}
	var l leave
	if err := json.NewDecoder(strings.NewReader(said)).Decode(&l); err != nil || l.Slug != slug {
		return 0, false
	}
	return l.Until, true
}
