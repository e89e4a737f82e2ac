package catalogue

import (
	"errors"
	"fmt"
	"slices"

	"hutong/model"
	"hutong/service/stock"
)

// plan is what becomes of a product's SKUs.
type plan struct {
	rows []planned
}

// planned is one SKU: what it was, if it was, and what it shall be.
type planned struct {
	old  model.SKU // ID 0: there was none
	new  model.SKU
	spec int // index of its spec, -1 when it has none
}

// planSKUs finds for each SKU of the spec the stored one that it is: the one with its number, if it has one; else the
// one with the same choice in words; else, when the options have changed, the one with the same article number. A stored SKU that none is found
// for goes off sale; it keeps its row, for the orders that have it.
func planSKUs(old stored, spec ProductSpec) plan {
	var p plan
	moved := moveChoices(old.Options, spec.Options)
	taken := map[int64]bool{}
	find := func(match func(model.SKU) bool) model.SKU {
		i := slices.IndexFunc(old.skus, func(k model.SKU) bool { return !taken[k.ID] && match(k) })
		if i < 0 {
			return model.SKU{}
		}
		taken[old.skus[i].ID] = true
		return old.skus[i]
	}
	found, keys := make([]model.SKU, len(spec.SKUs)), map[string]bool{}
	for i, k := range spec.SKUs {
		if keys[choiceKey(k.Choice)] = true; k.No != "" {
			found[i] = find(func(s model.SKU) bool { return s.No == k.No })
		}
	}
	for i, k := range spec.SKUs {
		if found[i].ID != 0 {
			continue
		}
		found[i] = find(func(s model.SKU) bool {
			choice, ok := moved(s)
			return ok && slices.Equal(choice, k.Choice)
		})
	}
	for i, k := range spec.SKUs {
		if found[i].ID == 0 && k.Code != "" {
			found[i] = find(func(s model.SKU) bool {
				_, ok := moved(s)
				return !ok && s.Code == k.Code
			})
		}
	}
	for i, k := range spec.SKUs {
		if k.keep && found[i].ID == 0 {
			continue
		}
		p.rows = append(p.rows, planned{old: found[i], new: k.row(found[i]), spec: i})
	}
	for _, k := range old.skus {
		if taken[k.ID] {
			continue
		}
		gone := k
		choice, ok := moved(k)
		if ok = ok && !keys[choiceKey(choice)]; ok {
			gone.Choice, gone.ChoiceKey = choice, choiceKey(choice)
		} else {
			// Its options are gone, or another SKU has them now. A key of its own keeps it out of the way.
			gone.Choice, gone.ChoiceKey = nil, "gone:"+k.No
		}
		if !spec.partial || !ok {
			gone.Active = false
		}
		p.rows = append(p.rows, planned{old: k, new: gone, spec: -1})
	}
	return p
}

// moveChoices tells what a stored SKU's choice is among the new options. Values are the same when they agree
// in a language; options too, or when the one in the same place has a value of the other. ok is false when the choice cannot be made any more.
func moveChoices(before, after []model.Option) func(model.SKU) (choice []int, ok bool) {
	option := make([]int, len(after)) // for each new option the old one
	value := make([][]int, len(after))
	for i, o := range after {
		option[i] = slices.IndexFunc(before, func(b model.Option) bool { return sameText(b.Name, o.Name) })
		if option[i] < 0 {
			if i >= len(before) || !sameOption(before[i], o) {
				continue
			}
			option[i] = i // under another name
		}
		for _, v := range before[option[i]].Values {
			value[i] = append(value[i], slices.IndexFunc(o.Values, func(w model.Text) bool { return sameText(v, w) }))
		}
	}
	return func(k model.SKU) ([]int, bool) {
		if len(before) != len(after) || len(k.Choice) != len(before) || k.ChoiceKey != choiceKey(k.Choice) {
			return nil, false
		}
		choice := make([]int, len(after))
		for i, from := range option {
			if from < 0 || k.Choice[from] < 0 || k.Choice[from] >= len(value[i]) || value[i][k.Choice[from]] < 0 {
				return nil, false
			}
			choice[i] = value[i][k.Choice[from]]
		}
		return choice, true
	}
}

// sameOption tells whether two options are the same: they agree in a name or in a value.
func sameOption(a, b model.Option) bool {
	return sameText(a.Name, b.Name) || slices.ContainsFunc(a.Values, func(v model.Text) bool {
		return slices.ContainsFunc(b.Values, func(w model.Text) bool { return sameText(v, w) })
	})
}

