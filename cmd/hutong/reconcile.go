package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service"
)

type reconcileCmd struct {
	Date  string `help:"The day, in Shanghai (default: yesterday)." placeholder:"2006-01-02"`
	Brand string `help:"Slug of the brand (default: all brands)." placeholder:"SLUG"`
}

// Help implements kong.HelpProvider.
func (reconcileCmd) Help() string {
	return `It downloads WeChat's trade bill and fund flow bill of a day, compares them with payments, refunds and journal both ways, books WeChat's fees, and lists what differs. It may be repeated: nothing is booked twice, and what no longer differs is cleared. Processes with the role jobs do the same each morning; docs/operations.md tells what to do about each kind of difference.

    hutong reconcile --date 2026-06-01 --brand casa-lido --config /etc/hutong/config.yaml

WeChat makes the bills of a day by ten in the morning after, and keeps them for three months.

Exit codes: 0 everything matches, 1 something differs and waits for somebody, 2 it could not be done.`
}

// Run reconciles the day for one brand or all.
func (c *reconcileCmd) Run(ctx context.Context, p *program) error {
	day := model.DayOf(model.At(time.Now())).Add(-1)
	if c.Date != "" {
		var err error
		if day, err = model.ParseDay(c.Date); err != nil {
			return usageError{fmt.Errorf("--date %s: a day is wanted, such as 2026-06-01", c.Date)}
		}
	}
	ctx = model.WithActor(ctx, model.Actor{Kind: model.ActorOperator})
	open, failed := int64(0), []error(nil)
	err := p.withServices(ctx, func(_ *configs.Config, s *service.Services) error {
		brands, err := c.brands(ctx, s)
		if err != nil {
			return err
		}
		for _, b := range brands {
			n, err := p.reconcile(ctx, s, b, day)
			if err != nil {
				failed = append(failed, fmt.Errorf("%s, %s: %w", b.Slug, day, err))
			}
			open += n
		}
		return nil
	})
	switch err = errors.Join(append(failed, err)...); {
	case err != nil:
		return usageError{err}
	case open > 0:
		return errReported
	}
	return nil
}

func (c *reconcileCmd) brands(ctx context.Context, s *service.Services) ([]model.Brand, error) {
	if c.Brand == "" {
		return s.Brand.List(ctx)
	}
	b, err := s.Brand.Resolve(ctx, c.Brand)
	if err != nil {
		return nil, fmt.Errorf("brand %s: %w", c.Brand, explained(err))
	}
	return []model.Brand{*b}, nil
}

// reconcile runs a day of one brand and prints what came out; it returns how many exceptions are open.
func (p *program) reconcile(ctx context.Context, s *service.Services, b model.Brand, day model.Day) (int64, error) {
	ctx = model.WithBrand(ctx, b.ID)
	r, err := s.Reconcile.Run(ctx, day)
	if err != nil {
		return 0, err
	}
	printDay(p.out, b.Slug, r)
	const most = 100
	open, next, err := s.Reconcile.Exceptions(ctx, day, []model.ExceptionStatus{model.ExceptionOpen}, 0, most)
	if err != nil {
		return r.Open, err
	}
	printExceptions(p.out, open)
	if next != 0 {
		fmt.Fprintf(p.out, "  … and %d more\n", r.Open-most)
	}
	return r.Open, nil
}
