package results

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"github.com/coldcurve/coldcurve/sim"
)

// lookAt writes a figure to the folder that COLDCURVE_LOOK names, for a person
// to look at; without one it is drawn and thrown away.
func lookAt(t *testing.T, prefix string, f *Figure) {
	t.Helper()
	if f == nil {
		t.Errorf("%s: nothing was drawn", prefix)
		return
	}
	checkTexts(t, prefix+f.Name, f)
	dir := os.Getenv("COLDCURVE_LOOK")
	if dir == "" {
		if err := f.writeSVG(io.Discard, ScreenSize); err != nil {
			t.Error(err)
		}
		return
	}
	for _, size := range PlotSizes() {
		for _, file := range f.Files(PlotSize(size)) {
			if _, err := WriteFile(context.Background(), filepath.Join(dir, size+"-"+prefix+file.Name), file.Write); err != nil {
				t.Error(err)
			}
		}
	}
}

func lookAtSet(t *testing.T, prefix string, set *Set, want int) {
	t.Helper()
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	figures, err := set.Figures(rows)
	if err != nil {
		t.Fatal(err)
	}
	if len(figures) != want {
		t.Errorf("%s: %d plots, want %d", prefix, len(figures), want)
	}
	for _, f := range figures {
		lookAt(t, prefix, f)
	}
}

// TestPlotsAreDrawn draws each plot with few rows, with as many as fit, with
// one and with none.
func TestPlotsAreDrawn(t *testing.T) {
	lookAtSet(t, "few-", fakeSet(t, []int{0, 1, 10, 60}, 3), 4)
	lookAtSet(t, "many-", fakeSet(t, []int{0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 40, 45, 60, 70, 80, 90, 100, 120}, 1), 4)
	lookAtSet(t, "one-", fakeSet(t, nil, 1), 2)
	lookAtSet(t, "empty-", &Set{}, 0)
	lookAtSet(t, "nothing-", &Set{Cells: []Cell{{Platform: "p", Replications: []*Replication{finish(t, newRecorder(t, 1))}}}}, 1)

	counts := make([]uint64, 1440)
	for i := range counts {
		counts[i] = uint64(1000 + i%200*3)
	}
	lookAt(t, "", RatePlot("Arrivals", sim.Minute, counts))
	lookAt(t, "", PopularityPlot("Popularity", []uint64{5000, 1200, 1200, 1200, 80, 3, 1, 1, 0}))
	if RatePlot("x", sim.Minute, nil) != nil || PopularityPlot("x", []uint64{0}) != nil {
		t.Error("nothing was drawn as something")
	}
}

// TestCostOverLoadIsDrawn: three ways to serve a load, with two break-even points.
func TestCostOverLoadIsDrawn(t *testing.T) {
	set := &Set{}
	for _, platform := range []string{"on-demand", "provisioned", "fleet"} {
		for _, x := range []float64{0.01, 0.1, 1, 10, 100, 1000} {
			r := fakeUnit(t, sim.RunKey{}, fakeFunctions(3), 0.1, 10, "1")
			r.Bills = r.Bills[:1]
			cost := map[string]float64{"on-demand": 3 * x, "provisioned": 20 + 1.2*x, "fleet": 60 * float64(int(1+x/100))}[platform]
			if _, err := r.Bills[0].Total.SetFloat64(cost); err != nil {
				t.Fatal(err)
			}
			set.Cells = append(set.Cells, Cell{Platform: platform, Replications: []*Replication{r},
				Values: []PathValue{{Path: "workload.function.api.arrivals.rate", Label: number(x), Number: x, Numeric: true, Unit: "1/s"}}})
		}
	}
	set.Plots = []string{"cost-vs-load"}
	lookAtSet(t, "load-", set, 1)
	rows, _ := set.Rows()
	path, points := set.BreakEvens(rows)
	if path != "workload.function.api.arrivals.rate" || len(points) != 2 || points[0].Above != "provisioned" || points[1].Above != "fleet" {
		t.Errorf("got %q, %+v", path, points)
	}
}

// TestCostFromNothing: a plan within its free grant stands at 0, below the least
// cost of the logarithmic axis; today's load is marked, and a crossing at no cost
// has no ring.
func TestCostFromNothing(t *testing.T) {
	o := CostOverLoad{Title: "Cost over load", LoadAxis: "load, requests a second", CostAxis: "cost, USD a month", Unit: "1/s", Today: 2, Curves: []CostCurve{
		{Label: "function", Load: []float64{1, 10, 100}, Cost: []float64{0, 3, 40}},
		{Label: "free", Load: []float64{1, 10, 100}, Cost: []float64{0, 0, 0}},
	}}
	draw := func(points ...BreakEven) string {
		o.BreakEvens = points
		f := o.Figure()
		lookAt(t, "nothing-", f)
		var b strings.Builder
		if err := f.writeSVG(&b, ScreenSize); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	plain := draw(BreakEven{Load: 5, Cost: 0})
	for text, want := range map[string]bool{">today<": true, ">free<": true, ">0<": true, ">5.00/s<": false} {
		if strings.Contains(plain, text) != want {
			t.Errorf("%s is there: %v, want %v", text, !want, want)
		}
	}
	ring, bar := draw(BreakEven{Load: 20, Cost: 6}), draw(BreakEven{Load: 20, Cost: 6, Low: 10, High: 40})
	if !strings.Contains(ring, ">20.0/s<") || strings.Count(bar, "<path") != strings.Count(ring, "<path")+1 {
		t.Errorf("want a ring with its load, and one bar where it has an interval")
	}
	o.Curves = o.Curves[1:]
	if o.Figure() != nil {
		t.Error("a plot of nothing was drawn")
	}
}

func TestBeforeAndAfterIsDrawn(t *testing.T) {
	c := compared(t, 1)
	lookAt(t, "", c.Figure(nil))
	if c.Figure([]string{"no-such-metric"}) != nil {
		t.Error("an unknown metric was drawn")
	}
	var many Comparison
	for i := range 40 {
		many.Rows = append(many.Rows, ComparedRow{Label: number(float64(i)), Currency: "USD", Changes: []Change{{Metric: "cost", A: 1, B: 1 + float64(i), Difference: float64(i), Relative: float64(i)}}})
	}
	if rows := many.mostMoved([]string{"cost"}); len(rows) != maxCompared || rows[0].Label != "16" {
		t.Errorf("of 40 rows %d are shown, the first is %s; want the 24 that moved most, from 16 on", len(rows), rows[0].Label)
	}
}

// TestLabelsHideNothing: two dozen points along a curve, with texts a tenth of
// the plot wide: no text overlaps another or a point, and all are within.
func TestLabelsHideNothing(t *testing.T) {
	within := vg.Rectangle{Max: vg.Point{X: 420, Y: 300}}
	var at []vg.Point
	var widths []vg.Length
	for i := range 24 {
		x := vg.Length(i*i)*0.6 + 20
		at = append(at, vg.Point{X: x, Y: 280 - vg.Length(i)*10})
		widths = append(widths, 44)
	}
	labels := layLabels(within, at, widths, 8, nil, nil, leaders)
	for i, a := range labels {
		if !inside(within, a.Rectangle) {
			t.Errorf("text %d is outside: %v", i, a)
		}
		for j := range labels {
			if i != j && overlap(a.Rectangle, labels[j].Rectangle) {
				t.Errorf("texts %d and %d overlap", i, j)
			}
			if overlap(a.Rectangle, around(at[j], 3)) {
				t.Errorf("text %d hides point %d", i, j)
			}
		}
	}
}
