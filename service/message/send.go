package message

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/wechat"
)

// send is the job that sends a message. The leave is taken and the message marked before WeChat is asked: a
// run that finds the mark knows that an earlier one has asked and not come back, and asks no more.
func (s *Service) send(ctx context.Context, j model.Job) error {
	var p payload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	brandID, _ := model.BrandID(ctx)
	b, err := s.brands.ByID(ctx, brandID)
	if err != nil {
		return err
	}
	var l *letter
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var err error
		l, err = s.begin(tx, b, p.MessageID)
		return err
	})
	if err != nil || l == nil {
		return err
	}
	asked := s.ask(ctx, brandID, l.words)
	err = s.db.InTx(ctx, func(tx *gorm.DB) error { return s.end(tx, l, asked) })
	if err != nil {
		return err
	}
	if isTransient(asked) {
		return asked
	}
	return nil
}

func (s *Service) ask(ctx context.Context, brandID int64, words wechat.Message) error {
	client, err := s.brands.Client(ctx, brandID)
	if err != nil {
		return err
	}
	return client.SendMessage(ctx, words)
}

// letter is a message on its way to WeChat.
type letter struct {
	row     model.Message
	words   wechat.Message
	granted int64 // leaves that had been given when WeChat was asked
}

// begin marks a message, takes a leave for it unless it holds one, and makes its words. There is no letter
// when there is nothing to send.
func (s *Service) begin(tx *gorm.DB, b *model.Brand, id int64) (*letter, error) {
	var m model.Message
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&m).Error
	if err != nil {
		return nil, fmt.Errorf("message %d: %w", id, err)
	}
	switch m.Status {
	case model.MessageSending:
		return nil, advance(tx, m, model.MessageUnclear, reasonNoAnswer)
	case model.MessageWaiting, model.MessageHeld:
	default:
		return nil, nil
	}
	t, u, reason, err := s.occasion(tx, m)
	if err != nil {
		return nil, err
	}
	if m.Status == model.MessageHeld && (reason != "" || t.TemplateID != m.TemplateID) {
		if err := giveBack(tx, m.UserID, m.TemplateID); err != nil {
			return nil, err
		}
	}
	if reason != "" {
		return nil, advance(tx, m, model.MessageFailed, reason)
	}
	if m.Status == model.MessageWaiting || t.TemplateID != m.TemplateID {
		ok, err := take(tx, m.UserID, t.TemplateID)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, advance(tx, m, model.MessageUnasked, reasonNoLeave)
		}
	}
	err = flow.Advance[model.Message](tx, model.MessageFlow, m.ID, model.MessageSending,
		map[string]any{"template_id": t.TemplateID, "reason": ""})
	if err != nil {
		return nil, err
	}
	m.TemplateID = t.TemplateID
	granted, err := grantedTo(tx, m.UserID, m.TemplateID)
	if err != nil {
		return nil, err
	}
	r := reader{shop: b.Name, languages: []string{u.Language, b.DefaultLanguage}}
	return &letter{m, wechat.Message{
		OpenID: u.OpenID, TemplateID: t.TemplateID, Page: page(t, m), Fields: r.fill(t, m), Language: u.Language,
	}, granted}, nil
}

// occasion is with what and to whom a message is sent, or the reason why it is not sent any more.
func (s *Service) occasion(tx *gorm.DB, m model.Message) (t model.MessageTemplate, u model.User, reason string, err error) {
	if s.now.Now() > m.CreatedAt.Add(life) {
		return t, u, reasonTooLate, nil
	}
	if err := tx.Where("event = ?", m.Event).Take(&t).Error; database.IsNotFound(err) {
		return t, u, reasonNoTemplate, nil
	} else if err != nil {
		return t, u, "", fmt.Errorf("message template %s: %w", m.Event, err)
	}
	if err := tx.Select("id", "openid", "language").Where("id = ? AND deleted_at = 0", m.UserID).Take(&u).Error; database.IsNotFound(err) {
		return t, u, reasonGone, nil
	} else if err != nil {
		return t, u, "", fmt.Errorf("user %d: %w", m.UserID, err)
	}
	return t, u, "", nil
}

// isTransient tells whether WeChat has surely not sent the message and should be asked again.
func isTransient(asked error) bool {
	return asked != nil && !errors.Is(asked, model.ErrUnclear) &&
		!errors.Is(asked, model.ErrNotSubscribed) && !errors.Is(asked, model.ErrMessageRefused)
}

// end notes what WeChat has said.
func (s *Service) end(tx *gorm.DB, l *letter, asked error) error {
	m := l.row
	m.Status = model.MessageSending
	var refused *model.Error
	switch {
	case asked == nil:
		return flow.Advance[model.Message](tx, model.MessageFlow, m.ID, model.MessageSent, map[string]any{"sent_at": s.now.Now()})
	case errors.Is(asked, model.ErrUnclear):
		return advance(tx, m, model.MessageUnclear, reasonNoAnswer)
	case errors.Is(asked, model.ErrNotSubscribed):
		if err := advance(tx, m, model.MessageUnasked, reasonRefused); err != nil {
			return err
		}
		return forget(tx, m.UserID, m.TemplateID, l.granted)
	case errors.Is(asked, model.ErrMessageRefused) && errors.As(asked, &refused):
		if err := advance(tx, m, model.MessageFailed, refused.Field); err != nil {
			return err
		}
		return giveBack(tx, m.UserID, m.TemplateID)
	}
	return advance(tx, m, model.MessageHeld, "")
}

func advance(tx *gorm.DB, m model.Message, to model.MessageStatus, reason string) error {
	return flow.Advance[model.Message](tx, model.MessageFlow, m.ID, to, map[string]any{"reason": reason})
}
