package flows

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// A fork of n exponential branches without queues joins after H_n ÷ μ in the mean.
func TestForkJoinWithoutQueues(t *testing.T) {
	for _, n := range []int64{2, 7} {
		b := newBuilder(20_000 * second)
		f := b.flow("f", nothing())
		b.main(f, mapOf("fork", n, b.list(f, callOf("branch", b.function("a", exponential(second))))))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(20_000, second)}})
		harmonic := 0.0
		for k := int64(1); k <= n; k++ {
			harmonic += 1 / float64(k)
		}
		near(t, "a fork's mean", tally.Flows[f].Latency.Mean()/1e9, harmonic, 0.015)
	}
}

// A fork of two M/M/1 queues joins after (12 − ρ)/8 ÷ (μ − λ) in the mean: Nelson and
// Tantawi, "Approximate analysis of fork/join synchronization in parallel queues", 1988;
// for two queues it is exact (Flatto and Hahn, 1984).
func TestForkJoinOfTwoQueues(t *testing.T) {
	const horizon = 200_000 * second
	for _, rho := range []float64{0.3, 0.6} {
		b := newBuilder(horizon)
		f := b.flow("f", nothing())
		left := b.list(f, callOf("left", b.function("a", exponential(second))))
		right := b.list(f, callOf("right", b.function("c", exponential(second))))
		b.main(f, parallel("fork", left, right))
		b.trigger("t", f)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{poisson(rho, horizon, 5)}, platforms: []sim.Platform{one}})
		near(t, "a join's mean", tally.Flows[f].Latency.Mean()/1e9, (12-rho)/8/(1-rho), 0.03)
		// A branch alone is an M/M/1 queue: 1 ÷ (μ − λ), of which 1 ÷ μ is service.
		near(t, "a queue's mean", tally.Steps[left].Time.Mean()/1e9, 1/(1-rho), 0.03)
		near(t, "a queue's wait", tally.Steps[left].Waiting.Float()/1e9/float64(tally.Steps[left].Entered), rho/(1-rho), 0.04)
	}
}

// A Jackson network with feedback: two stations in a row, and with probability p back to
// the first. Each sees λ ÷ (1 − p), and an execution takes Σ ρ ÷ (1 − ρ) ÷ λ.
func TestJacksonNetwork(t *testing.T) {
	const horizon, lambda, p = 200_000 * second, 0.3, 0.4
	b := newBuilder(horizon)
	f := b.flow("f", nothing())
	b.main(f, callOf("one", b.function("a", exponential(second))), callOf("two", b.function("c", exponential(1500*ms))), choice("again", Case{Probability: p, Next: first}, Case{Next: None}))
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{poisson(lambda, horizon, 3)}, platforms: []sim.Platform{one}})
	through := lambda / (1 - p)
	want := 0.0
	for _, service := range []float64{1, 1.5} {
		rho := through * service
		want += rho / (1 - rho) / lambda
	}
	near(t, "the mean", tally.Flows[f].Latency.Mean()/1e9, want, 0.04)
	near(t, "visits", float64(len(requests))/2, through*float64(horizon/second), 0.01)
}

// What fails with probability p is tried k more times in p^k of the cases.
func TestRetriesAreGeometric(t *testing.T) {
	const n, p = 100_000, 0.3
	b := newBuilder(n * second)
	f := b.flow("f", nothing())
	s := callOf("try", b.function("a", after(ms)))
	b.g.Functions[0].Error = p
	s.Retry = []Retry{{On: OnFailed, Attempts: 3, Backoff: backoff.Backoff{First: ms, Factor: 1}}}
	b.main(f, s)
	b.trigger("t", f)
	tally, requests := b.run(t, config{arrivals: [][]sim.Time{times(n, second)}})
	of := map[uint16]float64{}
	for _, r := range requests {
		of[r.Attempt]++
	}
	for k := range 4 {
		want := n * math.Pow(p, float64(k))
		near(t, "attempts", of[uint16(k)], want, 4/math.Sqrt(want))
	}
	near(t, "failed executions", float64(tally.Flows[f].Failed), n*math.Pow(p, 4), 0.12)
	if len(of) != 4 {
		t.Errorf("%v", of)
	}
}