// row is the SKU as it shall be. Stock is not among it: that moves by itself.
func (k SKUSpec) row(old model.SKU) model.SKU {
	row := old
	row.Choice, row.ChoiceKey = k.Choice, choiceKey(k.Choice)
	if k.keep {
		return row
	}
	row.Code, row.PriceFen, row.CompareAtFen = k.Code, k.PriceFen, k.CompareAtFen
	row.Barcode, row.WeightGrams, row.Picture, row.Sort, row.Active = k.Barcode, k.WeightGrams, k.Picture, k.Sort, true
	if k.LowAt != nil {
		row.LowAt = *k.LowAt
	}
	return row
}

// lowest is the lowest price of what is on sale, with that SKU's price before.
func (p plan) lowest() (price, compareAt model.Fen) {
	for _, k := range p.rows {
		if k.new.Active && (price == 0 || k.new.PriceFen < price) {
			price, compareAt = k.new.PriceFen, k.new.CompareAtFen
		}
	}
	return price, compareAt
}

func skuColumns(k model.SKU) map[string]any {
	return map[string]any{
		"code": k.Code, "choice": k.Choice, "choice_key": k.ChoiceKey, "price_fen": k.PriceFen, "compare_at_fen": k.CompareAtFen,
		"barcode": k.Barcode, "weight_grams": k.WeightGrams, "picture": k.Picture, "active": k.Active, "sort": k.Sort,
		"low_at": k.LowAt,
	}
}

// writeSKUs writes what differs, and moves stock. reserved are the specs whose stock had to stop at what is
// reserved.
func (c *change) writeSKUs(productID int64, newNo func() string, p plan, spec ProductSpec) (reserved []int, err error) {
	// A key must be free before another SKU takes it: two may change places.
	for _, k := range p.rows {
		if k.old.ID != 0 && k.old.ChoiceKey != k.new.ChoiceKey {
			c.made = true
			err := c.tx.Model(&model.SKU{}).Where("id = ?", k.old.ID).UpdateColumn("choice_key", "moves:"+k.old.No).Error
			if err != nil {
				return nil, fmt.Errorf("sku %s: %w", k.old.No, err)
			}
		}
	}
	for _, k := range p.rows {
		if err := c.writeSKU(productID, newNo, &k); err != nil {
			return nil, err
		}
		if k.spec < 0 || spec.SKUs[k.spec].Stock == nil || spec.SKUs[k.spec].keep {
			continue
		}
		stopped, err := c.moveStock(k, spec)
		if err != nil {
			return nil, err
		}
		if stopped {
			reserved = append(reserved, k.spec)
		}
	}
	return reserved, nil
}

func (c *change) writeSKU(productID int64, newNo func() string, k *planned) error {
	if k.old.ID == 0 {
		c.made = true
		k.new.No, k.new.ProductID = newNo(), productID
		if err := c.tx.Create(&k.new).Error; err != nil {
			return fmt.Errorf("sku %s: %w", k.new.No, err)
		}
		c.note("sku "+k.new.No, nil, map[string]any{"code": k.new.Code, "choice_key": k.new.ChoiceKey, "price_fen": k.new.PriceFen})
		return nil
	}
	columns := skuColumns(k.new)
	if same(skuColumns(k.old), columns) {
		return nil
	}
	c.made = true
	c.noteColumns("sku "+k.old.No+" ", skuColumns(k.old), columns)
	if err := c.tx.Model(&model.SKU{}).Where("id = ?", k.old.ID).Updates(columns).Error; err != nil {
		return fmt.Errorf("sku %s: %w", k.old.No, err)
	}
	return nil
}

// moveStock makes the pieces on hand n. What customers have reserved is never taken away: a merge stops
// there, and says so by stopped.
func (c *change) moveStock(k planned, spec ProductSpec) (stopped bool, err error) {
	n, at := *spec.SKUs[k.spec].Stock, index("skus", k.spec)+".stock"
	reason := "catalogue"
	if spec.merge {
		reason = movedBy(spec.importNo)
	}
	if k.old.ID == 0 {
		if n == 0 {
			return false, nil
		}
		return false, stock.Receive(c.tx, k.new.ID, n, reason)
	}
	if was := spec.SKUs[k.spec].StockWas; was != nil && *was != k.old.OnHand {
		return false, model.ErrChangedMeanwhile.At(at)
	}
	if spec.merge && n < k.old.Reserved {
		n, stopped = k.old.Reserved, true
	}
	if n == k.old.OnHand {
		return stopped, nil
	}
	c.made = true
	c.note("sku "+k.old.No+" on_hand", k.old.OnHand, n)
	err = stock.CorrectTo(c.tx, k.old, n, reason)
	if errors.Is(err, model.ErrOutOfStock) {
		return false, fmt.Errorf("%w: %w", model.ErrOutOfStock.At(at), err)
	}
	return stopped, err
}
