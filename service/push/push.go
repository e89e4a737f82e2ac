// Package push takes what WeChat's message push tells a mini program, and hands it to whoever waits for it.
package push

import (
	"context"
	"fmt"
	"net/url"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/wechat"
)

// Handler is a step that applies an event, and tells what became of it. The same event may come again.
type Handler func(ctx context.Context, tx *gorm.DB, p wechat.Push) (model.CallbackOutcome, error)

// Service has the use cases of the message push. Methods work for the brand of ctx.
type Service struct {
	db       *database.DB
	brands   *brand.Service
	handlers map[string]Handler
}

// New makes the service.
func New(db *database.DB, brands *brand.Service) *Service {
	return &Service{db: db, brands: brands, handlers: map[string]Handler{}}
}

// On names the handler of an event; it is called before anything is pushed.
func (s *Service) On(event string, h Handler) { s.handlers[event] = h }

// Echo answers WeChat's question whether the address for the message push is ours. Errors: those of
// wechat.Client.
func (s *Service) Echo(ctx context.Context, query url.Values) (string, error) {
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
	ctx = model.WithActor(ctx, model.Actor{Kind: model.ActorWeChat})
	var outcome model.CallbackOutcome
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		outcome = model.CallbackUnhandled
		if h := s.handlers[p.Event]; h != nil {
			var err error
			if outcome, err = h(ctx, tx, p); err != nil {
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

func (s *Service) client(ctx context.Context) (wechat.Client, error) {
	brandID, _ := model.BrandID(ctx)
	return s.brands.Client(ctx, brandID)
}

// record logs a push. The first outcome stays, unless a later delivery brought something about after all.
func record(tx *gorm.DB, p wechat.Push, outcome model.CallbackOutcome) error {
	again := map[string]any{"deliveries": gorm.Expr("callbacks.deliveries + 1")}
	if outcome == model.CallbackApplied {
		again["outcome"] = outcome
	}
	row := model.Callback{
		NotificationID: p.ID, Event: p.Event, Number: p.Number, Outcome: outcome, Detail: string(p.Verdict), Deliveries: 1,
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
