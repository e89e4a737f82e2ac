package brand_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"hutong/configs"
	"hutong/model"
	"hutong/service/brand"
	"hutong/service/database"
	"hutong/service/seal"
	"hutong/wechat"
)

const (
	appSecret = "0123456789abcdef0123456789abcdef"
	apiv3Key  = "an APIv3 key of thirty-two bytes"
	pushToken = "ATokenOfThePush"
	pushKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// keys are a merchant's key pair and WeChat's, as PEM.
var keys = sync.OnceValue(func() (k struct{ private, public string }) {
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		panic(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&own.PublicKey)
	if err != nil {
		panic(err)
	}
	k.private = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	k.public = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}))
	return k
})

// full is the Spec of testdata/full.yaml.
func full(t *testing.T) brand.Spec {
	t.Helper()
	spec, err := brand.ReadSpec(beside(t, "testdata/full.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// beside copies a YAML file to a folder that has the files it names.
func beside(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, text := range map[string]string{
		"brand.yaml": string(content), "apiv3.key": apiv3Key + "\n",
		"apiclient_key.pem": keys().private, "pub_key.pem": keys().public,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "brand.yaml")
}

// clock is turned by the tests.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// house has a service on a database, with keys of its own.
type house struct {
	*brand.Service
	db       *database.DB
	clock    *clock
	keys     configs.Keys
	platform wechat.Platform
}

func open(t *testing.T, db *database.DB) *house {
	t.Helper()
	k, err := configs.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{db: db, clock: &clock{time.UnixMilli(1_800_000_000_000)}, keys: k}
	h.platform = wechat.New(wechat.Options{APIBase: "http://127.0.0.1:1", PayBase: "http://127.0.0.1:1", Clock: h.clock.now})
	h.Service = h.with(t, k)
	return h
}

// with is another process on the same database.
func (h *house) with(t *testing.T, k configs.Keys) *brand.Service {
	t.Helper()
	box, err := seal.New(string(k.Keyset))
	if err != nil {
		t.Fatal(err)
	}
	return brand.New(h.db, box, h.platform, h.clock.now, 15*time.Minute)
}

// apply applies a Spec, and tells the brand.
func (h *house) apply(t *testing.T, spec brand.Spec) *model.Brand {
	t.Helper()
	if _, err := h.Apply(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	b, err := h.Resolve(t.Context(), spec.Slug)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (h *house) create(ctx context.Context, t *testing.T, rows ...any) {
	t.Helper()
	err := h.db.InTx(ctx, func(tx *gorm.DB) error {
		for _, r := range rows {
			if err := tx.Create(r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
