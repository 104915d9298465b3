package traces

import (
	"context"
	"encoding/csv"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// firstQuantiles are the durations of a trace's function in its first minute.
func firstQuantiles(t *testing.T, tr *Trace, function uint32) quantiles {
	t.Helper()
	src := tr.backing.source(sim.RunKey{}, function, 0, 0, sim.Never, 0).(*minuteSource)
	defer src.Close()
	_, _, q, ok, err := src.counts.next()
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	return *q
}

// Minimum 0, percentiles 10 (1 %), 20 (25 %), 30 (50 %), 25 → raised to 30 (75 %), 54 (99 %), Maximum empty →
// percentile 100, 60 ms. On straight lines their mean is 1 % of 5, 24 % of 15,
// 25 % of 25, 25 % of 30, 24 % of 42 and 1 % of 57: 28.05. Bends reach from the
// lower ends, 22.64, to the upper ones, 33.46. A bend of 2 takes half of the
// way to ½ ÷ (½ + 2·½) = ⅓, a bend of ½ to ⅔, and their means are 2·ln 2 − 1
// of the range between, and 2 − 2·ln 2.
func TestQuantiles(t *testing.T) {
	points := []float64{0.005, 0.01, 0.13, 0.25, 0.375, 0.5, 0.6, 0.75, 0.87, 0.99, 0.995}
	for _, c := range []struct {
		average string
		want    []sim.Time // µs
	}{
		{"28.05", []sim.Time{5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 30_000, 30_000, 42_000, 54_000, 57_000}},
		{"26.8197049873", []sim.Time{3_333, 10_000, 13_333, 20_000, 23_333, 30_000, 30_000, 30_000, 38_000, 54_000, 56_000}},
		{"29.2802950127", []sim.Time{6_667, 10_000, 16_667, 20_000, 26_667, 30_000, 30_000, 30_000, 46_000, 54_000, 58_000}},
		{"22.64", []sim.Time{0, 10_000, 10_000, 20_000, 20_000, 30_000, 30_000, 30_000, 30_000, 54_000, 54_000}},
		{"33.46", []sim.Time{10_000, 10_000, 20_000, 20_000, 30_000, 30_000, 30_000, 30_000, 54_000, 54_000, 60_000}},
	} {
		dir := writeFiles(t, azureFiles(dayOne, "o,a,f,"+c.average+",3,0.0,,1,10,20,30,25,54,60\n", "o,a,1,64\n"))
		tr := mustOpen(t, "azure2019:"+dir, Options{})
		q := firstQuantiles(t, tr, 0)
		var got []sim.Time
		for _, u := range points {
			got = append(got, (q.Sample(u)+500)/1000)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("Average %s: %s", c.average, diff)
		}
		if diff := cmp.Diff([]string{
			"1 × Minimum or Maximum is empty: the percentile 0 or 100 is taken",
			"1 × a duration percentile below the one before it: raised to it",
		}, tr.Report().Warnings()); diff != "" {
			t.Errorf("Average %s: %s", c.average, diff)
		}
	}
}

// An Average that the percentiles do not allow is counted and named, and the
// nearest mean is taken: here the lower ends of all pieces, 22.64 ms, or the
// upper ones, 33.46 ms.
func TestAverageOutOfReach(t *testing.T) {
	const row = ",3,0,60,0,10,20,30,30,54,60\n"
	dir := writeFiles(t, azureFiles(
		"o,a,low,http,1,0,0\no,a,high,http,1,0,0\no,a,beyond,http,1,0,0\no,a,more,http,0,0,0\no,a,fits,http,1,0,0\no,a,constant,http,1,0,0\n",
		"o,a,low,22.6"+row+"o,a,high,33.5"+row+"o,a,beyond,99"+row+"o,a,more,0"+row+"o,a,fits,33.4"+row+"o,a,unused,99"+row+
			"o,a,constant"+constant100, "o,a,1,64\n"))
	tr := mustOpen(t, "azure2019:"+dir, Options{})
	if diff := cmp.Diff([]string{
		"4 × " + averageBeyond + ` ("low", "high", "beyond" and 1 more)`,
		"1 × a row of durations without invocations: not used",
	}, tr.Report().Warnings()); diff != "" {
		t.Error(diff)
	}
	for i, want := range map[uint32]float64{0: 22.64, 1: 33.46, 2: 33.46, 4: 33.4, 5: 100} {
		q := firstQuantiles(t, tr, i)
		if got := meanOfDraws(&q) / 1e6; math.Abs(got-want) > 1e-3 {
			t.Errorf("%s: mean %v ms, want %v", tr.Functions()[i].Name, got, want)
		}
	}
}

// meanOfDraws is the mean of the inverse CDF in nanoseconds, piece by piece,
// over t = 1/(1+e^−z) with even steps of z, which come ever closer to both
// ends, where a bend is steep.
func meanOfDraws(q *quantiles) float64 {
	sum := 0.0
	for i := range 6 {
		at, width := quantileAt[i]/100, (quantileAt[i+1]-quantileAt[i])/100
		piece, weights := 0.0, 0.0
		for z := -34.0; z <= 34; z += 0.03125 {
			t := 1 / (1 + math.Exp(-z))
			weight := t * (1 - t)
			if u := at + t*width; u > 0 && u < 1 {
				piece += weight * float64(q.Sample(u))
			}
			weights += weight
		}
		sum += width * piece / weights
	}
	return sum
}

// Any quantiles are bent to any mean that they allow: the quantiles stay, the
// inverse CDF rises, and its mean is the one asked for.
func TestBend(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var q quantiles
		for i := range q.at {
			q.at[i] = rapid.OneOf(rapid.Just(sim.Time(0)), rapid.Int64Range(0, 1000), rapid.Int64Range(0, sim.Hour)).Draw(r, "quantile")
		}
		slices.Sort(q.at[:])
		low, high := q.bounds()
		// The strongest bend here is some 10^5, and grows as 1 over the share.
		share := rapid.Float64Range(1e-4, 1-1e-4).Draw(r, "share")
		mean := sim.Time(low + share*(high-low))
		if !q.bendTo(mean) {
			r.Fatalf("%v: a mean of %d is not reached", q, mean)
		}
		if got := meanOfDraws(&q); math.Abs(got-float64(mean)) > 2+1e-6*(high-low) {
			r.Fatalf("%v: mean %v, want %d", q, got, mean)
		}
		before := sim.Time(0)
		for i, p := range quantileAt[1:6] {
			if got := q.Sample(p / 100); got < q.at[i+1]-1 || got > q.at[i+1]+1 {
				r.Fatalf("%v: %d at %v %%", q, got, p)
			}
		}
		for u := 0.0005; u < 1; u += 0.001 {
			v := q.Sample(u)
			if v < before {
				r.Fatalf("%v: %d after %d at %v", q, v, before, u)
			}
			before = v
		}
		if low, high := q.Sample(1e-300), q.Sample(math.Nextafter(1, 0)); low < q.at[0] || high > q.at[6] {
			r.Fatalf("%v: from %d to %d", q, low, high)
		}
	})
}

