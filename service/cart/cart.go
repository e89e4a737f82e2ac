// Package cart keeps what consumers mean to buy. A line that cannot be bought any more stays, marked with
// the reason, until the consumer removes it.
package cart

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/person"
)

// MaxLines is how many different items a cart may hold.
const MaxLines = 120

// Service keeps the carts. Methods work for the brand of ctx.
type Service struct {
	db  *database.DB
	now model.Clock
}

// New makes the service.
func New(db *database.DB, now model.Clock) *Service { return &Service{db: db, now: now} }

// Owner is whose cart it is, and the languages they read, best first.
type Owner struct {
	UserID    int64
	Languages []string
}

// Item is pieces of a SKU to put into the cart.
type Item struct {
	SKU      string `json:"sku" minLength:"26" maxLength:"26" doc:"Number of the SKU"`
	Quantity int    `json:"quantity" minimum:"1" maximum:"9999" doc:"Pieces to add"`
}

// Change is what to change of a line; what is nil stays.
type Change struct {
	Quantity *int  `json:"quantity,omitempty" minimum:"1" maximum:"9999" doc:"Pieces, in place of those before"`
	Selected *bool `json:"selected,omitempty" doc:"Whether it is to be bought next"`
}

// Added is what became of the cart.
type Added struct {
	SKU      string `json:"sku" doc:"Number of the SKU"`
	Quantity int    `json:"quantity" doc:"Pieces of it in the cart now"`
	Pieces   int    `json:"pieces" doc:"Of all lines"`
}

// Add puts pieces into the cart, once per key; the line is selected. More pieces than are in stock may be
// added: the line is then marked. Errors: ErrTooSmall or ErrTooBig at "quantity"; ErrNotOnSale; ErrCartFull;
// ErrKeyReused.
func (s *Service) Add(ctx context.Context, o Owner, key string, in Item) (Added, error) {
	if err := checkQuantity(in.Quantity); err != nil {
		return Added{}, err
	}
	request := idem.Request{Owner: fmt.Sprintf("user:%d", o.UserID), Key: key, Operation: "cart.add", Input: in}
	return idem.Once(ctx, s.db, s.now, request, func(tx *gorm.DB) (Added, error) {
		if err := add(tx, o.UserID, in); err != nil {
			return Added{}, err
		}
		lines, err := storedLines(tx, o.UserID)
		out := Added{SKU: in.SKU}
		for _, l := range lines {
			out.Pieces += l.Quantity
			if l.SKUNo == in.SKU {
				out.Quantity = l.Quantity
			}
		}
		return out, err
	})
}

func add(tx *gorm.DB, userID int64, in Item) error {
	sku, err := onSale(tx, in.SKU)
	if err != nil {
		return err
	}
	if added, err := addToLine(tx, userID, sku, in.Quantity); added || err != nil {
		return err
	}
	// There is no line, or it is full. Who adds a line locks the consumer, so that what is seen from here on stays;
	// who adds to a line does not.
	if _, err := person.Lock(tx, userID); err != nil {
		return err
	}
	if added, err := addToLine(tx, userID, sku, in.Quantity); added || err != nil {
		return err
	}
	var skus []int64
	if err := tx.Model(&model.CartLine{}).Where("user_id = ?", userID).Pluck("sku_id", &skus).Error; err != nil {
		return fmt.Errorf("cart lines: %w", err)
	}
	switch {
	case slices.Contains(skus, sku):
		return tooMany
	case len(skus) >= MaxLines:
		return model.ErrCartFull.With("max", fmt.Sprint(MaxLines))
	}
	line := model.CartLine{UserID: userID, SKUID: sku, Quantity: in.Quantity, Selected: true}
	if err := tx.Create(&line).Error; err != nil {
		return fmt.Errorf("create cart line: %w", err)
	}
	return nil
}

// onSale is the id of a SKU that may go into a cart. Errors: ErrNotOnSale.
func onSale(tx *gorm.DB, no string) (id int64, err error) {
	err = tx.Model(&model.SKU{}).Select("skus.id").
		Joins("JOIN products ON products.id = skus.product_id AND products.brand_id = skus.brand_id").
		Where("skus.no = ? AND skus.active = ? AND products.published = ?", no, true, true).Take(&id).Error
	if database.IsNotFound(err) {
		return 0, model.ErrNotOnSale
	}
	if err != nil {
		return 0, fmt.Errorf("sku %s: %w", no, err)
	}
	return id, nil
}

