// Package promotion makes orders cheaper: promotions for everybody, flash sales among them, and coupons that
// consumers have. The two share one model of rules and are weighed against each other in one price, so they are one
// package: rule.go applies one rule to a basket, choose.go finds the best combination, participant.go takes part in
// orders, and the rest is what consumers and staff do with them.
package promotion
