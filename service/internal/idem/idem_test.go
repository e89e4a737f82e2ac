package idem_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/testdb"
)

type answer struct{ N int }

func request(key string, input any) idem.Request {
	return idem.Request{Owner: "user:1", Key: key, Operation: "test", Input: input}
}

func TestSameKeySameAnswer(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx, calls := model.WithBrand(t.Context(), 1), 0
		once := func(ctx context.Context, r idem.Request) (answer, error) {
			return idem.Once(ctx, db, time.Now, r, func(*gorm.DB) (answer, error) {
				calls++
				return answer{calls}, nil
			})
		}
		for range 3 {
			if got, err := once(ctx, request("key-one-1", "input")); err != nil || got.N != 1 {
				t.Fatalf("got %v, %v", got, err)
			}
		}
		if _, err := once(ctx, request("key-one-1", "other")); !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("the same key with other input: %v", err)
		}
		other := request("key-one-1", "input")
		other.Operation = "another"
		if _, err := once(ctx, other); !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("the same key for another use case: %v", err)
		}
		other = request("key-one-1", "input")
		other.Owner = "user:2"
		if got, err := once(ctx, other); err != nil || got.N == 1 {
			t.Errorf("another user's: %v, %v", got, err)
		}
		other.Owner = "user:3"
		refused := errors.New("no")
		got, err := idem.Once(ctx, db, time.Now, other, func(*gorm.DB) (answer, error) { return answer{}, refused })
		if !errors.Is(err, refused) {
			t.Errorf("a third user's, who was refused: %v, %v", got, err)
		}
		if got, err := once(model.WithBrand(t.Context(), 2), request("key-one-1", "input")); err != nil || got.N == 1 {
			t.Errorf("another brand's: %v, %v", got, err)
		}
	})
}

func TestFailureIsNotRemembered(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx, failure := model.WithBrand(t.Context(), 1), errors.New("no")
		try := func(result error) (answer, error) {
			return idem.Once(ctx, db, time.Now, request("key-one-1", 1), func(tx *gorm.DB) (answer, error) {
				if err := tx.Create(&model.Category{Slug: "a"}).Error; err != nil {
					return answer{}, err
				}
				return answer{7}, result
			})
		}
		if _, err := try(failure); !errors.Is(err, failure) {
			t.Fatal(err)
		}
		if got, err := try(nil); err != nil || got.N != 7 {
			t.Fatalf("the second time: %v, %v", got, err)
		}
	})
}

func TestKeyIsForgottenAfterADay(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		now := time.Now()
		clock, calls := model.Clock(func() time.Time { return now }), 0
		once := func() answer {
			got, err := idem.Once(model.WithBrand(t.Context(), 1), db, clock, request("key-one-1", 1),
				func(*gorm.DB) (answer, error) { calls++; return answer{calls}, nil })
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		once()
		now = now.Add(idem.Keep - time.Second)
		if got := once(); got.N != 1 {
			t.Errorf("within the day: %v", got)
		}
		now = now.Add(2 * time.Second)
		if got := once(); got.N == 1 {
			t.Errorf("after the day: %v", got)
		}
		if n, err := idem.Purge(model.AcrossBrands(t.Context()), db, clock, 100); err != nil || n != 0 {
			t.Errorf("purged %d within their day, %v", n, err)
		}
		now = now.Add(idem.Keep + time.Second)
		if n, err := idem.Purge(model.AcrossBrands(t.Context()), db, clock, 100); err != nil || n != 1 {
			t.Errorf("purged %d, %v", n, err)
		}
	})
}

// Whatever the second request meets because the first has been there, it gets the first one's answer.
func TestSecondRequestFindsThingsTaken(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		take := func(key string) (answer, error) {
			return idem.Once(ctx, db, time.Now, request(key, 1), func(tx *gorm.DB) (answer, error) {
				if err := tx.Create(&model.Category{Slug: "the last"}).Error; database.IsDuplicate(err) {
					return answer{}, model.ErrOutOfStock
				} else if err != nil {
					return answer{}, err
				}
				return answer{7}, nil
			})
		}
		for range 2 {
			if got, err := take("key-one-1"); err != nil || got.N != 7 {
				t.Errorf("%v, %v", got, err)
			}
		}
		if _, err := take("key-two-2"); !errors.Is(err, model.ErrOutOfStock) {
			t.Errorf("with another key: %v", err)
		}
	})
}

// The same key 32 times at once: the work is done once, and everybody gets its answer.
func TestSameKeyAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		ctx := model.WithBrand(t.Context(), 1)
		var serial atomic.Int64
		errs := testdb.Race(32, func(int) error {
			got, err := idem.Once(ctx, db, time.Now, request("key-one-1", 1), func(tx *gorm.DB) (answer, error) {
				n := serial.Add(1)
				return answer{int(n)}, tx.Create(&model.Category{Slug: fmt.Sprint(n)}).Error
			})
			if err == nil && got.N == 0 {
				err = errors.New("an empty answer")
			}
			return err
		})
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		var rows int64
		if err := db.Read(ctx).Model(&model.Category{}).Count(&rows).Error; err != nil || rows != 1 {
			t.Errorf("done %d times, %v", rows, err)
		}
	})
}
