package main

// desk guards what staff do with orders, and what they take away.
var desk = []guard{
	{
		"the old price of an order does not pay it", "service/payment/apply.go",
		`late := p.AmountFen != o.TotalFen // announced`, `late := false // announced`, "service/payment", "TestTheOldPricePaidAfterTheClose",
	},
	{
		"staff change the price that they have seen", "service/order/price.go",
		`case o.TotalFen != c.ExpectedTotalFen:`, `case false:`, "service/payment", "TestPriceChange|TestChangePriceRefuses",
	},
	{
		"staff change no price of what is paid", "service/order/price.go",
		`	case o.Status != model.OrderPending:
		return c, nil, model.ErrAlreadyPaid
`, ``, "service/payment", "TestPriceChange|TestChangePriceRefuses",
	},
	{
		"a file of waybills sends each parcel once", "service/fulfilment/file.go",
		`if there > 0 {`, `if false {`, "api/console", "File",
	},
	{
		"a dry run changes nothing", "service/fulfilment/file.go",
		`			return errDry
`, `			if err := tx.Commit().Error; err != nil {
				return err
			}
			return errDry
`, "api/console", "File",
	},
	{
		"what failed is resumed once, and nothing else is", "service/catalogue/deskimport.go",
		`		if res.RowsAffected == 0 {
			return model.ErrWrongState
		}
		if err := hasFile(tx, i); err != nil {
			return err
		}
		i.Round++
`, `		if err := hasFile(tx, i); err != nil {
			return err
		}
		i.Round++
`, "service/catalogue", "TestAnImportIsResumed",
	},
	{
		"who looks for somebody has to be allowed to", "api/console/order.go",
		`		return f, permitted(ctx, model.PermitCustomersPhone)`, `		return f, nil`, "api/console", "TestFindingSomebody",
	},
	{
		"nobody is found who has had their account deleted", "service/order/desk.go",
		`if f.Personal() { // nobody is found who has had their account deleted`, `if false {`, "api/console", "TestNotes",
	},
	{
		"no spreadsheet runs what people have written", "service/internal/sheet/write.go",
		`	if runs(text) {
		return "'" + text`, `	if false {
		return "'" + text`, "service/internal/sheet", ".",
	},
	{
		"a day is taken for counted when it was counted after its end", "service/accounts/books.go",
		`if d.Day != next || d.CountedAt < d.Day.Ends().Add(closedAfter) {`, `if d.Day != next {`, "service/figures", "TestTheTrialBalance",
	},
	{
		"a product's delivery is priced by a template of its own brand", "service/catalogue/product.go",
		`	if found == 0 {
		return 0, model.ErrInvalid.At("freight_template")
	}
`, ``, "service/catalogue", "TestTheFreightTemplateOfAProduct",
	},
	{
		"nobody is told what waits in a list that they may not see", "service/operations/todo.go",
		`if !may(t.permit) {`, `if false {`, "api/console", "TestToDo",
	},
	{
		"only a day that WeChat can have a bill of is reconciled", "service/reconcile/ask.go",
		`day < first || day > yesterday {`, `false {`, "service/reconcile", "TestAskingForADay/sqlite",
	},
	{
		"the desk puts back nothing that was exchanged", "service/payment/desk_refund.go",
		`		if l.Restock > 0 {
			if err := stock`, `		if l.Restock < 0 {
			if err := stock`, "service/aftersale", "TestMoneyBackAtTheDeskAfterAnExchange/sqlite",
	},
}
