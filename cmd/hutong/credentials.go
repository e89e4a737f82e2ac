package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hutong/model"
	"hutong/service/brand"
)

// checkCredentialsEvery is seldom, because WeChat counts the calls.
const checkCredentialsEvery = 10 * time.Minute

// credentials watches whether the brands' settings at WeChat work.
type credentials struct {
	brands *brand.Service
	log    *slog.Logger
	works  *prometheus.GaugeVec

	mu  sync.Mutex
	bad []string // slugs
}

func newCredentials(brands *brand.Service, log *slog.Logger, metrics prometheus.Registerer) *credentials {
	c := &credentials{brands: brands, log: log, works: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "hutong_wechat_credentials_ok",
		Help: "Whether WeChat took the credentials of an active brand when they were last tried; tried every ten minutes.",
	}, []string{"brand"})}
	metrics.MustRegister(c.works)
	return c
}

// check tells what the last trial found, for readiness: it calls nobody.
func (c *credentials) check(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.bad) > 0 {
		return errors.New("WeChat does not take the credentials of " + strings.Join(c.bad, ", "))
	}
	return nil
}

// watch tries the credentials again and again until ctx ends.
func (c *credentials) watch(ctx context.Context) {
	tick := time.NewTicker(checkCredentialsEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := c.try(ctx); err != nil && ctx.Err() == nil {
			c.log.WarnContext(ctx, "credentials not tried", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// try tries the credentials of every active brand.
func (c *credentials) try(ctx context.Context) error {
	all, err := c.brands.List(ctx)
	if err != nil {
		return err
	}
	var bad []string
	c.works.Reset()
	for _, b := range all {
		if b.Status != model.BrandActive {
			continue
		}
		works := 1.0
		if err := tryCredentials(ctx, c.brands, b.ID); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			works, bad = 0, append(bad, b.Slug)
			c.log.WarnContext(ctx, "WeChat does not take the credentials", "brand", b.Slug, "error", err)
		}
		c.works.WithLabelValues(b.Slug).Set(works)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bad = bad
	return nil
}

// tryCredentials tries a brand's credentials, at most for some seconds.
func tryCredentials(ctx context.Context, brands *brand.Service, brandID int64) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	client, err := brands.Client(ctx, brandID)
	if err != nil {
		return err
	}
	if err := client.Check(ctx); err != nil {
		return fmt.Errorf("check: %w", err)
	}
	return nil
}
