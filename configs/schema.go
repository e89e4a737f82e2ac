package configs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	prefix    = "HUTONG_"
	separator = "__"
)

// schema is the tree of the settings there are: sections are maps, settings are anything else.
type schema struct{ tree map[string]any }

// check lists what a file has that is no setting.
func (s schema) check(given map[string]any) []error { return checkSection("", s.tree, given) }

func checkSection(path string, known, given map[string]any) []error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		at := strings.TrimPrefix(path+"."+name, ".")
		section, isSection := known[name].(map[string]any)
		inner, isMap := given[name].(map[string]any)
		switch _, exists := known[name]; {
		case !exists:
			errs = append(errs, fmt.Errorf("%s: there is no such setting; %s has %s", at, sectionName(path), list(known)))
		case isSection && isMap:
			errs = append(errs, checkSection(at, section, inner)...)
		case isSection && given[name] != nil: // a section whose every line is commented out is nil
			errs = append(errs, fmt.Errorf("%s: this is a section; write its settings below it: %s", at, list(section)))
		case !isSection && isMap:
			errs = append(errs, fmt.Errorf("%s: this is a setting, not a section; write its value behind it", at))
		}
	}
	return errs
}

func sectionName(path string) string {
	if path == "" {
		return "the top level"
	}
	return path
}

func list(section map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(section)), ", ")
}

// serviceLinks are what Kubernetes puts into the environment for a service named hutong.
var serviceLinks = regexp.MustCompile(`^HUTONG_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_PROTO|_PORT|_ADDR)?)?)$`)

// keyOf is the setting that a variable of the environment sets; "" without an error if it is none of ours.
func (s schema) keyOf(name string) (string, error) {
	if name == prefix+"CONFIG" || strings.HasPrefix(name, prefix+"TEST_") || serviceLinks.MatchString(name) {
		return "", nil
	}
	path := strings.Split(strings.ToLower(strings.TrimPrefix(name, prefix)), separator)
	if settings := s.settings(); slices.Contains(settings, strings.Join(path, ".")) {
		return strings.Join(path, "."), nil
	}
	for _, setting := range s.settings() {
		if flat(setting) == flat(strings.TrimPrefix(name, prefix)) {
			return "", fmt.Errorf("%s: there is no such setting; did you mean %s?", name, variable(setting))
		}
	}
	return "", fmt.Errorf("%s: there is no such setting; `hutong doctor` prints them all, and a name is %sSECTION%sSETTING",
		name, prefix, separator)
}

// flat is a setting's name without what people get wrong in it.
func flat(name string) string {
	return strings.NewReplacer("_", "", ".", "", "-", "").Replace(strings.ToLower(name))
}

// variable is the name of a setting in the environment.
func variable(setting string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(setting, ".", separator))
}

// settings lists the paths of all settings.
func (s schema) settings() []string {
	var all []string
	var walk func(path string, section map[string]any)
	walk = func(path string, section map[string]any) {
		for name, v := range section {
			if inner, ok := v.(map[string]any); ok {
				walk(path+name+".", inner)
				continue
			}
			all = append(all, path+name)
		}
	}
	walk("", s.tree)
	slices.Sort(all)
	return all
}
