package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"hutong/configs"
)

// listeners are where requests come in; nil is off.
type listeners struct{ public, private net.Listener }

// listen opens the listeners of the configuration.
func listen(ctx context.Context, c *configs.Config) (l listeners, err error) {
	if c.Runs(configs.RoleAPI) {
		if l.public, err = listenOn(ctx, c.Server.Listen); err != nil {
			return l, fmt.Errorf("server.listen: %w", err)
		}
	}
	if c.Server.PrivateListen != "" {
		if l.private, err = listenOn(ctx, c.Server.PrivateListen); err != nil {
			l.close()
			return l, fmt.Errorf("server.private_listen: %w", err)
		}
	}
	return l, nil
}

func listenOn(ctx context.Context, addr string) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp", addr)
}

func (l listeners) close() {
	for _, one := range []net.Listener{l.public, l.private} {
		if one != nil {
			_ = one.Close() // nothing was accepted yet
		}
	}
}

// followIndexEvery is for how long what was changed in the catalogue may not be found yet.
const followIndexEvery = time.Second

// errUnfinished is a process that had to leave before what was under way was done.
var errUnfinished = errors.New("not everything under way was finished within server.shutdown_grace; what was left undone is taken up again by whoever runs next")

// run answers requests and does jobs until ctx ends, then drains: nothing new is accepted, what is under
// way is finished within the grace.
func (p *process) run(ctx context.Context, l listeners) error {
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var servers, background sync.WaitGroup
	serve := func(s *http.Server, on net.Listener) {
		servers.Go(func() {
			if err := s.Serve(on); !errors.Is(err, http.ErrServerClosed) {
				stop(fmt.Errorf("serve %s: %w", on.Addr(), err))
			}
		})
	}
	public, private := p.server(p.api), p.server(p.api.Private())
	private.WriteTimeout = 5 * time.Minute // a profile takes as long as it was asked to
	if l.public != nil {
		serve(public, l.public)
		background.Go(func() { p.credentials.watch(working) })
		background.Go(func() { p.services.Catalogue.FollowIndex(working, followIndexEvery) })
	}
	if l.private != nil {
		serve(private, l.private)
	}
	if p.config.Runs(configs.RoleJobs) {
		background.Go(func() { p.services.RunJobs(working, p.config.Jobs.Workers, p.config.Jobs.PollInterval) })
	}
	p.log.InfoContext(ctx, "started", "version", version, "roles", p.config.Roles, "listen", addr(l.public), "private_listen", addr(l.private))

	<-working.Done()
	p.log.InfoContext(ctx, "stopping", "grace", p.config.Server.ShutdownGrace.String())
	p.api.Stopping()
	err := p.drain(ctx, public, &background)
	if err == nil && p.index != nil { // nobody is using it any more
		err = p.index.Close()
	}
	err = errors.Join(err, private.Close(), p.telemetry.close(ctx))
	servers.Wait()
	if cause := context.Cause(working); ctx.Err() == nil {
		err = errors.Join(cause, err)
	}
	p.log.InfoContext(ctx, "stopped")
	return err
}

// drain waits for requests and jobs under way.
func (p *process) drain(ctx context.Context, public *http.Server, background *sync.WaitGroup) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.config.Server.ShutdownGrace)
	defer cancel()
	done := make(chan struct{})
	go func() { background.Wait(); close(done) }()
	if public.Shutdown(ctx) != nil {
		return errors.Join(errUnfinished, public.Close())
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return errUnfinished
	}
}

// server is an HTTP server with the time-outs of the configuration.
func (p *process) server(h http.Handler) *http.Server {
	c := p.config.Server
	return &http.Server{
		Handler: h, MaxHeaderBytes: 32 << 10,
		ReadHeaderTimeout: c.ReadHeaderTimeout, ReadTimeout: c.ReadTimeout, WriteTimeout: c.WriteTimeout, IdleTimeout: c.IdleTimeout,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug), // callers that break off, broken handshakes
	}
}

func addr(l net.Listener) string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}
