package flows

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A firewall of 2 ms and a key of 50 come before each call of a store of 5, in that
// order; where the firewall lets 1,000 a second through and is asked twice at once, it
// goes by events, and takes the same.
func TestWhatComesBeforeACall(t *testing.T) {
	for _, limit := range []*Bucket{nil, {Burst: 10, Rate: 1000}} {
		s := newStage()
		asked := s.meter("asked")
		wall := s.service(Service{Name: "wall", Behind: None, Ops: []Op{{Name: "inspect", First: constant(2), Meter: asked, Limit: limit}}})
		keys := s.service(Service{Name: "keys", Behind: None, Ops: []Op{{Name: "encrypt", First: constant(50), Meter: asked}}})
		v := aStore(constant(5), nil)
		for _, k := range []int32{wall, keys} {
			u := asks(k, 0)
			u.Overhead = true
			v.Before = append(v.Before, u)
		}
		f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{asks(s.service(v), 0)}})
		s.called(f, 0)
		a, tape := s.run(t)
		same(t, []string{"0 ms for 67 ms: completed"}, told(tape, f))
		if n := a.used(asked, Overhead); n != 2 {
			t.Errorf("%d calls before it are counted as overhead, want 2", n)
		}
		if got := a.counts.services[2].Latency.Sum.String(); got != "5000000" {
			t.Errorf("the store's own latency is %s ns, want 5 ms", got)
		}
	}
}

// A key service that fails fails the call, which is not made.
func TestFailureBeforeACall(t *testing.T) {
	s := newStage()
	keys := s.service(Service{Name: "keys", Behind: None, Ops: []Op{{Name: "encrypt", First: constant(50), Meter: None, Error: 1}}})
	v := aStore(constant(5), nil)
	v.Before = []Use{asks(keys, 0)}
	store := s.service(v)
	f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{asks(store, 0)}})
	s.called(f, 0)
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 60 ms: failed"}, told(tape, f))
	if n := a.counts.services[store].Calls; n != 0 {
		t.Errorf("%d calls of the store, want none", n)
	}
}

// One in twenty of what a trigger starts, and of the executions of a flow, is traced,
// beside the work: 5 % of 20,000 of each, and nothing takes longer.
func TestTracedBesideTheWork(t *testing.T) {
	s := newStage()
	traces := s.meter("traces")
	xray := asks(s.service(Service{Name: "xray", Behind: None, Ops: []Op{{Name: "record", First: constant(30), Meter: traces}}}), 0)
	xray.Probability, xray.Overhead = 0.05, true
	f := s.function(Function{Name: "f", Base: constant(10)})
	at := every(20*sim.Millisecond, 20_000)
	trigger := s.called(f, at...)
	s.g.Triggers[trigger].Beside = []Use{xray}
	flow := s.flow([]Step{{Name: "call", Kind: CallStep, Function: f, SubFlow: None}}, at...)
	s.g.Flows[flow].Beside = []Use{xray}
	a, tape := s.run(t)
	if n := float64(a.used(traces, Overhead)); math.Abs(n-2000) > 4*math.Sqrt(40_000*0.05*0.95) {
		t.Errorf("%v traces, want about 2,000", n)
	}
	for _, o := range of(tape, f) {
		if o.End-o.Start != 10*ms || o.Arrival%(20*sim.Millisecond) != 0 {
			t.Fatalf("a request of %d took %d ns, want 10 ms and nothing before it", o.Arrival, o.End-o.Start)
		}
	}
}
