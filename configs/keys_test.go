package configs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

func open(t *testing.T, k Keys) tink.AEAD {
	t.Helper()
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(string(k.Keyset))))
	if err != nil {
		t.Fatal(err)
	}
	a, err := aead.New(h)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func must(t *testing.T) func(Keys, error) Keys {
	return func(k Keys, err error) Keys {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
}

// While the replicas of one installation restart, some have the keys before a step and some those after it:
// what either encrypts the other reads, and what either signs the other verifies.
func TestRotationNeverLocksAReplicaOut(t *testing.T) {
	before := must(t)(NewKeys())
	for _, step := range []func(Keys) (Keys, error){Keys.Next, Keys.Promote, Keys.Next, Keys.Promote} {
		after := must(t)(step(before))
		for _, pair := range [][2]Keys{{before, after}, {after, before}} {
			sealed, err := open(t, pair[0]).Encrypt([]byte("secret"), []byte("brand:1"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := open(t, pair[1]).Decrypt(sealed, []byte("brand:1")); err != nil {
				t.Errorf("a replica cannot read what its neighbour encrypted: %v", err)
			}
			if signs := pair[0].Session[0]; !strings.Contains(pair[1].Environ(), string(signs)) {
				t.Error("a replica cannot verify what its neighbour signed")
			}
		}
		before = after
	}
}

func TestRotationStepsInTurn(t *testing.T) {
	k := must(t)(NewKeys())
	if _, err := k.Promote(); err == nil {
		t.Error("Promote without Next put an old key to use")
	}
	next := must(t)(k.Next())
	if next.Session[0] != k.Session[0] {
		t.Error("Next used the new key at once")
	}
	if _, err := next.Next(); err == nil {
		t.Error("Next twice left a key behind that is never used")
	}
	promoted := must(t)(next.Promote())
	if promoted.Session[0] != next.Session[1] || len(promoted.Session) != 2 {
		t.Error("Promote did not put the next session key first and keep the one before")
	}
	if _, err := promoted.Promote(); err == nil {
		t.Error("Promote twice put the old session key back to use")
	}
}

func TestKeysInFilesAndEnvironment(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "keys")
	k := must(t)(must(t)(NewKeys()).Next())
	if err := k.Create(folder); err != nil {
		t.Fatal(err)
	}
	if err := k.Create(folder); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Create over keys = %v, want %v", err, fs.ErrExist)
	}
	if got := must(t)(ReadKeys(folder)); !cmp.Equal(got, k) {
		t.Error("the files do not give the keys back")
	}
	if info, err := os.Stat(filepath.Join(folder, KeysetFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: others can read the keyset", info.Mode(), err)
	}
	var environ []string
	for line := range strings.Lines(k.Environ()) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		environ = append(environ, name+"="+strings.Trim(value, "'"))
	}
	c, err := Load("", environ)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(Keys{c.Session.Keys, c.Secrets.Keyset}, k) {
		t.Error("the environment does not give the keys back")
	}
}
