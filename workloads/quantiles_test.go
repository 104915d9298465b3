package workloads

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestQuantilesOfALognormal: quantiles of a lognormal make that lognormal, in both tails
// and between. gonum says what its quantiles are.
func TestQuantilesOfALognormal(t *testing.T) {
	of := distuv.LogNormal{Mu: math.Log(1e4), Sigma: 0.5} // seconds: a ns is 10⁻¹³ of them
	var values []sim.Time
	probabilities := []float64{0.1, 0.5, 0.9, 0.99}
	for _, p := range probabilities {
		values = append(values, sim.Time(of.Quantile(p)*1e9))
	}
	q := must(NewQuantiles(probabilities, values, 0))
	for _, u := range []float64{1e-9, 0.001, 0.1, 0.3, 0.5, 0.77, 0.9, 0.95, 0.99, 0.9999, 1 - 1e-9} {
		if got, want := float64(q.Sample(u))/1e9, of.Quantile(u); math.Abs(got/want-1) > 1e-8 {
			t.Errorf("Sample(%v) = %v s, want %v", u, got, want)
		}
	}
	if got, want := q.Mean()/1e9, of.Mean(); math.Abs(got/want-1) > 1e-8 {
		t.Errorf("the mean is %v s, want %v", got, want)
	}
}

// TestQuantilesByHand: a median of 10 ms and a 90th percentile of 20 ms, whose score is
// 1.2815516: half of the score is their geometric mean, and the tails go on.
func TestQuantilesByHand(t *testing.T) {
	q := must(NewQuantiles([]float64{0.5, 0.9}, []sim.Time{10 * sim.Millisecond, 20 * sim.Millisecond}, 30*sim.Millisecond))
	for _, c := range []struct {
		u    float64
		want float64 // ms
	}{
		{0.1, 5},        // the score is −1.28: half of the median
		{0.5, 10},       // given
		{0.73917, 14.1}, // Φ(0.6407758): 10·√2
		{0.9, 20},       // given
		{0.95, 24.3},    // 10·2^(1.6448536 ÷ 1.2815516)
		{0.99, 30},      // 10·2^(2.3263479 ÷ 1.2815516) = 35.2, cut
	} {
		if got := float64(q.Sample(c.u)) / 1e6; math.Abs(got-c.want) > 0.06 {
			t.Errorf("Sample(%v) = %v ms, want %v", c.u, got, c.want)
		}
	}
	for _, c := range []struct {
		name   string
		sample Quantiles
	}{
		{"cut", q},
		{"in pieces", must(NewQuantiles([]float64{0.1, 0.5, 0.9, 0.99}, []sim.Time{13_700, 16_200, 33_800, 105_000}, 0))},
		{"flat", must(NewQuantiles([]float64{0.5, 0.9}, []sim.Time{7000, 7000}, 7000))},
	} {
		const n = 1 << 20 // the mean as the average of quantiles at equal distances
		sum := 0.0
		for i := range n {
			sum += float64(c.sample.Sample((float64(i) + 0.5) / n))
		}
		if got, want := c.sample.Mean(), sum/n; math.Abs(got/want-1) > 2e-4 {
			t.Errorf("%s: the mean is %v, want %v", c.name, got, want)
		}
	}
}

// TestQuantilesRefused: what is no distribution is refused.
func TestQuantilesRefused(t *testing.T) {
	for _, c := range []struct{ service, want string }{
		{`{ dist = "quantiles", p50 = "1s" }`, `x.toml:1: v: want at least two of p10, p50, p75, p90, p95, p99 and p999`},
		{`{ dist = "quantiles", p50 = "1s", p90 = "900ms" }`, `x.toml:1: v: the quantile at 0.9 is 900ms, below the 1s at 0.5`},
		{`{ dist = "quantiles", p50 = "0s", p90 = "900ms" }`, `x.toml:1: v: the quantile at 0.5 is 0s, want it above 0 and at most 3653d`},
		{`{ dist = "quantiles", p50 = "1s", p90 = "2s", most = "1s" }`, `x.toml:1: v: most is 1s, want at least the last quantile, 2s, and at most 3653d`},
		{`{ dist = "quantiles", p50 = "1s", p98 = "2s" }`, `x.toml:1: unknown key "p98"; did you mean "p90"?`},
	} {
		root, err := spec.Parse("x.toml", []byte("v = "+c.service))
		if err != nil {
			t.Fatal(err)
		}
		var d Distribution
		if err := root.Get("v").Decode(&d); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.service, err, c.want)
		}
	}
	if _, err := NewQuantiles([]float64{0.5, 0.4}, []sim.Time{1, 2}, 0); err == nil {
		t.Error("probabilities that fall are taken")
	}
	if _, err := NewQuantiles([]float64{0.5}, []sim.Time{1}, 0); err == nil {
		t.Error("one quantile is taken")
	}
}
