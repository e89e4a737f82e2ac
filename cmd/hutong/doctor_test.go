package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What is wrong is told with how to mend it; what cannot be tried for that is left out.
func TestDoctor(t *testing.T) {
	config := shop(t)
	expect := func(name string, r result, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(r.out, want) {
				t.Errorf("%s: no %q in\n%s%s", name, want, r.out, r.err)
			}
		}
		if r.code != exitFailed {
			t.Errorf("%s: exit %d", name, r.code)
		}
	}
	// The configuration leads to a WeChat that nobody answers for.
	expect("no WeChat", hutong(t, "doctor", "--config", config), "✓ database", "✓ migrations", "✗ clock", "✗ brand demo", "→ does this machine reach WeChat", "✓ message push of demo   set up")
	expect("no push", hutong(t, "doctor", "--config", shop(t, "push_")), "✓ message push of demo   none")

	late := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
	}))
	defer late.Close()
	expect("a clock that is off", hutongWith(t, []string{"HUTONG_WECHAT__PAY_BASE=" + late.URL}, "doctor", "--config", config),
		"✗ clock", "let it follow a time server")

	other := t.TempDir()
	must(t, "keys", "--to", other)
	expect("another keyset", hutongWith(t, []string{"HUTONG_SECRETS__KEYSET_FILE=" + filepath.Join(other, "keyset.json")}, "doctor", "--config", config),
		"✗ brand demo", "secrets.keyset is not the one")

	expect("an address inside", hutongWith(t, []string{
		"HUTONG_SERVER__PUBLIC_URL=https://10.0.0.1", "HUTONG_WECHAT__PAY_BASE=", "HUTONG_TRACING__ENDPOINT=http://127.0.0.1:1",
	}, "doctor", "--config", config), "✗ server.public_url", "✗ tracing.endpoint")

	expect("nothing yet", hutong(t, "doctor"), "✗ keys and addresses", "✗ database", "→ `hutong migrate` makes it")
	expect("a wrong setting", hutongWith(t, []string{"HUTONG_JOBS__WORKERS=0"}, "doctor"), "✗ configuration", "jobs.workers")

	if os.Getuid() != 0 { // root may write anywhere
		locked := t.TempDir()
		if err := os.Chmod(locked, 0o500); err != nil {
			t.Fatal(err)
		}
		expect("no right to write", hutongWith(t, []string{"HUTONG_MEDIA__FOLDER=" + locked}, "doctor", "--config", config), "✗ media.folder")
	}
}

// The settings in force are shown, and no secret among them.
func TestDoctorShowsNoSecret(t *testing.T) {
	config := shop(t)
	keys, err := os.ReadFile(filepath.Join(filepath.Dir(config), "session.keys"))
	if err != nil {
		t.Fatal(err)
	}
	r := hutong(t, "doctor", "--config", config)
	if !strings.Contains(r.out, "shutdown_grace: 10s") || strings.Contains(r.out+r.err, strings.TrimSpace(string(keys))) {
		t.Errorf("%s%s", r.out, r.err)
	}
}

func TestPing(t *testing.T) {
	s := start(t, "serve", "--migrate", "--config", installation(t))
	public, _ := s.started()
	must(t, "doctor", "--ping", public+"/healthz")
	if r := hutong(t, "doctor", "--ping", public+"/nothing"); r.code != exitFailed || !strings.Contains(r.err, "404") {
		t.Errorf("what is not there: %+v", r)
	}
	s.signal(syscall.SIGTERM)
	s.ended()
	if r := hutong(t, "doctor", "--ping", public+"/healthz"); r.code != exitFailed {
		t.Errorf("nobody there: %+v", r)
	}
}

// What simulate writes is what brand apply takes, and doctor is content with the two.
func TestSimulate(t *testing.T) {
	config := installation(t)
	must(t, "migrate", "--config", config)
	folder := t.TempDir()
	state := filepath.Join(folder, "wechat.json")
	run := func(slug, mode string) (file string, s *running) {
		s = start(t, "simulate", "--listen", "127.0.0.1:0", "--state", state, "--merchant", slug, "--write", folder, "--mode", mode)
		var base string
		s.until("it tells where it is", func() bool {
			_, log := s.printed()
			_, rest, ok := strings.Cut(log, "simulated at ")
			base, _, _ = strings.Cut(rest, ",")
			return ok
		})
		file = filepath.Join(folder, slug+".yaml")
		env := []string{"HUTONG_WECHAT__API_BASE=" + base, "HUTONG_WECHAT__PAY_BASE=" + base}
		if r := hutongWith(t, env, "brand", "apply", file, "--config", config); r.code != exitOK {
			t.Errorf("%s: apply: %+v", mode, r)
		}
		if r := hutongWith(t, env, "doctor", "--config", config); !strings.Contains(r.out, "✓ brand "+slug) {
			t.Errorf("%s: doctor: %+v", mode, r)
		}
		return file, s
	}
	for _, mode := range []string{"public_key", "certificates", "migrating"} {
		slug := strings.ReplaceAll(mode, "_", "-")
		file, s := run(slug, mode)
		first, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.signal(syscall.SIGTERM)
		if code := s.ended(); code != exitOK {
			t.Errorf("exit %d", code)
		}
		// With the state of before it is the same merchant.
		_, s = run(slug, mode)
		if again, err := os.ReadFile(file); err != nil || string(again) != string(first) {
			t.Errorf("%s: another merchant after a restart, %v", mode, err)
		}
		s.signal(syscall.SIGTERM)
		s.ended()
	}
}
