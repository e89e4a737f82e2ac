package message

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
)

// MaxTemplates bounds the templates of one report of leave; WeChat asks for fewer at a time.
const MaxTemplates = 5

// Template is a template to ask leave for.
type Template struct {
	Template  string              `json:"template" doc:"WeChat's template id, for wx.requestSubscribeMessage"`
	Event     model.MessageEvent  `json:"event" enum:"order_paid,order_shipped,refund_done,after_sale_due,group_formed,group_failed"`
	Moment    model.MessageMoment `json:"moment" enum:"order,after_sale,group" doc:"When to ask: order before wx.requestPayment, group instead of it for an order of a small group, after_sale when applying for it"`
	Remaining int64               `json:"remaining" doc:"How many messages the consumer still allows, as far as is known"`
}

// Templates are what the mini program asks a consumer for.
func (s *Service) Templates(ctx context.Context, userID int64) ([]Template, error) {
	tx := s.db.Read(ctx)
	var templates []model.MessageTemplate
	var grants []model.MessageGrant
	if err := tx.Find(&templates).Error; err != nil {
		return nil, fmt.Errorf("message templates: %w", err)
	}
	if err := tx.Where("user_id = ?", userID).Find(&grants).Error; err != nil {
		return nil, fmt.Errorf("message grants: %w", err)
	}
	remaining := map[string]int64{}
	for _, g := range grants {
		remaining[g.TemplateID] = g.Remaining
	}
	views := []Template{}
	for _, event := range model.MessageEvents {
		for _, t := range templates {
			if t.Event == event {
				views = append(views, Template{t.TemplateID, event, event.Moment(), remaining[t.TemplateID]})
			}
		}
	}
	return views, nil
}

// Grant counts one leave for each of the templates that a consumer has just allowed in the mini program, once
// per key. Errors: ErrInvalid at "templates[i]" for one that the brand does not use, or a second time;
// ErrTooMany; ErrKeyReused.
func (s *Service) Grant(ctx context.Context, userID int64, key string, templateIDs []string) ([]Template, error) {
	if len(templateIDs) > MaxTemplates {
		return nil, model.ErrTooMany.At("templates").With("max", strconv.Itoa(MaxTemplates))
	}
	request := idem.Request{Owner: fmt.Sprintf("user:%d", userID), Key: key, Operation: "message.grant", Input: templateIDs}
	_, err := idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (bool, error) {
		if err := checkTemplates(tx, templateIDs); err != nil {
			return false, err
		}
		if _, err := person.Lock(tx, userID); err != nil { // no leave comes after the account is deleted
			return false, err
		}
		if err := count(tx, userID, templateIDs); err != nil {
			return false, err
		}
		return true, trail.Write(ctx, tx, "message.grant", trail.Subject{Kind: "message_templates"}, nil, templateIDs)
	})
	if err != nil {
		return nil, err
	}
	return s.Templates(ctx, userID)
}

func checkTemplates(tx *gorm.DB, templateIDs []string) error {
	var known []string
	if err := tx.Model(&model.MessageTemplate{}).Pluck("template_id", &known).Error; err != nil {
		return fmt.Errorf("message templates: %w", err)
	}
	var errs model.Errs
	for i, id := range templateIDs {
		if !slices.Contains(known, id) || slices.Contains(templateIDs[:i], id) {
			errs = append(errs, model.ErrInvalid.At(fmt.Sprintf("templates[%d]", i)))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// count adds one leave for each template, in their order, so that two reports do not wait for each other.
func count(tx *gorm.DB, userID int64, templateIDs []string) error {
	for _, id := range slices.Sorted(slices.Values(templateIDs)) {
		g := model.MessageGrant{UserID: userID, TemplateID: id, Granted: 1, Remaining: 1}
		err := tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "brand_id"}, {Name: "user_id"}, {Name: "template_id"}},
			DoUpdates: clause.Assignments(map[string]any{
				"granted":   gorm.Expr("message_grants.granted + 1"),
				"remaining": gorm.Expr("message_grants.remaining + 1"),
			}),
		}).Create(&g).Error
		if err != nil {
			return fmt.Errorf("message grant: %w", err)
		}
	}
	return nil
}

// take uses one leave. It is false when there is none.
func take(tx *gorm.DB, userID int64, templateID string) (bool, error) {
	res := tx.Model(&model.MessageGrant{}).
		Where("user_id = ? AND template_id = ? AND remaining > 0", userID, templateID).
		Update("remaining", gorm.Expr("remaining - 1"))
	if res.Error != nil {
		return false, fmt.Errorf("take leave: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

// giveBack returns a leave that was taken for a message which WeChat has surely not sent.
func giveBack(tx *gorm.DB, userID int64, templateID string) error {
	err := tx.Model(&model.MessageGrant{}).
		Where("user_id = ? AND template_id = ? AND remaining < granted", userID, templateID).
		Update("remaining", gorm.Expr("remaining + 1")).Error
	if err != nil {
		return fmt.Errorf("give leave back: %w", err)
	}
	return nil
}

// grantedTo is how many leaves somebody has ever given for a template.
func grantedTo(tx *gorm.DB, userID int64, templateID string) (granted int64, err error) {
	err = tx.Model(&model.MessageGrant{}).Where("user_id = ? AND template_id = ?", userID, templateID).
		Select("COALESCE(SUM(granted), 0)").Scan(&granted).Error
	if err != nil {
		return 0, fmt.Errorf("leaves given: %w", err)
	}
	return granted, nil
}

// forget keeps the leaves that were given after so many alone: WeChat knows of no other.
func forget(tx *gorm.DB, userID int64, templateID string, granted int64) error {
	err := tx.Model(&model.MessageGrant{}).
		Where("user_id = ? AND template_id = ? AND remaining > granted - ?", userID, templateID, granted).
		Update("remaining", gorm.Expr("granted - ?", granted)).Error
	if err != nil {
		return fmt.Errorf("forget leaves: %w", err)
	}
	return nil
}
