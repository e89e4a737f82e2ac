package database

import (
	"fmt"

	"gorm.io/gorm"
)

// Latest reads the newest rows that a query finds, with an id below before, at most limit; before 0 starts at
// the newest. next is the before of the following page, or 0 at the end.
func Latest[T any](query *gorm.DB, before int64, limit int, id func(T) int64) (rows []T, next int64, err error) {
	if before > 0 {
		query = query.Where("id < ?", before)
	}
	if err := query.Order("id DESC").Limit(limit + 1).Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("%T: %w", rows, err)
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = id(rows[limit-1])
	}
	return rows, next, nil
}
