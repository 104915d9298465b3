package starts

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

//go:embed starts.toml
var shipped []byte

// Grades explains the letter that stands at a start or a bandwidth.
const Grades = "Grades of measured starts and bandwidths: A the measurer's own file at the commit that is named; B one public issue or page; " +
	"C a secondary source, or a maker's claim of its own."

// Start is a cold start that somebody has measured.
type Start struct {
	Name   string
	Title  string
	Grade  string // A, B or C; see Grades
	Source string
	Parts  []Part
	// Total is the whole as it was printed, in ns; 0 where it was not.
	Total sim.Time
	// StandsFor are the phases that the restore of a snapshot replaces; nil for
	// a start without one.
	StandsFor []sim.Phase
	Notes     []string
}

// Part is a piece of a start as its source has it.
type Part struct {
	Phase sim.Phase
	What  string     // the name that its source gives it
	Takes *spec.Node // a duration or a distribution, as a phase of an init is written
	Bytes float64    // what it loaded; 0: not told
	Rest  bool       // what no part of the printed total has
}

// Bandwidth is how fast something was loaded.
type Bandwidth struct {
	Name   string
	Title  string
	Rate   int64 // bytes a second, above 0
	Grade  string
	Source string // with the rows that the rate is from
	Error  string // how far off it is on rows that it is not from
}

// file is starts.toml.
type file struct {
	Starts     []startSpec     `toml:"start"`
	Bandwidths []bandwidthSpec `toml:"bandwidth"`
}

type startSpec struct {
	Name      string        `toml:"name" required:"true"`
	Title     string        `toml:"title" required:"true"`
	Grade     string        `toml:"grade" required:"true"`
	Source    string        `toml:"source" required:"true"`
	Total     spec.Duration `toml:"total"`
	Rest      phaseName     `toml:"rest"`
	StandsFor []phaseName   `toml:"stands_for"`
	Parts     []partSpec    `toml:"parts" required:"true"`
	Notes     []string      `toml:"notes"`
}

type partSpec struct {
	Phase phaseName  `toml:"phase" required:"true"`
	What  string     `toml:"what" required:"true"`
	Takes *spec.Node `toml:"takes" required:"true"`
	Bytes float64    `toml:"bytes"`
}

type bandwidthSpec struct {
	Name   string  `toml:"name" required:"true"`
	Title  string  `toml:"title" required:"true"`
	Rate   float64 `toml:"rate" required:"true"`
	Grade  string  `toml:"grade" required:"true"`
	Source string  `toml:"source" required:"true"`
	Error  string  `toml:"error" required:"true"`
}

// phaseName is a phase by its name.
type phaseName sim.Phase

// UnmarshalText reads the name of a phase.
func (p *phaseName) UnmarshalText(b []byte) error {
	var names []string
	for _, q := range sim.Phases() {
		if names = append(names, q.String()); q.String() == string(b) {
			*p = phaseName(q)
			return nil
		}
	}
	return errors.New(spec.Unknown("phase", string(b), names))
}

// catalogue is what ships, read.
type catalogue struct {
	starts     []Start
	bandwidths []Bandwidth
}

// theCatalogue is read once: each platform of a sweep may ask for it.
var theCatalogue = sync.OnceValues(func() (catalogue, error) { return read("starts.toml", shipped) })

// All returns the starts in the order of the listing: by source.
func All() ([]Start, error) {
	c, err := theCatalogue()
	return slices.Clone(c.starts), err
}

// Bandwidths returns the measured bandwidths.
func Bandwidths() ([]Bandwidth, error) {
	c, err := theCatalogue()
	return slices.Clone(c.bandwidths), err
}

// Find returns the start of a name. Its error names the nearest one.
func Find(name string) (Start, error) {
	c, err := theCatalogue()
	if err != nil {
		return Start{}, err
	}
	return find(c.starts, "start", name, func(s *Start) string { return s.Name })
}

// FindBandwidth returns the bandwidth of a name. Its error names the nearest one.
func FindBandwidth(name string) (Bandwidth, error) {
	c, err := theCatalogue()
	if err != nil {
		return Bandwidth{}, err
	}
	return find(c.bandwidths, "measured bandwidth", name, func(b *Bandwidth) string { return b.Name })
}

