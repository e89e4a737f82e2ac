package order

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/idem"
	"hutong/service/internal/trail"
)

// MaxNote bounds a note, MostNotes how many an order can have.
const (
	MaxNote   = 500 // characters
	MostNotes = 100
)

// Note is what staff note about an order, for each other: the consumer never sees it.
type Note struct {
	Words string `json:"words" minLength:"1" maxLength:"500" example:"客户要求周末送货"`
}

// NoteView is a note with who wrote it.
type NoteView struct {
	Words string       `json:"words"`
	Staff string       `json:"staff" doc:"Number of the member of staff"`
	Name  string       `json:"name,omitempty" doc:"Of the member of staff"`
	At    model.Millis `json:"at" doc:"UTC milliseconds"`
}

// AddNote notes something about an order, once per key. Errors: ErrRequired, ErrTooLong at "words"; ErrOrderNotFound;
// ErrOrderRestricted when the buyer has had their account deleted; ErrTooMany; ErrKeyReused.
func (s *Service) AddNote(ctx context.Context, languages []string, key, no string, n Note) (DeskView, error) {
	n.Words = strings.TrimSpace(n.Words)
	switch {
	case n.Words == "":
		return DeskView{}, model.ErrRequired.At("words")
	case utf8.RuneCountInString(n.Words) > MaxNote:
		return DeskView{}, model.ErrTooLong.At("words").With("max", fmt.Sprint(MaxNote))
	}
	request := idem.Request{Owner: model.ActorOf(ctx).String(), Key: key, Operation: "order.note", Input: []any{no, n}}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (DeskView, error) {
		o, err := LockAny(tx, no) // the lock counts the notes
		if err != nil {
			return DeskView{}, err
		}
		buyers, err := buyersOf(tx, []*model.Order{o})
		if err != nil {
			return DeskView{}, err
		}
		if buyers[o.UserID].DeletedAt > 0 {
			return DeskView{}, model.ErrOrderRestricted
		}
		var there int64
		if err := tx.Model(&model.OrderNote{}).Where("order_id = ?", o.ID).Count(&there).Error; err != nil {
			return DeskView{}, fmt.Errorf("notes of order %s: %w", no, err)
		}
		if there >= MostNotes {
			return DeskView{}, model.ErrTooMany.With("max", fmt.Sprint(MostNotes))
		}
		row := model.OrderNote{OrderID: o.ID, StaffNo: model.ActorOf(ctx).No, Words: n.Words}
		if err := tx.Create(&row).Error; err != nil {
			return DeskView{}, fmt.Errorf("note of order %s: %w", no, err)
		}
		// The log only grows: what is noted may be personal, and is kept where it can be removed.
		if err := trail.Write(ctx, tx, "order.note", trail.Subject{Kind: "order", No: no}, nil, nil); err != nil {
			return DeskView{}, err
		}
		return s.DeskStep(tx, languages, no)
	})
}

func notesOf(tx *gorm.DB, o *model.Order) (views []NoteView, err error) {
	var notes []model.OrderNote
	if err := tx.Where("order_id = ?", o.ID).Order("id").Find(&notes).Error; err != nil {
		return nil, fmt.Errorf("notes of order %s: %w", o.No, err)
	}
	for _, n := range notes {
		views = append(views, NoteView{Words: n.Words, Staff: n.StaffNo, At: n.CreatedAt})
	}
	return views, nil
}

// nameStaff fills in the names of the staff in an order's events and notes.
func nameStaff(tx *gorm.DB, v *DeskView) error {
	names := map[string]string{}
	for _, e := range v.Events {
		names[e.Staff] = ""
	}
	for _, n := range v.Notes {
		names[n.Staff] = ""
	}
	delete(names, "")
	if len(names) == 0 {
		return nil
	}
	nos := make([]string, 0, len(names))
	for no := range names {
		nos = append(nos, no)
	}
	var staff []model.Staff
	if err := tx.Select("no", "name").Where("no IN ?", nos).Find(&staff).Error; err != nil {
		return fmt.Errorf("staff of order %s: %w", v.No, err)
	}
	for _, m := range staff {
		names[m.No] = m.Name
	}
	for i := range v.Events {
		v.Events[i].Name = names[v.Events[i].Staff]
	}
	for i := range v.Notes {
		v.Notes[i].Name = names[v.Notes[i].Staff]
	}
	return nil
}
