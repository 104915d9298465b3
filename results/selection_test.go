package results

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// line is n points, of which the first k are the front: x rises and y falls; the
// others are worse than all of these.
func line(n, k int) (points []scatterPoint) {
	for i := range n {
		p := scatterPoint{x: 1 + float64(i), y: 100 - float64(i), label: fmt.Sprint(i)}
		if i >= k {
			p.x, p.y = 1000+float64(i), 1000+float64(n-i)
		}
		points = append(points, p)
	}
	return points
}

// TestChoosePoints: what is shown of many points, worked out by hand. Of 40
// points the front is 0 … k−1: the fastest is 0 and the cheapest k−1; the
// slowest is 39, and the dearest is k.
func TestChoosePoints(t *testing.T) {
	for _, c := range []struct {
		name       string
		points     []scatterPoint
		references []int
		want       []int
		why        string
	}{
		{"as many as have room", line(12, 3), nil, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, ""},
		{"a front that fits", line(40, 8), []int{20}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 39},
			"the Pareto front of cost and p99, the reference, the extremes, some between"},
		// 29 of the front are left for 8 places: every fourth, 1, 5, 9 …, 29.
		{"a front that does not", line(40, 31), nil, []int{0, 1, 5, 9, 13, 17, 21, 25, 29, 30, 31, 39},
			"10 of the 31 on the Pareto front of cost and p99, the extremes"},
		{"several references", line(40, 31), []int{33, 34}, []int{0, 1, 5, 10, 15, 19, 24, 29, 30, 31, 33, 39},
			"9 of the 31 on the Pareto front of cost and p99, one of 2 references, the extremes"},
	} {
		got := choosePoints(c.points, c.references, mostShown, true, "cost and p99")
		missing := slices.DeleteFunc(slices.Clone(c.want), func(i int) bool { return slices.Contains(got.rows, i) })
		if len(missing) > 0 || len(got.rows) > mostShown || got.why != c.why || got.of != len(c.points) {
			t.Errorf("%s: got %v (%q), want %v (%q)", c.name, got.rows, got.why, c.want, c.why)
		}
	}
}

// TestChoosePointsOfAnything: whatever the points are, at most twelve are
// chosen, each once, in order; the fastest and the cheapest are among them, and
// a point without a value is never on the front.
func TestChoosePointsOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SampledFrom([]float64{0, 1, 2, 3, 5, 8, 1e-9, 1e9, math.NaN(), math.Inf(1)})
		n := rapid.IntRange(0, 60).Draw(t, "n")
		points := make([]scatterPoint, n)
		for i := range points {
			points[i] = scatterPoint{x: value.Draw(t, "x"), y: value.Draw(t, "y"), bound: rapid.IntRange(0, 4).Draw(t, "bound") == 0}
		}
		got := choosePoints(points, nil, mostShown, true, "")
		if n > mostShown && len(got.rows) > mostShown || n <= mostShown && len(got.rows) != n || !slices.IsSorted(got.rows) || len(slices.Compact(slices.Clone(got.rows))) != len(got.rows) {
			t.Fatalf("of %d: %v", n, got.rows)
		}
		for _, i := range slices.Concat(fronts(points)...) {
			if p := points[i]; p.off() || !finite(p.x) || !finite(p.y) {
				t.Fatalf("%+v is on the front", p)
			}
		}
		least := math.Inf(1)
		for i := range points {
			if !points[i].bound && finite(points[i].x) {
				least = min(least, points[i].x)
			}
		}
		if !math.IsInf(least, 0) && !slices.ContainsFunc(got.rows, func(i int) bool { return points[i].x == least && !points[i].bound }) {
			t.Fatalf("none of %v is the fastest, %v", got.rows, least)
		}
	})
}

// TestChooseCurves: of 30 curves that all rise, the cheapest at each of three
// loads and the dearest at both ends are drawn, and others between.
func TestChooseCurves(t *testing.T) {
	var curves []CostCurve
	for i := range 30 {
		c := CostCurve{Label: fmt.Sprint(i), Load: []float64{1, 10, 100}, Cost: []float64{10 + float64(i), 100 + float64(i), 1000 + float64(i)}}
		switch i {
		case 17:
			c.Cost = []float64{1, 200, 3000} // the cheapest at 1, the dearest at 100
		case 18:
			c.Cost = []float64{99, 20, 2000} // the cheapest at 10, the dearest at 1
		case 19:
			c.Cost[2] = 5 // the cheapest at 100
		}
		curves = append(curves, c)
	}
	got := chooseCurves(curves, "the cheapest", "the dearest")
	for _, want := range []int{17, 18, 19} {
		if !slices.Contains(got.rows, want) {
			t.Errorf("%v has not %d", got.rows, want)
		}
	}
	if len(got.rows) != mostShown || got.note("Shown are", "choices") != "Shown are 12 of 30 choices: the cheapest at each load, the dearest at both ends, some between; all are in cells.csv" {
		t.Errorf("got %v: %s", got.rows, got.note("Shown are", "choices"))
	}
	if few := chooseCurves(curves[:5], "", ""); !few.all() || few.note("", "") != "" {
		t.Errorf("of five: %+v", few)
	}
}

