package simulation_test

// billScenes are of bills and messages.
func (h *history) billScenes() []scene { return nil }
