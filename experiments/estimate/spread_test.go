package estimate

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// The spread that is assumed is that of real functions: the quartiles over the
// functions of azure2019-400 with 100 invocations or more.
func TestAssumedSpread(t *testing.T) {
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA is not set")
	}
	tr, err := traces.Open(context.Background(), "azure2019:"+filepath.Join(dir, "azure2019-400"), traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var all, inner []float64
	for f, n := range tr.Counts() {
		if n < 100 {
			continue
		}
		d := durations(t, tr, uint32(f), 200_000)
		var sum, squares float64
		for _, x := range d {
			sum += x
		}
		m := sum / float64(len(d))
		if m == 0 {
			continue // a function of 0 ms
		}
		for _, x := range d {
			squares += (x - m) * (x - m)
		}
		all = append(all, math.Sqrt(squares/float64(len(d)))/m)
		slices.Sort(d)
		if q1, q3 := d[len(d)/4], d[len(d)*3/4]; q1 > 0 {
			sigma := math.Log(q3/q1) / (2 * 0.6744897501960817) // the quartile of the normal distribution
			inner = append(inner, math.Sqrt(math.Expm1(sigma*sigma)))
		}
	}
	if len(all) != 152 {
		t.Errorf("%d functions, want 152", len(all))
	}
	for _, c := range []struct {
		what string
		cv   []float64
		want Range
	}{{"draws", all, assumedCV}, {"inter-quartile ranges", inner, assumedCVInner}} {
		slices.Sort(c.cv)
		for i, want := range []float64{c.want.Low, c.want.Likely, c.want.High} {
			if got := c.cv[len(c.cv)*(i+1)/4]; math.Abs(got/want-1) > 0.05 {
				t.Errorf("%s: quartile %d is %.3f, %v is assumed", c.what, i+1, got, want)
			}
		}
	}
}

// durations reads up to so many of a function's.
func durations(t *testing.T, tr *traces.Trace, f uint32, most int) (out []float64) {
	src, err := tr.Open(sim.RunKey{Seed: 1}, []uint32{f})
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, 512)
	for len(out) < most {
		n, err := src.Next(buf)
		for _, v := range buf[:n] {
			out = append(out, float64(v.Service))
		}
		if err != nil {
			break
		}
	}
	return out
}

// Where the verdict on a guess turns is where the plan's own p99 crosses the
// bound: by hand from the lognormal of mean 1 s. On one instance that is always
// ready and seldom busy the latency is the duration.
func TestTurn(t *testing.T) {
	p99 := func(cv float64) float64 { // of a lognormal of mean 1
		s2 := math.Log1p(cv * cv)
		return math.Exp(2.3263478740408408*math.Sqrt(s2) - s2/2)
	}
	const bound = 8.0
	at := assumedCV.Likely
	for p99(at) < bound {
		at += 0.001
	}
	if !(at > assumedCV.Likely && at < assumedCV.High) {
		t.Fatalf("p99 is %v s at %v: the bound does not turn within the range", bound, at)
	}
	in, err := guess(FunctionSettings{Requests: "30k/month", Duration: "1s", Memory: "512MB", Init: "0s", Shape: "even"}).Input()
	if err != nil {
		t.Fatal(err)
	}
	in.InitFactor, in.Within = Known(0), []string{"aws-lambda-arm"}
	slo, err := ParseSLO([]string{"p99 <= 8s"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := Optimize(context.Background(), in, slo, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if a.Best == nil || a.Turn == nil || a.Turn.Holds {
		t.Fatalf("the best is %v, the verdict turns at %+v; want one that turns", a.Best, a.Turn)
	}
	// The bisection stops at a sixteenth of the range, and p99 is one of draws.
	if width := (assumedCV.High - assumedCV.Likely) / 16; math.Abs(a.Turn.At-at) > 2*width {
		t.Errorf("the verdict turns at %v, want %v", a.Turn.At, at)
	}
	if text := a.Turn.text(a.Currency); !strings.Contains(text, "holds at the likely coefficient of variation of 1.46") || !strings.Contains(text, "misses latency_p99_s ≤ 8 s") {
		t.Error(text)
	}
	in.Functions[0].CV = Known(0)
	if a, err = Optimize(context.Background(), in, slo, Options{Workers: 2}); err != nil || a.Turn != nil {
		t.Errorf("a known spread turns: %+v, %v", a.Turn, err)
	}
}
