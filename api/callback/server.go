// Package callback is what WeChat calls: /callbacks/{brand}/….
package callback

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"hutong/api/problem"
	"hutong/api/request"
	"hutong/model"
)

const (
	// timeout of a notification: WeChat waits 5 s and then counts it as refused.
	timeout = 4500 * time.Millisecond
	// maxBody of a notification, in bytes; real ones have some 2 KiB.
	maxBody = 64 << 10
)

// Server takes WeChat's notifications.
type Server struct {
	// Brand finds a shop, suspended or not: its customers' money arrives all the same. Errors:
	// model.ErrBrandNotFound.
	Brand func(ctx context.Context, slug string) (*model.Brand, error)
	// WeChatPay takes a notification of WeChat Pay, of a payment or of a refund: the raw body and the headers
	// that sign it. Without an error its effect is in the database, now or since an earlier time. The outcome
	// of a notification that was verified is known with an error too. Errors: model.ErrBadSignature,
	// model.ErrInvalid; any other asks WeChat to try again.
	WeChatPay func(ctx context.Context, header http.Header, body []byte) (model.CallbackOutcome, error)

	Log     *slog.Logger
	Metrics prometheus.Registerer

	outcomes *prometheus.CounterVec
}

// Register adds the routes. It panics when the metrics are registered already.
func (s *Server) Register(r gin.IRouter) {
	s.outcomes = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hutong_callbacks_total",
		Help: "WeChat's notifications, by what became of them: applied, repeated, unhandled; mismatch and unknown, which staff should look at; refused (not WeChat's, or not understood), failed (WeChat tries again).",
	}, []string{"sender", "outcome"})
	s.Metrics.MustRegister(s.outcomes)
	for _, outcome := range []model.CallbackOutcome{
		model.CallbackApplied, model.CallbackRepeated, model.CallbackUnhandled, model.CallbackMismatch, model.CallbackUnknown,
		refused, failed,
	} {
		s.outcomes.WithLabelValues("wechatpay", string(outcome)) // so that a rate is 0 and not absent
	}
	r.POST("/callbacks/:brand/wechatpay", s.weChatPay)
}

// What became of a notification that was not verified, or not taken.
const (
	refused model.CallbackOutcome = "refused"
	failed  model.CallbackOutcome = "failed"
)

// answer is what WeChat expects when a notification was not taken.
type answer struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (s *Server) weChatPay(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), timeout)
	defer cancel()
	outcome, err := s.take(ctx, c)
	if err == nil {
		s.outcomes.WithLabelValues("wechatpay", string(outcome)).Inc()
		c.Status(http.StatusNoContent)
		return
	}
	p := problem.New(ctx, err)
	message := "refused"
	if p.Status >= http.StatusInternalServerError {
		message = "please try again"
	}
	if outcome == "" {
		outcome = refused
		if p.Status >= http.StatusInternalServerError {
			outcome = failed
		}
	}
	s.outcomes.WithLabelValues("wechatpay", string(outcome)).Inc()
	s.Log.LogAttrs(ctx, slog.LevelWarn, "notification of WeChat Pay not taken",
		slog.String("brand", c.Param("brand")), slog.String("outcome", string(outcome)), slog.Any("error", err))
	c.JSON(p.Status, answer{"FAIL", message})
}

func (s *Server) take(ctx context.Context, c *gin.Context) (model.CallbackOutcome, error) {
	brand, err := s.Brand(ctx, c.Param("brand"))
	if err != nil {
		return "", err
	}
	request.From(ctx).Brand = brand
	if deadline, ok := ctx.Deadline(); ok {
		// Only a real connection has a deadline; without one there is nothing to wait for.
		_ = http.NewResponseController(c.Writer).SetReadDeadline(deadline)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", model.ErrTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "", problem.ErrSlowBody
	case err != nil:
		return "", errors.Join(problem.ErrMalformed, err)
	}
	return s.WeChatPay(model.WithBrand(ctx, brand.ID), c.Request.Header, body)
}
