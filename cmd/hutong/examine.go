package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"hutong/configs"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
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
	skew, err := clockSkew(ctx, cmp.Or(e.config.WeChat.PayBase, "https://api.mch.weixin.qq.com"))
	e.tell("clock", fmt.Sprintf("%s from WeChat's", skew.Abs()), err)
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

func (e examination) brand(ctx context.Context, brands *brand.Service, id int64) error {
	err := tryCredentials(ctx, brands, id)
	switch {
	case errors.Is(err, model.ErrWeChatSettings):
		return mended(err, "correct its file and run `hutong brand apply`; if every brand fails, secrets.keyset is not the one they were sealed with")
	case errors.Is(err, model.ErrWeChatBusy):
		return mended(err, "does this machine reach WeChat, through your firewall and by your DNS?")
	}
	return mended(err, "correct its file and run `hutong brand apply`")
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

// clockSkew is how far this machine's clock is from WeChat's, which refuses signatures of another time.
func clockSkew(ctx context.Context, base string) (time.Duration, error) {
	const most = time.Minute
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, base+"/", nil)
	if err != nil {
		return 0, err
	}
	sent := time.Now()
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, mended(fmt.Errorf("WeChat's clock cannot be read: %w", err), "does this machine reach WeChat, through your firewall and by your DNS?")
	}
	defer answer.Body.Close()
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return 0, fmt.Errorf("WeChat's clock cannot be read: %w", err)
	}
	now := time.Now()
	skew := now.Add(-now.Sub(sent) / 2).Sub(theirs).Round(time.Second)
	if skew.Abs() > most {
		return skew, mended(fmt.Errorf("this machine's clock is %s from WeChat's, which refuses signatures of another time", skew.Abs()), "let it follow a time server")
	}
	return skew, nil
}
