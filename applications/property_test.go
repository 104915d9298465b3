package applications

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
	"pgregory.net/rapid"
)

// TestEachValueReplaced puts something else in the place of each value of a file, one at
// a time: none makes a panic, and each error names the file.
func TestEachValueReplaced(t *testing.T) {
	root, err := spec.Parse("x.toml", []byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	known, err := testCatalog()
	if err != nil {
		t.Fatal(err)
	}
	values := []any{hole, "", "work", int64(0), int64(-1), 1e300, true, []any{}, map[string]any{}}
	refused := 0
	for _, path := range pathsOf(root, nil) {
		for _, v := range values {
			at := root.Get(path...)
			changed, err := root.With(path, spec.FromValue(at.File, at.Line, v))
			if err != nil {
				t.Fatal(err)
			}
			a, err := readWith(changed, known)
			var holes *Unfilled
			if err == nil || errors.As(err, &holes) {
				o := Options{Platforms: platforms, Window: sim.Window{Horizon: sim.Minute}}
				if holes != nil {
					o = Options{}
				}
				_, err = a.Compile(o)
			}
			if err != nil && holes == nil {
				refused++
				if !strings.HasPrefix(err.Error(), "x.toml:") {
					t.Errorf("%v = %v: %v, want an error that names the file", path, v, err)
				}
			}
		}
	}
	if refused < 1000 {
		t.Errorf("%d were refused, want most", refused)
	}
}

// pathsOf lists the paths of all nodes but the root.
func pathsOf(n *spec.Node, path []string) (list [][]string) {
	for _, key := range n.Keys() {
		list = append(append(list, append(path[:len(path):len(path)], key)), pathsOf(n.Get(key), append(path[:len(path):len(path)], key))...)
	}
	for i, item := range n.Items() {
		key := fmt.Sprint(i)
		list = append(append(list, append(path[:len(path):len(path)], key)), pathsOf(item, append(path[:len(path):len(path)], key))...)
	}
	return list
}

// drawnFile is a random application, valid by how it is made.
type drawnFile struct {
	*rapid.T
	functions, triggers, flows int
	steps                      []string // of the flow that is being made, in the order of the file
	n                          int
}

func (d *drawnFile) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(d.T, what) }

// list makes a list of steps and returns their names. Each step leads to the next, by
// its place, its next or its cases; some lead back, with a way out.
func (d *drawnFile) list(flow, depth int) []string {
	n := 1 + d.pick("steps", 4)
	names := make([]string, n)
	for i := range names {
		d.n++
		names[i] = fmt.Sprintf("s%d", d.n)
	}
	for i, name := range names {
		next, back := end, names[d.pick("back", i+1)]
		if i+1 < n {
			next = names[i+1]
		}
		common := fmt.Sprintf("name = %q", name)
		if d.pick("named", 2) == 0 {
			common += fmt.Sprintf(", next = %q", next)
		}
		kind := d.pick("kind", 9)
		if depth > 2 && kind < 2 {
			kind += 2
		}
		at := len(d.steps)
		d.steps = append(d.steps, "")
		text := ""
		switch kind {
		case 0:
			var branches []string
			for range 1 + d.pick("branches", 3) {
				branches = append(branches, quoted(d.list(flow, depth+1)))
			}
			text = common + ", parallel = [" + strings.Join(branches, ", ") + "]"
		case 1:
			text = common + fmt.Sprintf(", map = { items = %d, steps = %s }", 1+d.pick("items", 5), quoted(d.list(flow, depth+1)))
		case 2:
			text = fmt.Sprintf("name = %q, choice = [{ probability = 0.3, next = %q }, { attempt_above = 4, next = %q }, { next = %q }]", name, back, end, next)
		case 3:
			text = common + `, wait = "1s"`
		case 4:
			text = common + fmt.Sprintf(", send = { to = %q }", "store")
		case 5:
			text = common + ", pass = true"
		case 6:
			text = common + fmt.Sprintf(`, call = "f%d", retry = [{ on = ["any"] }], catch = [{ on = ["failed"], next = %q }]`, d.pick("function", d.functions), next)
		case 7:
			if flow == 0 {
				text = common + `, use = [{ store = "store", op = "receive" }]`
			} else {
				text = common + fmt.Sprintf(", call = %q", fmt.Sprintf("flow%d", d.pick("flow", flow))) // of those before, so that none is in itself
			}
		default:
			text = common + fmt.Sprintf(`, route = { to = ["f%d"] }`, d.pick("function", d.functions))
		}
		d.steps[at] = "  { " + text + " },\n"
	}
	return names
}

