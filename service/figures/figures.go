// Package figures keeps what a brand watches, day by day: sales by way and channel, how far people got, what sold, and
// what the journal has booked. A job counts each day from the orders, the refunds and the journal, and counting it
// again ends in the same rows; whoever looks reads these alone.
package figures

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
)

// The kinds of job of this package.
const (
	JobToday = "figures.today" // counts the day that is going on, again and again; key: "today"
	JobPast  = "figures.past"  // counts days that are over; key: the last of them
)

const (
	// every is how old the figures of today may be.
	every = time.Minute
	// settled is how long after its end a day is still counted with today: transactions that began in it may end later.
	settled = 15 * time.Minute
	// lookBack is for how many days back a day is counted again each night: its orders are received one day.
	lookBack = 45
	// mostDays bounds the days that one run of the job counts; it goes on with the next.
	mostDays = 60
	// longestUnpaid is for how long an order can wait for its payment, and more.
	longestUnpaid = 48 * time.Hour
)

// Service has the use cases of figures. Methods work for the brand of ctx.
type Service struct {
	db  *database.DB
	now model.Clock
}

// New makes the service.
func New(db *database.DB, now model.Clock) *Service { return &Service{db: db, now: now} }

// Register names the handlers of this package's jobs.
func (s *Service) Register(r *job.Runner) {
	r.Handle(JobToday, s.today)
	r.Handle(JobPast, s.past)
}

// pastPayload is the payload of JobPast.
type pastPayload struct {
	To model.Day `json:"to"`
}

// Schedule enqueues the jobs that count, for every brand. ctx must be across brands.
func (s *Service) Schedule(ctx context.Context) error {
	var brands []int64
	if err := s.db.Read(ctx).Model(&model.Brand{}).Order("id").Pluck("id", &brands).Error; err != nil {
		return fmt.Errorf("brands to count: %w", err)
	}
	now := s.now.Now()
	yesterday := model.DayOf(now).Add(-1)
	for _, id := range brands {
		ctx := model.WithBrand(ctx, id)
		var there []string
		err := s.db.Read(ctx).Model(&model.Job{}).Where("kind = ? AND job_key = 'today' OR kind = ? AND job_key = ?", JobToday, JobPast, yesterday).
			Pluck("job_key", &there).Error
		if err != nil {
			return fmt.Errorf("jobs that count: %w", err)
		}
		if len(there) == 2 {
			continue
		}
		err = s.db.InTx(ctx, func(tx *gorm.DB) error {
			if err := job.Enqueue(tx, JobToday, "today", struct{}{}, now); err != nil {
				return err
			}
			return job.Enqueue(tx, JobPast, string(yesterday), pastPayload{To: yesterday}, max(now, yesterday.Ends().Add(settled)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// today is the job that counts the day that is going on, and the one before as long as it may not be complete.
func (s *Service) today(ctx context.Context, _ model.Job) error {
	now := s.now.Now()
	day := model.DayOf(now)
	if now < day.Starts().Add(settled) {
		if err := s.Count(ctx, day.Add(-1)); err != nil {
			return err
		}
	}
	if err := s.Count(ctx, day); err != nil {
		return err
	}
	return job.Later(now.Add(every))
}

// past is the job that counts the last days again, and those that were never counted.
func (s *Service) past(ctx context.Context, j model.Job) error {
	var p pastPayload
	if err := json.Unmarshal([]byte(j.Payload), &p); err != nil {
		return err
	}
	from, err := s.begin(ctx, p.To.Add(-lookBack))
	if err != nil {
		return err
	}
	counted := 0
	for day := from; day <= p.To; day = day.Add(1) {
		if err := s.Count(ctx, day); err != nil {
			return err
		}
		if counted++; counted >= mostDays && day < p.To.Add(-lookBack) {
			return job.Later(s.now.Now()) // of the days that were counted, the last alone is counted again
		}
	}
	return nil
}

// begin is the first day to count: that one, or an earlier one after which nothing was counted.
func (s *Service) begin(ctx context.Context, day model.Day) (model.Day, error) {
	tx := s.db.Read(ctx)
	var first []model.Millis
	if err := tx.Model(&model.Order{}).Order("created_at").Limit(1).Pluck("created_at", &first).Error; err != nil {
		return "", fmt.Errorf("first order: %w", err)
	}
	if len(first) == 0 || model.DayOf(first[0]) >= day {
		return day, nil
	}
	from := model.DayOf(first[0])
	// The days are counted one after the other: the last before day tells how far that has got. It may have been counted
	// before it was over, when the jobs stood still from then on.
	var counted []model.Day
	err := tx.Model(&model.DailyPeople{}).Where("day >= ? AND day < ?", from, day).Order("day DESC").Limit(1).Pluck("day", &counted).Error
	if err != nil {
		return "", fmt.Errorf("days that were counted: %w", err)
	}
	if len(counted) > 0 {
		from = counted[0]
	}
	return min(from, day), nil
}
