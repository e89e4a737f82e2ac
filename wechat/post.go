package wechat

import (
	"context"
	"encoding/json"

	"github.com/silenceper/wechat/v2/util"
)

// postJSON posts once to api.weixin.qq.com, for what the SDK's own methods cannot do with a context. It returns what
// WeChat says as an errcode, 0 with the answer read into out unless that is nil, or an error when it says nothing
// that is understood.
func postJSON(ctx context.Context, address string, in, out any) (code int64, err error) {
	answer, err := util.PostJSONContext(ctx, address, in)
	if err != nil {
		return 0, err
	}
	var said struct {
		ErrCode *int64 `json:"errcode"`
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return 0, err
	}
	if said.ErrCode == nil {
		return 0, errIncomplete
	}
	if *said.ErrCode == 0 && out != nil {
		return 0, json.Unmarshal(answer, out)
	}
	return *said.ErrCode, nil
}
