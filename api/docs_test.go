package api_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"hutong/api"
	"hutong/api/storefront"
)

// openAPI is as much of the description as the tests look at.
type openAPI struct {
	OpenAPI string                          `json:"openapi"`
	Info    struct{ Title, Version string } `json:"info"`
	Servers []struct{ URL string }          `json:"servers"`
	Tags    []struct{ Name string }         `json:"tags"`
	Paths   map[string]map[string]operation `json:"paths"`
	Parts   struct {
		Schemas         map[string]json.RawMessage `json:"schemas"`
		SecuritySchemes map[string]json.RawMessage `json:"securitySchemes"`
	} `json:"components"`
}

type operation struct {
	ID         string                `json:"operationId"`
	Summary    string                `json:"summary"`
	Tags       []string              `json:"tags"`
	Security   []map[string][]string `json:"security"`
	Parameters []struct {
		Name, In string
		Required bool
	} `json:"parameters"`
	Responses map[string]struct {
		Description string
		Content     map[string]struct {
			Schema struct {
				Ref string `json:"$ref"`
			} `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

func describe(t *testing.T, a *api.API) openAPI {
	t.Helper()
	w := ask(t, a, http.MethodGet, "/openapi.json", "")
	var d openAPI
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != 200 {
		t.Fatal(w.Code, err)
	}
	return d
}

// TestDescription is about every endpoint of the storefront: whoever adds one describes it.
func TestDescription(t *testing.T) {
	for name, a := range map[string]*api.API{
		"storefront": newAPI(t, func(o *api.Options) { o.Storefront = &storefront.Server{} }),
		"trial":      newAPI(t),
	} {
		t.Run(name, func(t *testing.T) {
			d := describe(t, a)
			if d.OpenAPI != "3.1.0" || d.Info.Title != "Hutong" || d.Info.Version != "1.0.0" || len(d.Servers) != 1 || d.Parts.SecuritySchemes["consumer"] == nil || d.Parts.Schemas["Problem"] == nil {
				t.Errorf("%+v", d)
			}
			tags := map[string]bool{"Trial": name == "trial"}
			for _, tag := range d.Tags {
				tags[tag.Name] = true
			}
			ids := map[string]bool{}
			for path, item := range d.Paths {
				for method, op := range item {
					checkOperation(t, method+" "+path, op, tags)
					if ids[op.ID] {
						t.Errorf("%s: the id %q is taken", path, op.ID)
					}
					ids[op.ID] = true
				}
			}
		})
	}
}

func checkOperation(t *testing.T, where string, op operation, tags map[string]bool) {
	t.Helper()
	if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(op.ID) || op.Summary == "" || len(op.Tags) != 1 || !tags[op.Tags[0]] {
		t.Errorf("%s: id %q, summary %q, tags %v", where, op.ID, op.Summary, op.Tags)
	}
	success := false
	for status, r := range op.Responses {
		if status[0] == '2' {
			success = true
			continue
		}
		if status == "304" {
			continue
		}
		more := status == "409" && op.ID == "place-order" // with the new quote
		if ref := r.Content["application/problem+json"].Schema.Ref; ref != "#/components/schemas/Problem" && !more || !strings.Contains(r.Description, "Codes: ") {
			t.Errorf("%s: %s is described as %+v", where, status, r)
		}
	}
	if !success || op.Responses["404"].Description == "" || op.Responses["429"].Description == "" || op.Responses["500"].Description == "" {
		t.Errorf("%s: answers %v", where, op.Responses)
	}
	_, unauthorized := op.Responses["401"]
	if (len(op.Security) > 0) != unauthorized {
		t.Errorf("%s: security %v, 401 %v", where, op.Security, unauthorized)
	}
	named := map[string]bool{}
	for _, p := range op.Parameters {
		named[p.In+" "+p.Name] = true
		if p.Name == "Idempotency-Key" && !p.Required {
			t.Errorf("%s: the key is not required", where)
		}
	}
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(where, -1) {
		if !named["path "+m[1]] {
			t.Errorf("%s: %s is not described", where, m[1])
		}
	}
}

func TestDocsPage(t *testing.T) {
	a := newAPI(t)
	w := ask(t, a, http.MethodGet, "/docs", "")
	csp := w.Header().Get("Content-Security-Policy")
	if w.Code != 200 || w.Header().Get("Referrer-Policy") != "no-referrer" || !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "script-src") || strings.Contains(csp, "unsafe-eval") {
		t.Errorf("%d %s", w.Code, csp)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		if strings.Contains(m[1], "//") {
			t.Errorf("loads %s from elsewhere", m[1])
		}
		if asset := ask(t, a, http.MethodGet, "/"+m[1], ""); asset.Code != 200 || asset.Body.Len() == 0 {
			t.Errorf("%s: %d", m[1], asset.Code)
		}
	}
	plain := ask(t, a, http.MethodGet, "/docs/swagger-ui.css", "")
	packed := ask(t, a, http.MethodGet, "/docs/swagger-ui.css", "", "Accept-Encoding", "gzip, br")
	z, err := gzip.NewReader(packed.Body)
	if err != nil || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(err, packed.Header())
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != plain.Body.String() {
		t.Error("packed and plain differ", err)
	}
	if w := ask(t, a, http.MethodGet, "/problems/out_of_stock", ""); !strings.Contains(w.Body.String(), "库存不足。") {
		t.Error(w.Body)
	}
}

// TestDocsInBrowser opens the page in Chromium, which applies its policy.
func TestDocsInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is not installed: apt-get install chromium, or run make test, which does")
	}
	server := httptest.NewServer(newAPI(t, func(o *api.Options) { o.Clock = time.Now }))
	defer server.Close()
	page, err := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
		"--user-data-dir="+t.TempDir(), "--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom", server.URL+"/docs#/Trial/place-order").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, page)
	}
	for _, want := range []string{"operations-Trial-list", "Made by the caller, new for each thing to be done", "Codes: out_of_stock"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not show %q:\n%.3000s", want, page)
		}
	}
	if strings.Contains(string(page), "Refused to") || strings.Contains(string(page), "violates the following") {
		t.Errorf("the page breaks its own policy:\n%s", page)
	}
}
