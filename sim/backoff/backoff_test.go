package backoff

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

const s = sim.Second

// half is the uniform of every retry.
func half(int) float64 { return 0.5 }

// Backoffs of 1, 2, 4 … seconds up to a cap, with each jitter at u = 1/2, and what is at
// the ends of the numbers.
func TestWait(t *testing.T) {
	for _, c := range []struct {
		name    string
		backoff Backoff
		n       int
		want    sim.Time
	}{
		{"the first", Backoff{First: s, Factor: 2, Cap: 30 * s}, 0, s},
		{"the fourth", Backoff{First: s, Factor: 2, Cap: 30 * s}, 3, 8 * s},
		{"at the cap", Backoff{First: s, Factor: 2, Cap: 30 * s}, 5, 30 * s},
		{"without a cap", Backoff{First: s, Factor: 2}, 5, 32 * s},
		{"a factor of 1", Backoff{First: s, Factor: 1}, 99, s},
		{"a part of a second", Backoff{First: s, Factor: 1.5}, 2, 2250 * sim.Millisecond},
		{"a cap below the first", Backoff{First: s, Factor: 2, Cap: s / 2}, 0, s / 2},
		{"beyond all times", Backoff{First: s, Factor: 1000}, 99, sim.Longest},
		{"beyond all floats", Backoff{First: s, Factor: 1e300}, 99, sim.Longest},
		{"none, beyond all floats", Backoff{Factor: 1e300}, 99, 0},
		{"full: half of 8 s", Backoff{First: s, Factor: 2, Jitter: Full}, 3, 4 * s},
		{"full, of the cap: half of 5 s", Backoff{First: s, Factor: 2, Cap: 5 * s, Jitter: Full}, 3, 2500 * sim.Millisecond},
		{"equal: 4 s and half of 4 s", Backoff{First: s, Factor: 2, Jitter: Equal}, 3, 6 * s},
		{"decorrelated: halfway from 1 s to 3 s", Backoff{First: s, Jitter: Decorrelated}, 0, 2 * s},
		{"then to 6 s", Backoff{First: s, Jitter: Decorrelated}, 1, 3500 * sim.Millisecond},
		{"then to 10.5 s", Backoff{First: s, Jitter: Decorrelated}, 2, 5750 * sim.Millisecond},
		{"its cap is kept: 2 s, 3 s, and halfway from 1 s to 9 s is above it", Backoff{First: s, Cap: 3 * s, Jitter: Decorrelated}, 2, 3 * s},
	} {
		if got := c.backoff.Wait(c.n, half); got != c.want {
			t.Errorf("%s: %d ns, want %d", c.name, got, c.want)
		}
	}
}

// Full jitter is uniform over the backoff, w = 4 s here: mean w/2 and second moment w²/3;
// equal jitter over its upper half: mean 3w/4 and second moment 7w²/12; decorrelated, the
// first, from 1 s to 3 s: mean 2 s and second moment 13/3 s². Of 10,000 draws, means are
// held to five deviations.
func TestJitterMoments(t *testing.T) {
	const n = 10_000
	for _, c := range []struct {
		name         string
		backoff      Backoff
		retry        int
		mean, second float64 // s, s²
	}{
		{"full", Backoff{First: s, Factor: 2, Jitter: Full}, 2, 2, 16.0 / 3},
		{"equal", Backoff{First: s, Factor: 2, Jitter: Equal}, 2, 3, 7 * 16.0 / 12},
		{"decorrelated", Backoff{First: s, Jitter: Decorrelated}, 0, 2, 13.0 / 3},
	} {
		stream := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposeBackoff, 1)
		var sum, square float64
		for k := range uint64(n) {
			w := float64(c.backoff.Wait(c.retry, func(i int) float64 { return stream.Attempt(uint64(i)).Uniform(k) })) / float64(s)
			sum, square = sum+w, square+w*w
		}
		mean, second := sum/n, square/n
		deviation := math.Sqrt((c.second - c.mean*c.mean) / n)
		if math.Abs(mean-c.mean) > 5*deviation || math.Abs(second-c.second) > 5*c.second/math.Sqrt(n) {
			t.Errorf("%s: mean %v s and second moment %v s², want %v and %v", c.name, mean, second, c.mean, c.second)
		}
	}
}

// Words are read as they are written, and no other.
func TestJitterWords(t *testing.T) {
	for j := None; j <= Decorrelated; j++ {
		var got Jitter
		if err := got.UnmarshalText([]byte(j.String())); err != nil || got != j {
			t.Errorf("%q is read as %v, %v", j, got, err)
		}
	}
	if new(Jitter).UnmarshalText([]byte("half")) == nil {
		t.Error("a word is taken that is none")
	}
}

// Nothing is allocated: flows wait in the hot path.
func TestWaitAllocatesNothing(t *testing.T) {
	b, stream := Backoff{First: s, Jitter: Decorrelated}, sim.NewStream(sim.RunKey{}, sim.PurposeBackoff, 1)
	if n := testing.AllocsPerRun(100, func() { b.Wait(5, func(i int) float64 { return stream.Uniform(uint64(i)) }) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
