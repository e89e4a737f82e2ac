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
