package results

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results/pages"
	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

// Of (0, 4), (1, 1), (2, 2), (3, 0.5), (4, 0): (2, 2) is above the line from (1, 1) to (4, 0);
// (3, 0.5) is too, by 0.5 − 1/3. Of two at x = 0 the lower counts.
func TestLowerHull(t *testing.T) {
	got := lowerHull([]point2{{4, 0}, {0, 5}, {1, 1}, {2, 2}, {0, 4}, {3, 0.5}})
	if diff := cmp.Diff([]point2{{0, 4}, {1, 1}, {4, 0}}, got, cmp.AllowUnexported(point2{})); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		var points []point2
		for range rapid.IntRange(1, 12).Draw(t, "points") {
			points = append(points, point2{float64(rapid.IntRange(0, 9).Draw(t, "x")), float64(rapid.IntRange(0, 9).Draw(t, "y"))})
		}
		hull := lowerHull(points)
		for _, p := range points {
			for i := 1; i < len(hull); i++ {
				if a, b := hull[i-1], hull[i]; a.x <= p.x && p.x <= b.x && (p.y-a.y)*(b.x-a.x) < (b.y-a.y)*(p.x-a.x) {
					t.Fatalf("%v is below the hull %v", p, hull)
				}
			}
		}
		for i := 2; i < len(hull); i++ {
			if !turnsUp(hull[i-2], hull[i-1], hull[i]) {
				t.Fatalf("the hull %v is not convex", hull)
			}
		}
		for _, p := range hull {
			if !slices.Contains(points, p) {
				t.Fatalf("%v of the hull is no point", p)
			}
		}
	})
}

// tradeoffRow is a row of a policy with what the default axes show.
func tradeoffRow(policy, label string, wasted, cold float64) Row {
	r := Row{Cell: int(wasted*1000 + cold), Platform: "p", Values: []PathValue{{Path: "platform.p.keepalive", Label: label, Policy: policy}}, Stats: make([]Stat, len(metrics)), Replications: 1}
	for i := range r.Stats {
		r.Stats[i] = Stat{Mean: nan, Half: nan}
	}
	r.Stats[metricIndex("wasted_gib_s")].Mean, r.Stats[metricIndex("cold_ratio")].Mean = wasted, cold
	return r
}

