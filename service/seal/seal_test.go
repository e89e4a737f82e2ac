package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"hutong/configs"
	"hutong/service/seal"
)

func box(t *testing.T, k configs.Keys) *seal.Box {
	t.Helper()
	b, err := seal.New(string(k.Keyset))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func keys(t *testing.T, step func() (configs.Keys, error)) configs.Keys {
	t.Helper()
	k, err := step()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestOnlyTheSamePlaceOpens(t *testing.T) {
	b := box(t, keys(t, configs.NewKeys))
	sealed, err := b.Seal("app secret", "brand:1/app_secret")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("app secret")) {
		t.Error("the secret can be read in what was sealed")
	}
	if plain, err := b.Open(sealed, "brand:1/app_secret"); err != nil || plain != "app secret" {
		t.Errorf("opened %q, %v", plain, err)
	}
	for _, place := range []string{"brand:2/app_secret", "brand:1/apiv3_key", ""} {
		if _, err := b.Open(sealed, place); !errors.Is(err, seal.ErrSealed) {
			t.Errorf("opened at %q: %v", place, err)
		}
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := b.Open(sealed, "brand:1/app_secret"); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("opened though altered: %v", err)
	}
	if _, err := box(t, keys(t, configs.NewKeys)).Open(sealed, "brand:1/app_secret"); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("another installation's keys open it: %v", err)
	}
}

func TestRotatedKeysOpenWhatOldOnesSealed(t *testing.T) {
	old := keys(t, configs.NewKeys)
	sealed, err := box(t, old).Seal("secret", "here")
	if err != nil {
		t.Fatal(err)
	}
	next := keys(t, old.Next)
	rotated := box(t, keys(t, next.Promote))
	if plain, err := rotated.Open(sealed, "here"); err != nil || plain != "secret" {
		t.Errorf("opened %q, %v", plain, err)
	}
	resealed, err := rotated.Seal("secret", "here")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box(t, old).Open(resealed, "here"); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("the new key is not in use: %v", err)
	}
}

func TestBadKeysetIsNotQuoted(t *testing.T) {
	for _, bad := range []string{"", "{}", "secret-material", `{"primaryKeyId":1,"key":[{"secret-material":1}]}`} {
		if _, err := seal.New(bad); err == nil || strings.Contains(err.Error(), "secret-material") {
			t.Errorf("New(%q) = %v", bad, err)
		}
	}
}
