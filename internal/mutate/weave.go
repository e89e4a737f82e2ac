package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// chosen is the variable of the environment that has the number of the guard which is taken away.
const chosen = "HUTONG_GUARD_GONE"

// weave writes an overlay by which Go reads the source with every guard in it twice: each function that has guards is
// there whole, and once more without each of them, and which of these is called is told by the environment. So the
// tests of a package are built once for all guards. What is not in a function of Go's is left to overlay.
func weave(dir string) (overlay string, err error) {
	replace := map[string]string{}
	put := func(original, name, text string) error {
		absolute, err := filepath.Abs(original)
		if err != nil {
			return err
		}
		replace[absolute] = filepath.Join(dir, name)
		return os.WriteFile(replace[absolute], []byte(text), 0o600)
	}
	files := map[string][]int{}
	for i, g := range guards {
		if g.woven() {
			files[g.file] = append(files[g.file], i)
		}
	}
	for file, of := range files {
		text, pkg, err := woven(file, of)
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		name := strings.ReplaceAll(file, "/", "-")
		if err := put(file, name, text); err != nil {
			return "", err
		}
		switchboard := fmt.Sprintf("package %s\n\nimport \"os\"\n\nvar guardGone = os.Getenv(%q)\n", pkg, chosen)
		if err := put(filepath.Join(filepath.Dir(file), "guard_gone.go"), "gone-"+name, switchboard); err != nil {
			return "", err
		}
	}
	return writeOverlay(dir, replace)
}

func writeOverlay(dir string, replace map[string]string) (path string, err error) {
	encoded, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, encoded, 0o600)
}

// woven is the text of a file with some guards, by their places in the table, and the name of its package.
func woven(file string, of []int) (text, pkg string, err error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, content, parser.SkipObjectResolution)
	if err != nil {
		return "", "", err
	}
	at := func(p token.Pos) int { return set.Position(p).Offset }
	var out bytes.Buffer
	last := 0
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		s := source{string(content[at(f.Pos()):at(f.End())]), f, at}
		var gone []int
		for _, i := range of {
			if strings.Contains(s.text, guards[i].find) {
				gone = append(gone, i)
			}
		}
		if len(gone) == 0 {
			continue
		}
		out.Write(content[last:at(f.Pos())])
		out.WriteString(s.dispatcher(gone) + "\n\n" + s.renamed(s.text, "whole"))
		for _, i := range gone {
			out.WriteString("\n\n" + s.renamed(strings.Replace(s.text, guards[i].find, guards[i].replace, 1), number(i)))
			of = without(of, i)
		}
		last = at(f.End())
	}
	if len(of) > 0 {
		return "", "", errors.New("no function has the guard: " + guards[of[0]].name)
	}
	out.Write(content[last:])
	return out.String(), parsed.Name.Name, nil
}

func without(all []int, one int) (rest []int) {
	for _, i := range all {
		if i != one {
			rest = append(rest, i)
		}
	}
	return rest
}

// number names the variant of a function that has no guard of this place in the table.
func number(i int) string { return fmt.Sprint("without", i) }

// source is a function as it is written.
type source struct {
	text string
	f    *ast.FuncDecl
	at   func(token.Pos) int
}

// of is the source of a part of the function.
func (s source) of(n ast.Node) string {
	from := s.at(s.f.Pos())
	return s.text[s.at(n.Pos())-from : s.at(n.End())-from]
}

// renamed is a variant of the function under a name of its own.
func (s source) renamed(text, variant string) string {
	name := s.at(s.f.Name.Pos()) - s.at(s.f.Pos())
	return text[:name] + s.f.Name.Name + "_" + variant + text[name+len(s.f.Name.Name):]
}

// dispatcher is a function under the original's name that calls the variant which was chosen.
func (s source) dispatcher(gone []int) string {
	receiver, callee := "", s.f.Name.Name
	if s.f.Recv != nil {
		receiver, callee = "(of "+s.of(s.f.Recv.List[0].Type)+") ", "of."+callee
	}
	typeParams, typeArgs := "", ""
	if p := s.f.Type.TypeParams; p != nil {
		typeParams = s.of(p)
		var names []string
		for _, field := range p.List {
			for _, n := range field.Names {
				names = append(names, n.Name)
			}
		}
		typeArgs = "[" + strings.Join(names, ", ") + "]"
	}
	var params, args []string
	for _, field := range s.f.Type.Params.List {
		for range max(1, len(field.Names)) {
			name := fmt.Sprint("p", len(params))
			params = append(params, name+" "+s.of(field.Type))
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				name += "..."
			}
			args = append(args, name)
		}
	}
	results, returns, end := "", "", "; return"
	if s.f.Type.Results != nil {
		results, returns, end = s.of(s.f.Type.Results), "return ", ""
	}
	call := func(variant string) string {
		return returns + callee + "_" + variant + typeArgs + "(" + strings.Join(args, ", ") + ")"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "func %s%s%s(%s) %s {\n\tswitch guardGone {\n", receiver, s.f.Name.Name, typeParams, strings.Join(params, ", "), results)
	for _, i := range gone {
		fmt.Fprintf(&out, "\tcase %q:\n\t\t%s%s\n", number(i), call(number(i)), end)
	}
	fmt.Fprintf(&out, "\t}\n\t%s\n}", call("whole"))
	return out.String()
}
