package aftersale_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"slices"
	"testing"

	"hutong/model"
	"hutong/service/aftersale"
	"hutong/service/picture"
	"hutong/service/testshop"
)

// photo is a picture that a consumer has sent.
func (d *desk) photo(b *testshop.Buyer) picture.View {
	d.t.Helper()
	var content bytes.Buffer
	if err := png.Encode(&content, image.NewNRGBA(image.Rect(0, 0, 4, 4))); err != nil {
		d.t.Fatal(err)
	}
	p, err := d.Picture.Take(d.Ctx, b.UserID, content.Bytes())
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// Who appeals shows what they have not shown before, and staff see it; staff show nothing in the consumer's name.
func TestEvidenceOfAnAppeal(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		v := d.sold(1).shipped(1).received()
		first, second, strangers := d.photo(v.buyer), d.photo(v.buyer), d.photo(d.Buyer())
		w := wish(back, "faulty", 1)
		w.Pictures = []string{first.No}
		v.applied(w)
		refuse := func(pictures ...string) error {
			_, err := d.AfterSale.Refuse(d.staff, aftersale.Handling{Key: d.key(), No: v.of}, aftersale.Note{Words: "no", Pictures: pictures})
			return err
		}
		if err := refuse(second.No); fmt.Sprint(err) != "pictures: invalid" {
			t.Errorf("staff show a consumer's picture: %v", err)
		}
		v.want(model.AfterSaleApplied)
		if err := refuse(); err != nil {
			t.Fatal(err)
		}
		appeal := func(no string) error {
			_, err := d.AfterSale.Escalate(d.Ctx, v.buyer.Buyer, v.of, aftersale.Note{Words: "look", Pictures: []string{no}})
			return err
		}
		for name, no := range map[string]string{"a stranger's": strangers.No, "one shown before": first.No} {
			if err := appeal(no); fmt.Sprint(err) != "pictures[0]: invalid" {
				t.Errorf("%s: %v", name, err)
			}
			v.want(model.AfterSaleRefused)
		}
		if err := appeal(second.No); err != nil {
			t.Fatal(err)
		}
		got := v.want(model.AfterSaleEscalated).now()
		last := got.Events[len(got.Events)-1]
		if !slices.Equal(got.Pictures, []picture.View{first}) || !slices.Equal(last.Pictures, []picture.View{second}) {
			t.Errorf("staff see %+v, and of the appeal %+v", got.Pictures, last.Pictures)
		}
	})
}

// Who has had their account deleted is not read about any more: staff see what was asked for, and what they have said
// themselves.
func TestWordsOfWhoIsGone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		asked := func() *sale {
			v := d.sold(1).shipped(1).received()
			w := wish(back, "faulty", 1)
			w.Note = aftersale.Note{Words: "on the second floor", Pictures: []string{d.photo(v.buyer).No}}
			v.applied(w).must(v.refuse("not ours"))
			_, err := d.AfterSale.Escalate(d.Ctx, v.buyer.Buyer, v.of, aftersale.Note{Words: "look", Pictures: []string{d.photo(v.buyer).No}})
			return v.must(aftersale.View{}, err).must(v.decide("refuse"))
		}
		gone, here := asked(), asked()
		d.Set(&model.User{}, map[string]any{"deleted_at": model.At(d.Clock.Now())}, "id = ?", gone.buyer.UserID)
		shown := func(v aftersale.View) (words string, pictures int) {
			words, pictures = v.Words, len(v.Pictures)
			for _, e := range v.Events {
				words, pictures = words+"|"+e.Words, pictures+len(e.Pictures)
			}
			return words, pictures
		}
		if words, pictures := shown(gone.now()); words != "||not ours||decided" || pictures != 0 || !gone.now().Restricted {
			t.Errorf("staff read %q and see %d pictures", words, pictures)
		}
		if words, pictures := shown(here.now()); words != "on the second floor|on the second floor|not ours|look|decided" || pictures != 3 || here.now().Restricted {
			t.Errorf("of who is here staff read %q and see %d pictures", words, pictures)
		}
		page, _, err := d.AfterSale.Desk(d.staff, nil, aftersale.Filter{Statuses: []model.AfterSaleStatus{model.AfterSaleRefused}}, aftersale.Place{}, 10)
		if err != nil || len(page) != 2 {
			t.Fatal(page, err)
		}
		for _, v := range page {
			if words, pictures := shown(v); (words == "") != (v.No == gone.of) || (pictures == 0) != (v.No == gone.of) {
				t.Errorf("in the list, of %s: %q, %d pictures", v.No, words, pictures)
			}
		}
		d.Set(&model.User{}, map[string]any{"deleted_at": 0}, "id = ?", gone.buyer.UserID)
	})
}
