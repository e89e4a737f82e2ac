// Package moderation lets WeChat look at what consumers write and show before others see it. Whoever wants something
// looked at asks in its own transaction, and is told the verdict in another.
package moderation

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/job"
	"hutong/wechat"
)

// JobCheck is the kind of the job that asks WeChat, and then waits for its verdict on a picture; its key is the
// check's id.
const JobCheck = "content.check"

// Subject is what consists of the texts and pictures that are looked at.
type Subject struct {
	Kind string // such as review
	ID   int64
}

// Settled is told what becomes of a subject, once all of it has been looked at: the worst of the verdicts. It is a
// step of the transaction in which the last one came. It may be told once more that a subject is risky, when WeChat says so
// after a person was asked to look instead, and has perhaps let it pass.
type Settled func(ctx context.Context, tx *gorm.DB, id int64, verdict model.Verdict) error

// Service has the use cases of moderation. Methods work for the brand of ctx.
type Service struct {
	db        *database.DB
	now       model.Clock
	brands    *brand.Service
	publicURL string
	settled   map[string]Settled
}

// New makes the service. publicURL is where WeChat finds the pictures, without a slash at the end.
func New(db *database.DB, now model.Clock, brands *brand.Service, publicURL string) *Service {
	return &Service{db: db, now: now, brands: brands, publicURL: publicURL, settled: map[string]Settled{}}
}

// For names who is told of the subjects of a kind; it is called before anything is asked.
func (s *Service) For(kind string, settled Settled) { s.settled[kind] = settled }

// Register names the handler of this package's job.
func (s *Service) Register(r *job.Runner) { r.Handle(JobCheck, s.check) }

// Ask is the step that has a text and pictures of a consumer's looked at. An empty text is not. pictures are
// addresses. With nothing to look at the verdict is told at once.
func (s *Service) Ask(ctx context.Context, tx *gorm.DB, of Subject, userID int64, text string, pictures []string) error {
	var checks []model.ContentCheck
	add := func(kind model.CheckKind, content string) {
		checks = append(checks, model.ContentCheck{
			UserID: userID, SubjectKind: of.Kind, SubjectID: of.ID, Kind: kind, Content: content, Status: model.CheckWaiting,
		})
	}
	if text != "" {
		add(model.CheckText, text)
	}
	for _, p := range pictures {
		add(model.CheckPicture, p)
	}
	if len(checks) == 0 {
		return s.settled[of.Kind](ctx, tx, of.ID, model.VerdictPass)
	}
	for i := range checks { // one by one, for their ids
		if err := tx.Create(&checks[i]).Error; err != nil {
			return fmt.Errorf("content check: %w", err)
		}
		if err := job.Enqueue(tx, JobCheck, fmt.Sprint(checks[i].ID), payload{checks[i].ID}, s.now.Now()); err != nil {
			return err
		}
	}
	return nil
}

type payload struct {
	ID int64 `json:"id"`
}

var forUpdate = clause.Locking{Strength: "UPDATE"}

// lock takes all checks of a subject: which of them is the last is a fact about all of them.
func lock(tx *gorm.DB, of Subject) (checks []model.ContentCheck, err error) {
	err = tx.Clauses(forUpdate).Where("subject_kind = ? AND subject_id = ?", of.Kind, of.ID).Order("id").Find(&checks).Error
	if err != nil {
		return nil, fmt.Errorf("checks of %s %d: %w", of.Kind, of.ID, err)
	}
	return checks, nil
}

// finish writes a verdict, and tells the subject's when it was the last. A check that is done stays as it is, unless a
// person was asked to look for want of a verdict, and it comes after all and is the worst.
func (s *Service) finish(ctx context.Context, tx *gorm.DB, c model.ContentCheck, verdict model.Verdict, reason string) (applied bool, err error) {
	of := Subject{c.SubjectKind, c.SubjectID}
	checks, err := lock(tx, of)
	if err != nil {
		return false, err
	}
	open, worst, done := 0, verdict, settle
	for _, other := range checks {
		switch {
		case other.ID == c.ID && other.Status == model.CheckDone:
			if verdict != model.VerdictRisky || other.Reason != reasonNoVerdict {
				return false, nil
			}
			done = overrule
		case other.ID == c.ID:
		case other.Status != model.CheckDone:
			open++
		default:
			worst = worse(worst, other.Verdict)
		}
	}
	columns := map[string]any{"verdict": verdict, "reason": reason}
	if c.Kind == model.CheckText {
		columns["content"] = "" // nobody needs it here any more
	}
	if err := done(tx, c.ID, columns); err != nil {
		return false, err
	}
	if open > 0 {
		return true, nil
	}
	return true, s.settled[of.Kind](ctx, tx, of.ID, worst)
}

func settle(tx *gorm.DB, id int64, columns map[string]any) error {
	return flow.Advance[model.ContentCheck](tx, model.CheckFlow, id, model.CheckDone, columns)
}

// overrule is settle for a check that is done; all of its subject are locked.
func overrule(tx *gorm.DB, id int64, columns map[string]any) error {
	if err := tx.Model(&model.ContentCheck{}).Where("id = ?", id).Updates(columns).Error; err != nil {
		return fmt.Errorf("content check %d: %w", id, err)
	}
	return nil
}

func worse(a, b model.Verdict) model.Verdict {
	rank := map[model.Verdict]int{model.VerdictPass: 0, model.VerdictReview: 1, model.VerdictRisky: 2}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// Drop is the step that forgets the checks of a subject that is no more; the jobs find nothing.
func Drop(tx *gorm.DB, of Subject) error {
	err := tx.Where("subject_kind = ? AND subject_id = ?", of.Kind, of.ID).Delete(&model.ContentCheck{}).Error
	if err != nil {
		return fmt.Errorf("checks of %s %d: %w", of.Kind, of.ID, err)
	}
	return nil
}

func (s *Service) client(ctx context.Context) (wechat.Client, error) {
	brandID, _ := model.BrandID(ctx)
	return s.brands.Client(ctx, brandID)
}
