package results

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// apartAnswer is an answer of rows that vary over replications.
func apartAnswer(set *Set, rows ...Row) *answer {
	a := &answer{set: set, rows: rows, p99: "p99", speed: "latency_p99_s"}
	for i := range rows {
		a.names = append(a.names, rows[i].Values[0].Label)
		a.policies, a.fit = append(a.policies, i), append(a.fit, i)
	}
	return a
}

// Costs of 10 and 12 against 11 and 15 differ by 1 and 3: 2 with s = √2, so that the interval
// is t(1)·√2 ÷ √2 = 12.706, 6.353 times as wide; 2·6.353² = 80.7 replications tell. Costs of
// 11 and 13.0001 differ by 1 and 1.0001, ± 0.0006, which tells, of p99 too, where the bins
// leave 23.00005 ÷ 128 = 0.18 open, though each varies by itself, ± 12.7. P99s of 10 and 12
// against 11 and 15 differ by 2 ± 12.706 and 24 ÷ 128 = 0.1875: 2·(12.706 ÷ 1.8125)² = 98.3. Costs of 10 and 20 against 11 and 21.5 differ by 1 and 1.5,
// 1.25 ± 12.706·0.25 = 3.1766, which is what decides: 2·2.5413² = 12.9, whatever each costs
// by itself (± 63.5, of which 2·50.8² = 5,165 would be asked).
func TestApartByHand(t *testing.T) {
	base := overReplications("a", []float64{10, 12}, []float64{10, 12})
	wide := overReplications("b", []float64{11, 15}, []float64{11, 15})
	near := overReplications("b", []float64{11, 13.0001}, []float64{11, 13.0001})
	a := apartAnswer(&Set{}, base, wide)
	got := a.apart("cost", "in cost", a.fit)
	for _, part := range []string{"Over 2 replications “a” and “b” differ by ", "2.00 ± ", "in cost, less than is known", "; about 81 replications may tell"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q has no %q", got, part)
		}
	}
	if got := a.apart("latency_p99_s", "at p99", a.fit); !strings.Contains(got, "2.00 s ± 12.9 s at p99, less than is known; about 99 replications may tell") {
		t.Errorf("of p99 it says %q", got)
	}
	a = apartAnswer(&Set{}, base, near)
	if got := a.apart("latency_p99_s", "at p99", a.fit); got != "" {
		t.Errorf("of p99 that is told it says %q", got)
	}
	a = apartAnswer(&Set{}, overReplications("a", []float64{10, 20}, []float64{1, 1}), overReplications("b", []float64{11, 21.5}, []float64{1, 1}))
	if got := a.apart("cost", "in cost", a.fit); !strings.Contains(got, "1.25 ± $3.18 in cost, less than is known; about 13 replications may tell") {
		t.Errorf("of costs that vary together it says %q", got)
	}
	for _, c := range []struct {
		metric string
		other  Row
		want   bool
	}{{"cost", wide, true}, {"cost", near, false}, {"latency_p99_s", near, false}, {"latency_p99_s", wide, true}, {"latency_p99_s", overReplications("b", []float64{1, 1}, []float64{100, 102}), false}} {
		rows := []Row{base, c.other}
		if got := untoldRows(rows, c.metric); len(got) > 1 || got[&rows[1]] != c.want || got[&rows[0]] {
			t.Errorf("%s of %v: marked %v, want %v", c.metric, c.other.Stats[metricIndex(c.metric)].Values, got, c.want)
		}
	}
}

// Whose intervals are over blocks is not told by replications: bills have no interval, and
// the cheapest is that of the least mean, which is said. The same rows over replications,
// 1 and 3 apart, are not told.
func TestCostsOverDaysAreBare(t *testing.T) {
	set := &Set{Cells: []Cell{{Replications: []*Replication{{Sampled: &samples{days: 8, blocks: 8, length: sim.Day}}}}}}
	rows := func() []Row {
		return []Row{overReplications("a", []float64{10, 12}, []float64{1, 1}), overReplications("b", []float64{11, 15}, []float64{2, 2})}
	}
	over := rows()
	for i := range over {
		s := &over[i].Stats[metricIndex("cost")]
		s.Half, s.bare = nan, true
	}
	if got := least(over, []int{0, 1}, "cost"); len(got) != 1 || got[0] != 0 {
		t.Errorf("the least are %v, want row 0", got)
	}
	if got, want := apartAnswer(set, over...).bareCosts(), "Costs have no interval over days: they are compared by their means"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if text := apartAnswer(set, over...).paired([]int{0}, []int{0, 1}); text != "" {
		t.Errorf("paired: %q", text)
	}
	if got := least(rows(), []int{0, 1}, "cost"); len(got) != 2 {
		t.Errorf("over replications the least are %v, want both", got)
	}
	if got := apartAnswer(&Set{}, rows()...).bareCosts(); got != "" {
		t.Errorf("over replications it says %q", got)
	}
}

