package simulator

import (
	"net/http"
)

// certificates is GET /v3/certificates: WeChat's certificate, encrypted with the APIv3 key.
func (s *Simulator) certificates(c *call) answer {
	if c.m.Mode == ModePublicKey {
		return refusal(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥验签")
	}
	return answer{http.StatusOK, map[string]any{"data": []any{map[string]any{
		"serial_no":           c.m.PlatformSerial,
		"effective_time":      wireTime(c.m.notBefore),
		"expire_time":         wireTime(c.m.notAfter),
		"encrypt_certificate": encrypt(c.m.aead, c.m.certificate, "certificate", 12),
	}}}}
}
