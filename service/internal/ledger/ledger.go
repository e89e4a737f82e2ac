// Package ledger writes the double-entry journal.
package ledger

import (
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
)

// ErrUnbalanced is an entry whose postings do not add up to zero: a mistake in the program.
var ErrUnbalanced = errors.New("ledger: the entry does not balance")

// Line is one posting of an entry: debit positive, credit negative.
type Line struct {
	Account model.Account
	Amount  model.Fen
}

// Move is the two lines that move an amount from one account to another: debit to, credit from.
func Move(amount model.Fen, to, from model.Account) []Line {
	return []Line{{to, amount}, {from, -amount}}
}

// Post writes one entry in the caller's transaction; a line of nothing is left out. kind and ref together are
// unique within the brand, so the same movement cannot be booked twice: the second time is a duplicate of the
// database.
func Post(tx *gorm.DB, kind, ref string, orderID int64, lines []Line) error {
	lines = slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Amount == 0 })
	if err := balanced(kind, ref, lines); err != nil {
		return err
	}
	entry := model.JournalEntry{Kind: kind, Ref: ref, OrderID: orderID}
	if err := tx.Create(&entry).Error; err != nil {
		return fmt.Errorf("post %s %s: %w", kind, ref, err)
	}
	postings := make([]model.Posting, len(lines))
	for i, l := range lines {
		postings[i] = model.Posting{EntryID: entry.ID, Account: l.Account, AmountFen: l.Amount}
	}
	if err := tx.Create(&postings).Error; err != nil {
		return fmt.Errorf("post %s %s: %w", kind, ref, err)
	}
	return nil
}
