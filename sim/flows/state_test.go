package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A function keeps 1 MB in its instance, which a new one reads at 1 ns a byte after 4
// ms and rebuilds for 10; its own time is 20. The first request waits for that, 4 + 1 +
// 10 + 20; the next one on the same instance does not. Against it the state is read for
// each.
func TestStateInTheInstance(t *testing.T) {
	s := newStage()
	meter := s.meter("reads")
	v := aStore(constant(4), constant(6))
	v.Ops[0].PerByte, v.Ops[0].Meter = 1, meter
	store := s.service(v)
	stateful := s.function(Function{Name: "stateful", Base: constant(20), State: &State{Size: 1_000_000, Service: store, Read: 0, Write: 1, Rebuild: constant(10)}})
	each := asks(store, 0)
	each.Size = fixedBytes(1_000_000)
	stateless := s.function(Function{Name: "stateless", Base: constant(20), Uses: []Use{each}})
	s.called(stateful, 0, sim.Second, 2*sim.Second)
	s.called(stateless, 0, sim.Second, 2*sim.Second)
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 35 ms: completed", "1000 ms for 20 ms: completed", "2000 ms for 20 ms: completed"}, told(tape, stateful))
	same(t, []string{"0 ms for 25 ms: completed", "1000 ms for 25 ms: completed", "2000 ms for 25 ms: completed"}, told(tape, stateless))
	if n := a.used(meter, Work); n != 4 {
		t.Errorf("%d reads, want 1 of the instance and 3", n)
	}
}

// Where an instance serves two at a time, the second waits for the state that the first
// is reading: it begins at 2, the state is there at 5 + 10.
func TestOthersWaitForTheState(t *testing.T) {
	s := newStage()
	s.platform.Concurrency = 2
	store := s.service(aStore(constant(5), nil))
	f := s.function(Function{Name: "f", Base: constant(20), State: &State{Size: 1, Service: store, Rebuild: constant(10)}})
	s.called(f, 0, millis(2))
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 35 ms: completed", "2 ms for 33 ms: completed"}, told(tape, f))
	if n := a.counts.services[store].Calls; n != 1 {
		t.Errorf("%d reads, want 1", n)
	}
}

// Who reads the state finds its store out, and fails at 3; the other one reads it then,
// from 3 to 8, and has 20 of its own after the 10 of rebuilding.
func TestTheStateIsReadByTheNext(t *testing.T) {
	s := newStage()
	s.platform.Concurrency = 2
	store := s.service(aStore(constant(5), nil))
	s.g.Outages = []Outage{{Services: []int32{store}, From: 0, To: millis(1), Part: 1, After: millis(3)}}
	f := s.function(Function{Name: "f", Base: constant(20), State: &State{Size: 1, Service: store, Rebuild: constant(10)}})
	s.called(f, 0, millis(2))
	_, tape := s.bothWays(t)
	same(t, []string{"0 ms for 3 ms: failed", "2 ms for 36 ms: completed"}, told(tape, f))
}

// Every request saves: 20 of its own, and 6 for the write.
func TestSavedState(t *testing.T) {
	s := newStage()
	store := s.service(aStore(nil, constant(6)))
	f := s.function(Function{Name: "f", Base: constant(20), State: &State{Size: 1, Service: store, Read: 0, Write: 1, Save: 1}})
	s.called(f, 0, sim.Second)
	_, tape := s.bothWays(t)
	same(t, []string{"0 ms for 26 ms: completed", "1000 ms for 26 ms: completed"}, told(tape, f))
}
