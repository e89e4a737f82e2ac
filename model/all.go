package model

// All has one value of every persisted type: the drift test compares them with the migrations, the tenant
// plugin learns from them which tables belong to a brand.
func All() []any {
	return []any{
		&Brand{}, &Credentials{}, &Page{}, &FreightTemplate{},
		&Category{}, &Product{}, &ProductCategory{}, &ProductTag{}, &SKU{}, &StockMovement{},
		&User{}, &Address{}, &CartLine{},
		&Order{}, &OrderLine{}, &Adjustment{}, &OrderEvent{},
		&Payment{}, &Refund{}, &Callback{}, &JournalEntry{}, &Posting{},
		&Job{}, &IdempotencyKey{},
	}
}
