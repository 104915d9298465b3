package policies

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// extremes are the values of a parameter's type that are the farthest apart, and beside.
func extremes(p spec.Param) []any {
	switch p.Type {
	case "integer":
		return []any{int64(math.MinInt64), int64(math.MinInt64 + 1), int64(math.MinInt32), int64(math.MaxInt32), int64(math.MaxInt64 - 1), int64(math.MaxInt64)}
	case "number":
		return []any{-math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat64}
	case "duration":
		return []any{"0s", "1ns", "106751d"}
	}
	return nil
}

// A parameter at an end of its type is refused, with the line of its table, or it runs.
func TestExtremes(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		for _, p := range e.Params {
			for _, x := range extremes(p) {
				params := briefly(t, e)
				params[p.Name] = x
				if _, err := k.find(node(e.Name, params)); err != nil {
					if !strings.HasPrefix(err.Error(), "x.toml:3: ") {
						t.Errorf("%s = %v: %v, want an error of x.toml:3", p.Name, x, err)
					}
					continue
				}
				runsThrough(t, config(t, k, e, params, newLoad([]float64{0, 0, 0, 0, 1, 1, 60, 300}, []float64{0, 0, 0, 2, 61}, []float64{5, 3000}), sim.QueueDispatch), p.Name, x)
			}
		}
	})
}

// runsThrough runs, and takes an error for an answer, but no panic.
func runsThrough(t *testing.T, c sim.Config, name string, x any) {
	t.Helper()
	c.Window.Horizon = sim.Hour
	if cl := c.Platforms[0].Cluster; cl != nil {
		cl.Nodes = append(cl.Nodes, cl.Nodes...) // so that what overflows is no multiple of their number
		cl.Nodes = cl.Nodes[:3]
	}
	c.Observers = func() []sim.Observer { return []sim.Observer{&simtest.LifeObserver{}} }
	_, err := sim.Run(context.Background(), c)
	if err != nil && strings.Contains(err.Error(), "goroutine") {
		t.Errorf("%s = %v: it panics: %v", name, x, err)
	}
}