// tableRow is what the tables themselves say of a function.
type tableRow struct {
	average     float64 // ms
	count       int64   // of the duration table
	invocations int64   // in the minutes of the invocation table
	percentiles [5]float64
}

// readTables reads the public tables with nothing of this package but the
// decompression.
func readTables(t *testing.T, durations, invocations string) map[string]*tableRow {
	t.Helper()
	out := map[string]*tableRow{}
	read := func(path string, row func(named map[string]string, cells []string)) {
		in, err := openStream(path, path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		r := csv.NewReader(in)
		header, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		for {
			cells, err := r.Read()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			named := map[string]string{}
			for i, name := range header {
				named[name] = cells[i]
			}
			row(named, cells)
		}
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	read(durations, func(r map[string]string, _ []string) {
		row := &tableRow{average: number(r["Average"]), count: int64(number(r["Count"]))}
		for i, p := range []string{"1", "25", "50", "75", "99"} {
			row.percentiles[i] = number(r["percentile_Average_"+p])
		}
		out[r["HashApp"]+"/"+r["HashFunction"]] = row
	})
	read(invocations, func(r map[string]string, cells []string) {
		row := out[r["HashApp"]+"/"+r["HashFunction"]]
		for _, c := range cells[4:] {
			row.invocations += int64(number(c))
		}
	})
	return out
}

// The durations of the public samples against their own tables: the mean of
// each function is its Average to 2 % for at least 97.5 % of the functions (the
// others' Average is 0, rounded down), each percentile is the table's, and the
// busy time of all invocations as they are drawn is Σ count × Average to 1 %.
func TestRealDurations(t *testing.T) {
	dir := dataDir(t)
	for _, c := range []struct {
		name, durations, invocations string
		far                          []string // whose Average is out of reach
		busy                         float64  // Σ count × Average ÷ length, by hand from the tables
	}{
		{"azure2019-400", "function_durations_percentiles.anon.d01.csv.gz", "invocations_per_function_md.anon.d01.csv.gz",
			[]string{"307296b5", "3ada54ca", "d9fc605e"}, 34.99},
		{"azure2019-100", "durations.csv.gz", "invocations.csv.gz", []string{"bd5ee3b1"}, 10.677},
	} {
		table := readTables(t, filepath.Join(dir, c.name, c.durations), filepath.Join(dir, c.name, c.invocations))
		tr := mustOpen(t, "azure2019:"+c.name, Options{DataDir: dir})
		var far []string
		wanted, straight := 0.0, 0.0
		for i, f := range tr.Functions() {
			row := table[f.ID()]
			wanted += float64(row.invocations) * row.average / 1000
			q := firstQuantiles(t, tr, uint32(i))
			if mean := meanOfDraws(&q) / 1e6; math.Abs(mean-row.average) > 0.02*row.average {
				far = append(far, f.Name[:8])
			}
			for k, p := range []float64{0.01, 0.25, 0.5, 0.75, 0.99} {
				if got := float64(q.Sample(p)) / 1e6; math.Abs(got-row.percentiles[k]) > 1e-3 {
					t.Errorf("%s: %s: percentile %v is %v ms, want %v", c.name, f.Name, 100*p, got, row.percentiles[k])
				}
			}
			q.bend = 1
			straight += float64(row.invocations) * meanOfDraws(&q) / 1e9
		}
		slices.Sort(far)
		if diff := cmp.Diff(c.far, far); diff != "" || len(far) > len(table)/40 {
			t.Errorf("%s: functions whose mean is not Average: %s", c.name, diff)
		}
		warned := slices.ContainsFunc(tr.Report().Warnings(), func(w string) bool {
			return strings.HasPrefix(w, strconv.Itoa(len(far))+" × "+averageBeyond+" (") && strings.Contains(w, far[0])
		})
		if !warned {
			t.Errorf("%s: %q", c.name, tr.Report().Warnings())
		}
		length := float64(tr.Horizon()) / float64(sim.Second)
		t.Logf("%s: mean %d of %d, Σ count × Average %.3f busy, straight lines %.3f", c.name, len(table)-len(far), len(table), wanted/length, straight/length)
		if math.Abs(wanted/length-c.busy) > 0.005 {
			t.Errorf("%s: the tables give %v busy, want %v", c.name, wanted/length, c.busy)
		}
		if testing.Short() {
			continue
		}
		s, err := Stat(context.Background(), tr, sim.RunKey{Seed: 1}, 0)
		if err != nil {
			t.Fatal(err)
		}
		busy := s.MeanService * float64(s.Invocations) / length
		t.Logf("%s: %d invocations, busy %.3f", c.name, s.Invocations, busy)
		if math.Abs(busy-c.busy) > 0.01*c.busy {
			t.Errorf("%s: busy %v, want %v", c.name, busy, c.busy)
		}
	}
}
