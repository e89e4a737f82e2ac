package aftersale

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/service/internal/trail"
	"hutong/service/picture"
)

// Note is what whoever moves a case has to say about it. Consumer and staff both read it.
type Note struct {
	Words    string   `json:"words,omitempty" maxLength:"500" doc:"What there is to say"`
	Pictures []string `json:"pictures,omitempty" maxItems:"9" doc:"Numbers of pictures"`
	reason   string   // code
}

// because is a note of nobody's: the reason of a move that nobody made.
func because(reason string) Note { return Note{reason: reason} }

// move takes a locked case into a state, with the deadline of that state.
func (s *Service) move(
	ctx context.Context, tx *gorm.DB, f *file, to model.AfterSaleStatus, n Note, also map[string]any,
) error {
	return move(ctx, tx, f.c, to, f.deadline(to, s.now.Now()), n, also)
}

// move is the one step in which a case goes on: the state and its deadline in one UPDATE, what consumer and
// staff read of it, the audit log, and a job for the deadline. Errors: ErrWrongState.
func move(
	ctx context.Context, tx *gorm.DB, c *model.AfterSale, to model.AfterSaleStatus, deadline model.Millis,
	n Note, also map[string]any,
) error {
	columns := map[string]any{"deadline_at": deadline}
	for column, value := range also {
		columns[column] = value
	}
	if err := flow.Advance[model.AfterSale](tx, model.AfterSaleFlow, c.ID, to, columns); err != nil {
		return err
	}
	from := c.Status
	c.Status, c.DeadlineAt = to, deadline
	if err := tell(ctx, tx, c, from, n); err != nil {
		return err
	}
	return enqueueDeadline(tx, c)
}

// tell writes down how a case came from a state to the one it is in. Errors: ErrInvalid at a picture that is not the
// consumer's to show.
func tell(ctx context.Context, tx *gorm.DB, c *model.AfterSale, from model.AfterSaleStatus, n Note) error {
	if len(n.Pictures) > 0 && model.ActorOf(ctx).Kind != model.ActorConsumer {
		return model.ErrInvalid.At("pictures") // only consumers have any
	}
	if err := picture.Use(tx, c.UserID, n.Pictures); err != nil {
		return err
	}
	event := model.AfterSaleEvent{
		AfterSaleID: c.ID, FromState: from, ToState: c.Status, Actor: model.ActorOf(ctx).String(),
		Reason: n.reason, Words: n.Words, Pictures: n.Pictures,
	}
	if err := tx.Create(&event).Error; err != nil {
		return fmt.Errorf("event of case %s: %w", c.No, err)
	}
	type state struct {
		Status    model.AfterSaleStatus `json:"status"`
		Kind      model.AfterSaleKind   `json:"kind,omitempty"`
		AmountFen model.Fen             `json:"amount_fen,omitempty"`
		Reason    string                `json:"reason,omitempty"`
	}
	var before any
	if from != "" {
		before = state{Status: from}
	}
	return trail.Write(ctx, tx, "after_sale."+string(c.Status), trail.Subject{Kind: "after_sale", No: c.No},
		before, state{c.Status, c.Kind, c.AmountFen, n.reason})
}

// The kinds of job of this package.
const (
	JobDeadline = "aftersale.deadline" // moves a case on when its time has passed
	JobRemind   = "aftersale.remind"   // tells the consumer that their time is about to pass
)

// remindAt is how long before its deadline a consumer is reminded.
const remindAt = 24 * time.Hour

// deadlinePayload is the payload of both: the deadline that it is about, and no later one.
type deadlinePayload struct {
	AfterSaleID int64                 `json:"after_sale_id"`
	Status      model.AfterSaleStatus `json:"status"`
	DeadlineAt  model.Millis          `json:"deadline_at"`
}

func enqueueDeadline(tx *gorm.DB, c *model.AfterSale) error {
	if c.DeadlineAt == 0 || c.Status == model.AfterSaleRefused { // then nothing happens but that time has passed
		return nil
	}
	key := fmt.Sprintf("%s-%s-%d", c.No, c.Status, c.DeadlineAt)
	payload := deadlinePayload{c.ID, c.Status, c.DeadlineAt}
	if c.Status == model.AfterSaleAgreed { // what the consumer does not send is withdrawn
		if err := job.Enqueue(tx, JobRemind, key, payload, c.DeadlineAt.Add(-remindAt)); err != nil {
			return err
		}
	}
	return job.Enqueue(tx, JobDeadline, key, payload, c.DeadlineAt)
}
