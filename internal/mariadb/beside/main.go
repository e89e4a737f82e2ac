// Command beside runs a command beside a private MariaDB, which HUTONG_TEST_MYSQL_DSN names for it, and ends as the
// command does. So all packages' tests share one server. One that is named already is used as it is.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"hutong/internal/mariadb"
)

const dsn = "HUTONG_TEST_MYSQL_DSN"

func main() {
	err := run(context.Background(), os.Args[1:])
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		os.Exit(ended.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "beside:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: beside COMMAND [ARGUMENT ...]")
	}
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	if os.Getenv(dsn) != "" {
		return c.Run()
	}
	// Several packages' tests at once, each with dozens of goroutines.
	server, err := mariadb.Start(ctx, mariadb.Options{Args: []string{"--max-connections=1000"}})
	if err != nil {
		return err
	}
	c.Env = append(os.Environ(), dsn+"="+server.DSN)
	return errors.Join(c.Run(), server.Stop())
}
