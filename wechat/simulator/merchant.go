package simulator

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"
)

// Mode is how WeChat proves itself to a merchant.
type Mode string

// The modes. A migrating merchant has both: answers are signed with what the request's Wechatpay-Serial
// asks for, notifications still with the certificate.
const (
	ModePublicKey    Mode = "public_key"
	ModeCertificates Mode = "certificates"
	ModeMigrating    Mode = "migrating"
)

// Merchant is a mini program and the WeChat Pay merchant bound to it, with everything WeChat and the
// merchant have agreed on. Keys are PEM, private ones PKCS#8.
type Merchant struct {
	Name      string // what the payment sheet shows
	AppID     string
	AppSecret string
	MchID     string
	APIv3Key  string // 32 bytes

	CertSerial string // of the merchant's API certificate
	PrivateKey string // the merchant's; the simulator itself only uses its public half

	Mode        Mode
	PublicKeyID string // PUB_KEY_ID_…; empty in ModeCertificates
	PublicKey   string // WeChat's; empty in ModeCertificates

	PlatformSerial string // of WeChat's certificate
	PlatformKey    string // WeChat's private key: nobody but the simulator has it

	PushToken string // of the mini program's message push
	PushKey   string // its EncodingAESKey
	PushURL   string // where it goes; empty: nowhere

	OpenPlatform string // an Open Platform account: users then have a unionid, the same for all its apps
}

// merchant is a Merchant with its keys parsed.
type merchant struct {
	Merchant
	public      *rsa.PublicKey
	platform    *rsa.PrivateKey
	certificate []byte // PEM
	notBefore   time.Time
	notAfter    time.Time
	aead        cipher.AEAD
}

// AddMerchant makes a merchant, filling in what m leaves empty, and returns it complete. A merchant with a
// known MchID is replaced, unless m gives nothing but that number: then the known one is returned, which
// is how a demonstration finds its merchant again after a restart with a state file.
//
// Credentials kept elsewhere can be given back. In ModeCertificates a new PlatformKey goes unnoticed,
// because certificates are downloaded; in the other modes it comes with a new PublicKey that the holder of
// the credentials must take over.
func (s *Simulator) AddMerchant(m Merchant) (Merchant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.merchants[m.MchID]; known != nil && m == (Merchant{MchID: m.MchID}) {
		return known.Merchant, nil
	}
	s.slots++
	for m.MchID == "" {
		if id := fmt.Sprintf("16%08d", s.slots); s.merchants[id] == nil {
			m.MchID = id
		} else {
			s.slots++
		}
	}
	m.AppID = orElse(m.AppID, "wx"+hexDigest(16, "appid", m.MchID))
	opened, err := openMerchant(m, s.slots)
	if err != nil {
		return Merchant{}, err
	}
	for id, other := range s.merchants {
		if id != m.MchID && other.AppID == m.AppID {
			return Merchant{}, fmt.Errorf("simulator: appid %s is bound to merchant %s", m.AppID, id)
		}
	}
	s.merchants[m.MchID] = opened
	return opened.Merchant, nil
}

// Merchants lists the merchants, by number.
func (s *Simulator) Merchants() []Merchant {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Merchant, 0, len(s.merchants))
	for _, id := range slices.Sorted(maps.Keys(s.merchants)) {
		out = append(out, s.merchants[id].Merchant)
	}
	return out
}

// byApp is the merchant bound to an appid, or nil.
func (s *Simulator) byApp(appID string) *merchant {
	for _, m := range s.merchants {
		if m.AppID == appID {
			return m
		}
	}
	return nil
}

