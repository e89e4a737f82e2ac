package customer

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
	"hutong/service/member"
)

// Rule chooses customers; what is zero asks for nothing. Spent is what was paid and has not gone back.
type Rule struct {
	LevelFrom      int          `json:"level_from,omitempty" minimum:"0" maximum:"99" doc:"Their level has this rank or a higher one"`
	LevelTo        int          `json:"level_to,omitempty" minimum:"0" maximum:"99" doc:"Their level has this rank or a lower one, or they have none"`
	PaidFrom       int64        `json:"paid_from,omitempty" minimum:"0" maximum:"1000000" doc:"So many paid orders, or more"`
	PaidTo         *int64       `json:"paid_to,omitempty" minimum:"0" maximum:"1000000" doc:"So many paid orders, or fewer; 0 is who has never bought"`
	SpentFrom      model.Fen    `json:"spent_from_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"Paid so much, or more, that has not gone back"`
	SpentTo        model.Fen    `json:"spent_to_fen,omitempty" minimum:"0" maximum:"10000000000" doc:"Paid so much, or less, that has not gone back; 0 for any"`
	LastPaidFrom   model.Millis `json:"last_paid_from,omitempty" minimum:"0" doc:"Last paid an order not before; UTC milliseconds"`
	LastPaidBefore model.Millis `json:"last_paid_before,omitempty" minimum:"0" doc:"Last paid an order before; UTC milliseconds"`
	PaidWithinDays int64        `json:"paid_within_days,omitempty" minimum:"0" maximum:"3650" doc:"Paid an order within so many days"`
	QuietDays      int64        `json:"quiet_days,omitempty" minimum:"0" maximum:"3650" doc:"Has bought, but not within so many days"`
	CameFrom       model.Millis `json:"came_from,omitempty" minimum:"0" doc:"Came first not before; UTC milliseconds"`
	CameBefore     model.Millis `json:"came_before,omitempty" minimum:"0" doc:"Came first before; UTC milliseconds"`
	FirstChannels  []string     `json:"first_channels,omitempty" maxItems:"10" enum:"search,share,qrcode,message,article,ad,live,chat,web,other" doc:"Their first paid order came by one of these"`
	Reachable      bool         `json:"reachable,omitempty" doc:"They allow a message more"`
}

func (r Rule) check() (errs model.Errs) {
	bounded := func(field string, n, most int64) {
		if n < 0 || n > most {
			errs = append(errs, model.ErrOutOfRange.At("rule."+field).With("min", "0").With("max", fmt.Sprint(most)))
		}
	}
	bounded("level_from", int64(r.LevelFrom), member.MaxRank)
	bounded("level_to", int64(r.LevelTo), member.MaxRank)
	bounded("paid_from", r.PaidFrom, 1_000_000)
	bounded("spent_from_fen", int64(r.SpentFrom), int64(model.MaxFen))
	bounded("spent_to_fen", int64(r.SpentTo), int64(model.MaxFen))
	bounded("paid_within_days", r.PaidWithinDays, 3650)
	bounded("quiet_days", r.QuietDays, 3650)
	if r.PaidTo != nil {
		bounded("paid_to", *r.PaidTo, 1_000_000)
	}
	for i, c := range r.FirstChannels {
		if !slices.Contains(model.Channels, c) {
			errs = append(errs, model.ErrNotOneOf.At(fmt.Sprintf("rule.first_channels[%d]", i)).With("values", strings.Join(model.Channels, ", ")))
		}
	}
	return errs
}

func isEmpty(r model.SegmentRule) bool { return reflect.ValueOf(r).IsZero() }

// Window is a range of ids: a part of the customers, above From and up to To.
type Window struct{ From, To int64 }

// choose is the query for the consumers whom a rule chooses, but for those who have had their account deleted. What it
// asks of orders it counts from the orders, of a window of customers if one is given.
func choose(tx *gorm.DB, r model.SegmentRule, now model.Millis, w *Window) *gorm.DB {
	query := tx.Model(&model.User{}).Where("users.deleted_at = 0")
	buyers := tx.Model(&model.Order{}).Where("paid_at > 0").Group("user_id").Select("user_id")
	if w != nil {
		query = query.Where("users.id > ? AND users.id <= ?", w.From, w.To)
		buyers = buyers.Where("user_id > ? AND user_id <= ?", w.From, w.To)
	}
	if r.LevelFrom > 0 || r.LevelTo > 0 {
		query = query.Joins("LEFT JOIN members m ON m.brand_id = users.brand_id AND m.user_id = users.id " +
			"LEFT JOIN member_levels l ON l.brand_id = m.brand_id AND l.id = m.level_id")
	}
	if r.LevelFrom > 0 {
		query = query.Where("l.level_rank >= ?", r.LevelFrom)
	}
	if r.LevelTo > 0 {
		query = query.Where("COALESCE(l.level_rank, 0) <= ?", r.LevelTo)
	}
	if r.CameFrom > 0 {
		query = query.Where("users.created_at >= ?", r.CameFrom)
	}
	if r.CameBefore > 0 {
		query = query.Where("users.created_at < ?", r.CameBefore)
	}
	if r.Reachable {
		query = query.Where("users.id IN (?)", tx.Model(&model.MessageGrant{}).Select("user_id").Where("remaining > 0"))
	}
	return chooseBuyers(query, buyers, r, now)
}

