// Package picture takes the photos that consumers send, for whatever shows them then: a review, or an after-sale
// case as evidence.
package picture

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/job"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
	"hutong/service/media"
)

const (
	// MostUnused is how many photos a consumer may have sent that nothing shows yet.
	MostUnused = 20
	// keepUnused is how long such a photo is kept.
	keepUnused = 24 * time.Hour
)

// JobRemove is the kind of the job that removes a photo's file; its key is the photo's number.
const JobRemove = "picture.remove"

// Service has the use cases of photos. Methods work for the brand of ctx.
type Service struct {
	db    *database.DB
	now   model.Clock
	newNo func() string
	media *media.Store
}

// New makes the service. media may be nil where no photo is taken.
func New(db *database.DB, now model.Clock, newNo func() string, m *media.Store) *Service {
	return &Service{db: db, now: now, newNo: newNo, media: m}
}

// Register names the handler of this package's job.
func (s *Service) Register(r *job.Runner) { r.Handle(JobRemove, s.remove) }

// View is a photo.
type View struct {
	No     string `json:"no"`
	URL    string `json:"url"`
	Width  int    `json:"width" doc:"Pixels"`
	Height int    `json:"height" doc:"Pixels"`
}

func viewOf(p model.Photo) View { return View{p.No, p.URL, p.Width, p.Height} }

// Take keeps a photo of a consumer's, for a day unless something shows it by then. Errors: ErrNotAPicture,
// ErrTooLarge; ErrTooMany when as many wait already as may.
func (s *Service) Take(ctx context.Context, userID int64, content []byte) (View, error) {
	if err := room(s.db.Read(ctx), userID); err != nil { // before the work
		return View{}, err
	}
	drawn, err := s.media.DrawPhoto(ctx, content)
	if errors.Is(err, media.ErrNotAPicture) {
		return View{}, model.ErrNotAPicture
	}
	if err != nil {
		return View{}, err
	}
	p, err := s.note(ctx, userID, drawn)
	if err != nil {
		return View{}, err
	}
	if err := s.media.KeepPhoto(drawn); err != nil {
		return View{}, errors.Join(err, s.db.InTx(ctx, func(tx *gorm.DB) error { return Erase(tx, []string{p.No}) }))
	}
	return viewOf(p), s.stillNoted(ctx, p)
}

// stillNoted removes the file of a photo that was erased, with the account of who sent it, before the file was there.
// Errors: ErrUnauthorized.
func (s *Service) stillNoted(ctx context.Context, p model.Photo) error {
	var n int64
	if err := s.db.Read(ctx).Model(&model.Photo{}).Where("id = ?", p.ID).Count(&n).Error; err != nil {
		return fmt.Errorf("photo %s: %w", p.No, err)
	}
	if n == 0 {
		return errors.Join(model.ErrUnauthorized, s.media.RemovePhoto(p.URL))
	}
	return nil
}

// ShopPicture is a picture of the shop's own.
type ShopPicture struct {
	URL    string `json:"url"`
	Small  string `json:"small" doc:"A small one of it, for lists"`
	Width  int    `json:"width" doc:"Pixels"`
	Height int    `json:"height" doc:"Pixels"`
}

// TakeForShop keeps a picture that staff sent, drawn anew; when nothing shows it, it is removed after a while. Errors:
// ErrNotAPicture, ErrTooLarge, ErrUnavailable.
func (s *Service) TakeForShop(ctx context.Context, content []byte) (ShopPicture, error) {
	p, err := s.media.Draw(ctx, content)
	if errors.Is(err, media.ErrNotAPicture) {
		return ShopPicture{}, model.ErrNotAPicture
	}
	if err != nil {
		return ShopPicture{}, err
	}
	if err := s.noteKept(ctx, p.Names()...); err != nil {
		return ShopPicture{}, err
	}
	if err := s.media.Keep(ctx, p); err != nil {
		return ShopPicture{}, err
	}
	v := ShopPicture{p.URL, p.Small, p.Width, p.Height}
	name := strings.TrimSuffix(strings.TrimPrefix(p.URL, media.Prefix), path.Ext(p.URL))
	return v, s.db.InTx(ctx, func(tx *gorm.DB) error {
		return trail.Write(ctx, tx, "picture.send", trail.Subject{Kind: "picture", No: name}, nil, v)
	})
}

