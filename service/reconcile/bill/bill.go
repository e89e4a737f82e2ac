// Package bill reads WeChat's bills: text in which each field stands behind a backtick, with the names of
// the columns in the first line and sums in the last. A bill is read row by row and never held whole.
package bill

import (
	"fmt"

	"hutong/model"
)

// Error is what is wrong with a bill, and where. It is a model.ErrBillBroken.
type Error struct {
	Line    int    // from 1
	Column  string // its heading; "" for the line as a whole
	Problem string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Problem)
	}
	return fmt.Sprintf("line %d, %s: %s", e.Line, e.Column, e.Problem)
}

// Unwrap lets errors.Is find the meaning.
func (*Error) Unwrap() error { return model.ErrBillBroken }
