package policies

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// load is a workload held in memory.
type load struct {
	functions []sim.Function
	requests  [][]sim.Invocation // of each function, in time order
}

func (l *load) Functions() []sim.Function { return l.functions }

func (l *load) Open(_ sim.RunKey, set []uint32) (sim.Source, error) {
	sources := make([]sim.Source, len(set))
	for i, f := range set {
		sources[i] = &loadSource{l.requests[f]}
	}
	return sim.Merge(sources), nil
}

type loadSource struct{ rest []sim.Invocation }

func (s *loadSource) Next(buf []sim.Invocation) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(buf, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// newLoad has functions of 2 GiB, all in one app, whose requests take 1 s,
// and 2 s more where they are cold. Arrivals are in seconds.
func newLoad(arrivals ...[]float64) *load {
	l := &load{}
	for f, times := range arrivals {
		l.functions = append(l.functions, sim.Function{
			Name: fmt.Sprintf("f%d", f), App: "app", Memory: 2048,
			Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(2 * sim.Second)}},
		})
		var requests []sim.Invocation
		for _, t := range times {
			requests = append(requests, sim.Invocation{Arrival: seconds(t), Service: sim.Second, Function: uint32(f)})
		}
		l.requests = append(l.requests, requests)
	}
	return l
}

func seconds(t float64) sim.Time { return nanoseconds(t * float64(sim.Second)) }

// tape keeps all that an observer is told.
type tape struct {
	outcomes []sim.Outcome
	lives    []sim.Life
}

func (t *tape) Requests(b []sim.Outcome) { t.outcomes = append(t.outcomes, b...) }
func (t *tape) Lives(b []sim.Life)       { t.lives = append(t.lives, b...) }

// run simulates and returns what happened, in an order of its own.
func run(t testing.TB, c sim.Config) *tape {
	t.Helper()
	c.Observers = func() []sim.Observer { return []sim.Observer{&tape{}} }
	if c.Platforms[0].Scaling == nil {
		c.Platforms[0].Scaling = PerRequest{}
	}
	sum, err := sim.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	all := &tape{}
	for _, worker := range sum.Observers {
		w := worker[0].(*tape)
		all.outcomes = append(all.outcomes, w.outcomes...)
		all.lives = append(all.lives, w.lives...)
	}
	slices.SortFunc(all.outcomes, func(a, b sim.Outcome) int {
		return cmp.Or(cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Flags&sim.Ping, b.Flags&sim.Ping), cmp.Compare(a.Ordinal, b.Ordinal))
	})
	slices.SortFunc(all.lives, func(a, b sim.Life) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Stopped, b.Stopped), cmp.Compare(a.Served, b.Served), cmp.Compare(a.Flags, b.Flags))
	})
	return all
}

// colds lists the arrivals of cold requests in seconds, pings left out.
func (t *tape) colds() []float64 {
	var colds []float64
	for _, o := range t.outcomes {
		if o.Flags&sim.Cold != 0 && o.Flags&sim.Ping == 0 {
			colds = append(colds, float64(o.Arrival)/1e9)
		}
	}
	return colds
}

// spans lists the lives as "function created-stopped", in seconds; a life that
// the run's end cut has no end.
func (t *tape) spans() []string {
	var spans []string
	for _, l := range t.lives {
		stop := fmt.Sprint(float64(l.Stopped) / 1e9)
		if l.Flags&sim.Live != 0 {
			stop = ""
		}
		spans = append(spans, fmt.Sprintf("f%d %v-%s", l.Deployment, float64(l.Created)/1e9, stop))
	}
	return spans
}

// table parses a policy's inline table.
func table(t testing.TB, src string) *spec.Node {
	t.Helper()
	n, err := spec.Parse("x.toml", []byte("policy = "+src))
	if err != nil {
		t.Fatal(err)
	}
	return n.Get("policy")
}
