package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/wechat"
)

const (
	// patience is how long a verdict on a picture is waited for: WeChat says it comes within 30 minutes.
	patience = 31 * time.Minute
	// crossing is when a verdict is looked for that was told in the moment in which its trace was written.
	crossing = 10 * time.Second
	// mostTries is how often WeChat is asked in vain, for about an hour, before a person looks instead.
	mostTries = 12
)

// Why a person has to look.
const (
	reasonNotActive = "not_active" // WeChat looks at nothing of somebody who was away for two hours
	reasonNoVerdict = "no_verdict" // none came in time
	reasonNoAnswer  = "no_answer"  // WeChat could not be asked
	reasonNotTaken  = "not_taken"  // WeChat looks at nothing that it cannot read, or of somebody it does not know
)

// check is the job that asks WeChat, outside any transaction. A question that was asked twice has two traces, of
// which the later is waited for.
func (s *Service) check(ctx context.Context, j model.Job) error {
	var p payload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	c, err := find(s.db.Read(ctx), p.ID)
	switch {
	case database.IsNotFound(err): // what it belonged to is gone
		return nil
	case err != nil:
		return err
	case c.Status == model.CheckAsked:
		return s.late(ctx, c)
	case c.Status != model.CheckWaiting:
		return nil
	}
	verdict, trace, err := s.ask(ctx, c)
	switch {
	case errors.Is(err, model.ErrNotActive):
		return s.done(ctx, c, model.VerdictReview, reasonNotActive)
	case errors.Is(err, model.ErrInvalid):
		return s.done(ctx, c, model.VerdictReview, reasonNotTaken)
	case err != nil && j.Attempts >= mostTries:
		return s.done(ctx, c, model.VerdictReview, reasonNoAnswer)
	case err != nil:
		return err
	case trace != "":
		return s.asked(ctx, c, trace)
	}
	return s.done(ctx, c, verdict, "")
}

// ask asks WeChat about a text, for the verdict, or about a picture, for the trace under which the verdict will come.
// Errors: those of wechat.Client; ErrNotActive of an account that was deleted, too.
func (s *Service) ask(ctx context.Context, c model.ContentCheck) (verdict model.Verdict, trace string, err error) {
	client, err := s.client(ctx)
	if err != nil {
		return "", "", err
	}
	openID, err := s.openID(ctx, c.UserID)
	switch {
	case err != nil:
	case openID == "":
		err = model.ErrNotActive
	case c.Kind == model.CheckText:
		verdict, err = client.CheckText(ctx, wechat.TextCheck{OpenID: openID, Text: c.Content})
	default:
		trace, err = client.CheckPicture(ctx, wechat.PictureCheck{OpenID: openID, URL: s.address(c.Content)})
	}
	return verdict, trace, err
}

// address is where WeChat finds a picture: ours are named without a host.
func (s *Service) address(url string) string {
	if strings.HasPrefix(url, "/") {
		return s.publicURL + url
	}
	return url
}

// asked notes the trace under which the verdict will come, and takes a verdict that was quicker than the answer.
func (s *Service) asked(ctx context.Context, c model.ContentCheck, trace string) error {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		return flow.Advance[model.ContentCheck](tx, model.CheckFlow, c.ID, model.CheckAsked, map[string]any{"trace_id": trace})
	})
	if err != nil {
		return err
	}
	c.TraceID = trace
	verdict, came, err := early(s.db.Read(ctx), trace)
	if err != nil {
		return err
	}
	if came {
		return s.done(ctx, c, verdict, "")
	}
	return job.Later(s.now.Now().Add(crossing))
}

// late ends the wait for a verdict: one that came while nobody knew its trace, or none.
func (s *Service) late(ctx context.Context, c model.ContentCheck) error {
	verdict, came, err := early(s.db.Read(ctx), c.TraceID)
	if err != nil {
		return err
	}
	if came {
		return s.done(ctx, c, verdict, "")
	}
	if now := s.now.Now(); now < c.UpdatedAt.Add(patience) {
		return job.Later(c.UpdatedAt.Add(patience))
	}
	return s.done(ctx, c, model.VerdictReview, reasonNoVerdict)
}

func (s *Service) done(ctx context.Context, c model.ContentCheck, verdict model.Verdict, reason string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		_, err := s.finish(ctx, tx, c, verdict, reason)
		return err
	})
}

func find(tx *gorm.DB, id int64) (c model.ContentCheck, err error) {
	return c, tx.Where("id = ?", id).Take(&c).Error
}

func (s *Service) openID(ctx context.Context, userID int64) (string, error) {
	var u model.User
	if err := s.db.Read(ctx).Select("id", "openid", "deleted_at").Where("id = ?", userID).Take(&u).Error; err != nil {
		return "", fmt.Errorf("user %d: %w", userID, err)
	}
	if u.DeletedAt > 0 {
		return "", nil
	}
	return u.OpenID, nil
}
