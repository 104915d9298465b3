package experiments

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// maxReplications bounds what one file can ask for by a slip.
const maxReplications = 100_000

// Experiment is an experiment file, read and expanded. Of what is outside of the
// file only profiles of hardware have been read: traces and tariffs are opened by
// Prepare.
type Experiment struct {
	File         string // as the user wrote it
	Title        string
	Description  string
	Seed         uint64
	Replications int
	Plots        []string
	PlotSize     results.PlotSize
	tradeoff     results.Tradeoff
	Paths        []string // swept paths, the columns of the output

	precision  *precision // nil: as many replications as are asked for
	over       intervals
	settled    *results.Settled // the warm-up that was found; nil: it was not, or is given
	span       costmodel.Span
	goodput    results.Goodput
	operator   *results.Operator // nil: no operator's study
	operatorAt *spec.Node
	freeTier   costmodel.FreeTier
	rates      costmodel.Rates
	ratesAt    *spec.Node
	// Tolerances are by how much coldcurve check lets columns become worse; nil: it has
	// its own.
	Tolerances []results.Tolerance

	slo       results.SLO
	sloAt     *spec.Node
	reference results.Reference
	points    []point
	sets      []string // the --set arguments, in order
	source    []byte   // the file as the user wrote it
	resolved  *spec.Node
	data      string      // the folder of data that the application was looked for in
	texts     []namedText // of applications
	scripts   []namedText // of policies
}

// A point is one combination of the swept parameters: a workload, and the
// platforms that it is run on.
type point struct {
	values    []results.PathValue
	workload  *workload // points of an equal one share it, as they do platforms
	platforms []*platform
	set       []assignment // what the sweep set
}

// workload is a point's [workload] table.
type workload struct {
	workloadSpec
	node      *spec.Node
	app       *applications.Application // nil: none
	inits     sim.Init                  // drawn once for each function; nil: none
	canonical string                    // what determines its load, but for the trace's content
	key       string                    // equal for two that are the same load: the warm-up and the epoch are the window's affair, and clients answer to the platform
}

// Parse reads an experiment. Each of sets is path=value, as the flag --set has
// it: it changes the file before it is expanded. An error is an *InputError.
func Parse(file string, data []byte, sets ...string) (*Experiment, error) {
	return ParseIn("", file, data, sets...)
}

// ParseIn is Parse where the application of an experiment may be in a folder of data,
// if there is none beside the experiment; "" is no folder.
func ParseIn(dataDir, file string, data []byte, sets ...string) (*Experiment, error) {
	e, err := parse(dataDir, file, data, sets)
	if err != nil {
		return nil, &InputError{ofSets(err, sets, func(sets []string) error {
			_, err := parse(dataDir, file, data, sets)
			return err
		})}
	}
	return e, nil
}

func parse(dataDir, file string, data []byte, sets []string) (*Experiment, error) {
	root, err := spec.Parse(file, data)
	if err != nil {
		return nil, err
	}
	known := newParts()
	known.applications.beside, known.applications.data = folderOf(file), dataDir
	known.scripts.beside = folderOf(file)
	for _, s := range sets {
		if root, err = applySet(root, s, known); err != nil {
			return nil, err
		}
	}
	if root, err = withApplication(root, known); err != nil {
		return nil, err
	}
	if err := known.scripts.give(root.Get("scripts")); err != nil {
		return nil, err
	}
	var f fileSpec
	if err := root.Decode(&f); err != nil {
		return nil, err
	}
	if err := f.check(root); err != nil {
		return nil, err
	}
	e := &Experiment{
		File: file, Title: f.Title, Description: f.Description, Seed: uint64(f.Seed), Replications: f.Replications,
		Plots: f.Output.Plots, PlotSize: f.Output.PlotSize, tradeoff: results.Tradeoff(f.Output.Tradeoff), span: f.Bill.Span, freeTier: f.Bill.FreeTier, sets: sets, source: data, data: dataDir,
	}
	if e.goodput, err = f.Goodput.goodput(root.Get("goodput")); err != nil {
		return nil, err
	}
	e.operatorAt = root.Get("operator")
	if e.operator, err = f.Operator.operator(e.operatorAt, root.Get("workload")); err != nil {
		return nil, err
	}
	if e.Title == "" {
		e.Title = strings.TrimSuffix(filepath.Base(file), ".toml")
	}
	e.ratesAt, e.sloAt = f.Bill.Rates, f.SLO
	if e.rates, err = readRates(&f.Bill, root.Get("bill")); err != nil {
		return nil, err
	}
	if e.over, err = f.over(root); err != nil {
		return nil, err
	}
	if e.precision, err = readPrecision(f.Precision, f.Replications); err != nil {
		return nil, err
	}
	if e.precision != nil {
		e.Replications = max(e.Replications, fewestPrecise)
	}
	if e.slo, err = readSLO(f.SLO); err != nil {
		return nil, err
	}
	if e.Tolerances, err = readTolerances(f.Tolerance); err != nil {
		return nil, err
	}
	root = root.Without("tolerance") // results do not depend on it
	if err := e.expand(root, &f, known); err != nil {
		return nil, err
	}
	if e.resolved, err = standing(root, e.Title, e.Paths, known); err != nil {
		return nil, err
	}
	e.texts = known.applications.texts
	e.scripts = known.scripts.texts
	e.reference, err = readReference(f.Compare.Reference, e)
	return e, err
}

