package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how far a request's timestamp may be from the real time.
const maxSkew = 5 * time.Minute

// scheme is the only scheme of Authorization that WeChat Pay v3 takes.
const scheme = "WECHATPAY2-SHA256-RSA2048"

// authorization is what a request's Authorization header says.
type authorization struct {
	mchID, nonce, timestamp, serial string
	signature                       []byte
}

// parseAuthorization reads `WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",timestamp="…",serial_no="…",
// signature="…"`, in any order, each exactly once.
func parseAuthorization(header string) (authorization, error) {
	var a authorization
	if len(header) > 4096 {
		return a, errors.New("Authorization is too long")
	}
	rest, ok := strings.CutPrefix(header, scheme+" ")
	if !ok {
		return a, errors.New("Authorization is missing or of another type")
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || len(value) < 2 || value[0] != '"' || value[len(value)-1] != '"' {
			return a, errors.New("Authorization is malformed")
		}
		if _, twice := fields[name]; twice {
			return a, errors.New("Authorization repeats " + strconv.Quote(name))
		}
		fields[name] = value[1 : len(value)-1]
	}
	for _, name := range []string{"mchid", "nonce_str", "timestamp", "serial_no", "signature"} {
		if fields[name] == "" {
			return a, errors.New("Authorization lacks " + name)
		}
	}
	signature, err := base64.StdEncoding.DecodeString(fields["signature"])
	if err != nil {
		return a, errors.New("signature is not base64")
	}
	return authorization{
		mchID: fields["mchid"], nonce: fields["nonce_str"], timestamp: fields["timestamp"],
		serial: fields["serial_no"], signature: signature,
	}, nil
}

// authenticate finds the merchant that signed a request.
func (s *Simulator) authenticate(r *http.Request, body []byte) (*merchant, error) {
	a, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	m := s.merchants[a.mchID]
	s.mu.Unlock()
	if m == nil {
		return nil, errors.New("mchid is not known")
	}
	if a.serial != m.CertSerial {
		return nil, errors.New("serial_no is not of this merchant's certificate")
	}
	seconds, err := strconv.ParseInt(a.timestamp, 10, 64)
	if err != nil || time.Since(time.Unix(seconds, 0)).Abs() >= maxSkew {
		return nil, errors.New("timestamp is too far from the present time")
	}
	message := fmt.Sprintf("%s\n%s\n%s\n%s\n%s\n", r.Method, r.RequestURI, a.timestamp, a.nonce, body)
	if !verify(m.public, message, a.signature) {
		return nil, errors.New("the signature does not match")
	}
	return m, nil
}

func verify(k *rsa.PublicKey, message string, signature []byte) bool {
	sum := sha256.Sum256([]byte(message))
	return rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil
}

func sign(k *rsa.PrivateKey, message string) string {
	sum := sha256.Sum256([]byte(message))
	signature, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // only a key that is too short cannot sign, and openMerchant made or parsed it
	}
	return base64.StdEncoding.EncodeToString(signature)
}

// signatureHeaders sets the four headers over body as WeChat would, or as kind spoils them. serial is the
// platform certificate's or the public key's.
func (m *merchant) signatureHeaders(h http.Header, body []byte, serial string, kind FaultKind) {
	at := time.Now()
	signed := body
	switch kind {
	case Skew:
		at = at.Add(-6 * time.Minute)
	case UnknownSerial:
		serial = strings.Repeat("0", len(serial)-4) + "DEAD"
	case BadSignature:
		signed = append([]byte("x"), body...)
	}
	timestamp := strconv.FormatInt(at.Unix(), 10)
	nonce := digest(32, "nonce", rand.Text())
	signature := sign(m.platform, timestamp+"\n"+nonce+"\n"+string(signed)+"\n")
	if kind == SignTest {
		signature = "WECHATPAY/SIGNTEST/" + signature[19:]
	}
	h.Set("Wechatpay-Timestamp", timestamp)
	h.Set("Wechatpay-Nonce", nonce)
	h.Set("Wechatpay-Signature", signature)
	h.Set("Wechatpay-Serial", serial)
	h.Set("Wechatpay-Signature-Type", scheme)
}

// serialFor is what an answer is signed with; accept is the request's Wechatpay-Serial.
func (m *merchant) serialFor(accept string) string {
	if m.Mode == ModePublicKey || m.Mode == ModeMigrating && accept == m.PublicKeyID {
		return m.PublicKeyID
	}
	return m.PlatformSerial
}

// notifySerial is what a notification is signed with.
func (m *merchant) notifySerial() string {
	if m.Mode == ModePublicKey {
		return m.PublicKeyID
	}
	return m.PlatformSerial
}

// writeSigned writes an answer of WeChat Pay; only a 2xx is signed, an empty one too.
func writeSigned(w http.ResponseWriter, c *call, a answer, kind FaultKind) {
	w.Header().Set("Request-ID", "08"+rand.Text())
	if a.status/100 != 2 {
		writeJSON(w, a)
		return
	}
	var raw []byte
	if a.body != nil {
		var err error
		if raw, err = json.Marshal(a.body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	c.m.signatureHeaders(w.Header(), raw, c.m.serialFor(c.Header.Get("Wechatpay-Serial")), kind)
	if raw == nil {
		w.WriteHeader(a.status)
		return
	}
	write(w, a.status, raw)
}
