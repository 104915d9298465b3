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

// lives returns the inequality of a rule that bills a life: from the given
// time on, rounded up to a multiple of a step, and at least a minimum.
func lives(step, minimum sim.Time, before func(*spent) sim.Time) func(*spent) bool {
	return func(s *spent) bool {
		d := s.life
		if before != nil {
			d -= before(s)
		}
		d = max(d, minimum)
		return s.within(d, d+step, s.mib)
	}
}

// timed is for a meter that counts time and no memory.
func timed(holds func(*spent) bool) func(*spent) bool {
	return func(s *spent) bool {
		s.mib = 1
		return holds(s)
	}
}

// served returns the inequality of a rule that bills each invocation.
func served(init bool, step, minimum sim.Time, size func(int64) int64) func(*spent) bool {
	return func(s *spent) bool {
		d := s.used
		if init {
			d += s.init
		}
		d = max(d, minimum)
		return s.within(d, d+step, size(s.mib))
	}
}

func sandbox(s *spent) sim.Time { return s.start }

// invariants hold, for each family of tariffs, the inequality that its file
// states as `invariant`, over one observation.
var invariants = map[string]struct {
	states string
	meter  string
	holds  func(s *spent) bool
}{
	"aws-lambda": {"each invocation: used + init ≤ billed < used + init + 1 ms", "duration",
		served(true, ms, 0, asIs)},
	"aws-lambda-arm-init-free": {"each invocation: used ≤ billed < used + 1 ms", "duration",
		served(false, ms, 0, asIs)},
	"aws-lambda-init-free": {"each invocation: used ≤ billed < used + 1 ms", "duration",
		served(false, ms, 0, asIs)},
	"aws-lambda-100ms": {"each invocation: used ≤ billed < used + 100 ms", "duration",
		served(false, tenth, 0, asIs)},
	"aws-sagemaker-serverless": {"each inference: used + init ≤ billed < used + init + 1 ms", "duration",
		served(true, ms, 0, steps(1024, 1024, 6144))},
	"ibm-cloud-functions": {"each activation: used ≤ billed < used + 100 ms", "duration",
		served(false, tenth, 0, asIs)},
	"gcp-functions-gen1": {"each invocation: used ≤ billed < used + 100 ms, and billed ≥ 100 ms", "duration",
		served(false, tenth, tenth, gen1Size)},
	"azure-consumption": {"each execution: used ≤ billed time < used + 1 ms, or 100 ms; memory at most 1,536 MB, so that MB × time can be less than what was used", "duration",
		served(false, ms, tenth, steps(1, 1, 1536))},
	"cloudflare-workers": {"billed = CPU time as given, in ms; nothing for waiting", "duration", // which has no price
		func(s *spent) bool { return true }},
	"azure-flex": {"each stretch in which an instance executes: used ≤ billed < used + 100 ms, or 1 s ≤ billed; start-up is free; memory is the instance's", "active_memory",
		served(false, tenth, sec, flexSize)},
	"gcp-cloud-run-request": {"each stretch in which an instance starts or serves: start + used ≤ billed < start + used + 100 ms; requests that overlap on one instance share it", "active_memory",
		func(s *spent) bool {
			d := s.start + s.init + s.used
			return s.within(d, d+tenth, s.mib)
		}},
	"azure-container-apps": {"each replica above the minimum: life ≤ billed < life + 1 s, as active; those of the minimum as active or idle", "active_memory",
		lives(sec, 0, nil)},
	"azure-container-apps-jobs": {"each replica: life ≤ billed < life + 1 s", "instance_memory", lives(sec, 0, nil)},
	"replicate-public": {"each stretch in which an instance processes: used ≤ billed < used + 1 s", "active_time",
		timed(served(false, sec, 0, asIs))},
	"gcp-cloud-run-instance": {"each instance: life ≤ billed < life + 100 ms, and billed ≥ 1 min", "instance_memory",
		lives(tenth, min1, nil)},
	"gcp-cloud-run-jobs": {"each instance: life ≤ billed < life + 100 ms, and billed ≥ 1 min", "instance_memory",
		lives(tenth, min1, nil)},
	"gcp-cloud-run-gpu": {"each instance: life ≤ billed < life + 100 ms, and billed ≥ 1 min", "instance_time",
		timed(lives(tenth, min1, nil))},
	"gcp-cloud-run-worker-pools": {"each instance: life ≤ billed < life + 100 ms", "instance_memory", lives(tenth, 0, nil)},
	"cloudflare-containers":      {"each instance: life ≤ billed memory < life + 10 ms; CPU of each stretch in which it starts or serves ≤ billed CPU < that + 10 ms", "instance_memory", lives(10*ms, 0, nil)},
	"ibm-code-engine": {"each instance: life from the image pull on ≤ billed < that + 100 ms", "instance_memory",
		lives(tenth, 0, sandbox)},
	"aws-fargate": {"each task: life from the image pull on ≤ billed < that + 1 s, or 1 min", "instance_memory",
		lives(sec, min1, sandbox)},
	"baseten": {"each replica: life from the restore on ≤ billed < that + 1 min", "instance_time",
		timed(lives(min1, 0, sandbox))}, // which pulled no image
	"azure-container-apps-gpu": {"each replica: life ≤ billed < life + 1 s", "instance_memory", lives(sec, 0, nil)},
	"aws-sagemaker-ml":         {"each instance: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
	"azure-premium-ep1": {"each instance: life ≤ billed < life + 1 s, at 1 vCPU and 3.5 GB", "instance_memory",
		func(s *spent) bool { return s.within(s.life, s.life+sec, 3584) }},
	"azure-premium-ep2": {"each instance: life ≤ billed < life + 1 s, at 2 vCPUs and 7 GB", "instance_memory",
		func(s *spent) bool { return s.within(s.life, s.life+sec, 7168) }},
	"modal":                {"each container: life ≤ billed < life + 1 s", "instance_memory", lives(sec, 0, nil)},
	"replicate-deployment": {"each instance: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
	"runpod":               {"each worker: life from the restore on ≤ billed < that + 1 s", "instance_time", timed(lives(sec, 0, sandbox))},
	"runpod-pod":           {"each machine: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
	"aws-ec2":              {"each machine: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
	"azure-vm":             {"each machine: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
	"gcp-vm":               {"each machine: life ≤ billed < life + 1 s", "instance_time", timed(lives(sec, 0, nil))},
}

// TestBilledAgainstUsed holds the inequality that each tariff states.
func TestBilledAgainstUsed(t *testing.T) {
	for _, x := range shippedCatalog(t).Tariffs() {
		if v, ok := familyOf(invariants, x.Name); x.Rule != "supplied" && ok && v.states != x.Invariant {
			t.Errorf("%s states %q, the test holds %q", x.Name, x.Invariant, v.states)
		}
	}
	for _, x := range metered(t) {
		t.Run(x.Name, func(t *testing.T) {
			v, ok := familyOf(invariants, x.Name)
			if !ok {
				t.Fatal("it has a twin and no inequality")
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
	})
	l := sim.Life{Ready: s.start + s.init, Stopped: s.life, Memory: s.mib}
	l.Phases[sim.PhaseSandbox], l.Phases[sim.PhaseRuntime] = s.start, s.init
	o := sim.Outcome{Init: s.start + s.init, Start: l.Ready, End: l.Ready + s.used, Started: true, Flags: sim.Cold}
	(&happening{
		Requests:   []sim.Outcome{o},
		Inits:      drawnInit(o, l.Phases),
		Lives:      []sim.Life{l},
		Activities: []sim.Activity{{From: 0, To: l.Ready + s.used, Init: l.Ready, Memory: s.mib}},
	}).feed(m)
	u := m.Usage()
	unit, _ := findUnit(u[u.index(meter)].Unit)
	s.billed = new(big.Int).Mul(u.Get(meter), unit.big())
	return s
}

// drawnInit is what is told of a request that waited for those phases.
func drawnInit(o sim.Outcome, phases [sim.NumPhases]sim.Time) []sim.InitWait {
	if o.Init == 0 {
		return nil
	}
	return []sim.InitWait{{Outcome: o, Phases: phases, Own: true}}
}
