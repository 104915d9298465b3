package policies

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

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
	p.Scaling = scaling
	return scaledBy(t, p, requests...)
}

// scaledBy is scaled on a platform that has its scaling policy.
func scaledBy(t *testing.T, p sim.Platform, requests ...[2]float64) *tape {
	t.Helper()
	var calls []sim.Invocation
	for _, r := range requests {
		calls = append(calls, sim.Invocation{Arrival: seconds(r[0]), Service: seconds(r[1])})
	}
	load := &simtest.Load{}
	load.Add(sim.Function{Name: "f"}, calls)
	p.Dispatch, p.Limit.Over = sim.QueueDispatch, sim.QueueOver
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
		{`{ name = "azure-functions", every = "1s" }`, sim.Completed},
		{`{ name = "azure-functions", every = "30s", trigger = "kafka" }`, sim.Rejected},
		{`{ name = "cloud-run" }`, sim.Completed},
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

// TestScalingErrors: what makes no sense is refused with its place, what was found and what
// is expected; the last value on the right side of a limit is taken.
func TestScalingErrors(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{`{ name = "runpod-queue-delay", delay = "0s" }`, `x.toml:1: policy.delay: found 0s, want 1ms or more`},
		{`{ name = "runpod-queue-delay", delay = "1ms" }`, ``},
		{`{ name = "runpod-request-count", value = 0 }`, `x.toml:1: policy.value: found 0, want 0.001 to 1000000`},
		{`{ name = "modal", buffer = -1 }`, `x.toml:1: policy.buffer: found -1, want 0 to 1000000`},
		{`{ name = "modal", every = "1us" }`, `x.toml:1: policy.every: found 1us, want 1ms or more`},
		{`{ name = "hpa", cpu = 0 }`, `x.toml:1: policy: both targets are 0, want one that is not`},
		{`{ name = "hpa", cpu = 1.1 }`, `x.toml:1: policy.cpu: found 1.1, want a part from 0.001 to 1, or 0`},
		{`{ name = "hpa", requests = -1 }`, `x.toml:1: policy.requests: found -1, want 0.001 to 1000000`},
		{`{ name = "hpa", tolerance = 2 }`, `x.toml:1: policy.tolerance: found 2, want a part from 0 to 1`},
		{`{ name = "hpa", pods = 0 }`, `x.toml:1: policy.pods: found 0, want 1 to 1000000`},
		{`{ name = "hpa", every = "1ms", down = "1h" }`, `x.toml:1: policy.down: found 1h and 1ms between two looks, want 10000 looks at most`},
		{`{ name = "hpa", every = "1ms", down = "10s" }`, ``},
		{`{ name = "hpa", down = "0s" }`, ``},
		{`{ name = "keda", target = 0 }`, `x.toml:1: policy.target: found 0, want 0.001 to 1000000`},
		{`{ name = "keda", poll = "0s" }`, `x.toml:1: policy.poll: found 0s, want 1ms or more`},
		{`{ name = "keda", every = "0s" }`, `x.toml:1: policy.every: found 0s, want 1ms or more`},
		{`{ name = "azure-container-apps", target = -3 }`, `x.toml:1: policy.target: found -3, want 0.001 to 1000000`},
		{`{ name = "azure-functions" }`, `x.toml:1: policy: missing key "every"`},
		{`{ name = "azure-functions", every = "1s", trigger = "htp" }`, `x.toml:1: policy.trigger: unknown trigger "htp"; did you mean "http"?`},
		{`{ name = "azure-functions", every = "1s", target = -1 }`, `x.toml:1: policy.target: found -1, want 0.001 to 1000000`},
		{`{ name = "azure-functions", every = "1s", step = -1 }`, `x.toml:1: policy.step: found -1, want 0 to 1000000`},
		{`{ name = "azure-functions", every = "0s" }`, `x.toml:1: policy.every: found 0s, want 1ms or more`},
		{`{ name = "utilization", every = "999us", window = "1s" }`, `x.toml:1: policy.every: found 999us, want 1ms or more`},
		{`{ name = "utilization", every = "1ms", window = "1s" }`, ``},
		{`{ name = "cloud-run", cpu = 2 }`, `x.toml:1: policy.cpu: found 2, want a part from 0.001 to 1, or 0`},
		{`{ name = "knative", utilization = 0 }`, `x.toml:1: policy.utilization: found 0, want a part from 0.001 to 1`},
		{`{ name = "knative", burst = -2 }`, `x.toml:1: policy.burst: found -2, want 0 to 1000000 requests, or -1`},
		{`{ name = "knative", activation = 0 }`, `x.toml:1: policy.activation: found 0, want 1 to 1000000`},
		{`{ name = "knative", delay = "1d" }`, `x.toml:1: policy.delay: found 1d and 2s between two looks, want 10000 looks at most`},
		{`{ name = "knative", panic_window = "1s" }`, `x.toml:1: policy: found a window of 1m, a panic window of 1s and 2s between two looks, want none shorter than the next`},
		{`{ name = "knative", window = "5s" }`, `x.toml:1: policy: found a window of 5s, a panic window of 6s and 2s between two looks, want none shorter than the next`},
		{`{ name = "target-tracking", target = 70, metric = "ram" }`, `x.toml:1: policy.metric: found "ram", want one of: concurrency, cpu, invocations, slots`},
		{`{ name = "target-tracking", target = 70, in_points = 0 }`, `x.toml:1: policy.in_points: found 0, want 1 to 1440 measurements`},
		{`{ name = "target-tracking", target = 70, out_points = 1441 }`, `x.toml:1: policy.out_points: found 1441, want 1 to 1440 measurements`},
		{`{ name = "target-tracking", target = 70, in_ratio = 1.5 }`, `x.toml:1: policy.in_ratio: found 1.5, want a part from 0 to 1`},
		{`{ name = "target-tracking", target = 70, from_zero = "0s" }`, `x.toml:1: policy.from_zero: found 0s, want 1ms or more`},
		{`{ name = "aibrix-apa", metric = "gpu" }`, `x.toml:1: policy.metric: found "gpu", want "kv" or "requests"`},
		{`{ name = "aibrix-apa", target = 2 }`, `x.toml:1: policy.target: found 2, want a part from 0.001 to 1`},
		{`{ name = "aibrix-apa", metric = "requests", target = 2 }`, ``},
		{`{ name = "aibrix-apa", up = -0.1 }`, `x.toml:1: policy.up: found -0.1, want a part from 0 to 1`},
		{`{ name = "aibrix-apa", every = "1ms" }`, `x.toml:1: policy: found 3m and 1ms between two looks, want 10000 looks at most`},
		{`{ name = "llm-d-saturation", kv = 1.5 }`, `x.toml:1: policy.kv: found 1.5, want a part from 0 to 1`},
		{`{ name = "llm-d-saturation", spare_queue = -1 }`, `x.toml:1: policy.spare_queue: found -1, want 0 to 1000000 requests`},
		{`{ name = "llm-d-saturation", at_zero = "0s" }`, `x.toml:1: policy.at_zero: found 0s, want 1ms or more`},
	} {
		got := ""
		if _, err := Scaling(table(t, test.src)); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.src, got, test.want)
		}
	}
}