// Cells of one policy are a line, by x; bounds at a price are the hull, of which one is an
// estimate, but for one above it, as another is better; other bounds are lines that say what they are. A point is
// named by what its line is not. 7,200 GiB·s are 2 GiB·h.
func TestTradeoff(t *testing.T) {
	rows := []Row{
		tradeoffRow("fixed", "10m", 7200, 0.01), tradeoffRow("fixed", "1m", 3600, 0.05),
		tradeoffRow("lru", "lru 8 GB", 5400, 0.04), tradeoffRow("spes", "spes", 1800, 0.02),
		tradeoffRow("offline-keepalive", "a", 360, 0.06), tradeoffRow("offline-keepalive", "b", 3600, 0.005), tradeoffRow("offline-keepalive", "c", 1800, 0.06),
		tradeoffRow("offline-belady", "offline-belady 8 GB", 720, 0.05),
	}
	for i := 4; i < 8; i++ {
		rows[i].Bound, rows[i].Convex = true, i < 7
	}
	rows[5].Estimate, rows[7].Estimate = true, true
	p := &tradeoffPlot{}
	p.gather(rows, TradeoffDefault)
	var got [][]any
	for _, l := range p.lines {
		line := []any{l.name}
		for _, pt := range l.points {
			line = append(line, pt.x, pt.y, pt.label)
		}
		got = append(got, line)
	}
	want := [][]any{
		{"fixed", 1.0, 5.0, "1m", 2.0, 1.0, "10m"}, {"lru", 1.5, 4.0, "8 GB"}, {"spes", 0.5, 2.0, "spes"},
		{"offline-keepalive (bound)", 0.5, 6.0, "c (bound)"}, {"offline-belady (estimate of a bound)", 0.2, 5.0, "8 GB"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]point2{{{0.1, 6}, {1, 0.5}}}, p.hulls, cmp.AllowUnexported(point2{})); diff != "" {
		t.Error(diff)
	}
	// On the page each has the dashes and the mark that it has in the files, and no line where it is one point.
	var looks []string
	for _, s := range p.chart().Panels[0].Series[:len(p.lines)] {
		looks = append(looks, fmt.Sprint(s.Name, " ", s.Kind == pages.Line, " ", s.Dash, " ", s.Mark))
	}
	if diff := cmp.Diff([]string{"fixed true 0 ring", "lru false 1 square", "spes false 2 triangle",
		"offline-keepalive (bound) false 2 diamond", "offline-belady (estimate of a bound) false 3 plus"}, looks); diff != "" {
		t.Error(diff)
	}
	if !p.estimate {
		t.Error("a point of the hull is an estimate, and the key does not say so")
	}
	// Of another pair of metrics the same cells bound nothing.
	other := &tradeoffPlot{}
	if other.gather(rows, Tradeoff{"cold_ratio", "wasted_gib_s"}); len(other.hulls) > 0 || len(other.lines) != 6 {
		t.Errorf("%d hulls and %d lines of the other axes, want none and 6, of offline-keepalive one that is an estimate", len(other.hulls), len(other.lines))
	}
	if f, err := (&Set{Tradeoff: Tradeoff{"cold_ratio", "wasted_gib_s"}}).tradeoff(rows); err != nil || strings.Contains(f.Caption, "hull") {
		t.Errorf("it says of the other axes %q, %v; want no hull", f.Caption, err)
	}
	f, err := new(Set).tradeoff(rows)
	if err != nil {
		t.Fatal(err)
	}
	f.Name = "tradeoff"
	if !strings.Contains(f.Caption, "hull") {
		t.Errorf("it says %q, want what the hull is", f.Caption)
	}
	lookAt(t, "policies-", f)
	if f, err := new(Set).tradeoff(rows[:1]); f != nil || err != nil {
		t.Errorf("of one cell there is a plot, or an error: %v", err)
	}
}

// Of points of one name within 20 pt of the first, that one is named.
func TestTradeoffNames(t *testing.T) {
	at, names := []vg.Point{{X: 100, Y: 50}}, []string{"48GB"}
	for _, test := range []struct {
		p    vg.Point
		name string
		want bool
	}{
		{vg.Point{X: 112, Y: 65}, "48GB", true},  // √(12² + 15²) = 19.2
		{vg.Point{X: 112, Y: 67}, "48GB", false}, // √(12² + 17²) = 20.8
		{vg.Point{X: 100, Y: 50}, "64GB", false},
	} {
		if got := sameName(at, names, test.p, test.name); got != test.want {
			t.Errorf("%s at %v: %v, want %v", test.name, test.p, got, test.want)
		}
	}
}

// An oracle at 0 does not press all others into a corner, and bounds are told apart.
func TestTradeoffOracle(t *testing.T) {
	for _, test := range []struct {
		values []float64
		log    bool
	}{{[]float64{0, 0.01, 0.3}, true}, {[]float64{0, 0.1, 0.3}, false}, {[]float64{-1, 0.01, 0.3}, false}, {[]float64{0, 0}, false}} {
		p := plot.New()
		fitWithZero(&p.Y, test.values)
		if isLog(&p.Y) != test.log {
			t.Errorf("%v: logarithmic %v, want %v", test.values, !test.log, test.log)
		}
	}
	p := &tradeoffPlot{lines: []tradeoffLine{{name: "fixed"}, {name: "offline-belady", bound: true}, {name: "offline-prewarm", bound: true}}}
	belady, beladyMark := p.style(1)
	oracle, oracleMark := p.style(2)
	if belady.Color != grey || oracle.Color != grey || slices.Equal(belady.Dashes, oracle.Dashes) || beladyMark.Shape == oracleMark.Shape {
		t.Error("two bounds look alike, or as policies")
	}
}
