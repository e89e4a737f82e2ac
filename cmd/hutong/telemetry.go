package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"hutong/configs"
)

// telemetry is where the process's metrics and traces go.
type telemetry struct {
	metrics *prometheus.Registry
	tracer  trace.TracerProvider // nil when tracing is off
	close   func(context.Context) error

	calls       *prometheus.CounterVec
	callSeconds *prometheus.HistogramVec
	jobRuns     *prometheus.CounterVec
}

func newTelemetry(ctx context.Context, c configs.Tracing, log *slog.Logger) (*telemetry, error) {
	t := &telemetry{
		metrics: prometheus.NewRegistry(),
		close:   func(context.Context) error { return nil },
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hutong_wechat_calls_total",
			Help: "Calls to WeChat, by operation and outcome: ok, or the code of the error.",
		}, []string{"operation", "outcome"}),
		callSeconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "hutong_wechat_call_duration_seconds",
			Help:    "How long calls to WeChat took, their retries included.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"operation"}),
		jobRuns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hutong_job_runs_total",
			Help: "Runs of jobs, by kind and outcome: done, again (there is more to do later), failed (tried again), dead.",
		}, []string{"kind", "outcome"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "hutong_build_info", Help: "1, with the version of the program.",
	}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	t.metrics.MustRegister(t.calls, t.callSeconds, t.jobRuns, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if c.Endpoint == "" {
		return t, nil
	}
	return t, t.startTracing(ctx, c, log)
}

// startTracing sends traces to a collector by OTLP over HTTP. A collector that does not answer costs
// traces, never requests.
func (t *telemetry) startTracing(ctx context.Context, c configs.Tracing, log *slog.Logger) error {
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(c.Endpoint+"/v1/traces"))
	if err != nil {
		return fmt.Errorf("tracing.endpoint: %w", err)
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.SampleRatio))),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "hutong"), attribute.String("service.version", version))),
	)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.WarnContext(ctx, "traces not sent", "error", err)
	}))
	t.tracer = provider
	t.close = func(ctx context.Context) error { // what is still here is sent, but nobody waits long for it
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		return provider.Shutdown(ctx)
	}
	return nil
}

// weChatCalled counts a call to WeChat.
func (t *telemetry) weChatCalled(operation, outcome string, took time.Duration) {
	t.calls.WithLabelValues(operation, outcome).Inc()
	t.callSeconds.WithLabelValues(operation).Observe(took.Seconds())
}

// jobRan counts a run of a job.
func (t *telemetry) jobRan(kind, outcome string) { t.jobRuns.WithLabelValues(kind, outcome).Inc() }
