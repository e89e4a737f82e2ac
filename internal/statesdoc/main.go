// Command statesdoc writes docs/states.md from the state tables of package model, so that the page cannot
// say anything else than the code. go generate runs it.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"hutong/model"
)

const head = `# States

Generated from the tables in package model by ` + "`go generate ./...`" + `; do not edit.

Each arrow is one ` + "`UPDATE … WHERE status IN (…)`" + `: a row that stands elsewhere is not touched, and the caller
gets ` + "`wrong_state`" + `. What has no arrow here cannot happen.
`

func main() {
	path := "docs/states.md"
	if len(os.Args) > 1 {
		path = os.Args[1]
	}
	page := head +
		section("Order", "What a consumer bought in one go. Refunds stand beside it and do not change its state.",
			model.OrderStatuses, model.OrderFlow) +
		section("Payment", "One attempt to have an order paid: one `out_trade_no` at WeChat. A success that "+
			"WeChat reports after the close is recorded, and the money goes back.",
			model.PaymentStatuses, model.PaymentFlow) +
		section("Refund", "Money on its way back. `abnormal` is not the end: the consumer's bank refused, and "+
			"staff or WeChat may still bring it to one.", model.RefundStatuses, model.RefundFlow) +
		section("After-sale", "What a consumer asks for after buying. Each state that waits for somebody has a "+
			"deadline at which the case moves on by itself; a refused case can be taken up again until its own.",
			model.AfterSaleStatuses, model.AfterSaleFlow) +
		section("Message", "A subscribe message to one consumer. It takes one leave before WeChat is asked, and is sent at "+
			"most once: an answer that is lost leaves it `unclear`.", model.MessageStatuses, model.MessageFlow) +
		section("Reconciliation", "A day compared with WeChat's bills. A run that dies is taken up when its lease is over.",
			model.ReconciliationStatuses, model.ReconciliationFlow) +
		section("Exception", "A difference between WeChat's bills and us. Staff resolve or ignore it; a later run "+
			"that finds no difference any more clears it.", model.ExceptionStatuses, model.ExceptionFlow) +
		section("Parcel", "What was sent of an order in one go, as far as its carrier has told. An event that is older "+
			"than the last, or has no arrow, is kept and moves nothing. Back to `sent` leads a corrected waybill.",
			model.ParcelStatuses, model.ParcelFlow) +
		section("Upload", "What WeChat is to be told about an order's shipping.", model.UploadStatuses, model.UploadFlow) +
		section("Review", "What a consumer says of something they bought, and, by the same arrows, what they add later.",
			model.ReviewStatuses, model.ReviewFlow) +
		section("Content check", "WeChat's look at one text or picture before others see it.", model.CheckStatuses, model.CheckFlow) +
		section("Group campaign", "A product that small groups buy at a lower price.", model.CampaignStatuses, model.CampaignFlow) +
		section("Group", "Consumers who buy a product together. What happened to a member after it formed does not break it.",
			model.GroupStatuses, model.GroupFlow) +
		section("Seat", "One member's place in a group. Money that comes when the reservation has lapsed gets a free seat of "+
			"the same group, or goes back.", model.SeatStatuses, model.SeatFlow) +
		section("Promotion", "What makes things cheaper for everybody. Whether an active one runs is told by its time.",
			model.PromotionStatuses, model.PromotionFlow) +
		section("Coupon", "A kind of coupon. Those that consumers have stay good when it is stopped.",
			model.CouponStatuses, model.CouponFlow) +
		section("Claim", "A coupon that a consumer has. It comes back when the order that locked it ends unpaid, and, if its rule says "+
			"so, when the money of the order that used it has gone back.", model.ClaimStatuses, model.ClaimFlow) +
		section("Issue", "Coupons on their way to a segment. One that stopped goes on where it was.",
			model.IssueStatuses, model.IssueFlow) +
		section("Job", "Due work. While a worker has it, it stays queued with its time at the end of the lease. "+
			"A dead job waits for staff, who may queue it again.", model.JobStatuses, model.JobFlow)
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil { //nolint:gosec // a page for everybody
		log.Fatal(err)
	}
}

func section[S ~string](name, text string, states []S, flow model.Flow[S]) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## %s\n\n%s\n\n```mermaid\nstateDiagram-v2\n", name, text)
	for _, s := range states {
		if len(flow[s]) == 0 || s == states[0] {
			fmt.Fprintf(&b, "    [*] --> %s\n", s)
		}
		for _, from := range flow[s] {
			fmt.Fprintf(&b, "    %s --> %s\n", from, s)
		}
	}
	for _, s := range states {
		if !leadsOn(flow, s, states) {
			fmt.Fprintf(&b, "    %s --> [*]\n", s)
		}
	}
	fmt.Fprintf(&b, "```\n\n| to | from |\n|---|---|\n")
	for _, s := range states {
		from := make([]string, len(flow[s]))
		for i, f := range flow[s] {
			from[i] = string(f)
		}
		fmt.Fprintf(&b, "| %s | %s |\n", s, strings.Join(from, ", "))
	}
	return b.String()
}

func leadsOn[S ~string](flow model.Flow[S], from S, states []S) bool {
	for _, s := range states {
		if flow.Allows(from, s) {
			return true
		}
	}
	return false
}