// chooseBuyers adds what a rule asks of paid orders, grouped by buyer. It is one pass through one index, which has all
// that is asked (ix_orders_bought): whatever asks for more columns reads every order.
func chooseBuyers(query, buyers *gorm.DB, r model.SegmentRule, now model.Millis) *gorm.DB {
	const dayMillis = 24 * 60 * 60 * 1000
	asked := false
	want := func(on bool, condition string, args ...any) {
		if on {
			asked = true
			buyers = buyers.Having(condition, args...)
		}
	}
	want(r.PaidFrom > 0, "COUNT(*) >= ?", r.PaidFrom)
	want(r.SpentFrom > 0, "SUM(total_fen - refunded_fen) >= ?", r.SpentFrom)
	want(r.LastPaidFrom > 0, "MAX(paid_at) >= ?", r.LastPaidFrom)
	want(r.LastPaidBefore > 0, "MAX(paid_at) < ?", r.LastPaidBefore)
	want(r.PaidWithinDays > 0, "MAX(paid_at) >= ?", now-model.Millis(r.PaidWithinDays*dayMillis))
	want(r.QuietDays > 0, "MAX(paid_at) < ?", now-model.Millis(r.QuietDays*dayMillis))
	want(len(r.FirstChannels) > 0, "MIN(CASE WHEN channel IN ? THEN id END) = MIN(id)", r.FirstChannels)
	spentTo, paidTo := model.Fen(math.MaxInt64), int64(math.MaxInt64)
	if r.SpentTo > 0 {
		spentTo = r.SpentTo
	}
	if r.PaidTo != nil {
		paidTo = *r.PaidTo
	}
	switch bounded := r.SpentTo > 0 || r.PaidTo != nil; {
	case asked && bounded:
		buyers = buyers.Having("SUM(total_fen - refunded_fen) <= ? AND COUNT(*) <= ?", spentTo, paidTo)
		fallthrough
	case asked:
		return query.Where("users.id IN (?)", buyers)
	case bounded: // who has never bought is within any bound
		return query.Where("users.id NOT IN (?)", buyers.Having("SUM(total_fen - refunded_fen) > ? OR COUNT(*) > ?", spentTo, paidTo))
	}
	return query
}

// Count is the step that counts whom a rule chooses.
func Count(tx *gorm.DB, r model.SegmentRule, now model.Millis) (n int64, err error) {
	if err := choose(tx, r, now, nil).Count(&n).Error; err != nil {
		return 0, fmt.Errorf("customers of a segment: %w", err)
	}
	return n, nil
}

// Among is the step that reads which customers of a window a rule chooses, by id.
func Among(tx *gorm.DB, r model.SegmentRule, now model.Millis, w Window) (ids []int64, err error) {
	if err := choose(tx, r, now, &w).Order("users.id").Pluck("users.id", &ids).Error; err != nil {
		return nil, fmt.Errorf("customers of a segment: %w", err)
	}
	return ids, nil
}

// SegmentSpec is a segment as it is written down.
type SegmentSpec struct {
	Name string `json:"name" maxLength:"60" doc:"For staff"`
	Rule Rule   `json:"rule"`
}

