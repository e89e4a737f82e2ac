package model

import "context"

// All has one value of every persisted type: the drift test compares them with the migrations, the tenant
// plugin learns from them which tables belong to a brand.
func All() []any {
	return []any{
		&Brand{}, &Credentials{}, &Page{}, &PageVersion{}, &FreightTemplate{}, &BrandProfile{}, &SecretMark{},
		&Category{}, &Product{}, &ProductCategory{}, &ProductTag{}, &SKU{}, &StockMovement{}, &StockSetting{},
		&Import{}, &ImportChunk{}, &ImportLine{},
		&User{}, &Address{}, &CartLine{}, &Favourite{}, &Seen{}, &Photo{}, &KeptPicture{}, &ContentCheck{}, &Review{},
		&Order{}, &OrderLine{}, &Adjustment{}, &OrderEvent{}, &OrderNote{},
		&Payment{}, &Refund{}, &RefundLine{}, &Callback{}, &JournalEntry{}, &Posting{}, &AuditEntry{},
		&AfterSale{}, &AfterSaleLine{}, &AfterSaleEvent{}, &AfterSaleRule{},
		&MessageTemplate{}, &MessageGrant{}, &Message{},
		&GroupCampaign{}, &GroupPrice{}, &Group{}, &GroupSeat{}, &GroupEvent{}, &GroupVisit{},
		&Reconciliation{}, &TradeBillRow{}, &FlowBillRow{}, &BillException{},
		&Parcel{}, &ParcelLine{}, &ParcelEvent{}, &ShippingUpload{},
		&Promotion{}, &PromotionQuota{}, &PromotionUse{}, &Coupon{}, &CouponClaim{}, &CouponCode{}, &CouponIssue{},
		&MemberLevel{}, &Member{}, &Segment{},
		&Job{}, &IdempotencyKey{},
		&Staff{}, &StaffToken{},
		&StaffLogin{}, &StaffRecoveryCode{}, &StaffSession{}, &StaffInvitation{}, &StaffPolicy{}, &SignInThrottle{},
		&DailySales{}, &DailyPeople{}, &DailyGoods{}, &DailyBooks{},
	}
}

// AppendOnly has one value of every type whose rows are never changed or deleted once they are written.
func AppendOnly() []any {
	return []any{
		&JournalEntry{}, &Posting{}, &AuditEntry{}, &OrderEvent{}, &StockMovement{}, &AfterSaleEvent{}, &ParcelLine{}, &ParcelEvent{},
		&GroupEvent{}, &PageVersion{},
	}
}

// Purgeable has one value of every type of AppendOnly whose rows may lose what is personal, once the law does not want
// it kept any more.
func Purgeable() []any { return []any{&AfterSaleEvent{}, &ParcelEvent{}} }

type purgeKey struct{}

// WithPurge is ctx for what takes personal data out of rows that are over.
func WithPurge(ctx context.Context) context.Context { return context.WithValue(ctx, purgeKey{}, true) }

// IsPurge tells whether ctx is WithPurge's.
func IsPurge(ctx context.Context) bool { purge, _ := ctx.Value(purgeKey{}).(bool); return purge }