// check refuses what no cell can change.
func (f *fileSpec) check(root *spec.Node) error {
	switch {
	case f.Seed < 0:
		return root.Get("seed").Errorf("found %d, want 0 or more", f.Seed)
	case f.Replications < 1 || f.Replications > maxReplications:
		return root.Get("replications").Errorf("found %d, want 1 to %d", f.Replications, maxReplications)
	case len(f.Platforms) == 0:
		return root.Errorf("there is no [[platform]], want one or more")
	}
	for i, name := range f.Output.Plots {
		if known := results.PlotNames(); !slices.Contains(known, name) {
			return root.Get("output", "plots", fmt.Sprint(i)).Errorf("%s", spec.Unknown("plot", name, known))
		}
	}
	if err := f.Output.Tradeoff.check(root.Get("output", "tradeoff")); err != nil {
		return err
	}
	if err := checkNames(f.Platforms, "platform"); err != nil {
		return err
	}
	return checkNames(f.Workload.Functions, "function")
}

// checkNames sees that the tables of a list have names, each its own.
func checkNames(list []*spec.Node, kind string) error {
	seen := map[string]bool{}
	for _, n := range list {
		name := nameOf(n)
		switch at := n.Get("name"); {
		case at == nil:
			return n.Errorf("the %s has no name, want name = \"…\"", kind)
		case name == "" || name == "*":
			return at.Errorf("found %s, want a name; * stands for all names", at)
		case strings.ContainsFunc(name, func(r rune) bool { return r == 0 || r == '\n' || r == '\r' }):
			return at.Errorf("found %s, want a name without a NUL or a line break", at)
		case seen[name]:
			return at.Errorf("there are two %ss %q", kind, name)
		}
		seen[name] = true
	}
	return nil
}

// expand makes the points of the sweep, in their order.
func (e *Experiment) expand(root *spec.Node, f *fileSpec, known *parts) error {
	paths, corners, err := f.Sweep.corners()
	if err != nil {
		return err
	}
	if err := checkSets(e.sets, paths); err != nil {
		return err
	}
	e.Paths = paths
	x := newExpansion(root, f.Counterfactual, known)
	for _, c := range corners {
		p, err := x.point(root, c.set)
		if err != nil {
			return inCell(err, c.set)
		}
		p.values = c.values(paths)
		e.points = append(e.points, p)
	}
	return nil
}

