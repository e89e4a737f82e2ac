// Package service wires the capabilities together: what takes part in an order, and who does which job, is
// listed here and nowhere else.
package service

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"

	"hutong/model"
	"hutong/service/accounts"
	"hutong/service/address"
	"hutong/service/aftersale"
	"hutong/service/brand"
	"hutong/service/cart"
	"hutong/service/catalogue"
	"hutong/service/catalogue/search"
	"hutong/service/customer"
	"hutong/service/database"
	"hutong/service/favourite"
	"hutong/service/figures"
	"hutong/service/freight"
	"hutong/service/fulfilment"
	"hutong/service/groupbuy"
	"hutong/service/history"
	"hutong/service/identity"
	"hutong/service/internal/idem"
	"hutong/service/internal/job"
	"hutong/service/media"
	"hutong/service/member"
	"hutong/service/message"
	"hutong/service/moderation"
	"hutong/service/operations"
	"hutong/service/order"
	"hutong/service/page"
	"hutong/service/payment"
	"hutong/service/picture"
	"hutong/service/platform"
	"hutong/service/privacy"
	"hutong/service/promotion"
	"hutong/service/push"
	"hutong/service/reconcile"
	"hutong/service/review"
	"hutong/service/seal"
	"hutong/service/staff"
	"hutong/service/stock"
	"hutong/wechat"
)

// Options are what the services need from outside. All are required but those with a default.
type Options struct {
	DB       *database.DB
	Box      *seal.Box
	WeChat   wechat.Platform
	Clock    model.Clock
	Log      *slog.Logger  // default: nothing is logged
	NewNo    func() string // makes ULIDs; default: NewNumbers(Clock)
	OrderTTL time.Duration // of new brands; default: 15 minutes
	// SessionKeys sign consumers' sign-ins, which are good for SessionTTL; default: 2 hours. Without keys nobody
	// can sign in.
	SessionKeys identity.Keys
	SessionTTL  time.Duration
	// Index finds products by words; without one they are looked for in the database, slowly.
	Index search.Index
	// Media keeps what consumers send; without it they can send nothing.
	Media *media.Store
	// PublicURL is where WeChat reaches this server, without a slash at the end.
	PublicURL string
	// JobRan, if not nil, is told how each run of a job ended: done, again, failed, dead.
	JobRan func(kind, outcome string)
}

// Services are the use cases, by capability.
type Services struct {
	Accounts   *accounts.Service
	Address    *address.Service
	AfterSale  *aftersale.Service
	Brand      *brand.Service
	Cart       *cart.Service
	Catalogue  *catalogue.Service
	Customer   *customer.Service
	Favourite  *favourite.Service
	Figures    *figures.Service
	Fulfilment *fulfilment.Service
	GroupBuy   *groupbuy.Service
	History    *history.Service
	Identity   *identity.Service
	Member     *member.Service
	Message    *message.Service
	Moderation *moderation.Service
	Operations *operations.Service
	Page       *page.Service
	Order      *order.Service
	Payment    *payment.Service
	Picture    *picture.Service
	Privacy    *privacy.Service
	Promotion  *promotion.Service
	Push       *push.Service
	Platform   *platform.Service
	Staff      *staff.Service
	Reconcile  *reconcile.Service
	Review     *review.Service

	db   *database.DB
	now  model.Clock
	log  *slog.Logger
	jobs *job.Runner
}

