package results

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// pdfStreams are the streams of a PDF that are text, after inflation.
func pdfStreams(t *testing.T, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for _, part := range bytes.Split(pdf, []byte("stream\n"))[1:] {
		r, err := zlib.NewReader(bytes.NewReader(part))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	return all.String()
}

// TestPDF: the same bytes each time, no date, the width of a column, a font that
// is embedded, and no type below 7 pt.
func TestPDF(t *testing.T) {
	set := fakeSet(t, []int{0, 1, 10, 60}, 3)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	figures, err := set.Figures(rows)
	if err != nil || len(figures) == 0 {
		t.Fatal(len(figures), err)
	}
	for _, f := range figures {
		var one, two bytes.Buffer
		if err := f.writePDF(&one, ColumnSize); err != nil {
			t.Fatal(err)
		}
		if err := f.writePDF(&two, ColumnSize); err != nil {
			t.Fatal(err)
		}
		pdf := one.Bytes()
		if !bytes.Equal(pdf, two.Bytes()) {
			t.Errorf("%s: two files of the same figure differ", f.Name)
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || bytes.Contains(pdf, []byte("Date")) || !bytes.Contains(pdf, []byte("/FontFile2")) {
			t.Errorf("%s: is no PDF, has a date, or no font", f.Name)
		}
		if !bytes.Contains(pdf, []byte("/MediaBox [0 0 244.80 ")) { // 3.4 in × 72
			t.Errorf("%s: %s", f.Name, regexp.MustCompile(`/MediaBox .*`).Find(pdf))
		}
		sizes := regexp.MustCompile(`/F\S+ ([0-9.]+) Tf`).FindAllStringSubmatch(pdfStreams(t, pdf), -1)
		if len(sizes) < 5 {
			t.Errorf("%s: %d texts", f.Name, len(sizes))
		}
		for _, m := range sizes {
			if size, err := strconv.ParseFloat(m[1], 64); err != nil || size < 7 {
				t.Errorf("%s: a text of %s pt", f.Name, m[1])
			}
		}
	}
}

// The cross-reference table of a PDF says where each object starts: blanking the
// dates must not move any.
func TestPDFOffsets(t *testing.T) {
	var b bytes.Buffer
	if err := RatePlot("Arrivals × time", sim.Minute, []uint64{1, 2, 3}).writePDF(&b, PageSize); err != nil {
		t.Fatal(err)
	}
	pdf := b.Bytes()
	entries := regexp.MustCompile(`(?m)^(\d{10}) 00000 n`).FindAllSubmatch(pdf, -1)
	if len(entries) < 5 {
		t.Fatalf("%d objects", len(entries))
	}
	for i, e := range entries {
		at, err := strconv.Atoi(string(e[1]))
		if err != nil || !bytes.HasPrefix(pdf[at:], []byte(fmt.Sprintf("%d 0 obj", i+1))) {
			t.Errorf("object %d is not at %s", i+1, e[1])
		}
	}
}

// hardPoints are points that leave little room for their names.
func hardPoints() map[string][]scatterPoint {
	long := "a platform whose name is longer than most, on a tariff whose name is longer still, 1024MB"
	all := map[string][]scatterPoint{}
	add := func(name string, n int, of func(i int) (x, y float64)) {
		for i := range n {
			x, y := of(i)
			all[name] = append(all[name], scatterPoint{x: x, y: y, xHalf: nan, yHalf: nan, label: fmt.Sprintf("%s, no. %d", long, i)})
		}
	}
	add("60 at one place", 60, func(int) (float64, float64) { return 1.25, 17 })
	add("24 at one place", 24, func(int) (float64, float64) { return 0, 0 })
	add("24 side by side", 24, func(i int) (float64, float64) { return 3 + float64(i)*0.01, 20 - float64(i)*0.0001 })
	add("20 in a corner and one away", 21, func(i int) (float64, float64) {
		return 1 + 1000*float64(i/20), 1 + 0.001*float64(i) + 5000*float64(i/20)
	})
	add("two", 2, func(i int) (float64, float64) { return float64(i), float64(1 - i) })
	add("zero costs", 5, func(i int) (float64, float64) { return 0.1 * float64(i+1), 0 })
	add("60 on a front", 60, func(i int) (float64, float64) { return float64(i), float64(60 - i) })
	for name := range all { // and with intervals, bounds and faults
		var copied []scatterPoint
		for i, p := range all[name] {
			p.xHalf, p.yHalf = 0.3*p.x, 0.2*p.y
			p.bound = i%5 == 4
			p.unfit = []fault{noFault, rejectsRequests, missesSLO, counterfactualBill}[i%4]
			p.load = fmt.Sprint(i % 3)
			copied = append(copied, p)
		}
		all[name+", marked"] = copied
	}
	return all
}

// TestLabelsOfHardCases: whatever the points, at each size no text overlaps another
// or is cut off, no label hides a point, and each named point has a label or a
// number that the key explains.
func TestLabelsOfHardCases(t *testing.T) {
	for name, points := range hardPoints() {
		sp := &scatterPlot{title: "A title", xTitle: "a title of an axis that is so long that it has no room in a column of a paper, s",
			yTitle: "cost of everything that there is to pay for in the whole of a month, USD a month", points: points, things: "rows", columns: "cost and p99"}
		f := sp.figure()
		if f == nil {
			t.Errorf("%s: nothing was drawn", name)
			continue
		}
		f.Name = name
		lookAt(t, "hard-", f)
		chosen := choosePoints(points, nil, mostNamed, false, "").rows
		for _, size := range PlotSizes() {
			k := PlotSize(size).look()
			s, _ := sp.laid(k, chosen)
			explained := strings.Join(s.names.texts, "; ") + "; " + strings.Join(s.names.key, "; ")
			for _, i := range chosen {
				if !strings.Contains(explained+";", points[i].label+";") {
					t.Errorf("%s %s: nothing names %q", name, size, points[i].label)
				}
			}
			for i, l := range s.names.labels {
				for _, at := range s.placed {
					if l.Min.X < at.X+2 && at.X-2 < l.Max.X && l.Min.Y < at.Y+2 && at.Y-2 < l.Max.Y {
						t.Errorf("%s %s: %q hides a point at %v", name, size, s.names.texts[i], at)
					}
				}
			}
		}
	}
}

// TestFronts: a front has the points of one load that serve it. Worked by hand:
// of load a, (1, 9) and (2, 5); (3, 6) is beaten, (1, 1) rejects requests, (2, 2)
// is a bound, (0.5, 0.5) misses the SLO. Load b has (1, 2) alone, which beats all
// of a.
func TestFronts(t *testing.T) {
	points := []scatterPoint{
		{x: 2, y: 5, load: "a"}, {x: 1, y: 9, load: "a"}, {x: 3, y: 6, load: "a"}, {x: 1, y: 1, load: "a", unfit: rejectsRequests},
		{x: 2, y: 2, load: "a", bound: true}, {x: 0.5, y: 0.5, load: "a", unfit: missesSLO}, {x: 1, y: 2, load: "b"},
	}
	got := fronts(points)
	slices.SortFunc(got, func(a, b []int) int { return len(b) - len(a) })
	if want := "[[1 0] [6]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	s := newScatter(ScreenSize.look(), points, []int{0, 1, 2, 3, 4, 5, 6})
	var marks []string
	for _, m := range s.marks() {
		marks = append(marks, m.text)
	}
	if want := []string{"on the Pareto front of its load", "beaten by another", "offline bound, no policy", "rejects requests", "misses the SLO"}; !slices.Equal(marks, want) {
		t.Errorf("the key has %q, want %q", marks, want)
	}
	if marks := newScatter(ScreenSize.look(), points[:2], []int{0, 1}).marks(); len(marks) != 1 || marks[0].text != "on the Pareto front" {
		t.Errorf("of a front alone the key has %v", marks)
	}
}

// TestFaultsAndLoadsOfRows: a memory is a choice and no load; a rate is a load.
func TestFaultsAndLoadsOfRows(t *testing.T) {
	row := func(change func(*Row)) *Row {
		r := answerRow("a", 2, 1.5, 0.1)
		r.Counterfactual = "no"
		r.Stats[metricIndex("arrivals")] = Stat{Mean: 1000, Values: []float64{1000}}
		r.Values = []PathValue{{Path: "workload.function.f.memory", Label: "512MB"}, {Path: "workload.function.f.arrivals.rate", Label: "3/s"}, {Path: "platform.p.keepalive", Label: "10m"}}
		change(&r)
		return &r
	}
	lost := func(name string) func(*Row) {
		return func(r *Row) {
			r.Stats[metricIndex(name)] = Stat{Mean: 100, Values: []float64{100}}
			r.Stats[metricIndex("error_ratio")] = Stat{Mean: 0.1, Values: []float64{0.1}}
		}
	}
	for _, c := range []struct {
		row  *Row
		want fault
	}{
		{row(func(*Row) {}), noFault},
		{row(lost("rejected")), rejectsRequests},
		{row(lost("timed_out")), timesOutRequests},
		{row(lost("failed")), failsRequests},
		{row(func(r *Row) { r.Meets = No }), missesSLO},
		{row(func(r *Row) { r.Counterfactual = "yes" }), counterfactualBill},
		{row(func(r *Row) { r.Bound = true }), noFault},
	} {
		if got := c.row.fault(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if got := loadName(row(func(*Row) {}), loadPaths(row(func(*Row) {}).Values, -1)); got != "3/s" {
		t.Errorf("the load is %q, want 3/s", got)
	}
}

// TestCoincidingCurves: within a pixel, 0.75 pt, of each other all along, in each
// panel; not where one of two panels differs, one is shorter, or marked otherwise.
func TestCoincidingCurves(t *testing.T) {
	line := func(dy, to vg.Length) []vg.Point {
		return []vg.Point{{X: 0, Y: dy}, {X: 30, Y: 20 + dy}, {X: to, Y: 20 + dy}}
	}
	paths := [][][]vg.Point{
		{line(0, 90), line(0, 90)},
		{line(0.7, 90), line(0, 90)},
		{line(0, 90), line(2, 90)},   // another tail
		{line(0, 60), line(0, 90)},   // shorter
		{line(0.1, 90), line(0, 90)}, // marked otherwise
		{line(-0.5, 90), line(0, 90.5)},
	}
	got := coinciding(paths, func(i, j int) bool { return (i == 4) == (j == 4) })
	if want := "[[0 1 5] [2] [3] [4]]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	// A step function that has a point more than another runs along it.
	if a, b := stairs([]vg.Point{{X: 0, Y: 0}, {X: 10, Y: 5}}), stairs([]vg.Point{{X: 0, Y: 0}, {X: 5, Y: 0}, {X: 10, Y: 5}}); !along(a, b) || !along(b, a) {
		t.Errorf("%v and %v are not the same", a, b)
	}
}

// TestCoincidingCurvesInPlots: cells of the same latencies have one line with all
// their names; one that has a fault has a line of its own, and the key says so.
func TestCoincidingCurvesInPlots(t *testing.T) {
	functions := fakeFunctions(3)
	set := &Set{Plots: []string{"latency-cdf", "instances"}}
	for i, name := range []string{"10m", "1h", "forever", "none"} {
		ratio := 0.01
		if name == "none" {
			ratio = 0.9
		}
		c := Cell{Platform: "p", Functions: functions, Values: []PathValue{{Path: "platform.p.keepalive", Label: name}}}
		for n := range 2 {
			r := fakeUnit(t, sim.RunKey{Seed: 1, Replication: uint64(n)}, functions, ratio, 100, "")
			if i == 2 {
				r.Ended[sim.Rejected] = 5
			}
			c.Replications = append(c.Replications, r)
		}
		set.Cells = append(set.Cells, c)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	figures, err := set.Figures(rows)
	if err != nil || len(figures) != 2 {
		t.Fatal(len(figures), err)
	}
	for _, f := range figures {
		lookAt(t, "same-", f)
		texts, _ := textsOf(f, ScreenSize)
		for _, want := range []string{"10m, 1h", "forever (rejects requests)", "none"} {
			if !slices.ContainsFunc(texts, func(m measured) bool { return m.text == want }) {
				t.Errorf("%s: no text says %q", f.Name, want)
			}
		}
	}
}

// TestStaggered: of n curves on top of each other no two marks are at one place.
func TestStaggered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		path := []vg.Point{{X: 0, Y: 0}, {X: vg.Length(rapid.Float64Range(1, 300).Draw(t, "x")), Y: 0}, {X: 400, Y: 200}}
		var marks []vg.Point
		for i := range n {
			marks = append(marks, staggered(path, i, n, 72)...)
		}
		for i, a := range marks {
			for _, b := range marks[:i] {
				if math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) < 1 {
					t.Fatalf("%v and %v", a, b)
				}
			}
		}
	})
}

// TestZeroOnALogAxis: 0 stands below the least value above 0, with a tick.
func TestZeroOnALogAxis(t *testing.T) {
	p := ScreenSize.look().newPlot("", "", "")
	fitLog(&p.Y, []float64{0, 3, 500}, 0)
	if at := on(&p.Y, 0); !(at < on(&p.Y, 3)-0.3 && at > p.Y.Min) || on(&p.Y, 1000) != 3 {
		t.Errorf("0 is at %v, 3 at %v, the axis starts at %v", at, on(&p.Y, 3), p.Y.Min)
	}
	var labels []string
	for _, tick := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if tick.Label != "" {
			labels = append(labels, tick.Label)
		}
	}
	if want := []string{"0", "10", "100"}; !slices.Equal(labels, want) {
		t.Errorf("the ticks are %q, want %q", labels, want)
	}
}

