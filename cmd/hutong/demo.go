package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"hutong/configs"
	"hutong/wechat/simulator"
)

type demoCmd struct {
	Data    string `help:"Keep everything in FOLDER." default:"var/demo" placeholder:"FOLDER" type:"path"`
	Fresh   bool   `help:"Begin anew: what an earlier demonstration left in the folder is removed."`
	Listen  string `help:"Address of the shop." default:"127.0.0.1:8080"`
	Wechat  string `help:"Address of the simulated WeChat." default:"127.0.0.1:9580"`
	Private string `help:"Address of metrics and profiles." default:"127.0.0.1:9090"`
	Journey bool   `help:"Buy something by the public API, tell each step, and end."`
	Verbose bool   `help:"Log to the terminal instead of into the folder."`
}

// Help implements kong.HelpProvider.
func (demoCmd) Help() string {
	return `It opens a demonstration shop on SQLite with a simulated WeChat, and prints where everything is and how to sign in. Nothing needs to be installed and nothing is really paid. An address that is taken is replaced by a free one.

    hutong demo
    hutong demo --fresh          # forget what was bought
    hutong demo --journey        # does it work? buys something and ends

Everything is in one folder, var/demo, and is there again the next time; its hutong.yaml is a configuration for the other commands:

    hutong audit --config var/demo/hutong.yaml
    hutong import --config var/demo/hutong.yaml --brand casa-lido --format shopify products.csv

Ctrl-C ends it. Exit codes: 0 ended, or the journey went well; 1 failed.`
}

// Run opens the demonstration until ctx ends.
func (d *demoCmd) Run(ctx context.Context, p *program) (err error) {
	if p.config != "" {
		return usageError{errors.New("demo writes its own configuration; leave out --config and HUTONG_CONFIG")}
	}
	tuneMemory(ctx, p.environ)
	folder := demoFolder(d.Data)
	unlock, err := folder.open(d.Fresh)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	var l listeners
	var at net.Listener
	for _, one := range []struct {
		addr string
		into *net.Listener
	}{{d.Listen, &l.public}, {d.Private, &l.private}, {d.Wechat, &at}} {
		if *one.into, err = listenNear(ctx, one.addr); err != nil {
			return err
		}
		defer (*one.into).Close()
	}
	c, err := folder.configure(l, at)
	if err != nil {
		return err
	}
	out, err := d.logTo(p, folder)
	if err != nil {
		return err
	}
	defer out.Close()
	return d.run(ctx, p, c, newLog(c.Log, out), l, at)
}

// run runs WeChat and the shop. WeChat comes first and goes last: what is under way may still call it.
func (d *demoCmd) run(ctx context.Context, p *program, c *configs.Config, log *slog.Logger, l listeners, at net.Listener) (err error) {
	sim, err := simulator.New(simulator.Options{StateFile: demoFolder(d.Data).file("wechat.json"), Log: log})
	if err != nil {
		return err
	}
	simulating, stop := context.WithCancel(context.WithoutCancel(ctx))
	var weChat sync.WaitGroup
	var weChatErr error
	weChat.Go(func() { weChatErr = simulate(simulating, sim, at) })
	defer func() {
		stop()
		weChat.Wait()
		err = errors.Join(err, weChatErr)
	}()

	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	shop, err := newProcess(ctx, c, db, log)
	if err != nil {
		return err
	}
	visit, err := furnish(ctx, shop, sim)
	if err != nil {
		return err
	}
	if !d.Journey {
		visit.print(p.out, demoFolder(d.Data), d.Verbose)
		return shop.run(ctx, l)
	}
	running, done := context.WithCancel(ctx)
	defer done()
	var journeyErr error
	var consumer sync.WaitGroup
	consumer.Go(func() {
		defer done()
		journeyErr = visit.journey(running, p.out)
	})
	err = shop.run(running, l)
	consumer.Wait()
	return errors.Join(journeyErr, err)
}

// logTo is where the demonstration logs.
func (d *demoCmd) logTo(p *program, folder demoFolder) (io.WriteCloser, error) {
	if d.Verbose {
		return keepOpen{p.err}, nil
	}
	return os.OpenFile(folder.file("hutong.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// keepOpen is a writer of somebody else.
type keepOpen struct{ io.Writer }

func (keepOpen) Close() error { return nil }

// listenNear listens on an address, or on another port when that one is taken.
func listenNear(ctx context.Context, addr string) (net.Listener, error) {
	l, err := listenOn(ctx, addr)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return listenOn(ctx, net.JoinHostPort(host, "0"))
}

// reachable is the address at which this machine reaches a listener.
func reachable(l net.Listener) string {
	at := l.Addr().(*net.TCPAddr)
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", at.Port)
	}
	return "http://" + at.String()
}

// display is a path as short as possible.
func display(path string) string {
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, path); err == nil && len(short) < len(path) {
			return short
		}
	}
	return path
}
