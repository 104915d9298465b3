package policies

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// poisson has one function with Poisson arrivals, no service time and no init:
// idle gaps are then exponential with the rate, given a second.
func poisson(rate float64, n int) *simtest.Load {
	l := newLoad(nil)
	l.Functions()[0].Init = nil
	stream := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeArrival, 1)
	requests := make([]sim.Invocation, n)
	now := 0.0
	for i := range requests {
		now -= math.Log(stream.Uniform(uint64(i))) / rate
		requests[i].Arrival = seconds(now)
	}
	l.Invocations[0] = requests
	return l
}

// differ reports whether two numbers are further apart than allowed, or one of
// them is none: NaN is not within any tolerance.
func differ(got, want, tolerance float64) bool { return !(math.Abs(got-want) <= tolerance) }

// TestColdRatios holds the simulated cold ratio of Poisson arrivals with zero
// service against closed forms, within four standard errors of a binomial.
// Rate λ = 0.05/s, T* = 10 s, λT* = 0.5, memory 2 GiB.
func TestColdRatios(t *testing.T) {
	const n = 200_000
	l := poisson(0.05, n)
	for _, test := range []struct {
		policy string
		want   float64
	}{
		// A renewal process is cold with 1 − F(T) = e^{−λT}.
		{`{ name = "fixed", window = "10s" }`, math.Exp(-0.5)},
		{`{ name = "break-even", holding = 3.6, cold_start = 0.02 }`, math.Exp(-0.5)},
		{`{ name = "offline-keepalive", window = "10s" }`, math.Exp(-0.5)},
		// Idle for an exponential time of mean 20 s: μ ÷ (λ + μ) with μ = 0.05/s.
		{`{ name = "drawn", idle = { dist = "exponential", mean = "20s" } }`, 0.5},
		// Of mean 10 s, where idle for its median, 6.93 s, is 0.707; and an age of mean 60 s, (1/60) ÷ (λ + 1/60).
		{`{ name = "drawn", idle = { dist = "exponential", mean = "10s" } }`, 2.0 / 3},
		{`{ name = "drawn", age = { dist = "exponential", mean = "60s" } }`, 0.25},
		{`{ name = "none" }`, 1},
		{`{ name = "forever" }`, 1.0 / n},
		// ∫₀^T* e^{−λt} e^{t/T*} ÷ (T*(e − 1)) dt = (e^{1−λT*} − 1) ÷ ((1 − λT*)(e − 1)).
		{`{ name = "break-even", holding = 3.6, cold_start = 0.02, randomized = true }`, math.Expm1(0.5) / (0.5 * (math.E - 1))},
	} {
		p, err := KeepAlive(table(t, test.policy))
		if err != nil {
			t.Fatal(err)
		}
		got := run(t, sim.Config{
			Workload: l, Window: sim.Window{Horizon: 365 * sim.Day}, Key: sim.RunKey{Seed: 1},
			Platforms: []sim.Platform{{KeepAlive: p}},
		})
		// Without an init no request waits, so the cold ones are counted by the
		// instances that were started.
		ratio := float64(len(got.Lives)) / n
		if tolerance := 4 * math.Sqrt(test.want*(1-test.want)/n); differ(ratio, test.want, tolerance+1e-12) {
			t.Errorf("%s: cold ratio %.5f, want %.5f ± %.5f", test.policy, ratio, test.want, tolerance)
		}
	}
}

// TestSkiRental: the randomized rule's expected cost is e ÷ (e − 1) times that
// of knowing the gap, whatever the gap; the deterministic rule's is at most
// twice. In units of T* and C, a gap g costs g where it is bridged, else t + 1,
// and min(g, 1) where it is known.
func TestSkiRental(t *testing.T) {
	const steps = 100_000
	for _, gap := range []float64{0.01, 0.3, 0.5, 0.99, 1, 1.5, 100} {
		sum := 0.0
		for i := range steps {
			window := skiRentalQuantile((float64(i) + 0.5) / steps)
			if window < 0 || window > 1 {
				t.Fatalf("a window of %v T*", window)
			}
			if gap <= window {
				sum += gap
			} else {
				sum += window + 1
			}
		}
		got, want := sum/steps, math.E/(math.E-1)*math.Min(gap, 1)
		if differ(got, want, 1e-4) {
			t.Errorf("a gap of %v costs %v, want %v", gap, got, want)
		}
	}
}

// TestBreakEvenWindow: T* = C ÷ (r × memory + s), by hand.
func TestBreakEvenWindow(t *testing.T) {
	for _, test := range []struct {
		holding, standing, coldStart float64
		memory                       int64
		want                         sim.Time
	}{
		{1, 0, 1, 1024, sim.Hour},             // 1 USD at 1 USD/h
		{1, 0, 1, 512, 2 * sim.Hour},          // half the memory, twice as long
		{3.6, 0, 0.001, 1024, sim.Second},     // 0.001 USD at 0.001 USD/s
		{0.015, 0, 0.0005, 128, 960e9},        // 0.0005 ÷ (0.015 ÷ 8) h = 0.26667 h = 960 s
		{1, 0, 0, 1024, 0},                    // a cold start costs nothing
		{0, 0, 1, 1024, sim.Never},            // holding costs nothing
		{1, 0, 1, 0, sim.Never},               // nor does no memory
		{0, 0, 0, 1024, sim.Never},            // neither costs anything
		{1e-300, 0, 1e300, 1024, sim.Never},   // longer than all time
		{1, 1, 1, 1024, sim.Hour / 2},         // 1 USD at 1 + 1 USD/h
		{0, 3.6, 0.01, 1024, 10 * sim.Second}, // 0.01 USD at 0.001 USD/s
	} {
		if got := breakEvenWindow(test.holding, test.standing, test.coldStart, test.memory); got != test.want {
			t.Errorf("%+v: got %d ns", test, got)
		}
	}
}
