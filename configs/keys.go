package configs

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// The files that Keys are kept in.
const (
	SessionKeysFile = "session.keys" // one per line, for session.keys_file
	KeysetFile      = "keyset.json"  // for secrets.keyset_file
)

// Keys are the secrets of an installation: those that sign consumers' sessions, the first signs, and the
// Tink AEAD keyset that encrypts in the database.
//
// They are changed in two steps, because replicas do not restart all at once: first everybody learns the
// next keys (Next), then everybody uses them (Promote). Nothing that was signed or encrypted before stops
// working.
type Keys struct {
	Session []Secret
	Keyset  Secret
}

// NewKeys makes the keys of a new installation.
func NewKeys() (Keys, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return Keys{}, err
	}
	return Keys{Session: []Secret{newSessionKey()}}.withKeyset(handle)
}

// Next adds one key to each kind, which is understood but not used yet. Keys whose last addition has not
// been promoted are refused.
func (k Keys) Next() (Keys, error) {
	m, primary, newest, err := k.manager()
	if err != nil {
		return Keys{}, err
	}
	if primary != newest {
		return Keys{}, errors.New("keys: the next keys are there already; promote them first")
	}
	if _, err = m.Add(aead.AES256GCMKeyTemplate()); err != nil {
		return Keys{}, err
	}
	handle, err := m.Handle()
	if err != nil {
		return Keys{}, err
	}
	return Keys{Session: append(k.Session[:len(k.Session):len(k.Session)], newSessionKey())}.withKeyset(handle)
}

// Promote puts the keys that Next added to use. Of the older session keys it keeps the one that signed so
// far; of the keyset all, because the database holds what they encrypted. Without a Next it refuses.
func (k Keys) Promote() (Keys, error) {
	m, primary, newest, err := k.manager()
	if err != nil {
		return Keys{}, err
	}
	if primary == newest || len(k.Session) < 2 {
		return Keys{}, errors.New("keys: there are no next keys to promote")
	}
	if err = m.SetPrimary(newest); err != nil {
		return Keys{}, err
	}
	handle, err := m.Handle()
	if err != nil {
		return Keys{}, err
	}
	return Keys{Session: []Secret{k.Session[len(k.Session)-1], k.Session[0]}}.withKeyset(handle)
}

// Environ writes the keys as two variables of the environment, in the form of an env file.
func (k Keys) Environ() string {
	session := make([]string, len(k.Session))
	for i, s := range k.Session {
		session[i] = string(s)
	}
	return fmt.Sprintf("%s=%s\n%s='%s'\n",
		variable("session.keys"), strings.Join(session, ","), variable("secrets.keyset"), string(k.Keyset))
}

// ReadKeys reads the keys of a folder.
func ReadKeys(folder string) (Keys, error) {
	session, err := os.ReadFile(filepath.Join(folder, SessionKeysFile))
	if err != nil {
		return Keys{}, err
	}
	set, err := os.ReadFile(filepath.Join(folder, KeysetFile))
	if err != nil {
		return Keys{}, err
	}
	return Keys{Session: lines(session), Keyset: Secret(bytes.TrimSpace(set))}, nil
}

// Create writes new keys into a folder, which it makes if need be. Where there are keys already it fails
// with fs.ErrExist: a database whose keyset is overwritten is unreadable.
func (k Keys) Create(folder string) error {
	for _, name := range []string{SessionKeysFile, KeysetFile} {
		if _, err := os.Lstat(filepath.Join(folder, name)); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(&fs.PathError{Op: "create", Path: filepath.Join(folder, name), Err: fs.ErrExist}, err)
		}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return k.Replace(folder)
}

// Replace writes the keys over those of a folder. A crash leaves each file either old or new.
func (k Keys) Replace(folder string) error {
	session := ""
	for _, s := range k.Session {
		session += string(s) + "\n"
	}
	if err := replaceFile(filepath.Join(folder, KeysetFile), string(k.Keyset)+"\n"); err != nil {
		return err
	}
	return replaceFile(filepath.Join(folder, SessionKeysFile), session)
}

// replaceFile writes a file that only its owner may read.
func replaceFile(path, content string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func newSessionKey() Secret {
	b := make([]byte, minKey)
	_, _ = rand.Read(b) // never fails
	return Secret(base64.RawURLEncoding.EncodeToString(b))
}

// manager opens the keyset and tells which key encrypts and which was added last.
func (k Keys) manager() (m *keyset.Manager, primary, newest uint32, err error) {
	if len(k.Session) == 0 {
		return nil, 0, 0, errors.New("keys: there is no session key")
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(string(k.Keyset))))
	if err != nil {
		return nil, 0, 0, fmt.Errorf("keys: the keyset cannot be read: %w", err)
	}
	info := handle.KeysetInfo()
	all := info.GetKeyInfo()
	return keyset.NewManagerFromHandle(handle), info.GetPrimaryKeyId(), all[len(all)-1].GetKeyId(), nil
}

func (k Keys) withKeyset(handle *keyset.Handle) (Keys, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&b)); err != nil {
		return Keys{}, err
	}
	k.Keyset = Secret(bytes.TrimSpace(b.Bytes()))
	return k, nil
}

// lines is what a file has on its lines, without the empty ones.
func lines(content []byte) []Secret {
	var all []Secret
	for line := range bytes.Lines(content) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			all = append(all, Secret(line))
		}
	}
	return all
}
