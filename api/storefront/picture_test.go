package storefront_test

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"hutong/service/media"
	"hutong/service/testshop"
)

type photo struct {
	No, URL string
}

// form is what wx.uploadFile sends.
func form(t *testing.T, field, name string, content []byte) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

func drawing(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// noise is a picture of some hundred kilobytes.
func noise(t *testing.T) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 400, 400))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(random.Uint32())
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (f *front) sendPhoto(t *testing.T, s *testshop.Shop, token string) (p photo) {
	t.Helper()
	body, contentType := form(t, "file", "evidence.png", drawing(t))
	f.ask(t, http.MethodPost, "/v1/"+s.Row.Slug+"/pictures", token, body, "Content-Type", contentType).want(http.StatusCreated).into(&p)
	return p
}

// A consumer shows what is wrong with what they got; a picture of somebody else's, or a used one, shows nothing.
func TestEvidenceOfACase(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		sellMoka(t, s)
		token, has := furnish(t, f, s, "anna")
		stranger := f.signIn(t, s, "bruno")
		at := "/v1/" + s.Row.Slug
		var c struct {
			No, Order string
			Pictures  []photo
			Events    []struct{ Pictures []photo }
		}
		f.ask(t, http.MethodPost, at+"/after-sales/"+has.afterSale+"/withdrawal", token, "").into(&c)
		apply := func(token, no string) reply {
			return f.ask(t, http.MethodPost, at+"/orders/"+c.Order+"/after-sales", token,
				`{"kind":"refund","reason":"unwanted","pictures":["`+no+`"],"lines":[{"line":0,"quantity":1}]}`, "Idempotency-Key", "with-"+no)
		}
		apply(token, f.sendPhoto(t, s, stranger).No).refused(http.StatusBadRequest, "pictures[0]: invalid")
		mine := f.sendPhoto(t, s, token)
		apply(token, mine.No).want(http.StatusCreated).into(&c)
		if len(c.Pictures) != 1 || c.Pictures[0] != mine || len(c.Events) != 1 || len(c.Events[0].Pictures) != 1 {
			t.Errorf("%+v", c)
		}
		f.ask(t, http.MethodPost, at+"/after-sales/"+c.No+"/withdrawal", token, "").want(http.StatusOK)
		apply(token, mine.No).want(http.StatusCreated).into(&c) // the same key: the same case
		f.ask(t, http.MethodPost, at+"/orders/"+c.Order+"/after-sales", token,
			`{"kind":"refund","reason":"unwanted","pictures":["`+mine.No+`"],"lines":[{"line":0,"quantity":1}]}`, "Idempotency-Key", "used-again").
			refused(http.StatusBadRequest, "pictures[0]: invalid")
	})
}

func TestOnlyPicturesAreTaken(t *testing.T) {
	each(t, func(t *testing.T, f *front) {
		s := f.Shop()
		token, path := f.signIn(t, s, "anna"), "/v1/"+s.Row.Slug+"/pictures"
		aside := t.TempDir() // where a form that is too long for memory is written meanwhile
		t.Setenv("TMPDIR", aside)
		send := func(field, name string, content []byte) reply {
			body, contentType := form(t, field, name, content)
			return f.ask(t, http.MethodPost, path, token, body, "Content-Type", contentType)
		}
		send("file", "cat.png", []byte("<html><script>alert(1)</script>")).refused(http.StatusBadRequest, "not_a_picture")
		send("file", "large.png", make([]byte, media.MaxPhotoBytes+1)).want(http.StatusRequestEntityTooLarge)
		send("file", "larger.png", make([]byte, 2*media.MaxPhotoBytes)).want(http.StatusRequestEntityTooLarge)
		if r := send("other", "cat.png", drawing(t)); r.status < 400 || r.status >= 500 {
			t.Errorf("without a file: %d %s", r.status, r.body)
		}
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(drawing(t)))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "image/png")
		w := httptest.NewRecorder()
		f.api.ServeHTTP(w, r)
		if w.Code < 400 || w.Code >= 500 {
			t.Errorf("no form: %d %s", w.Code, w.Body)
		}
		noisy := noise(t)
		send("file", "noise.png", noisy).want(http.StatusCreated)
		send("other", "noise.png", noisy)
		if left, err := os.ReadDir(aside); err != nil || len(left) > 0 {
			t.Errorf("%d files are left as they were sent, %v", len(left), err)
		}
	})
}