// New wires the services.
func New(o Options) *Services {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.NewNo == nil {
		o.NewNo = NewNumbers(o.Clock)
	}
	if o.OrderTTL == 0 {
		o.OrderTTL = 15 * time.Minute
	}
	if o.SessionTTL == 0 {
		o.SessionTTL = 2 * time.Hour
	}
	s := &Services{db: o.DB, now: o.Clock, log: o.Log}
	s.Accounts = accounts.New(o.DB, o.Clock)
	s.Address = address.New(o.DB, o.Clock, o.NewNo)
	s.Brand = brand.New(o.DB, o.Box, o.WeChat, o.Clock, o.OrderTTL)
	s.Cart = cart.New(o.DB, o.Clock)
	s.Picture = picture.New(o.DB, o.Clock, o.NewNo, o.Media)
	settings := catalogue.Settings{Index: o.Index, Log: o.Log}
	if o.Media != nil {
		settings.Fetch = s.Picture.Fetch
	}
	s.Catalogue = catalogue.New(o.DB, o.Clock, o.NewNo, settings)
	s.Figures = figures.New(o.DB, o.Clock)
	s.Favourite = favourite.New(o.DB, s.Catalogue)
	s.History = history.New(o.DB, o.Clock, s.Catalogue)
	s.Push = push.New(o.DB, s.Brand)
	s.Moderation = moderation.New(o.DB, o.Clock, s.Brand, o.PublicURL)
	s.Push.On(wechat.EventMediaCheck, s.Moderation.Told)
	s.Review = review.New(o.DB, o.Clock, o.NewNo, s.Moderation)
	s.Operations = operations.New(o.DB, o.Clock)
	s.Staff = staff.New(o.DB, o.Box, o.Clock, o.NewNo, o.PublicURL)
	s.Platform = platform.New(o.DB, s.Brand, s.Staff)
	s.Identity = identity.New(o.DB, o.Box, s.Brand, o.SessionKeys, o.SessionTTL, o.Clock, o.NewNo)
	s.Customer = customer.New(o.DB, o.Clock, o.NewNo, s.Identity)
	s.Member = member.New(o.DB, o.Clock, o.NewNo)
	s.Message = message.New(o.DB, o.Clock, o.NewNo, s.Brand)
	s.Promotion = promotion.New(o.DB, o.Clock, o.NewNo)
	s.Order = order.New(o.DB, o.Clock, o.NewNo,
		groupbuy.Pricing{Now: o.Clock}, // before whatever else changes the price
		freight.Participant{},
		accounts.Participant{},
		aftersale.Participant{},
		message.Participant{Messages: s.Message},
		fulfilment.Participant{Now: o.Clock},
		groupbuy.Participant{Now: o.Clock, NewNo: o.NewNo},
		promotion.Participant{Promotions: s.Promotion},
		stock.Participant{}, // last: its rows are the ones that many orders want at once
	)
	s.Privacy = privacy.New(o.DB, o.Clock, s.Identity, s.Order, s.Review, s.Promotion)
	s.Payment = payment.New(o.DB, o.Clock, o.NewNo, s.Brand, s.Order, o.PublicURL)
	s.AfterSale = aftersale.New(o.DB, o.Clock, o.NewNo, s.Payment, s.Message)
	s.Reconcile = reconcile.New(o.DB, o.Clock, o.NewNo, s.Brand)
	s.GroupBuy = groupbuy.New(o.DB, o.Clock, o.NewNo, s.Payment, s.Message, s.Brand, o.Media)
	s.Page = page.New(o.DB, s.Catalogue, s.GroupBuy, s.Promotion, o.Box, o.Clock)
	s.Fulfilment = fulfilment.New(o.DB, o.Clock, o.NewNo, s.Brand, s.Order, s.AfterSale)

	s.Push.On(wechat.EventSettlement, s.Fulfilment.Settled)

	s.jobs = job.NewRunner(o.DB, o.Clock, o.Log, func(kind string, outcome job.Outcome) {
		if o.JobRan != nil {
			o.JobRan(kind, string(outcome))
		}
	})
	s.Payment.Register(s.jobs)
	s.Catalogue.Register(s.jobs)
	s.Picture.Register(s.jobs)
	s.Moderation.Register(s.jobs)
	s.Message.Register(s.jobs)
	s.AfterSale.Register(s.jobs)
	s.Reconcile.Register(s.jobs)
	s.Fulfilment.Register(s.jobs)
	s.GroupBuy.Register(s.jobs)
	s.Promotion.Register(s.jobs)
	s.Figures.Register(s.jobs)
	return s
}

