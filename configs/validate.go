package configs

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// minKey is the shortest session key in bytes: HS256 wants as many as its hash has.
const minKey = 32

// problems collects what is wrong, one line per setting.
type problems []error

func (p *problems) add(setting, format string, args ...any) {
	*p = append(*p, fmt.Errorf(setting+": "+format, args...))
}

// unless adds a problem when ok is false.
func (p *problems) unless(ok bool, setting, format string, args ...any) {
	if !ok {
		p.add(setting, format, args...)
	}
}

// validate checks what is set. What serve needs beyond that is ReadyToServe's.
func (c *Config) validate() error {
	var p problems
	p.unless(len(c.Roles) > 0, "roles", "name at least one of api, jobs")
	for _, r := range c.Roles {
		p.unless(r == RoleAPI || r == RoleJobs, "roles", "%q is none of api, jobs", r)
	}
	c.Server.validate(&p)
	c.Database.validate(&p)
	p.unless(slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level),
		"log.level", "%q is none of debug, info, warn, error", c.Log.Level)
	p.unless(slices.Contains([]string{"json", "text"}, c.Log.Format), "log.format", "%q is none of json, text", c.Log.Format)
	p.unless(c.Log.Every >= 1, "log.every", "must be at least 1, which logs every request")
	p.optionalURL("tracing.endpoint", c.Tracing.Endpoint)
	p.unless(c.Tracing.SampleRatio >= 0 && c.Tracing.SampleRatio <= 1, "tracing.sample_ratio", "must be between 0 and 1")
	for i, k := range c.Session.Keys {
		p.unless(len(k) >= minKey, fmt.Sprintf("session.keys[%d]", i), "has %d bytes, and at least %d are needed; "+makeKeys, len(k), minKey)
	}
	p.between("session.ttl", c.Session.TTL, time.Minute, 30*24*time.Hour)
	if c.Secrets.Keyset != "" {
		p.unless(isKeyset(c.Secrets.Keyset), "secrets.keyset", "is not a Tink keyset in JSON; "+makeKeys)
	}
	p.optionalURL("wechat.api_base", c.WeChat.APIBase)
	p.optionalURL("wechat.pay_base", c.WeChat.PayBase)
	p.between("wechat.timeout", c.WeChat.Timeout, time.Second, time.Minute)
	p.unless(c.Media.Folder != "", "media.folder", "name a folder, such as var/media")
	if s := c.Media.S3; s != (S3{}) {
		p.unless(s.Endpoint != "", "media.s3.endpoint", "name the object store, such as https://s3.eu-south-1.amazonaws.com")
		p.optionalURL("media.s3.endpoint", s.Endpoint)
		p.unless(s.Bucket != "", "media.s3.bucket", "name the bucket")
		p.unless(s.AccessKey != "", "media.s3.access_key", "name the key that the store gave you")
		p.unless(s.SecretKey != "", "media.s3.secret_key", "set the secret that belongs to the key, best by the environment")
		p.unless(!strings.HasPrefix(s.Prefix, "/") && !strings.Contains(s.Prefix, ".."), "media.s3.prefix", "must not begin with / nor have ..")
	}
	p.unless(c.Search.Folder != "", "search.folder", "name a folder, such as var/search")
	c.Rate.Address.validate(&p, "rate.address")
	c.Rate.User.validate(&p, "rate.user")
	c.Rate.Staff.validate(&p, "rate.staff")
	p.between("jobs.poll_interval", c.Jobs.PollInterval, 10*time.Millisecond, time.Minute)
	p.unless(c.Jobs.Workers >= 1 && c.Jobs.Workers <= 256, "jobs.workers", "must be between 1 and 256")
	p.between("order.default_ttl", c.Order.DefaultTTL, time.Minute, 2*time.Hour) // a prepay id lives two hours
	return errors.Join(p...)
}

const makeKeys = "`hutong keys` makes new ones"

// ReadyToServe tells what is missing for serve, which other commands do without.
func (c *Config) ReadyToServe() error {
	var p problems
	switch u := c.Server.PublicURL; {
	case u == "":
		p.add("server.public_url", "is not set; give the https address at which WeChat reaches this server")
	case strings.HasPrefix(u, "http:") && !c.WeChat.Simulated():
		p.add("server.public_url", "WeChat Pay calls back over https only; give the address that your proxy serves")
	}
	p.unless(len(c.Session.Keys) > 0, "session.keys", "there is none to sign consumers' sessions; "+makeKeys)
	p.unless(c.Secrets.Keyset != "", "secrets.keyset", "there is none to encrypt secrets with; "+makeKeys)
	return errors.Join(p...)
}

