// Package configs is the configuration: defaults, then a YAML file, then the environment. A setting that
// does not exist is an error, wherever it is written, and so is a value that cannot work; each error names
// the setting and says how to mend it.
//
// In the environment a setting is HUTONG_ and its path with "__" between the levels, so that
// server.public_url is HUTONG_SERVER__PUBLIC_URL; lists are separated by commas. Variables that begin with
// HUTONG_TEST_ belong to the tests, HUTONG_CONFIG names the file.
package configs

import (
	"slices"
	"time"
)

// Role is a part of the work that a process takes on.
type Role string

// The roles.
const (
	RoleAPI  Role = "api"  // answers requests
	RoleJobs Role = "jobs" // does due work
)

// Driver is a database that Hutong runs on.
type Driver string

// The drivers. MySQL stands for everything that speaks its protocol.
const (
	DriverSQLite Driver = "sqlite"
	DriverMySQL  Driver = "mysql"
)

// Config is all settings. The comments say what zero means where it means something.
type Config struct {
	Roles    []Role   `koanf:"roles"`
	Server   Server   `koanf:"server"`
	Database Database `koanf:"database"`
	Log      Log      `koanf:"log"`
	Tracing  Tracing  `koanf:"tracing"`
	Session  Session  `koanf:"session"`
	Secrets  Secrets  `koanf:"secrets"`
	WeChat   WeChat   `koanf:"wechat"`
	Media    Media    `koanf:"media"`
	Search   Search   `koanf:"search"`
	Rate     Rate     `koanf:"rate"`
	Jobs     Jobs     `koanf:"jobs"`
	Order    Order    `koanf:"order"`
}

// Runs tells whether the process takes on a role.
func (c *Config) Runs(r Role) bool { return slices.Contains(c.Roles, r) }

// Server is how requests come in.
type Server struct {
	Listen            string        `koanf:"listen"`
	PublicURL         string        `koanf:"public_url"`      // where WeChat and browsers reach us; no trailing slash
	PrivateListen     string        `koanf:"private_listen"`  // metrics and pprof; "" off
	TrustedProxies    []string      `koanf:"trusted_proxies"` // addresses or CIDR networks whose X-Forwarded-For counts
	CORSOrigins       []string      `koanf:"cors_origins"`    // of browsers that may call the storefront; none by default
	FrameOrigins      []string      `koanf:"frame_origins"`   // whose pages may show the shop in a frame; none by default
	BodyLimit         int64         `koanf:"body_limit"`      // bytes
	ReadHeaderTimeout time.Duration `koanf:"read_header_timeout"`
	ReadTimeout       time.Duration `koanf:"read_timeout"`
	WriteTimeout      time.Duration `koanf:"write_timeout"`
	IdleTimeout       time.Duration `koanf:"idle_timeout"`
	ShutdownGrace     time.Duration `koanf:"shutdown_grace"` // for requests and jobs under way when asked to stop
}

// Database is where the data is.
type Database struct {
	Driver          Driver        `koanf:"driver"`
	Path            string        `koanf:"path"` // sqlite
	DSN             DSN           `koanf:"dsn"`  // mysql: user:password@tcp(host:3306)/name
	DSNFile         string        `koanf:"dsn_file"`
	MaxOpen         int           `koanf:"max_open"`
	MaxIdle         int           `koanf:"max_idle"`
	ConnMaxLifetime time.Duration `koanf:"conn_max_lifetime"`
	SlowQuery       time.Duration `koanf:"slow_query"` // logged from here, without parameters
}

// Log is what is written to standard error.
type Log struct {
	Level  string `koanf:"level"`  // debug, info, warn, error
	Format string `koanf:"format"` // json, text
	Every  int    `koanf:"every"`  // of the requests that went well one in so many is logged; 1 is all
}

// Tracing is where OpenTelemetry traces go.
type Tracing struct {
	Endpoint    string  `koanf:"endpoint"`     // OTLP over HTTP, such as http://collector:4318; "" off
	SampleRatio float64 `koanf:"sample_ratio"` // 0–1, of traces that no caller began
}

// Session is the consumers' sign-in.
type Session struct {
	Keys     []Secret      `koanf:"keys"`      // HMAC keys of ≥ 32 bytes: the first signs, all verify
	KeysFile string        `koanf:"keys_file"` // the same, one per line
	TTL      time.Duration `koanf:"ttl"`
}

