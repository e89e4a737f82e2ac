package request_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"hutong/api/request"
)

func TestLogHandler(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(request.LogHandler(request.LogHandler(slog.NewJSONHandler(&out, nil)))).With("part", "order")
	log.InfoContext(request.With(t.Context(), &request.Facts{ID: "01JZQ4T7"}), "placed")
	log.InfoContext(context.Background(), "started")
	lines := strings.Split(out.String(), "\n")
	if strings.Count(lines[0], `"request_id":"01JZQ4T7"`) != 1 || !strings.Contains(lines[0], `"part":"order"`) {
		t.Error(lines[0])
	}
	if strings.Contains(lines[1], "request_id") {
		t.Error(lines[1])
	}
}

func TestOutsideARequest(t *testing.T) {
	ctx := t.Context()
	if request.ID(ctx) != "" || request.Brand(ctx) != nil || request.UserID(ctx) != 0 || request.Language(ctx) != "" {
		t.Error("knows something of no request")
	}
}