// NewNumbers makes ULIDs that grow within one millisecond too. It may be called concurrently.
func NewNumbers(now model.Clock) func() string {
	var mu sync.Mutex
	entropy := ulid.Monotonic(rand.Reader, 0)
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return ulid.MustNew(ulid.Timestamp(now()), entropy).String()
	}
}

// RunJobs works on due jobs with so many workers until ctx ends, looks every few seconds for orders that have
// expired, cleans up and plans the reconciliation of days that are over once an hour, and keeps the figures counted. The
// jobs under way are finished before it returns.
func (s *Services) RunJobs(ctx context.Context, workers int, poll time.Duration) {
	var wg sync.WaitGroup
	wg.Go(func() { s.jobs.Run(ctx, workers, poll) })
	wg.Go(func() { s.every(ctx, expiryPoll, "look for expired orders", s.expire) })
	wg.Go(func() { s.every(ctx, time.Hour, "clean up", s.CleanUp) })
	wg.Go(func() { s.every(ctx, time.Hour, "plan the reconciliation", s.planReconciliation) })
	wg.Go(func() { s.every(ctx, 10*time.Minute, "plan the counting of figures", s.planFigures) })
	wg.Wait()
}

// expiryPoll is how late an unpaid order may give back what it holds.
const expiryPoll = 5 * time.Second

// every does something at once and then again and again until ctx ends.
func (s *Services) every(ctx context.Context, pause time.Duration, what string, do func(context.Context) error) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "what is due again and again has failed", "what", what, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func (s *Services) planReconciliation(ctx context.Context) error {
	return s.Reconcile.Schedule(model.AcrossBrands(ctx))
}

func (s *Services) planFigures(ctx context.Context) error {
	return s.Figures.Schedule(model.AcrossBrands(ctx))
}

// expire plans the end of all orders that are due.
func (s *Services) expire(ctx context.Context) error {
	for {
		if n, err := s.Order.Expire(model.AcrossBrands(ctx)); n == 0 || err != nil {
			return err
		}
	}
}

// RunJob runs the job that has been due longest, if any, the ends of orders included: for tests and the
// simulation, which do one thing after the other.
func (s *Services) RunJob(ctx context.Context) (ran bool, err error) {
	if ran, err := s.jobs.RunOne(ctx); ran || err != nil {
		return ran, err
	}
	if n, err := s.Order.Expire(model.AcrossBrands(ctx)); n == 0 || err != nil {
		return false, err
	}
	return s.jobs.RunOne(ctx)
}

// keepJobs is how long a job that is done can still be looked at.
const keepJobs = 7 * 24 * time.Hour

// CleanUp removes what nobody needs any more: answers to old idempotency keys, jobs done long ago, photos and
// pictures that nothing shows, and what was personal of orders whose buyers wanted to be forgotten. It ends coupons whose time has
// passed.
func (s *Services) CleanUp(ctx context.Context) error {
	ctx = model.AcrossBrands(ctx)
	const batch = 1000 // short transactions, so that nobody waits for this
	for {
		most := int64(0)
		for _, purge := range []func() (int64, error){
			func() (int64, error) { return idem.Purge(ctx, s.db, s.now, batch) },
			func() (int64, error) { return job.Purge(ctx, s.db, s.now.Now().Add(-keepJobs), batch) },
			func() (int64, error) { return s.Picture.Purge(ctx, batch) },
			func() (int64, error) { return s.Picture.Tidy(ctx, batch) },
			func() (int64, error) { return s.Privacy.Purge(ctx, batch) },
			func() (int64, error) { return s.Catalogue.PurgeImports(ctx, batch) },
			func() (int64, error) { return s.Promotion.Expire(ctx, batch) },
			func() (int64, error) { return s.Staff.Purge(ctx, batch) },
		} {
			n, err := purge()
			if err != nil {
				return err
			}
			most = max(most, n)
		}
		if most < batch {
			return nil
		}
	}
}