// TestSweptTicks: an axis of swept values has these as ticks, where they have room.
func TestSweptTicks(t *testing.T) {
	values := []float64{128, 256, 512, 1024}
	for length, want := range map[vg.Length][]string{300: {"128", "256", "512", "1024"}, 30: {"200", "1000"}} {
		s := scale{log: true, label: short, zero: nan, values: values, length: length, size: 8}
		var labels []string
		for _, tick := range s.Ticks(math.Log10(120), math.Log10(1100)) {
			if tick.Label != "" {
				labels = append(labels, tick.Label)
			}
		}
		if !slices.Equal(labels, want) {
			t.Errorf("in %v pt: %q, want %q", length, labels, want)
		}
	}
}

// TestCostFrontIsDrawn: the answer, today, what fails and what misses a bound, each
// with its mark in the key and none that there is not; percentages and times have
// their units.
func TestCostFrontIsDrawn(t *testing.T) {
	o := CostFront{Metric: "latency_p99_s", Axis: "99th percentile of latency", CostAxis: "cost, USD a month", Bound: 0.9}
	for i := range 30 {
		x := 0.1 + 0.03*float64(i)
		p := FrontPoint{Label: fmt.Sprintf("a plan with a long name, %d always ready", i), X: x, Half: 0.2 * x, Cost: 100 / x, Is: FrontMeets, Named: i%3 == 0, Front: i%3 == 0}
		switch i {
		case 12:
			p.Is = FrontChosen
		case 13:
			p.Is, p.Named = FrontToday, true
		case 29:
			p.Is = FrontFails
		}
		o.Points = append(o.Points, p)
	}
	f := o.Figure()
	lookAt(t, "front-", f)
	texts, _ := textsOf(f, ColumnSize)
	for text, want := range map[string]bool{"99th percentile of latency, ms": true, "SLO: 900 ms": true, "chosen": true, "today": true, "fails requests": true, "misses the SLO": false} {
		if got := slices.ContainsFunc(texts, func(m measured) bool { return m.text == text }); got != want {
			t.Errorf("%q is there: %v, want %v", text, got, want)
		}
	}
	for _, bound := range []float64{1e-3, 100, nan} { // beyond an edge, or none
		o.Bound = bound
		lookAt(t, fmt.Sprintf("front-%v-", bound), o.Figure())
	}
	if o.Points = o.Points[:1]; o.Figure() != nil {
		t.Error("one point was drawn")
	}
}

// TestNamesWithoutRoom: where there is not even room for a number each, points
// share one.
func TestNamesWithoutRoom(t *testing.T) {
	within := vg.Rectangle{Max: vg.Point{X: 60, Y: 40}}
	var at []vg.Point
	var names []string
	for i := range 40 {
		at, names = append(at, vg.Point{X: 5 + vg.Length(i%10)*5, Y: 5 + vg.Length(i/10)*8}), append(names, fmt.Sprintf("name%02d", i))
	}
	n := nameAll(within, at, names, 7, nil, nil)
	key := strings.Join(n.key, ", ")
	for _, name := range names {
		if !strings.Contains(key, name) {
			t.Errorf("nothing names %s", name)
		}
	}
	if len(n.labels) == 0 || len(n.labels) >= 40 {
		t.Errorf("%d labels of 40 points", len(n.labels))
	}
}
