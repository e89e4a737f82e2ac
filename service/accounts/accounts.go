// Package accounts is the brand's books: when what consumers have paid becomes the brand's own, and what an
// accountant sees of the journal.
package accounts

import (
	"context"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/internal/ledger"
	"hutong/service/order"
)

// entryRevenue is the kind of the entry by which an order is earned; its reference is the order's number.
const entryRevenue = "revenue"

// Participant books what an order has earned once the consumer has it.
type Participant struct{ order.Bystander }

// Received implements order.Participant.
func (Participant) Received(_ context.Context, tx *gorm.DB, o *model.Order) error { return Earn(tx, o) }

// Earn is the step that books a locked order as earned: all that was paid for it, less what was given or
// promised back. Of an order that was refunded in full there is nothing to book.
func Earn(tx *gorm.DB, o *model.Order) error {
	earned := o.TotalFen - o.RefundedFen
	if earned == 0 {
		return nil
	}
	freight, tax := o.FreightFen-o.RefundedFreightFen, o.TaxFen-o.RefundedTaxFen
	return ledger.Post(tx, entryRevenue, o.No, o.ID, []ledger.Line{
		{Account: model.AccountCustomerPrepaid, Amount: earned},
		{Account: model.AccountRevenue, Amount: -(earned - freight - tax)},
		{Account: model.AccountFreight, Amount: -freight},
		{Account: model.AccountTaxPayable, Amount: -tax},
	})
}
