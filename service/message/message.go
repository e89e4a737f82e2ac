// Package message tells consumers through WeChat's one-time subscribe messages what became of their orders.
// A consumer allows each message beforehand, in the mini program: one leave is good for one message. A
// message is sent at most once, because WeChat has no number by which a second one would be known.
package message

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/job"
)

// JobSend is the kind of the job that sends a message; its key is the message's number.
const JobSend = "message.send"

// life is how long after the event a message is still worth sending.
const life = 24 * time.Hour

// Why a message was not sent, beside the part that WeChat refuses: openid, template, page, fields.
const (
	reasonNoLeave    = "no_leave"     // the consumer has allowed none, as far as we know
	reasonRefused    = "refused"      // WeChat says that the consumer has allowed none
	reasonNoTemplate = "no_template"  // the brand has no template for the event any more
	reasonTooLate    = "too_late"     // WeChat could not be asked in time
	reasonNoAnswer   = "no_answer"    // WeChat was asked and did not answer
	reasonGone       = "account_gone" // the consumer has deleted the account
)

// Service has the use cases of messages. Methods work for the brand of ctx.
type Service struct {
	db     *database.DB
	now    model.Clock
	newNo  func() string
	brands *brand.Service
}

// New makes the service.
func New(db *database.DB, now model.Clock, newNo func() string, brands *brand.Service) *Service {
	return &Service{db: db, now: now, newNo: newNo, brands: brands}
}

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) { r.Handle(JobSend, s.send) }

// Note is something to tell a consumer.
type Note struct {
	UserID  int64
	Event   model.MessageEvent
	Subject string // number of what it is about: a consumer is told once of an event and a subject
	Facts   model.MessageFacts
}

// payload is the payload of JobSend.
type payload struct {
	MessageID int64 `json:"message_id"`
}

// Tell is the step that writes a message and the job that sends it. Telling the same again is no second
// message; where the brand has no template for the event, there is none at all.
func (s *Service) Tell(_ context.Context, tx *gorm.DB, n Note) error {
	var templates int64
	if err := tx.Model(&model.MessageTemplate{}).Where("event = ?", n.Event).Count(&templates).Error; err != nil {
		return fmt.Errorf("message template %s: %w", n.Event, err)
	}
	if templates == 0 {
		return nil
	}
	m := model.Message{
		No: s.newNo(), UserID: n.UserID, Event: n.Event, Subject: n.Subject, Facts: n.Facts, Status: model.MessageWaiting,
	}
	if err := tx.Create(&m).Error; database.IsDuplicate(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("message %s %s: %w", n.Event, n.Subject, err)
	}
	return job.Enqueue(tx, JobSend, m.No, payload{m.ID}, s.now.Now())
}
