package fulfilment

import (
	"slices"

	"hutong/model"
)

// Carrier is one of the companies that carry parcels.
type Carrier struct {
	Code string // WeChat's, of its list of companies (get_delivery_list)
	Name model.Text
}

// SFExpress is the carrier that wants the last digits of the phone.
const SFExpress = "SF"

// Carriers lists the carriers, those that are used most first.
func Carriers() []Carrier { return slices.Clone(carriers) }

// CarrierName is what a carrier is called, by WeChat's code; nothing for one that is not known.
func CarrierName(code string) model.Text {
	c, _ := carrierOf(code)
	return c.Name
}

// carrierOf is the carrier of a code.
func carrierOf(code string) (c Carrier, known bool) {
	i := slices.IndexFunc(carriers, func(c Carrier) bool { return c.Code == code })
	if i < 0 {
		return Carrier{}, false
	}
	return carriers[i], true
}

var carriers = []Carrier{
	{SFExpress, model.Text{"zh-CN": "顺丰速运", "en": "SF Express", "it": "SF Express"}},
	{"ZTO", model.Text{"zh-CN": "中通快递", "en": "ZTO Express", "it": "ZTO Express"}},
	{"YTO", model.Text{"zh-CN": "圆通速递", "en": "YTO Express", "it": "YTO Express"}},
	{"YD", model.Text{"zh-CN": "韵达速递", "en": "Yunda Express", "it": "Yunda Express"}},
	{"STO", model.Text{"zh-CN": "申通快递", "en": "STO Express", "it": "STO Express"}},
	{"JTSD", model.Text{"zh-CN": "极兔速递", "en": "J&T Express", "it": "J&T Express"}},
	{"JD", model.Text{"zh-CN": "京东物流", "en": "JD Logistics", "it": "JD Logistics"}},
	{"EMS", model.Text{"zh-CN": "EMS", "en": "EMS (China Post)", "it": "EMS (China Post)"}},
	{"YZPY", model.Text{"zh-CN": "邮政快递包裹", "en": "China Post parcels", "it": "Pacchi China Post"}},
	{"DBL", model.Text{"zh-CN": "德邦快递", "en": "Deppon Express", "it": "Deppon Express"}},
	{"KYSY", model.Text{"zh-CN": "跨越速运", "en": "KYE Express", "it": "KYE Express"}},
	{"HTKY", model.Text{"zh-CN": "百世快递", "en": "Best Express", "it": "Best Express"}},
	{"UC", model.Text{"zh-CN": "优速快递", "en": "UC Express", "it": "UC Express"}},
	{"ZJS", model.Text{"zh-CN": "宅急送", "en": "ZJS Express", "it": "ZJS Express"}},
	{"ANE", model.Text{"zh-CN": "安能物流", "en": "ANE Logistics", "it": "ANE Logistics"}},
}
