package main

import (
	"io"
	"log/slog"

	"hutong/api/request"
	"hutong/configs"
)

// newLog writes the program's log to w. What is logged with the context of a request carries its id.
func newLog(c configs.Log, w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // configs has checked it
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(request.LogHandler(slog.NewTextHandler(w, o)))
	}
	return slog.New(request.LogHandler(slog.NewJSONHandler(w, o)))
}
