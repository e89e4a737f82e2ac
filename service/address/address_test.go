package address_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/address"
	"hutong/service/database"
	"hutong/service/testdb"
)

var now model.Clock = func() time.Time { return time.UnixMilli(1_800_000_000_000) }

func newNo() string { return ulid.Make().String() }

// shop is a brand with two users.
type shop struct {
	*address.Service
	db       *database.DB
	ctx      context.Context
	ann, bob int64
}

func open(t *testing.T, db *database.DB) shop {
	t.Helper()
	s := shop{Service: address.New(db, now, newNo), db: db, ctx: model.WithBrand(t.Context(), 1)}
	s.ann, s.bob = s.user(s.ctx, t, "ann"), s.user(s.ctx, t, "bob")
	return s
}

func (s shop) user(ctx context.Context, t *testing.T, openID string) int64 {
	t.Helper()
	u := model.User{No: newNo(), AppID: "wx1", OpenID: openID}
	if err := s.db.InTx(ctx, func(tx *gorm.DB) error { return tx.Create(&u).Error }); err != nil {
		t.Fatal(err)
	}
	return u.ID
}

func good() address.Input {
	return address.Input{
		Name: "王小明", Phone: "13800138000", ProvinceCode: "31", City: "上海市", District: "静安区",
		Detail: "南京西路 1 号", Postcode: "200040",
	}
}

func (s shop) create(t *testing.T, user int64, in address.Input) address.View {
	t.Helper()
	v, err := s.Create(s.ctx, user, newNo(), in)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// defaults are the numbers of the user's default addresses.
func (s shop) defaults(t *testing.T, user int64) (nos []string) {
	t.Helper()
	all, err := s.List(s.ctx, user)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.Default {
			nos = append(nos, a.No)
		}
	}
	return nos
}

func (s shop) wantDefault(t *testing.T, user int64, no string) {
	t.Helper()
	if nos := s.defaults(t, user); len(nos) != 1 || nos[0] != no {
		t.Fatalf("the defaults are %v, want %s alone", nos, no)
	}
}

func TestExactlyOneDefault(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		a := s.create(t, s.ann, good())
		s.wantDefault(t, s.ann, a.No)
		b := s.create(t, s.ann, good())
		s.wantDefault(t, s.ann, a.No)
		in := good()
		in.Default = true
		c := s.create(t, s.ann, in)
		s.wantDefault(t, s.ann, c.No)
		if all, err := s.List(s.ctx, s.ann); err != nil || all[0].No != c.No || len(all) != 3 {
			t.Errorf("the default is not first: %+v, %v", all, err)
		}

		in.Default = false
		if _, err := s.Update(s.ctx, s.ann, c.No, in); err != nil {
			t.Fatal(err)
		}
		s.wantDefault(t, s.ann, c.No)
		in.Default = true
		if v, err := s.Update(s.ctx, s.ann, a.No, in); err != nil || !v.Default {
			t.Fatal(v, err)
		}
		s.wantDefault(t, s.ann, a.No)
		if err := s.SetDefault(s.ctx, s.ann, b.No); err != nil {
			t.Fatal(err)
		}
		s.wantDefault(t, s.ann, b.No)

		for _, step := range []struct{ remove, then string }{{b.No, c.No}, {a.No, c.No}} {
			if err := s.Delete(s.ctx, s.ann, step.remove); err != nil {
				t.Fatal(err)
			}
			s.wantDefault(t, s.ann, step.then)
		}
		if err := s.Delete(s.ctx, s.ann, c.No); err != nil {
			t.Fatal(err)
		}
		if nos := s.defaults(t, s.ann); len(nos) != 0 {
			t.Errorf("a default of nothing: %v", nos)
		}
	})
}

// Many at once neither get past the limit nor make two defaults.
func TestLimitAndDefaultHoldAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		in := good()
		in.Default = true
		errs := testdb.Race(address.Limit+12, func(int) error {
			_, err := s.Create(s.ctx, s.ann, newNo(), in)
			return err
		})
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else if !errors.Is(err, model.ErrAddressLimit) {
				t.Error(err)
			}
		}
		if all, _ := s.List(s.ctx, s.ann); made != address.Limit || len(all) != address.Limit {
			t.Errorf("%d made, %d kept, want %d", made, len(all), address.Limit)
		}
		if nos := s.defaults(t, s.ann); len(nos) != 1 {
			t.Errorf("defaults: %v", nos)
		}
	})
}