// Secrets is what encrypts the brands' secrets and the consumers' phone numbers in the database.
type Secrets struct {
	Keyset     Secret `koanf:"keyset"` // a Tink AEAD keyset in JSON
	KeysetFile string `koanf:"keyset_file"`
}

// WeChat is how WeChat is reached. The addresses are set only to reach the simulator.
type WeChat struct {
	APIBase string        `koanf:"api_base"` // instead of https://api.weixin.qq.com
	PayBase string        `koanf:"pay_base"` // instead of https://api.mch.weixin.qq.com
	Timeout time.Duration `koanf:"timeout"`  // of one call
}

// Simulated tells whether WeChat Pay is the simulator, with which nothing is really paid.
func (w WeChat) Simulated() bool { return w.PayBase != "" }

// Media is where pictures are kept.
type Media struct {
	Folder string `koanf:"folder"` // without an object store
	S3     S3     `koanf:"s3"`
}

// S3 is an object store that speaks S3's protocol; without an endpoint there is none.
type S3 struct {
	Endpoint      string `koanf:"endpoint"` // such as https://s3.eu-south-1.amazonaws.com
	Region        string `koanf:"region"`
	Bucket        string `koanf:"bucket"` // exists already; nobody but us needs to read it
	Prefix        string `koanf:"prefix"` // before every name
	AccessKey     string `koanf:"access_key"`
	SecretKey     Secret `koanf:"secret_key"`
	SecretKeyFile string `koanf:"secret_key_file"`
	PathStyle     bool   `koanf:"path_style"` // the bucket in the path, as MinIO has it
}

// Search is where the search index is kept. It is rebuilt from the database when it is missing.
type Search struct {
	Folder string `koanf:"folder"`
}

// Rate bounds how often one caller may ask.
type Rate struct {
	Address Bucket `koanf:"address"`
	User    Bucket `koanf:"user"`
	Staff   Bucket `koanf:"staff"`
}

// Bucket is a token bucket.
type Bucket struct {
	PerSecond float64 `koanf:"per_second"` // 0: no limit
	Burst     int     `koanf:"burst"`
}

// Jobs is how due work is done.
type Jobs struct {
	PollInterval time.Duration `koanf:"poll_interval"` // how long due work may wait when nothing announces it
	Workers      int           `koanf:"workers"`
}

// Order is the life of orders.
type Order struct {
	DefaultTTL time.Duration `koanf:"default_ttl"` // how long a new brand's orders may stay unpaid
}

// Default is the configuration without a file or an environment. It has no keys: serve refuses to start
// until they are given.
func Default() Config {
	return Config{
		Roles: []Role{RoleAPI, RoleJobs},
		Server: Server{
			Listen:            "127.0.0.1:8080",
			PrivateListen:     "127.0.0.1:9090",
			TrustedProxies:    []string{},
			CORSOrigins:       []string{},
			FrameOrigins:      []string{},
			BodyLimit:         256 << 10,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       15 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			ShutdownGrace:     20 * time.Second,
		},
		Database: Database{
			Driver:          DriverSQLite,
			Path:            "var/hutong.db",
			MaxOpen:         32,
			MaxIdle:         16,
			ConnMaxLifetime: 30 * time.Minute,
			SlowQuery:       200 * time.Millisecond,
		},
		Log:     Log{Level: "info", Format: "json", Every: 1},
		Tracing: Tracing{SampleRatio: 0.1},
		Session: Session{Keys: []Secret{}, TTL: 2 * time.Hour},
		WeChat:  WeChat{Timeout: 10 * time.Second},
		Media:   Media{Folder: "var/media"},
		Search:  Search{Folder: "var/search"},
		Rate: Rate{
			// Many consumers share one address of their mobile network.
			Address: Bucket{PerSecond: 50, Burst: 200},
			User:    Bucket{PerSecond: 10, Burst: 40},
			// A page of the console asks for several things at once.
			Staff: Bucket{PerSecond: 20, Burst: 200},
		},
		Jobs:  Jobs{PollInterval: time.Second, Workers: 4},
		Order: Order{DefaultTTL: 15 * time.Minute},
	}
}
