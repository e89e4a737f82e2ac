package callback_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/api/storefront"
	"hutong/model"
	"hutong/service/database"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// door is a shop behind the real router, as WeChat and anybody else find it.
type door struct {
	*testshop.Shop
	api *api.API
}

func each(t *testing.T, test func(t *testing.T, d *door)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		w := testshop.NewWorld(t, db, clock)
		a, err := api.New(api.Options{
			Brand: w.Brand.Resolve, Verify: w.Identity.Authenticate, WeChatPay: w.Payment.Notified,
			PushEcho: w.Push.Echo, Push: w.Push.Pushed, Clock: clock.Now, Storefront: &storefront.Server{Services: w.Services},
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Handle(a)
		test(t, &door{w.Shop(), a})
		w.Audit(t)
	}, testdb.Clock(clock.Now))
}

// sealed is a push of some content to a shop, by one that WeChat would make at an instant.
func (d *door) sealed(t *testing.T, of *testshop.Shop, content string, at time.Time) (query url.Values, body string) {
	t.Helper()
	address, raw, err := d.Sim.SealPush(of.Merchant.AppID, "/", []byte(content), at)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query(), string(raw)
}

func (d *door) knock(t *testing.T, method, slug string, query url.Values, body string) (status int, said string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/callbacks/"+slug+"/wechat?"+query.Encode(), strings.NewReader(body))
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	answer, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(answer)
}

const event = `{"FromUserName":"o","CreateTime":1,"MsgType":"event","Event":"seen","MsgId":%d}`

// Whatever is not WeChat's, for this shop and of now, is refused, tells nothing and leaves nothing behind.
func TestAPushByAnybody(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		other := d.World.Shop()
		now := d.Clock.Now()
		query, body := d.sealed(t, d.Shop, fmt.Sprintf(event, 1), now)
		with := func(name, value string) url.Values {
			q, err := url.ParseQuery(query.Encode())
			if err != nil {
				t.Fatal(err)
			}
			q.Set(name, value)
			return q
		}
		old, oldBody := d.sealed(t, d.Shop, fmt.Sprintf(event, 1), now.Add(-6*time.Minute))
		early, earlyBody := d.sealed(t, d.Shop, fmt.Sprintf(event, 1), now.Add(6*time.Minute))
		theirs, theirBody := d.sealed(t, other, fmt.Sprintf(event, 1), now)
		const refused = http.StatusUnauthorized
		for name, c := range map[string]struct {
			query  url.Values
			body   string
			status int
		}{
			"nothing":                    {nil, "", refused},
			"in clear":                   {with("encrypt_type", ""), fmt.Sprintf(event, 1), refused},
			"in clear, said to be aes":   {query, fmt.Sprintf(event, 1), refused},
			"in clear beside the sealed": {with("encrypt_type", ""), body, refused},
			"signed for clear alone":     {with("msg_signature", query.Get("signature")), body, refused},
			"not signed":                 {with("msg_signature", ""), body, refused},
			"at another time":            {with("timestamp", fmt.Sprint(now.Unix()+1)), body, refused},
			"old":                        {old, oldBody, refused},
			"from the future":            {early, earlyBody, refused},
			"another shop's":             {theirs, theirBody, refused},
			"another shop's body":        {query, theirBody, refused},
			"too large":                  {query, body + strings.Repeat(" ", 64<<10), http.StatusRequestEntityTooLarge},
		} {
			status, said := d.knock(t, http.MethodPost, d.Row.Slug, c.query, c.body)
			if status != c.status || said != "refused" {
				t.Errorf("%s: %d %q", name, status, said)
			}
		}
		if status, said := d.knock(t, http.MethodPost, "nobody", query, body); status != http.StatusNotFound || said != "refused" {
			t.Errorf("for no shop: %d %q", status, said)
		}
		if n := d.Count(&model.Callback{}, "1 = 1"); n != 0 {
			t.Errorf("%d are logged", n)
		}
	})
}

// What was said once may be said again while it is fresh, and then is the same.
func TestAPushAgain(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		query, body := d.sealed(t, d.Shop, fmt.Sprintf(event, 7), d.Clock.Now())
		for range 3 {
			if status, said := d.knock(t, http.MethodPost, d.Row.Slug, query, body); status != http.StatusOK || said != "success" {
				t.Errorf("%d %q", status, said)
			}
		}
		again, sealedAnew := d.sealed(t, d.Shop, fmt.Sprintf(event, 7), d.Clock.Now())
		if status, said := d.knock(t, http.MethodPost, d.Row.Slug, again, sealedAnew); status != http.StatusOK || said != "success" {
			t.Errorf("sealed anew: %d %q", status, said)
		}
		if n := d.Count(&model.Callback{}, "notification_id = '7' AND deliveries = 4"); n != 1 {
			t.Errorf("%d are logged as one that came four times", n)
		}
		d.Clock.Turn(6 * time.Minute)
		if status, said := d.knock(t, http.MethodPost, d.Row.Slug, query, body); status != http.StatusUnauthorized || said != "refused" {
			t.Errorf("six minutes later: %d %q", status, said)
		}
	})
}

// Who enters an address at WeChat is asked for the token by it, and whoever else asks learns nothing.
func TestTheEcho(t *testing.T) {
	each(t, func(t *testing.T, d *door) {
		address := d.Merchant.PushURL
		if err := d.Sim.SetPushURL(t.Context(), d.Merchant.AppID, address); err != nil {
			t.Error(err)
		}
		query, _ := d.sealed(t, d.Shop, "{}", d.Clock.Now())
		query.Set("echostr", "<b>7%d</b>")
		if status, said := d.knock(t, http.MethodGet, d.Row.Slug, query, ""); status != http.StatusOK || said != "<b>7%d</b>" {
			t.Errorf("%d %q", status, said)
		}
		other := d.World.Shop()
		if status, said := d.knock(t, http.MethodGet, other.Row.Slug, query, ""); status != http.StatusUnauthorized || said != "refused" {
			t.Errorf("with another shop's token: %d %q", status, said)
		}
		d.Clock.Turn(6 * time.Minute)
		if status, said := d.knock(t, http.MethodGet, d.Row.Slug, query, ""); status != http.StatusUnauthorized || said != "refused" {
			t.Errorf("six minutes later: %d %q", status, said)
		}
	})
}
