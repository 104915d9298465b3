package flows

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// routed is a flow of one step that goes to one of two functions.
func routed(r Route, first, second Function, at ...sim.Time) (*stage, int32, int32) {
	s := newStage()
	first.Name, second.Name = "first", "second"
	a, b := s.function(first), s.function(second)
	r.To = []int32{a, b}
	if r.Probe == 0 {
		r.Probe = 10 * sim.Second
	}
	s.flow([]Step{{Name: "infer", Kind: RouteStep, Route: &r}}, at...)
	return s, a, b
}

// The first is out from 10 to 30 s; calls fail after 100 ms. A request a second, three
// failures in a row make it unhealthy, and it is looked at each 10 s. By hand: those at
// 10, 11 and 12 fail there and are tried at the second at once; 13 to 32 go to the
// second; the probe at 22.1 s fails, that at 32.2 s finds it well (it comes after the
// failure of 12.1 + 10 and that of 22.2 + 10), so that from 33 on it is the first again.
// Nobody is lost.
func TestFailoverLosesNothing(t *testing.T) {
	s, first, second := routed(Route{By: ByHealth, Failures: 3, Fallback: true}, Function{Base: constant(50)}, Function{Base: constant(80)}, every(sim.Second, 60)...)
	s.g.Outages = []Outage{{Functions: []int32{first}, From: 10 * sim.Second, To: 30 * sim.Second, Part: 1, After: millis(100)}}
	a, tape := s.run(t)
	served := map[int32][]sim.Time{}
	probes := 0
	for _, f := range []int32{first, second} {
		for _, o := range of(tape, f) {
			if o.Arrival%sim.Second > millis(150) {
				probes++
				continue
			}
			served[f] = append(served[f], o.Arrival)
		}
	}
	var wantFirst, wantSecond []sim.Time
	for k := range sim.Time(60) {
		switch {
		case k >= 10 && k <= 12:
			wantSecond = append(wantSecond, k*sim.Second+millis(100))
		case k >= 13 && k <= 32:
			wantSecond = append(wantSecond, k*sim.Second)
		default:
			wantFirst = append(wantFirst, k*sim.Second)
		}
	}
	same(t, map[int32][]sim.Time{first: wantFirst, second: wantSecond}, served)
	if probes != 1 { // the one that failed reached nothing
		t.Errorf("%d probes were served, want 1", probes)
	}
	if n := a.counts.flows[0]; n.Succeeded != 60 {
		t.Errorf("%d of 60 executions succeeded", n.Succeeded)
	}
}

// Without a fallback the three that find it out fail.
func TestFailureWithoutFallback(t *testing.T) {
	s, first, _ := routed(Route{By: ByHealth, Failures: 3}, Function{Base: constant(50)}, Function{Base: constant(80)}, every(sim.Second, 60)...)
	s.g.Outages = []Outage{{Functions: []int32{first}, From: 10 * sim.Second, To: 30 * sim.Second, Part: 1, After: millis(100)}}
	a, _ := s.run(t)
	if n := a.counts.flows[0]; n.Succeeded != 57 || n.Failed != 3 {
		t.Errorf("%d succeeded and %d failed, want 57 and 3", n.Succeeded, n.Failed)
	}
}

// By weight, 0.8 and 0.2: counts within four standard deviations.
func TestRouteByWeight(t *testing.T) {
	s, first, _ := routed(Route{By: ByWeight, Weights: []float64{0.8, 1}}, Function{}, Function{}, every(millis(10), 10_000)...)
	_, tape := s.run(t)
	if n := len(of(tape, first)); math.Abs(float64(n)-8000) > 4*40 {
		t.Errorf("%d of 10,000 went to the first, want about 8,000", n)
	}
}

// By price the cheaper one is taken, until its budget is spent: 5 of 100 USD, of a month
// of which the run is a tenth, at 0.01 USD a call: 50 calls.
func TestRouteByPriceWithinABudget(t *testing.T) {
	s, first, second := routed(Route{By: ByPrice, Budgets: []float64{0, 5}}, Function{Price: 0.02}, Function{Price: 0.01}, every(sim.Second, 100)...)
	s.horizon = 3 * sim.Day
	_, tape := s.run(t)
	same(t, []int{50, 50}, []int{len(of(tape, first)), len(of(tape, second))})
}

