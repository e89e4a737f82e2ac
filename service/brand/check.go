package brand

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hutong/model"
	"hutong/service/catalogue/richtext"
)

// checker collects what is wrong with a Spec. Each error names its field and has an argument "want" that
// says what would be right.
type checker struct {
	languages []string
	errs      model.Errs
}

func (c *checker) must(ok bool, field, want string, args ...any) {
	if !ok {
		c.errs = append(c.errs, model.ErrInvalid.At(field).With("want", fmt.Sprintf(want, args...)))
	}
}

func (c *checker) match(re *regexp.Regexp, field, value, want string) {
	c.must(re.MatchString(value), field, "%s", want)
}

// text checks a text: in the default language at least, and in no language that the brand does not speak.
func (c *checker) text(field string, t model.Text, most int) {
	if len(c.languages) > 0 {
		c.must(strings.TrimSpace(t[c.languages[0]]) != "", field, "a text in %s, the default language", c.languages[0])
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		s, at := t[language], field+"."+language
		c.must(slices.Contains(c.languages, language), at, "one of the brand's languages: %s", strings.Join(c.languages, ", "))
		c.must(utf8.ValidString(s) && utf8.RuneCountInString(s) <= most, at, "at most %d characters", most)
	}
}

// speaks checks the languages that a brand speaks.
func (c *checker) speaks() {
	for i, l := range c.languages {
		field := fmt.Sprintf("languages[%d]", i)
		c.must(slices.Contains(model.Languages, l), field, "one of %s", strings.Join(model.Languages, ", "))
		c.must(!slices.Contains(c.languages[:i], l), field, "each language once")
	}
}

