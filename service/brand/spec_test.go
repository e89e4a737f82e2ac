package brand_test

import (
	"os"
	"strings"
	"testing"

	"hutong/model"
	"hutong/service/brand"
	"hutong/service/testdb"
)

func TestCheck(t *testing.T) {
	h := open(t, testdb.SQLite(t))
	for name, c := range map[string]struct {
		change func(*brand.Spec)
		want   []string
	}{
		"slug":               {func(s *brand.Spec) { s.Slug = "Moon" }, []string{"slug: invalid"}},
		"long slug":          {func(s *brand.Spec) { s.Slug = strings.Repeat("m", 32) }, []string{"slug: invalid"}},
		"status":             {func(s *brand.Spec) { s.Status = "open" }, []string{"status: invalid"}},
		"unknown language":   {func(s *brand.Spec) { s.Languages = append(s.Languages, "tlh") }, []string{"languages[3]: invalid"}},
		"language twice":     {func(s *brand.Spec) { s.Languages = append(s.Languages, "en") }, []string{"languages[3]: invalid"}},
		"no language":        {func(s *brand.Spec) { s.Languages, s.Name, s.Pages = nil, nil, nil }, []string{"languages: invalid"}},
		"name":               {func(s *brand.Spec) { s.Name = model.Text{"en": "Moon"} }, []string{"name: invalid"}},
		"foreign name":       {func(s *brand.Spec) { s.Name["de"] = "Mond" }, []string{"name.de: invalid"}},
		"long name":          {func(s *brand.Spec) { s.Name["en"] = strings.Repeat("m", 65) }, []string{"name.en: invalid"}},
		"accent":             {func(s *brand.Spec) { s.Theme.Accent = "red" }, []string{"theme.accent: invalid"}},
		"logo":               {func(s *brand.Spec) { s.Theme.Logo = "javascript:alert(1)" }, []string{"theme.logo: invalid"}},
		"too short to pay":   {func(s *brand.Spec) { s.OrderTTL = 60 }, []string{"order_ttl: invalid"}},
		"app id":             {func(s *brand.Spec) { s.WeChat.AppID = "0123456789abcdef" }, []string{"wechat.app_id: invalid"}},
		"mch id":             {func(s *brand.Spec) { s.WeChat.MchID = "19000001O9" }, []string{"wechat.mch_id: invalid"}},
		"cert serial":        {func(s *brand.Spec) { s.WeChat.CertSerial = "no" }, []string{"wechat.cert_serial: invalid"}},
		"APIv3 key":          {func(s *brand.Spec) { s.WeChat.APIv3Key = "short" }, []string{"wechat.apiv3_key: invalid"}},
		"private key":        {func(s *brand.Spec) { s.WeChat.PrivateKey = brand.Secret(keys().public) }, []string{"wechat.private_key: invalid"}},
		"public key":         {func(s *brand.Spec) { s.WeChat.PublicKey = keys().private }, []string{"wechat.public_key: invalid"}},
		"public key id":      {func(s *brand.Spec) { s.WeChat.PublicKeyID = "" }, []string{"wechat.public_key_id: invalid"}},
		"push token":         {func(s *brand.Spec) { s.WeChat.PushToken = "a b" }, []string{"wechat.push_token: invalid"}},
		"push key":           {func(s *brand.Spec) { s.WeChat.PushKey = brand.Secret(pushKey[1:]) }, []string{"wechat.push_key: invalid"}},
		"verification":       {func(s *brand.Spec) { s.WeChat.Verification = "" }, []string{"wechat.verification: invalid"}},
		"file":               {func(s *brand.Spec) { s.WeChat.PrivateKeyFile = "/etc/passwd" }, []string{"wechat.private_key_file: invalid"}},
		"freight name twice": {func(s *brand.Spec) { s.Freight[1].Name = "standard" }, []string{"freight[1].name: invalid"}},
		"two defaults":       {func(s *brand.Spec) { s.Freight[1].Default = true }, []string{"freight[1].default: invalid"}},
		"basis":              {func(s *brand.Spec) { s.Freight[0].Basis = "volume" }, []string{"freight[0].basis: invalid"}},
		"answer hours":       {func(s *brand.Spec) { s.AfterSale.AnswerHours = 241 }, []string{"after_sale.answer_hours: invalid"}},
		"less than the law":  {func(s *brand.Spec) { s.AfterSale.FaultDays = 6 }, []string{"after_sale.fault_days: invalid"}},
		"freight back":       {func(s *brand.Spec) { s.AfterSale.FreightBack = "half" }, []string{"after_sale.freight_back: invalid"}},
		"compensation":       {func(s *brand.Spec) { s.AfterSale.CompensationFen = -1 }, []string{"after_sale.compensation_fen: invalid"}},
		"no return address":  {func(s *brand.Spec) { s.AfterSale.ReturnPlace.Address = "" }, []string{"after_sale.return_place.address: invalid"}},
		"free from":          {func(s *brand.Spec) { s.Freight[0].FreeFrom = -1 }, []string{"freight[0].free_from_fen: invalid"}},
		"no general rule":    {func(s *brand.Spec) { s.Freight[1].Rules = nil }, []string{"freight[1].rules: invalid"}},
		"two general rules":  {func(s *brand.Spec) { s.Freight[0].Rules[1].Provinces = nil }, []string{"freight[0].rules: invalid"}},
		"province":           {func(s *brand.Spec) { s.Freight[0].Rules[1].Provinces[0] = "99" }, []string{"freight[0].rules[1].provinces[0]: invalid"}},
		"province twice":     {func(s *brand.Spec) { s.Freight[0].Rules[2].Provinces[1] = "54" }, []string{"freight[0].rules[2].provinces[1]: invalid"}},
		"price without unit": {func(s *brand.Spec) { s.Freight[0].Rules[0].Next = 0 }, []string{"freight[0].rules[0].next_fen: invalid"}},
		"negative price":     {func(s *brand.Spec) { s.Freight[0].Rules[0].FirstFen = -1 }, []string{"freight[0].rules[0].first_fen: invalid"}},
		"page slug":          {func(s *brand.Spec) { s.Pages[0].Slug = "Home" }, []string{"pages[0].slug: invalid"}},
		"page twice":         {func(s *brand.Spec) { s.Pages[1].Slug = "home" }, []string{"pages[1].slug: invalid"}},
		"page title":         {func(s *brand.Spec) { s.Pages[0].Title = nil }, []string{"pages[0].title: invalid"}},
		"block kind":         {func(s *brand.Spec) { s.Pages[0].Blocks[0].Kind = "carousel" }, []string{"pages[0].blocks[0].kind: invalid"}},
		"notice":             {func(s *brand.Spec) { s.Pages[0].Blocks[0].Text = nil }, []string{"pages[0].blocks[0].text: invalid"}},
		"banner":             {func(s *brand.Spec) { s.Pages[0].Blocks[1].Picture = "" }, []string{"pages[0].blocks[1].picture: invalid"}},
		"link":               {func(s *brand.Spec) { s.Pages[0].Blocks[1].Link = "https://example.com" }, []string{"pages[0].blocks[1].link: invalid"}},
		"no categories":      {func(s *brand.Spec) { s.Pages[0].Blocks[2].Categories = nil }, []string{"pages[0].blocks[2].categories: invalid"}},
		"a campaign": {func(s *brand.Spec) {
			s.Pages[0].Blocks[0] = model.Block{Kind: model.BlockGroups, Campaign: "all"}
		}, []string{"pages[0].blocks[0].campaign: invalid"}},
		"a flash sale": {func(s *brand.Spec) {
			s.Pages[0].Blocks[0] = model.Block{Kind: model.BlockFlash, Promotion: "1"}
		}, []string{"pages[0].blocks[0].promotion: invalid"}},
		"two shelves in one": {func(s *brand.Spec) { s.Pages[0].Blocks[3].Category = "rings" }, []string{"pages[0].blocks[3].products: invalid"}},
		"limit":              {func(s *brand.Spec) { s.Pages[0].Blocks[4].Limit = 21 }, []string{"pages[0].blocks[4].limit: invalid"}},
		"message event":      {func(s *brand.Spec) { s.Messages[0].Event = "birthday" }, []string{"messages[0].event: invalid"}},
		"message twice":      {func(s *brand.Spec) { s.Messages = append(s.Messages, s.Messages[0]) }, []string{"messages[1].event: invalid"}},
		"message template":   {func(s *brand.Spec) { s.Messages[0].Template = "no" }, []string{"messages[0].template: invalid"}},
		"message page":       {func(s *brand.Spec) { s.Messages[0].Page = "https://example.com" }, []string{"messages[0].page: invalid"}},
		"no fields":          {func(s *brand.Spec) { s.Messages[0].Fields = nil }, []string{"messages[0].fields: invalid"}},
		"field twice":        {func(s *brand.Spec) { s.Messages[0].Fields[1].Name = "character_string1" }, []string{"messages[0].fields[1].name: invalid", "messages[0].fields[1]: invalid"}},
		"kind of field":      {func(s *brand.Spec) { s.Messages[0].Fields[0].Name = "name1" }, []string{"messages[0].fields[0]: invalid"}},
		"fact in the wrong":  {func(s *brand.Spec) { s.Messages[0].Fields[0].Name = "thing1" }, []string{"messages[0].fields[0]: invalid"}},
		"value and text":     {func(s *brand.Spec) { s.Messages[0].Fields[4].Value = model.FactTime }, []string{"messages[0].fields[4]: invalid"}},
		"latin phrase":       {func(s *brand.Spec) { s.Messages[0].Fields[4].Text["en"] = "Paid" }, []string{"messages[0].fields[4]: invalid"}},
		"long phrase":        {func(s *brand.Spec) { s.Messages[0].Fields[4].Text["zh-CN"] = "已经付款成功" }, []string{"messages[0].fields[4]: invalid"}},
		"text of a field":    {func(s *brand.Spec) { s.Messages[0].Fields[5].Text["tlh"] = "Qapla" }, []string{"messages[0].fields[5].text.tlh: invalid"}},
		"several": {
			func(s *brand.Spec) { s.Theme.Accent, s.WeChat.MchID = "", "" },
			[]string{"theme.accent: invalid", "wechat.mch_id: invalid"},
		},
		"platform certificates": {
			func(s *brand.Spec) { s.WeChat.Verification = model.PayPlatformCertificate },
			[]string{"wechat.public_key_id: invalid", "wechat.public_key: invalid"},
		},
		"platform certificates alone": {func(s *brand.Spec) {
			s.WeChat.Verification, s.WeChat.PublicKeyID, s.WeChat.PublicKey = model.PayPlatformCertificate, "", ""
		}, nil},
	} {
		spec := full(t)
		c.change(&spec)
		_, err := h.Apply(t.Context(), spec)
		t.Run(name, func(t *testing.T) { wantErrors(t, err, c.want...) })
	}
}

func TestReadSpec(t *testing.T) {
	spec := full(t)
	if string(spec.WeChat.APIv3Key) != apiv3Key || spec.WeChat.PrivateKeyFile != "" || spec.OrderTTL != 1800 ||
		spec.Freight[0].Rules[1].NextFen != 1000 || spec.Pages[0].Blocks[4].Limit != 2 || !spec.Pages[1].Draft {
		t.Errorf("%+v", spec)
	}
	for name, c := range map[string]struct{ content, want string }{
		"unknown setting": {"slug: moon\naccent: red\n", "line 2"},
		"no such file":    {"slug: moon\nwechat: { app_secret_file: nowhere }\n", "wechat.app_secret_file"},
		"two documents":   {"slug: moon\n---\nslug: sun\n", "one document"},
		"empty":           {"", "EOF"},
		"no YAML":         {"slug: [", "brand.yaml"},
	} {
		path := t.TempDir() + "/brand.yaml"
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := brand.ReadSpec(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
