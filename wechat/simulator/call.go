package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxBody bounds what is read of a request; the largest real one has a few kilobytes.
const maxBody = 64 << 10

// shanghai is the zone of every time WeChat writes.
var shanghai = time.FixedZone("CST", 8*60*60)

// call is one request to an endpoint of WeChat, read and, for WeChat Pay, authenticated.
type call struct {
	*http.Request
	body  []byte
	m     *merchant // who calls; nil when the mini program is not known
	fault Fault     // for those that change the effect
}

// answer is what an endpoint says. A nil body is an empty one.
type answer struct {
	status int
	body   any
}

// refusal is an error of WeChat Pay.
func refusal(status int, code, message string) answer {
	return answer{status, map[string]string{"code": code, "message": message}}
}

// errcode is an error of api.weixin.qq.com, which answers every call with HTTP 200.
func errcode(code int, message string) answer {
	return answer{http.StatusOK, map[string]any{"errcode": code, "errmsg": message}}
}

// mini serves an endpoint of api.weixin.qq.com. h runs with the simulator locked.
func (s *Simulator) mini(op Op, h func(*call) answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r}
		var err error
		if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			writeJSON(w, errcode(47001, "data format error"))
			return
		}
		a, f := s.runMini(op, c, h)
		if a, ok := f.afterwards(r, a); ok {
			writeJSON(w, a)
		}
	})
}

func (s *Simulator) runMini(op Op, c *call, h func(*call) answer) (answer, Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.m = s.callerOf(c)
	f := s.take(op, mchIDOf(c.m))
	if a, refused := f.instead(false); refused {
		return a, f
	}
	c.fault = f
	return h(c), f
}

// callerOf finds the mini program of a call: by appid, or by token.
func (s *Simulator) callerOf(c *call) *merchant {
	q := c.URL.Query()
	if t := s.state.Tokens[q.Get("access_token")]; t != nil {
		return s.byApp(t.AppID)
	}
	if id := q.Get("appid"); id != "" {
		return s.byApp(id)
	}
	var in struct {
		AppID string `json:"appid"`
	}
	_ = json.Unmarshal(c.body, &in) // the endpoint itself complains of a bad body
	return s.byApp(in.AppID)
}

func mchIDOf(m *merchant) string {
	if m == nil {
		return ""
	}
	return m.MchID
}

// pay serves an endpoint of WeChat Pay: Authorization is checked, 2xx answers are signed. h runs with the
// simulator locked.
func (s *Simulator) pay(op Op, h func(*call) answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{Request: r}
		var err error
		if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
			writeJSON(w, refusal(http.StatusBadRequest, "PARAM_ERROR", "请求体过大或无法读取"))
			return
		}
		if c.m, err = s.authenticate(r, c.body); err != nil {
			writeJSON(w, refusal(http.StatusUnauthorized, "SIGN_ERROR", "签名错误: "+err.Error()))
			return
		}
		a, f := s.runPay(op, c, h)
		if a, ok := f.afterwards(r, a); ok {
			writeSigned(w, c, a, f.Kind)
		}
	})
}

func (s *Simulator) runPay(op Op, c *call, h func(*call) answer) (answer, Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.fault = s.take(op, c.m.MchID)
	if a, refused := c.fault.instead(true); refused {
		return a, c.fault
	}
	s.settle(s.now())
	return h(c), c.fault
}

func writeJSON(w http.ResponseWriter, a answer) {
	raw, err := json.Marshal(a.body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, a.status, raw)
}

func write(w http.ResponseWriter, status int, raw []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(status)
	_, _ = w.Write(raw) // the client may have gone: nothing to be done
}
