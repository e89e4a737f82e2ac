package search

import (
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/single"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/mapping"
)

// The analyzers.
const (
	words = "words" // of a text: Latin words folded to plain letters, Chinese ones as single and paired characters
	whole = "whole" // an article number, in lower case
)

func newMapping() mapping.IndexMapping {
	m := bleve.NewIndexMapping()
	err := m.AddCustomTokenFilter("characters", map[string]any{"type": cjk.BigramName, "output_unigram": true})
	if err == nil {
		err = m.AddCustomAnalyzer(words, map[string]any{
			"type": custom.Name, "char_filters": []string{asciifolding.Name}, "tokenizer": unicode.Name,
			"token_filters": []string{cjk.WidthName, lowercase.Name, "characters"},
		})
	}
	if err == nil {
		err = m.AddCustomAnalyzer(whole, map[string]any{
			"type": custom.Name, "tokenizer": single.Name, "token_filters": []string{lowercase.Name},
		})
	}
	if err != nil {
		panic(err) // the names above are the library's own: no test would get past a wrong one
	}
	product := bleve.NewDocumentStaticMapping()
	for name, analyzer := range map[string]string{"title": words, "text": words, "code": whole, "brand": keyword.Name} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = analyzer
		// Only the terms are needed: the database has the rest.
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		product.AddFieldMappingsAt(name, f)
	}
	m.DefaultMapping = product
	return m
}

// term is a token of a question.
type term struct {
	text  string
	latin bool // letters and digits, as opposed to Chinese characters
}

// terms are what a question asks for. Of Chinese characters that stand together the pairs count, and a
// single one only when it stands alone.
func (b *Bleve) terms(text string) (out []term) {
	tokens := b.words.Analyze([]byte(text))
	inPair := map[int]bool{} // where a character begins that is part of a pair
	for _, t := range tokens {
		if t.Type == analysis.Double {
			for i := range string(t.Term) {
				inPair[t.Start+i] = true
			}
		}
	}
	for _, t := range tokens {
		if t.Type == analysis.Single && inPair[t.Start] {
			continue
		}
		if len(out) == MaxTerms {
			break
		}
		out = append(out, term{text: string(t.Term), latin: t.Type != analysis.Single && t.Type != analysis.Double})
	}
	return out
}
