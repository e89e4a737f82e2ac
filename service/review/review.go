// Package review keeps what consumers say of what they bought. Others see it once WeChat, or staff, have nothing
// against it.
package review

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/flow"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
	"hutong/service/moderation"
	"hutong/service/order"
	"hutong/service/picture"
)

const (
	// MaxWords bounds a review, an addition and a reply, in characters.
	MaxWords = 500
	// maxPictures bounds the pictures of a review.
	maxPictures = 9
	// reviewDays is for how many days after receipt something can be reviewed, addDays for how many after that
	// something can be added.
	reviewDays, addDays = 90, 180
	day                 = 24 * time.Hour
)

// The kinds of subject of moderation.
const (
	subjectReview   = "review"
	subjectAddition = "review_addition"
)

// Service has the use cases of reviews. Methods work for the brand of ctx.
type Service struct {
	db         *database.DB
	now        model.Clock
	newNo      func() string
	moderation *moderation.Service
}

// New makes the service, and has moderation tell it its verdicts.
func New(db *database.DB, now model.Clock, newNo func() string, m *moderation.Service) *Service {
	s := &Service{db: db, now: now, newNo: newNo, moderation: m}
	m.For(subjectReview, settle(advance))
	m.For(subjectAddition, settle(advanceAddition))
	return s
}

// settle does by an arrow what a verdict makes of something. What is risky is refused also after staff have let it pass;
// they may have refused it themselves.
func settle(move func(tx *gorm.DB, id int64, to model.ReviewStatus) error) moderation.Settled {
	return func(_ context.Context, tx *gorm.DB, id int64, v model.Verdict) error {
		err := move(tx, id, outcome[v])
		if v == model.VerdictRisky && errors.Is(err, model.ErrWrongState) {
			return nil
		}
		return err
	}
}

// outcome is what a verdict makes of something.
var outcome = map[model.Verdict]model.ReviewStatus{
	model.VerdictPass: model.ReviewPublished, model.VerdictReview: model.ReviewHeld, model.VerdictRisky: model.ReviewRefused,
}

// Input is what a consumer says of a line of an order of theirs.
type Input struct {
	Order     string   `json:"order" maxLength:"26" doc:"The order's number"`
	Line      int      `json:"line" minimum:"0" maximum:"99" doc:"Position of the order's line, from 0"`
	Rating    int      `json:"rating" minimum:"1" maximum:"5" doc:"Stars"`
	Words     string   `json:"words,omitempty" maxLength:"500"`
	Pictures  []string `json:"pictures,omitempty" maxItems:"9" doc:"Numbers of pictures"`
	Anonymous bool     `json:"anonymous,omitempty" doc:"Nobody is told who it is, not even by initial"`
}

func (in *Input) clean() error {
	in.Words = strings.TrimSpace(in.Words)
	switch {
	case in.Rating < 1 || in.Rating > 5:
		return model.ErrOutOfRange.At("rating").With("min", "1").With("max", "5")
	case len(in.Pictures) > maxPictures:
		return model.ErrTooMany.At("pictures").With("max", fmt.Sprint(maxPictures))
	}
	return checkWords(in.Words)
}

func checkWords(words string) error {
	if utf8.RuneCountInString(words) > MaxWords {
		return model.ErrTooLong.At("words").With("max", fmt.Sprint(MaxWords))
	}
	return nil
}

// Write says something of a line of an order, once per key, and once for each line. What came is reviewed, whether or
// not it was given back later. Errors: ErrOutOfRange, ErrTooLong, ErrTooMany; ErrOrderNotFound; ErrInvalid at a line
// that the order has not or that was never sent, and at a picture; ErrWrongState before receipt; ErrTooLate;
// ErrReviewed; ErrKeyReused.
func (s *Service) Write(ctx context.Context, userID int64, key string, in Input, languages ...string) (View, error) {
	if err := in.clean(); err != nil {
		return View{}, err
	}
	request := idem.Request{Owner: fmt.Sprintf("user:%d", userID), Key: key, Operation: "review.write", Input: in}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (View, error) {
		if _, err := person.Lock(tx, userID); err != nil { // nothing is said after the account is deleted
			return View{}, err
		}
		o, err := order.FindNo(tx, userID, in.Order)
		if err != nil {
			return View{}, err
		}
		line, err := s.open(tx, o, in.Line)
		if err != nil {
			return View{}, err
		}
		r := model.Review{
			No: s.newNo(), UserID: userID, OrderLineID: line.ID, ProductID: line.ProductID, Choice: line.Choice,
			Author: masked(o.Place.Name, in.Anonymous), Rating: in.Rating, Words: in.Words, Pictures: in.Pictures,
			Status: model.ReviewChecking,
		}
		if err := tx.Create(&r).Error; database.IsDuplicate(err) {
			return View{}, model.ErrReviewed
		} else if err != nil {
			return View{}, fmt.Errorf("review of order %s: %w", o.No, err)
		}
		if err := s.check(ctx, tx, r); err != nil {
			return View{}, err
		}
		if err := trail.Write(ctx, tx, "review.write", trail.Subject{Kind: "review", No: r.No}, nil, map[string]any{"rating": r.Rating}); err != nil {
			return View{}, err
		}
		return one(tx, r.ID, languages)
	})
}

