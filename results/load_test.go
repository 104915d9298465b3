package results

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// loadSet has a cell for each line of values: a number, or text where it is NaN.
func loadSet(paths []PathValue, lines ...[]float64) *Set {
	s := &Set{}
	for _, line := range lines {
		c := Cell{Platform: "p"}
		for i, x := range line {
			v := paths[i]
			v.Number, v.Numeric, v.Label = x, x == x, number(x)
			c.Values = append(c.Values, v)
		}
		s.Cells = append(s.Cells, c)
	}
	return s
}

// TestLoadPath: costs are plotted over a rate, else over another number, of
// which there must be three values at least, all above 0.
func TestLoadPath(t *testing.T) {
	rate, median := PathValue{Path: "workload.function.f.arrivals.rate", Unit: "1/s"}, PathValue{Path: "workload.function.f.service.median", Unit: "s"}
	memory := PathValue{Path: "workload.function.f.memory", Unit: "MiB"}
	for _, c := range []struct {
		name string
		set  *Set
		want int
	}{
		{"nothing swept", &Set{}, -1},
		{"a rate", loadSet([]PathValue{rate}, []float64{1}, []float64{2}, []float64{3}), 0},
		{"of two values", loadSet([]PathValue{rate}, []float64{1}, []float64{2}, []float64{2}), -1},
		{"of which one is 0", loadSet([]PathValue{rate}, []float64{1}, []float64{0}, []float64{2}), -1},
		{"a text among them", loadSet([]PathValue{rate}, []float64{1}, []float64{nan}, []float64{2}, []float64{3}), -1},
		{"a number", loadSet([]PathValue{median}, []float64{128}, []float64{512}, []float64{256}), 0},
		{"two numbers: the first", loadSet([]PathValue{median, {Path: "workload.scale"}}, []float64{1, 1}, []float64{2, 2}, []float64{3, 3}), 0},
		{"a number before a rate", loadSet([]PathValue{median, rate}, []float64{1, 1}, []float64{2, 2}, []float64{3, 3}), 1},
		{"a number before a rate of two values", loadSet([]PathValue{median, rate}, []float64{1, 1}, []float64{2, 2}, []float64{3, 2}), 0},
		{"a text before a number", loadSet([]PathValue{{Path: "platform.p.policy"}, median}, []float64{nan, 1}, []float64{nan, 2}, []float64{nan, 3}), 1},
		{"a choice, and no load", loadSet([]PathValue{memory, {Path: "platform.p.keepalive"}}, []float64{128, 1}, []float64{256, 2}, []float64{512, 3}), -1},
	} {
		if got := c.set.loadPath(); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
		if path, points := c.set.BreakEvens(nil); (path != "") != (c.want >= 0) || points != nil {
			t.Errorf("%s, without rows: got %q, %v", c.name, path, points)
		}
	}
}

// TestCostBetweenLoads: straight on logarithmic axes, at the ends exact, and
// nothing beyond them.
func TestCostBetweenLoads(t *testing.T) {
	c := LoadCurve{Load: []float64{1, 100, 10_000}, Cost: []float64{2, 200, 200}}
	for x, want := range map[float64]float64{0.99: nan, 1: 2, 10: 20, 100: 200, 1000: 200, 10_000: 200, 10_001: nan} {
		if got := c.at(x); (got == got) != (want == want) || want == want && differ(got, want, 1e-9*want) {
			t.Errorf("at %v: got %v, want %v", x, got, want)
		}
	}
	// Of equal ones, the one that is cheaper towards the other end.
	curves := []LoadCurve{{Load: []float64{1, 10}, Cost: []float64{1, 3}}, {Load: []float64{1, 10}, Cost: []float64{1, 2}}, {Load: []float64{5, 10}, Cost: []float64{0.1, 2}}}
	for _, c := range []struct {
		x, towards float64
		want       int
	}{{1, 10, 1}, {10, 1, 1}, {10, 5, 2}, {5, 1, 2}, {0.5, 1, -1}} {
		if got := cheapest(curves, c.x, c.towards); got != c.want {
			t.Errorf("at %v towards %v: got %d, want %d", c.x, c.towards, got, c.want)
		}
	}
}

