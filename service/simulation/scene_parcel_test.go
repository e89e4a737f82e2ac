package simulation_test

// parcelScenes are of parcels and after-sale.
func (h *history) parcelScenes() []scene { return nil }
