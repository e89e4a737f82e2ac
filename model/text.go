package model

// Text is one text in several languages, keyed by BCP 47 tag ("zh-CN", "en", "it"). It is JSON in the
// database.
type Text map[string]string

// In is the text in the first of the languages that has it, else in any language, chosen by tag so that
// the outcome is always the same. An empty Text is "".
func (t Text) In(languages ...string) string {
	for _, l := range languages {
		if s := t[l]; s != "" {
			return s
		}
	}
	best := ""
	for l, s := range t {
		if s != "" && (best == "" || l < best) {
			best = l
		}
	}
	return t[best]
}

// Languages that the project's own texts are written in; the first is the default.
var Languages = []string{"zh-CN", "en", "it"}
