// Package flow moves rows through their states: the table of the model guards the SQL.
package flow

import (
	"fmt"
	"maps"

	"gorm.io/gorm"

	"hutong/model"
)

// Advance moves the row of type T with this id to a state, together with other columns, if it stands in a
// state from which the flow leads there; otherwise it changes nothing and returns model.ErrWrongState.
func Advance[T any, S ~string](tx *gorm.DB, flow model.Flow[S], id int64, to S, also map[string]any) error {
	columns := map[string]any{"status": to}
	maps.Copy(columns, also)
	res := tx.Model(new(T)).Where("id = ? AND status IN ?", id, flow[to]).Updates(columns)
	if res.Error != nil {
		return fmt.Errorf("advance %T %d to %s: %w", *new(T), id, to, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("%T %d to %s: %w", *new(T), id, to, model.ErrWrongState)
	}
	return nil
}
