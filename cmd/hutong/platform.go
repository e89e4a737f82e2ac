package main

import (
	"context"
	"fmt"

	"hutong/configs"
	"hutong/model"
	"hutong/service"
	"hutong/service/staff"
)

type platformCmd struct {
	Invite platformInvite `cmd:"" help:"Make a link by which an administrator chooses a password."`
	Reset  platformReset  `cmd:"" help:"Make a link by which an administrator chooses a new password."`
}

// Help implements kong.HelpProvider.
func (platformCmd) Help() string {
	return `An administrator opens brands by the console, invites their first owners and suspends brands, and sees no brand's data. They sign in with the brand left empty.

    hutong platform invite ada@example.com

Exit codes: 0 done, 1 failed, 2 the configuration is wrong.`
}

type platformInvite struct {
	staffExits

	Email string `arg:"" help:"By which they will sign in."`
	Name  string `help:"Theirs; what stands before the @ when it is left out."`
}

// Run prints the link.
func (c *platformInvite) Run(ctx context.Context, p *program) error {
	return p.withPlatform(ctx, func(ctx context.Context, s *staff.Service) error {
		made, err := s.Invite(ctx, staff.Invite{Email: c.Email, Name: c.Name})
		if err == nil {
			fmt.Fprintln(p.out, made.Link)
		}
		return err
	})
}

type platformReset struct {
	staffExits

	Email      string `arg:"" help:"By which they sign in."`
	RemoveTotp bool   `help:"Take the second factor away too."`
}

// Run prints the link.
func (c *platformReset) Run(ctx context.Context, p *program) error {
	return p.withPlatform(ctx, func(ctx context.Context, s *staff.Service) error {
		all, err := s.List(ctx)
		if err != nil {
			return err
		}
		for _, m := range all {
			if m.Email != c.Email {
				continue
			}
			made, err := s.Reset(ctx, m.No, c.RemoveTotp)
			if err == nil {
				fmt.Fprintln(p.out, made.Link)
			}
			return err
		}
		return model.ErrStaffNotFound
	})
}

// withPlatform runs do for those who administer the installation, as whoever runs the program.
func (p *program) withPlatform(ctx context.Context, do func(context.Context, *staff.Service) error) error {
	return p.withServices(ctx, func(_ *configs.Config, s *service.Services) error {
		as := model.WithActor(model.WithBrand(ctx, model.Platform), model.Actor{Kind: model.ActorOperator})
		return explained(do(as, s.Staff))
	})
}
