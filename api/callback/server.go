// Package callback is what WeChat calls: /callbacks/{brand}/….
package callback

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
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

	// PushEcho and Push take the mini program's message push: the question whether the address is ours, and what
	// is told. Errors: those of WeChatPay; model.ErrWeChatSettings when the shop has set up none.
	PushEcho func(ctx context.Context, query url.Values) (echo string, err error)
	Push     func(ctx context.Context, query url.Values, body []byte) (model.CallbackOutcome, error)

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
	for _, sender := range []string{senderPay, senderMini} {
		for _, outcome := range []model.CallbackOutcome{
			model.CallbackApplied, model.CallbackRepeated, model.CallbackUnhandled, model.CallbackMismatch, model.CallbackUnknown,
			refused, failed,
		} {
			s.outcomes.WithLabelValues(sender, string(outcome)) // so that a rate is 0 and not absent
		}
	}
	r.POST("/callbacks/:brand/wechatpay", s.weChatPay)
	r.GET("/callbacks/:brand/wechat", s.echo)
	r.POST("/callbacks/:brand/wechat", s.push)
}

// Who calls, for the metric.
const (
	senderPay  = "wechatpay"
	senderMini = "mini_program"
)

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
	outcome, err := s.take(ctx, c, func(ctx context.Context, body []byte) (model.CallbackOutcome, error) {
		return s.WeChatPay(ctx, c.Request.Header, body)
	})
	status, tryAgain := s.note(ctx, c, senderPay, outcome, err)
	switch {
	case err == nil:
		c.Status(http.StatusNoContent)
	case tryAgain:
		c.JSON(status, answer{"FAIL", "please try again"})
	default:
		c.JSON(status, answer{"FAIL", "refused"})
	}
}

// push takes what WeChat tells a mini program. Anything but "success" makes WeChat tell it again.
func (s *Server) push(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), timeout)
	defer cancel()
	outcome, err := s.take(ctx, c, func(ctx context.Context, body []byte) (model.CallbackOutcome, error) {
		return s.Push(ctx, c.Request.URL.Query(), body)
	})
	status, _ := s.note(ctx, c, senderMini, outcome, err)
	if err != nil {
		c.String(status, "refused")
		return
	}
	c.String(http.StatusOK, "success")
}

// echo proves that an address is ours, when a brand enters it at WeChat.
func (s *Server) echo(c *gin.Context) {
	ctx := c.Request.Context()
	brand, err := s.Brand(ctx, c.Param("brand"))
	var echo string
	if err == nil {
		request.From(ctx).Brand = brand
		echo, err = s.PushEcho(model.WithBrand(ctx, brand.ID), c.Request.URL.Query())
	}
	if err != nil {
		c.String(problem.New(ctx, err).Status, "refused")
		return
	}
	// Only who knows the token gets this far, and it is no page whatever it says.
	c.Header("X-Content-Type-Options", "nosniff")
	c.String(http.StatusOK, "%s", echo)
}

// note counts what became of a notification, and logs it when it was not taken.
func (s *Server) note(ctx context.Context, c *gin.Context, sender string, outcome model.CallbackOutcome, err error) (status int, tryAgain bool) {
	if err == nil {
		s.outcomes.WithLabelValues(sender, string(outcome)).Inc()
		return http.StatusOK, false
	}
	status = problem.New(ctx, err).Status
	tryAgain = status >= http.StatusInternalServerError
	if outcome == "" {
		outcome = refused
		if tryAgain {
			outcome = failed
		}
	}
	s.outcomes.WithLabelValues(sender, string(outcome)).Inc()
	s.Log.LogAttrs(ctx, slog.LevelWarn, "notification of WeChat not taken", slog.String("sender", sender),
		slog.String("brand", c.Param("brand")), slog.String("outcome", string(outcome)), slog.Any("error", err))
	return status, tryAgain
}

// take reads a notification for the brand that its address names.
func (s *Server) take(
	ctx context.Context, c *gin.Context, apply func(context.Context, []byte) (model.CallbackOutcome, error),
) (model.CallbackOutcome, error) {
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
	return apply(model.WithBrand(ctx, brand.ID), body)
}
