// Package mariadb runs a private MariaDB for tests and benchmarks: its own port on 127.0.0.1, its own data
// folder, gone without a trace when the process that started it is.
package mariadb

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver that waits for the server
)

// Options of a private server.
type Options struct {
	// Durable makes every commit reach the disk (innodb_flush_log_at_trx_commit=1, sync_binlog=1), as in
	// production: for benchmarks and kill tests. Otherwise it is as quick as it can be, in memory if it may.
	Durable bool
	// Args are further arguments for mariadbd.
	Args []string
}

// Server is a running private MariaDB.
type Server struct {
	// DSN is that of an account that may do everything, without a schema: "root@tcp(127.0.0.1:PORT)/".
	DSN string

	dir      string
	lifeline io.Closer
	keeper   *exec.Cmd
	log      *bytes.Buffer
}

// keeperScript starts the server and waits for its standard input to end, which it does when Stop closes
// it or when the process that holds the other end dies in whatever way; then it stops the server and
// removes the folder.
const keeperScript = `
dir=$1; shift
"$@" & pid=$!
( while kill -0 $pid 2>/dev/null; do sleep 1; done; kill $$ 2>/dev/null ) &
watch=$!
trap 'kill -9 $pid 2>/dev/null; rm -rf "$dir"; exit 1' TERM
read -r _
kill $watch 2>/dev/null
kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null
rm -rf "$dir"`

// Find is the path of mariadbd or mysqld's MariaDB, or an error that says how to get it.
func Find() (string, error) {
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("mariadb: mariadbd is not installed: apt-get install mariadb-server, " +
		"or name a server in HUTONG_TEST_MYSQL_DSN")
}

// PID is the process of the server.
func (s *Server) PID() (int, error) {
	content, err := os.ReadFile(filepath.Join(s.dir, "pid"))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(content)))
}

// Start starts a server and waits until it answers.
func Start(ctx context.Context, o Options) (*Server, error) {
	binary, err := Find()
	if err != nil {
		return nil, err
	}
	base := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() && !o.Durable {
		base = "/dev/shm"
	}
	dir, err := os.MkdirTemp(base, "hutong-mariadb-")
	if err != nil {
		return nil, err
	}
	// A server that starts removes the temporary tables it finds in its tmpdir, also those of the server beside it.
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	install := exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+dir+"/data",
		"--tmpdir="+tmp, "--auth-root-authentication-method=normal", "--skip-test-db", "--user="+account())
	if out, err := install.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("mariadb: install: %w: %s", err, out), os.RemoveAll(dir))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := []string{
		"-c", keeperScript, "keeper", dir, binary, "--no-defaults", "--user=" + account(),
		"--datadir=" + filepath.Join(dir, "data"), "--tmpdir=" + tmp, "--socket=" + filepath.Join(dir, "s"),
		"--pid-file=" + filepath.Join(dir, "pid"), "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port),
		"--skip-name-resolve", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
		"--max-connections=300", "--performance-schema=OFF",
	}
	if o.Durable {
		args = append(args, "--log-bin="+filepath.Join(dir, "binlog"), "--server-id=1", "--sync-binlog=1",
			"--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=512M")
	} else {
		args = append(args, "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
			"--innodb-log-file-size=16M", "--innodb-buffer-pool-size=128M")
	}
	s := &Server{DSN: fmt.Sprintf("root@tcp(127.0.0.1:%d)/", port), dir: dir, log: new(bytes.Buffer)}
	s.keeper = exec.Command("sh", append(args, o.Args...)...) // it outlives ctx, by design
	s.keeper.Stdout, s.keeper.Stderr = s.log, s.log
	if s.lifeline, err = s.keeper.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.keeper.Start(); err != nil {
		return nil, err
	}
	if err := s.await(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func (s *Server) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	pool, err := sql.Open("mysql", s.DSN)
	if err != nil {
		return err
	}
	defer pool.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = pool.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("mariadb: does not answer: %w: %s", err, tail(s.log.Bytes()))
		case <-tick.C:
		}
	}
}

// Stop ends the server and removes its data.
func (s *Server) Stop() error {
	if err := s.lifeline.Close(); err != nil {
		return err
	}
	var exit *exec.ExitError
	if err := s.keeper.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	return nil
}

// account is the user that mariadbd runs as: it refuses root unless it is told so.
func account() string {
	if os.Geteuid() == 0 {
		return "root"
	}
	return os.Getenv("USER")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // closed at once
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func tail(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