func (s *SegmentSpec) check() error {
	s.Name = strings.TrimSpace(s.Name)
	errs := s.Rule.check()
	switch {
	case s.Name == "":
		errs = append(errs, model.ErrRequired.At("name"))
	case utf8.RuneCountInString(s.Name) > 60:
		errs = append(errs, model.ErrTooLong.At("name").With("max", "60"))
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

// SegmentView is a segment as staff see it.
type SegmentView struct {
	No string `json:"no"`
	SegmentSpec
	Customers *int64       `json:"customers,omitempty" doc:"How many are in it now; in the detail only"`
	CreatedAt model.Millis `json:"created_at"`
	UpdatedAt model.Millis `json:"updated_at"`
}

func viewSegment(s model.Segment) SegmentView {
	return SegmentView{No: s.No, SegmentSpec: SegmentSpec{s.Name, Rule(s.Rule)}, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt}
}

func find(query *gorm.DB, no string) (s model.Segment, err error) {
	if err := query.Where("no = ?", no).Take(&s).Error; database.IsNotFound(err) {
		return s, model.ErrSegmentNotFound
	} else if err != nil {
		return s, fmt.Errorf("segment %s: %w", no, err)
	}
	return s, nil
}

// FindSegment is the step that reads a segment. Errors: ErrSegmentNotFound.
func FindSegment(tx *gorm.DB, no string) (model.Segment, error) { return find(tx, no) }

// Segments is the brand's segments, the newest first: those with an id below before, at most limit; before 0 starts at
// the newest. next is the before of the following page, or 0 at the end.
func (s *Service) Segments(ctx context.Context, before int64, limit int) (views []SegmentView, next int64, err error) {
	rows, next, err := database.Latest(s.db.Read(ctx), before, limit, func(r model.Segment) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("segments: %w", err)
	}
	views = make([]SegmentView, len(rows))
	for i, r := range rows {
		views[i] = viewSegment(r)
	}
	return views, next, nil
}

// Segment is one segment, with how many are in it now. Errors: ErrSegmentNotFound.
func (s *Service) Segment(ctx context.Context, no string) (SegmentView, error) {
	tx := s.db.Read(ctx)
	seg, err := find(tx, no)
	if err != nil {
		return SegmentView{}, err
	}
	n, err := Count(tx, seg.Rule, s.now.Now())
	v := viewSegment(seg)
	v.Customers = &n
	return v, err
}

// Preview is how many a rule chooses.
type Preview struct {
	Customers int64 `json:"customers" doc:"Whom the rule chooses now"`
	Of        int64 `json:"of" doc:"Of so many customers"`
}

// Preview counts whom a rule would choose. Errors: model.Errs.
func (s *Service) Preview(ctx context.Context, r Rule) (p Preview, err error) {
	if errs := r.check(); len(errs) > 0 {
		return Preview{}, errs
	}
	tx := s.db.Read(ctx)
	if p.Customers, err = Count(tx, model.SegmentRule(r), s.now.Now()); err != nil {
		return Preview{}, err
	}
	p.Of, err = Count(tx, model.SegmentRule{}, s.now.Now())
	return p, err
}

// CreateSegment keeps a rule under a name, once per key. Errors: model.Errs; ErrKeyReused.
func (s *Service) CreateSegment(ctx context.Context, key string, spec SegmentSpec) (SegmentView, error) {
	if err := spec.check(); err != nil {
		return SegmentView{}, err
	}
	request := idem.Request{Owner: "staff:" + model.ActorOf(ctx).No, Key: key, Operation: "segment.create", Input: spec}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (SegmentView, error) {
		seg := model.Segment{No: s.newNo(), Name: spec.Name, Rule: model.SegmentRule(spec.Rule)}
		if err := tx.Create(&seg).Error; err != nil {
			return SegmentView{}, fmt.Errorf("segment: %w", err)
		}
		v := viewSegment(seg)
		return v, trail.Write(ctx, tx, "segment.create", trail.Subject{Kind: "segment", No: seg.No}, nil, v)
	})
}

// ChangeSegment makes a segment what a spec says. What is being issued to it goes on as it began. Errors: model.Errs;
// ErrSegmentNotFound.
func (s *Service) ChangeSegment(ctx context.Context, no string, spec SegmentSpec) (v SegmentView, err error) {
	if err := spec.check(); err != nil {
		return SegmentView{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		seg, err := find(tx.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}), no)
		if err != nil {
			return err
		}
		before := viewSegment(seg)
		seg.Name, seg.Rule = spec.Name, model.SegmentRule(spec.Rule)
		err = tx.Model(&model.Segment{}).Where("id = ?", seg.ID).Updates(map[string]any{"name": seg.Name, "rule": seg.Rule}).Error
		if err != nil {
			return fmt.Errorf("segment %s: %w", no, err)
		}
		v = viewSegment(seg)
		return trail.Write(ctx, tx, "segment.change", trail.Subject{Kind: "segment", No: no}, before, v)
	})
	return v, err
}

// RemoveSegment forgets a segment. What is being issued to it goes on. Errors: ErrSegmentNotFound.
func (s *Service) RemoveSegment(ctx context.Context, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		seg, err := find(tx, no)
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", seg.ID).Delete(&model.Segment{}).Error; err != nil {
			return fmt.Errorf("segment %s: %w", no, err)
		}
		return trail.Write(ctx, tx, "segment.remove", trail.Subject{Kind: "segment", No: no}, viewSegment(seg), nil)
	})
}
