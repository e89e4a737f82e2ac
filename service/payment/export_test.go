package payment

import (
	"gorm.io/gorm"

	"hutong/model"
)

// TakeOffOrder is takeOffOrder, for tests of its condition alone.
func (s *Service) TakeOffOrder(tx *gorm.DB, o *model.Order, r *model.Refund) error {
	return s.takeOffOrder(tx, o, r)
}

// TakeOffLine is takeOffLine, for tests of its condition alone.
func TakeOffLine(tx *gorm.DB, p model.RefundLine) (bool, error) { return takeOffLine(tx, p) }

// Attempt is attempt, for tests of its condition alone.
func (s *Service) Attempt(tx *gorm.DB, o *model.Order) error {
	_, err := s.attempt(tx, o, model.RefundOrder)
	return err
}
