package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service"
	"hutong/service/database"
	"hutong/service/media"
	"hutong/service/picture"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

func shop(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) {
		test(t, testshop.NewWorld(t, db, clock).Shop())
	}, testdb.Clock(clock.Now))
}

func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func use(s *testshop.Shop, user int64, nos ...string) error {
	return s.DB.InTx(s.Ctx, func(tx *gorm.DB) error { return picture.Use(tx, user, nos) })
}

func TestAPhotoIsUsedOnceByWhoSentIt(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b, stranger := s.Buyer().UserID, s.Buyer().UserID
		if _, err := s.Picture.Take(s.Ctx, b, []byte("no picture")); !errors.Is(err, model.ErrNotAPicture) {
			t.Error(err)
		}
		one, err := s.Picture.Take(s.Ctx, b, photo(t))
		if err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"a stranger": use(s, stranger, one.No), "nothing": use(s, b, "01JZQ4T7M9S8X5N2K6V3B1C0DE"), "twice in one": use(s, b, one.No, one.No),
		} {
			if !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		used := 0
		for _, err := range testdb.Race(4, func(int) error { return use(s, b, one.No) }) {
			if err == nil {
				used++
			} else if !errors.Is(err, model.ErrInvalid) {
				t.Error(err)
			}
		}
		if used != 1 {
			t.Errorf("used %d times", used)
		}
	})
}

func TestFewWaitAndNotForLong(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		b := s.Buyer().UserID
		content, taken := photo(t), 0
		for _, err := range testdb.Race(picture.MostUnused+4, func(int) error { _, err := s.Picture.Take(s.Ctx, b, content); return err }) {
			if err == nil {
				taken++
			} else if !errors.Is(err, model.ErrTooMany) {
				t.Error(err)
			}
		}
		if taken != picture.MostUnused {
			t.Errorf("%d were taken", taken)
		}
		var kept model.Photo
		if err := s.DB.Read(s.Ctx).Where("user_id = ?", b).Take(&kept).Error; err != nil {
			t.Fatal(err)
		}
		if err := use(s, b, kept.No); err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(25 * time.Hour)
		if err := s.CleanUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.RunJobs()
		files, err := fs.ReadDir(s.Media.Files(), "photos")
		if err != nil || len(files) != 1 || files[0].Name() != strings.TrimPrefix(kept.URL, media.Prefix+"photos/") {
			t.Errorf("%d files are left, %v", len(files), err)
		}
		if n := s.Count(&model.Photo{}, "user_id = ?", b); n != 1 {
			t.Errorf("%d photos are left", n)
		}
	})
}

// Whenever we die, no file is left that nobody knows of.
func TestNoFileIsLeftWhenWeDie(t *testing.T) {
	clock, crash := testshop.NewClock(), &testdb.Crasher{}
	options := testdb.SQLiteOptions(t, testdb.Clock(clock.Now), testdb.Wrap(crash.Wrap))
	open := func() *database.DB {
		db, err := database.Open(context.WithoutCancel(t.Context()), options)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	w := testshop.NewWorld(t, open(), clock)
	defer func() { _ = w.DB.Close() }()
	s, content, died := w.Shop(), photo(t), 0
	b := s.Buyer().UserID
	for _, after := range []bool{false, true} {
		for n := 1; ; n++ {
			crash.Arm(n, after)
			_, err := s.Picture.Take(s.Ctx, b, content)
			if !crash.Disarm() {
				break
			}
			if died++; err == nil {
				t.Errorf("dead at statement %d, and a photo was answered", n)
			}
			_ = w.DB.Close()
			w.Restart(open())
		}
	}
	clock.Turn(25 * time.Hour)
	if err := s.CleanUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.RunJobs()
	if files, err := fs.ReadDir(s.Media.Files(), "photos"); err != nil || len(files) > 0 || died < 6 {
		t.Errorf("having died %d times, %d files are left, %v", died, len(files), err)
	}
}

func TestWhatCannotBeKeptIsForgotten(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		folder := t.TempDir()
		store, err := media.Open(folder, media.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "photos"), nil, 0o600); err != nil { // where a folder should be
			t.Fatal(err)
		}
		pictures := picture.New(s.DB, s.Clock.Now, service.NewNumbers(s.Clock.Now), store)
		if _, err := pictures.Take(s.Ctx, s.Buyer().UserID, photo(t)); err == nil {
			t.Error("it was kept nowhere")
		}
		if n := s.Count(&model.Photo{}, "1 = 1"); n != 0 {
			t.Errorf("%d photos have no file", n)
		}
	})
}

// A photo whose sender has the account deleted while the file is being written leaves none.
func TestNoFileComesAfterItsPhotoWasErased(t *testing.T) {
	shop(t, func(t *testing.T, s *testshop.Shop) {
		kept := ""
		objects := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.Method {
			case http.MethodPut:
				var nos []string
				err := s.DB.InTx(s.Ctx, func(tx *gorm.DB) error {
					if err := tx.Model(&model.Photo{}).Pluck("no", &nos).Error; err != nil {
						return err
					}
					return picture.Erase(tx, nos)
				})
				if err != nil {
					t.Error(err)
				}
				kept = r.URL.Path
				w.Header().Set("ETag", `"x"`)
			case http.MethodDelete:
				if r.URL.Path == kept {
					kept = ""
				}
				w.WriteHeader(http.StatusNoContent)
			}
		}))
		defer objects.Close()
		store, err := media.Open("", media.Settings{S3: &media.S3{
			Endpoint: objects.URL, Bucket: "shop", AccessKey: "key", SecretKey: "secret", PathStyle: true,
		}})
		if err != nil {
			t.Fatal(err)
		}
		pictures := picture.New(s.DB, s.Clock.Now, service.NewNumbers(s.Clock.Now), store)
		if _, err := pictures.Take(s.Ctx, s.Buyer().UserID, photo(t)); !errors.Is(err, model.ErrUnauthorized) || kept != "" {
			t.Errorf("%q is left, %v", kept, err)
		}
	})
}