// TestScalingServesAll: whatever arrives, an autoscaler lets it be served within hours, where
// requests wait, and never has more instances than the limit lets it.
func TestScalingServesAll(t *testing.T) {
	const limit = 3
	for _, e := range Scalings() {
		t.Run(e.Name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				c := config(t, kinds()[2], e, needed(t, e), someLoad(rt), sim.QueueDispatch)
				p := &c.Platforms[0]
				p.Limit.Instances, p.Concurrency = limit, rapid.IntRange(1, 4).Draw(rt, "slots")
				p.Reuse = rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.LeastLoaded}).Draw(rt, "reuse")
				p.KeepAlive = rapid.SampledFrom([]sim.KeepAliveFactory{NoKeepAlive{}, Fixed{Window: 60e9}}).Draw(rt, "keep-alive")
				got := run(t, c)
				for _, o := range got.Requests {
					if o.Status != sim.Completed {
						rt.Fatalf("the request %+v is not served", o)
					}
				}
				for _, a := range got.Lives {
					there := 0
					for _, b := range got.Lives {
						if b.Deployment == a.Deployment && b.Created <= a.Created && a.Created < b.Stopped {
							there++
						}
					}
					if there > limit {
						rt.Fatalf("at %d there are %d instances, want %d at most: %v", a.Created, there, limit, got.spans())
					}
				}
			})
		})
	}
}
