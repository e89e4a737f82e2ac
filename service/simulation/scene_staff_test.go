package simulation_test

import (
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/staff"
)

// employ is staff who come and go: their tokens are good while they should be, and one owner stays.
func (h *history) employ(t *rapid.T) {
	boss := h.staffCtx()
	hire := func(role model.Role) string {
		v, err := h.Staff.Add(boss, staff.Input{Name: "Anna", Role: role})
		must(t, err)
		return v.No
	}
	token := func(no string) staff.NewToken {
		made, err := h.Staff.NewToken(boss, no, staff.TokenInput{Name: "books", Days: 5})
		must(t, err)
		return made
	}
	in := func(what string, of staff.NewToken, no string) {
		if who, err := h.Staff.Authenticate(h.Ctx, of.Token); err != nil || who.BrandID != h.Row.ID || who.No != no {
			t.Errorf("%s: %+v, %v", what, who, err)
		}
	}
	out := func(what string, of staff.NewToken) {
		_, err := h.Staff.Authenticate(h.Ctx, of.Token)
		h.refused(t, what, err, model.ErrUnauthorized)
	}
	become := func(no string, c staff.Change) error { return errOf(h.Staff.Change(boss, no, c)) }

	owner, clerk := hire(model.RoleOwner), hire(model.RoleFinance)
	h.refused(t, "the last owner's other role", become(owner, staff.Change{Role: model.RoleViewer}), model.ErrLastOwner)
	h.refused(t, "the last owner's end", become(owner, staff.Change{Status: model.StaffSuspended}), model.ErrLastOwner)
	second := hire(model.RoleOwner)
	made, err := h.Staff.Invite(model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: second}), staff.Invite{Email: h.key() + "@shop.example", Role: model.RoleOwner})
	must(t, err)
	must(t, become(second, staff.Change{Role: model.RoleViewer}))
	h.refused(t, "the link of who is no owner any more", h.Staff.Withdraw(boss, made.No), model.ErrInvitationNotFound)

	kept, lost := token(clerk), token(clerk)
	in("a token", kept, clerk)
	in("another token", lost, clerk)
	must(t, h.Staff.RevokeToken(boss, lost.No))
	out("a token that was revoked", lost)
	must(t, become(clerk, staff.Change{Status: model.StaffSuspended}))
	out("the token of who is suspended", kept)
	must(t, become(clerk, staff.Change{Status: model.StaffActive}))
	in("the token of who is back", kept, clerk)
	for _, days := range []int{0, 367} {
		_, err := h.Staff.NewToken(boss, clerk, staff.TokenInput{Name: "for ever", Days: days})
		h.refused(t, "a token for ever", err, model.ErrOutOfRange)
	}
	h.Set(&model.StaffToken{}, map[string]any{"expires_at": model.At(h.Clock.Now().Add(time.Second))}, "no = ?", kept.No)
	h.Clock.Turn(6 * time.Second) // what was looked up is not believed any more
	out("a token whose time is over", kept)
}

// arrange is staff who set the shop up anew: what cannot be is refused.
func (h *history) arrange(t *rapid.T) {
	own := brand.Spec{Slug: h.Row.Slug, Name: h.Row.Name, Languages: h.Row.Languages, Theme: h.Row.Theme}
	// Delivery by a template that a product needs.
	heavy := brand.FreightTemplate{Name: "heavy", Basis: model.FreightByPiece, Rules: []model.FreightRule{{First: 1, FirstFen: 900, Next: 1, NextFen: 900}}}
	v, err := h.Brand.AddFreight(h.staffCtx(), brand.FreightInput{FreightTemplate: heavy})
	must(t, err)
	made, err := h.Catalogue.Create(h.staffCtx(), h.key(), catalogue.NewProduct{ProductInput: anvil(&v.ID)})
	must(t, err)
	without := own
	withFreight(&without)
	_, err = h.Brand.Apply(h.Ctx, without)
	h.refused(t, "to take away freight that a product needs", err, model.ErrInvalid)
	foreign, err := h.abroad.Brand.AddFreight(h.abroad.Ctx, brand.FreightInput{FreightTemplate: heavy})
	must(t, err)
	change := catalogue.ProductChange{Version: made.Version, ProductInput: anvil(&foreign.ID)}
	change.SKUs[0].No = made.SKUs[0].No
	_, err = h.Catalogue.Change(h.staffCtx(), made.Handle, change)
	h.refused(t, "freight of another brand", err, model.ErrInvalid)
	id, err := strconv.ParseInt(foreign.ID, 10, 64)
	must(t, err)
	must(t, h.abroad.Brand.RemoveFreight(h.abroad.Ctx, id))
	change.FreightTemplate = new(string)
	must(t, errOf(h.Catalogue.Change(h.staffCtx(), made.Handle, change)))
	must(t, errOf(h.Brand.Apply(h.Ctx, without)))
	h.spreadsheet(t)

	// Numbers and secrets at WeChat, of the brand that sells nothing.
	m, there := h.abroad.Merchant, h.abroad.Row
	at := func(appID, mchID string) error {
		_, err := h.Brand.Apply(h.Ctx, brand.Spec{
			Slug: there.Slug, Name: there.Name, Languages: there.Languages, Theme: there.Theme,
			WeChat: &brand.WeChat{
				AppID: appID, MchID: mchID, CertSerial: m.CertSerial, Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
			},
		})
		return err
	}
	must(t, at(m.AppID, m.MchID))
	h.refused(t, "another mini program with the secret of this one", at("wxfedcba9876543210", m.MchID), model.ErrRequired)
	h.refused(t, "another merchant with the secrets of this one", at(m.AppID, "1900000110"), model.ErrRequired)
	mine := h.Merchant
	_, err = h.Brand.Apply(h.Ctx, brand.Spec{
		Slug: there.Slug, Name: there.Name, Languages: there.Languages, Theme: there.Theme,
		WeChat: &brand.WeChat{
			AppID: mine.AppID, AppSecret: brand.Secret(mine.AppSecret), MchID: m.MchID, CertSerial: m.CertSerial,
			Verification: model.PayPublicKey, PublicKeyID: m.PublicKeyID, PublicKey: m.PublicKey,
		},
	})
	h.refused(t, "another brand's mini program", err, model.ErrAppIDTaken)
}

