package wechat

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // WeChat's choice
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"hutong/model"
)

// PushSkew is how far the time of a push may be from ours.
const PushSkew = 300 * time.Second

// The events that are acted on.
const (
	EventMediaCheck = "wxa_media_check"               // brings the verdict on a picture
	EventSettlement = "trade_manage_order_settlement" // a payment is settled, or will be: at last its receipt is confirmed
)

// Push is what WeChat's message push told a mini program.
type Push struct {
	ID       string // the same when it is sent again
	Event    string
	Number   string        // what it is about: the trace of EventMediaCheck, the out_trade_no of EventSettlement
	Verdict  model.Verdict // of EventMediaCheck
	Received bool          // of EventSettlement: the receipt is confirmed, by the consumer in WeChat or by WeChat itself
}

// PushEcho implements Client.
func (c *client) PushEcho(query url.Values) (string, error) {
	if err := c.pushSigned("signature", query); err != nil {
		return "", err
	}
	return query.Get("echostr"), nil
}

// OpenPush implements Client. The SDK's own receiver is not used: it takes a body in clear for an account that
// encrypts, and does not look at msg_signature.
func (c *client) OpenPush(_ context.Context, query url.Values, body []byte) (Push, error) {
	if query.Get("encrypt_type") != "aes" {
		return Push{}, fmt.Errorf("%w: not encrypted", model.ErrBadSignature)
	}
	sealed := sealedPush(body)
	if sealed == "" {
		return Push{}, fmt.Errorf("%w: not encrypted", model.ErrBadSignature)
	}
	if err := c.pushSigned("msg_signature", query, sealed); err != nil {
		return Push{}, err
	}
	plain, err := c.decryptPush(sealed)
	if err != nil {
		return Push{}, err
	}
	return readPush(plain)
}

// pushSigned checks a signature: SHA-1 over token, timestamp, nonce and what else is signed, sorted. Errors:
// ErrWeChatSettings without a token; ErrBadSignature.
func (c *client) pushSigned(name string, query url.Values, more ...string) error {
	if c.account.PushToken == "" || c.account.PushKey == "" {
		return fmt.Errorf("%w: push_token or push_key is missing", model.ErrWeChatSettings)
	}
	at, err := strconv.ParseInt(query.Get("timestamp"), 10, 64)
	if err != nil {
		return fmt.Errorf("%w: no timestamp", model.ErrBadSignature)
	}
	if age := c.sdk.o.Clock().Sub(time.Unix(at, 0)); age > PushSkew || age < -PushSkew {
		return fmt.Errorf("%w: sent %s ago", model.ErrBadSignature, age.Round(time.Second))
	}
	want := pushSignature(append(more, c.account.PushToken, query.Get("timestamp"), query.Get("nonce"))...)
	if subtle.ConstantTimeCompare([]byte(want), []byte(query.Get(name))) == 0 {
		return fmt.Errorf("%w: %s", model.ErrBadSignature, name)
	}
	return nil
}

func pushSignature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // WeChat's choice
	return hex.EncodeToString(sum[:])
}

// sealedPush is what is encrypted of a body, which is JSON or XML as the brand has chosen at WeChat.
func sealedPush(body []byte) string {
	var sealed struct {
		Encrypt string `json:"Encrypt" xml:"Encrypt"`
	}
	if unmarshalPush(body, &sealed) != nil {
		return ""
	}
	return sealed.Encrypt
}

func unmarshalPush(body []byte, into any) error {
	if body = bytes.TrimSpace(body); len(body) > 0 && body[0] == '<' {
		return xml.Unmarshal(body, into)
	}
	return json.Unmarshal(body, into)
}

// decryptPush opens AES-256-CBC with WeChat's padding to 32 bytes: 16 random bytes, the length, the content, and
// the appid that it was made for. Errors: ErrBadSignature, which tells nothing of what was wrong inside.
func (c *client) decryptPush(sealed string) ([]byte, error) {
	bad := fmt.Errorf("%w: push_key does not open the push", model.ErrBadSignature)
	key, err := base64.StdEncoding.DecodeString(c.account.PushKey + "=")
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("%w: push_key", model.ErrWeChatSettings)
	}
	text, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, bad
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, bad
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(text, text)
	padding := int(text[len(text)-1])
	if padding < 1 || padding > 32 || padding > len(text) {
		return nil, bad
	}
	text = text[:len(text)-padding]
	const head = 16 + 4
	if len(text) < head {
		return nil, bad
	}
	n := int64(binary.BigEndian.Uint32(text[16:head]))
	if head+n > int64(len(text)) {
		return nil, bad
	}
	if string(text[head+n:]) != c.account.AppID {
		return nil, fmt.Errorf("%w: made for another appid", model.ErrBadSignature)
	}
	return text[head : head+n], nil
}

// readPush understands what was in a push. Errors: ErrInvalid.
func readPush(plain []byte) (Push, error) {
	var in struct {
		FromUserName string      `json:"FromUserName" xml:"FromUserName"`
		CreateTime   json.Number `json:"CreateTime" xml:"CreateTime"`
		MsgType      string      `json:"MsgType" xml:"MsgType"`
		MsgID        json.Number `json:"MsgId" xml:"MsgId"`
		Event        string      `json:"Event" xml:"Event"`
		TraceID      string      `json:"trace_id" xml:"trace_id"`
		TradeNo      string      `json:"merchant_trade_no" xml:"merchant_trade_no"`
		ReceivedAt   json.Number `json:"confirm_receive_time" xml:"confirm_receive_time"`
		ErrCode      json.Number `json:"errcode" xml:"errcode"`
		Result       struct {
			Suggest string `json:"suggest" xml:"suggest"`
		} `json:"result" xml:"result"`
	}
	if err := unmarshalPush(plain, &in); err != nil {
		return Push{}, fmt.Errorf("%w: the push is neither JSON nor XML", model.ErrInvalid)
	}
	p := Push{Event: in.Event}
	if in.MsgType != "event" {
		p.Event = in.MsgType
	}
	switch {
	case in.Event == EventMediaCheck && in.TraceID != "":
		p.ID, p.Number = in.TraceID, in.TraceID
		var err error
		p.Verdict, err = verdict(in.Result.Suggest)
		if failed := in.ErrCode != "" && in.ErrCode != "0"; failed || err != nil {
			p.Verdict = model.VerdictReview // WeChat has not looked, whatever it suggests: a person has to
		}
	case in.Event == EventSettlement:
		p.ID = pushSignature(in.TradeNo, in.CreateTime.String(), in.Event)
		p.Number, p.Received = in.TradeNo, in.ReceivedAt != "" && in.ReceivedAt != "0"
	case in.MsgID != "" && in.MsgID != "0":
		p.ID = in.MsgID.String()
	default:
		p.ID = pushSignature(in.FromUserName, in.CreateTime.String(), in.Event)
	}
	if p.Event == "" || len(p.Event) > 64 || len(p.ID) > 64 || len(p.Number) > 64 {
		return Push{}, fmt.Errorf("%w: the push has no event", model.ErrInvalid)
	}
	return p, nil
}
