package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"hutong/model"
	"hutong/service/reconcile"
)

// printDay tells how a day stands, in yuan.
func printDay(out io.Writer, slug string, r reconcile.Report) {
	fmt.Fprintf(out, "%s, %s: %d payments %s, %d refunds %s, fees %s\n",
		slug, r.Day, r.Payments, r.PaymentFen, r.Refunds, r.RefundFen, r.FeeFen)
	fmt.Fprintf(out, "  account at WeChat: in %s, out %s, of which not of trade %s; booked %s\n",
		r.InFen, r.OutFen, r.OtherFen, r.BookedFen)
	if r.Open == 0 {
		fmt.Fprintln(out, "  ✓ everything matches")
		return
	}
	fmt.Fprintf(out, "  ✗ %d differences are open\n", r.Open)
}

// printExceptions lists what differs, and below it what each kind of difference asks for.
func printExceptions(out io.Writer, open []reconcile.ExceptionView) {
	if len(open) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "    NO\tDIFFERENCE\tOF\tNUMBER\tHERE\tWECHAT")
	var kinds []model.ExceptionKind
	for _, e := range open {
		fmt.Fprintf(w, "    %s\t%s\t%s\t%s\t%s %s\t%s %s\n",
			e.No, e.Kind, e.Subject, e.Number, e.OursFen, e.Ours, e.TheirsFen, e.Theirs)
		if len(kinds) == 0 || kinds[len(kinds)-1] != e.Kind {
			kinds = append(kinds, e.Kind)
		}
	}
	_ = w.Flush() // a writer that fails has nobody to tell
	told := map[model.ExceptionKind]bool{}
	for _, k := range kinds {
		if !told[k] {
			told[k] = true
			fmt.Fprintf(out, "  %s: %s\n", k, advice[k])
		}
	}
}

// advice is what each kind of difference means and asks for.
var advice = map[model.ExceptionKind]string{
	model.ExceptionUnknown:     "WeChat has it and we do not. Does another system use this merchant? Was the database restored from a backup?",
	model.ExceptionMissing:     "we have it and no bill of WeChat's does. Look it up in WeChat's merchant console before anything else.",
	model.ExceptionAmount:      "the amounts differ. A coupon of WeChat's own may have paid a part; otherwise ask WeChat.",
	model.ExceptionState:       "done at one side only. A notification may be late: run the day again in an hour.",
	model.ExceptionRepeated:    "more than once in WeChat's bills: ask WeChat.",
	model.ExceptionFee:         "the fee in the bill is not the one that was booked from an earlier bill: ask WeChat.",
	model.ExceptionUnsettled:   "nothing has moved on the account yet. WeChat may hold the money until the goods are received; it clears by itself.",
	model.ExceptionMoved:       "the account moved by another amount than the trade bill says: look at the fund flow bill.",
	model.ExceptionUnexplained: "the account moved for a trade that is in no trade bill: look it up in WeChat's merchant console.",
}
