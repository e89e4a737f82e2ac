package simulation_test

// stockScenes are of stock, orders, jobs and payments.
func (h *history) stockScenes() []scene { return nil }
