package simtest

import (
	"io"

	"github.com/coldcurve/coldcurve/sim"
)

// Load is a workload held in memory. The zero Load has no functions.
type Load struct {
	// Invocations are those of each function, in time order; each names its
	// function by index.
	Invocations [][]sim.Invocation
	functions   []sim.Function
}

var _ sim.Workload = (*Load)(nil)

// Add adds a function.
func (l *Load) Add(f sim.Function, invocations []sim.Invocation) {
	l.functions = append(l.functions, f)
	l.Invocations = append(l.Invocations, invocations)
}

// Functions returns the load's own list, so that a test can change a function.
func (l *Load) Functions() []sim.Function { return l.functions }

// Open returns the invocations of a set of functions; the key changes nothing.
func (l *Load) Open(_ sim.RunKey, set []uint32) (sim.Source, error) {
	sources := make([]sim.Source, len(set))
	for i, f := range set {
		sources[i] = &source{l.Invocations[f]}
	}
	return sim.Merge(sources), nil
}

type source struct{ rest []sim.Invocation }

func (s *source) Next(buf []sim.Invocation) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(buf, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
