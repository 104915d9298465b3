package experiments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// An expansion reads the points of a sweep. Their trees share with the file's all
// that no path of the sweep leads to, and what is shared is read once: it is
// known by its node. Of the others nothing is kept but what is read from them.
type expansion struct {
	counterfactual bool // the file's
	parts          *parts
	workloads      map[*spec.Node]*workload // of the file, nil until it is read
	platforms      map[*spec.Node]*platform // likewise
}

func newExpansion(root *spec.Node, counterfactual bool, known *parts) *expansion {
	x := &expansion{counterfactual, known, map[*spec.Node]*workload{root.Get("workload"): nil}, map[*spec.Node]*platform{}}
	for _, n := range items(root.Get("platform")) {
		x.platforms[n] = nil
	}
	return x
}

// point reads the combination that an assignment of values makes of a file. It
// checks all that a file is checked for: a sweep may vary whatever a file says.
func (x *expansion) point(tree *spec.Node, set []assignment) (p point, err error) {
	for _, a := range applicationFirst(set) {
		if tree, err = assign(tree, a.path, a.value, x.parts); err != nil {
			return point{}, a.value.Errorf("%w", err)
		}
	}
	p.set = set
	if tree, err = withApplication(tree, x.parts); err != nil {
		return point{}, err
	}
	if p.workload, err = x.workload(tree.Get("workload")); err != nil {
		return point{}, err
	}
	list := tree.Get("platform").Items()
	if err := checkNames(list, "platform"); err != nil {
		return point{}, err
	}
	for _, n := range list {
		pl, err := x.platform(n)
		if err != nil {
			return point{}, err
		}
		p.platforms = append(p.platforms, pl)
	}
	return p, nil
}

// applicationFirst are assignments with that of the application's file before those that
// lead into it, wherever the sweep has them.
func applicationFirst(set []assignment) []assignment {
	set = slices.Clone(set)
	slices.SortStableFunc(set, func(a, b assignment) int { return later(a.path) - later(b.path) })
	return set
}

// later is 1 of a path that leads into an application, else 0.
func later(path string) int {
	if strings.HasPrefix(path, applicationWord+".") {
		return 1
	}
	return 0
}

func (x *expansion) workload(n *spec.Node) (_ *workload, err error) {
	if known := x.workloads[n]; known != nil {
		return known, nil
	}
	w := &workload{node: n}
	if err := n.Decode(&w.workloadSpec); err != nil {
		return nil, err
	}
	if err := w.check(n); err != nil {
		return nil, err
	}
	if err := checkNames(w.Functions, "function"); err != nil {
		return nil, err
	}
	if w.Application != nil {
		if w.app, err = readApplication(w.Application); err != nil {
			return nil, err
		}
	}
	if w.inits, err = decodeInits(w.Init); err != nil {
		return nil, err
	}
	w.canonical = n.Without("trace", "source").Canonical()
	w.key = n.Without("source", "warmup", "epoch", "client", "init").Canonical()
	if _, shared := x.workloads[n]; shared {
		x.workloads[n] = w
	}
	return w, nil
}

func (x *expansion) platform(n *spec.Node) (*platform, error) {
	if known := x.platforms[n]; known != nil {
		return known, nil
	}
	p, err := newPlatform(n, x.counterfactual, x.parts)
	if _, shared := x.platforms[n]; shared && err == nil {
		x.platforms[n] = p
	}
	return p, err
}

// inCell says of an error in which cell of the sweep it is, and where the sweep
// gives the cell its values.
func inCell(err error, set []assignment) error {
	if err == nil || len(set) == 0 {
		return err
	}
	words := make([]string, len(set))
	for i, a := range set {
		words[i] = a.path + " = " + a.value.String()
		if a.value.Line > 0 {
			words[i] += fmt.Sprintf(" (%s:%d)", a.value.File, a.value.Line)
		}
	}
	return fmt.Errorf("%w; in the cell %s", err, strings.Join(words, ", "))
}
