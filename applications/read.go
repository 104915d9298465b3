package applications

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Application is an application file that was read. It may be used by several
// goroutines.
type Application struct {
	Title       string
	Description string
	Unit        string // the business event that one start of it is; "": an execution

	file     fileSpec
	root     *spec.Node
	catalog  *catalog.Catalog
	names    names
	flows    []flow
	holes    []Hole
	warnings []Warning
}

// Warning is something of a file that is allowed and likely a slip.
type Warning struct {
	Place string // file:line
	Text  string
}

// Warnings lists them in the order of the file.
func (a *Application) Warnings() []Warning { return slices.Clone(a.warnings) }

// Holes lists what is still to be filled in, in the order of the file.
func (a *Application) Holes() []Hole { return slices.Clone(a.holes) }

// Read reads an application: a whole file, as spec.Parse returns it, or a table of
// another one. Its errors name file and line, all that were found, in the order of the
// file. Where nothing but holes is wrong, the error is an *Unfilled and the
// application is there, to be looked at; it cannot be run.
func Read(root *spec.Node) (*Application, error) {
	known, err := catalog.Shipped()
	if err != nil {
		return nil, err
	}
	return readWith(root, known)
}

func readWith(root *spec.Node, known *catalog.Catalog) (*Application, error) {
	a := &Application{root: root, catalog: known, holes: holesOf(root, "", nil)}
	filled := root
	if len(a.holes) > 0 {
		var err error
		if filled, err = without(root, reflect.TypeFor[fileSpec]()); err != nil {
			return nil, err
		}
	}
	if err := filled.Decode(&a.file); err != nil {
		return nil, err
	}
	a.Title, a.Description, a.Unit = a.file.Title, a.file.Description, a.file.Unit
	c := &checker{Application: a}
	c.all()
	if len(c.problems) > 0 {
		return nil, c.err()
	}
	slices.SortStableFunc(c.warned, byLine)
	for _, w := range c.warned {
		a.warnings = append(a.warnings, Warning{w.at.Place(), w.err.Error()})
	}
	if len(a.holes) > 0 {
		return a, &Unfilled{a.holes}
	}
	return a, nil
}

// checker collects what is wrong with an application.
type checker struct {
	*Application
	problems []problem
	warned   []problem
}

type problem struct {
	at  *spec.Node
	err error
}

// byLine orders problems as the file does.
func byLine(x, y problem) int { return cmp.Compare(x.at.Line, y.at.Line) }

// err returns what is wrong with the file.
func (c *checker) err() error { return together(c.problems) }

// together returns problems as one error, each once; nil of none.
func together(problems []problem) error {
	slices.SortStableFunc(problems, byLine)
	var errs []error
	seen := map[string]bool{}
	for _, p := range problems {
		err := p.at.Errorf("%w", p.err)
		if !seen[err.Error()] {
			seen[err.Error()] = true
			errs = append(errs, err)
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// at returns the node of a path, or of as much of it as there is. A part of several
// keys is written with points.
func (a *Application) at(path ...any) *spec.Node {
	n := a.root
	for _, p := range path {
		for _, key := range strings.Split(fmt.Sprint(p), ".") {
			next := n.Get(key)
			if next == nil {
				return n
			}
			n = next
		}
	}
	return n
}

// failf notes what is wrong at a node.
func (c *checker) failf(at *spec.Node, format string, a ...any) {
	c.problems = append(c.problems, problem{at, fmt.Errorf(format, a...)})
}

// fail notes an error at a node, if there is one.
func (c *checker) fail(at *spec.Node, err error) {
	if err != nil {
		c.problems = append(c.problems, problem{at, err})
	}
}

// warnf notes what is likely a slip.
func (c *checker) warnf(at *spec.Node, format string, a ...any) {
	c.warned = append(c.warned, problem{at, fmt.Errorf(format, a...)})
}

// below returns a key of a node, or the node where it has none.
func below(n *spec.Node, keys ...string) *spec.Node {
	for _, key := range keys {
		next := n.Get(key)
		if next == nil {
			return n
		}
		n = next
	}
	return n
}

// item returns an item of a list of a node.
func item(n *spec.Node, key string, i int) *spec.Node { return below(n, key, fmt.Sprint(i)) }