// addToLine adds pieces to a line that is there and has room for them.
func addToLine(tx *gorm.DB, userID, skuID int64, quantity int) (added bool, err error) {
	res := tx.Model(&model.CartLine{}).
		Where("user_id = ? AND sku_id = ? AND quantity <= ?", userID, skuID, model.MaxQuantity-quantity).
		Updates(map[string]any{"quantity": gorm.Expr("quantity + ?", quantity), "selected": true})
	if res.Error != nil {
		return false, fmt.Errorf("add to cart line: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

var tooMany = model.ErrTooBig.At("quantity").With("max", fmt.Sprint(model.MaxQuantity))

func checkQuantity(n int) error {
	switch {
	case n < 1:
		return model.ErrTooSmall.At("quantity").With("min", "1")
	case n > model.MaxQuantity:
		return tooMany
	}
	return nil
}

// Set changes a line. Errors: ErrTooSmall or ErrTooBig at "quantity"; ErrRequired when there is nothing to
// change; ErrLineNotFound.
func (s *Service) Set(ctx context.Context, o Owner, sku string, c Change) (View, error) {
	columns := map[string]any{}
	if c.Quantity != nil {
		if err := checkQuantity(*c.Quantity); err != nil {
			return View{}, err
		}
		columns["quantity"] = *c.Quantity
	}
	if c.Selected != nil {
		columns["selected"] = *c.Selected
	}
	if len(columns) == 0 {
		return View{}, model.ErrRequired.At("quantity")
	}
	return s.change(ctx, o, func(tx *gorm.DB) error {
		return oneLine(line(tx, o.UserID, sku).Model(&model.CartLine{}).Updates(columns), sku)
	})
}

// Remove takes a line out. Errors: ErrLineNotFound.
func (s *Service) Remove(ctx context.Context, o Owner, sku string) (View, error) {
	return s.change(ctx, o, func(tx *gorm.DB) error {
		return oneLine(line(tx, o.UserID, sku).Delete(&model.CartLine{}), sku)
	})
}

// SelectAll selects every line, or none.
func (s *Service) SelectAll(ctx context.Context, o Owner, selected bool) (View, error) {
	return s.change(ctx, o, func(tx *gorm.DB) error {
		err := tx.Model(&model.CartLine{}).Where("user_id = ?", o.UserID).
			Updates(map[string]any{"selected": selected}).Error
		if err != nil {
			return fmt.Errorf("select all of user %d: %w", o.UserID, err)
		}
		return nil
	})
}

// RemoveUnavailable takes out the lines that no smaller quantity would help: not on sale, or sold out.
func (s *Service) RemoveUnavailable(ctx context.Context, o Owner) (View, error) {
	return s.change(ctx, o, func(tx *gorm.DB) error {
		lines, offered, err := offers(tx, o.UserID)
		if err != nil {
			return err
		}
		var gone []int64
		for i, l := range offered {
			if l.Problem != nil && (errors.Is(l.Problem, model.ErrNotOnSale) || l.SKU.Available() <= 0) {
				gone = append(gone, lines[i].SKUID)
			}
		}
		return remove(tx, o.UserID, gone)
	})
}

// change runs fn in a transaction, and tells what the cart is then.
func (s *Service) change(ctx context.Context, o Owner, fn func(tx *gorm.DB) error) (v View, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		if err := fn(tx); err != nil {
			return err
		}
		v, err = load(tx, o)
		return err
	})
	return v, err
}

// line is a user's line for a SKU.
func line(tx *gorm.DB, userID int64, sku string) *gorm.DB {
	same := tx.Session(&gorm.Session{NewDB: true}).Model(&model.SKU{}).Select("id").Where("no = ?", sku)
	return tx.Where("user_id = ? AND sku_id IN (?)", userID, same)
}

func oneLine(res *gorm.DB, sku string) error {
	if res.Error != nil {
		return fmt.Errorf("cart line %s: %w", sku, res.Error)
	}
	if res.RowsAffected == 0 {
		return fmt.Errorf("sku %s: %w", sku, model.ErrLineNotFound)
	}
	return nil
}
