package script

import (
	"fmt"
	"slices"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// program is a script that has been read: its globals, frozen, and the parameters that an
// experiment gives it. Nothing changes it.
type program struct {
	file    string
	globals starlark.StringDict
	new     *starlark.Function // nil: no state
	params  *record
}

// dialect is what of Starlark a script may use.
func dialect() *syntax.FileOptions { return &syntax.FileOptions{While: true, TopLevelControl: true} }

// load reads the text of a script and runs it once. Its error is an *Error.
func load(file, text string) (*program, error) {
	p := &program{file: file}
	if err := p.load(text); err != nil {
		if e, ok := err.(*Error); ok {
			return nil, e
		}
		return nil, wrap(file, err)
	}
	return p, nil
}

func (p *program) load(text string) error {
	if len(text) > mostSource {
		return fmt.Errorf("%d bytes, want a script of at most %d", len(text), mostSource)
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if i := strings.IndexByte(text, 0); i >= 0 { // the scanner takes it for the end of the file
		before := text[:i]
		return &Error{File: p.file, Line: 1 + strings.Count(before, "\n"), Column: i - strings.LastIndexByte(before, '\n'), Text: "found a NUL byte, want text"}
	}
	if line, column := tooNested(text); line > 0 {
		return &Error{File: p.file, Line: line, Column: column, Text: fmt.Sprintf("brackets nested more than %d deep", mostNested)}
	}
	file, err := dialect().Parse(p.file, text, 0)
	if err != nil {
		return err
	}
	g := guard{methods: typeMethods()}
	if g.stmts(file.Stmts); g.err != nil {
		return g.err
	}
	env := environment()
	compiled, err := starlark.FileProgram(file, env.Has)
	if err != nil {
		return err
	}
	if err := checkNames(file, env); err != nil {
		return err
	}
	p.globals, err = compiled.Init(newThread(p.file), env)
	if err != nil {
		return err
	}
	p.globals.Freeze()
	return nil
}

// tooNested finds where more brackets are open than may be. Those in strings count too.
func tooNested(text string) (line, column int) {
	line = 1
	depth := 0
	for _, c := range []byte(text) {
		column++
		switch c {
		case '(', '[', '{':
			if depth++; depth > mostNested {
				return line, column
			}
		case ')', ']', '}':
			depth = max(0, depth-1)
		case '\n':
			line, column = line+1, 0
		}
	}
	return 0, 0
}

// checkNames refuses functions of Starlark that are not here.
func checkNames(file *syntax.File, env starlark.StringDict) error {
	var err error
	syntax.Walk(file, func(n syntax.Node) bool {
		id, ok := n.(*syntax.Ident)
		if !ok || err != nil {
			return true
		}
		if b, ok := id.Binding.(*resolve.Binding); ok && b.Scope == resolve.Universal && !slices.Contains(plainNames, id.Name) {
			err = syntax.Error{Pos: id.NamePos, Msg: spec.Unknown("name", id.Name, libraryNames(env))}
		}
		return true
	})
	return err
}

// newThread returns a thread with the bounds of a call.
func newThread(file string) *starlark.Thread {
	t := &starlark.Thread{Name: file, OnMaxSteps: func(t *starlark.Thread) { t.Cancel(errSteps.Error()) }}
	t.SetMaxExecutionSteps(mostSteps)
	return t
}

// signature is a function that the kernel asks.
type signature struct {
	name   string
	params []string
	asked  string // when
}

func (s signature) String() string { return s.name + "(" + strings.Join(s.params, ", ") + ")" }

// function returns a function of the script that has the parameters of a signature; nil
// where it has none of that name.
func (p *program) function(s signature) (*starlark.Function, error) {
	v := p.globals[s.name]
	if v == nil {
		return nil, nil
	}
	f, ok := v.(*starlark.Function)
	if !ok {
		return nil, &Error{File: p.file, Text: fmt.Sprintf("%s: found %s, want a function: def %s", s.name, described(v), s)}
	}
	if f.NumParams() != len(s.params) || f.NumKwonlyParams() > 0 {
		at := f.Position()
		return nil, &Error{File: p.file, Line: int(at.Line), Column: int(at.Col), Text: fmt.Sprintf("%s: found %d parameters, want %d: def %s", s.name, f.NumParams(), len(s.params), s)}
	}
	return f, nil
}

// must is function of what a policy of a kind has.
func (p *program) must(kind string, s signature) (*starlark.Function, error) {
	f, err := p.function(s)
	if err == nil && f == nil {
		err = &Error{File: p.file, Text: fmt.Sprintf("there is no function %s, want def %s: %s, %s", s.name, s, kind, s.asked)}
	}
	return f, err
}

// read loads the script that a policy's table names, whose text is beside the name, and
// decodes its parameters.
func read(n *spec.Node) (*program, error) {
	at := n.Get("script")
	file, ok := at.Value().(string)
	if !ok {
		return nil, at.Errorf("found %s, want the name of a file, as in script = \"mine.star\"", at)
	}
	text, ok := n.Get(SourceKey).Value().(string)
	if !ok {
		return nil, at.Errorf("the text of %s is not there: a script can be used in an experiment alone", file)
	}
	p, err := load(file, text)
	if err != nil {
		return nil, at.Errorf("%w", err)
	}
	var list []*declared
	if v := p.globals["params"]; v != nil {
		if list, err = declarations(v); err != nil {
			return nil, at.Errorf("%w", &Error{File: file, Text: err.Error()})
		}
	}
	if p.new, err = p.function(signature{name: "new", params: []string{"group"}}); err != nil {
		return nil, at.Errorf("%w", err)
	}
	if p.params, err = decodeParams(n, list); err != nil {
		return nil, err
	}
	return p, nil
}

// SourceKey is where the text of a script stands in a policy's table, beside its name.
const SourceKey = "source"

// flag returns a global that is True or False.
func (p *program) flag(name string) (bool, error) {
	switch v := p.globals[name].(type) {
	case nil:
		return false, nil
	case starlark.Bool:
		return bool(v), nil
	default:
		return false, &Error{File: p.file, Text: fmt.Sprintf("%s: found %s, want True or False", name, described(v))}
	}
}
