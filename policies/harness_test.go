package policies

import (
	"context"
	"fmt"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// newLoad has functions of 2 GiB, all in one app, whose requests take 1 s,
// and 2 s more where they are cold. Arrivals are in seconds.
func newLoad(arrivals ...[]float64) *simtest.Load {
	l := &simtest.Load{}
	for f, times := range arrivals {
		var requests []sim.Invocation
		for _, t := range times {
			requests = append(requests, sim.Invocation{Arrival: seconds(t), Service: sim.Second, Function: uint32(f)})
		}
		l.Add(sim.Function{
			Name: fmt.Sprintf("f%d", f), App: "app", Memory: 2048,
			Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(2 * sim.Second)}},
		}, requests)
	}
	return l
}

func seconds(t float64) sim.Time { return nanoseconds(t * float64(sim.Second)) }

// tape is what a run told of its requests and lives.
type tape struct{ simtest.Tape }

// run simulates and returns what happened, sorted.
func run(t testing.TB, c sim.Config) *tape {
	t.Helper()
	c.Observers = func() []sim.Observer { return []sim.Observer{&simtest.LifeObserver{}} }
	if c.Platforms[0].Scaling == nil {
		c.Platforms[0].Scaling = PerRequest{}
	}
	sum, err := sim.Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	all := &tape{}
	for _, worker := range sum.Observers {
		all.Add(&worker[0].(*simtest.LifeObserver).Tape)
	}
	all.Sort()
	return all
}

// colds lists the arrivals of cold requests in seconds, pings left out.
func (t *tape) colds() []float64 {
	var colds []float64
	for _, o := range t.Requests {
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
	for _, l := range t.Lives {
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
