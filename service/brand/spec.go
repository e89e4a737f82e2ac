package brand

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"hutong/model"
)

// Spec is a brand as it is written down: all of it, but for what is left out of the parts whose comment says
// so. See testdata/full.yaml for one with everything.
type Spec struct {
	Slug      string            `json:"slug" yaml:"slug"`                         // in addresses; cannot be changed
	Status    model.BrandStatus `json:"status,omitempty" yaml:"status,omitempty"` // left out: stays, at first active
	Name      model.Text        `json:"name" yaml:"name"`
	Languages []string          `json:"languages" yaml:"languages"` // the first is the default
	Theme     model.Theme       `json:"theme" yaml:"theme"`
	OrderTTL  int64             `json:"order_ttl,omitempty" yaml:"order_ttl,omitempty"` // seconds; left out: stays
	// FreeOrders lets promotions and coupons bring an order down to nothing; left out: stays, at first not.
	FreeOrders *bool             `json:"free_orders,omitempty" yaml:"free_orders,omitempty"`
	WeChat     *WeChat           `json:"wechat,omitempty" yaml:"wechat,omitempty"`         // left out: stays
	Freight    []FreightTemplate `json:"freight,omitempty" yaml:"freight,omitempty"`       // left out: stay; given: these and no other
	AfterSale  *AfterSale        `json:"after_sale,omitempty" yaml:"after_sale,omitempty"` // left out: stays; given: the whole of it
	Pages      []Page            `json:"pages,omitempty" yaml:"pages,omitempty"`           // left out: stay; given: these and no other
	Messages   []MessageTemplate `json:"messages,omitempty" yaml:"messages,omitempty"`     // left out: stay; given: these and no other
}

// WeChat is a brand's mini program and its merchant at WeChat Pay. A secret that is left out stays, as long
// as the number that it belongs to does.
type WeChat struct {
	AppID          string                `json:"app_id" yaml:"app_id"`
	AppSecret      Secret                `json:"app_secret,omitempty" yaml:"app_secret,omitempty"`
	AppSecretFile  string                `json:"app_secret_file,omitempty" yaml:"app_secret_file,omitempty"`
	MchID          string                `json:"mch_id" yaml:"mch_id"`
	APIv3Key       Secret                `json:"apiv3_key,omitempty" yaml:"apiv3_key,omitempty"` // 32 bytes
	APIv3KeyFile   string                `json:"apiv3_key_file,omitempty" yaml:"apiv3_key_file,omitempty"`
	CertSerial     string                `json:"cert_serial" yaml:"cert_serial"`                     // of the merchant's API certificate
	PrivateKey     Secret                `json:"private_key,omitempty" yaml:"private_key,omitempty"` // PEM, PKCS#8
	PrivateKeyFile string                `json:"private_key_file,omitempty" yaml:"private_key_file,omitempty"`
	Verification   model.PayVerification `json:"verification" yaml:"verification"`
	PublicKeyID    string                `json:"public_key_id,omitempty" yaml:"public_key_id,omitempty"` // in public-key mode
	PublicKey      string                `json:"public_key,omitempty" yaml:"public_key,omitempty"`       // in public-key mode; PEM
	PublicKeyFile  string                `json:"public_key_file,omitempty" yaml:"public_key_file,omitempty"`
	PushToken      Secret                `json:"push_token,omitempty" yaml:"push_token,omitempty"` // of the mini program's message push
	PushTokenFile  string                `json:"push_token_file,omitempty" yaml:"push_token_file,omitempty"`
	PushKey        Secret                `json:"push_key,omitempty" yaml:"push_key,omitempty"` // its EncodingAESKey, 43 characters
	PushKeyFile    string                `json:"push_key_file,omitempty" yaml:"push_key_file,omitempty"`
}

// FreightTemplate is one way to price delivery, known by its name.
type FreightTemplate struct {
	Name     string              `json:"name" yaml:"name"`
	Default  bool                `json:"default,omitempty" yaml:"default,omitempty"` // for products without one of their own
	Basis    model.FreightBasis  `json:"basis" yaml:"basis"`
	FreeFrom model.Fen           `json:"free_from_fen,omitempty" yaml:"free_from_fen,omitempty"` // 0: never
	Rules    []model.FreightRule `json:"rules" yaml:"rules"`
}

// Page is a page of the storefront.
type Page struct {
	Slug   string        `json:"slug" yaml:"slug"` // "home" is the first page
	Title  model.Text    `json:"title" yaml:"title"`
	Draft  bool          `json:"draft,omitempty" yaml:"draft,omitempty"` // not shown
	Blocks []model.Block `json:"blocks" yaml:"blocks"`
}

// Secret is a value that no log, error or answer may show: however it is printed it reads "[redacted]".
type Secret string

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "[redacted]"
}

// GoString implements fmt.GoStringer, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText implements encoding.TextMarshaler, for JSON, YAML and slog.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ReadSpec reads a Spec from a YAML file. Settings that do not exist are errors, named with their line; the
// files that it names (app_secret_file, …) are read, from its own folder unless their path is absolute.
func ReadSpec(path string) (Spec, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return Spec{}, err
	}
	d := yaml.NewDecoder(bytes.NewReader(content))
	d.KnownFields(true)
	var spec Spec
	if err := d.Decode(&spec); err != nil {
		return Spec{}, fmt.Errorf("%s: %w", path, err)
	}
	if err := d.Decode(&struct{}{}); !errors.Is(err, io.EOF) {
		return Spec{}, fmt.Errorf("%s: only one document is possible", path)
	}
	if spec.WeChat != nil {
		if err := spec.WeChat.readFiles(filepath.Dir(path)); err != nil {
			return Spec{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	return spec, nil
}

// file is a setting that may be in a file of its own.
type file struct {
	field string
	name  *string
	set   func(content string)
}

func (w *WeChat) files() []file {
	return []file{
		{"app_secret", &w.AppSecretFile, func(c string) { w.AppSecret = Secret(c) }},
		{"apiv3_key", &w.APIv3KeyFile, func(c string) { w.APIv3Key = Secret(c) }},
		{"private_key", &w.PrivateKeyFile, func(c string) { w.PrivateKey = Secret(c) }},
		{"public_key", &w.PublicKeyFile, func(c string) { w.PublicKey = c }},
		{"push_token", &w.PushTokenFile, func(c string) { w.PushToken = Secret(c) }},
		{"push_key", &w.PushKeyFile, func(c string) { w.PushKey = Secret(c) }},
	}
}

// readFiles replaces the names of files by what is in them.
func (w *WeChat) readFiles(folder string) error {
	for _, f := range w.files() {
		if *f.name == "" {
			continue
		}
		path := *f.name
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("wechat.%s_file: %w", f.field, err)
		}
		f.set(strings.TrimSpace(string(content)))
		*f.name = ""
	}
	return nil
}
