package staff

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
)

// guard is how often somebody may fail at one thing before they are kept out.
type guard struct {
	free   int64         // failures without a lock
	first  time.Duration // lock at the next one; it doubles each time …
	most   time.Duration // … up to this
	forget time.Duration // without any failure, all are forgotten
}

var (
	// accountGuard keeps who knows an account from trying passwords and codes: a hundred a day. Its lock is
	// short, for whoever guesses on purpose keeps the owner of the account out with it; a reset link lifts it.
	accountGuard = guard{free: 5, first: time.Minute, most: 15 * time.Minute, forget: 24 * time.Hour}
	// addressGuard keeps one network address from trying a password at many accounts. An office has one address for all
	// of its staff, so it takes more.
	addressGuard = guard{free: 20, first: time.Minute, most: time.Hour, forget: 6 * time.Hour}
)

// attempt is one that was counted before it was known how it would end, so that a hundred at once are a hundred.
type attempt struct {
	subject string
	until   model.Millis // the lock that it has set, should it fail; 0 for none
}

// tooSoon is the refusal of an attempt during a lock.
type tooSoon struct{ wait time.Duration }

// Error implements error.
func (*tooSoon) Error() string { return model.ErrRateLimited.Code }

// Unwrap makes it ErrRateLimited.
func (*tooSoon) Unwrap() error { return model.ErrRateLimited }

// Wait is how long it is until the next attempt may be made.
func (t *tooSoon) Wait() time.Duration { return t.wait }

// begin counts an attempt. Errors: ErrRateLimited, with how long to Wait, while there is a lock: right or wrong, it is
// not looked at.
func (s *Service) begin(ctx context.Context, g guard, subject string) (a attempt, err error) {
	a.subject = hashOf(subject)
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		now := s.now.Now()
		for range 3 {
			a.until = 0
			res := g.count(tx, a.subject, now)
			if res.Error != nil {
				return fmt.Errorf("sign-in throttle: %w", res.Error)
			}
			var row model.SignInThrottle
			err := tx.Where("subject = ?", a.subject).Take(&row).Error
			switch {
			case err == nil && res.RowsAffected == 0:
				return &tooSoon{row.LockedUntil.Time().Sub(now.Time())}
			case err == nil:
				a.until = row.LockedUntil
				return nil
			case !database.IsNotFound(err):
				return fmt.Errorf("sign-in throttle: %w", err)
			}
			// Whoever else makes the row at the same moment, MySQL tells both that it is theirs: it is counted in the next round.
			err = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&model.SignInThrottle{Subject: a.subject, LastAt: now}).Error
			if err != nil {
				return fmt.Errorf("sign-in throttle: %w", err)
			}
		}
		return model.ErrConflict
	})
	return a, err
}

// count counts one more failure where there is no lock, and sets the lock that is due. MySQL assigns from left to
// right, so what decides on the lock is assigned after it.
func (g guard) count(tx *gorm.DB, subject string, now model.Millis) *gorm.DB {
	old := now.Add(-g.forget)
	locks, args := "CASE WHEN last_at < ? OR failures < ? THEN 0", []any{old, g.free - 1}
	failures := g.free - 1
	for lock := g.first; lock < g.most; lock *= 2 {
		locks += " WHEN failures = ? THEN ?"
		args = append(args, failures, now.Add(lock))
		failures++
	}
	args = append(args, now.Add(g.most), old, now, subject, now)
	return tx.Exec("UPDATE sign_in_throttles SET locked_until = "+locks+" ELSE ? END, "+
		"failures = CASE WHEN last_at < ? THEN 1 ELSE failures + 1 END, last_at = ? "+
		"WHERE subject = ? AND locked_until <= ?", args...)
}

// passed takes back the count of an attempt that did not fail, and its lock.
func (s *Service) passed(tx *gorm.DB, a attempt) error {
	err := tx.Exec("UPDATE sign_in_throttles SET failures = failures - 1, locked_until = CASE WHEN locked_until = ? THEN 0 ELSE locked_until END "+
		"WHERE subject = ? AND failures > 0", a.until, a.subject).Error
	if err != nil {
		return fmt.Errorf("sign-in throttle: %w", err)
	}
	return nil
}

// forgiven forgets all failures: whoever it is about has come in.
func forgiven(tx *gorm.DB, a attempt) error {
	err := tx.Model(&model.SignInThrottle{}).Where("subject = ?", a.subject).
		Updates(map[string]any{"failures": 0, "locked_until": 0}).Error
	if err != nil {
		return fmt.Errorf("sign-in throttle: %w", err)
	}
	return nil
}

// network is what an address guesses from: of IPv6 the /64, since one caller has all of it.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// PurgeThrottles removes counts that are forgotten, at most so many.
func (s *Service) PurgeThrottles(ctx context.Context, most int) (removed int64, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		now := s.now.Now()
		var ids []int64
		err := tx.Model(&model.SignInThrottle{}).Where("last_at < ? AND locked_until <= ?", now.Add(-accountGuard.forget), now).
			Order("last_at").Limit(most).Pluck("id", &ids).Error
		if err != nil {
			return fmt.Errorf("sign-in throttles: %w", err)
		}
		res := tx.Where("id IN ? AND last_at < ?", ids, now.Add(-accountGuard.forget)).Delete(&model.SignInThrottle{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