func TestCreateHappensOncePerKey(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		nos := map[string]bool{}
		for _, v := range testdb.Race(8, func(int) address.View {
			v, err := s.Create(s.ctx, s.ann, "the-same-key", good())
			if err != nil {
				t.Error(err)
			}
			return v
		}) {
			nos[v.No] = true
		}
		if all, _ := s.List(s.ctx, s.ann); len(nos) != 1 || len(all) != 1 {
			t.Errorf("answers %v, %d addresses", nos, len(all))
		}
		other := good()
		other.Name = "李雷"
		if _, err := s.Create(s.ctx, s.ann, "the-same-key", other); !errors.Is(err, model.ErrKeyReused) {
			t.Errorf("another body under the same key: %v", err)
		}
		if _, err := s.Create(s.ctx, s.bob, "the-same-key", other); err != nil {
			t.Errorf("the same key of another user: %v", err)
		}
	})
}

// An address is found by its owner alone, in its brand alone.
func TestOthersFindNothing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		s := open(t, db)
		a := s.create(t, s.ann, good())
		elsewhere := model.WithBrand(t.Context(), 2)
		for name, who := range map[string]struct {
			ctx  context.Context
			user int64
		}{"another user": {s.ctx, s.bob}, "the same user id in another brand": {elsewhere, s.ann}} {
			user := who.user
			if who.ctx == elsewhere {
				user = s.user(elsewhere, t, "eve")
			}
			tries := map[string]func() error{
				"get":     func() error { _, err := s.Get(who.ctx, user, a.No); return err },
				"update":  func() error { _, err := s.Update(who.ctx, user, a.No, good()); return err },
				"delete":  func() error { return s.Delete(who.ctx, user, a.No) },
				"default": func() error { return s.SetDefault(who.ctx, user, a.No) },
			}
			for form, try := range tries {
				if err := try(); !errors.Is(err, model.ErrAddressNotFound) {
					t.Errorf("%s, %s: %v", name, form, err)
				}
			}
			if all, err := s.List(who.ctx, who.user); err != nil || len(all) != 0 {
				t.Errorf("%s lists %v, %v", name, all, err)
			}
		}
		if got, err := s.Get(s.ctx, s.ann, a.No); err != nil || got != a {
			t.Errorf("the owner gets %+v, %v", got, err)
		}
	})
}

func TestInput(t *testing.T) {
	s := open(t, testdb.SQLite(t))
	for name, c := range map[string]struct {
		change func(*address.Input)
		want   string // field: code; "" is good
	}{
		"as it is":            {func(*address.Input) {}, ""},
		"landline":            {func(in *address.Input) { in.Phone = "021-62580000-12" }, ""},
		"no district":         {func(in *address.Input) { in.District = "" }, ""},
		"no postcode":         {func(in *address.Input) { in.Postcode = "" }, ""},
		"spaces around":       {func(in *address.Input) { in.Name = "  王小明 " }, ""},
		"32 characters":       {func(in *address.Input) { in.Name = strings.Repeat("王", 32) }, ""},
		"empty name":          {func(in *address.Input) { in.Name = " " }, "name: required"},
		"33 characters":       {func(in *address.Input) { in.Name = strings.Repeat("王", 33) }, "name: too_long"},
		"line feed":           {func(in *address.Input) { in.Name = "王\n明" }, "name: invalid"},
		"turned direction":    {func(in *address.Input) { in.Detail = "路\u202e1" }, "detail: invalid"},
		"not UTF-8":           {func(in *address.Input) { in.City = "\xff" }, "city: invalid"},
		"no phone":            {func(in *address.Input) { in.Phone = "" }, "phone: required"},
		"short phone":         {func(in *address.Input) { in.Phone = "1380013800" }, "phone: invalid"},
		"no such mobile":      {func(in *address.Input) { in.Phone = "12800138000" }, "phone: invalid"},
		"phone and more":      {func(in *address.Input) { in.Phone = "13800138000;" }, "phone: invalid"},
		"unknown province":    {func(in *address.Input) { in.ProvinceCode = "99" }, "province_code: invalid"},
		"name for a province": {func(in *address.Input) { in.ProvinceCode = "上海" }, "province_code: invalid"},
		"121 characters":      {func(in *address.Input) { in.Detail = strings.Repeat("路", 121) }, "detail: too_long"},
		"postcode":            {func(in *address.Input) { in.Postcode = "2000" }, "postcode: invalid"},
		"several":             {func(in *address.Input) { in.City, in.Detail = "", "" }, "city: required; detail: required"},
	} {
		in := good()
		c.change(&in)
		v, err := s.Create(s.ctx, s.ann, newNo(), in)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && (v.Province != "上海市" || v.Name != strings.TrimSpace(v.Name)) {
			t.Errorf("%s: %+v", name, v)
		}
		if c.want != "" && err != nil {
			var errs model.Errs
			if !errors.As(err, &errs) {
				t.Errorf("%s: %T", name, err)
			}
		}
		if err == nil {
			if err := s.Delete(s.ctx, s.ann, v.No); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(model.Provinces); n != 34 {
		t.Errorf("%d provinces", n)
	}
}
