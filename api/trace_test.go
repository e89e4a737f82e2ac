package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"hutong/api"
)

func TestTraces(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	provider := trace.NewTracerProvider(trace.WithSyncer(spans))
	defer func() { _ = provider.Shutdown(t.Context()) }()
	var log bytes.Buffer
	a := newAPI(t, func(o *api.Options) { o.Tracer, o.Log = provider, slog.New(slog.NewJSONHandler(&log, nil)) })
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	ask(t, a, http.MethodGet, "/v1/demo/list", "", "traceparent", "00-"+id+"-00f067aa0ba902b7-01")
	got := spans.GetSpans()
	if len(got) != 1 || got[0].Name != "GET /v1/:brand/list" || got[0].SpanContext.TraceID().String() != id {
		t.Fatalf("%+v", got)
	}
	if !strings.Contains(log.String(), `"trace_id":"`+id+`"`) {
		t.Error(log.String())
	}
}