// open is a line that can be reviewed now.
func (s *Service) open(tx *gorm.DB, o *model.Order, position int) (line model.OrderLine, err error) {
	err = tx.Where("order_id = ? AND position = ?", o.ID, position).Take(&line).Error
	switch {
	case database.IsNotFound(err):
		return line, model.ErrInvalid.At("line")
	case err != nil:
		return line, fmt.Errorf("line %d of order %s: %w", position, o.No, err)
	case o.ReceivedAt == 0:
		return line, model.ErrWrongState
	case line.Shipped == 0:
		return line, model.ErrInvalid.At("line")
	case s.now.Now() > o.ReceivedAt.Add(reviewDays*day):
		return line, model.ErrTooLate
	}
	return line, nil
}

// check has a review looked at. Its pictures are the consumer's, and shown by nothing else.
func (s *Service) check(ctx context.Context, tx *gorm.DB, r model.Review) error {
	if err := picture.Use(tx, r.UserID, r.Pictures); err != nil {
		return err
	}
	shown, err := picture.Show(tx, r.Pictures)
	if err != nil {
		return err
	}
	var urls []string
	for _, v := range picture.Pick(shown, r.Pictures) {
		urls = append(urls, v.URL)
	}
	return s.moderation.Ask(ctx, tx, moderation.Subject{Kind: subjectReview, ID: r.ID}, r.UserID, r.Words, urls)
}

// masked is how others see who wrote something: 王**.
func masked(name string, anonymous bool) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(name))
	if anonymous || first == utf8.RuneError {
		return ""
	}
	return string(first) + "**"
}

// Addition is what a consumer says later.
type Addition struct {
	Words string `json:"words" minLength:"1" maxLength:"500"`
}

// Add says something more, once. Errors: ErrRequired, ErrTooLong at "words"; ErrReviewNotFound; ErrTooLate;
// ErrReviewed when something was added already.
func (s *Service) Add(ctx context.Context, userID int64, no string, in Addition, languages ...string) (v View, err error) {
	in.Words = strings.TrimSpace(in.Words)
	if in.Words == "" {
		return View{}, model.ErrRequired.At("words")
	}
	if err := checkWords(in.Words); err != nil {
		return View{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		r, err := own(tx, userID, no)
		if err != nil {
			return err
		}
		if s.now.Now() > r.CreatedAt.Add(addDays*day) {
			return model.ErrTooLate
		}
		res := tx.Model(&model.Review{}).Where("id = ? AND added_status = '' AND status <> ?", r.ID, model.ReviewRemoved).
			Updates(map[string]any{"added_words": in.Words, "added_status": model.ReviewChecking, "added_at": s.now.Now()})
		if res.Error != nil {
			return fmt.Errorf("review %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrReviewed
		}
		if err := s.moderation.Ask(ctx, tx, moderation.Subject{Kind: subjectAddition, ID: r.ID}, userID, in.Words, nil); err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, "review.add", trail.Subject{Kind: "review", No: no}, nil, nil); err != nil {
			return err
		}
		v, err = one(tx, r.ID, languages)
		return err
	})
	return v, err
}

// Remove takes a review back: nothing is left of it but that the line was reviewed. Errors: ErrReviewNotFound.
func (s *Service) Remove(ctx context.Context, userID int64, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		r, err := own(tx, userID, no)
		if err != nil {
			return err
		}
		if err := Erase(tx, r); err != nil {
			return err
		}
		return trail.Write(ctx, tx, "review.remove", trail.Subject{Kind: "review", No: no}, nil, nil)
	})
}

// Erase is the step that takes a review back. The checks go first: whoever brings a verdict takes them first too.
func Erase(tx *gorm.DB, r model.Review) error {
	for _, kind := range []string{subjectReview, subjectAddition} {
		if err := moderation.Drop(tx, moderation.Subject{Kind: kind, ID: r.ID}); err != nil {
			return err
		}
	}
	err := flow.Advance[model.Review](tx, model.ReviewFlow, r.ID, model.ReviewRemoved, map[string]any{
		"author": "", "words": "", "pictures": model.List[string]{}, "added_words": "", "added_status": "", "reply": "",
	})
	if err != nil {
		return err
	}
	return picture.Erase(tx, r.Pictures)
}

func advance(tx *gorm.DB, id int64, to model.ReviewStatus) error {
	return flow.Advance[model.Review](tx, model.ReviewFlow, id, to, nil)
}

// advanceAddition is advance for what was added later, by the same arrows.
func advanceAddition(tx *gorm.DB, id int64, to model.ReviewStatus) error {
	res := tx.Model(&model.Review{}).Where("id = ? AND added_status IN ?", id, model.ReviewFlow[to]).Update("added_status", to)
	if res.Error != nil {
		return fmt.Errorf("addition to review %d: %w", id, res.Error)
	}
	if res.RowsAffected == 0 {
		return model.ErrWrongState
	}
	return nil
}

// own is a review of a consumer's, who does one thing with their reviews at a time: what is added to one while it is
// taken back would outlive it, and its check with it. Errors: ErrReviewNotFound.
func own(tx *gorm.DB, userID int64, no string) (model.Review, error) {
	if _, err := person.Lock(tx, userID); err != nil {
		return model.Review{}, err
	}
	return find(tx.Where("user_id = ? AND status <> ?", userID, model.ReviewRemoved), no)
}

var forUpdate = clause.Locking{Strength: "UPDATE"}

func find(query *gorm.DB, no string) (r model.Review, err error) {
	err = query.Where("no = ?", no).Take(&r).Error
	if database.IsNotFound(err) {
		return r, model.ErrReviewNotFound
	}
	if err != nil {
		return r, fmt.Errorf("review %s: %w", no, err)
	}
	return r, nil
}
