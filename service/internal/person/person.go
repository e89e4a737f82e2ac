// Package person takes the row of a consumer for what is a fact about all that is theirs, such as how many of
// something they have: no condition on one row can guard that.
package person

import (
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hutong/model"
	"hutong/service/database"
)

// Lock takes the row of a consumer for the rest of the transaction. Errors: ErrUnauthorized when there is none, or
// the account was deleted.
func Lock(tx *gorm.DB, userID int64) (u model.User, err error) {
	err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", userID).Take(&u).Error
	if database.IsNotFound(err) || err == nil && u.DeletedAt > 0 {
		return u, fmt.Errorf("user %d: %w", userID, model.ErrUnauthorized)
	}
	if err != nil {
		return u, fmt.Errorf("lock user %d: %w", userID, err)
	}
	return u, nil
}

// LockAll takes the rows of consumers for the rest of the transaction, in the order of their ids, and leaves out those
// who have had their account deleted.
func LockAll(tx *gorm.DB, ids []int64) (left []int64, err error) {
	var users []model.User
	err = tx.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "deleted_at").Where("id IN ?", ids).Order("id").Find(&users).Error
	if err != nil {
		return nil, fmt.Errorf("lock users: %w", err)
	}
	for _, u := range users {
		if u.DeletedAt == 0 {
			left = append(left, u.ID)
		}
	}
	return left, nil
}
