package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service"
	"hutong/service/staff"
)

type staffCmd struct {
	Brand string `help:"The brand, by the name in its addresses." required:"" placeholder:"SLUG"`

	Add    staffAdd    `cmd:"" help:"Let somebody work for the brand."`
	List   staffList   `cmd:"" help:"List everybody who works for the brand, and their tokens."`
	Change staffChange `cmd:"" help:"Give somebody another role, suspend them or let them in again."`
	Invite staffInvite `cmd:"" help:"Make a link by which somebody chooses a password and works for the brand."`
	Reset  staffReset  `cmd:"" help:"Make a link by which a member of staff chooses a new password."`
	Token  staffToken  `cmd:"" help:"Make an access token, which is shown once."`
	Revoke staffRevoke `cmd:"" help:"End an access token."`
}

// Help implements kong.HelpProvider.
func (staffCmd) Help() string {
	return `People sign in to the console with a password, which they choose by a link; machines call /console/v1 with an access token. What their role allows is in docs/permissions.md.

    hutong staff --brand casa-lido invite anna@casa-lido.example owner
    hutong staff --brand casa-lido add "warehouse system" warehouse
    hutong staff --brand casa-lido token 01JZQ4T7M9S8X5N2K6V3B1C0DE "warehouse system" --days 90

Exit codes: 0 done, 1 failed, 2 the configuration is wrong.`
}

// staffExits tells the exit codes in the help of each command.
type staffExits struct{}

// Help implements kong.HelpProvider.
func (staffExits) Help() string {
	return `Exit codes: 0 done, 1 failed, 2 the configuration is wrong.`
}

type staffAdd struct {
	staffExits

	Name string `arg:"" help:"Whom the role is for."`
	Role string `arg:"" enum:"owner,operator,warehouse,finance,service,viewer" help:"One of ${enum}."`
}

// Run adds a member of staff.
func (c *staffAdd) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		m, err := s.Add(ctx, staff.Input{Name: c.Name, Role: model.Role(c.Role)})
		if err == nil {
			fmt.Fprintln(p.out, m.No)
		}
		return err
	})
}

type staffList struct{ staffExits }

// Run lists the staff.
func (staffList) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		people, err := s.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "NO\tROLE\tSTATUS\tNAME\tTOKEN\tGOOD UNTIL\tLAST USED")
		for _, m := range people {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t\t\t\n", m.No, m.Role, m.Status, m.Name)
			for _, t := range m.Tokens {
				used := "never"
				if t.LastUsedAt > 0 {
					used = t.LastUsedAt.Time().Format(time.RFC3339)
				}
				fmt.Fprintf(w, "\t\t\t%s\t%s\t%s\t%s\n", t.Name, t.No, t.ExpiresAt.Time().Format(time.RFC3339), used)
			}
		}
		return w.Flush()
	})
}

type staffChange struct {
	staffExits

	No     string `arg:"" help:"Number of the member of staff, from list."`
	Role   string `enum:",owner,operator,warehouse,finance,service,viewer" default:"" help:"The new role."`
	Status string `enum:",active,suspended" default:"" help:"suspended keeps them out, active lets them in again."`
}

// Run changes a member of staff.
func (c *staffChange) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		m, err := s.Change(ctx, c.No, staff.Change{Role: model.Role(c.Role), Status: model.StaffStatus(c.Status)})
		if err == nil {
			fmt.Fprintf(p.out, "%s is %s, %s\n", m.Name, m.Role, m.Status)
		}
		return err
	})
}

type staffInvite struct {
	staffExits

	Email string `arg:"" help:"By which they will sign in."`
	Role  string `arg:"" enum:"owner,operator,warehouse,finance,service,viewer" help:"One of ${enum}."`
	Name  string `help:"Theirs; what stands before the @ when it is left out."`
}

// Run prints the link.
func (c *staffInvite) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		made, err := s.Invite(ctx, staff.Invite{Email: c.Email, Name: c.Name, Role: model.Role(c.Role)})
		if err == nil {
			fmt.Fprintln(p.out, made.Link)
		}
		return err
	})
}

type staffReset struct {
	staffExits

	No         string `arg:"" help:"Number of the member of staff, from list."`
	RemoveTotp bool   `help:"Take the second factor away too."`
}

// Run prints the link.
func (c *staffReset) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		made, err := s.Reset(ctx, c.No, c.RemoveTotp)
		if err == nil {
			fmt.Fprintln(p.out, made.Link)
		}
		return err
	})
}

type staffToken struct {
	staffExits

	No   string `arg:"" help:"Number of the member of staff, from list."`
	Name string `arg:"" help:"What it is for."`
	Days int    `default:"90" help:"For how long it is good, up to 366."`
}

// Run makes a token.
func (c *staffToken) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		t, err := s.NewToken(ctx, c.No, staff.TokenInput{Name: c.Name, Days: c.Days})
		if err == nil {
			fmt.Fprintln(p.out, t.Token)
		}
		return err
	})
}

type staffRevoke struct {
	staffExits

	Token string `arg:"" help:"Number of the token, from list."`
}

// Run ends a token.
func (c *staffRevoke) Run(ctx context.Context, p *program, all *cli) error {
	return p.withStaff(ctx, all.Staff.Brand, func(ctx context.Context, s *staff.Service) error {
		return s.RevokeToken(ctx, c.Token)
	})
}

// withStaff runs do for a brand, as whoever runs the program.
func (p *program) withStaff(ctx context.Context, slug string, do func(context.Context, *staff.Service) error) error {
	return p.withServices(ctx, func(_ *configs.Config, s *service.Services) error {
		b, err := s.Brand.Resolve(ctx, slug)
		if err != nil {
			return explained(err)
		}
		as := model.WithActor(model.WithBrand(ctx, b.ID), model.Actor{Kind: model.ActorOperator})
		return explained(do(as, s.Staff))
	})
}
