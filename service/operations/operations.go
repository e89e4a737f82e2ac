// Package operations shows staff what goes on behind the shop: due work, WeChat's notifications, and who did
// what.
package operations

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
)

// Service has the use cases. Methods work for the brand of ctx.
type Service struct {
	db  *database.DB
	now model.Clock
}

// New makes the service.
func New(db *database.DB, now model.Clock) *Service { return &Service{db: db, now: now} }

// where adds a condition unless the value is empty.
func where(query *gorm.DB, column, value string) *gorm.DB {
	if value == "" {
		return query
	}
	return query.Where(column+" = ?", value)
}

// between adds the bounds of a span of time; 0 is none.
func between(query *gorm.DB, from, to model.Millis) *gorm.DB {
	if from > 0 {
		query = query.Where("created_at >= ?", from)
	}
	if to > 0 {
		query = query.Where("created_at < ?", to)
	}
	return query
}

// JobView is a piece of due work.
type JobView struct {
	ID        int64           `json:"id,string" doc:"Names the job"`
	Kind      string          `json:"kind"`
	Key       string          `json:"key" doc:"Number of what it is about"`
	Status    model.JobStatus `json:"status" enum:"queued,done,dead"`
	RunAt     model.Millis    `json:"run_at" doc:"Not before; UTC milliseconds"`
	Attempts  int             `json:"attempts" doc:"Failures in a row"`
	LastError string          `json:"last_error,omitempty"`
	CreatedAt model.Millis    `json:"created_at"`
	UpdatedAt model.Millis    `json:"updated_at"`
}

// JobFilter chooses due work; what is empty means any.
type JobFilter struct {
	Status, Kind, Key string
	From, To          model.Millis // enqueued, from inclusive, to exclusive
}

// Jobs lists due work, the newest first.
func (s *Service) Jobs(ctx context.Context, f JobFilter, before int64, limit int) (views []JobView, next int64, err error) {
	query := where(where(where(s.db.Read(ctx), "status", f.Status), "kind", f.Kind), "job_key", f.Key)
	query = between(query, f.From, f.To)
	rows, next, err := database.Latest(query, before, limit, func(j model.Job) int64 { return j.ID })
	for _, j := range rows {
		views = append(views, JobView{
			j.ID, j.Kind, j.Key, j.Status, j.RunAt, j.Attempts, j.LastError, j.CreatedAt, j.UpdatedAt,
		})
	}
	return views, next, err
}

// Retry makes a dead job due again. Errors: ErrNotFound; ErrWrongState when it is not dead.
func (s *Service) Retry(ctx context.Context, id int64) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		var j model.Job
		if err := tx.Where("id = ?", id).Take(&j).Error; database.IsNotFound(err) {
			return model.ErrNotFound
		} else if err != nil {
			return fmt.Errorf("job %d: %w", id, err)
		}
		if err := job.Revive(tx, id, s.now.Now()); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "job.retry", trail.Subject{Kind: j.Kind, No: j.Key}, map[string]any{"status": j.Status}, map[string]any{"status": model.JobQueued})
	})
}

// CallbackView is a notification of WeChat's.
type CallbackView struct {
	NotificationID string                `json:"notification_id" doc:"WeChat's"`
	Event          string                `json:"event" example:"TRANSACTION.SUCCESS"`
	Number         string                `json:"number" doc:"Of the payment or the refund"`
	Outcome        model.CallbackOutcome `json:"outcome" enum:"applied,repeated,mismatch,unknown,unhandled"`
	Detail         string                `json:"detail,omitempty" doc:"What did not match"`
	Deliveries     int                   `json:"deliveries"`
	CreatedAt      model.Millis          `json:"created_at" doc:"First delivery; UTC milliseconds"`
	UpdatedAt      model.Millis          `json:"updated_at" doc:"Last delivery"`
}

// CallbackFilter chooses notifications; what is empty means any.
type CallbackFilter struct {
	Outcome, Event, Number string
	From, To               model.Millis // first delivered, from inclusive, to exclusive
}

// Callbacks lists WeChat's verified notifications, the newest first.
func (s *Service) Callbacks(ctx context.Context, f CallbackFilter, before int64, limit int) (views []CallbackView, next int64, err error) {
	query := where(where(where(s.db.Read(ctx), "outcome", f.Outcome), "event", f.Event), "number", f.Number)
	query = between(query, f.From, f.To)
	rows, next, err := database.Latest(query, before, limit, func(c model.Callback) int64 { return c.ID })
	for _, c := range rows {
		views = append(views, CallbackView{
			c.NotificationID, c.Event, c.Number, c.Outcome, c.Detail, c.Deliveries, c.CreatedAt, c.UpdatedAt,
		})
	}
	return views, next, err
}

// AuditFilter chooses entries of the audit log; what is empty means any.
type AuditFilter struct {
	ActorKind, ActorNo     string
	SubjectKind, SubjectNo string
	Action                 string
	From, To               model.Millis // from inclusive, to exclusive
}

// AuditView is one entry of the audit log.
type AuditView struct {
	ID          int64           `json:"id,string" doc:"Names the entry"`
	ActorKind   model.ActorKind `json:"actor_kind" enum:"consumer,staff,wechat,job,operator,administrator"`
	ActorNo     string          `json:"actor_no,omitempty"`
	Action      string          `json:"action" example:"order.ship"`
	SubjectKind string          `json:"subject_kind" example:"order"`
	SubjectNo   string          `json:"subject_no"`
	Before      string          `json:"before,omitempty" doc:"JSON of what changed"`
	After       string          `json:"after,omitempty" doc:"JSON of what it became"`
	Address     string          `json:"address,omitempty" doc:"That the request came from; of a consumer the network alone"`
	RequestID   string          `json:"request_id,omitempty"`
	At          model.Millis    `json:"at" doc:"UTC milliseconds"`
}

// AuditLog lists who did what, the newest first.
func (s *Service) AuditLog(ctx context.Context, f AuditFilter, before int64, limit int) (views []AuditView, next int64, err error) {
	query := s.db.Read(ctx)
	if f.ActorNo != "" && f.ActorKind == "" { // the index begins with the kind
		query = query.Where("actor_kind IN ?", []model.ActorKind{
			model.ActorConsumer, model.ActorStaff, model.ActorWeChat, model.ActorJob, model.ActorOperator, model.ActorAdministrator,
		})
	}
	for column, value := range map[string]string{
		"actor_kind": f.ActorKind, "actor_no": f.ActorNo, "subject_kind": f.SubjectKind, "subject_no": f.SubjectNo, "action": f.Action,
	} {
		query = where(query, column, value)
	}
	query = between(query, f.From, f.To)
	rows, next, err := database.Latest(query, before, limit, func(e model.AuditEntry) int64 { return e.ID })
	for _, e := range rows {
		views = append(views, AuditView{
			e.ID, e.ActorKind, e.ActorNo, e.Action, e.SubjectKind, e.SubjectNo, e.BeforeState, e.AfterState, e.Address, e.RequestID, e.CreatedAt,
		})
	}
	return views, next, err
}
