package console_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hutong/model"
)

// hostile is what somebody writes who wants a reader's browser to run it, wherever it is put: into HTML, an attribute,
// a script, an address.
const hostile = `'"></script><img src=x onerror=alert(1)>{{7*7}}`

// schema is as much of a JSON schema as it takes to find its texts.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Additional json.RawMessage    `json:"additionalProperties"`
}

// document is the console's description, of which the fields are taken: one that is added is tried by itself.
type document struct {
	Paths map[string]map[string]struct {
		ID          string   `json:"operationId"`
		Tags        []string `json:"tags"`
		RequestBody struct {
			Content map[string]struct {
				Schema *schema `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

// texts are the places of all texts below a schema, as paths of keys; [] is an entry of a list, * one of a map.
func (d *document) texts(s *schema, at []string, found *[][]string) {
	for s.Ref != "" {
		s = d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	below := func(s *schema, key string) { d.texts(s, append(slices.Clone(at), key), found) }
	switch kind := fmt.Sprint(s.Type); {
	case strings.Contains(kind, "string"):
		*found = append(*found, at)
	case strings.Contains(kind, "array"):
		below(s.Items, "[]")
	default:
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if name != "$schema" && name != "version" { // which tells states apart and is never kept
				below(s.Properties[name], name)
			}
		}
		var more schema
		if json.Unmarshal(s.Additional, &more) == nil && (more.Type != nil || more.Ref != "") {
			below(&more, "*")
		}
	}
}

// put is a body with a text at a place. What is not there on the way is made.
func put(body any, at []string, text string) any {
	if len(at) == 0 {
		return text
	}
	switch at[0] {
	case "[]":
		list, _ := body.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list = slices.Clone(list)
		list[0] = put(list[0], at[1:], text)
		return list
	case "*":
		at = append([]string{"en"}, at[1:]...)
	}
	all, _ := body.(map[string]any)
	all = maps.Clone(all)
	if all == nil {
		all = map[string]any{}
	}
	all[at[0]] = put(all[at[0]], at[1:], text)
	return all
}

// complete gives a text of an example the rest of its object, without which it would be refused for that alone.
func complete(id, kind string, example map[string]any) {
	switch id {
	case "change-page":
		example["blocks"] = []any{map[string]any{
			"kind": kind, "title": map[string]any{"en": "A"}, "text": map[string]any{"en": "B"}, "picture": "/media/a.jpg", "link": "page:home",
		}}
	case "change-after-sale-settings":
		example["return_place"] = map[string]any{"name": "A", "phone": "1", "address": "B"}
	case "change-message-templates":
		example["templates"] = []any{map[string]any{
			"event": "order_paid", "template": strings.Repeat("a", 40), "fields": []any{map[string]any{"name": "thing1", "text": map[string]any{"en": "A"}}},
		}}
	}
}

var acts = regexp.MustCompile(`(?i)<\s*script|<[^>]*\son[a-z]+\s*=|<[^>]*javascript:|<\s*(iframe|object|embed|form|style|svg|meta|base|link)\b`)

// writes puts a text into each field of each request that staff make, one at a time, and tells which were taken.
func (d *desk) writes(t *testing.T, p *premises, text string) (tried int, taken map[string]bool, rich int) {
	t.Helper()
	taken = map[string]bool{}
	var doc document
	described, err := d.api.ConsoleOpenAPI()
	d.must(t, err)
	d.must(t, json.Unmarshal(described, &doc))
	for _, o := range d.operations(t) {
		says := doc.Paths[o.path][strings.ToLower(o.method)]
		body, has := says.RequestBody.Content["application/json"]
		// Who signs in has nothing to write, and opening brands is no brand's.
		if !has || o.public() || o.Permission == string(model.PermitPlatform) || o.sessionOnly() {
			continue
		}
		var fields [][]string
		doc.texts(body.Schema, nil, &fields)
		for _, at := range fields {
			for _, kind := range d.kindsFor(o.ID) {
				e := example{body: "{}"} // what names nothing, such as a question
				if prepare := examples[o.ID]; prepare != nil {
					e = prepare(p)
				}
				var example any
				d.must(t, json.Unmarshal([]byte(e.body), &example))
				complete(o.ID, kind, example.(map[string]any))
				sent, err := json.Marshal(put(example, at, text))
				d.must(t, err)
				tried++
				field := o.ID + " " + strings.Join(at, ".")
				r := d.ask(t, o.method, o.at(e.of), p.owner, string(sent), "Idempotency-Key", p.key())
				d.harmless(t, field, r)
				if r.status >= 300 {
					if !slices.Contains([]int{http.StatusBadRequest, http.StatusConflict, http.StatusNotFound, http.StatusUnprocessableEntity}, r.status) {
						t.Errorf("%s: %d %s", field, r.status, r.body)
					}
					continue
				}
				taken[field] = true
				if kind == "rich_text" && slices.Contains(at, "text") {
					rich++
				}
			}
		}
	}
	return tried, taken, rich
}

// takeAway takes each file away that can be, in both forms, wants that no spreadsheet runs anything of it, and tells how
// many there were.
func (d *desk) takeAway(t *testing.T, p *premises) (files int) {
	t.Helper()
	for _, o := range d.operations(t) {
		if o.method != http.MethodGet || strings.Contains(o.path, "{") || o.public() {
			continue
		}
		for _, format := range []string{"csv", "xlsx"} {
			r := d.ask(t, http.MethodGet, o.path+"?by=month&full=true&format="+format, p.owner, "")
			if !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment") {
				continue
			}
			files++
			cells := [][]string{}
			if format == "csv" {
				rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(r.body, []byte("\ufeff")))).ReadAll()
				d.must(t, err)
				cells = rows
			} else {
				x, err := excelize.OpenReader(bytes.NewReader(r.body))
				d.must(t, err)
				rows, err := x.GetRows("Sheet1")
				d.must(t, err)
				for y := range rows {
					for c := range rows[y] {
						at, _ := excelize.CoordinatesToCellName(c+1, y+1)
						if formula, _ := x.GetCellFormula("Sheet1", at); formula != "" {
							t.Errorf("%s as %s: %s runs %q", o.ID, format, at, formula)
						}
					}
				}
			}
			for _, row := range cells {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+@＝＋＠\t\r", []rune(cell)[0]) {
						t.Errorf("%s as %s: a spreadsheet runs %q", o.ID, format, cell)
					}
				}
			}
		}
	}
	return files
}

// Whatever staff write, wherever they may, no spreadsheet runs it: each file that can be taken away, in both forms.
func TestFormulasEverywhere(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		files := 0
		for _, formula := range []string{`=HYPERLINK("http://x.example","x")`, "＝1+1"} {
			p := d.premises(t)
			if _, taken, _ := d.writes(t, p, formula); len(taken) < 30 {
				t.Errorf("%q was taken %d times", formula, len(taken))
			}
			files += d.takeAway(t, p)
		}
		if files < 20 {
			t.Errorf("only %d files were taken away", files)
		}
	})
}

// A hostile text in each field of each request that staff make: it is refused, or comes out as the very same text in
// JSON that no browser takes for a page; in rich text, which is HTML, nothing is left of it that acts.
func TestHostileTexts(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		p := d.premises(t)
		tried, taken, cleaned := d.writes(t, p, hostile)
		if tried < 150 || cleaned == 0 {
			t.Errorf("only %d texts were tried, %d of them rich", tried, cleaned)
		}
		// Those that anybody may write anything into. One that is added is looked at by whoever adds it.
		for _, must := range []string{
			"change-profile legal_name", "change-profile service.*", "add-freight-template name",
			"change-page blocks.[].title.*", "add-page title.*", "change-after-sale-settings return_place.address",
			"create-product title.*", "create-product vendor", "create-product tags.[]", "create-product skus.[].code", "create-category name.*", "note-order words", "reply-to-review words",
			"create-coupon name.*", "create-promotion name.*", "create-segment name", "add-staff name", "new-token name", "decide-after-sale words", "resolve-bill-exception note",
		} {
			if !taken[must] {
				t.Errorf("%s was not tried with success: %v", must, slices.Sorted(maps.Keys(taken)))
			}
		}
		// What has no room for so much has room for less.
		if _, short, _ := d.writes(t, d.premises(t), "<i onload=a()>"); !short["create-level name.*"] || len(short) < len(taken) {
			t.Errorf("%d short texts were taken: %v", len(short), slices.Sorted(maps.Keys(short)))
		}
		// What consumers get of it.
		p.done(http.MethodPut, "/opening", `{"status":"active"}`)
		d.Clock.Turn(2 * time.Second)
		p.done(http.MethodPut, "/pages/home/draft", mustJSON(map[string]any{
			"version": 0, "title": map[string]any{"en": hostile},
			"blocks": []any{map[string]any{"kind": "notice", "text": map[string]any{"en": hostile}}, map[string]any{"kind": "rich_text", "text": map[string]any{"en": "<p>kept</p>" + hostile + `<a href="javascript:alert(1)">x</a>`}}},
		}))
		p.done(http.MethodPost, "/pages/home/publish", `{"version":1,"published":0}`)
		d.Clock.Turn(2 * time.Second)
		for _, path := range []string{"", "/pages/home"} {
			r := d.ask(t, http.MethodGet, "/v1/"+p.Row.Slug+path, "", "")
			d.harmless(t, "GET "+path, r)
		}
		var page struct{ Blocks []struct{ Text string } }
		d.ask(t, http.MethodGet, "/v1/"+p.Row.Slug+"/pages/home", "", "").into(&page)
		if page.Blocks[0].Text != hostile {
			t.Errorf("a notice is plain text, and came out as %q", page.Blocks[0].Text)
		}
		if rich := page.Blocks[1].Text; acts.MatchString(rich) || !strings.HasPrefix(rich, "<p>kept</p>") {
			t.Errorf("rich text came out as %q", rich)
		}
		// And colleagues, of every list that there is.
		lists := 0
		for _, o := range d.operations(t) {
			if o.method != http.MethodGet || strings.Contains(o.path, "{") || o.public() {
				continue
			}
			if r := d.ask(t, http.MethodGet, o.path, p.owner, ""); strings.Contains(r.header.Get("Content-Disposition"), "attachment") {
				if r.header.Get("X-Content-Type-Options") != "nosniff" {
					t.Errorf("%s may be taken for another kind of file", o.ID)
				}
			} else if r.status == http.StatusOK {
				d.harmless(t, o.ID, r)
				lists++
			}
		}
		if lists < 30 {
			t.Errorf("only %d lists were looked at", lists)
		}
	})
}

// kindsFor are the kinds of block with which an operation is tried; "" where there are none.
func (*desk) kindsFor(id string) []string {
	if id == "change-page" {
		return []string{"banner", "category_row", "product_shelf", "group_shelf", "flash_shelf", "rich_text", "notice"}
	}
	return []string{""}
}

// harmless wants an answer that no browser runs: JSON, said to be nothing else, whose texts are the very texts, and whose
// rich texts have nothing that acts.
func (*desk) harmless(t *testing.T, field string, r reply) {
	t.Helper()
	kind := r.header.Get("Content-Type")
	if !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "application/problem+json") || r.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s is answered as %q", field, kind)
	}
	var body any
	if err := json.Unmarshal(r.body, &body); err != nil {
		t.Errorf("%s: %v: %s", field, err, r.body)
	}
	walk(body, "", func(kind, at, text string) {
		if kind == "rich_text" && strings.Contains(at, "text") && acts.MatchString(text) {
			t.Errorf("%s: rich text has %q", field, text)
		}
		if strings.Contains(text, "alert(1)") && kind != "rich_text" && !strings.Contains(text, hostile[:40]) && !json.Valid([]byte(text)) {
			t.Errorf("%s came out as another text: %q", field, text)
		}
	})
}

// walk tells each text of a body, with the kind of the block that it is in.
func walk(v any, at string, tell func(kind, at, text string)) {
	var inner func(v any, kind, at string)
	inner = func(v any, kind, at string) {
		switch v := v.(type) {
		case string:
			tell(kind, at, v)
		case []any:
			for _, one := range v {
				inner(one, kind, at)
			}
		case map[string]any:
			if k, ok := v["kind"].(string); ok {
				kind = k
			}
			for name, one := range v {
				inner(one, kind, at+"."+name)
			}
		}
	}
	inner(v, "", at)
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
