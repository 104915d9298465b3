package traces

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

func quiet() Generation {
	g := DefaultGeneration()
	g.Functions, g.Apps, g.Hours, g.Invocations, g.Zipf = 40, 20, 3, 20_000, 1.2
	return g
}

// generated writes a small synthetic trace.
func generated(t testing.TB, format string) string {
	t.Helper()
	spec := format + ":" + filepath.Join(t.TempDir(), "g")
	if err := Generate(context.Background(), quiet(), Destination{Spec: spec}); err != nil {
		t.Fatal(err)
	}
	return spec
}

// A cut replays exactly what the whole trace has in [start, start + horizon),
// for every format, start within a minute included.
func TestStartAndHorizon(t *testing.T) {
	for _, format := range []string{"azure2019", "csv", "store"} {
		spec := generated(t, format)
		whole := mustOpen(t, spec, Options{})
		for _, c := range []struct{ start, horizon sim.Time }{
			{0, 30 * sim.Minute}, {20 * sim.Minute, 0}, {25*sim.Minute + 7*sim.Second + 3, 61*sim.Minute + 1},
		} {
			tr := mustOpen(t, spec, Options{Start: c.start, Horizon: c.horizon})
			end := c.start + c.horizon
			if c.horizon == 0 {
				end = whole.Horizon()
			}
			if tr.Horizon() != end-c.start {
				t.Errorf("%s: horizon %d", format, tr.Horizon())
			}
			var want []sim.Invocation
			for _, v := range drain(t, whole, all(whole)) {
				if v.Arrival >= c.start && v.Arrival < end {
					v.Arrival -= c.start
					want = append(want, v)
				}
			}
			if diff := cmp.Diff(want, drain(t, tr, all(tr))); diff != "" || len(want) == 0 {
				t.Errorf("%s from %d for %d: %d invocations wanted\n%.500s", format, c.start, c.horizon, len(want), diff)
			}
		}
	}
}

