package results

import (
	"math"
	"strings"
	"testing"
)

func TestStatOfEqualUndefinedAndMaximum(t *testing.T) {
	if s := newStat([]float64{0.1, 0.1, 0.1}, false); s.Mean != 0.1 || s.Half != 0 {
		t.Errorf("equal values: got %v ± %v, want 0.1 ± 0", s.Mean, s.Half)
	}
	if s := newStat([]float64{nan, nan}, false); s.Defined() || !math.IsNaN(s.Half) {
		t.Errorf("no values: got %v ± %v", s.Mean, s.Half)
	}
	// 2 and 4: sd √2, t(1, 0.975) = 12.706: half-width 12.706.
	if s := newStat([]float64{2, nan, 4}, false); s.Mean != 3 || differ(s.Half, 12.706, 0.001) {
		t.Errorf("one undefined: got %v ± %v, want 3 ± 12.706", s.Mean, s.Half)
	}
	if s := newStat([]float64{2, 7, 4}, true); s.Mean != 7 || !math.IsNaN(s.Half) {
		t.Errorf("a maximum: got %v ± %v, want 7 and no interval", s.Mean, s.Half)
	}
}

// TestReferences: the reference of a row has the values that are named, and the
// row's own on all else.
func TestReferences(t *testing.T) {
	row := func(platform, tariff, keepalive, memory string) Row {
		return Row{Platform: platform, Tariff: tariff, Values: []PathValue{{Path: "k", Label: keepalive}, {Path: "m", Label: memory}}}
	}
	rows := []Row{
		row("a", "x", "1m", "1"), row("a", "y", "1m", "1"), row("a", "x", "9m", "1"), row("a", "y", "9m", "1"),
		row("b", "x", "1m", "1"), row("b", "", "9m", "1"), row("a", "x", "9m", "2"), row("a", "x", "1m", "2"),
	}
	for _, c := range []struct {
		reference Reference
		want      []int
	}{
		{Reference{"k": "1m"}, []int{0, 1, 0, 1, 4, 4, 7, 7}},
		{Reference{"platform": "a"}, []int{0, 1, 2, 3, 0, 2, 6, 7}},
		{Reference{"platform": "a", "tariff": "y", "k": "9m"}, []int{3, 3, 3, 3, 3, 2, -1, -1}},
		{Reference{"tariff": "x"}, []int{0, 0, 2, 2, 4, 5, 6, 7}},
		{Reference{"m": "2"}, []int{7, -1, 6, -1, -1, -1, 6, 7}},
	} {
		s := Set{Reference: c.reference}
		for i, want := range c.want {
			if got := s.index(rows).referenceOf(i); got != want {
				t.Errorf("%v: row %d has the reference %d, want %d", c.reference, i, got, want)
			}
		}
	}
}

