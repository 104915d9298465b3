package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
)

// oneProcessor is an instance of one vCPU that all of its requests compute on.
var oneProcessor = servers.Shared{MilliCPU: 1000, MilliShare: 1000}

// Two requests of 20 ms share a processor, then read a table for 5, at no cost to each
// other. The first
// computes alone until 10, with half of it until 30, and is there at 35; the second has
// it alone from 30 to 40, and is there at 45.
func TestOwnTimesShareAProcessor(t *testing.T) {
	s := newStage()
	s.platform.Concurrency, s.platform.Server = 4, oneProcessor
	store := s.service(aStore(constant(5), nil))
	f := s.function(Function{Name: "f", Base: constant(20), Shares: true, Uses: []Use{asks(store, 0)}})
	s.called(f, 0, millis(10))
	_, tape := s.bothWays(t)
	same(t, []string{"0 ms for 35 ms: completed", "10 ms for 35 ms: completed"}, told(tape, f))

	s.arrivals[0] = []sim.Time{0, millis(10), millis(32)}
	_, tape = s.bothWays(t)
	// At 32 the second has had 12 of its 20: 8 more at half the speed until 48. The third
	// has had 8 then, and 12 more alone until 60.
	same(t, []string{"0 ms for 35 ms: completed", "10 ms for 43 ms: completed", "32 ms for 33 ms: completed"}, told(tape, f))
}

// Both wait for the state of their instance until 5 + 10, and share the processor from
// there: 40 each. A third, at 60, has the state and the processor for itself.
func TestStateThenASharedProcessor(t *testing.T) {
	s := newStage()
	s.platform.Concurrency, s.platform.Server = 2, oneProcessor
	store := s.service(aStore(constant(5), nil))
	f := s.function(Function{Name: "f", Base: constant(20), Shares: true, State: &State{Size: 1, Service: store, Rebuild: constant(10)}})
	s.called(f, 0, millis(2), millis(60))
	_, tape := s.bothWays(t)
	same(t, []string{"0 ms for 55 ms: completed", "2 ms for 53 ms: completed", "60 ms for 20 ms: completed"}, told(tape, f))
}

// A timeout cuts off what computes, and its part of the processor goes to the other.
func TestTimeoutsGiveTheProcessorBack(t *testing.T) {
	s := newStage()
	s.platform.Concurrency, s.platform.Server = 2, oneProcessor
	store := s.service(aStore(constant(5), nil))
	slow := s.function(Function{Name: "slow", Base: constant(40), Shares: true, Uses: []Use{asks(store, 0)}, Timeout: millis(30)})
	s.called(slow, 0, millis(10))
	_, tape := s.bothWays(t)
	// Until 10 alone, then half each: at 30 the first has had 20 of 40 and is cut off. The
	// second, 10 by then, has 10 more alone until its own timeout, at 40.
	same(t, []string{"0 ms for 30 ms: timed out", "10 ms for 30 ms: timed out"}, told(tape, slow))
}

// Poisson arrivals at one processor take E[S] ÷ (1 − ρ) in the mean, and what they wait
// for adds to that, but not to their own time: Kleinrock, Queueing Systems II, 4.4.
func TestSharedProcessorWithWaits(t *testing.T) {
	const horizon, rho = 100_000 * second, 0.6
	b := newBuilder(horizon)
	f := b.flow("f", nothing())
	b.g.Services = []Service{{Name: "table", Behind: None, Ops: []Op{{Name: "read", First: after(500 * ms), Meter: None}}}}
	fn := b.function("a", exponential(second))
	b.g.Functions[fn].Shares, b.g.Functions[fn].Uses = true, []Use{asks(0, 0)}
	call := b.list(f, callOf("call", fn))
	b.main(f, parallel("one", call))
	b.trigger("t", f)
	shared := one
	shared.Server, shared.Concurrency = oneProcessor, 1_000_000
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{poisson(rho, horizon, 5)}, platforms: []sim.Platform{shared}})
	st := &tally.Steps[call]
	n := float64(st.Entered) * 1e9
	near(t, "a call's mean", st.Time.Mean()/1e9, 1/(1-rho)+0.5, 0.03)
	near(t, "its own time", st.Service.Float()/n, 1/(1-rho), 0.03)
	near(t, "its wait for the table", st.Stores.Float()/n, 0.5, 0.001)
}