// manyCells is a sweep of n cells over two paths, which loads its units: they
// are few, whatever the number of cells.
func manyCells(t testing.TB, n int) *Set {
	t.Helper()
	functions := fakeFunctions(3)
	var units []*Replication
	for i := range 16 {
		u := fakeUnit(t, sim.RunKey{Seed: 1, Replication: uint64(i)}, functions, 0.3/float64(1+i), float64(i)*60, fmt.Sprintf("%d.5", 10+i*i%7))
		u.Bills = u.Bills[:1]
		u.Bills[0].Span = costmodel.SpanMonth
		units = append(units, u)
	}
	set := &Set{Title: "Many", Reference: Reference{"platform.p.keepalive": "k3", "workload.function.f.arrivals.rate": "1"}}
	unit := func(cell int) *Replication { return units[cell%len(units)] }
	for i := range n {
		rate := float64(1 + i%20)
		set.Cells = append(set.Cells, Cell{Platform: "p", Functions: functions, Replications: []*Replication{unit(i).Summary()}, Values: []PathValue{
			{Path: "platform.p.keepalive", Label: fmt.Sprintf("k%d", i/20)},
			{Path: "workload.function.f.arrivals.rate", Label: number(rate), Number: rate, Numeric: true, Unit: "1/s"}}})
	}
	set.Load = func(cell, _ int) (*Replication, error) { return unit(cell), nil }
	return set
}

// TestManyCells: of 500 cells a plot draws twelve lines and says so, a scatter
// has a dot for each and names twelve, and the report describes twelve but lists
// all; no figure grows with the number of cells.
func TestManyCells(t *testing.T) {
	set := manyCells(t, 500)
	lookAtSet(t, "500-", set, 5)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	figures, err := set.Figures(rows)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures {
		var svg bytes.Buffer
		if err := f.writeSVG(&svg, ScreenSize); err != nil {
			t.Fatal(err)
		}
		if d, _ := f.at(ScreenSize); svg.Len() > 600_000 || d.h > 700 {
			t.Errorf("%s: %d bytes, %v × %v points", f.Name, svg.Len(), d.w, d.h)
		}
		of := map[string]string{"cost-vs-latency": " of 500 rows, the others dots", "waste-vs-cold": " of 500 cells, the others dots", "cost-vs-load": "Shown are 12 of 25 choices"}[f.Name]
		if of == "" {
			of = "Shown are 12 of 500 cells"
		}
		for what, text := range map[string]string{"plot": svg.String(), "caption": f.Caption} {
			if !strings.Contains(text, of) {
				t.Errorf("the %s of %s does not say %q", what, f.Name, of)
			}
		}
	}
	dir := written(t, set)
	report, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(report, []byte("<td>k")); n < 500 {
		t.Errorf("the table has %d of 500 cells", n)
	}
	if n := bytes.Count(report, []byte("<details>")); n > 2*mostShown {
		t.Errorf("%d bills and lists of functions, want at most those of 12 rows", n)
	}
	if !bytes.Contains(report, []byte("Shown are 12 of 500 rows")) || len(report) > 1_000_000 {
		t.Errorf("the report has %d bytes, or does not say what it leaves out", len(report))
	}
}

// TestEachUnitIsLoadedOnce: for the tables each unit of a set is loaded once,
// and again only for what is drawn or described.
func TestEachUnitIsLoadedOnce(t *testing.T) {
	set := manyCells(t, 300)
	set.Plots = []string{}
	load := set.Load
	loads := make(chan int, 1000)
	set.Load = func(cell, n int) (*Replication, error) {
		loads <- cell
		return load(cell, n)
	}
	written(t, set)
	close(loads)
	count := make([]int, 300)
	for cell := range loads {
		count[cell]++
	}
	again := 0
	for cell, n := range count {
		if n == 0 {
			t.Errorf("cell %d was not loaded", cell)
		}
		again += n - 1
	}
	if again > mostShown {
		t.Errorf("%d units were loaded again, want the bills of at most %d", again, mostShown)
	}
}

// TestLongTable: a table of more rows than a browser takes says what it shows.
func TestLongTable(t *testing.T) {
	set := manyCells(t, mostInTable+1)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := set.report(&b, rows, nil, newWorstFunctions(set)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "The first 4,000 of 4,001 rows; cells.csv has all of them.") || b.Len() > 3_000_000 {
		t.Errorf("%d bytes, or it does not say what it leaves out", b.Len())
	}
}

// TestLogTicksOfANarrowRange: between 10.7 and 16 there is none of 1, 2 and 5
// times a power of ten; an axis has labels all the same.
func TestLogTicksOfANarrowRange(t *testing.T) {
	var labels []string
	for _, tick := range (scale{log: true, label: short, zero: nan}).Ticks(math.Log10(10.7), math.Log10(16)) {
		labels = append(labels, tick.Label)
	}
	if want := []string{"12", "14", "16"}; !slices.Equal(labels, want) {
		t.Errorf("got %q, want %q", labels, want)
	}
}
