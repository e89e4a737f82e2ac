package simulation_test

// houseScenes are of what is no trade: accounts, sign-ins, photos, carts.
func (h *history) houseScenes() []scene { return nil }
