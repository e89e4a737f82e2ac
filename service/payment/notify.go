package payment

import (
	"context"
	"fmt"
	"net/http"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/wechat"
)

// Notified takes a notification of WeChat Pay for the brand of ctx. nil means that WeChat need not send it
// again: it was applied, it was known, or it is of a kind that is not acted on. Errors: ErrBadSignature,
// ErrInvalid, ErrPayNotFound for a number that is not ours, ErrConflict when amount, currency, merchant or
// app is not the payment's. A verified notification is logged in every case.
func (s *Service) Notified(ctx context.Context, header http.Header, body []byte) (model.CallbackOutcome, error) {
	brandID, _ := model.BrandID(ctx)
	client, err := s.brands.Client(ctx, brandID)
	if err != nil {
		return "", err
	}
	n, err := client.Notification(ctx, header, body)
	if err != nil {
		return "", err
	}
	var outcome model.CallbackOutcome
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var number, detail string
		var err error
		switch {
		case n.Transaction != nil:
			number = n.Transaction.OutTradeNo
			outcome, detail, err = s.applyTransaction(ctx, tx, *n.Transaction)
		case n.Refund != nil:
			number = n.Refund.OutRefundNo
			outcome, detail, err = s.applyRefund(ctx, tx, *n.Refund)
		default:
			outcome = model.CallbackUnhandled
		}
		if err != nil {
			return err
		}
		return record(tx, n, number, outcome, detail)
	})
	switch {
	case err != nil:
		return "", err
	case outcome == model.CallbackMismatch:
		return outcome, fmt.Errorf("notification %s: %w", n.ID, model.ErrConflict)
	case outcome == model.CallbackUnknown:
		return outcome, fmt.Errorf("notification %s: %w", n.ID, model.ErrPayNotFound)
	}
	return outcome, nil
}

// record logs a verified notification. The first outcome stays, unless a later delivery brought something
// about after all.
func record(tx *gorm.DB, n wechat.Notification, number string, outcome model.CallbackOutcome, detail string) error {
	again := map[string]any{"deliveries": gorm.Expr("callbacks.deliveries + 1")}
	if outcome == model.CallbackApplied {
		again["outcome"], again["detail"] = outcome, detail
	}
	row := model.Callback{
		NotificationID: n.ID, Event: n.Event, Number: number, Outcome: outcome, Detail: detail, Deliveries: 1,
	}
	err := tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "brand_id"}, {Name: "notification_id"}},
		DoUpdates: clause.Assignments(again),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("callback %s: %w", n.ID, err)
	}
	return nil
}
