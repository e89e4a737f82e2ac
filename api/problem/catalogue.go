package problem

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"hutong/api/request"
	"hutong/model"
)

//go:embed catalogue/*.json
var files embed.FS

// texts are one language's sentences.
type texts struct {
	Titles map[string]string `json:"titles"` // by kind
	Codes  map[string]string `json:"codes"`  // by code; {name} stands for an argument
}

// catalogue has the sentences of each of model.Languages.
var catalogue = load()

func load() map[string]texts {
	all := make(map[string]texts, len(model.Languages))
	for _, l := range model.Languages {
		b, err := files.ReadFile("catalogue/" + l + ".json")
		if err != nil {
			panic(err) // embedded: only a build can lack it
		}
		var t texts
		if err := json.Unmarshal(b, &t); err != nil {
			panic(fmt.Errorf("catalogue/%s.json: %w", l, err)) // likewise
		}
		all[l] = t
	}
	return all
}

// kindNames are the kinds as the catalogue names them.
var kindNames = map[model.Kind]string{
	model.KindInternal:     "internal",
	model.KindInvalid:      "invalid",
	model.KindUnauthorized: "unauthorized",
	model.KindForbidden:    "forbidden",
	model.KindNotFound:     "not_found",
	model.KindConflict:     "conflict",
	model.KindGone:         "gone",
	model.KindTooLarge:     "too_large",
	model.KindRateLimited:  "rate_limited",
	model.KindUpstream:     "upstream",
	model.KindUnavailable:  "unavailable",
}

func title(language string, k model.Kind) string { return catalogue[language].Titles[kindNames[k]] }

// detail is what e says, with its arguments filled in; English where there is no translation.
func detail(language string, e *model.Error) string {
	s, ok := catalogue[language].Codes[e.Code]
	if !ok {
		s = e.Message
	}
	if len(e.Args) == 0 {
		return s
	}
	figures := make([]string, 0, 2*len(e.Args))
	for name, value := range e.Args {
		figures = append(figures, "{"+name+"}", value)
	}
	return strings.NewReplacer(figures...).Replace(s)
}

// languageOf is what the caller reads: what its Accept-Language asks for, else the language the answer was
// going to be in, else the first of the catalogue's.
func languageOf(f *request.Facts) string {
	fallback := model.Languages[0]
	if _, ok := catalogue[f.Language]; ok {
		fallback = f.Language
	}
	return request.ChooseLanguage(f.AcceptLanguage, fallback, model.Languages)
}

// Description explains a code.
type Description struct {
	Code  string
	Texts []Sentence
}

// Sentence is what a code says in one language.
type Sentence struct{ Language, Text string }

// Describe explains a code in every language; ok is false when there is no such code.
func Describe(code string) (d Description, ok bool) {
	d.Code = code
	for _, l := range model.Languages {
		if s, known := catalogue[l].Codes[code]; known {
			d.Texts = append(d.Texts, Sentence{l, s})
		}
	}
	return d, len(d.Texts) > 0
}
