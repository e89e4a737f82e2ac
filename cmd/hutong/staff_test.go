package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"hutong/wechat/simulator"
)

// withBrand is an installation with a brand named demo, which is a merchant of sim.
func withBrand(t *testing.T, sim *simulator.Simulator) (config string, m simulator.Merchant) {
	t.Helper()
	config = installation(t)
	m, err := merchantOf(sim, "demo", simulator.ModePublicKey)
	if err != nil {
		t.Fatal(err)
	}
	spec, err := brandFile("demo", m)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(filepath.Dir(config), "demo.yaml")
	if err := os.WriteFile(file, spec, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "migrate", "--config", config)
	must(t, "brand", "apply", file, "--config", config)
	return config, m
}

// The first owner comes by the command line, and gets in with the token that it prints; what may not be is told in
// a line, and nothing changes.
func TestStaff(t *testing.T) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	config, _ := withBrand(t, sim)
	staff := func(args ...string) result {
		t.Helper()
		return hutong(t, append([]string{"staff", "--config", config, "--brand", "demo"}, args...)...)
	}
	done := func(args ...string) string {
		t.Helper()
		r := staff(args...)
		if r.code != exitOK || r.err != "" {
			t.Fatalf("%v: %+v", args, r)
		}
		return strings.TrimSpace(r.out)
	}
	owner, clerk := done("add", "Anna Conti", "owner"), done("add", "Bruno", "viewer")
	token := done("token", owner, "laptop", "--days", "3")
	if !regexp.MustCompile(`^hts_[A-Za-z0-9_-]{43}$`).MatchString(token) || !regexp.MustCompile(`^[0-9A-Z]{26}$`).MatchString(owner) {
		t.Errorf("owner %q, token %q", owner, token)
	}
	if got := done("change", clerk, "--role", "finance", "--status", "suspended"); got != "Bruno is finance, suspended" {
		t.Error(got)
	}

	s := start(t, "serve", "--config", config)
	public, _ := s.started()
	var me struct{ Name, Role, Brand string }
	if err := (caller{token: token}).call(t.Context(), "GET", public+"/console/v1/me", "", nil, &me); err != nil || me.Name != "Anna Conti" || me.Role != "owner" || me.Brand != "demo" {
		t.Errorf("%+v, %v", me, err)
	}
	s.signal(syscall.SIGTERM)
	s.ended()

	list := done("list")
	row := regexp.MustCompile(`laptop +([0-9A-Z]{26}) +\S+ +20\d\d-`).FindStringSubmatch(list)
	if row == nil || strings.Contains(list, token) || !regexp.MustCompile(clerk+` +finance +suspended +Bruno`).MatchString(list) {
		t.Fatalf("\n%s", list)
	}
	done("revoke", row[1])
	if list := done("list"); strings.Contains(list, "laptop") {
		t.Errorf("a revoked token is listed:\n%s", list)
	}

	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{exitFailed, "owner", []string{"change", owner, "--status", "suspended"}},
		{exitFailed, "", []string{"change", "01JZQ4T7M9S8X5N2K6V3B1C0DE", "--role", "viewer"}},
		{exitFailed, "days", []string{"token", owner, "laptop", "--days", "400"}},
		{exitFailed, "", []string{"revoke", "01JZQ4T7M9S8X5N2K6V3B1C0DE"}},
		{exitFailed, "name", []string{"add", " ", "viewer"}},
		{exitUsage, "role", []string{"add", "Carla", "root"}},
		{exitUsage, "status", []string{"change", owner, "--status", "gone"}},
	} {
		if r := staff(c.args...); r.code != c.code || r.out != "" || !strings.HasPrefix(r.err, "hutong: ") || !strings.Contains(r.err, c.want) {
			t.Errorf("%v: %+v", c.args, r)
		}
	}
	if r := hutong(t, "staff", "list", "--config", config, "--brand", "nobody"); r.code != exitFailed || r.err == "" {
		t.Errorf("no such brand: %+v", r)
	}
	if after := done("list"); !regexp.MustCompile(owner+` +owner +active`).MatchString(after) || strings.Contains(after, "Carla") {
		t.Errorf("\n%s", after)
	}
}
