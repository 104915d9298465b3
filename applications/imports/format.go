package imports

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Format is a form of definitions.
type Format struct {
	Name string
	Help string
	// is tells the form by its content.
	is func(n *node) bool
	// read fills a draft.
	read func(d *Draft, n *node, o *Options) error
}

// Formats lists the forms, the more telling first.
func Formats() []Format {
	return []Format{
		{"cloudformation", "AWS SAM and CloudFormation templates", isTemplate, readTemplate},
		{"serverless", "serverless.yml of the Serverless Framework on AWS", isServerless, readServerless},
		{"cncf", "the Serverless Workflow DSL 1.0 of the CNCF", isCNCF, readCNCF},
		{"google-workflows", "Google Workflows", isGoogle, readGoogle},
		{"sebs-flow", "workflows of SeBS-Flow", isSeBS, readSeBS},
		{"asl", "state machines in the Amazon States Language", isMachine, readMachine},
	}
}

// Options say how a definition is read.
type Options struct {
	// Format is a name of Formats; empty: told by content.
	Format string
	// Beside reads a file that the definition names by its path from the definition's
	// folder; nil: none is read.
	Beside func(path string) ([]byte, error)
}

// Read reads a definition. Errors are *Malformed where the definition is at fault.
func Read(file string, data []byte, o Options) (*Draft, error) {
	n, err := parse(file, 1, data)
	if err != nil {
		return nil, err
	}
	f, err := choose(n, o.Format)
	if err != nil {
		return nil, err
	}
	d := &Draft{Format: f.Name, Source: filepath.Base(file), file: file}
	d.Title = titleOf(file)
	if err := f.read(d, n, &o); err != nil {
		return nil, err
	}
	if len(d.functions) == 0 && len(d.flows) == 0 {
		return nil, &Malformed{File: file, Problem: fmt.Sprintf("found no function and no flow in it (read as %s), want at least one", f.Name)}
	}
	d.feeds()
	d.failures()
	d.starts()
	return d, nil
}

func choose(n *node, name string) (*Format, error) {
	formats := Formats()
	var names []string
	for i := range formats {
		if formats[i].Name == name || name == "" && formats[i].is(n) {
			return &formats[i], nil
		}
		names = append(names, formats[i].Name)
	}
	if name != "" {
		return nil, fmt.Errorf("--format: %s", spec.Unknown("format", name, names))
	}
	return nil, &Malformed{File: n.file, Line: n.line, Problem: "no definition that is known by its content; found " + shape(n) + ", want one of " + strings.Join(names, ", ") + " (--format says which)"}
}

// shape says what stands at the top of a document.
func shape(n *node) string {
	if n.kind != table {
		return n.found()
	}
	keys := n.keys
	more := ""
	if len(keys) > 6 {
		keys, more = keys[:6], ", …"
	}
	for i, k := range keys {
		keys[i] = short(k)
	}
	return "a table of " + strings.Join(keys, ", ") + more
}

// titleOf is a file's name without what says its form.
func titleOf(file string) string {
	base := filepath.Base(file)
	for _, ending := range []string{".json", ".yaml", ".yml", ".asl", ".template", ".workflows", ".serverless", ".definition", ".workflow"} {
		if cut := strings.TrimSuffix(base, ending); cut != "" {
			base = cut
		}
	}
	return base
}

// starts gives a trigger to each flow, and where there is no flow to each function,
// that nothing else starts.
func (d *Draft) starts() {
	known := d.targets("call", "to", "send")
	for _, t := range d.triggers {
		known[t.start] = true
	}
	for _, f := range d.flows {
		if !known[f.name] {
			t := d.trigger("start-"+f.name, nil, f.name)
			t.from = "nothing in the file starts it"
			t.arrive()
		}
	}
	for _, f := range d.functions {
		if !known[f.name] {
			t := d.trigger("call-"+f.name, nil, f.name)
			t.from = "nothing in the file calls it"
			t.arrive()
		}
	}
}

// targets are the names that stand under the keys in what functions and steps do.
func (d *Draft) targets(keys ...string) map[string]bool {
	found := map[string]bool{}
	collect := func(fields []field) {
		for i := range fields {
			fields[i].collect(keys, found)
		}
	}
	for _, items := range [][]*item{d.triggers, d.functions} { // a trigger calls its authorizer
		for _, it := range items {
			collect(it.fields)
		}
	}
	for _, f := range d.flows {
		for _, s := range f.written() {
			collect(s.fields)
		}
	}
	return found
}

func (f *field) collect(keys []string, found map[string]bool) {
	if s, err := strconv.Unquote(f.v.raw); err == nil && slices.Contains(keys, f.key) {
		found[s] = true
	}
	for i := range f.v.fields {
		f.v.fields[i].collect(keys, found)
	}
	for i := range f.v.items {
		(&field{v: f.v.items[i]}).collect(keys, found)
	}
}

// names tells whether a key below a value has the text.
func (v *value) names(key, name string) bool {
	for i := range v.fields {
		if v.fields[i].key == key && v.fields[i].v.raw == spec.TOMLString(name) || v.fields[i].v.names(key, name) {
			return true
		}
	}
	for i := range v.items {
		if v.items[i].names(key, name) {
			return true
		}
	}
	return false
}

func isMachine(n *node) bool { return n.get("States") != nil || n.get("StartAt") != nil }

func readMachine(d *Draft, n *node, o *Options) error {
	if c := n.get("Comment"); c.str() != "" && !strings.HasPrefix(c.str(), "A description of my state machine") {
		d.Title = comment(c.str())
	}
	d.note("the kind of state machine, Standard or Express, stands in no definition: taken as Standard")
	_, err := d.machine(n, d.name(titleOf(n.file)), "", false, plainRef)
	return err
}

// feeds drops the arrivals from outside of triggers that something of the application
// sends to: which of them come from elsewhere too is the reader's to say.
func (d *Draft) feeds() {
	sent := d.targets("to", "send")
	for _, t := range d.triggers {
		if t.takes == "" || !sent[t.name] {
			continue
		}
		for i := range t.fields {
			if t.fields[i].key == "arrivals" {
				t.fields = append(t.fields[:i], t.fields[i+1:]...)
				t.from += "; the application sends to it: add arrivals where others do"
				break
			}
		}
	}
}