func find[T any](all []T, what, name string, nameOf func(*T) string) (t T, err error) {
	var names []string
	for i := range all {
		if names = append(names, nameOf(&all[i])); nameOf(&all[i]) == name {
			return all[i], nil
		}
	}
	return t, errors.New(spec.Unknown(what, name, names) + "; see coldcurve list starts")
}

// read reads a catalogue. Errors name the file and the line.
func read(name string, data []byte) (c catalogue, err error) {
	root, err := spec.Parse(name, data)
	if err != nil {
		return c, err
	}
	var f file
	if err := root.Decode(&f); err != nil {
		return c, err
	}
	names := map[string]bool{}
	for i := range f.Starts {
		at := root.Get("start", fmt.Sprint(i))
		s, err := f.Starts[i].start(at)
		if err != nil {
			return c, err
		}
		if names[s.Name] {
			return c, at.Errorf("a second start %q", s.Name)
		}
		names[s.Name] = true
		c.starts = append(c.starts, s)
	}
	for i, b := range f.Bandwidths {
		at := root.Get("bandwidth", fmt.Sprint(i))
		if !(b.Rate >= 1) || !graded(b.Grade) {
			return c, at.Errorf("found %v bytes a second of grade %q, want 1 or more, of A, B or C", b.Rate, b.Grade)
		}
		c.bandwidths = append(c.bandwidths, Bandwidth{b.Name, b.Title, int64(math.Round(b.Rate)), b.Grade, b.Source, b.Error})
	}
	return c, nil
}

func graded(grade string) bool { return len(grade) == 1 && strings.Contains("ABC", grade) }

// start completes a start of the file.
func (s *startSpec) start(at *spec.Node) (Start, error) {
	if !graded(s.Grade) {
		return Start{}, at.Get("grade").Errorf("found %q, want A, B or C", s.Grade)
	}
	out := Start{Name: s.Name, Title: s.Title, Grade: s.Grade, Source: s.Source, Total: sim.Time(s.Total), Notes: s.Notes}
	for _, p := range s.StandsFor {
		out.StandsFor = append(out.StandsFor, sim.Phase(p))
	}
	for _, p := range s.Parts {
		out.Parts = append(out.Parts, Part{Phase: sim.Phase(p.Phase), What: p.What, Takes: p.Takes, Bytes: p.Bytes})
	}
	if s.Total == 0 {
		return out, nil
	}
	sum, whole := out.Sum()
	rest := out.Total - sum
	switch {
	case !whole:
		return out, at.Get("total").Errorf("found a total beside a distribution, want none")
	case rest > 0 && at.Get("rest") == nil:
		return out, at.Get("total").Errorf("found %s more than its parts, want the phase of the rest beside it", spec.Duration(rest))
	case rest > 0:
		out.Parts = append(out.Parts, Part{
			Phase: sim.Phase(s.Rest), What: "in the total, in none of the parts", Rest: true,
			Takes: spec.FromValue(at.File, at.Line, spec.Duration(rest).String()),
		})
	case rest < 0:
		out.Notes = append(out.Notes, fmt.Sprintf("the total as printed is %s, %s less than its parts; the parts are simulated", s.Total, spec.Duration(-rest)))
	}
	return out, nil
}

// Sum returns how long the parts are together; whole is false where one is a
// distribution, which is left out.
func (s *Start) Sum() (sum sim.Time, whole bool) {
	whole = true
	for i := range s.Parts {
		d, constant := s.Parts[i].constant()
		sum += d
		whole = whole && constant
	}
	return sum, whole
}

// constant returns how long a part takes, where that is one duration.
func (p *Part) constant() (sim.Time, bool) {
	text, ok := p.Takes.Value().(string)
	if !ok {
		return 0, false
	}
	var d spec.Duration
	err := d.UnmarshalText([]byte(text))
	return sim.Time(d), err == nil
}

// Takes returns how long a phase takes, as a phase of an init is written: the
// sum of its parts, or its distribution; nil where the start does not have it.
func (s *Start) Takes(phase sim.Phase) *spec.Node {
	var sum sim.Time
	var at *spec.Node
	for i := range s.Parts {
		p := &s.Parts[i]
		if p.Phase != phase {
			continue
		}
		d, constant := p.constant()
		if !constant {
			return p.Takes
		}
		sum, at = sum+d, p.Takes
	}
	if at == nil {
		return nil
	}
	return spec.FromValue(at.File, at.Line, spec.Duration(sum).String())
}