// check refuses keys that do not go together.
func (w *workloadSpec) check(n *spec.Node) error {
	synthetic := len(w.Functions) > 0 || w.Application != nil
	switch {
	case w.Trace == "" && !synthetic:
		return n.Errorf("there is neither a trace, nor a [[workload.function]], nor an application, want one of them")
	case w.Application != nil && len(w.Functions) > 0:
		return n.Get("function").Errorf("found [[workload.function]] beside an application, want one of them: an application has its functions in its own file")
	case w.Application != nil && w.Client != nil:
		return n.Get("client").Errorf("found a client beside an application, want none: the http of a trigger says how its callers ask again")
	case w.Errors != nil && synthetic:
		return n.Get("errors").Errorf("this is of a trace; each function says its own error_rate")
	case w.Application != nil && w.Init != nil:
		return n.Get("init").Errorf("found an init beside an application, want none: its functions state their own, or their platforms do")
	case w.Application != nil && w.Fields != "":
		return n.Get("fields").Errorf("found fields beside an application, want none: they say where the records of a trace have what")
	case w.Trace != "" && w.Application != nil:
		return n.Get("trace").Errorf("found a trace beside an application, want one of them: the triggers of an application have the arrivals")
	case w.Trace != "" && synthetic:
		return n.Get("trace").Errorf("found a trace beside [[workload.function]], want one of them")
	case synthetic && w.Horizon == 0:
		return n.Errorf("missing key %q: arrival processes have no end of their own", "horizon")
	case w.Horizon > 0 && sim.Time(w.Warmup) >= sim.Time(w.Horizon):
		return n.Get("warmup").Errorf("found %s, want less than the horizon, %s", spec.Duration(w.Warmup), w.Horizon)
	case w.Warmup == mser5 && w.Trace != "":
		return n.Get("warmup").Errorf("found %q beside a trace, want a duration: what a trace holds changes with the hour and the day, so that it has no steady state to begin in", mser5Word)
	case w.Warmup == mser5 && w.Application != nil:
		return n.Get("warmup").Errorf("found %q beside an application, want a duration: its triggers, queues and timers are not looked at for a steady state", mser5Word)
	case w.Scale <= 0:
		return n.Get("scale").Errorf("found %v, want a factor above 0", w.Scale)
	case w.Sample != nil && w.Sample.Functions < 1:
		return n.Get("sample", "functions").Errorf("found %d, want 1 or more", w.Sample.Functions)
	case w.Context < 0 || w.Context == 0 && n.Get("context") != nil:
		return n.Get("context").Errorf("found %d tokens, want 1 or more", w.Context)
	}
	if err := w.checkRuntimes(n); err != nil {
		return err
	}
	if w.Application != nil && len(w.Runtimes) > 0 {
		return n.Get("runtimes").Errorf("found runtimes beside an application, want none: its functions say their own")
	}
	if err := w.Errors.check(n.Get("errors")); err != nil {
		return err
	}
	if !synthetic {
		return nil
	}
	others := "synthetic functions do not have it"
	if w.Application != nil {
		others = "an application does not have it"
	}
	for _, key := range []string{"arrivals", "start", "sample", "scale", "source", "context"} {
		if at := n.Get(key); at != nil && !(key == "scale" && w.Application != nil) {
			return at.Errorf("this is of a trace; %s", others)
		}
	}
	return nil
}

// applySet returns the tree with one --set argument applied.
func applySet(root *spec.Node, arg string, known *parts) (*spec.Node, error) {
	path, text, ok := strings.Cut(arg, "=")
	if !ok {
		return nil, fmt.Errorf("--set %s: want path=value, as in --set platform.lambda.memory=512MB", arg)
	}
	root, err := assign(root, strings.TrimSpace(path), setValue(arg, text), known)
	if err != nil {
		return nil, fmt.Errorf("--set %s: %w", arg, err)
	}
	return root, nil
}

// setValue reads the value of a --set argument: TOML where it is, else text.
func setValue(arg, text string) *spec.Node {
	from := "--set " + arg
	if tree, err := spec.Parse(from, []byte("value = "+text)); err == nil && len(tree.Keys()) == 1 {
		value := tree.Get("value")
		unplace(value)
		return value
	}
	return spec.FromValue(from, 0, text)
}

// unplace takes the lines off a value that was not read from a file.
func unplace(n *spec.Node) {
	n.Line = 0
	for _, key := range n.Keys() {
		unplace(n.Get(key))
	}
	for _, item := range n.Items() {
		unplace(item)
	}
}

// checkSets refuses a --set that the sweep would undo.
func checkSets(sets, paths []string) error {
	for _, s := range sets {
		path, _, _ := strings.Cut(s, "=")
		keys, err := splitPath(strings.TrimSpace(path))
		if err != nil {
			return fmt.Errorf("--set %s: %w", s, err)
		}
		for _, swept := range paths {
			if over, err := splitPath(swept); err == nil && covers(standingKeys(over), standingKeys(keys)) {
				return fmt.Errorf("--set %s: the experiment sweeps %s; change the sweep instead, as in --set 'sweep.grid.%q=[…]'", s, swept, swept)
			}
		}
	}
	return nil
}

// covers reports whether setting path a replaces what path b has set.
func covers(a, b []string) bool {
	if len(a) > len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && a[i] != "*" && b[i] != "*" {
			return false
		}
	}
	return true
}