// openMerchant completes and parses m. slot chooses among the process's generated keys.
func openMerchant(m Merchant, slot int) (*merchant, error) {
	m.Name = orElse(m.Name, "Merchant "+m.MchID)
	m.AppSecret = orElse(m.AppSecret, hexDigest(32, "secret", m.AppID))
	m.APIv3Key = orElse(m.APIv3Key, hexDigest(32, "apiv3", m.MchID))
	m.CertSerial = orElse(m.CertSerial, strings.ToUpper(hexDigest(40, "serial", m.MchID)))
	m.PushToken = orElse(m.PushToken, hexDigest(24, "push token", m.AppID))
	m.PushKey = orElse(m.PushKey, pushKeyOf(m.AppID))
	m.PlatformSerial = orElse(m.PlatformSerial, strings.ToUpper(hexDigest(40, "platform", m.MchID)))
	m.Mode = Mode(orElse(string(m.Mode), string(ModePublicKey)))
	if m.Mode != ModePublicKey && m.Mode != ModeCertificates && m.Mode != ModeMigrating {
		return nil, fmt.Errorf("simulator: mode %q", m.Mode)
	}
	own, err := keyOrGenerate(&m.PrivateKey, 2*slot)
	if err != nil {
		return nil, fmt.Errorf("simulator: merchant's private key: %w", err)
	}
	platform, err := keyOrGenerate(&m.PlatformKey, 2*slot+1)
	if err != nil {
		return nil, fmt.Errorf("simulator: platform key: %w", err)
	}
	m.PublicKeyID, m.PublicKey = publicKeyOf(m, platform)
	block, err := aes.NewCipher([]byte(m.APIv3Key))
	if err != nil || len(m.APIv3Key) != 32 {
		return nil, errors.New("simulator: the APIv3 key must have 32 bytes")
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("simulator: %w", err)
	}
	out := &merchant{Merchant: m, public: &own.PublicKey, platform: platform, aead: aead}
	return out, out.selfSign()
}

func publicKeyOf(m Merchant, platform *rsa.PrivateKey) (id, text string) {
	if m.Mode == ModeCertificates {
		return "", ""
	}
	der, err := x509.MarshalPKIXPublicKey(&platform.PublicKey)
	if err != nil {
		panic(err) // an RSA key that was just parsed always marshals
	}
	id = orElse(m.PublicKeyID, "PUB_KEY_ID_011"+m.MchID+hexDigest(16, "public", m.MchID))
	return id, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// selfSign makes WeChat's certificate. Its dates are real ones: SDKs compare them with their own clock.
func (m *merchant) selfSign() error {
	serial, ok := new(big.Int).SetString(m.PlatformSerial, 16)
	if !ok || serial.Sign() <= 0 {
		return fmt.Errorf("simulator: platform serial %q is not hexadecimal", m.PlatformSerial)
	}
	m.notBefore = time.Now().Add(-24 * time.Hour).UTC().Truncate(time.Second)
	m.notAfter = m.notBefore.AddDate(5, 0, 0)
	subject := pkix.Name{CommonName: "Tenpay.com sign (simulated)", Organization: []string{"Simulator"}}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: subject, Issuer: subject,
		NotBefore: m.notBefore, NotAfter: m.notAfter, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &m.platform.PublicKey, m.platform)
	if err != nil {
		return fmt.Errorf("simulator: certificate: %w", err)
	}
	m.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return nil
}

// generated are this process's keys, reused slot by slot by every simulator in it: making one takes a
// tenth of a second, and no two merchants of one simulator get the same.
var generated struct {
	sync.Mutex
	keys []*rsa.PrivateKey
}

func keyOrGenerate(text *string, slot int) (*rsa.PrivateKey, error) {
	if *text != "" {
		block, _ := pem.Decode([]byte(*text))
		if block == nil {
			return nil, errors.New("not PEM")
		}
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, err
		}
		k, ok := parsed.(*rsa.PrivateKey)
		if !ok {
			return nil, errors.New("not an RSA key")
		}
		return k, nil
	}
	generated.Lock()
	defer generated.Unlock()
	for len(generated.keys) <= slot {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		generated.keys = append(generated.keys, k)
	}
	k := generated.keys[slot]
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return nil, err
	}
	*text = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return k, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
