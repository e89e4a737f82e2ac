package moderation

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/wechat"
)

// Told takes WeChat's verdict on a picture. One whose trace is not known here yet stays in the log of callbacks, where
// early finds it.
func (s *Service) Told(ctx context.Context, tx *gorm.DB, p wechat.Push) (model.CallbackOutcome, error) {
	var c model.ContentCheck
	err := tx.Where("trace_id = ?", p.Number).Take(&c).Error
	if database.IsNotFound(err) {
		return model.CallbackUnknown, nil
	}
	if err != nil {
		return "", fmt.Errorf("trace %s: %w", p.Number, err)
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
