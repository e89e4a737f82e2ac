// Package simulation lives through random histories of a shop: consumers, staff, WeChat and the clock, with
// every fault of WeChat's and the death of the process at any statement, all drawn from one seed in one
// goroutine. After each step the invariants of service/audit hold; at the end of each history, once the
// faults are over, all money that WeChat has taken is an order's or has gone back.
//
// An action may be interrupted by another one, on a second replica, at any boundary of its transactions and between the
// reads of one that holds no lock yet: so a condition is met whose look beforehand is old. People make mistakes, strangers
// and another brand's staff reach for what is not theirs, and somebody forges what WeChat tells: each is refused for the
// reason that it should be, and leaves no trace. docs/guards.md tells what of the guards' loss all this notices.
//
// What chance brings about too seldom is a scene: each history ends with one act of them, and of all duels, when the faults
// are over. A scene makes what it needs itself, wants that all goes as it should, and is followed by the audit.
//
// A failing history prints its seed and shrinks to the shortest that still fails:
//
//	go test ./service/simulation -rapid.seed=N       replays
//	make soak N=20000                                 runs many
//
// A new way to sell adds its actions to history_test.go, its scenes to a file of its own and its invariants to service/audit,
// or it is not done.
package simulation