// A function's invocations are the same whether it is opened alone, with
// others, or in a sample, and repeat with the key.
func TestSourcesAreIndependent(t *testing.T) {
	spec := generated(t, "azure2019")
	whole, sample := mustOpen(t, spec, Options{}), mustOpen(t, spec, Options{Sample: 5})
	together := map[uint32][]sim.Invocation{}
	for _, v := range drain(t, whole, all(whole)) {
		together[v.Function] = append(together[v.Function], v)
	}
	for i, f := range sample.Functions() {
		for j, g := range whole.Functions() {
			if f.ID() != g.ID() {
				continue
			}
			want := together[uint32(j)]
			if diff := cmp.Diff(want, drain(t, whole, []uint32{uint32(j)})); diff != "" {
				t.Error(diff)
			}
			got := drain(t, sample, []uint32{uint32(i)})
			for k := range got {
				got[k].Function = uint32(j)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
	}
}

// Of counts 0 … 99 in any order, a sample of 5 takes the middles of fifths:
// 10, 30, 50, 70, 90.
func TestSampleByCount(t *testing.T) {
	functions, counts := make([]sim.Function, 100), make([]int64, 100)
	for i := range counts {
		counts[i] = int64(i * 37 % 100)
	}
	var got []int64
	for _, f := range sampleByCount(functions, counts, 5) {
		got = append(got, counts[f])
	}
	// Indices ascend: 37·i mod 100 = 10, 30, 50, 70, 90 at i = 30, 90, 50, 10, 70.
	if diff := cmp.Diff([]int64{70, 10, 50, 90, 30}, got); diff != "" {
		t.Error(diff)
	}
	if n := len(sampleByCount(functions, counts, 0)); n != 100 {
		t.Error(n)
	}
}

// Scaling rows by 2.5 keeps each invocation, in order, and adds half as many
// again besides doubling; by 0.3 it keeps three of ten, all of them the trace's.
func TestScaleRows(t *testing.T) {
	spec := generated(t, "store")
	whole := mustOpen(t, spec, Options{})
	n := len(drain(t, whole, all(whole)))
	for _, scale := range []float64{0.01, 0.3, 0.9, 1.3, 2.5, 3} {
		tr := mustOpen(t, spec, Options{Scale: scale})
		got := drain(t, tr, all(tr))
		checkScaled(t, tr, scale, n, len(got))
		seen := map[sim.Invocation]int{}
		before := sim.Time(0)
		for _, v := range got {
			if v.Arrival < before || v.Arrival >= tr.Horizon() {
				t.Fatalf("scale %v: %+v after %d", scale, v, before)
			}
			before = v.Arrival
			seen[v]++
		}
		gone := 0
		for _, v := range drain(t, whole, all(whole)) {
			if seen[v] == 0 {
				gone++
				continue
			}
			seen[v]--
		}
		// Below 1, what is left is the trace's; above, all of the trace is left.
		if want := max(0, n-len(got)); gone != want {
			t.Errorf("scale %v: %d invocations of the trace are gone, want %d", scale, gone, want)
		}
	}
}

// checkScaled holds a number of invocations against the scale times n. Whether
// a fraction counts is drawn for each: 4 standard deviations of a binomial.
func checkScaled(t *testing.T, tr *Trace, scale float64, n, got int) {
	t.Helper()
	part := scale - math.Floor(scale)
	want, slack := scale*float64(n), 4*math.Sqrt(float64(n)*part*(1-part))
	if math.Abs(float64(got)-want) > slack+1e-6 {
		t.Errorf("scale %v: %d of %d, want %v ± %v", scale, got, n, want, slack)
	}
	weight := 0.0
	for _, f := range tr.Functions() {
		weight += f.Weight
	}
	if math.Abs(weight-want) > 1e-6*want {
		t.Errorf("scale %v: the weights sum to %v, want %v", scale, weight, want)
	}
}

// Scaling tables by any factor, every count is as much larger in the mean.
func TestScaleTables(t *testing.T) {
	spec := generated(t, "azure2019")
	n := 0
	for _, c := range mustOpen(t, spec, Options{}).Counts() {
		n += int(c)
	}
	for _, scale := range []float64{0.01, 0.3, 0.9, 1.3, 2.5, 3} {
		tr := mustOpen(t, spec, Options{Scale: scale})
		// Most minutes hold few invocations: no more draws than invocations.
		checkScaled(t, tr, scale, n, len(drain(t, tr, all(tr))))
	}
}

func TestOptionsRefused(t *testing.T) {
	dir := writeFiles(t, map[string]string{"a.csv": "arrival_s,service_s,function\n0,1,f\n"})
	for want, o := range map[string]Options{
		`trace "csv:a.csv": found arrivals = "odd", expected uniform, even or poisson`: {Arrivals: "odd"},
		`trace "csv:a.csv": found a negative start or horizon, expected a time ≥ 0`:    {Start: -1},
		`trace "csv:a.csv": found scale -1, expected a number > 0 and ≤ 1e6`:           {Scale: -1},
		`trace "csv:a.csv": found a sample of -1 functions, expected a number ≥ 1`:     {Sample: -1},
		`a.csv: the trace ends at 0.000000001 s, before the start at 1 s`:              {Start: sim.Second},
	} {
		o.Beside, o.TempDir = dir, dir
		if _, err := Open(context.Background(), "csv:a.csv", o); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// An explicit horizon holds for every format, also behind the last arrival; a
// trace that knows its length says where it ends before. Without one, rows
// end one nanosecond after the last arrival, and tables with their last minute.
func TestHorizonHolds(t *testing.T) {
	const s = sim.Second
	dir := writeFiles(t, map[string]string{
		"a.csv":   "arrival_s,service_s,function\n0,1,f\n60,1,f\n",
		"a.jsonl": `{"arrival_s":0,"service_s":1,"function":"f"}` + "\n" + `{"arrival_s":60,"service_s":1,"function":"f"}` + "\n",
		"a.txt":   "app,func,end_timestamp,duration\na,f,1,1\na,f,61,1\n",
	})
	tables := writeFiles(t, azureFiles("o,a,f,http,1,1,0\n", "o,a,f"+constant100, "o,a,1,64\n"))
	for _, end := range []sim.Time{0, 3 * sim.Minute} {
		w, err := CreateStore(filepath.Join(dir, map[bool]string{false: "open", true: "bounded"}[end > 0]+".store"))
		if err != nil {
			t.Fatal(err)
		}
		w.Function(sim.Function{Name: "f"})
		for _, at := range []sim.Time{0, 60 * s} {
			if err := w.Add(0, at, s); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(end); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []struct {
		spec string
		own  sim.Time // the horizon without one in the options
		note string   // on an hour
	}{
		{"csv:a.csv", 60*s + 1, ""},
		{"jsonl:a.jsonl", 60*s + 1, ""},
		{"azure2021:a.txt", 60*s + 1, ""},
		{"store:open.store", 60*s + 1, ""},
		{"store:bounded.store", 180 * s, "the trace ends at 180 s, before the horizon of 3600 s: nothing arrives in the rest"},
		{"azure2019:" + tables, 180 * s, "the trace ends at 180 s, before the horizon of 3600 s: nothing arrives in the rest"},
	} {
		for _, c := range []struct{ start, horizon, want sim.Time }{
			{0, 0, f.own}, {0, sim.Hour, sim.Hour}, {0, 30 * s, 30 * s}, {0, f.own, f.own},
			{10 * s, 0, f.own - 10*s}, {10 * s, sim.Hour, sim.Hour}, {10 * s, 20 * s, 20 * s},
		} {
			tr := mustOpen(t, f.spec, Options{Beside: dir, Start: c.start, Horizon: c.horizon, Arrivals: Even})
			if tr.Horizon() != c.want {
				t.Errorf("%s from %d for %d: horizon %d, want %d", f.spec, c.start, c.horizon, tr.Horizon(), c.want)
			}
			// Of its two invocations, as many as its share of the trace's time.
			replayed := f.own - c.start
			if c.horizon > 0 {
				replayed = min(replayed, c.horizon)
			}
			share := float64(replayed) / float64(f.own)
			if weight := tr.Functions()[0].Weight; math.Abs(weight-2*share) > 1e-9 {
				t.Errorf("%s from %d for %d: weight %v, want %v", f.spec, c.start, c.horizon, weight, 2*share)
			}
			wanted := int64(0)
			for _, v := range drain(t, mustOpen(t, f.spec, Options{Beside: dir, Arrivals: Even}), []uint32{0}) {
				if v.Arrival >= c.start && v.Arrival < c.start+c.want {
					wanted++
				}
			}
			s, err := Stat(context.Background(), tr, sim.RunKey{Seed: 1}, 0)
			if err != nil {
				t.Fatal(err)
			}
			if rate := float64(wanted) / (float64(c.want) / 1e9); s.Horizon != c.want || s.Invocations != wanted || s.Rate != rate {
				t.Errorf("%s from %d for %d: %d invocations, %v a second over %d; want %d, %v", f.spec, c.start, c.horizon, s.Invocations, s.Rate, s.Horizon, wanted, rate)
			}
			note := f.note
			if c.horizon != sim.Hour {
				note = ""
			} else if c.start > 0 {
				note = strings.Replace(note, "180 s", "170 s", 1)
			}
			if got := strings.Join(warningsBut(tr, "no meaning"), "\n"); got != note {
				t.Errorf("%s from %d for %d: warnings %q, want %q", f.spec, c.start, c.horizon, got, note)
			}
		}
	}
}

// warningsBut are a trace's warnings less those that hold some words.
func warningsBut(tr *Trace, words string) []string {
	return slices.DeleteFunc(tr.Report().Warnings(), func(w string) bool { return strings.Contains(w, words) })
}

// A trace that knows its length carries it through conversions and samples;
// one that does not, does not learn a wrong one; rows lose it, and the report says so.
func TestLengthIsCarried(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	tables := writeFiles(t, azureFiles("o,a,f,http,1,1,0\no,a,g,http,1,0,0\n", "o,a,f"+constant100+"o,a,g"+constant100, "o,a,1,64\n"))
	const minutes = 3 * sim.Minute
	step := func(from string, o Options, sample bool, to string) (lost bool) {
		t.Helper()
		var report *Report
		var err error
		if sample {
			o.TempDir = dir
			report, err = SampleTo(ctx, from, o, sim.RunKey{Seed: 1}, Destination{Spec: to})
		} else {
			tr := mustOpen(t, from, o)
			report, err = tr.Report(), Convert(ctx, tr, sim.RunKey{Seed: 1}, Destination{Spec: to})
		}
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(report.Warnings(), func(w string) bool { return strings.Contains(w, " holds no length: read it with a horizon of ") })
	}
	horizon := func(spec string) (at sim.Time, bounded bool) {
		tr := mustOpen(t, spec, Options{})
		return tr.Horizon(), tr.bounded
	}
	file := func(format, name string) string { return format + ":" + filepath.Join(dir, name) }
	one := Options{Sample: 1}
	for _, c := range []struct {
		from    string
		o       Options
		sample  bool
		to      string
		want    sim.Time
		bounded bool
		lost    bool
	}{
		{"azure2019:" + tables, Options{}, false, file("store", "a.store"), minutes, true, false},
		{"azure2019:" + tables, one, true, file("store", "b.store"), minutes, true, false},
		{"azure2019:" + tables, one, true, file("azure2019", "tables"), minutes, true, false},
		{"azure2019:" + tables, Options{Horizon: 2 * sim.Minute}, true, file("azure2019", "shorter"), 2 * sim.Minute, true, false},
		{"azure2019:" + tables, Options{Horizon: sim.Hour}, true, file("store", "longer.store"), sim.Hour, true, false},
		{file("store", "a.store"), one, true, file("store", "c.store"), minutes, true, false},
		{file("store", "a.store"), Options{Start: sim.Minute}, false, file("store", "d.store"), 2 * sim.Minute, true, false},
		{file("store", "a.store"), Options{}, false, file("csv", "a.csv"), -1, false, true},
		{file("store", "a.store"), Options{}, false, file("jsonl", "a.jsonl.gz"), -1, false, true},
		{file("store", "a.store"), one, true, file("azure2021", "a.txt"), -1, false, true},
		{file("csv", "a.csv"), Options{}, false, file("store", "e.store"), -1, false, false},
		{file("csv", "a.csv"), Options{}, false, file("csv", "b.csv"), -1, false, false},
		{file("store", "e.store"), Options{}, true, file("store", "f.store"), -1, false, false},
		{file("csv", "a.csv"), Options{Horizon: sim.Hour}, false, file("store", "g.store"), sim.Hour, true, false},
	} {
		lost := step(c.from, c.o, c.sample, c.to)
		at, bounded := horizon(c.to)
		if c.want < 0 { // the last arrival lies in the second minute
			c.want = at
			if at <= sim.Minute || at >= 2*sim.Minute {
				t.Errorf("%s → %s: horizon %d", c.from, c.to, at)
			}
		}
		if at != c.want || bounded != c.bounded || lost != c.lost {
			t.Errorf("%s → %s: horizon %d, known %v, lost %v, want %d, %v, %v", c.from, c.to, at, bounded, lost, c.want, c.bounded, c.lost)
		}
	}
	const want = ": the tables end at 180 s, expected a horizon up to there, not 3600 s"
	_, err := SampleTo(ctx, "azure2019:"+tables, Options{Horizon: sim.Hour}, sim.RunKey{}, Destination{Spec: file("azure2019", "no")})
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Error(err)
	}
	unknown := mustOpen(t, file("store", "e.store"), Options{})
	step(file("store", "e.store"), Options{Horizon: unknown.Horizon()}, false, file("store", "h.store"))
	known := mustOpen(t, file("store", "h.store"), Options{})
	if known.Digest() == unknown.Digest() {
		t.Error("a known length does not change the digest")
	}
}
