package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// Every command tells what it does and how it ends.
func TestHelp(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	leaves := parser.Model.Leaves(true)
	if len(leaves) < 10 {
		t.Fatalf("only %d commands", len(leaves))
	}
	for _, leaf := range leaves {
		args := append(strings.Fields(leaf.Path()), "--help")
		r := hutong(t, args...)
		if r.code != exitOK || r.err != "" || !strings.Contains(r.out, "Exit codes:") {
			t.Errorf("%s --help: exit %d\n%s%s", leaf.Path(), r.code, r.out, r.err)
		}
	}
	for _, args := range [][]string{nil, {"--help"}} {
		if r := hutong(t, args...); r.code != exitOK || !strings.Contains(r.out, "Commands:") {
			t.Errorf("hutong %v: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
	}
	if r := hutong(t, "--version"); r.code != exitOK || strings.TrimSpace(r.out) != "unknown" {
		t.Errorf("--version: %+v", r)
	}
}

// What is wrong with the command line or the configuration is told in a line that names it, before anything
// is tried.
func TestUsage(t *testing.T) {
	unknown := filepath.Join(t.TempDir(), "unknown.yaml")
	if err := os.WriteFile(unknown, []byte("server: {lisen: ':1'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		env  []string
		args []string
		want string
	}{
		{"no such command", nil, []string{"server"}, `see hutong --help`},
		{"no such flag", nil, []string{"serve", "--role=api"}, `did you mean "--roles"?; see hutong serve --help`},
		{"no such file", nil, []string{"migrate", "--config", "/nonexistent.yaml"}, "/nonexistent.yaml"},
		{"no such setting", nil, []string{"migrate", "--config", unknown}, "server.lisen: there is no such setting"},
		{"no such variable", []string{"HUTONG_SERVER__LISEN=:1"}, []string{"migrate"}, "HUTONG_SERVER__LISEN"},
		{"file from the environment", []string{"HUTONG_CONFIG=" + unknown}, []string{"audit"}, "server.lisen"},
		{"no keys", nil, []string{"serve"}, "session.keys: there is none"},
		{"no keyset", nil, []string{"brand", "list"}, "secrets.keyset: there is none"},
		{"no such role", nil, []string{"serve", "--roles", "api,web"}, `roles: "web" is none of`},
		{"no keys to change", nil, []string{"keys", "next"}, "no keys to change"},
		{"demo is by itself", []string{"HUTONG_CONFIG=" + unknown}, []string{"demo"}, "demo writes its own configuration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := hutongWith(t, tt.env, tt.args...)
			if r.code != exitUsage || r.out != "" || !strings.HasPrefix(r.err, "hutong: ") || !strings.Contains(r.err, tt.want) {
				t.Errorf("exit %d, want %s\n%s%s", r.code, tt.want, r.out, r.err)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	files := strings.Fields(must(t, "keys", "--to", dir))
	if len(files) != 2 {
		t.Fatalf("made %v", files)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", f, info, err)
		}
	}
	if r := hutong(t, "keys", "new", "--to", dir); r.code != exitFailed || !strings.Contains(r.err, "there are keys in") {
		t.Errorf("over other keys: %+v", r)
	}
	if r := hutong(t, "keys", "promote", "--in", dir); r.code != exitFailed {
		t.Errorf("promote before next: %+v", r)
	}
	must(t, "keys", "next", "--in", dir)
	must(t, "keys", "promote", "--in", dir)

	// The same without files: what is printed is an environment.
	env := func(printed string) []string {
		return strings.Split(strings.TrimSpace(strings.ReplaceAll(printed, "'", "")), "\n")
	}
	first := env(must(t, "keys", "new"))
	next := hutongWith(t, first, "keys", "next")
	if next.code != exitOK || !strings.HasPrefix(next.out, first[0]+",") {
		t.Fatalf("next: %+v", next)
	}
	if r := hutongWith(t, env(next.out), "keys", "promote"); r.code != exitOK {
		t.Errorf("promote: %+v", r)
	}
}

// No error shows what reaches the database.
func TestErrorsShowNoSecret(t *testing.T) {
	const password = "canary-canary"
	for _, command := range []string{"migrate", "audit", "doctor"} {
		r := hutongWith(t, []string{
			"HUTONG_DATABASE__DRIVER=mysql", "HUTONG_DATABASE__DSN=shop:" + password + "@tcp(127.0.0.1:1)/hutong",
		}, command)
		if r.code == exitOK || strings.Contains(r.out+r.err, password) {
			t.Errorf("%s: exit %d\n%s%s", command, r.code, r.out, r.err)
		}
	}
}
