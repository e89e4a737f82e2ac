package picture

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/media"
)

const (
	// keepUnshown is for how long a picture is kept that nothing shows: who has taken it out of a page may want it back.
	keepUnshown = 30 * 24 * time.Hour
	// lookAgain is how often each picture is looked for.
	lookAgain = 24 * time.Hour
	// mostGoing is how long it takes at most to remove some pictures; what is left then was left by somebody who died.
	mostGoing = time.Hour
)

// Fetch brings a picture from the web into the store, as media.Store.Fetch does, and writes down that it is there.
func (s *Service) Fetch(ctx context.Context, address string) (model.Picture, error) {
	p, err := s.media.Fetch(ctx, address)
	if err != nil {
		return p, err
	}
	name := strings.TrimPrefix(p.URL, media.Prefix)
	if err := s.noteKept(ctx, name); err != nil {
		return model.Picture{}, err
	}
	// It may have been there, and removed before it was written down.
	if there, err := s.media.Has(ctx, name); there || err != nil {
		return p, err
	}
	return s.media.Fetch(ctx, address)
}

// noteKept writes files down that are about to be kept, or are wanted again: from then on nobody removes them for a
// while. Errors: ErrUnavailable for one that is being removed at this moment.
func (s *Service) noteKept(ctx context.Context, names ...string) error {
	now := s.now.Now()
	for _, name := range names {
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			again := func() (bool, error) {
				res := tx.Model(&model.KeptPicture{}).Where("name = ? AND gone_at = 0", name).Updates(map[string]any{"sent_at": now, "unused_since": 0})
				return res.RowsAffected > 0, res.Error
			}
			if known, err := again(); known || err != nil {
				return err
			}
			err := tx.Create(&model.KeptPicture{Name: name, SentAt: now, LookedAt: now}).Error
			if !database.IsDuplicate(err) {
				return err
			}
			known, err := again() // who has sent the same at the same moment
			if err == nil && !known {
				err = model.ErrUnavailable
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("picture %s: %w", name, err)
		}
	}
	return nil
}

// Tidy looks for pictures of the shops' own, at most so many, that were not looked for since a day, and removes those
// that nothing has shown for a month. It tells how many it has looked for. ctx must be across brands. A picture that
// somebody begins to show in the moment of its removal, a month after it was last shown or sent, is lost.
func (s *Service) Tidy(ctx context.Context, most int) (looked int64, err error) {
	if s.media == nil {
		return 0, nil
	}
	now := s.now.Now()
	var rows []model.KeptPicture
	err = s.db.Read(ctx).Where("looked_at < ? AND sent_at < ? AND gone_at = 0", now.Add(-lookAgain), now.Add(-lookAgain)).
		Order("looked_at, id").Limit(most).Find(&rows).Error
	if err != nil {
		return 0, fmt.Errorf("pictures: %w", err)
	}
	there, err := s.shownOf(ctx, rows)
	if err != nil {
		return 0, err
	}
	for _, p := range rows {
		set := map[string]any{"looked_at": now, "unused_since": 0}
		switch {
		case there[p.Name]:
		case p.UnusedSince == 0:
			set["unused_since"] = now
		case p.UnusedSince < now.Add(-keepUnshown) && p.SentAt < now.Add(-keepUnshown):
			set["unused_since"], set["gone_at"] = p.UnusedSince, now
		default:
			set["unused_since"] = p.UnusedSince
		}
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			// Whoever has sent it again meanwhile keeps it.
			return tx.Model(&model.KeptPicture{}).Where("id = ? AND sent_at = ? AND gone_at = 0", p.ID, p.SentAt).Updates(set).Error
		})
		if err != nil {
			return 0, fmt.Errorf("picture %s: %w", p.Name, err)
		}
	}
	return int64(len(rows)), s.removeGone(ctx, now)
}

// removeGone removes the files that are to go since this instant, and those that somebody has left who died.
func (s *Service) removeGone(ctx context.Context, now model.Millis) error {
	var left []model.KeptPicture
	if err := s.db.Read(ctx).Where("gone_at > 0 AND gone_at < ?", now.Add(-mostGoing)).Find(&left).Error; err != nil {
		return fmt.Errorf("pictures that go: %w", err)
	}
	for _, p := range left { // one of those who look takes each
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			return tx.Model(&model.KeptPicture{}).Where("id = ? AND gone_at = ?", p.ID, p.GoneAt).Update("gone_at", now).Error
		})
		if err != nil {
			return fmt.Errorf("picture %s: %w", p.Name, err)
		}
	}
	var rows []model.KeptPicture
	if err := s.db.Read(ctx).Where("gone_at = ?", now).Find(&rows).Error; err != nil {
		return fmt.Errorf("pictures that go: %w", err)
	}
	there, err := s.shownOf(ctx, rows) // since they were looked for, somebody may have begun to show one
	if err != nil {
		return err
	}
	for _, p := range rows {
		if !there[p.Name] {
			if err := s.media.RemovePicture(ctx, p.Name); err != nil {
				return err
			}
		}
		err := s.db.InTx(ctx, func(tx *gorm.DB) error {
			mine := tx.Model(&model.KeptPicture{}).Where("id = ? AND gone_at = ?", p.ID, now)
			if there[p.Name] {
				return mine.Updates(map[string]any{"gone_at": 0, "unused_since": 0}).Error
			}
			return mine.Delete(&model.KeptPicture{}).Error
		})
		if err != nil {
			return fmt.Errorf("picture %s: %w", p.Name, err)
		}
	}
	return nil
}

func (s *Service) shownOf(ctx context.Context, rows []model.KeptPicture) (map[string]bool, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	names := make(map[string]bool, len(rows))
	for _, p := range rows {
		names[p.Name] = true
	}
	return shown(s.db.Read(ctx), names)
}
