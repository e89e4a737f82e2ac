package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"hutong/configs"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // nothing was tried: the command line or the configuration is wrong
)

// cli is the command line.
type cli struct {
	Config  string           `help:"Read the configuration from FILE; the environment goes over it." placeholder:"FILE" type:"path" env:"HUTONG_CONFIG"`
	Version kong.VersionFlag `help:"Print the version."`

	Demo      demoCmd      `cmd:"" help:"Open the whole system with a demonstration shop and a simulated WeChat."`
	Serve     serveCmd     `cmd:"" help:"Answer requests and do due work."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database's schema up to date."`
	Brand     brandCmd     `cmd:"" help:"Open and change brands."`
	Staff     staffCmd     `cmd:"" help:"Say who works for a brand, invite them, and make access tokens."`
	Platform  platformCmd  `cmd:"" help:"Let somebody administer the installation by the console."`
	Import    importCmd    `cmd:"" help:"Import a catalogue."`
	Reconcile reconcileCmd `cmd:"" help:"Compare a day with WeChat's bills and book its fees."`
	Audit     auditCmd     `cmd:"" help:"Prove that money and stock add up."`
	Doctor    doctorCmd    `cmd:"" help:"Try every connection and say how to mend what is wrong."`
	Keys      keysCmd      `cmd:"" help:"Make and rotate the keys of an installation."`
	Simulate  simulateCmd  `cmd:"" help:"Run the simulator of WeChat alone."`
}

const description = `Hutong is the backend with which brands sell inside WeChat.

Begin with "hutong demo". For an installation of your own: keys, doctor, migrate, brand, import, serve.

Exit codes: 0 done, 1 failed, 2 the command line or the configuration is wrong. SIGINT and SIGTERM end what is under way in order; a second signal ends the program at once.`

// program is what a command gets from outside, besides its context, which ends at the first signal.
type program struct {
	config   string // file; "" none
	environ  []string
	out, err io.Writer
}

// run runs one command and returns the exit code.
func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	var line cli
	p := &program{environ: environ, out: stdout, err: stderr}
	exited := -1
	parser, err := kong.New(&line,
		kong.Name("hutong"), kong.Description(description), kong.Vars{"version": version},
		kong.Writers(stdout, stderr), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p),
	)
	if err != nil {
		return p.fail(err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help or --version
		return exited
	case err != nil:
		return p.fail(usageError{fmt.Errorf("%w; see %s --help", err, commandOf(err))})
	}
	p.config = line.Config
	err = chosen.Run()
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return p.fail(errors.New("interrupted"))
	}
	return p.fail(err)
}

// commandOf is the command whose arguments were wrong.
func commandOf(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context.Selected() != nil {
		return parse.Context.Selected().FullPath()
	}
	return "hutong"
}

// usageError is an error of the command line or of the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// errReported is a failure that the command's own output has told already.
var errReported = errors.New("reported")

// fail tells what went wrong and returns the exit code.
func (p *program) fail(err error) int {
	if errors.Is(err, errReported) {
		return exitFailed
	}
	fmt.Fprintln(p.err, "hutong: "+strings.ReplaceAll(err.Error(), "\n", "\n        "))
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// load reads the configuration.
func (p *program) load() (*configs.Config, error) {
	c, err := configs.Load(p.config, p.environ)
	if err != nil {
		return nil, usageError{err}
	}
	return c, nil
}
