package main

import (
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// demonstration starts a demonstration in a folder, on any ports, and waits until it has told where it is.
func demonstration(t *testing.T, folder string, more ...string) (d *running, welcome string) {
	t.Helper()
	args := []string{"demo", "--data", folder, "--listen", "127.0.0.1:0", "--wechat", "127.0.0.1:0", "--private", "127.0.0.1:0"}
	d = start(t, append(args, more...)...)
	d.until("it tells where it is", func() bool {
		welcome, _ = d.printed()
		return strings.Contains(welcome, "Authorization: Bearer")
	})
	return d, welcome
}

// The demonstration opens, what it prints works when it is pasted into a shell, other commands find it by
// its configuration, and everything is there again the next time.
func TestDemo(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	d, welcome := demonstration(t, folder)
	me := paste(t, welcome)
	config := filepath.Join(folder, "hutong.yaml")
	for _, command := range []string{"doctor", "audit"} {
		must(t, command, "--config", config)
	}
	r := hutong(t, "demo", "--data", folder)
	if r.code != exitFailed || !strings.Contains(r.err, "another demonstration is using") {
		t.Errorf("a second one in the same folder: %+v", r)
	}
	d.signal(syscall.SIGINT)
	if code := d.ended(); code != exitOK {
		_, log := d.printed()
		t.Fatalf("exit %d: %s", code, log)
	}

	d, welcome = demonstration(t, folder)
	if again := paste(t, welcome); again != me {
		t.Errorf("after a restart mei is another consumer: %s, %s", me, again)
	}
	d.signal(syscall.SIGTERM)
	d.ended()
	d, welcome = demonstration(t, folder, "--fresh")
	if fresh := paste(t, welcome); fresh == me {
		t.Errorf("begun anew, and mei is known: %s", fresh)
	}
	d.signal(syscall.SIGTERM)
	d.ended()
}

// paste runs the commands that the demonstration prints, and returns what mei is told of herself.
func paste(t *testing.T, welcome string) string {
	t.Helper()
	_, commands, found := strings.Cut(welcome, "from a shell:")
	if !found {
		t.Fatalf("no commands in %s", welcome)
	}
	out, err := exec.CommandContext(t.Context(), "bash", "-euc", commands).CombinedOutput()
	mei, owner, _ := strings.Cut(string(out), "\n")
	if err != nil || !strings.Contains(mei, `"no":`) || !strings.Contains(owner, `"role":"owner"`) {
		t.Fatalf("%v: %s\n%s", err, out, commands)
	}
	return mei
}

// An address that is taken is replaced by another, and the addresses printed are those that answer.
func TestDemoFindsPorts(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	d, welcome := demonstration(t, t.TempDir(), "--listen", taken.Addr().String())
	if strings.Contains(welcome, taken.Addr().String()) {
		t.Errorf("it is where somebody else is: %s", welcome)
	}
	for line := range strings.Lines(welcome) {
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.Contains("Shop API WeChat Metrics", name) {
			url, _, _ := strings.Cut(rest[strings.Index(rest, "http"):], " ")
			if status, body := get(t, strings.TrimSpace(url)); status != http.StatusOK {
				t.Errorf("%s: %d %s", line, status, body)
			}
		}
	}
	d.signal(syscall.SIGTERM)
	if code := d.ended(); code != exitOK {
		t.Errorf("exit %d", code)
	}
}

// The journey of a consumer, from WeChat's login to a paid order, by the public API.
func TestJourney(t *testing.T) {
	folder := t.TempDir()
	out := must(t, "demo", "--journey", "--data", folder, "--listen", "127.0.0.1:0", "--wechat", "127.0.0.1:0", "--private", "127.0.0.1:0")
	for _, step := range []string{"signed in", "looked at", "chose", "quote", "placed order", "wx.requestPayment", "paid on WeChat's sheet", "the order is paid"} {
		if !strings.Contains(out, step) {
			t.Errorf("no step %q in\n%s", step, out)
		}
	}
	must(t, "audit", "--config", filepath.Join(folder, "hutong.yaml"))
}
