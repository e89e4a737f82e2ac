package request

import (
	"strings"

	"github.com/maypok86/otter/v2"
	"golang.org/x/text/language"
)

// maxAcceptLanguage bounds the header that is looked at: a longer one is no browser's.
const maxAcceptLanguage = 256

type choice struct{ accept, fallback, offered string }

// chosen remembers what was chosen, since callers send few different headers and choosing is slow.
var chosen = otter.Must(&otter.Options[choice, string]{MaximumSize: 2048})

// ChooseLanguage is the one of the offered BCP 47 tags that suits the Accept-Language header best; the
// fallback when none does, or when the header says nothing that can be understood.
func ChooseLanguage(acceptLanguage, fallback string, offered []string) string {
	if acceptLanguage == "" || len(acceptLanguage) > maxAcceptLanguage || len(offered) == 0 {
		return fallback
	}
	k := choice{acceptLanguage, fallback, strings.Join(offered, ",")}
	if tag, ok := chosen.GetIfPresent(k); ok {
		return tag
	}
	tag := choose(acceptLanguage, fallback, offered)
	chosen.Set(k, tag)
	return tag
}

func choose(acceptLanguage, fallback string, offered []string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return fallback
	}
	tags := make([]language.Tag, len(offered))
	for i, o := range offered {
		tags[i] = language.Make(o)
	}
	_, i, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return fallback
	}
	return offered[i]
}
