package main

import (
	"context"
	"fmt"
	"time"

	"hutong/cmd/hutong/casalido"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/staff"
	"hutong/wechat/simulator"
)

// furnish gives the demonstration brand its merchant at WeChat and, the first time, all it has, and tells
// how to visit it.
func furnish(ctx context.Context, p *process, sim *simulator.Simulator) (visit, error) {
	m, err := merchantOf(sim, "Casa Lido 丽都之家", simulator.ModePublicKey)
	if err != nil {
		return visit{}, err
	}
	m.PushURL = p.config.Server.PublicURL + "/callbacks/" + casalido.Slug + "/wechat"
	if m, err = sim.AddMerchant(m); err != nil {
		return visit{}, err
	}
	shop := casalido.Shop{
		Brand: p.services.Brand, Catalogue: p.services.Catalogue, Promotion: p.services.Promotion, Media: p.media,
		GroupBuy: p.services.GroupBuy, Clock: time.Now,
	}
	b, err := casalido.Seed(ctx, shop, weChatOf(m))
	if err != nil {
		return visit{}, fmt.Errorf("demonstration brand: %w", explained(err))
	}
	token, people, err := demoStaff(ctx, p.services.Staff, b.ID)
	if err != nil {
		return visit{}, fmt.Errorf("demonstration staff: %w", explained(err))
	}
	administrator, err := demoAdministrator(ctx, p.services.Staff)
	if err != nil {
		return visit{}, fmt.Errorf("demonstration administrator: %w", explained(err))
	}
	people = append(people, administrator)
	c := p.config
	return visit{
		owner: token, people: people, password: demoPassword,
		base: c.Server.PublicURL, shop: c.Server.PublicURL + "/v1/" + b.Slug, page: c.Server.PublicURL + "/shop/" + b.Slug + "/", weChat: c.WeChat.APIBase,
		metrics: "http://" + c.Server.PrivateListen, appID: m.AppID,
	}, nil
}

// demoPassword is everybody's in the demonstration, which is no secret: it is printed, and nothing is really sold.
const demoPassword = "red lanterns at dusk"

// person is a member of the demonstration's staff who signs in with demoPassword.
type person struct {
	name  string
	role  model.Role
	email string
}

// demoStaff makes, the first time, one person per role, and tells who they are; token is a new one of the owner's, good
// for a week.
func demoStaff(ctx context.Context, s *staff.Service, brandID int64) (token string, people []person, err error) {
	ctx = model.WithActor(model.WithBrand(ctx, brandID), model.Actor{Kind: model.ActorOperator})
	names := map[model.Role]string{
		model.RoleOwner: "Lucia Lido", model.RoleOperator: "Marco Riva", model.RoleWarehouse: "Zhang Wei",
		model.RoleFinance: "Elena Costa", model.RoleService: "Li Na", model.RoleViewer: "Paolo Serra",
	}
	there, err := s.List(ctx)
	if err != nil {
		return "", nil, err
	}
	known := map[string]staff.View{}
	for _, m := range there {
		known[m.Email] = m
	}
	for _, role := range model.Roles {
		p := person{names[role], role, string(role) + "@" + casalido.Slug + ".example"}
		people = append(people, p)
		if _, ok := known[p.email]; ok { // perhaps with a password that the visitor has changed
			continue
		}
		m, err := s.Add(ctx, staff.Input{Name: p.name, Role: p.role})
		if err != nil {
			return "", nil, err
		}
		if err := s.SetLogin(ctx, m.No, p.email, demoPassword); err != nil {
			return "", nil, err
		}
		known[p.email] = m
	}
	t, err := s.NewToken(ctx, known[people[0].email].No, staff.TokenInput{Name: "demonstration", Days: 7})
	return t.Token, people, err
}

// demoAdministrator makes, the first time, who opens and suspends brands.
func demoAdministrator(ctx context.Context, s *staff.Service) (person, error) {
	a := person{"Ada Valli", model.RoleAdministrator, "administrator@hutong.example"}
	ctx = model.WithActor(model.WithBrand(ctx, model.Platform), model.Actor{Kind: model.ActorOperator})
	there, err := s.List(ctx)
	if err != nil {
		return a, err
	}
	for _, m := range there {
		if m.Email == a.email {
			return a, nil
		}
	}
	m, err := s.AddAdministrator(ctx, a.name)
	if err != nil {
		return a, err
	}
	return a, s.SetLogin(ctx, m.No, a.email, demoPassword)
}

// weChatOf is what a brand's settings say of a merchant.
func weChatOf(m simulator.Merchant) brand.WeChat {
	w := brand.WeChat{
		AppID: m.AppID, AppSecret: brand.Secret(m.AppSecret), MchID: m.MchID, APIv3Key: brand.Secret(m.APIv3Key),
		CertSerial: m.CertSerial, PrivateKey: brand.Secret(m.PrivateKey), Verification: model.PayPublicKey,
		PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		PushToken: brand.Secret(m.PushToken), PushKey: brand.Secret(m.PushKey),
	}
	if m.Mode == simulator.ModeCertificates {
		w.Verification = model.PayPlatformCertificate
	}
	return w
}
