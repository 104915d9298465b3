package costmodel

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// times of one observation, in ns.
type spent struct {
	used, init, start, life sim.Time // start: the phase before the image is pulled
	mib                     int64
	billed                  *big.Int // MiB-ns
}

func ns(n sim.Time, mib int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(mib)) }

// within reports lo ≤ billed < hi, each a time that is multiplied by memory.
func (s *spent) within(lo, hi sim.Time, mib int64) bool {
	return s.billed.Cmp(ns(lo, mib)) >= 0 && s.billed.Cmp(ns(hi, mib)) < 0
}

const (
	millisecond = sim.Millisecond
	tenth       = 100 * sim.Millisecond
)

// invariants hold, for each tariff, the inequality that its file states as
// `invariant`, over one observation.
var invariants = map[string]struct {
	states string
	meter  string
	holds  func(s *spent) bool
}{
	"aws-lambda": {"each invocation: used + init ≤ billed < used + init + 1 ms", "duration",
		func(s *spent) bool { return s.within(s.used+s.init, s.used+s.init+millisecond, s.mib) }},
	"aws-lambda-arm": {"each invocation: used + init ≤ billed < used + init + 1 ms", "duration",
		func(s *spent) bool { return s.within(s.used+s.init, s.used+s.init+millisecond, s.mib) }},
	"aws-lambda-init-free": {"each invocation: used ≤ billed < used + 1 ms", "duration",
		func(s *spent) bool { return s.within(s.used, s.used+millisecond, s.mib) }},
	"aws-lambda-100ms": {"each invocation: used ≤ billed < used + 100 ms", "duration",
		func(s *spent) bool { return s.within(s.used, s.used+tenth, s.mib) }},
	"azure-consumption": {"each execution: used ≤ billed time < used + 1 ms, or 100 ms; memory at most 1,536 MB, so that MB × time can be less than what was used", "duration",
		func(s *spent) bool {
			d := max(s.used, tenth)
			return s.within(d, d+millisecond, min(s.mib, 1536))
		}},
	"azure-flex": {"each stretch in which an instance executes: used ≤ billed < used + 100 ms, or 1 s ≤ billed; start-up is free; memory is the instance's", "active_memory",
		func(s *spent) bool {
			d := max(s.used, sim.Second)
			return s.within(d, d+tenth, flexSize(s.mib))
		}},
	"gcp-cloud-run-request": {"each stretch in which an instance starts or serves: start + used ≤ billed < start + used + 100 ms; requests that overlap on one instance share it", "active_memory",
		func(s *spent) bool {
			d := s.start + s.init + s.used
			return s.within(d, d+tenth, s.mib)
		}},
	"gcp-cloud-run-instance": {"each instance: life ≤ billed < life + 100 ms, and billed ≥ 1 min", "instance_memory",
		func(s *spent) bool { return s.within(max(s.life, sim.Minute), max(s.life, sim.Minute)+tenth, s.mib) }},
	"gcp-cloud-run-instance-tier2": {"each instance: life ≤ billed < life + 100 ms, and billed ≥ 1 min", "instance_memory",
		func(s *spent) bool { return s.within(max(s.life, sim.Minute), max(s.life, sim.Minute)+tenth, s.mib) }},
	"ibm-code-engine": {"each instance: life from the image pull on ≤ billed < that + 100 ms", "instance_memory",
		func(s *spent) bool { return s.within(s.life-s.start, s.life-s.start+tenth, s.mib) }},
}

// TestBilledAgainstUsed holds the inequality that each tariff states.
func TestBilledAgainstUsed(t *testing.T) {
	for _, x := range metered(t) {
		t.Run(x.Name, func(t *testing.T) {
			v, ok := invariants[x.Name]
			if !ok || v.states != x.Invariant {
				t.Fatalf("the tariff states %q, the test holds %q", x.Invariant, v.states)
			}
			rapid.Check(t, func(rt *rapid.T) {
				s := observeOne(rt, x, v.meter)
				if !v.holds(s) {
					rt.Fatalf("used %d, init %d, life %d ns at %d MiB: billed %s MiB-ns", s.used, s.init, s.life, s.mib, s.billed)
				}
			})
		})
	}
}

// observeOne meters one cold request on an instance of its own, whose active
// stretch and life begin with two phases.
func observeOne(rt *rapid.T, x *Tariff, meter string) *spent {
	s := &spent{
		used: rapid.Int64Range(1, int64(20*sim.Minute)).Draw(rt, "used"),
		init: rapid.Int64Range(0, int64(5*sim.Second)).Draw(rt, "init"),
		mib:  64 * rapid.Int64Range(2, 32).Draw(rt, "64 MB"),
	}
	if x.Name == "azure-consumption" {
		s.mib = 128 * rapid.Int64Range(1, 20).Draw(rt, "128 MB")
	}
	s.start = rapid.Int64Range(0, int64(sim.Second)).Draw(rt, "sandbox")
	s.life = s.start + s.init + s.used + rapid.Int64Range(0, int64(sim.Hour)).Draw(rt, "idle")
	m := mustMeter(rt, x, MeterConfig{
		Functions: []sim.Function{{Name: "f", Memory: s.mib}}, Window: sim.Window{Horizon: 10 * sim.Day},
		Platform: sim.Platform{Init: sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(s.start)}}},
	})
	l := sim.Life{Ready: s.start + s.init, Stopped: s.life, Memory: s.mib}
	l.Phases[sim.PhaseSandbox], l.Phases[sim.PhaseRuntime] = s.start, s.init
	(&happening{
		outcomes:   []sim.Outcome{{Init: s.start + s.init, Start: l.Ready, End: l.Ready + s.used, Started: true, Flags: sim.Cold}},
		lives:      []sim.Life{l},
		activities: []sim.Activity{{From: 0, To: l.Ready + s.used, Init: l.Ready, Memory: s.mib}},
	}).feed(m)
	u := m.Usage()
	unit, _ := findUnit(u[u.index(meter)].Unit)
	s.billed = new(big.Int).Mul(u.Get(meter), unit.big())
	return s
}
