package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"hutong/api"
	"hutong/api/console"
	"hutong/api/limit"
	"hutong/api/storefront"
	"hutong/configs"
	"hutong/service"
	"hutong/service/catalogue/search"
	"hutong/service/database"
	"hutong/service/identity"
	"hutong/service/media"
	"hutong/service/seal"
	"hutong/service/stats"
	"hutong/web"
	"hutong/wechat"
)

// process is one running Hutong: the roles of its configuration on one database.
type process struct {
	config      *configs.Config
	log         *slog.Logger
	db          *database.DB
	services    *service.Services
	media       *media.Store
	index       search.Index // nil when it cannot be opened, or nobody asks
	credentials *credentials
	api         *api.API
	telemetry   *telemetry
}

// newProcess wires everything up on an open database. It calls nobody and reads nothing, so that the first
// request need not wait.
func newProcess(ctx context.Context, c *configs.Config, db *database.DB, log *slog.Logger) (*process, error) {
	p := &process{config: c, log: log, db: db}
	var err error
	if p.telemetry, err = newTelemetry(ctx, c.Tracing, log); err != nil {
		return nil, err
	}
	p.telemetry.metrics.MustRegister(stats.New(db, time.Now, log))
	if p.media, err = openMedia(c); err != nil {
		return nil, err
	}
	if c.Runs(configs.RoleAPI) {
		p.index = openIndex(ctx, c.Search, log)
	}
	if p.services, err = wire(c, db, log, p.telemetry, p.index, p.media); err != nil {
		return nil, err
	}
	p.credentials = newCredentials(p.services.Brand, log, p.telemetry.metrics)
	p.api, err = api.New(api.Options{
		Brand:     p.services.Brand.Resolve,
		Verify:    p.services.Identity.Authenticate,
		WeChatPay: p.services.Payment.Notified,
		PushEcho:  p.services.Push.Echo, Push: p.services.Push.Pushed,
		Storefront:   &storefront.Server{Services: p.services},
		Authenticate: p.services.Staff.Authenticate, AuthenticateSession: p.services.Staff.AuthenticateSession, BrandByID: p.services.Brand.ByID,
		Console: &console.Server{Services: p.services},
		Media:   p.media.Files(), Shop: web.Shop(), ConsolePages: web.Console(), Framers: c.Server.FrameOrigins,
		Checks: []api.Check{
			{Name: "database", Required: true, Run: db.Ping},
			{Name: "migrations", Required: true, Run: schemaCheck(db)},
			{Name: "wechat", Run: p.credentials.check},
		},
		Clock: time.Now, Log: log, Metrics: p.telemetry.metrics, Tracer: p.telemetry.tracer, Version: version,
		TrustedProxies: c.Server.TrustedProxies, Origins: c.Server.CORSOrigins, BaseURL: c.Server.PublicURL,
		PerAddress: limit.Rate(c.Rate.Address), PerUser: limit.Rate(c.Rate.User), PerStaff: limit.Rate(c.Rate.Staff),
		MaxBody: c.Server.BodyLimit, LogEvery: c.Log.Every,
	})
	return p, err
}

// openIndex opens the search index. Without it searching goes on, slowly, and nothing else suffers. It is in
// a folder of its own below the configured one: what is no index there is removed.
func openIndex(ctx context.Context, c configs.Search, log *slog.Logger) search.Index {
	index, err := search.Open(filepath.Join(c.Folder, "products.index"))
	if err != nil {
		log.ErrorContext(ctx, "search index not opened", "folder", c.Folder, "error", err)
		return nil
	}
	return index
}

// wire makes the services on an open database.
func wire(
	c *configs.Config, db *database.DB, log *slog.Logger, t *telemetry, index search.Index, m *media.Store,
) (*service.Services, error) {
	box, err := seal.New(string(c.Secrets.Keyset))
	if err != nil {
		return nil, usageError{fmt.Errorf("secrets.keyset: %w", err)}
	}
	keys := make([]string, len(c.Session.Keys))
	for i, k := range c.Session.Keys {
		keys[i] = string(k)
	}
	sessionKeys, err := identity.NewKeys(keys)
	if err != nil {
		return nil, usageError{fmt.Errorf("session.keys: %w", err)}
	}
	return service.New(service.Options{
		DB: db, Box: box, SessionKeys: sessionKeys, SessionTTL: c.Session.TTL,
		WeChat: wechat.New(wechat.Options{
			APIBase: c.WeChat.APIBase, PayBase: c.WeChat.PayBase, Timeout: c.WeChat.Timeout, Clock: time.Now,
			Observe: t.weChatCalled,
		}),
		Index: index, Media: m, Clock: time.Now, Log: log, OrderTTL: c.Order.DefaultTTL, PublicURL: c.Server.PublicURL, JobRan: t.jobRan,
	}), nil
}

// schemaCheck is well once the schema is up to date: it does not go back while the process lives.
func schemaCheck(db *database.DB) func(context.Context) error {
	var good atomic.Bool
	return func(ctx context.Context) error {
		if good.Load() {
			return nil
		}
		err := requireSchema(ctx, db)
		good.Store(err == nil)
		return err
	}
}

// openMedia opens the store of the pictures: an object store if one is configured, else the folder.
func openMedia(c *configs.Config) (*media.Store, error) {
	var s media.Settings
	if at := c.Media.S3; at.Endpoint != "" {
		s.S3 = &media.S3{
			Endpoint: at.Endpoint, Region: at.Region, Bucket: at.Bucket, Prefix: at.Prefix,
			AccessKey: at.AccessKey, SecretKey: string(at.SecretKey), PathStyle: at.PathStyle,
		}
	}
	return media.Open(c.Media.Folder, s)
}
