package search

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
)

// How much it counts where a term is found, and how.
const (
	inTitle = 4.0
	inText  = 1.0
	inCode  = 8.0

	asPrefix = 0.5
	asTypo   = 0.2

	minPrefix = 2 // characters that a word must have to stand for longer ones
	minTypo   = 5 // characters that a word must have for one of them to be wrong
)

// parse makes a query of what a consumer typed. It builds the query from terms and never reads text as a
// query language. ok is false when there is nothing to look for.
func (b *Bleve) parse(text string) (q query.Query, ok bool) {
	text = strings.TrimSpace(strings.ToValidUTF8(text, " "))
	if r := []rune(text); len(r) > MaxText {
		text = string(r[:MaxText])
	}
	var all []query.Query
	terms := b.terms(text)
	for i, t := range terms {
		all = append(all, t.query(i == len(terms)-1))
	}
	var either []query.Query
	if len(all) > 0 {
		either = append(either, query.NewConjunctionQuery(all))
	}
	if code := strings.ToLower(text); code != "" {
		exact := query.NewTermQuery(code)
		exact.SetField("code")
		exact.SetBoost(inCode)
		either = append(either, exact)
		if utf8.RuneCountInString(code) > minPrefix {
			either = append(either, prefix(code, "code", inCode))
		}
	}
	if len(either) == 0 {
		return nil, false
	}
	return query.NewDisjunctionQuery(either), true
}

// query finds a term in the title or the texts. The last word may not be complete yet; a long one may be
// misspelt by one letter.
func (t term) query(last bool) query.Query {
	var either []query.Query
	for field, boost := range map[string]float64{"title": inTitle, "text": inText} {
		exact := query.NewTermQuery(t.text)
		exact.SetField(field)
		exact.SetBoost(boost)
		either = append(either, exact)
		if !t.latin {
			continue
		}
		n := utf8.RuneCountInString(t.text)
		if last && n >= minPrefix {
			either = append(either, prefix(t.text, field, boost))
		}
		if n >= minTypo {
			typo := query.NewFuzzyQuery(t.text)
			typo.SetField(field)
			typo.SetBoost(boost * asTypo)
			typo.SetFuzziness(1)
			typo.SetPrefix(1)
			either = append(either, typo)
		}
	}
	return query.NewDisjunctionQuery(either)
}

func prefix(text, field string, boost float64) query.Query {
	q := query.NewPrefixQuery(text)
	q.SetField(field)
	q.SetBoost(boost * asPrefix)
	return q
}
