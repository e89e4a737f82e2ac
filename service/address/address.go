// Package address keeps where consumers want things delivered.
package address

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
	"hutong/service/internal/trail"
)

// Limit is how many addresses one consumer may keep.
const Limit = 20

// Service keeps the addresses of consumers. Each consumer who has any has exactly one default. Methods work
// for the brand of ctx, and find no address of another user.
type Service struct {
	db    *database.DB
	now   model.Clock
	newNo func() string
}

// New makes the service. newNo makes the numbers of addresses.
func New(db *database.DB, now model.Clock, newNo func() string) *Service {
	return &Service{db: db, now: now, newNo: newNo}
}

// find is the step that reads an address of a user by its number. Errors: ErrAddressNotFound.
func find(tx *gorm.DB, userID int64, no string) (model.Address, error) {
	var a model.Address
	err := tx.Where("no = ? AND user_id = ?", no, userID).Take(&a).Error
	if database.IsNotFound(err) {
		return a, model.ErrAddressNotFound
	}
	if err != nil {
		return a, fmt.Errorf("address %s: %w", no, err)
	}
	return a, nil
}

// List is the user's addresses: the default first, then the latest.
func (s *Service) List(ctx context.Context, userID int64) ([]View, error) {
	var all []model.Address
	err := s.db.Read(ctx).Where("user_id = ?", userID).Order("is_default DESC, id DESC").Find(&all).Error
	if err != nil {
		return nil, fmt.Errorf("addresses of user %d: %w", userID, err)
	}
	views := make([]View, len(all))
	for i, a := range all {
		views[i] = view(a)
	}
	return views, nil
}

// Get is one address. Errors: ErrAddressNotFound.
func (s *Service) Get(ctx context.Context, userID int64, no string) (View, error) {
	a, err := find(s.db.Read(ctx), userID, no)
	return view(a), err
}

// Create adds an address, once per key. The first one is the default whatever the input says. Errors: those
// of the input's fields; ErrAddressLimit; ErrKeyReused.
func (s *Service) Create(ctx context.Context, userID int64, key string, in Input) (View, error) {
	place, err := in.place()
	if err != nil {
		return View{}, err
	}
	no := s.newNo()
	request := idem.Request{Owner: fmt.Sprintf("user:%d", userID), Key: key, Operation: "address.create", Input: in}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (View, error) {
		if _, err := person.Lock(tx, userID); err != nil {
			return View{}, err
		}
		var count int64
		if err := tx.Model(&model.Address{}).Where("user_id = ?", userID).Count(&count).Error; err != nil {
			return View{}, fmt.Errorf("count addresses: %w", err)
		}
		if count >= Limit {
			return View{}, model.ErrAddressLimit.With("max", fmt.Sprint(Limit))
		}
		a := model.Address{UserID: userID, No: no, Place: place}
		if err := tx.Create(&a).Error; err != nil {
			return View{}, fmt.Errorf("create address: %w", err)
		}
		if in.Default || count == 0 {
			a.IsDefault = true
			if err := makeDefault(tx, a); err != nil {
				return View{}, err
			}
		}
		return view(a), trail.Write(ctx, tx, "address.add", subject(no), nil, nil)
	})
}

// Update replaces an address. A default stays the default until another one becomes it. Errors: those of
// the input's fields; ErrAddressNotFound.
func (s *Service) Update(ctx context.Context, userID int64, no string, in Input) (updated View, err error) {
	place, err := in.place()
	if err != nil {
		return View{}, err
	}
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, userID); err != nil {
			return err
		}
		a, err := find(tx, userID, no)
		if err != nil {
			return err
		}
		changed := differing(a.Place, place)
		a.Place = place
		err = tx.Model(&model.Address{}).Where("id = ?", a.ID).Updates(map[string]any{"place": place}).Error
		if err != nil {
			return fmt.Errorf("update address %s: %w", no, err)
		}
		if in.Default && !a.IsDefault {
			a.IsDefault = true
			if err := makeDefault(tx, a); err != nil {
				return err
			}
		}
		updated = view(a)
		return trail.Write(ctx, tx, "address.change", subject(no), nil, map[string]any{"changed": changed})
	})
	return updated, err
}

// Delete removes an address; if it was the default, the latest of the others becomes it. Errors:
// ErrAddressNotFound.
func (s *Service) Delete(ctx context.Context, userID int64, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, userID); err != nil {
			return err
		}
		a, err := find(tx, userID, no)
		if err != nil {
			return err
		}
		if err := tx.Where("id = ?", a.ID).Delete(&model.Address{}).Error; err != nil {
			return fmt.Errorf("delete address %s: %w", no, err)
		}
		if err := trail.Write(ctx, tx, "address.remove", subject(no), nil, nil); err != nil {
			return err
		}
		if !a.IsDefault {
			return nil
		}
		var next model.Address
		err = tx.Where("user_id = ?", userID).Order("id DESC").Take(&next).Error
		if database.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("next default: %w", err)
		}
		return makeDefault(tx, next)
	})
}

// SetDefault makes an address the default. Errors: ErrAddressNotFound.
func (s *Service) SetDefault(ctx context.Context, userID int64, no string) error {
	return s.db.InTx(ctx, func(tx *gorm.DB) error {
		if _, err := person.Lock(tx, userID); err != nil {
			return err
		}
		a, err := find(tx, userID, no)
		if err != nil {
			return err
		}
		return makeDefault(tx, a)
	})
}

func makeDefault(tx *gorm.DB, a model.Address) error {
	err := tx.Model(&model.Address{}).Where("user_id = ? AND is_default = ? AND id <> ?", a.UserID, true, a.ID).
		Updates(map[string]any{"is_default": false}).Error
	if err == nil {
		err = tx.Model(&model.Address{}).Where("id = ?", a.ID).Updates(map[string]any{"is_default": true}).Error
	}
	if err != nil {
		return fmt.Errorf("default address %s: %w", a.No, err)
	}
	return nil
}

func subject(no string) trail.Subject { return trail.Subject{Kind: "address", No: no} }

// differing names the fields of a place that are not the same in another: the log says what was changed, and never
// what it was, so that it is no second copy of what a consumer may have deleted.
func differing(a, b model.Place) (names []string) {
	for _, f := range []struct{ name, a, b string }{
		{"name", a.Name, b.Name},
		{"phone", a.Phone, b.Phone},
		{"region", a.ProvinceCode + a.City + a.District, b.ProvinceCode + b.City + b.District},
		{"detail", a.Detail, b.Detail},
		{"postcode", a.Postcode, b.Postcode},
	} {
		if f.a != f.b {
			names = append(names, f.name)
		}
	}
	return names
}
