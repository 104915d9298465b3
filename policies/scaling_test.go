package policies

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// scaled runs requests, [arrival, service] in seconds, on a platform with a scaling
// policy, where an initialisation takes 10 s and instances have one slot unless it
// says otherwise, and requests wait for a free one.
func scaled(t *testing.T, table_ string, p sim.Platform, requests ...[2]float64) *tape {
	t.Helper()
	scaling, err := Scaling(table(t, table_))
	if err != nil {
		t.Fatal(err)
	}
	var calls []sim.Invocation
	for _, r := range requests {
		calls = append(calls, sim.Invocation{Arrival: seconds(r[0]), Service: seconds(r[1])})
	}
	load := &simtest.Load{}
	load.Add(sim.Function{Name: "f"}, calls)
	p.Scaling, p.Dispatch, p.Limit.Over = scaling, sim.QueueDispatch, sim.QueueOver
	if p.Init == nil {
		p.Init = initOf(10)
	}
	if p.KeepAlive == nil {
		p.KeepAlive = NoKeepAlive{}
	}
	return run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{p}})
}

func initOf(t float64) sim.Init {
	return sim.Init{{Phase: sim.PhaseWeights, Duration: sim.Constant(seconds(t))}}
}

// times returns one pair for each of n requests.
func times(n int, at, service float64) [][2]float64 {
	return slices.Repeat([][2]float64{{at, service}}, n)
}

func wantSpans(t *testing.T, got *tape, want ...string) {
	t.Helper()
	spans := got.spans()
	slices.Sort(spans)
	slices.Sort(want)
	if !slices.Equal(spans, want) {
		t.Errorf("instances lived\n%q, want\n%q", spans, want)
	}
}

// wantStarts compares the times, in seconds, at which instances started.
func wantStarts(t *testing.T, got *tape, want ...float64) {
	t.Helper()
	var starts []float64
	for _, l := range got.Lives {
		starts = append(starts, float64(l.Created)/1e9)
	}
	slices.Sort(starts)
	if !slices.Equal(starts, want) {
		t.Errorf("instances started at %v, want %v", starts, want)
	}
}

// Where there is no instance the first request starts one, even where nobody may
// wait but for what initialises; or it is turned away, where a controller has to look first.
func TestFirstRequest(t *testing.T) {
	for _, test := range []struct {
		policy string
		want   sim.Status
	}{
		{`{ name = "azure-container-apps" }`, sim.Completed},
		{`{ name = "hpa" }`, sim.Completed},
		{`{ name = "knative" }`, sim.Completed},
		{`{ name = "modal" }`, sim.Completed},
		{`{ name = "runpod-queue-delay" }`, sim.Completed},
		{`{ name = "runpod-request-count" }`, sim.Completed},
		{`{ name = "keda" }`, sim.Rejected},
	} {
		scaling, err := Scaling(table(t, test.policy))
		if err != nil {
			t.Fatal(err)
		}
		load := newLoad([]float64{1})
		got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: sim.Hour}, Platforms: []sim.Platform{{
			Dispatch: sim.QueueDispatch, Scaling: scaling, KeepAlive: NoKeepAlive{}}}})
		if len(got.Requests) != 1 || got.Requests[0].Status != test.want {
			t.Errorf("%s: %+v, want the status %d", test.policy, got.Requests, test.want)
		}
	}
}