// The probabilities of a choice are of all that reach it, whatever a size decides.
func TestChoiceProbabilities(t *testing.T) {
	const n = 100_000
	b := newBuilder(n * second)
	f := b.flow("f", nothing())
	b.main(f, choice("choice", Case{Probability: 0.2, Next: first - 1}, Case{SizeAbove: 500, Next: first - 2}, Case{Probability: 0.3, Next: first - 3}, Case{Next: first - 4}),
		step(SucceedStep, "p"), step(SucceedStep, "large"), step(SucceedStep, "q"), step(SucceedStep, "rest"))
	b.trigger("t", f)
	b.g.Triggers[0].Record = uniformBytes(1000)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(n, second)}})
	for k, want := range []float64{0.2, 0.8 * 0.5, 0.3 * 0.5, 0.5 * 0.5} {
		near(t, b.g.Steps[k+1].Name, float64(tally.Steps[k+1].Entered)/n, want, 0.02)
	}
}

// A part of [0, 1) is a case's own, though its size keeps it from being taken.
func TestChoiceOfTwoConditions(t *testing.T) {
	const n = 20_000
	b := newBuilder(n * second)
	f := b.flow("f", nothing())
	b.main(f, choice("choice", Case{Probability: 0.5, SizeAbove: 5000, Next: first - 1}, Case{Probability: 0.3, Next: first - 2}, Case{Probability: 0.001, Otherwise: true, Next: first - 3}),
		step(SucceedStep, "never"), step(SucceedStep, "0.3"), step(SucceedStep, "0.7"))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(n, second)}})
	for k, want := range []float64{0, 0.3, 0.7} {
		near(t, b.g.Steps[k+1].Name, float64(tally.Steps[k+1].Entered)/n, want, 0.04)
	}
}

// uniformBytes is a size from none to so many.
type uniformBytes int64

func (n uniformBytes) Sample(u float64) int64 { return int64(u * float64(n)) }

// A flow that a step calls again draws anew: it fails with probability p each time.
func TestRetriedFlowDrawsAnew(t *testing.T) {
	const n, p = 10_000, 0.5
	b := newBuilder(n * second)
	inner, f := b.flow("inner", nothing()), b.flow("f", nothing())
	b.main(inner, callOf("try", b.function("a", after(ms))))
	b.g.Functions[0].Error = p
	sub := callOf("sub", None)
	sub.SubFlow, sub.Retry = inner, []Retry{{On: OnFailed, Attempts: 2, Backoff: backoff.Backoff{First: ms, Factor: 1}}}
	m := mapOf("map", 1, b.list(f, callOf("item", 0)))
	m.Retry = sub.Retry
	b.main(f, parallel("both", b.list(f, sub), b.list(f, m)))
	b.trigger("t", f)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{times(n, second)}})
	at := b.g.Steps[b.g.Flows[f].First].Branches
	for _, s := range at {
		x := &tally.Steps[s]
		near(t, "failed, of those that were not cancelled", float64(x.Failed)/float64(x.Failed+x.Succeeded), p*p*p, 0.1)
	}
}

// The timeouts of executions that have ended are not kept until they would come.
func TestTimeoutsAreForgotten(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.flow("f", nothing())
	b.g.Flows[f].Timeout = sim.Hour
	s := wait("wait", after(5*ms))
	s.Timeout = sim.Hour
	b.main(f, s)
	b.trigger("t", f)
	b.run(t, config{arrivals: [][]sim.Time{times(50_000, 2*ms)}, look: func(a *actor) {
		for k := range a.deadlines {
			if n := len(a.deadlines[k].list.items); n > 16 {
				t.Errorf("room for %d timeouts", n)
			}
		}
	}})
}
