package brand

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/trail"
)

// Setup tells what of setting a shop up is done. It is read of the data, and nobody ticks it off.
type Setup struct {
	Ready bool   `json:"ready" doc:"Every step that selling needs is done"`
	Away  bool   `json:"away" doc:"Whoever asks has put the list away, before all was done"`
	Steps []Step `json:"steps" doc:"In the order in which they are best done"`
}

// Step is one of them.
type Step struct {
	Step    string   `json:"step" enum:"profile,mini_program,merchant,message_push,return_place,freight,messages,home_page,product,opening,test_order"`
	Done    bool     `json:"done"`
	Needed  bool     `json:"needed" doc:"Nothing can be sold without it"`
	Missing []string `json:"missing" doc:"What is missing, as the fields or events are called"`
}

// Setup tells how far the brand that ctx carries is set up.
func (s *Service) Setup(ctx context.Context) (Setup, error) {
	tx := s.db.Read(ctx)
	profile, err := s.Profile(ctx)
	if err != nil {
		return Setup{}, err
	}
	steps := []Step{step("profile", false, missing(map[string]bool{
		"legal_name": profile.LegalName != "", "contact.phone": profile.Contact.Phone != "", "service": len(profile.Service) > 0,
	}, "legal_name", "contact.phone", "service"))}
	var c model.Credentials
	if err := tx.Take(&c).Error; err != nil && !database.IsNotFound(err) {
		return Setup{}, fmt.Errorf("credentials: %w", err)
	}
	has := map[string]bool{"app_id": c.AppID != "", "mch_id": c.MchID != ""}
	for _, secret := range secrets(&c) {
		has[secret.name] = len(*secret.sealed) > 0
	}
	rule, err := s.AfterSale(ctx)
	if err != nil {
		return Setup{}, err
	}
	told, err := s.Messages(ctx)
	if err != nil {
		return Setup{}, err
	}
	events := map[string]bool{}
	for _, t := range told.Templates {
		events[string(t.Event)] = true
	}
	names := make([]string, len(model.MessageEvents))
	for i, e := range model.MessageEvents {
		names[i] = string(e)
	}
	found := map[string]bool{"return_place": rule.ReturnPlace != nil, "active": profile.Status == model.BrandActive}
	for name, query := range map[string]*gorm.DB{
		"freight": s.db.Read(ctx).Model(&model.FreightTemplate{}).Where("is_default = ?", true),
		"home":    s.db.Read(ctx).Model(&model.Page{}).Where("slug = ? AND published = ?", "home", true),
		"product": s.db.Read(ctx).Model(&model.Product{}).Where("published = ? AND archived = ?", true, false),
		"paid":    s.db.Read(ctx).Model(&model.Payment{}).Where("status = ?", model.PaymentPaid),
	} {
		if found[name], err = there(query); err != nil {
			return Setup{}, err
		}
	}
	steps = append(steps,
		step("mini_program", true, missing(has, "app_id", "app_secret")),
		step("merchant", true, missing(has, "mch_id", "apiv3_key", "private_key")),
		step("message_push", false, missing(has, "push_token", "push_key")),
		step("return_place", false, missing(found, "return_place")),
		step("freight", false, missing(found, "freight")), // without a default, delivery is free
		step("messages", false, missing(events, names...)),
		step("home_page", false, missing(found, "home")),
		step("product", true, missing(found, "product")),
		step("opening", true, missing(found, "active")),
		step("test_order", false, missing(found, "paid")),
	)
	out := Setup{Ready: true, Steps: steps}
	for _, one := range steps {
		out.Ready = out.Ready && (one.Done || !one.Needed)
	}
	var away []bool
	if err := tx.Model(&model.Staff{}).Where("no = ?", model.ActorOf(ctx).No).Pluck("setup_away", &away).Error; err != nil {
		return Setup{}, fmt.Errorf("list of setting up: %w", err)
	}
	out.Away = len(away) > 0 && away[0]
	return out, nil
}

// PutSetupAway puts the list of what is left to set up away for the member of staff who asks, or takes it back.
func (s *Service) PutSetupAway(ctx context.Context, away bool) error {
	no := model.ActorOf(ctx).No
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := tx.Model(&model.Staff{}).Where("no = ?", no).Update("setup_away", away).Error; err != nil {
			return fmt.Errorf("list of setting up: %w", err)
		}
		return trail.Write(ctx, tx, "setup.away", trail.Subject{Kind: "staff", No: no}, nil, map[string]any{"away": away})
	})
}

func step(name string, needed bool, missing []string) Step {
	return Step{name, len(missing) == 0, needed, missing}
}

func missing(has map[string]bool, names ...string) []string {
	out := []string{}
	for _, name := range names {
		if !has[name] {
			out = append(out, name)
		}
	}
	return out
}
