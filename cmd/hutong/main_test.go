package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The tests run the program itself, as it is shipped.

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hutong-cmd-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "hutong")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	atFirst := goleak.IgnoreCurrent()
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	private := []goleak.Option{ // MariaDB, which lives as long as the tests
		goleak.IgnoreAnyFunction("database/sql.(*DB).connectionOpener"),
		goleak.IgnoreAnyFunction("github.com/go-sql-driver/mysql.(*mysqlConn).startWatcher.func1"),
		goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"),
	}
	if err := goleak.Find(append(private, atFirst)...); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// environ is the environment without settings of somebody's own.
func environ(more ...string) []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "HUTONG_") {
			env = append(env, e)
		}
	}
	return append(env, more...)
}

// result is how a command ended.
type result struct {
	out, err string
	code     int
}

// hutong runs a command to its end.
func hutong(t *testing.T, args ...string) result {
	t.Helper()
	return hutongWith(t, nil, args...)
}

// hutongWith runs a command with more variables in its environment.
func hutongWith(t *testing.T, env []string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	c := exec.CommandContext(ctx, binary, args...)
	c.Env, c.Stdout, c.Stderr, c.Dir = environ(env...), &out, &errs, t.TempDir()
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), c.ProcessState.ExitCode()}
}

// must runs a command that has to succeed, and returns what it printed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	r := hutong(t, args...)
	if r.code != exitOK {
		t.Fatalf("hutong %s: exit %d\n%s%s", strings.Join(args, " "), r.code, r.out, r.err)
	}
	return r.out
}

// running is a program that goes on until it is told to stop.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended

	mu       sync.Mutex
	out, err bytes.Buffer
}

// start runs a program in the background; it is killed at the end of the test if it is still there.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith is start with more variables in the environment.
func startWith(t *testing.T, env []string, args ...string) *running {
	t.Helper()
	r := &running{t: t, cmd: exec.Command(binary, args...), done: make(chan struct{})}
	r.cmd.Env, r.cmd.Dir = environ(env...), t.TempDir()
	r.cmd.Stdout, r.cmd.Stderr = writer{r, &r.out}, writer{r, &r.err}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait() // tests look at the state
		close(r.done)
	}()
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		<-r.done
	})
	return r
}

type writer struct {
	r  *running
	to *bytes.Buffer
}

func (w writer) Write(p []byte) (int, error) {
	w.r.mu.Lock()
	defer w.r.mu.Unlock()
	return w.to.Write(p)
}

// printed is what it has printed so far, and what it has logged.
func (r *running) printed() (out, log string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String(), r.err.String()
}

// until waits for something to become true.
func (r *running) until(what string, is func() bool) {
	r.t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		ended := false
		select {
		case <-tick.C:
			continue
		case <-r.done:
			if is() {
				return
			}
			ended = true
		case <-deadline.C:
		}
		out, log := r.printed()
		r.t.Fatalf("waited in vain: %s (ended: %t)\n%s%s", what, ended, out, log)
	}
}

// started waits for the line of the log that tells where it listens.
func (r *running) started() (public, private string) {
	r.t.Helper()
	var line struct {
		Msg, Listen string
		Private     string `json:"private_listen"`
	}
	r.until("it starts", func() bool {
		_, log := r.printed()
		for l := range strings.Lines(log) {
			if json.Unmarshal([]byte(l), &line) == nil && line.Msg == "started" {
				return true
			}
		}
		return false
	})
	return "http://" + line.Listen, "http://" + line.Private
}

// signal sends a signal.
func (r *running) signal(s syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// ended waits for the end and returns the exit code; −1 for the death by a signal.
func (r *running) ended() int {
	r.t.Helper()
	r.until("it ends", func() bool {
		select {
		case <-r.done:
			return true
		default:
			return false
		}
	})
	return r.cmd.ProcessState.ExitCode()
}

// get asks an address; the status is 0 when nobody answers.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// installation writes a configuration with keys and a database of its own, and returns its file. More lines
// go over it.
func installation(t *testing.T, more ...string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, "keys", "new", "--to", dir)
	lines := append([]string{
		`server: {listen: "127.0.0.1:0", private_listen: "localhost:0", public_url: "http://127.0.0.1:8080", shutdown_grace: 10s}`,
		"session: {keys_file: " + filepath.Join(dir, "session.keys") + "}",
		"secrets: {keyset_file: " + filepath.Join(dir, "keyset.json") + "}",
		"media: {folder: " + filepath.Join(dir, "media") + "}",
		"search: {folder: " + filepath.Join(dir, "search") + "}",
	}, more...)
	if len(more) == 0 {
		lines = append(lines,
			"database: {path: "+filepath.Join(dir, "hutong.db")+"}",
			`wechat: {api_base: "http://127.0.0.1:1", pay_base: "http://127.0.0.1:1"}`)
	}
	path := filepath.Join(dir, "hutong.yaml")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
