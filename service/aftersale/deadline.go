package aftersale

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/message"
)

// deadline is the job that moves a case on when somebody has let their time pass. What cannot be done by itself
// comes before the brand's owner.
func (s *Service) deadline(ctx context.Context, j model.Job) error {
	var p deadlinePayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	err := s.passed(ctx, p, s.goOn)
	if errors.Is(err, model.ErrOutOfStock) {
		err = s.passed(ctx, p, func(ctx context.Context, tx *gorm.DB, f *file) error {
			return s.agree(ctx, tx, f, Consent{AsReturn: true, Note: because("out_of_stock")}, model.AfterSaleAgreed)
		})
	}
	var refusal *model.Error
	if !errors.As(err, &refusal) || refusal.Kind != model.KindConflict {
		return err
	}
	return s.passed(ctx, p, func(ctx context.Context, tx *gorm.DB, f *file) error {
		if err := putBack(tx, f); err != nil {
			return err
		}
		return s.move(ctx, tx, f, model.AfterSaleEscalated, because(refusal.Code), nil)
	})
}

// passed runs fn on a case if its deadline is still the one that the job is about.
func (s *Service) passed(
	ctx context.Context, p deadlinePayload, fn func(ctx context.Context, tx *gorm.DB, f *file) error,
) error {
	_, err := s.change(ctx, func(tx *gorm.DB, f *file) error {
		if f.c.Status != p.Status || f.c.DeadlineAt != p.DeadlineAt {
			return nil // somebody was faster
		}
		return fn(ctx, tx, f)
	}, "id = ?", p.AfterSaleID)
	return err
}

// remind is the job that tells the consumer when the goods have to be sent back by.
func (s *Service) remind(ctx context.Context, j model.Job) error {
	var p deadlinePayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	return s.passed(ctx, p, func(ctx context.Context, tx *gorm.DB, f *file) error {
		return s.messages.Tell(ctx, tx, message.Note{
			UserID: f.c.UserID, Event: model.MessageAfterSaleDue, Subject: f.c.No,
			Facts: model.MessageFacts{
				Order: f.order.No, Goods: f.line(f.c.Lines[0]).Title, Amount: f.c.AmountFen, At: s.now.Now(), Deadline: f.c.DeadlineAt,
			},
		})
	})
}

// goOn is what happens to a case when nobody has done anything.
func (s *Service) goOn(ctx context.Context, tx *gorm.DB, f *file) error {
	switch f.c.Status {
	case model.AfterSaleApplied:
		if f.sentMeanwhile() {
			return s.refuse(ctx, tx, f, because(sentMeanwhileReason), nil)
		}
		return s.agree(ctx, tx, f, Consent{Note: because("not_answered")}, model.AfterSaleAgreed)
	case model.AfterSaleAgreed:
		return s.withdraw(ctx, tx, f, because("not_sent_back"))
	case model.AfterSaleSending:
		return s.receive(ctx, tx, f, because("not_inspected"))
	case model.AfterSaleReceived:
		return s.refund(ctx, tx, f, because("not_resent"))
	case model.AfterSaleResending:
		return s.exchanged(ctx, tx, f, because("not_confirmed"))
	}
	return nil
}

// sentMeanwhileReason is the reason of a refusal that nobody has made.
const sentMeanwhileReason = "sent_meanwhile"

// sentMeanwhile tells whether pieces that had not been sent when the money was asked for are on their way now.
func (f *file) sentMeanwhile() bool {
	return slices.ContainsFunc(f.c.Lines, func(l model.AfterSaleLine) bool {
		return sentMeanwhile(l, f.line(l))
	})
}

func sentMeanwhile(l model.AfterSaleLine, bought model.OrderLine) bool {
	return l.Unsent && unsent(bought) < l.Quantity
}
