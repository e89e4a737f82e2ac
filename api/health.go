package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"hutong/model"
)

// Check is one thing that the program needs.
type Check struct {
	Name     string                      // such as "database"
	Required bool                        // without it the program serves nobody
	Run      func(context.Context) error // nil when it is well
}

const (
	// checkTimeout bounds one check.
	checkTimeout = 3 * time.Second
	// checkedFor is how long an outcome is good, so that /readyz cannot be used to load what it looks at.
	checkedFor = 3 * time.Second
)

// readiness runs the checks, at most once in checkedFor.
type readiness struct {
	checks []Check
	clock  model.Clock
	log    *slog.Logger

	stopping atomic.Bool

	mu     sync.Mutex
	at     time.Time
	report report
}

// report is the answer of /readyz. It does not say why a check failed: the log does.
type report struct {
	Ready  bool      `json:"ready"`
	Checks []outcome `json:"checks"`
}

type outcome struct {
	Name     string `json:"name"`
	OK       bool   `json:"ok"`
	Required bool   `json:"required"`
	Millis   int64  `json:"ms"`
}

func newReadiness(checks []Check, clock model.Clock, log *slog.Logger) *readiness {
	return &readiness{checks: checks, clock: clock, log: log}
}

// look is the present outcome of the checks.
func (r *readiness) look(ctx context.Context) report {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() && r.clock().Sub(r.at) < checkedFor {
		return r.report
	}
	// A caller that goes away does not spoil the outcome for the others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
	defer cancel()
	outcomes := make([]outcome, len(r.checks))
	var all sync.WaitGroup
	for i, c := range r.checks {
		all.Go(func() { outcomes[i] = r.run(ctx, c) })
	}
	all.Wait()
	next := report{Ready: true, Checks: outcomes}
	for _, o := range outcomes {
		next.Ready = next.Ready && (o.OK || !o.Required)
	}
	r.at, r.report = r.clock(), next
	return next
}

func (r *readiness) run(ctx context.Context, c Check) outcome {
	start := r.clock()
	err := c.Run(ctx)
	if err != nil {
		r.log.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("check", c.Name), slog.Any("error", err))
	}
	return outcome{c.Name, err == nil, c.Required, r.clock().Sub(start).Milliseconds()}
}

// healthz tells that the process is alive; it looks at nothing else, since a restart would not mend that.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"ok":true}` + "\n"))
}

// readyz tells whether requests should be sent here: 200, or 503 when a required check fails.
func (r *readiness) readyz(w http.ResponseWriter, req *http.Request) {
	rep := r.look(req.Context())
	rep.Ready = rep.Ready && !r.stopping.Load()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !rep.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(rep)
}

// Stopping makes /readyz say no from now on: the process is about to stop, and nothing new is to be sent here.
func (a *API) Stopping() { a.ready.stopping.Store(true) }

func (a *API) routeHealth() {
	a.handle("/healthz", http.HandlerFunc(healthz))
	a.handle("/readyz", http.HandlerFunc(a.ready.readyz))
}
