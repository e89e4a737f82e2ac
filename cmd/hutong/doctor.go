package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"hutong/configs"
)

type doctorCmd struct {
	Ping string `help:"Only ask URL, and succeed if it answers 200: for the health check of a container." placeholder:"URL"`
}

// Help implements kong.HelpProvider.
func (doctorCmd) Help() string {
	return `It prints the settings in force, without secrets, and then tries everything that serve needs: the database and its schema, the keyset on each brand's secrets, each brand's credentials at WeChat and whether it has a message push, the folders, the clock. What is wrong comes with how to mend it. It changes nothing.

    hutong doctor --config /etc/hutong/config.yaml
    hutong doctor --ping http://127.0.0.1:8080/healthz

Exit codes: 0 all is well, 1 something is wrong.`
}

// Run examines the installation.
func (d *doctorCmd) Run(ctx context.Context, p *program) error {
	if d.Ping != "" {
		return ping(ctx, d.Ping)
	}
	r := &findings{out: p.out}
	c, err := configs.Load(p.config, p.environ)
	if err == nil {
		fmt.Fprintf(p.out, "Settings in force:\n\n    %s\n", strings.ReplaceAll(strings.TrimSpace(c.Redacted()), "\n", "\n    "))
		fmt.Fprintln(p.out)
		r.tell("configuration", cmp.Or(p.config, "defaults and environment"), nil)
		examination{c, r}.run(ctx)
	} else {
		r.tell("configuration", "", err)
	}
	if r.bad > 0 {
		fmt.Fprintf(p.out, "\n%d of %d are not well.\n", r.bad, r.all)
		return errReported
	}
	fmt.Fprintf(p.out, "\nAll %d are well.\n", r.all)
	return nil
}

// ping asks an address and is content with 200.
func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return usageError{err}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, answer.Status)
	}
	return nil
}

// findings prints what was found, one line each, as it is found.
type findings struct {
	out      io.Writer
	all, bad int
}

// remedy is a finding that knows how it is mended.
type remedy struct {
	error
	mend string
}

func (r remedy) Unwrap() error { return r.error }

// mended is err, if any, with a way to mend it.
func mended(err error, mend string) error {
	if err == nil {
		return nil
	}
	return remedy{err, mend}
}

// tell prints one finding: what it is about, and how that is.
func (f *findings) tell(subject, detail string, err error) {
	const line = "%s %-22s %s\n"
	f.all++
	if err == nil {
		fmt.Fprintf(f.out, line, "✓", subject, detail)
		return
	}
	f.bad++
	for i, text := range strings.Split(err.Error(), "\n") {
		if i == 0 {
			fmt.Fprintf(f.out, line, "✗", subject, text)
			continue
		}
		fmt.Fprintf(f.out, line, " ", "", text)
	}
	var r remedy
	if errors.As(err, &r) {
		fmt.Fprintf(f.out, line, " ", "", "→ "+r.mend)
	}
}
