package simulation_test

// offerScenes are of promotions, coupons and groups.
func (h *history) offerScenes() []scene { return nil }
