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
