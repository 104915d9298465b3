package catalog

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Grades explains the letter that stands at a value.
const Grades = "Grades of values: A the provider's or owner's own text; B one public measurement; C second-hand; U not measured: 0, or an assumption."

// Basis is where a value is from.
type Basis struct {
	Grade  string `toml:"grade" help:"A, B, C or U"`
	Source string `toml:"source"`
	AsOf   string `toml:"as_of" help:"when it held or was measured, or undated"`
}

// over returns the basis with what it leaves out from the one around it. A grade of its
// own needs a source of its own.
func (b Basis) over(outer Basis) Basis {
	if b.Grade == "" && b.Source == "" {
		b.Grade, b.Source = outer.Grade, outer.Source
	}
	if b.Grade == "" {
		b.Grade = outer.Grade
	}
	if b.AsOf == "" {
		b.AsOf = outer.AsOf
	}
	return b
}

// check says what a basis lacks.
func (b Basis) check() error {
	switch {
	case !slices.Contains([]string{"A", "B", "C", "U"}, b.Grade):
		return fmt.Errorf("found grade %q, want A, B, C or U", b.Grade)
	case b.Source == "":
		return fmt.Errorf("missing key %q", "source")
	case b.AsOf == "" && b.Grade != "U":
		return fmt.Errorf("missing key %q", "as_of")
	}
	return nil
}

// Fact is a value and where it is from.
type Fact[T any] struct {
	Value  T    // the zero value where it is not Known
	Stated bool // something stands in the catalogue: a value, or that it is not known
	Known  bool
	Basis
	at *spec.Node
}

// fact is a Fact of any type.
type fact interface {
	basis() *Basis
	node() *spec.Node
	known() bool
	Text() string
}

func (f *Fact[T]) basis() *Basis    { return &f.Basis }
func (f *Fact[T]) node() *spec.Node { return f.at }
func (f *Fact[T]) known() bool      { return f.Known }

// Text is the value as the file has it.
func (f *Fact[T]) Text() string {
	if at := f.at.Get("is"); at != nil {
		return at.String()
	}
	if !f.Known {
		return ""
	}
	return f.at.String()
}

// DecodeSpec reads a value, or a table of a value with its basis.
func (f *Fact[T]) DecodeSpec(n *spec.Node) error {
	f.at, f.Stated = n, true
	if !isFact(n) {
		f.Known = true
		return n.Decode(&f.Value)
	}
	var s struct {
		Is *spec.Node `toml:"is"`
		Basis
	}
	if err := n.Decode(&s); err != nil {
		return err
	}
	f.Basis = s.Basis
	if s.Is == nil {
		if s.Grade != "U" {
			return n.Errorf("found no value, want one, as is = …, or grade U")
		}
		return nil
	}
	f.Known = true
	return s.Is.Decode(&f.Value)
}

// isFact reports whether a table is a value with its basis, or none with one.
func isFact(n *spec.Node) bool {
	if !n.IsTable() || len(n.Keys()) == 0 {
		return false
	}
	for _, key := range n.Keys() {
		if !slices.Contains([]string{"is", "grade", "source", "as_of"}, key) {
			return false
		}
	}
	return true
}

// Or returns the value, or another where there is none.
func (f *Fact[T]) Or(other T) T {
	if f.Known {
		return f.Value
	}
	return other
}
