package model

import "context"

type (
	brandKey  struct{}
	acrossKey struct{}
)

// WithBrand is ctx for work on one brand's rows. The tenant plugin of service/database adds the brand to
// each statement made with it.
func WithBrand(ctx context.Context, brandID int64) context.Context {
	return context.WithValue(ctx, brandKey{}, brandID)
}

// BrandID is the brand that ctx works for, or Platform; ok is false when there is none.
func BrandID(ctx context.Context) (id int64, ok bool) {
	id, ok = ctx.Value(brandKey{}).(int64)
	return id, ok && (id > 0 || id == Platform)
}

// AcrossBrands is ctx for the few works that look at every brand's rows: the job runner's claim, the
// audit and the resolution of a brand itself. A request of a user never runs with it.
func AcrossBrands(ctx context.Context) context.Context {
	return context.WithValue(ctx, acrossKey{}, true)
}

// IsAcrossBrands tells whether ctx came from AcrossBrands and has not been narrowed to a brand since.
func IsAcrossBrands(ctx context.Context) bool {
	_, narrowed := BrandID(ctx)
	across, _ := ctx.Value(acrossKey{}).(bool)
	return across && !narrowed
}