// anvil is a product as staff write it, by whom a spreadsheet should be made to run something.
func anvil(freight *string) catalogue.ProductInput {
	stock := int64(0)
	return catalogue.ProductInput{
		Title: model.Text{"en": "=HYPERLINK(1)"}, Vendor: "+1", SKUs: []catalogue.SKUInput{{PriceFen: 9_900, Stock: &stock, StockWas: &stock}}, FreightTemplate: freight,
	}
}

// spreadsheet is the goods as a table, in which nothing runs.
func (h *history) spreadsheet(t *rapid.T) {
	f, err := h.Catalogue.ExportProducts(h.staffCtx(), catalogue.DeskQuery{}, "csv", "en")
	must(t, err)
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	must(t, err)
	if len(rows) < 2 {
		t.Errorf("a table of all products has %d rows", len(rows))
	}
	for _, row := range rows {
		if i := slices.IndexFunc(row, func(cell string) bool { return cell != "" && strings.Contains("=+@", cell[:1]) }); i >= 0 {
			t.Errorf("a spreadsheet runs %q", row[i])
		}
	}
}

// bring is staff who bring a file of products: one that is under way is not begun anew, and the same again changes
// nothing.
func (h *history) bring(t *rapid.T) {
	file := catalogue.ImportFile{
		Name: "goods.csv", Language: "en", DryRun: true,
		Content: []byte("Handle,Title,Variant Price,Variant Inventory Qty\nbrought-1,One,1,3\nbrought-2,Two,2,3\nbrought-0,Free,0,3\n"),
	}
	want := func(v catalogue.ImportView, created, unchanged int64) {
		h.settle(t)
		now, err := h.Catalogue.Import(h.staffCtx(), v.No)
		if err != nil || now.Status != model.ImportDone || now.Created != created || now.Unchanged != unchanged || now.Refused != 1 {
			t.Errorf("of an import there was made %+v, %v", now, err)
		}
	}
	start := func() catalogue.ImportView {
		v, err := h.Catalogue.StartImport(h.staffCtx(), h.key(), file)
		must(t, err)
		return v
	}
	resume := func(v catalogue.ImportView) error { return errOf(h.Catalogue.ResumeImport(h.staffCtx(), v.No)) }
	v := start()
	h.refused(t, "to resume what is under way", resume(v), model.ErrWrongState)
	_, err := h.Catalogue.ConfirmImport(h.staffCtx(), v.No)
	h.refused(t, "to confirm what is under way", err, model.ErrWrongState)
	want(v, 2, 0)
	if n := h.Count(&model.Product{}, "handle LIKE 'brought-%'"); n != 0 {
		t.Errorf("a dry run has made %d products", n)
	}
	h.refused(t, "to resume what is done", resume(v), model.ErrWrongState)
	must(t, errOf(h.Catalogue.ConfirmImport(h.staffCtx(), v.No)))
	want(v, 2, 0)
	// One that was given up goes on once.
	file.DryRun = false
	v = start()
	h.Set(&model.Import{}, map[string]any{"status": model.ImportFailed, "fault": "internal", "finished_at": model.At(h.Clock.Now())}, "no = ?", v.No)
	h.settle(t)
	must(t, resume(v))
	h.refused(t, "to resume it twice", resume(v), model.ErrWrongState)
	want(v, 0, 2)
}