// By latency: both are looked at first; then the quicker one is taken until the window
// of 10 s has forgotten the slower one, which is looked at again.
func TestRouteByLatency(t *testing.T) {
	s, first, second := routed(Route{By: ByLatency}, Function{Base: constant(90)}, Function{Base: constant(30)}, every(sim.Second, 31)...)
	_, tape := s.run(t)
	var at []sim.Time
	for _, o := range of(tape, first) {
		at = append(at, o.Arrival/sim.Second)
	}
	same(t, []sim.Time{0, 11, 22}, at) // seen at 0.09, forgotten after 10.09, and so on
	if n := len(of(tape, second)); n != 28 {
		t.Errorf("%d went to the second, want 28", n)
	}
}

// Overflow: the first takes two at a time, what comes meanwhile goes to the second.
func TestOverflow(t *testing.T) {
	s, first, second := routed(Route{By: Overflow, Full: 2}, Function{Base: constant(100)}, Function{Base: constant(100)}, 0, millis(10), millis(20), millis(30), millis(105))
	_, tape := s.run(t)
	same(t, []string{"0 ms for 100 ms: completed", "10 ms for 100 ms: completed", "105 ms for 100 ms: completed"}, told(tape, first))
	same(t, []string{"20 ms for 100 ms: completed", "30 ms for 100 ms: completed"}, told(tape, second))
}

// A cache of answers hits in three of ten: so many make no call, and take the 5 ms of
// the lookup alone.
func TestSemanticCache(t *testing.T) {
	s, first, second := routed(Route{By: ByHealth, HitRate: 0.3}, Function{Base: constant(100)}, Function{}, every(millis(200), 10_000)...)
	look := asks(s.service(aStore(constant(5), nil)), 0)
	s.g.Steps[0].Route.Lookup = &look
	a, tape := s.run(t)
	n := a.counts.services[0]
	if n.Calls != 10_000 || n.Hits+n.Misses != 10_000 || math.Abs(float64(n.Hits)-3000) > 4*46 {
		t.Errorf("%d lookups, %d hits, %d misses, want 10,000, about 3,000 and the rest", n.Calls, n.Hits, n.Misses)
	}
	if got := len(of(tape, first)) + len(of(tape, second)); uint64(got) != n.Misses {
		t.Errorf("%d calls, want one for each of %d misses", got, n.Misses)
	}
	if got, want := a.counts.flows[0].Latency.Sum.Float(), float64(n.Hits)*5e6+float64(n.Misses)*105e6; got != want {
		t.Errorf("executions took %v ns in all, want %v", got, want)
	}
}

// Two targets that fail in one of ten each draw for themselves: of the executions that
// fall back a tenth fail, one in a hundred of all.
func TestTargetsFailForThemselves(t *testing.T) {
	s, _, _ := routed(Route{By: ByHealth, Fallback: true}, Function{Error: 0.1}, Function{Error: 0.1}, every(millis(10), 40_000)...)
	a, _ := s.run(t)
	if n := float64(a.counts.flows[0].Failed); math.Abs(n-400) > 4*20 {
		t.Errorf("%v of 40,000 failed, want about 400", n)
	}
}

// A step of uses asks services itself, one after the other.
func TestUseStep(t *testing.T) {
	s := newStage()
	store := s.service(aStore(constant(5), constant(7)))
	s.flow([]Step{{Name: "ask", Kind: UseStep, Uses: []Use{asks(store, 0), asks(store, 1)}}}, 0)
	a, _ := s.run(t)
	if got := fmt.Sprint(a.counts.flows[0].Latency.Sum); got != "12000000" {
		t.Errorf("the execution took %s ns, want 12 ms", got)
	}
}

