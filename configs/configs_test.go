package configs

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// canary stands for a secret in the tests; it may turn up in no error and no print.
const canary = "canary-canary-canary-canary-canary"

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreValidButNotEnoughToServe(t *testing.T) {
	c, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := Default(); !cmp.Equal(*c, want) {
		t.Errorf("Load without anything: %s", cmp.Diff(want, *c))
	}
	err = c.ReadyToServe()
	for _, setting := range []string{"server.public_url", "session.keys", "secrets.keyset"} {
		if err == nil || !strings.Contains(err.Error(), setting+": ") {
			t.Errorf("ReadyToServe = %v, want it to miss %s", err, setting)
		}
	}
}

func TestEnvironmentGoesOverFileOverDefaults(t *testing.T) {
	path := write(t, "c.yaml", "server:\n  listen: :1\n  read_timeout: 20s\n  idle_timeout:\nlog:\n# all commented out\n")
	c, err := Load(path, []string{
		"HUTONG_SERVER__LISTEN=:2",
		"HUTONG_SERVER__TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.1",
		"HUTONG_ROLES=jobs",
		"HUTONG_JOBS__WORKERS=7",
		"HUTONG_RATE__USER__PER_SECOND=2.5",
		"OTHER_SERVER__LISTEN=:3",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Roles = []Role{RoleJobs}
	want.Server.Listen = ":2"
	want.Server.ReadTimeout = 20 * time.Second
	want.Server.TrustedProxies = []string{"10.0.0.0/8", "192.0.2.1"}
	want.Jobs.Workers = 7
	want.Rate.User.PerSecond = 2.5
	if !cmp.Equal(*c, want) {
		t.Error(cmp.Diff(want, *c))
	}
	if c.Runs(RoleAPI) || !c.Runs(RoleJobs) {
		t.Errorf("roles %v: Runs does not tell", c.Roles)
	}
}

func TestErrorsNameTheSetting(t *testing.T) {
	for _, tt := range []struct{ name, yaml, env, want string }{
		{"unknown section", "sever: {listen: ':1'}", "", "sever: there is no such setting; the top level has"},
		{"unknown setting", "server: {lisen: ':1'}", "", "server.lisen: there is no such setting; server has body_limit"},
		{"unknown in depth", "rate: {user: {perSecond: 1}}", "", "rate.user.perSecond: there is no such setting"},
		{"dotted path", "server.listen: ':1'", "", "server.listen: there is no such setting"},
		{"value for a section", "server: 5", "", "server: this is a section"},
		{"section for a value", "log: {level: {a: b}}", "", "log.level: this is a setting, not a section"},
		{"twice", "log: {level: info}\nlog: {level: warn}", "", "already defined"},
		{"unknown variable", "", "HUTONG_SERVER__LISEN=:1", "HUTONG_SERVER__LISEN: there is no such setting"},
		{"one underscore", "", "HUTONG_DATABASE_DSN=x", "did you mean HUTONG_DATABASE__DSN?"},
		{"bare number for a time", "server: {read_timeout: 15}", "", "'server.read_timeout' write a time with its unit"},
		{"no number", "", "HUTONG_JOBS__WORKERS=many", "'jobs.workers'"},
		{"no time", "", "HUTONG_SESSION__TTL=long", "'session.ttl' write a time with its unit"},
		{"role", "roles: [api, web]", "", `roles: "web" is none of api, jobs`},
		{"no role", "roles: []", "", "roles: name at least one"},
		{"listen", "server: {listen: '8080'}", "", "server.listen: "},
		{"private is public", "server: {listen: ':1', private_listen: ':1'}", "", "server.private_listen: "},
		{"url", "server: {public_url: shop.example.com}", "", "server.public_url: "},
		{"slash", "server: {public_url: 'https://a.example/'}", "", "server.public_url: leave out the slash"},
		{"proxy", "server: {trusted_proxies: [localhost]}", "", "server.trusted_proxies[0]: "},
		{"any origin", "server: {cors_origins: ['*']}", "", "server.cors_origins[0]: "},
		{"origin with path", "server: {cors_origins: ['https://a.example/x']}", "", "server.cors_origins[0]: "},
		{"any framer", "server: {frame_origins: ['https://*.example']}", "", "server.frame_origins[0]: "},
		{"body", "server: {body_limit: 10}", "", "server.body_limit: "},
		{"time-out", "server: {write_timeout: 0s}", "", "server.write_timeout: 0s is not between"},
		{"driver", "database: {driver: postgres}", "", `database.driver: "postgres" is none of`},
		{"no path", "database: {path: ''}", "", "database.path: "},
		{"no dsn", "database: {driver: mysql}", "", "database.dsn: is not set"},
		{"dsn of sqlite", "database: {dsn: 'u:p@tcp(h)/n'}", "", "database.dsn: is for database.driver mysql"},
		{"dsn without name", "database: {driver: mysql, dsn: 'u:p@tcp(h)/'}", "", "database.dsn: names no database"},
		{"pool", "database: {max_open: 2, max_idle: 3}", "", "database.max_idle: "},
		{"level", "log: {level: loud}", "", "log.level: "},
		{"format", "log: {format: xml}", "", "log.format: "},
		{"no requests logged", "log: {every: 0}", "", "log.every: "},
		{"ratio", "tracing: {sample_ratio: 2}", "", "tracing.sample_ratio: "},
		{"short key", "session: {keys: [short]}", "", "session.keys[0]: has 5 bytes"},
		{"keyset", "secrets: {keyset: '{}'}", "", "secrets.keyset: is not a Tink keyset"},
		{"rate", "rate: {user: {burst: 0}}", "", "rate.user.burst: "},
		{"workers", "jobs: {workers: 0}", "", "jobs.workers: "},
		{"order", "order: {default_ttl: 3h}", "", "order.default_ttl: "},
		{"secret twice", "secrets: {keyset: a, keyset_file: b}", "", "secrets.keyset and secrets.keyset_file: both are set"},
		{"secret's file missing", "session: {keys_file: /nonexistent/keys}", "", "session.keys_file: open /nonexistent/keys"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(write(t, "c.yaml", tt.yaml), []string{tt.env})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant … %s", err, tt.want)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnce(t *testing.T) {
	_, err := Load(write(t, "c.yaml", "log: {level: loud, format: xml}\njobs: {workers: -1}"), nil)
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("got %v, want three lines", err)
	}
}

func TestVariablesOfOthersAreLeftAlone(t *testing.T) {
	_, err := Load("", []string{
		"HUTONG_CONFIG=/etc/hutong.yaml", "HUTONG_TEST_MYSQL_DSN=x",
		// A Kubernetes service named hutong puts these into every pod.
		"HUTONG_SERVICE_HOST=10.0.0.1", "HUTONG_SERVICE_PORT=80", "HUTONG_SERVICE_PORT_HTTP=80", "HUTONG_PORT=tcp://10.0.0.1:80",
		"HUTONG_PORT_80_TCP=tcp://10.0.0.1:80", "HUTONG_PORT_80_TCP_ADDR=10.0.0.1",
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	keyset := `{"primaryKeyId":1,"key":[{"keyId":1}]}`
	c, err := Load("", []string{
		"HUTONG_SESSION__KEYS_FILE=" + write(t, "k", "\n"+canary+"1\n"+canary+"2\n"),
		"HUTONG_SECRETS__KEYSET_FILE=" + write(t, "s", keyset+"\n"),
		"HUTONG_DATABASE__DRIVER=mysql",
		"HUTONG_DATABASE__DSN_FILE=" + write(t, "d", "u:"+canary+"@tcp(h:3306)/n\n"),
		"HUTONG_SERVER__PUBLIC_URL=https://a.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(c.Session.Keys, []Secret{canary + "1", canary + "2"}) || string(c.Secrets.Keyset) != keyset ||
		string(c.Database.DSN) != "u:"+canary+"@tcp(h:3306)/n" {
		t.Error("a secret is not what its file says")
	}
	if err := c.ReadyToServe(); err != nil {
		t.Error(err)
	}
}

func TestPlainHTTPOnlyWithTheSimulator(t *testing.T) {
	for base, want := range map[string]bool{"": false, "http://127.0.0.1:9580": true} {
		c := Default()
		c.Server.PublicURL, c.WeChat.PayBase = "http://127.0.0.1:8080", base
		c.Session.Keys, c.Secrets.Keyset = []Secret{canary}, canary
		if err := c.ReadyToServe(); (err == nil) != want {
			t.Errorf("pay_base %q: %v", base, err)
		}
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	c := Default()
	c.Database.DSN = "u:" + canary + "@tcp(h:3306)/n"
	c.Session.Keys = []Secret{canary}
	c.Secrets.Keyset = canary
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for how, s := range map[string]string{
		"Redacted": c.Redacted(), "JSON": string(asJSON),
		"%v": fmt.Sprintf("%v", c), "%+v": fmt.Sprintf("%+v", c), "%#v": fmt.Sprintf("%#v", c),
	} {
		if strings.Contains(s, canary) {
			t.Errorf("%s shows a secret: %s", how, s)
		}
	}
	for _, want := range []string{"tcp(h:3306)/n", "read_timeout: 15s", "keyset: '[redacted]'"} {
		if !strings.Contains(c.Redacted(), want) {
			t.Errorf("Redacted lacks %q:\n%s", want, c.Redacted())
		}
	}
	if d := DSN("malformed " + canary); strings.Contains(d.String(), canary) {
		t.Errorf("%s shows a secret", d)
	}
	for _, yaml := range []string{
		"database: {driver: mysql, dsn: 'u:" + canary + "/x@tcp(h)'}",
		"database: {driver: mysql, dsn: 'u:p@" + canary + "(h)/n'}",
		"database: {driver: mysql, dsn: 'u:p@tcp(h)/n?timeout=" + canary + "'}",
		"session: {keys: {a: " + canary + "}}",
		"session: {keys: [{a: " + canary + "}]}",
		"secrets: {keyset: [" + canary + "]}",
		"secrets: {keyset: " + canary + "}",
	} {
		if _, err := Load(write(t, "c.yaml", yaml), nil); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: the error shows a secret, or there is none: %v", yaml, err)
		}
	}
}

// The examples load, and the one that claims to show every setting does.
func TestExamples(t *testing.T) {
	for name, files := range map[string][]string{
		"example.sqlite.yaml": {"session.keys", "keyset.json"},
		"example.mysql.yaml":  {"session.keys", "keyset.json", "database.dsn"},
	} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		yaml := string(b)
		for _, f := range files {
			content := map[string]string{
				"session.keys": canary, "keyset.json": `{"primaryKeyId":1,"key":[{}]}`, "database.dsn": "u:p@tcp(h:3306)/n",
			}[f]
			yaml = strings.ReplaceAll(yaml, "/etc/hutong/"+f, write(t, f, content))
		}
		c, err := Load(write(t, name, yaml), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := c.ReadyToServe(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if name != "example.mysql.yaml" {
			continue
		}
		defaults := Default()
		for line := range strings.Lines(defaults.Redacted()) {
			setting, _, _ := strings.Cut(strings.TrimSpace(line), ":")
			switch setting {
			case "keys", "keyset", "dsn", "path", "-", "- api", "- jobs":
				continue // given by a file, or the other driver's
			}
			if !strings.Contains(yaml, setting+":") {
				t.Errorf("%s does not show %s", name, setting)
			}
		}
	}
}