func quoted(names []string) string { return `["` + strings.Join(names, `", "`) + `"]` }

// file makes the whole of it.
func (d *drawnFile) file() string {
	var b strings.Builder
	d.functions, d.triggers, d.flows = 1+d.pick("functions", 4), 1+d.pick("triggers", 3), 1+d.pick("flows", 3)
	b.WriteString("store = [{ name = \"store\", service = \"sqs\" }]\nfunction = [\n")
	for i := range d.functions {
		use := ""
		if i > 0 && d.pick("calls", 2) == 0 {
			use = fmt.Sprintf(", use = [{ call = \"f%d\" }]", d.pick("callee", i))
		}
		fmt.Fprintf(&b, "  { name = \"f%d\", platform = %q, service = \"10ms\"%s },\n", i, []string{"lambda", "run"}[d.pick("platform", 2)], use)
	}
	b.WriteString("]\ntrigger = [\n")
	for i := range d.triggers {
		start := fmt.Sprintf("flow%d", d.pick("start", d.flows))
		fmt.Fprintf(&b, "  { name = \"t%d\", start = %q, arrivals = { process = \"poisson\", rate = \"1/s\" }%s },\n", i, start, []string{"", `, queue = {}`, `, stream = {}`, `, bus = {}`}[d.pick("way", 4)])
	}
	b.WriteString("]\n")
	for i := range d.flows {
		d.steps = nil
		d.list(i, 0)
		fmt.Fprintf(&b, "[[flow]]\nname = \"flow%d\"\nengine = { preset = %q }\nsteps = [\n%s]\n", i, []string{"none", "step-functions-standard"}[d.pick("engine", 2)], strings.Join(d.steps, ""))
	}
	return b.String()
}

// TestRandomFiles: what is valid compiles; each step can be reached in the graph from its
// flow's first, each next is a step of the same flow, and each list has an end.
func TestRandomFiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := (&drawnFile{T: t}).file()
		a, err := readText("x.toml", text)
		if err != nil {
			t.Fatalf("%v, of\n%s", err, text)
		}
		c, err := a.Compile(Options{Platforms: platforms, Window: sim.Window{Horizon: sim.Minute}})
		if err != nil {
			t.Fatalf("%v, of\n%s", err, text)
		}
		g := c.Graph
		seen, ends := make([]bool, len(g.Steps)), 0
		var walk func(i, flow int32)
		walk = func(i, flow int32) {
			if i == flows.None {
				ends++
				return
			}
			s := &g.Steps[i]
			if s.Flow != flow {
				t.Fatalf("step %s of flow %d is reached from flow %d, of\n%s", s.Name, s.Flow, flow, text)
			}
			if seen[i] {
				return
			}
			seen[i] = true
			for _, x := range s.Catch {
				walk(x.Next, flow)
			}
			for _, x := range s.Choice {
				walk(x.Next, flow)
			}
			for _, b := range s.Branches {
				walk(b, flow)
			}
			if s.Map != nil {
				walk(s.Map.First, flow)
			}
			if s.Kind != flows.ChoiceStep {
				walk(s.Next, flow)
			}
		}
		for i := range g.Flows {
			ends = 0
			walk(g.Flows[i].First, int32(i))
			if ends == 0 {
				t.Fatalf("flow %d has no end, of\n%s", i, text)
			}
		}
		for i, ok := range seen {
			if !ok {
				t.Fatalf("step %s is never reached, of\n%s", g.Steps[i].Name, text)
			}
		}
	})
}
