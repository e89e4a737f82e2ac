package wechat

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"
)

// String names the account and shows no secret.
func (a Account) String() string {
	return fmt.Sprintf("account of brand %d (appid %s, mchid %s)", a.BrandID, a.AppID, a.MchID)
}

// GoString is String, so that %#v shows no secret either.
func (a Account) GoString() string { return a.String() }

// Format makes every verb of fmt print String.
func (a Account) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(a.String())) }

// LogValue implements slog.LogValuer and shows no secret.
func (a Account) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("brand_id", a.BrandID), slog.String("appid", a.AppID), slog.String("mchid", a.MchID))
}

// fingerprint is a hash of all fields: two accounts have the same exactly when they are the same.
func (a Account) fingerprint() [sha256.Size]byte {
	buf := make([]byte, 0, 8192)
	buf = binary.BigEndian.AppendUint64(buf, uint64(a.BrandID))
	for _, s := range []string{
		a.AppID, a.AppSecret, a.MchID, a.APIv3Key, a.CertSerial, a.PrivateKey, a.PublicKeyID, a.PublicKey, a.PushToken, a.PushKey,
	} {
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	return sha256.Sum256(buf)
}