func (s *Server) validate(p *problems) {
	p.address("server.listen", s.Listen)
	if s.PrivateListen != "" {
		p.address("server.private_listen", s.PrivateListen)
		p.unless(s.PrivateListen != s.Listen, "server.private_listen", "must not be server.listen: metrics and profiles are not for the public")
	}
	p.optionalURL("server.public_url", s.PublicURL)
	p.unless(!strings.HasSuffix(s.PublicURL, "/"), "server.public_url", "leave out the slash at the end")
	for i, t := range s.TrustedProxies {
		_, errNet := netip.ParsePrefix(t)
		_, errIP := netip.ParseAddr(t)
		p.unless(errNet == nil || errIP == nil, fmt.Sprintf("server.trusted_proxies[%d]", i), "%q is neither an address nor a network such as 10.0.0.0/8", t)
	}
	p.origins("server.cors_origins", s.CORSOrigins)
	p.origins("server.frame_origins", s.FrameOrigins)
	p.unless(s.BodyLimit >= 1<<10 && s.BodyLimit <= 64<<20, "server.body_limit", "must be between 1024 and 67108864 bytes")
	p.between("server.read_header_timeout", s.ReadHeaderTimeout, time.Second, time.Minute)
	p.between("server.read_timeout", s.ReadTimeout, time.Second, 10*time.Minute)
	p.between("server.write_timeout", s.WriteTimeout, time.Second, 10*time.Minute)
	p.between("server.idle_timeout", s.IdleTimeout, time.Second, time.Hour)
	p.between("server.shutdown_grace", s.ShutdownGrace, time.Second, 10*time.Minute)
}

func (d *Database) validate(p *problems) {
	switch d.Driver {
	case DriverSQLite:
		p.unless(d.Path != "", "database.path", "name the file of the SQLite database, such as var/hutong.db")
		p.unless(d.DSN == "", "database.dsn", "is for database.driver mysql; SQLite has database.path")
	case DriverMySQL:
		p.unless(d.DSN != "", "database.dsn", "is not set; it is user:password@tcp(host:3306)/name")
		p.dsn("database.dsn", d.DSN)
	default:
		p.add("database.driver", "%q is none of sqlite, mysql", d.Driver)
	}
	p.unless(d.MaxOpen >= 1, "database.max_open", "must be at least 1")
	p.unless(d.MaxIdle >= 1 && d.MaxIdle <= d.MaxOpen, "database.max_idle", "must be between 1 and database.max_open")
	p.between("database.conn_max_lifetime", d.ConnMaxLifetime, time.Second, 24*time.Hour)
	p.between("database.slow_query", d.SlowQuery, time.Millisecond, time.Minute)
}

func (b Bucket) validate(p *problems, setting string) {
	p.unless(b.PerSecond >= 0 && b.PerSecond <= 1e6, setting+".per_second", "must be between 0 (no limit) and 1000000")
	p.unless(b.PerSecond == 0 || b.Burst >= 1, setting+".burst", "must be at least 1")
}

func (p *problems) between(setting string, d, least, most time.Duration) {
	p.unless(d >= least && d <= most, setting, "%s is not between %s and %s", d, least, most)
}

func (p *problems) address(setting, s string) {
	_, _, err := net.SplitHostPort(s)
	p.unless(err == nil, setting, "%q is no address such as 127.0.0.1:8080 or :8080", s)
}

func (p *problems) optionalURL(setting, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	p.unless(err == nil && isHTTP(u) && u.User == nil && u.RawQuery == "" && u.Fragment == "",
		setting, "is no address such as https://shop.example.com")
}

// origins are sites, each by itself; they go into headers as they are.
func (p *problems) origins(setting string, origins []string) {
	for i, o := range origins {
		u, err := url.Parse(o)
		p.unless(err == nil && isHTTP(u) && u.Scheme+"://"+u.Host == o && !strings.ContainsAny(o, "*;,' "),
			fmt.Sprintf("%s[%d]", setting, i), "%q is no origin such as https://shop.example.com", o)
	}
}

func isHTTP(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// dsn does not repeat the driver's error: on a malformed DSN it shows a piece of the password.
func (p *problems) dsn(setting string, d DSN) {
	if d == "" {
		return
	}
	c, err := mysql.ParseDSN(string(d))
	p.unless(err == nil && (c.Net == "tcp" || c.Net == "unix"), setting, "cannot be read; it is user:password@tcp(host:3306)/name")
	p.unless(err != nil || c.DBName != "", setting, "names no database; put it behind the slash")
}

func isKeyset(s Secret) bool {
	var k struct {
		PrimaryKeyID uint32            `json:"primaryKeyId"`
		Key          []json.RawMessage `json:"key"`
	}
	return json.Unmarshal([]byte(s), &k) == nil && k.PrimaryKeyID != 0 && len(k.Key) > 0
}
