// Package search finds products by words, in Chinese and in languages of Latin letters. It knows nothing
// of the database: service/catalogue tells it what the products are.
package search

import (
	"context"
	"errors"
)

// Limits of a question; what is over them is left out.
const (
	MaxText   = 64 // characters
	MaxTerms  = 16
	MaxResult = 400 // products that can be paged through
)

// ErrLost is an index whose folder is gone or broken, or used by another process.
var ErrLost = errors.New("search: the index cannot be opened")

// Document is what is known of a product that can be found.
type Document struct {
	ID     int64    // of the product
	Titles []string // in all languages; they count most
	Texts  []string // summary, vendor, tags
	Codes  []string // article numbers of its SKUs
}

// Mark tells how far the index has followed a brand's catalogue. Origin is the brand's own mark: another
// one means that the index belongs to another database.
type Mark struct {
	Origin  string `json:"origin"`
	Version int64  `json:"version"`
}

// Index finds products. The embedded one is Bleve; a cluster may bring its own.
type Index interface {
	// Marked is how far the index is with a brand; the zero Mark if it has nothing of it.
	Marked(ctx context.Context, brandID int64) (Mark, error)
	// Put adds documents or replaces them, takes out those that are gone, and sets the mark, at once.
	Put(ctx context.Context, brandID int64, docs []Document, gone []int64, mark Mark) error
	// Clear takes out all of a brand, with its mark.
	Clear(ctx context.Context, brandID int64) error
	// Find is the ids of the products that suit text best, best first, from the offset-th on. text is what a
	// consumer typed, and may be anything. more tells whether others follow.
	Find(ctx context.Context, brandID int64, text string, offset, limit int) (ids []int64, more bool, err error)
	// Close ends the index.
	Close() error
}
