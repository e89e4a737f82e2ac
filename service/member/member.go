// Package member has the levels that a brand's customers may have. Staff set them; what is for members from a level on
// reads them in the transaction that prices or places an order. Memberships that are earned will build on it.
package member

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/catalogue"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
)

const (
	// MaxRank bounds the ranks, and with them the levels of a brand.
	MaxRank = 99
	maxName = 30
)

// Service has the use cases of levels. Methods work for the brand of ctx.
type Service struct {
	db    *database.DB
	now   model.Clock
	newNo func() string
}

// New makes the service.
func New(db *database.DB, now model.Clock, newNo func() string) *Service {
	return &Service{db: db, now: now, newNo: newNo}
}

// Name is what a level is called.
type Name struct {
	Name model.Text `json:"name" doc:"By language; at most 30 characters each"`
}

// Spec is a level as it is written down.
type Spec struct {
	Rank int `json:"rank" minimum:"1" maximum:"99" doc:"1 is the lowest. It cannot be changed: what is for members from a level on names it"`
	Name
}

// LevelView is a level as staff see it.
type LevelView struct {
	No string `json:"no"`
	Spec
	Members   int64        `json:"members" doc:"Customers who have it"`
	CreatedAt model.Millis `json:"created_at"`
}

// Standing is the level of a customer.
type Standing struct {
	No   string     `json:"no"`
	Rank int        `json:"rank"`
	Name model.Text `json:"name"`
}

func (n Name) check() error {
	var errs model.Errs
	languages := make([]string, 0, len(n.Name))
	for l := range n.Name {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	empty := true
	for _, l := range languages {
		n.Name[l] = strings.TrimSpace(n.Name[l])
		empty = empty && n.Name[l] == ""
		if utf8.RuneCountInString(n.Name[l]) > maxName {
			errs = append(errs, model.ErrTooLong.At("name."+l).With("max", fmt.Sprint(maxName)))
		}
	}
	if empty {
		errs = append(errs, model.ErrRequired.At("name"))
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// Levels are those of the brand, the lowest first.
func (s *Service) Levels(ctx context.Context) ([]LevelView, error) {
	tx := s.db.Read(ctx)
	var levels []model.MemberLevel
	if err := tx.Order("level_rank").Find(&levels).Error; err != nil {
		return nil, fmt.Errorf("levels: %w", err)
	}
	var counts []struct{ LevelID, N int64 }
	err := tx.Model(&model.Member{}).Where("level_id > 0").Group("level_id").Select("level_id, COUNT(*) AS n").Scan(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("members: %w", err)
	}
	views := make([]LevelView, len(levels))
	for i, l := range levels {
		views[i] = view(l)
		for _, c := range counts {
			if c.LevelID == l.ID {
				views[i].Members = c.N
			}
		}
	}
	return views, nil
}

func view(l model.MemberLevel) LevelView {
	return LevelView{No: l.No, Spec: Spec{Rank: l.Rank, Name: Name{l.Name}}, CreatedAt: l.CreatedAt}
}

// Create makes a level, once per key. Errors: model.Errs; ErrOutOfRange at "rank"; ErrLevelTaken when another one has
// the rank; ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, spec Spec) (LevelView, error) {
	if spec.Rank < 1 || spec.Rank > MaxRank {
		return LevelView{}, model.ErrOutOfRange.At("rank").With("min", "1").With("max", fmt.Sprint(MaxRank))
	}
	if err := spec.check(); err != nil {
		return LevelView{}, err
	}
	request := idem.Request{Owner: "staff:" + model.ActorOf(ctx).No, Key: key, Operation: "level.create", Input: spec}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (LevelView, error) {
		l := model.MemberLevel{No: s.newNo(), Rank: spec.Rank, Name: spec.Name.Name}
		if err := tx.Create(&l).Error; database.IsDuplicate(err) {
			return LevelView{}, model.ErrLevelTaken
		} else if err != nil {
			return LevelView{}, fmt.Errorf("level: %w", err)
		}
		v := view(l)
		return v, written(ctx, tx, "level.create", l.No, nil, v)
	})
}

// Rename calls a level something else. Errors: model.Errs; ErrLevelNotFound.
func (s *Service) Rename(ctx context.Context, no string, name Name) (v LevelView, err error) {
	if err := name.check(); err != nil {
		return LevelView{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		l, err := lock(tx, no)
		if err != nil {
			return err
		}
		before := view(l)
		l.Name = name.Name
		if err := tx.Model(&model.MemberLevel{}).Where("id = ?", l.ID).Updates(map[string]any{"name": l.Name}).Error; err != nil {
			return fmt.Errorf("level %s: %w", no, err)
		}
		v = view(l)
		if err := tx.Model(&model.Member{}).Where("level_id = ?", l.ID).Count(&v.Members).Error; err != nil {
			return fmt.Errorf("members of level %s: %w", no, err)
		}
		return written(ctx, tx, "level.change", no, before, v)
	})
	return v, err
}

// Remove takes away a level that nobody has. What is for members from its rank on is then for those above. Errors:
// ErrLevelNotFound, ErrLevelInUse.
func (s *Service) Remove(ctx context.Context, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		l, err := lock(tx, no) // who sets it at the same time waits here, and finds it gone
		if err != nil {
			return err
		}
		var n int64
		if err := tx.Model(&model.Member{}).Where("level_id = ?", l.ID).Count(&n).Error; err != nil {
			return fmt.Errorf("members of level %s: %w", no, err)
		}
		if n > 0 {
			return model.ErrLevelInUse
		}
		if err := tx.Where("id = ?", l.ID).Delete(&model.MemberLevel{}).Error; err != nil {
			return fmt.Errorf("level %s: %w", no, err)
		}
		return written(ctx, tx, "level.remove", no, view(l), nil)
	})
}