// note writes a photo down before its file is there: when we die in between it is removed like any other that nothing
// shows, while a file that nobody has written down would stay for ever. Errors: ErrTooMany.
func (s *Service) note(ctx context.Context, userID int64, drawn media.Photo) (p model.Photo, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, userID); err != nil {
			return err
		}
		if err := room(tx, userID); err != nil {
			return err
		}
		p = model.Photo{UserID: userID, No: s.newNo(), URL: drawn.URL, Width: drawn.Width, Height: drawn.Height}
		return tx.Create(&p).Error
	})
	return p, err
}

// room tells whether another photo may wait. Errors: ErrTooMany.
func room(tx *gorm.DB, userID int64) error {
	var n int64
	if err := tx.Model(&model.Photo{}).Where("user_id = ? AND used_at = 0", userID).Count(&n).Error; err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	if n >= MostUnused {
		return model.ErrTooMany.With("max", fmt.Sprint(MostUnused))
	}
	return nil
}

// Use is the step by which something begins to show photos of a consumer's: each can be used once. Errors:
// ErrInvalid at "pictures[i]" for one that is not theirs, is used, or is gone.
func Use(tx *gorm.DB, userID int64, nos []string) error {
	for i, no := range nos {
		res := tx.Model(&model.Photo{}).Where("no = ? AND user_id = ? AND used_at = 0", no, userID).Update("used_at", model.At(tx.NowFunc()))
		if res.Error != nil {
			return fmt.Errorf("photo %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrInvalid.At(fmt.Sprintf("pictures[%d]", i))
		}
	}
	return nil
}

// Show are photos by their numbers, in any order of theirs. What is gone is left out.
func Show(tx *gorm.DB, nos []string) (map[string]View, error) {
	out := map[string]View{}
	if len(nos) == 0 {
		return out, nil
	}
	var rows []model.Photo
	if err := tx.Where("no IN ?", nos).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("photos: %w", err)
	}
	for _, r := range rows {
		out[r.No] = viewOf(r)
	}
	return out, nil
}

// Pick are the views of some numbers, in their order.
func Pick(shown map[string]View, nos []string) []View {
	out := []View{}
	for _, no := range nos {
		if v, there := shown[no]; there {
			out = append(out, v)
		}
	}
	return out
}

// Purge removes the photos of all brands that nothing has shown for a day, at most so many, and tells how many. ctx
// must be across brands.
func (s *Service) Purge(ctx context.Context, most int) (removed int64, err error) {
	var old []model.Photo
	err = s.db.Read(ctx).Where("used_at = 0 AND created_at < ?", s.now.Now().Add(-keepUnused)).
		Order("created_at").Limit(most).Find(&old).Error
	if err != nil {
		return 0, fmt.Errorf("photos: %w", err)
	}
	for p := range slices.Values(old) {
		err := s.db.InTx(model.WithBrand(ctx, p.BrandID), func(tx *gorm.DB) error {
			res := tx.Where("id = ? AND used_at = 0", p.ID).Delete(&model.Photo{})
			if res.Error != nil || res.RowsAffected == 0 { // used meanwhile
				return res.Error
			}
			return enqueueRemove(tx, p)
		})
		if err != nil {
			return 0, fmt.Errorf("photo %s: %w", p.No, err)
		}
	}
	return int64(len(old)), nil
}

// Erase is the step that removes photos for good, by their numbers.
func Erase(tx *gorm.DB, nos []string) error {
	var rows []model.Photo
	if err := tx.Where("no IN ?", nos).Find(&rows).Error; err != nil {
		return fmt.Errorf("photos: %w", err)
	}
	for _, p := range rows {
		if err := tx.Where("id = ?", p.ID).Delete(&model.Photo{}).Error; err != nil {
			return fmt.Errorf("photo %s: %w", p.No, err)
		}
		if err := enqueueRemove(tx, p); err != nil {
			return err
		}
	}
	return nil
}

type removal struct {
	URL string `json:"url"`
}

func enqueueRemove(tx *gorm.DB, p model.Photo) error {
	return job.Enqueue(tx, JobRemove, p.No, removal{p.URL}, p.CreatedAt)
}

func (s *Service) remove(_ context.Context, j model.Job) error {
	var r removal
	if err := json.Unmarshal([]byte(j.Payload), &r); err != nil {
		return err
	}
	return s.media.RemovePhoto(r.URL)
}