func TestVerdicts(t *testing.T) {
	// Two values 1 ± d: sd d·√2, one-sided t(1, 0.95) = 6.314: the bound is
	// 6.314·d away from the mean 1.
	two := func(d float64) []float64 { return []float64{1 - d, 1 + d} }
	for _, c := range []struct {
		name   string
		values []float64
		o      Objective
		want   Verdict
	}{
		{"one value below", []float64{0.9}, Objective{Limit: 1}, Yes},
		{"one value at the limit", []float64{1}, Objective{Limit: 1}, Yes},
		{"one value above", []float64{1.1}, Objective{Limit: 1}, No},
		{"equal values at the limit", []float64{1, 1, 1}, Objective{Limit: 1}, Yes},
		{"the bound just meets", two(0.1), Objective{Limit: 1.64}, Yes},
		{"the bound just misses", two(0.1), Objective{Limit: 1.62}, Unsure},
		{"the mean is above, the bound is not", two(0.1), Objective{Limit: 0.4}, Unsure},
		{"all of it is above", two(0.1), Objective{Limit: 0.36}, No},
		{"at least, met", two(0.1), Objective{Limit: 0.36, Min: true}, Yes},
		{"at least, missed", two(0.1), Objective{Limit: 1.64, Min: true}, No},
		{"at least, unsure", two(0.1), Objective{Limit: 1, Min: true}, Unsure},
		{"undefined", []float64{nan}, Objective{Limit: 1}, Unsure},
		{"undefined in one", []float64{0.5, nan}, Objective{Limit: 1}, Unsure},
	} {
		if got := c.o.judge(newStat(c.values, false), false); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := (Objective{Limit: 5}).judge(newStat([]float64{2, 7}, true), true); got != No {
		t.Errorf("a maximum of 7 against 5: got %q, want no", got)
	}
}

func TestSLOAsksForNoErrorsUnlessToldOtherwise(t *testing.T) {
	slo, err := NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 1}})
	if err != nil || len(slo) != 2 || slo[1] != (Objective{Metric: "error_ratio", implied: true}) {
		t.Errorf("got %v, %v", slo, err)
	}
	if _, err := NewSLO([]Objective{{Metric: "arrivals", Limit: 1}}); err != nil {
		t.Errorf("the first column: %v", err)
	}
	slo, err = NewSLO([]Objective{{Metric: "error_ratio", Limit: 0.01}})
	if err != nil || len(slo) != 1 {
		t.Errorf("got %v, %v", slo, err)
	}
	if _, err := NewSLO([]Objective{{Metric: "latency_p98_s"}}); err == nil || !strings.Contains(err.Error(), `"latency_p98_s" is no column`) {
		t.Errorf("an unknown column: got %v", err)
	}
	if _, err := NewSLO([]Objective{{Metric: "cost", Limit: nan}}); err == nil {
		t.Error("NaN was taken for a limit")
	}
	// The hand-worked unit has errors: whatever its latency, it does not meet.
	set := &Set{Cells: []Cell{{Replications: []*Replication{handUnit(t)}}}}
	set.SLO, _ = NewSLO([]Objective{{Metric: "latency_p99_s", Limit: 100}})
	rows, err := set.Rows()
	if err != nil || rows[0].Meets != No || AnyMeets(rows) {
		t.Errorf("got %q, %v", rows[0].Meets, err)
	}
}

// tenth is a variable: the compiler adds constants without rounding.
var tenth = 0.1

// differ reports whether two numbers are further apart than allowed, or one of
// them is none: NaN is not within any tolerance.
func differ(got, want, tolerance float64) bool { return !(math.Abs(got-want) <= tolerance) }

// TestPairedDifferences: values 10, 20, 30 against 11, 19, 33: the differences
// are 1, −1, 3, mean 1, sd 2, t(2, 0.975) = 4.3027: 1 ± 4.968.
func TestPairedDifferences(t *testing.T) {
	d, ok := difference(newStat([]float64{11, 19, 33}, false), newStat([]float64{10, 20, 30}, false), false)
	if !ok || d.Mean != 1 || differ(d.Half, 4.9683, 0.0001) || d.Pairs != 3 || d.Relative != 0.05 {
		t.Errorf("got %+v", d)
	}
	d, ok = difference(newStat([]float64{11, nan, 33}, false), newStat([]float64{10, 20, nan}, false), false)
	if !ok || d.Mean != 1 || d.Pairs != 1 || !math.IsNaN(d.Half) || d.Relative != 0.1 {
		t.Errorf("one pair: got %+v", d)
	}
	if _, ok = difference(newStat([]float64{nan}, false), newStat([]float64{1}, false), false); ok {
		t.Error("no pair gave a difference")
	}
	// Equal decimals whose floats differ in the last bit: no difference.
	sum := tenth + 2*tenth
	if sum == 0.3 {
		t.Fatal("0.1 + 0.2 is 0.3 here: no rounding to see")
	}
	d, _ = difference(newStat([]float64{sum, 0.5}, false), newStat([]float64{0.3, 0.5}, false), false)
	if d.Mean != 0 || d.Half != 0 {
		t.Errorf("a rounding: got %+v", d)
	}
	// What is small is none for all that: 1e-12 of the values is a difference,
	// whatever their size.
	for _, size := range []float64{1, 1e-9, 1e9} {
		d, _ = difference(newStat([]float64{size + 1e-12*size}, false), newStat([]float64{size}, false), false)
		if differ(d.Mean, 1e-12*size, 1e-15*size) {
			t.Errorf("a small difference of %v: got %+v", size, d)
		}
	}
}
