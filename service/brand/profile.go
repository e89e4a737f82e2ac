package brand

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // the time zones that staff choose from, wherever the program runs
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// Profile is who a brand is, as its staff write it.
type Profile struct {
	Name         model.Text    `json:"name" doc:"By language; at least in the first of languages"`
	LegalName    string        `json:"legal_name,omitempty" maxLength:"128" doc:"Of the company that sells"`
	LegalAddress string        `json:"legal_address,omitempty" maxLength:"256" doc:"Where it is registered"`
	Contact      model.Contact `json:"contact,omitempty" doc:"Whom the platform reaches"`
	Service      model.Text    `json:"service,omitempty" doc:"How customer service is reached, and when; by language, at most 500 characters"`
	Languages    []string      `json:"languages" minItems:"1" maxItems:"8" doc:"That the shop speaks; the first is the default"`
	TimeZone     string        `json:"time_zone,omitempty" maxLength:"64" doc:"Of the staff" example:"Europe/Rome"`
	OrderTTL     int64         `json:"order_ttl_seconds" minimum:"120" maximum:"86400" doc:"How long an order waits to be paid"`
	Theme        model.Theme   `json:"theme"`
	Version      string        `json:"version" maxLength:"32" doc:"The one that was read: when it is not the present one any more, the answer is changed_meanwhile"`
}

// ProfileView is a Profile with what is not changed with it.
type ProfileView struct {
	Slug     string            `json:"slug" doc:"In addresses"`
	Status   model.BrandStatus `json:"status" enum:"active,suspended"`
	MayOpen  bool              `json:"may_open" doc:"Whether the staff may open a suspended shop: not when the platform has suspended it"`
	Currency string            `json:"currency" doc:"Of every amount"`
	Profile
}

// defaultZone is where a brand's staff are when nobody has said.
const defaultZone = "Asia/Shanghai"

func profileView(b model.Brand, p model.BrandProfile) ProfileView {
	if p.TimeZone == "" {
		p.TimeZone = defaultZone
	}
	v := ProfileView{b.Slug, b.Status, b.Status == model.BrandActive || p.ClosedByStaff, b.Currency, Profile{
		Name: b.Name, LegalName: p.LegalName, LegalAddress: p.LegalAddress, Contact: p.Contact, Service: p.Service,
		Languages: b.Languages, TimeZone: p.TimeZone, OrderTTL: b.OrderTTL, Theme: b.Theme,
	}}
	v.Version = versionOf(v.Profile)
	return v
}

// versionOf tells one state of a setting from another: it is of the content, so that whatever changes it, brand apply
// too, changes the version.
func versionOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of settings, which are JSON in the answer as well
	}
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Profile is that of the brand that ctx carries.
func (s *Service) Profile(ctx context.Context) (ProfileView, error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return ProfileView{}, database.ErrNoBrand
	}
	b, err := take(s.db.Read(ctx).Where("id = ?", brandID))
	if err != nil {
		return ProfileView{}, err
	}
	p, err := profileOf(s.db.Read(ctx))
	return profileView(*b, p), err
}

func profileOf(tx *gorm.DB) (p model.BrandProfile, err error) {
	if err = tx.Take(&p).Error; err != nil && !database.IsNotFound(err) {
		return p, fmt.Errorf("profile: %w", err)
	}
	return p, nil
}

// SetProfile changes the profile of the brand that ctx carries. Errors: model.Errs, each with its field, ErrLowContrast
// among them; ErrChangedMeanwhile when it is not the version that was read.
func (s *Service) SetProfile(ctx context.Context, in Profile) (ProfileView, error) {
	if errs := in.check(); len(errs) > 0 {
		return ProfileView{}, errs
	}
	var after ProfileView
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		p, err := profileOf(tx)
		if err != nil {
			return err
		}
		before := profileView(*b, p)
		if before.Version != in.Version {
			return model.ErrChangedMeanwhile
		}
		p.LegalName, p.LegalAddress, p.Contact, p.Service, p.TimeZone = in.LegalName, in.LegalAddress, in.Contact, in.Service, in.TimeZone
		if err := writeProfile(tx, &p); err != nil {
			return err
		}
		changed := *b
		changed.Name, changed.DefaultLanguage, changed.Languages = in.Name, in.Languages[0], in.Languages
		changed.Theme, changed.OrderTTL = in.Theme, in.OrderTTL
		err = tx.Model(&model.Brand{}).Where("id = ?", b.ID).Updates(map[string]any{
			"name": changed.Name, "default_language": changed.DefaultLanguage, "languages": changed.Languages,
			"theme": changed.Theme, "order_ttl": changed.OrderTTL,
			"catalogue_version": gorm.Expr("catalogue_version + 1"), // its name and languages are in what caches hold
		}).Error
		if err != nil {
			return fmt.Errorf("brand %d: %w", b.ID, err)
		}
		after = profileView(changed, p)
		return trail.Write(ctx, tx, "profile.change", subject(b), before.logged(), after.logged())
	})
	if err != nil {
		return ProfileView{}, err
	}
	s.forget(b)
	return after, nil
}

// logged is what the audit log keeps: it only grows, so who the contact is does not stay there.
func (v ProfileView) logged() ProfileView {
	v.Contact = model.Contact{}
	return v
}

func subject(b *model.Brand) trail.Subject { return trail.Subject{Kind: "brand", No: b.Slug} }

func writeProfile(tx *gorm.DB, p *model.BrandProfile) error {
	var err error
	if p.ID == 0 {
		err = tx.Create(p).Error
	} else {
		err = tx.Model(&model.BrandProfile{}).Where("id = ?", p.ID).Updates(map[string]any{
			"legal_name": p.LegalName, "legal_address": p.LegalAddress, "contact": p.Contact, "service": p.Service,
			"time_zone": p.TimeZone, "closed_by_staff": p.ClosedByStaff,
		}).Error
	}
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return nil
}

