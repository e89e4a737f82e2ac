package reconcile

import (
	"fmt"

	"gorm.io/gorm"

	"hutong/model"
)

// difference is one thing in which a bill and we differ.
type difference struct {
	Kind      model.ExceptionKind
	Subject   model.BillKind
	Number    string
	OursFen   model.Fen
	TheirsFen model.Fen
	Ours      string
	Theirs    string
}

// what is how a difference is known again.
type what struct {
	Kind    model.ExceptionKind
	Subject model.BillKind
	Number  string
}

func (d *difference) what() what { return what{d.Kind, d.Subject, d.Number} }

// open has one exception for each difference: those that are there are kept, and what staff have decided
// stands as long as the figures are the same.
func (s *Service) open(tx *gorm.DB, r *model.Reconciliation, differs []difference) error {
	if len(differs) == 0 {
		return nil
	}
	numbers := make([]string, len(differs))
	for i, d := range differs {
		numbers[i] = d.Number
	}
	var there []model.BillException
	if err := tx.Where("day = ? AND number IN ?", r.Day, numbers).Find(&there).Error; err != nil {
		return fmt.Errorf("exceptions of %s: %w", r.Day, err)
	}
	before := make(map[what]*model.BillException, len(there))
	for i := range there {
		before[what{there[i].Kind, there[i].Subject, there[i].Number}] = &there[i]
	}
	var fresh []model.BillException
	var same []int64
	for _, d := range differs {
		switch e := before[d.what()]; {
		case e == nil:
			e = &model.BillException{
				No: s.newNo(), Day: r.Day, Kind: d.Kind, Subject: d.Subject, Number: d.Number, Status: model.ExceptionOpen,
				OursFen: d.OursFen, TheirsFen: d.TheirsFen, Ours: d.Ours, Theirs: d.Theirs, SeenBy: r.Fence,
			}
			fresh, before[d.what()] = append(fresh, *e), e
		case e.ID == 0: // the same number twice in this batch
		case e.Status != model.ExceptionCleared && e.OursFen == d.OursFen && e.TheirsFen == d.TheirsFen && e.Ours == d.Ours:
			same = append(same, e.ID)
		default:
			if err := again(tx, r, e, d); err != nil {
				return err
			}
		}
	}
	if len(fresh) > 0 {
		if err := tx.Create(&fresh).Error; err != nil {
			return fmt.Errorf("exceptions of %s: %w", r.Day, err)
		}
	}
	if len(same) > 0 {
		return tx.Model(&model.BillException{}).Where("id IN ?", same).Update("seen_by", r.Fence).Error
	}
	return nil
}

// again opens an exception that was cleared, or that staff have decided about when it was another.
func again(tx *gorm.DB, r *model.Reconciliation, e *model.BillException, d difference) error {
	err := tx.Model(&model.BillException{}).Where("id = ?", e.ID).Updates(map[string]any{
		"status": model.ExceptionOpen, "ours_fen": d.OursFen, "theirs_fen": d.TheirsFen, "ours": d.Ours, "theirs": d.Theirs,
		"seen_by": r.Fence,
	}).Error
	if err != nil {
		return fmt.Errorf("exception %s: %w", e.No, err)
	}
	return nil
}

// clearRest clears the open exceptions of a day that this run has not found again.
func clearRest(tx *gorm.DB, r *model.Reconciliation) error {
	err := tx.Model(&model.BillException{}).
		Where("day = ? AND status = ? AND seen_by <> ?", r.Day, model.ExceptionOpen, r.Fence).
		Update("status", model.ExceptionCleared).Error
	if err != nil {
		return fmt.Errorf("exceptions of %s: %w", r.Day, err)
	}
	return nil
}