// TestCurvesThatDoNotMeet have no break-even: one below the other throughout,
// one alone, or none that spans the same loads.
func TestCurvesThatDoNotMeet(t *testing.T) {
	x := []float64{1, 10, 100}
	for name, curves := range map[string][]LoadCurve{
		"below":         {{Label: "a", Load: x, Cost: []float64{1, 2, 3}}, {Label: "b", Load: x, Cost: []float64{2, 4, 6}}},
		"equal":         {{Label: "a", Load: x, Cost: []float64{1, 2, 3}}, {Label: "b", Load: x, Cost: []float64{1, 2, 3}}},
		"alone":         {{Label: "a", Load: x, Cost: []float64{1, 2, 3}}},
		"of other x":    {{Label: "a", Load: []float64{1, 2}, Cost: []float64{5, 5}}, {Label: "b", Load: []float64{10, 20}, Cost: []float64{1, 1}}},
		"touch, and go": {{Label: "a", Load: x, Cost: []float64{1, 2, 4}}, {Label: "b", Load: x, Cost: []float64{2, 2, 8}}},
	} {
		if got := breakEvens(curves); len(got) != 0 {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestLoadsInWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{sweptWords("workload.function.api.arrivals.rate", "1/s"), "arrival rate, 1/s"},
		{sweptWords("workload.scale", ""), "scale"},
		{sweptWords("platform.lambda.memory", "MiB"), "memory, MiB"},
		{sweptWords("workload.function.x.memory", "MiB"), "memory, MiB"},
		{sweptWords(`platform."a.b".keepalive.window`, "s"), "keep-alive window, s"},
		{sweptWords("platform.*.limit.account", ""), "account limit"},
		{sweptWords("platform.lambda.memory_scale", ""), "memory scale"},
		{sweptWords("workload.function.x.service.median", "s"), "service time median, s"},
		{sweptWords("workload.function.x.init.image.bandwidth", "MiB/s"), "initialisation image bandwidth, MiB/s"},
		{metricWords("latency_p999_s", "", 0), "p99.9 of latency, s"}, {metricWords("cold_ratio", "", 0), "cold ratio, %"},
		{metricWords("cost", "EUR", 0), "cost, EUR a month"}, {metricWords("cost_per_million", "USD", 0), "cost per million, USD"},
		{metricWords("wasted_gib_s", "", 0), "wasted memory × time, GiB·s"}, {metricWords("instances_mean", "", 0), "instances mean"},
		{withUnit("3.2", "1/s"), "3.2/s"}, {withUnit("512", "MiB"), "512 MiB"}, {withUnit("3", ""), "3"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestLowerEnvelope: of straight lines on logarithmic axes, at random, the
// break-evens are the corners of their lower envelope. Walking along it from the
// left, the next line is the flatter one that is met first.
func TestLowerEnvelope(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const end = 10.0 // log x from 0 to end
		type line struct{ at, slope float64 }
		var lines []line
		var curves []LoadCurve
		// Tangents of 3x − 0.15x², some of them raised: many are on the envelope.
		draws := sim.NewStream(sim.RunKey{Seed: rapid.Uint64().Draw(rt, "seed")}, sim.PurposeShape, 1)
		inner := []float64{0, end * draws.Uniform(0), end}
		for i := range rapid.IntRange(1, 6).Draw(rt, "lines") {
			touch := end * draws.Uniform(uint64(2*i+1))
			l := line{0.15*touch*touch + max(0, draws.Uniform(uint64(2*i+2))-0.5), 3 - 0.3*touch}
			lines = append(lines, l)
			c := LoadCurve{Label: fmt.Sprint(i)}
			for _, x := range inner {
				c.Load, c.Cost = append(c.Load, math.Exp(x)), append(c.Cost, math.Exp(l.at+l.slope*x))
			}
			curves = append(curves, c)
		}
		var want []BreakEven
		now, x := 0, 0.0
		for i, l := range lines {
			if l.at < lines[now].at {
				now = i
			}
		}
		for {
			next, where := -1, end
			for i, l := range lines {
				meet := (l.at - lines[now].at) / (lines[now].slope - l.slope)
				if l.slope < lines[now].slope && meet > x && meet < where {
					next, where = i, meet
				}
			}
			for _, edge := range inner { // corners at a sample, or close together, are another case
				if math.Abs(where-edge) < 1e-3 && next >= 0 {
					rt.Skip()
				}
			}
			if next < 0 {
				break
			}
			if where-x < 1e-3 {
				rt.Skip()
			}
			want = append(want, BreakEven{Load: math.Exp(where), Cost: math.Exp(lines[now].at + lines[now].slope*where), Below: fmt.Sprint(now), Above: fmt.Sprint(next)})
			now, x = next, where
		}
		got := breakEvens(curves)
		if len(got) != len(want) {
			rt.Fatalf("%v have %v, want %v", lines, got, want)
		}
		for i, w := range want {
			if g := got[i]; differ(g.Load, w.Load, 1e-6*w.Load) || differ(g.Cost, w.Cost, 1e-6*w.Cost) || g.Below != w.Below || g.Above != w.Above {
				rt.Fatalf("%v have %v, want %v", lines, got, want)
			}
		}
	})
}

// TestLoadCurves: a curve for each combination of all else, ascending; bounds
// and what has no bill have none.
func TestLoadCurves(t *testing.T) {
	row := func(platform, keepalive string, load, cost float64, bound bool) Row {
		r := answerRow(keepalive, cost, 1, 0)
		r.Platform, r.Bound = platform, bound
		r.Values = append(r.Values, PathValue{Path: "rate", Number: load, Numeric: true})
		return r
	}
	rows := []Row{row("a", "1m", 10, 3, false), row("b", "1m", 10, 5, false), row("a", "1m", 1, 2, false), row("a", "1m", 100, 4, false), row("a", "9m", 1, 9, false),
		row("b", "1m", 1, 4, false), row("z", "1m", 1, 1, true), row("y", "1m", 1, 0, false), row("x", "1m", 1, nan, false)}
	want := []LoadCurve{{Label: "1m, a", Load: []float64{1, 10, 100}, Cost: []float64{2, 3, 4}}, {Label: "1m, b", Load: []float64{1, 10}, Cost: []float64{4, 5}},
		{Label: "9m, a", Load: []float64{1}, Cost: []float64{9}}, {Label: "1m, y", Load: []float64{1}, Cost: []float64{0}}}
	curves := func(rows []Row) (out []LoadCurve) {
		for _, c := range choices(rows, 1) {
			out = append(out, c.curve(1, meanCost))
		}
		return out
	}
	if diff := cmp.Diff(want, curves(rows)); diff != "" {
		t.Error(diff)
	}
	if got := curves([]Row{rows[6], rows[8]}); got != nil {
		t.Errorf("of what nobody pays: got %v", got)
	}
}
