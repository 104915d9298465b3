package calibrate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Times of Llama 3.1 8B on an RTX 4090, of one request alone, added up by hand from rows
// of the published files (casys-kaist/LLMServingSim @5daddb2), ms. Of 512 tokens and of
// 2,048, each a single pass, and lm_head and sampler of one sequence,
//
//	32 · (2 · 6.41 + 166.444 + 5.52467 + 107.951 + 736.703 + 27.54 + 376.009 + attention 41.0747)
//	  + 5.141 + 8.309 + 1,096.93 + 25.001 = 48,305.5 µs
//	32 · (2 · 28.4845 + 631.069 + 26.228 + 419.483 + 2,896.81 + 168.943 + 1,459.55 + 336.126)
//	  + 10.346 + 26.6973 + 1,096.93 + 25.001 = 193,004.7 µs
//
// and of each of 512 tokens after the first one, whose contexts are 513 to 1,024, where
// attention goes from 13.5243 µs a layer at 512 to 14.1853 at 1,024, or 2,049 to 2,560,
// from 20.1687 at 2,048 to 24.3187 at 4,096: at the mean 13.8554 and 20.6885,
//
//	32 · (2 · 1.85083 + 54.898 + 2.17567 + 38.1313 + 247.292 + 2.592 + 126.766 + attention)
//	  + 2.837 + 1.94167 + 1,096.93 + 25.001 = 16,787.9 and 17,006.6 µs
var alone = [2]struct {
	input       int32
	first, each float64
}{{512, 48.3055, 16.7879}, {2048, 193.0047, 17.0066}}

const (
	outsideOutput  = 513
	outsideFront   = 30 // ms
	outsidePrefill = 1.25
	outsideDecode  = 0.9
)

// outside is the log of an engine that no code of this project has simulated: requests
// one at a time, a minute apart, of two sizes in turn. The first token takes 30 ms and
// 1.25 times what its prompt does, each other 0.9 times what it does; each of both, of
// each request, times e to the power of a normal number of some deviation.
func outside(n int, deviation float64, seed uint64) *Log {
	l := &Log{Name: "log.jsonl", Form: "by hand", Digest: strings.Repeat("0", 64)}
	noise := sim.NewStream(sim.RunKey{Seed: seed}, sim.PurposeService, 1)
	normal := func(k uint64) float64 { // Box and Muller
		return math.Sqrt(-2*math.Log(noise.Uniform(2*k))) * math.Cos(2*math.Pi*noise.Uniform(2*k+1))
	}
	for k := range n {
		a := alone[k%2]
		first := (outsideFront + outsidePrefill*a.first) * math.Exp(deviation*normal(uint64(2*k)))
		rest := (outsideOutput - 1) * outsideDecode * a.each * math.Exp(deviation*normal(uint64(2*k+1)))
		r := Request{Line: k + 1, Arrival: sim.Time(k) * sim.Minute, Asked: tokens.Request{Input: a.input, Output: outsideOutput}}
		r.First = r.Arrival + sim.Time(1e6*first)
		r.Last = r.First + sim.Time(1e6*rest)
		l.Requests = append(l.Requests, r)
	}
	return l
}

func calibrateOutside(t *testing.T, l *Log) *Calibration {
	t.Helper()
	m, err := hardware.FindModel("llama-3.1-8b")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Run(t.Context(), l, Options{
		Spec: hardware.Default("rtx-4090", 1, m), Given: []string{"host", "host_per_request", "blocks"}, Engine: servers.LLM{MaxTokens: 2048},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What was put into a log by hand is found again, to a thousandth: the published rows
// have four digits. The mean of both sizes is 180.819 ms to the first token, 15.2075 to
// each other, and 180.819 + 512 · 15.2075 = 7,967.07 to the last.
func TestRecoversByHand(t *testing.T) {
	c := calibrateOutside(t, outside(60, 0, 1))
	t.Logf("%+v; %+v", c.Values, c.Refused)
	for _, v := range []struct {
		key       string
		want, off float64
	}{{"front", outsideFront * 1e6, 0.2e6}, {"prefill_scale", outsidePrefill, 0.002}, {"decode_scale", outsideDecode, 0.001}} {
		if got := c.fitted(v.key); !(math.Abs(got-v.want) <= v.off) {
			t.Errorf("%s: %v, want %v ± %v", v.key, got, v.want, v.off)
		}
	}
	measured := map[string]float64{"TTFT": 0.180819, "TPOT": 0.0152075, "E2E": 7.96707}
	for _, s := range c.OnTested {
		if want := measured[s.Metric]; s.Name == "mean" && math.Abs(s.Measured/want-1) > 1e-5 {
			t.Errorf("the mean %s is said to be %v s, by hand %v", s.Metric, s.Measured, want)
		}
		if math.Abs(s.After) > 0.002 {
			t.Errorf("%s %s of what was tested is off by %.2f %%", s.Metric, s.Name, 100*s.After)
		}
	}
}

// Over many logs a value is off by what the calibration states, and both are what theory
// says. The least absolute deviations of logarithms are the medians of each size, whose
// standard error over m requests is √(π ÷ 2) · 0.05 ÷ √m: 0.01144 for 30 of each size,
// 0.00809 for the 60 of both. So decode_scale has 0.9 · 0.00809 = 0.00728; and of the
// line through 30 + 1.25 · 48.31 = 90.38 ms at 48.31 and 271.26 ms at 193.00, prefill_scale
// 0.01144 · √(271.26² + 90.38²) ÷ 144.70 = 0.0226, and front
// 0.01144 · √((90.38 · 193.00)² + (271.26 · 48.31)²) ÷ 144.70 = 1.725 ms.
//
// An error that rests on six numbers has a value within 2.57 of it 95 times of 100
// (Student's t of 5); on 100 logs this one had 90.
func TestStatedErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("many calibrations are not short")
	}
	t.Parallel()
	const logs, t5, close, least = 16, 2.57, 1.5, 0.8
	params := []struct {
		key           string
		truth, theory float64
	}{{"front", outsideFront * 1e6, 1.725e6}, {"prefill_scale", outsidePrefill, 0.0226}, {"decode_scale", outsideDecode, 0.00728}}
	off, stated := make([]float64, len(params)), make([]float64, len(params)) // mean squares
	within := 0
	for seed := range uint64(logs) {
		c := calibrateOutside(t, outside(120, 0.05, seed))
		for i, p := range params {
			k := slices.IndexFunc(c.Values, func(v Value) bool { return v.Key == p.key })
			if k < 0 {
				t.Fatalf("%s was not fitted: %s", p.key, c.why(p.key))
			}
			v := c.Values[k]
			d := v.After - p.truth
			off[i], stated[i] = off[i]+d*d/logs, stated[i]+v.Error*v.Error/logs
			if math.Abs(d) <= t5*v.Error {
				within++
			}
		}
	}
	all := logs * len(params)
	t.Logf("%d of %d values are within %v stated errors", within, all, t5)
	if float64(within) < least*float64(all) {
		t.Errorf("%d of %d values are within %v stated errors, want %.0f or more", within, all, t5, least*float64(all))
	}
	for i, p := range params {
		off, stated := math.Sqrt(off[i]), math.Sqrt(stated[i])
		t.Logf("%s: off by %.4g, stated %.4g, theory %.4g", p.key, off, stated, p.theory)
		for _, got := range []float64{off, stated} {
			if r := got / p.theory; r > close || r < 1/close {
				t.Errorf("%s: off by %.4g, stated %.4g, want both within a factor of %v of %.4g", p.key, off, stated, close, p.theory)
			}
		}
	}
}
