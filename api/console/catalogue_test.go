package console_test

import (
	"net/http"
	"strings"
	"testing"
)

// Whatever a file calls itself, its content says what it is; what a page would run is refused or drawn anew.
func TestFilesOfStaff(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		for name, content := range map[string]string{
			"HTML": "<html><script>alert(1)</script>", "SVG": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
			"a GIF that is a script": "GIF89a/*<script>alert(1)</script>*/",
		} {
			if r := p.do(http.MethodPost, "/pictures", withFile("", content).body); r.status != http.StatusBadRequest || !strings.Contains(string(r.body), "not_a_picture") {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
		}
		var made struct{ URL, Small string }
		p.do(http.MethodPost, "/pictures", withFile("", onePixel+"<script>alert(1)</script>").body).into(&made)
		f, err := d.Media.Files().Open(strings.TrimPrefix(made.URL, "/media/"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		content := make([]byte, 1<<16)
		n, _ := f.Read(content)
		if strings.Contains(string(content[:n]), "script") || !strings.HasSuffix(made.URL, ".jpg") {
			t.Errorf("%s has what came with it", made.URL)
		}
		if r := p.do(http.MethodPost, "/imports", withFile("", strings.Repeat("x", 20<<20+1)).body); r.status != http.StatusRequestEntityTooLarge {
			t.Errorf("a large file: %d %s", r.status, r.body)
		}
		for _, format := range []string{"csv", "xlsx"} {
			for _, path := range []string{"/exports/products", "/import-template"} {
				r := p.do(http.MethodGet, path+"?format="+format, "")
				if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") || len(r.body) == 0 {
					t.Errorf("%s as %s: %d %v", path, format, r.status, r.header)
				}
			}
		}
	})
}
