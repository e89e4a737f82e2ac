// Package richtext makes HTML that comes from outside (a shop's export, a staff member's editor) fit to be
// shown to consumers: structure and emphasis stay, everything that could act, track or break the page goes.
package richtext

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
)

// MaxLength is how many bytes of HTML are taken.
const MaxLength = 256 << 10

// policy allows what a description needs and the mini program's rich-text component can draw. Links lead to
// the web over TLS or to the shop's own pages (product:HANDLE, category:SLUG, page:SLUG); pictures are ours
// or come over TLS. No style, class, script, frame, form, event or data address survives.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements(
		"p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code",
		"b", "strong", "i", "em", "u", "s", "del", "small", "sub", "sup", "mark",
		"ul", "ol", "li", "dl", "dt", "dd",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
	)
	p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9][0-9]?$`)).OnElements("th", "td")
	p.AllowURLSchemes("https", "product", "category", "page")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowAttrs("href").Matching(regexp.MustCompile(`^(https://[^/?#\s]|(product|category|page):[^/?#\s])`)).OnElements("a")
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^(https://[^/?#\s]|/media/[0-9A-Za-z._-]+$)`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^[1-9][0-9]{0,3}$`)).OnElements("img")
	return p
})

// bareHost is an address without a scheme, as Shopify writes those of its own picture server.
var bareHost = regexp.MustCompile(`(?i)(<img\b[^>]*?\ssrc\s*=\s*["']?)//`)

// Sanitise is html with nothing left in it but what the policy allows. What is longer than MaxLength is cut
// off at the last whole element before it.
func Sanitise(html string) string {
	html = strings.ToValidUTF8(html, "\uFFFD")
	if len(html) > MaxLength {
		html = cut(html)
	}
	html = bareHost.ReplaceAllString(html, "${1}https://")
	return strings.TrimSpace(policy().Sanitize(html))
}

// cut keeps what comes before the last tag that begins within the limit.
func cut(html string) string {
	html = html[:MaxLength]
	if i := strings.LastIndexByte(html, '<'); i >= 0 {
		return html[:i]
	}
	for !utf8.ValidString(html) {
		html = html[:len(html)-1]
	}
	return html
}
