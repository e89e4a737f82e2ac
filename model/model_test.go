package model_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hutong/model"
)

func TestFenIsWrittenInYuan(t *testing.T) {
	for f, want := range map[model.Fen]string{
		0: "0.00", 5: "0.05", 1230: "12.30", -5: "-0.05", -1230: "-12.30", 1 << 62: "46116860184273879.04",
		-1 << 63: "-92233720368547758.08",
	} {
		if got := f.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(f), got, want)
		}
	}
}

// The parts add up, none is further than one fen from its exact share, and none has the wrong sign.
func TestSplitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := model.Fen(rapid.Int64Range(-1e10, 1e10).Draw(t, "fen"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, 1e12), 1, 20).Draw(t, "weights")
		parts := f.Split(weights)
		var sum model.Fen
		var total float64
		for _, w := range weights {
			total += float64(w)
		}
		for i, p := range parts {
			sum += p
			if p != 0 && (p < 0) != (f < 0) {
				t.Fatalf("part %d of %d is %d", i, f, p)
			}
			if exact := float64(f) * float64(weights[i]) / total; total > 0 && (float64(p)-exact > 1.01 || exact-float64(p) > 1.01) {
				t.Fatalf("part %d is %d, exactly %f", i, p, exact)
			}
		}
		if sum != f {
			t.Fatalf("%v add up to %d, not %d", parts, sum, f)
		}
	})
}

func TestErrorIsComparedByCode(t *testing.T) {
	err := fmt.Errorf("sku 7: %w", model.ErrOutOfStock.At("lines[0].quantity"))
	if !errors.Is(err, model.ErrOutOfStock) {
		t.Error("a copy with a field is not its sentinel")
	}
	if errors.Is(err, model.ErrNotOnSale) {
		t.Error("another code is the same")
	}
	if model.ErrOutOfStock.Field != "" {
		t.Error("At changed the sentinel")
	}
	several := model.Errs{model.ErrRequired.At("name"), model.ErrTooLong.At("detail")}
	if !errors.Is(several, model.ErrTooLong) {
		t.Error("one of several is not found")
	}
}

// Every pair of states, against the table written out here once more.
func TestFlowAllowsExactlyItsArrows(t *testing.T) {
	checkFlow(t, model.OrderFlow, model.OrderStatuses, "pending>paid paid>partly_shipped paid>shipped "+
		"partly_shipped>shipped shipped>received received>closed "+
		"paid>closed partly_shipped>closed shipped>closed pending>cancelled")
	checkFlow(t, model.PaymentFlow, model.PaymentStatuses, "created>prepaid created>closed prepaid>closed "+
		"created>paid prepaid>paid closed>paid")
	checkFlow(t, model.RefundFlow, model.RefundStatuses, "pending>processing pending>succeeded processing>succeeded "+
		"abnormal>succeeded pending>abnormal processing>abnormal pending>closed processing>closed abnormal>closed closed>replaced closed>settled")
	checkFlow(t, model.AfterSaleFlow, model.AfterSaleStatuses, "applied>agreed escalated>agreed agreed>sending "+
		"escalated>sending agreed>received sending>received escalated>received received>resending applied>refunding received>refunding escalated>refunding "+
		"resending>done refunding>done applied>refused sending>refused escalated>refused applied>withdrawn "+
		"agreed>withdrawn escalated>withdrawn applied>escalated sending>escalated received>escalated resending>escalated refused>escalated")
	checkFlow(t, model.MessageFlow, model.MessageStatuses, "waiting>sending held>sending sending>held sending>sent "+
		"waiting>unasked sending>unasked held>unasked waiting>failed sending>failed held>failed sending>unclear")
	checkFlow(t, model.ReconciliationFlow, model.ReconciliationStatuses, "running>finished running>failed "+
		"finished>running failed>running")
	checkFlow(t, model.ExceptionFlow, model.ExceptionStatuses, "open>cleared open>resolved open>ignored "+
		"cleared>open resolved>open ignored>open")
	checkFlow(t, model.ParcelFlow, model.ParcelStatuses, "picked_up>sent in_transit>sent out_for_delivery>sent "+
		"exception>sent sent>picked_up exception>picked_up sent>in_transit picked_up>in_transit "+
		"out_for_delivery>in_transit exception>in_transit sent>out_for_delivery picked_up>out_for_delivery "+
		"in_transit>out_for_delivery exception>out_for_delivery sent>exception picked_up>exception "+
		"in_transit>exception out_for_delivery>exception sent>delivered picked_up>delivered in_transit>delivered "+
		"out_for_delivery>delivered exception>delivered")
	checkFlow(t, model.UploadFlow, model.UploadStatuses, "waiting>sending sending>done sending>refused refused>waiting refused>done")
	checkFlow(t, model.ReviewFlow, model.ReviewStatuses, "checking>held checking>published held>published hidden>published "+
		"checking>refused held>refused published>refused hidden>refused published>hidden checking>removed held>removed published>removed refused>removed hidden>removed")
	checkFlow(t, model.CheckFlow, model.CheckStatuses, "waiting>asked waiting>done asked>done")
	checkFlow(t, model.CampaignFlow, model.CampaignStatuses, "paused>running running>paused running>cancelled paused>cancelled")
	checkFlow(t, model.GroupFlow, model.GroupStatuses, "open>formed open>expired open>cancelled")
	checkFlow(t, model.SeatFlow, model.SeatStatuses, "reserved>paid released>paid paid>confirmed reserved>released "+
		"reserved>refunding released>refunding paid>refunding paid>refunded confirmed>refunded refunding>refunded")
	checkFlow(t, model.JobFlow, model.JobStatuses, "queued>done queued>dead dead>queued")
}

func checkFlow[S ~string](t *testing.T, flow model.Flow[S], states []S, arrows string) {
	t.Helper()
	want := map[string]bool{}
	var from, to string
	for rest := arrows; rest != ""; {
		var arrow string
		if n, _ := fmt.Sscan(rest, &arrow); n == 0 {
			break
		}
		rest = rest[min(len(rest), len(arrow)+1):]
		want[arrow] = true
	}
	found := 0
	for _, f := range states {
		for _, s := range states {
			from, to = string(f), string(s)
			if flow.Allows(f, s) != want[from+">"+to] {
				t.Errorf("%s to %s: allowed %t", from, to, flow.Allows(f, s))
			}
			if flow.Allows(f, s) {
				found++
			}
		}
	}
	if found != len(want) {
		t.Errorf("%d arrows among the listed states, %d expected: a state is missing from the list", found, len(want))
	}
}

func TestMaskAddress(t *testing.T) {
	for in, want := range map[string]string{
		"203.0.113.77": "203.0.113.0/24", "::ffff:203.0.113.77": "203.0.113.0/24", "2001:db8:1:2:3::4": "2001:db8:1::/48",
		"fe80::1%eth0": "fe80::/48", "": "", "a name": "",
	} {
		if got := model.MaskAddress(in); got != want {
			t.Errorf("%q is %q", in, got)
		}
	}
}

// Whatever the size of the figures, the parts are the same.
func TestSplitOfLargeFiguresIsThatOfSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := model.Fen(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "amount"))
		small := rapid.SliceOfN(rapid.Int64Range(0, 1_000), 1, 8).Draw(t, "weights")
		large := make([]int64, len(small))
		for i, w := range small {
			large[i] = w << 33
		}
		if a, b := f.Split(small), f.Split(large); !slices.Equal(a, b) {
			t.Fatalf("%v of %v, %v of %v", a, small, b, large)
		}
	})
}