var (
	slugForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,30}$`)
	pageSlug    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)
	accent      = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
	picture     = regexp.MustCompile(`^(https://[^\s"'<>]+|/media/[0-9A-Za-z._/-]+)$`)
	number      = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`)
	link        = regexp.MustCompile(`^(product|category|page):[^\s]+$`)
	appID       = regexp.MustCompile(`^wx[0-9a-z]{16}$`)
	mchID       = regexp.MustCompile(`^[0-9]{8,10}$`)
	certSerial  = regexp.MustCompile(`^[0-9A-Fa-f]{8,64}$`)
	pushToken   = regexp.MustCompile(`^[0-9A-Za-z]{3,32}$`)
	pushKey     = regexp.MustCompile(`^[0-9A-Za-z]{43}$`)
	publicKeyID = regexp.MustCompile(`^PUB_KEY_ID_[0-9A-Za-z]{1,50}$`)
)

// Bounds of a Spec.
const (
	minTTL, maxTTL = 120, 86_400 // seconds; WeChat wants a minute at least, and some pass before it is asked
	minKeyBits     = 2048
	maxName        = 64 // characters
	maxNotice      = 200
	maxRichText    = richtext.MaxLength / utf8.UTFMax
	maxTemplates   = 50
	maxRules       = 50
	maxUnits       = 1_000_000_000 // pieces or grams
	maxPages       = 100
	maxBlocks      = 50
	maxShelf       = 20
)

// check is everything that can be said about a Spec without the database.
func (s *Spec) check() model.Errs {
	c := &checker{languages: s.Languages}
	c.match(slugForm, "slug", s.Slug, "2 to 31 small letters, digits and hyphens, such as moon-jewellery")
	c.must(s.Status == "" || s.Status == model.BrandActive || s.Status == model.BrandSuspended, "status", "active or suspended")
	c.identity(s.Name, s.Theme)
	c.must(s.OrderTTL == 0 || s.OrderTTL >= minTTL && s.OrderTTL <= maxTTL, "order_ttl", "%d to %d seconds", minTTL, maxTTL)
	if s.WeChat != nil {
		s.WeChat.check(c)
	}
	c.freight(s.Freight)
	c.afterSale("after_sale.", s.AfterSale)
	c.pages(s.Pages)
	c.messages("messages", s.Messages)
	return c.errs
}

// blockKinds are the kinds of block, for who wrote another one.
var blockKinds = func() string {
	names := make([]string, len(model.BlockKinds))
	for i, k := range model.BlockKinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}()

const wantPicture = "an https:// address, or /media/ and the name of a file"

func (w *WeChat) check(c *checker) {
	for _, f := range w.files() {
		c.must(*f.name == "", "wechat."+f.field+"_file", "nothing here: only ReadSpec reads files")
	}
	c.miniProgram("wechat.", *w)
	c.merchant("wechat.", *w)
}

func (c *checker) miniProgram(at string, w WeChat) {
	c.match(appID, at+"app_id", w.AppID, "wx and 16 letters and digits")
	c.must(len(w.AppSecret) <= 128, at+"app_secret", "at most 128 characters")
	c.must(w.PushToken == "" || pushToken.MatchString(string(w.PushToken)), at+"push_token", "3 to 32 letters and digits")
	c.must(w.PushKey == "" || pushKey.MatchString(string(w.PushKey)), at+"push_key", "the EncodingAESKey: 43 letters and digits")
}

func (c *checker) merchant(at string, w WeChat) {
	c.match(mchID, at+"mch_id", w.MchID, "the merchant's 8 to 10 digits")
	c.match(certSerial, at+"cert_serial", w.CertSerial, "the hexadecimal serial number of the API certificate")
	c.must(w.APIv3Key == "" || len(w.APIv3Key) == 32, at+"apiv3_key", "32 bytes")
	c.must(w.PrivateKey == "" || isPrivateKey(string(w.PrivateKey)), at+"private_key", "an RSA key as PEM in PKCS#8, the content of apiclient_key.pem")
	switch w.Verification {
	case model.PayPublicKey:
		c.match(publicKeyID, at+"public_key_id", w.PublicKeyID, "PUB_KEY_ID_ and what follows it at WeChat")
		c.must(isPublicKey(w.PublicKey), at+"public_key", "WeChat Pay's RSA key as PEM, the content of pub_key.pem")
	case model.PayPlatformCertificate:
		c.must(w.PublicKeyID == "", at+"public_key_id", "nothing, with platform certificates")
		c.must(w.PublicKey == "", at+"public_key", "nothing, with platform certificates")
	default:
		c.must(false, at+"verification", "%s or %s", model.PayPublicKey, model.PayPlatformCertificate)
	}
}

func isPrivateKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	private, ok := key.(*rsa.PrivateKey)
	return err == nil && ok && private.N.BitLen() >= minKeyBits
}

func isPublicKey(text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := key.(*rsa.PublicKey)
	return err == nil && ok && public.N.BitLen() >= minKeyBits
}

func (c *checker) freight(templates []FreightTemplate) {
	c.must(len(templates) <= maxTemplates, "freight", "at most %d templates", maxTemplates)
	names, defaults := map[string]bool{}, 0
	for i, t := range templates {
		at := fmt.Sprintf("freight[%d].", i)
		c.must(!names[t.Name], at+"name", "each name once")
		names[t.Name] = true
		if t.Default {
			defaults++
		}
		c.must(defaults <= 1 || !t.Default, at+"default", "one default")
		c.template(at, t)
	}
}

func (c *checker) template(at string, t FreightTemplate) {
	c.must(strings.TrimSpace(t.Name) != "" && utf8.RuneCountInString(t.Name) <= maxName, at+"name", "1 to %d characters", maxName)
	c.must(t.Basis == model.FreightByPiece || t.Basis == model.FreightByWeight, at+"basis", "%s or %s", model.FreightByPiece, model.FreightByWeight)
	c.must(inMoney(t.FreeFrom), at+"free_from_fen", wantMoney)
	c.rules(at+"rules", t.Rules)
}

const wantMoney = "an amount in fen, up to 10000000000"

func inMoney(f model.Fen) bool { return f >= 0 && f <= model.MaxFen }

// rules checks that every province has at most one rule, and exactly one rule serves all others.
func (c *checker) rules(field string, rules []model.FreightRule) {
	c.must(len(rules) <= maxRules, field, "at most %d rules", maxRules)
	general, named := 0, map[string]bool{}
	for i, r := range rules {
		at := fmt.Sprintf("%s[%d].", field, i)
		if len(r.Provinces) == 0 {
			general++
		}
		for k, p := range r.Provinces {
			c.must(model.Provinces[p] != "" && !named[p], fmt.Sprintf("%sprovinces[%d]", at, k), "a GB/T 2260 code of two digits, each once")
			named[p] = true
		}
		c.must(r.First >= 0 && r.First <= maxUnits, at+"first", "0 to %d pieces or grams", maxUnits)
		c.must(r.Next >= 0 && r.Next <= maxUnits, at+"next", "0 to %d pieces or grams", maxUnits)
		c.must(inMoney(r.FirstFen), at+"first_fen", wantMoney)
		c.must(inMoney(r.NextFen) && (r.NextFen == 0 || r.Next > 0), at+"next_fen", "%s; and next, for how many it is", wantMoney)
	}
	c.must(general == 1, field, "one rule without provinces, for all that no other names")
}

func (c *checker) pages(pages []Page) {
	c.must(len(pages) <= maxPages, "pages", "at most %d", maxPages)
	slugs := map[string]bool{}
	for i, p := range pages {
		at := fmt.Sprintf("pages[%d].", i)
		c.match(pageSlug, at+"slug", p.Slug, "1 to 63 small letters, digits and hyphens, such as home")
		c.must(!slugs[p.Slug], at+"slug", "each page once")
		slugs[p.Slug] = true
		c.page(at, p)
	}
}

func (c *checker) page(at string, p Page) {
	c.text(at+"title", p.Title, maxName)
	c.must(len(p.Blocks) <= maxBlocks, at+"blocks", "at most %d", maxBlocks)
	for k, b := range p.Blocks {
		c.block(fmt.Sprintf("%sblocks[%d].", at, k), b)
	}
}

func (c *checker) block(at string, b model.Block) {
	if len(b.Title) > 0 {
		c.text(at+"title", b.Title, maxName)
	}
	switch b.Kind {
	case model.BlockBanner:
		c.match(picture, at+"picture", b.Picture, wantPicture)
		if b.Link != "" {
			c.match(link, at+"link", b.Link, "product:HANDLE, category:SLUG or page:SLUG")
		}
	case model.BlockCategories:
		c.must(len(b.Categories) >= 1 && len(b.Categories) <= maxShelf, at+"categories", "1 to %d slugs", maxShelf)
	case model.BlockShelf:
		c.must((len(b.Products) > 0) != (b.Category != ""), at+"products", "either products or a category")
		c.must(len(b.Products) <= maxShelf, at+"products", "at most %d handles", maxShelf)
		c.must(b.Limit >= 0 && b.Limit <= maxShelf, at+"limit", "1 to %d", maxShelf)
	case model.BlockRichText:
		c.text(at+"text", b.Text, maxRichText)
	case model.BlockNotice:
		c.text(at+"text", b.Text, maxNotice)
	case model.BlockGroups:
		c.must(b.Campaign == "" || number.MatchString(b.Campaign), at+"campaign", "the number of a campaign, or none for all that run")
	case model.BlockFlash:
		c.must(b.Promotion == "" || number.MatchString(b.Promotion), at+"promotion", "the number of a flash sale, or none for all that run")
	default:
		c.must(false, at+"kind", "one of %s", blockKinds)
	}
}