// lock takes the row of a level. Errors: ErrLevelNotFound.
func lock(tx *gorm.DB, no string) (l model.MemberLevel, err error) {
	err = tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("no = ?", no).Take(&l).Error
	if database.IsNotFound(err) {
		return l, model.ErrLevelNotFound
	} else if err != nil {
		return l, fmt.Errorf("level %s: %w", no, err)
	}
	return l, nil
}

// written logs what was done to a level, and raises the version of what the brand shows: offers name levels.
func written(ctx context.Context, tx *gorm.DB, action, no string, before, after any) error {
	if err := catalogue.Changed(tx); err != nil {
		return err
	}
	return trail.Write(ctx, tx, action, trail.Subject{Kind: "level", No: no}, before, after)
}

// Set gives a customer a level, or with "" takes it away, and tells what they have then; nil is none. Errors:
// ErrCustomerNotFound, also of one who has had their account deleted; ErrLevelNotFound at "level".
func (s *Service) Set(ctx context.Context, customerNo, levelNo string) (now *Standing, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		now = nil
		var u model.User
		if err := tx.Select("id").Where("no = ? AND deleted_at = 0", customerNo).Take(&u).Error; database.IsNotFound(err) {
			return model.ErrCustomerNotFound
		} else if err != nil {
			return fmt.Errorf("customer %s: %w", customerNo, err)
		}
		// Their row first: two who set a level, or who sets one and who deletes the account, wait for each other.
		if _, err := person.Lock(tx, u.ID); errors.Is(err, model.ErrUnauthorized) {
			return model.ErrCustomerNotFound
		} else if err != nil {
			return err
		}
		before, err := Of(tx, []int64{u.ID})
		if err != nil {
			return err
		}
		row := model.Member{UserID: u.ID}
		if levelNo != "" {
			l, err := lock(tx, levelNo)
			if err != nil {
				return err
			}
			row.LevelID, now = l.ID, &Standing{l.No, l.Rank, l.Name}
		}
		err = tx.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "brand_id"}, {Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"level_id", "updated_at"}),
		}).Create(&row).Error
		if err != nil {
			return fmt.Errorf("level of customer %s: %w", customerNo, err)
		}
		return trail.Write(ctx, tx, "customer.level", trail.Subject{Kind: "customer", No: customerNo}, shown(before[u.ID]), shown(now))
	})
	return now, err
}

func shown(s *Standing) map[string]any {
	if s == nil {
		return map[string]any{"level": "", "rank": 0}
	}
	return map[string]any{"level": s.No, "rank": s.Rank}
}

// Of is the step that reads the levels of some customers; who has none is not in it.
func Of(tx *gorm.DB, userIDs []int64) (map[int64]*Standing, error) {
	var rows []struct {
		UserID int64
		No     string
		Rank   int
		Name   model.Text
	}
	err := tx.Model(&model.Member{}).
		Select("members.user_id, l.no, l.level_rank AS "+"`rank`"+", l.name").
		Joins("JOIN member_levels l ON l.brand_id = members.brand_id AND l.id = members.level_id").
		Where("members.user_id IN ?", userIDs).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("levels of customers: %w", err)
	}
	out := make(map[int64]*Standing, len(rows))
	for _, r := range rows {
		out[r.UserID] = &Standing{r.No, r.Rank, r.Name}
	}
	return out, nil
}

// Mine is the level of a consumer as they see it.
type Mine struct {
	Rank int    `json:"rank" doc:"What is for members from a rank on is for this one and the higher ones"`
	Name string `json:"name"`
}

// Mine is the level of a consumer, or nil.
func (s *Service) Mine(ctx context.Context, userID int64, languages ...string) (*Mine, error) {
	of, err := Of(s.db.Read(ctx), []int64{userID})
	if err != nil || of[userID] == nil {
		return nil, err
	}
	return &Mine{of[userID].Rank, of[userID].Name.In(languages...)}, nil
}

// Rank is the step that reads the rank of a consumer's level; 0 is none.
func Rank(tx *gorm.DB, userID int64) (int, error) {
	of, err := Of(tx, []int64{userID})
	if err != nil || of[userID] == nil {
		return 0, err
	}
	return of[userID].Rank, nil
}

// Exists is the step that tells whether the brand has a level of a rank.
func Exists(tx *gorm.DB, rank int) (bool, error) {
	var n int64
	if err := tx.Model(&model.MemberLevel{}).Where("level_rank = ?", rank).Count(&n).Error; err != nil {
		return false, fmt.Errorf("level of rank %d: %w", rank, err)
	}
	return n > 0, nil
}

// Names is the step that reads what the brand's levels are called, by rank.
func Names(tx *gorm.DB) (map[int]model.Text, error) {
	var levels []model.MemberLevel
	if err := tx.Select("level_rank", "name").Order("level_rank").Find(&levels).Error; err != nil {
		return nil, fmt.Errorf("names of levels: %w", err)
	}
	names := make(map[int]model.Text, len(levels))
	for _, l := range levels {
		names[l.Rank] = l.Name
	}
	return names, nil
}