// What intervals are over is said by what they are; of rows without one nothing is.
func TestCoversSaysWhatIntervalsAreOver(t *testing.T) {
	row := overReplications("a", []float64{1, 2, 3}, []float64{1, 2, 3})
	of := func(s *samples, traces ...Input) *Set {
		return &Set{Cells: []Cell{{Replications: []*Replication{{Sampled: s}}}}, Manifest: Manifest{Traces: traces}}
	}
	for _, c := range []struct {
		set   *Set
		parts []string
	}{
		{of(nil), []string{"Student's t over 3 replications", "the load too"}},
		{of(nil, Input{Name: "t.csv"}), []string{"Student's t over 3 replications", "given this trace, and not another day's"}},
		{of(&samples{days: 8, blocks: 8, length: sim.Day}), []string{"bootstrap over the 8 days", "400 resamples of whole days"}},
		{of(&samples{blocks: 20, length: 3 * sim.Minute}), []string{"Student's t over 20 batches of 3m of one run"}},
	} {
		got := c.set.covers([]Row{row})
		for _, part := range c.parts {
			if !strings.Contains(got, part) {
				t.Errorf("%q has no %q", got, part)
			}
		}
		if got := c.set.covers([]Row{{Stats: []Stat{{Mean: 1, Half: nan}}}}); got != "" {
			t.Errorf("of no interval it says %q", got)
		}
	}

	// 1 … n have the correlation 1 − 3 ÷ n with the next, 0.85 of twenty: Σ (x − 10.5)² is 665,
	// and the sum of products 565.25. Alternating values have none above 0.
	ramp, turns := make([]float64, 20), make([]float64, 20)
	for i := range ramp {
		ramp[i], turns[i] = float64(i+1), float64(i%2)
	}
	batches := of(&samples{blocks: 20, length: sim.Minute})
	p99 := &row.Stats[metricIndex("latency_p99_s")]
	p99.blocks = ramp
	if got := batches.dependent([]Row{row}); !strings.Contains(got, "latency_p99_s of platform.p.keepalive=a, p (0.85)") || !strings.Contains(got, "above 0.47 once") {
		t.Errorf("of a ramp it says %q", got)
	}
	if got := of(&samples{days: 20, blocks: 20}).dependent([]Row{row}); got != "" {
		t.Errorf("of days it says %q", got)
	}
	p99.blocks = turns
	if got := batches.dependent([]Row{row}); got != "" {
		t.Errorf("of turns it says %q", got)
	}
}

// Batches of as few as 99 requests have less than ten beyond their p90, and those beyond: of
// 100 they have ten. Neither days, whose resamples are of all requests, nor replications have it.
func TestThinBatchesAreSaid(t *testing.T) {
	blocks := func(days bool, n int) *Set {
		b := &Blocks{Days: days, Length: sim.Minute}
		for k := range 10 {
			h := new(Histogram)
			for i := range n + k {
				h.Record(int64(i+1) * 1e6)
			}
			b.List = append(b.List, Block{Latency: h})
		}
		return &Set{Cells: []Cell{{Replications: []*Replication{{Blocks: b}}}}}
	}
	row := Row{Stats: make([]Stat, len(metrics))}
	for m := range row.Stats {
		row.Stats[m] = Stat{Mean: 1, Half: 1}
	}
	for _, c := range []struct {
		set  *Set
		want string
	}{
		{blocks(false, 1), "batches of as few as 1 completed request are too small for their quantiles: latency_p50_s (want 20), latency_p90_s (want 100), latency_p95_s (want 200), latency_p99_s (want 1,000), latency_p999_s (want 10,000). "},
		{blocks(false, 99), "batches of as few as 99 completed requests are too small for their quantiles: latency_p90_s (want 100), latency_p95_s (want 200), latency_p99_s (want 1,000), latency_p999_s (want 10,000). "},
		{blocks(false, 100), "batches of as few as 100 completed requests are too small for their quantiles: latency_p95_s (want 200), latency_p99_s (want 1,000), latency_p999_s (want 10,000). "},
		{blocks(false, 10_000), ""}, {blocks(true, 5), ""}, {&Set{Cells: []Cell{{Replications: []*Replication{{}}}}}, ""},
	} {
		if got := c.set.thin([]Row{row}); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("got %q, want %q", got, c.want)
		}
		if notes := strings.Join(c.set.notes([]Row{row}), "\n"); strings.Contains(notes, "too small for their quantiles") != (c.want != "") {
			t.Errorf("the notes are %q", notes)
		}
	}
	if got := blocks(false, 1).thin([]Row{{Stats: []Stat{{Mean: 1, Half: nan}}}}); got != "" {
		t.Errorf("of no interval it says %q", got)
	}
}
