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
		Brand: p.services.Brand, Catalogue: p.services.Catalogue, Page: p.services.Page, Promotion: p.services.Promotion, Media: p.media,
		GroupBuy: p.services.GroupBuy, Clock: time.Now,
	}
	b, err := casalido.Seed(ctx, shop, weChatOf(m))
	if err != nil {
		return visit{}, fmt.Errorf("demonstration brand: %w", explained(err))
	}
	token, err := demoToken(ctx, p.services.Staff, b.ID)
	if err != nil {
		return visit{}, fmt.Errorf("demonstration staff: %w", explained(err))
	}
	c := p.config
	return visit{
		owner: token,
		base:  c.Server.PublicURL, shop: c.Server.PublicURL + "/v1/" + b.Slug, page: c.Server.PublicURL + "/shop/" + b.Slug + "/", weChat: c.WeChat.APIBase,
		metrics: "http://" + c.Server.PrivateListen, appID: m.AppID,
	}, nil
}

// demoToken is a new access token of the shop's owner, good for a week.
func demoToken(ctx context.Context, s *staff.Service, brandID int64) (string, error) {
	ctx = model.WithActor(model.WithBrand(ctx, brandID), model.Actor{Kind: model.ActorOperator})
	people, err := s.List(ctx)
	if err != nil {
		return "", err
	}
	if len(people) == 0 {
		owner, err := s.Add(ctx, staff.Input{Name: "Lucia Lido", Role: model.RoleOwner})
		if err != nil {
			return "", err
		}
		people = append(people, owner)
	}
	t, err := s.NewToken(ctx, people[0].No, staff.TokenInput{Name: "demonstration", Days: 7})
	return t.Token, err
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
