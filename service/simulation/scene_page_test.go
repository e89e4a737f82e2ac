package simulation_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"gorm.io/gorm"
	"pgregory.net/rapid"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/catalogue"
	"hutong/service/media"
	"hutong/service/picture"
)

// compose is two of the staff who work on one page: who has not seen what the other did is told, and what consumers
// would be led to nowhere by is not published.
func (h *history) compose(t *rapid.T) {
	ann, bob := model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "ann"}), model.WithActor(h.Ctx, model.Actor{Kind: model.ActorStaff, No: "bob"})
	slug := strings.ToLower(h.key())
	draft := func(version int64, blocks ...model.Block) brand.PageDraft {
		return brand.PageDraft{Title: model.Text{"en": "Story"}, Blocks: blocks, Version: version}
	}
	notice := model.Block{Kind: model.BlockNotice, Text: model.Text{"en": "how it began"}}
	rich := model.Block{Kind: model.BlockRichText, Text: model.Text{"en": `<p onclick="x()">By hand</p><script>alert(1)</script>`}}
	nowhere := model.Block{Kind: model.BlockShelf, Products: []string{"gone"}}
	meanwhile := func(what string, err error) {
		h.refused(t, "to "+what+" a page that was changed meanwhile", err, model.ErrChangedMeanwhile)
	}

	v, err := h.Brand.AddPage(ann, brand.PageInput{Slug: slug, Title: model.Text{"en": "Story"}})
	must(t, err)
	v, err = h.Brand.SavePage(ann, slug, draft(v.Version, notice, rich, nowhere))
	must(t, err)
	if got := v.Blocks[1].Text["en"]; got != "<p>By hand</p>" {
		t.Errorf("a draft says %q", got)
	}
	_, err = h.Brand.PublishPage(ann, slug, brand.PageRelease{Version: v.Version})
	h.refused(t, "a page that leads nowhere", err, model.ErrLinkBroken)
	v, err = h.Brand.SavePage(ann, slug, draft(v.Version, notice, rich))
	must(t, err)
	_, err = h.Brand.SavePage(bob, slug, draft(v.Version-1, notice))
	meanwhile("write", err)
	_, err = h.Brand.DiscardPage(bob, slug, brand.PageDiscard{Version: v.Version - 1})
	meanwhile("discard", err)
	_, err = h.Brand.PublishPage(bob, slug, brand.PageRelease{Version: v.Version - 1})
	meanwhile("publish", err)
	_, err = h.Brand.PublishPage(bob, slug, brand.PageRelease{Version: v.Version, Published: 2})
	meanwhile("publish over", err)
	v, err = h.Brand.PublishPage(ann, slug, brand.PageRelease{Version: v.Version})
	must(t, err)
	for _, stale := range []brand.PageRelease{{Version: v.Version - 1, Published: v.Published}, {Version: v.Version, Published: v.Published + 1}} {
		_, err := h.Brand.UnpublishPage(bob, slug, stale)
		meanwhile("take away", err)
		meanwhile("remove", h.Brand.RemovePage(bob, slug, stale))
	}
	v, err = h.Brand.UnpublishPage(bob, slug, brand.PageRelease{Version: v.Version, Published: v.Published})
	must(t, err)
	h.look(t, slug)
	must(t, h.Brand.RemovePage(bob, slug, brand.PageRelease{Version: v.Version}))
}

// look is whoever has leave to look at the draft of a page: at that one alone, of that brand, for a while.
func (h *history) look(t *rapid.T, slug string) {
	leave := func(slug string) string {
		p, err := h.Page.NewPreview(h.staffCtx(), h.Row, slug)
		must(t, err)
		return p.Token
	}
	one, home := leave(slug), leave(model.HomePage)
	must(t, errOf(h.Page.Previewed(h.Ctx, h.Row, slug, one, "en")))
	_, err := h.Page.Previewed(h.Ctx, h.Row, slug, home, "en")
	h.refused(t, "to look at another page", err, model.ErrNotFound)
	_, err = h.Page.Previewed(h.abroad.Ctx, h.abroad.Row, model.HomePage, home, "en")
	h.refused(t, "to look at another brand's page", err, model.ErrNotFound)
	h.Clock.Turn(15 * time.Minute)
	_, err = h.Page.Previewed(h.Ctx, h.Row, slug, one, "en")
	h.refused(t, "to look for too long", err, model.ErrPreviewEnded)
}

// tidy is the shop's own pictures, of which one goes that nothing has shown for a month, and none that was shown until
// now.
func (h *history) tidy(t *rapid.T) {
	send := func(shade uint8) (picture.ShopPicture, error) {
		return h.Picture.TakeForShop(h.staffCtx(), snapshot(8, shade))
	}
	show := func(url string) {
		must(t, errOf(h.Catalogue.PutCategory(h.Ctx, catalogue.CategorySpec{Slug: "looks", Name: model.Text{"en": "Looks"}, Picture: url, Published: true})))
	}
	name := func(p picture.ShopPicture) string { return strings.TrimPrefix(p.URL, media.Prefix) }
	there := func(what string, p picture.ShopPicture, want bool) {
		_, err := fs.Stat(h.Media.Files(), name(p))
		if got := !errors.Is(err, fs.ErrNotExist); got != want {
			t.Errorf("%s is there: %t", what, got)
		}
	}
	pass := func(months int64) { // for the pictures alone
		back := func(column string) any {
			return gorm.Expr(fmt.Sprintf("CASE WHEN %[1]s > 0 THEN %[1]s - ? ELSE 0 END", column), months*31*24*time.Hour.Milliseconds())
		}
		h.Set(&model.KeptPicture{}, map[string]any{"sent_at": back("sent_at"), "looked_at": back("looked_at"), "unused_since": back("unused_since"), "gone_at": back("gone_at")}, "1 = 1")
		must(t, h.CleanUp(h.Ctx))
	}
	shown, err := send(10)
	must(t, err)
	unused, err := send(60)
	must(t, err)
	show(shown.URL)
	pass(2)
	there("what nothing shows since a moment ago", unused, true)
	show("")
	pass(2)
	there("what nothing shows", unused, false)
	there("what was shown until now", shown, true)
	show(shown.URL)
	pass(2)
	there("what is shown", shown, true)
	show("")

	h.Set(&model.KeptPicture{}, map[string]any{"gone_at": model.At(h.Clock.Now())}, "name = ?", name(shown)) // somebody removes it
	_, err = send(10)
	h.refused(t, "a picture that is being removed", err, model.ErrUnavailable)
	pass(1) // whoever did has died, and the next one ends it
	there("what was being removed", shown, false)
	again, err := send(10)
	must(t, err)
	there("what was sent again", again, true)
}
