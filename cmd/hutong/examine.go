package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/wechat"
)

// patience bounds one step of an examination.
const patience = 15 * time.Second

// examination tries what serve needs.
type examination struct {
	config *configs.Config
	*findings
}

func (e examination) run(ctx context.Context) {
	e.tell("keys and addresses", "there", e.config.ReadyToServe())
	if u := e.config.Server.PublicURL; u != "" {
		e.tell("server.public_url", u, publicForm(u, e.config.WeChat.Simulated()))
	}
	e.media(ctx)
	e.tell("search.folder", e.config.Search.Folder, writable(e.config.Search.Folder))
	if at := e.config.Tracing.Endpoint; at != "" {
		e.tell("tracing.endpoint", at, mended(dial(ctx, at), "start the collector, or take the setting out: traces are lost meanwhile, nothing else"))
	}
	platform := wechat.New(wechat.Options{APIBase: e.config.WeChat.APIBase, PayBase: e.config.WeChat.PayBase})
	skew, clock := brand.Clock(ctx, platform)
	e.tell("clock", fmt.Sprintf("%s from WeChat's", skew.Abs()), remedied(clock))
	e.database(ctx)
}

// media tries the store of the pictures.
func (e examination) media(ctx context.Context) {
	s3 := e.config.Media.S3
	if s3.Endpoint == "" {
		e.tell("media.folder", e.config.Media.Folder, writable(e.config.Media.Folder))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	store, err := openMedia(e.config)
	if err == nil {
		err = store.Try(ctx)
	}
	e.tell("media.s3", s3.Endpoint+"/"+s3.Bucket, mended(err, "is the bucket there, and may the key read, write and delete in it?"))
}

// database opens the database and looks at what is in it.
func (e examination) database(ctx context.Context) {
	where := "sqlite " + e.config.Database.Path
	if e.config.Database.Driver == configs.DriverMySQL {
		where = e.config.Database.DSN.String()
	} else if _, err := os.Stat(e.config.Database.Path); errors.Is(err, fs.ErrNotExist) {
		e.tell("database", where, mended(err, "`hutong migrate` makes it"))
		return
	}
	open, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	db, err := openDatabase(open, e.config, slog.New(slog.DiscardHandler))
	e.tell("database", where, mended(err, "is it running, and are address, user and password right?"))
	if err != nil {
		return
	}
	defer db.Close()
	err = requireSchema(open, db)
	e.tell("migrations", "up to date", err)
	if err == nil && e.config.Secrets.Keyset != "" {
		e.brands(ctx, db)
	}
}

// brands tries each brand's secrets and credentials.
func (e examination) brands(ctx context.Context, db *database.DB) {
	log := slog.New(slog.DiscardHandler)
	t, err := newTelemetry(ctx, configs.Tracing{}, log)
	if err != nil {
		e.tell("brands", "", err)
		return
	}
	s, err := wire(e.config, db, log, t, nil, nil)
	if err != nil {
		e.tell("secrets.keyset", "", err)
		return
	}
	all, err := s.Brand.List(ctx)
	if err != nil || len(all) == 0 {
		e.tell("brands", "none yet; `hutong brand apply` makes one", err)
		return
	}
	for _, b := range all {
		subject := "brand " + b.Slug
		if b.Status != model.BrandActive {
			e.tell(subject, string(b.Status)+", not tried", nil)
			continue
		}
		e.tell(subject, "WeChat takes its credentials", e.brand(ctx, s.Brand, b.ID))
		push, err := s.Brand.HasPush(ctx, b.ID)
		if err != nil {
			continue // its credentials were complained of
		}
		e.tell("message push of "+b.Slug, pushDetail[push], nil)
	}
}

// pushDetail is what a shop has of its mini program's message push, which may be left out.
var pushDetail = map[bool]string{
	true:  "set up",
	false: "none: reviews with pictures wait for staff, and receipts confirmed in WeChat are not heard of",
}

// brand is the first thing that is wrong with what a brand has at WeChat.
func (e examination) brand(ctx context.Context, brands *brand.Service, id int64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	all, err := brands.Examine(ctx, id, brand.Attempt{})
	for _, f := range all {
		if f.Err != nil && f.Outcome != brand.OutcomeUntested {
			return remedied(f)
		}
	}
	return err
}

// remedied is what is wrong by a finding, if anything, and how an operator mends it.
func remedied(f brand.Finding) error {
	switch {
	case f.Err == nil:
		return nil
	case f.Check == brand.CheckClock && f.Outcome == brand.OutcomeWrong:
		return mended(f.Err, "let it follow a time server")
	case f.Outcome == brand.OutcomeUnreachable:
		return mended(f.Err, "does this machine reach WeChat, through your firewall and by your DNS?")
	case errors.Is(f.Problem, model.ErrCheckKeyset):
		return mended(f.Err, "correct its file and run `hutong brand apply`; if every brand fails, secrets.keyset is not the one they were sealed with")
	}
	return mended(f.Err, f.Problem.Message+" Or correct its file and run `hutong brand apply`.")
}

// publicForm tells whether WeChat and phones can possibly reach an address.
func publicForm(address string, simulated bool) error {
	u, err := url.Parse(address)
	if err != nil || simulated {
		return err
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Hostname() == "localhost" || err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified()) {
		return mended(fmt.Errorf("%s is an address inside", u.Host), "give the public domain at which your proxy answers")
	}
	return nil
}

// writable tells whether a folder can be written to, or made where it is to be.
func writable(folder string) error {
	for {
		info, err := os.Stat(folder)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(folder) != folder:
			folder = filepath.Dir(folder)
			continue
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", folder)
		}
		f, err := os.CreateTemp(folder, ".doctor-*")
		if err != nil {
			return mended(err, "let the user that runs Hutong write there")
		}
		return errors.Join(f.Close(), os.Remove(f.Name()))
	}
}

func dial(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), u.Scheme)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return err
	}
	return c.Close()
}
