package moderation

import (
	"context"
	"fmt"
	"net/url"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/wechat"
)

// PushEcho answers WeChat's question whether the address for the message push is ours. Errors: those of
// wechat.Client.
func (s *Service) PushEcho(ctx context.Context, query url.Values) (string, error) {
	client, err := s.client(ctx)
	if err != nil {
		return "", err
	}
	return client.PushEcho(query)
}

// Pushed takes what WeChat's message push told the mini program of the brand of ctx. nil means that WeChat need not
// say it again. What was verified is logged in every case. Errors: those of wechat.Client.
func (s *Service) Pushed(ctx context.Context, query url.Values, body []byte) (model.CallbackOutcome, error) {
	client, err := s.client(ctx)
	if err != nil {
		return "", err
	}
	p, err := client.OpenPush(ctx, query, body)
	if err != nil {
		return "", err
	}
	outcome := model.CallbackUnhandled
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome = model.CallbackUnhandled
		if p.Event == wechat.EventMediaCheck && p.TraceID != "" {
			var err error
			if outcome, err = s.apply(ctx, tx, p); err != nil {
				return err
			}
		}
		return record(tx, p, outcome)
	})
	if err != nil {
		return "", err
	}
	return outcome, nil
}

// apply takes a verdict on a picture. One whose trace is not known here yet is remembered by record.
func (s *Service) apply(ctx context.Context, tx *gorm.DB, p wechat.Push) (model.CallbackOutcome, error) {
	var c model.ContentCheck
	err := tx.Where("trace_id = ?", p.TraceID).Take(&c).Error
	if database.IsNotFound(err) {
		return model.CallbackUnknown, nil
	}
	if err != nil {
		return "", fmt.Errorf("trace %s: %w", p.TraceID, err)
	}
	applied, err := s.finish(ctx, tx, c, p.Verdict, "")
	if err != nil {
		return "", err
	}
	if !applied {
		return model.CallbackRepeated, nil
	}
	return model.CallbackApplied, nil
}

// record logs a push. The first outcome stays, unless a later delivery brought something about after all.
func record(tx *gorm.DB, p wechat.Push, outcome model.CallbackOutcome) error {
	again := map[string]any{"deliveries": gorm.Expr("callbacks.deliveries + 1")}
	if outcome == model.CallbackApplied {
		again["outcome"] = outcome
	}
	row := model.Callback{
		NotificationID: p.ID, Event: p.Event, Number: p.TraceID, Outcome: outcome, Detail: string(p.Verdict), Deliveries: 1,
	}
	err := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "brand_id"}, {Name: "notification_id"}},
		DoUpdates: clause.Assignments(again),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("push %s: %w", p.ID, err)
	}
	return nil
}

// early is a verdict that was told before its trace was known here.
func early(tx *gorm.DB, trace string) (verdict model.Verdict, came bool, err error) {
	var row model.Callback
	err = tx.Where("notification_id = ? AND event = ?", trace, wechat.EventMediaCheck).Take(&row).Error
	if database.IsNotFound(err) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("trace %s: %w", trace, err)
	}
	return model.Verdict(row.Detail), true, nil
}
