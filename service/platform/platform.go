// Package platform is what the administrators of an installation do: they open brands, and suspend them. They are no
// brand's staff and see no brand's data; see docs/adr/0023.
package platform

import (
	"context"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/trail"
	"hutong/service/staff"
)

// Service has the use cases. Methods work in a context of model.Platform and act as its actor.
type Service struct {
	db    *database.DB
	brand *brand.Service
	staff *staff.Service
}

// New makes the service.
func New(db *database.DB, b *brand.Service, s *staff.Service) *Service { return &Service{db, b, s} }

// View is a brand as an administrator sees it.
type View struct {
	Slug      string            `json:"slug" doc:"Name of the shop in addresses"`
	Name      model.Text        `json:"name"`
	Languages []string          `json:"languages" doc:"The first is the default"`
	Status    model.BrandStatus `json:"status" enum:"active,suspended"`
	CreatedAt model.Millis      `json:"created_at" doc:"UTC milliseconds"`
}

func viewOf(b model.Brand) View {
	return View{b.Slug, b.Name, b.Languages, b.Status, b.CreatedAt}
}

// Brands are all brands, by their name in addresses.
func (s *Service) Brands(ctx context.Context) ([]View, error) {
	all, err := s.brand.List(ctx)
	views := make([]View, len(all))
	for i, b := range all {
		views[i] = viewOf(b)
	}
	return views, err
}

// Input is a brand to be opened.
type Input struct {
	Slug      string     `json:"slug" minLength:"2" maxLength:"31" doc:"Name of the shop in addresses; cannot be changed"`
	Name      model.Text `json:"name" doc:"By language"`
	Languages []string   `json:"languages" minItems:"1" maxItems:"10" doc:"The first is the default"`
	Owner     Owner      `json:"owner" doc:"Who is invited to be its first owner"`
}

// Owner is the first owner of a brand.
type Owner struct {
	Email string `json:"email" maxLength:"254"`
	Name  string `json:"name,omitempty" maxLength:"64"`
}

// Opened is a brand that was just made, with the link for its owner.
type Opened struct {
	Brand      View                `json:"brand"`
	Invitation staff.NewInvitation `json:"invitation"`
}

// accent is the colour of a brand that has chosen none yet.
const accent = "#B4532A"

// Open makes a brand and invites its first owner. Errors: model.Errs; ErrSlugTaken at "slug"; ErrInvalid at "email".
func (s *Service) Open(ctx context.Context, in Input) (made Opened, err error) {
	spec := brand.Spec{Slug: in.Slug, Name: in.Name, Languages: in.Languages, Theme: model.Theme{Accent: accent}}
	platform := ctx
	err = s.brand.Open(ctx, spec, func(ctx context.Context, tx *gorm.DB) error {
		made.Invitation, err = s.staff.InviteStep(ctx, tx, staff.Invite{Email: in.Owner.Email, Name: in.Owner.Name, Role: model.RoleOwner})
		if err != nil {
			return err
		}
		return trail.Write(platform, tx.WithContext(platform), "platform.brand_open", subject(in.Slug), nil, nil)
	})
	if err != nil {
		return Opened{}, err
	}
	b, err := s.brand.Resolve(ctx, in.Slug)
	if err != nil {
		return Opened{}, err
	}
	made.Brand = viewOf(*b)
	return made, nil
}

// SetStatus suspends a brand's shop, or opens it again. Its staff still come in, for what was sold has to be sent and
// given back. Errors: ErrBrandNotFound.
func (s *Service) SetStatus(ctx context.Context, slug string, status model.BrandStatus) (View, error) {
	err := s.brand.SetStatus(ctx, slug, status, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "platform.brand_status", subject(slug), nil, map[string]any{"status": status})
	})
	if err != nil {
		return View{}, err
	}
	b, err := s.brand.Resolve(ctx, slug)
	if err != nil {
		return View{}, err
	}
	return viewOf(*b), nil
}

func subject(slug string) trail.Subject { return trail.Subject{Kind: "brand", No: slug} }