// Both targets fail: the first after 50 ms of its own, or where it is out after 100 ms,
// the second where it is out after 30 ms. What is asked before is a lookup of 5 ms that
// misses. The step's time goes to functions and to what does not answer, and to nothing twice.
func TestTimesOfTargetsThatFail(t *testing.T) {
	type shares struct{ whole, service, stores, gap sim.Time }
	for _, c := range []struct {
		name    string
		out     []int32
		lookup  bool
		timeout sim.Time // of the step
		want    shares
	}{
		{"both are out", []int32{0, 1}, false, 0, shares{130, 0, 130, 0}},
		{"the first fails by itself", []int32{1}, false, 0, shares{80, 50, 30, 0}},
		{"the second fails by itself", []int32{0}, false, 0, shares{140, 40, 100, 0}},
		{"after a lookup", []int32{1}, true, 0, shares{85, 50, 35, 0}},
		{"the step has no more time for the second", []int32{1}, false, 60, shares{60, 50, 10, 0}},
	} {
		b := newBuilder(100 * second)
		first, last := b.fails("first", after(50*ms)), b.fails("last", after(40*ms))
		for k, d := range map[int32]sim.Time{0: 100 * ms, 1: 30 * ms} {
			if slices.Contains(c.out, k) {
				b.g.Outages = append(b.g.Outages, Outage{Functions: []int32{[]int32{first, last}[k]}, To: 100 * second, Part: 1, After: d})
			}
		}
		s := step(RouteStep, "pick")
		s.Route = &Route{To: []int32{first, last}, By: ByHealth, Fallback: true}
		if s.Timeout = c.timeout * ms; c.lookup {
			look := asks(b.service("answers", Op{Name: "look", First: after(5 * ms), Meter: None}), 0)
			s.Route.Lookup, s.Route.HitRate = &look, 1e-12
		}
		flow := b.flow("flow", nothing())
		b.main(flow, s)
		b.trigger("start", flow)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{second}}})
		got := tally.Steps[0]
		if w := c.want; got.Time.Sum.Lo != uint64(w.whole*ms) || got.Service.Lo != uint64(w.service*ms) || got.Stores.Lo != uint64(w.stores*ms) || got.Gap.Lo != uint64(w.gap*ms) {
			t.Errorf("%s: %v ns, of which functions %v, stores %v and gap %v, want %v ms", c.name, got.Time.Sum, got.Service, got.Stores, got.Gap, w)
		}
	}
}

// A target of 1 s under a step that waits for 100 ms, a request each 200 ms, three failures
// in a row: they are known at 0.1, 0.3 and 0.5 s, so that from 0.6 s on the second is asked.
func TestTimeoutsAreLearnedWhenTheyCome(t *testing.T) {
	s, first, second := routed(Route{By: ByHealth, Failures: 3, Probe: sim.Hour}, Function{Base: constant(1000)}, Function{Base: constant(10)}, every(millis(200), 10)...)
	s.g.Steps[0].Timeout = millis(100)
	_, tape := s.run(t)
	same(t, []int{3, 7}, []int{len(of(tape, first)), len(of(tape, second))})
}

// What is cancelled because a branch beside it has failed says nothing bad about its
// target: it is asked each time.
func TestCancelledIsNoFailureOfItsTarget(t *testing.T) {
	b := newBuilder(100 * second)
	well, other, bad := b.function("well", after(500*ms)), b.function("other", nil), b.fails("bad", after(10*ms))
	flow := b.flow("flow", nothing())
	s := step(RouteStep, "pick")
	s.Route = &Route{To: []int32{well, other}, By: ByHealth, Failures: 1, Probe: sim.Hour}
	left, right := b.list(flow, s), b.list(flow, callOf("bad", bad))
	b.main(flow, parallel("both", left, right))
	b.trigger("start", flow)
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{times(5, second)}})
	if n := len(strings.Fields(starts(requests, uint32(well), second))); n != 5 {
		t.Errorf("%d of 5 requests came to the target that answers", n)
	}
}

// Of ten requests the first target fails each, and the second serves it: ten failures, and ten
// first tries, since another target is no retry.
func TestFallbackIsNoRetry(t *testing.T) {
	s, _, _ := routed(Route{By: ByHealth, Fallback: true}, Function{Error: 1}, Function{}, every(sim.Second, 10)...)
	a, _ := s.run(t)
	var by [NumCauses]uint64
	for _, c := range a.counts.calls.list {
		by[c.Cause] += c.N
	}
	if by[Failure] != 10 || by[Work] != 10 || by[Again] != 0 {
		t.Errorf("%d failures, %d first tries, %d retries, want 10, 10, 0", by[Failure], by[Work], by[Again])
	}
}