// Opening is whether a shop is open.
type Opening struct {
	Status model.BrandStatus `json:"status" enum:"active,suspended" doc:"suspended: consumers find nothing at the shop's addresses; what was bought goes on"`
}

// SetOpening opens or closes the shop of the brand that ctx carries. Errors: ErrSuspendedByPlatform when it was not
// the staff who closed it.
func (s *Service) SetOpening(ctx context.Context, in Opening) (ProfileView, error) {
	if in.Status != model.BrandActive && in.Status != model.BrandSuspended {
		return ProfileView{}, model.ErrNotOneOf.At("status").With("values", "active, suspended")
	}
	var after ProfileView
	b, err := s.changing(ctx, func(tx *gorm.DB, b *model.Brand) error {
		p, err := profileOf(tx)
		if err != nil {
			return err
		}
		was := b.Status
		if after = profileView(*b, p); was == in.Status {
			return nil
		}
		if !after.MayOpen {
			return model.ErrSuspendedByPlatform
		}
		p.ClosedByStaff = in.Status == model.BrandSuspended
		if err := writeProfile(tx, &p); err != nil {
			return err
		}
		if err := tx.Model(&model.Brand{}).Where("id = ?", b.ID).Update("status", in.Status).Error; err != nil {
			return fmt.Errorf("brand %d: %w", b.ID, err)
		}
		b.Status = in.Status
		after = profileView(*b, p)
		return trail.Write(ctx, tx, "brand.opening", subject(b), Opening{was}, in)
	})
	if err != nil {
		return ProfileView{}, err
	}
	s.forget(b)
	return after, nil
}

// suspendedFromOutside takes note that it was not the staff who have set the status.
func suspendedFromOutside(tx *gorm.DB) error {
	if err := tx.Model(&model.BrandProfile{}).Where("closed_by_staff = ?", true).Update("closed_by_staff", false).Error; err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return nil
}

// changing is a transaction on the brand that ctx carries, whose row it holds.
func (s *Service) changing(ctx context.Context, fn func(tx *gorm.DB, b *model.Brand) error) (*model.Brand, error) {
	brandID, ok := model.BrandID(ctx)
	if !ok {
		return nil, database.ErrNoBrand
	}
	var b *model.Brand
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		var err error
		if b, err = take(tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", brandID)); err != nil {
			return err
		}
		return fn(tx, b)
	})
	return b, err
}

// forget lets the next request see what was changed.
func (s *Service) forget(b *model.Brand) {
	s.brands.forget(b.Slug)
	s.byID.forget(b.ID)
	s.clients.forget(b.ID)
}

const (
	maxLegalName    = 128
	maxLegalAddress = 256
	maxService      = 500
	maxEmail        = 254
	maxPhone        = 32
)

var (
	zoneForm  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$`)
	phoneForm = regexp.MustCompile(`^[0-9+() -]*$`)
	emailForm = regexp.MustCompile(`^[^\s@<>"']+@[^\s@<>"']+$`)
)

func (p *Profile) check() model.Errs {
	c := &checker{languages: p.Languages}
	c.identity(p.Name, p.Theme)
	if len(p.Service) > 0 {
		c.text("service", p.Service, maxService)
	}
	c.short("legal_name", p.LegalName, maxLegalName, nil, "")
	c.short("legal_address", p.LegalAddress, maxLegalAddress, nil, "")
	c.short("contact.name", p.Contact.Name, maxName, nil, "")
	c.short("contact.phone", p.Contact.Phone, maxPhone, phoneForm, "digits, with + ( ) and hyphens")
	c.short("contact.email", p.Contact.Email, maxEmail, emailForm, "an address with an @")
	if p.TimeZone != "" {
		_, err := time.LoadLocation(p.TimeZone)
		c.must(zoneForm.MatchString(p.TimeZone) && p.TimeZone != "Local" && err == nil, "time_zone", "the name of a time zone, such as Europe/Rome")
	}
	if p.OrderTTL < minTTL || p.OrderTTL > maxTTL {
		c.errs = append(c.errs, model.ErrOutOfRange.At("order_ttl_seconds").With("min", fmt.Sprint(minTTL)).With("max", fmt.Sprint(maxTTL)))
	}
	return c.errs
}

// identity checks what a shop shows of itself on every page.
func (c *checker) identity(name model.Text, theme model.Theme) {
	c.must(len(c.languages) > 0, "languages", "at least one of %s", strings.Join(model.Languages, ", "))
	c.speaks()
	c.text("name", name, maxName)
	c.match(accent, "theme.accent", theme.Accent, "a colour as #RRGGBB, such as #C0392B")
	if accent.MatchString(theme.Accent) {
		if ratio, darker := legibility(theme.Accent); darker != theme.Accent {
			c.errs = append(c.errs, model.ErrLowContrast.At("theme.accent").With("contrast", fmt.Sprintf("%.1f", ratio)).
				With("suggestion", darker).With("want", "a darker colour, such as "+darker+": white text on this one is hard to read"))
		}
	}
	if theme.Logo != "" {
		c.match(picture, "theme.logo", theme.Logo, wantPicture)
	}
}

// short checks a text of one line that may be left out.
func (c *checker) short(field, value string, most int, form *regexp.Regexp, want string) {
	if utf8.RuneCountInString(value) > most || !utf8.ValidString(value) {
		c.errs = append(c.errs, model.ErrTooLong.At(field).With("max", fmt.Sprint(most)))
		return
	}
	c.must(value == "" || form == nil || form.MatchString(value), field, "%s", want)
}
