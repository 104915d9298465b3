package results

import (
	"strings"
	"testing"
)

// How many replications an interval asks for, by hand: it is as wide as 1/√n, so that
// one of ± 3 % that is to be ± 2 % takes (3/2)² = 2.25 times as many, of which twice as
// many are made first; one of ± 2.1 % takes 1.1025 times 10, which is 12 in whole ones.
func TestReplicationsByHand(t *testing.T) {
	row := func(mean, half float64) Row {
		r := Row{Replications: 10, Stats: make([]Stat, len(metrics))}
		r.Stats[metricIndex("cost")] = Stat{Values: []float64{mean}, Mean: mean, Half: half}
		return r
	}
	for _, c := range []struct {
		rows   []Row
		within string
		most   int
		want   int
	}{
		{[]Row{row(100, 2)}, "2%", 200, 10}, {[]Row{row(100, 3)}, "2%", 200, 20}, {[]Row{row(100, 2.1)}, "2%", 200, 12}, {[]Row{row(100, 2.001)}, "2%", 200, 11},
		{[]Row{row(100, 2), row(-50, 1.2)}, "2%", 200, 15}, {[]Row{row(100, 3)}, "2%", 13, 13}, {[]Row{row(100, 3)}, "2%", 10, 10},
		{[]Row{row(100, 3)}, "3", 200, 10}, {[]Row{row(100, 3)}, "2.5", 200, 15},
		{[]Row{row(-50, 0.9)}, "2%", 200, 10}, {[]Row{{Replications: 100, Stats: row(100, 2.0001).Stats}}, "2%", 200, 110}, // a tenth more at least
		{[]Row{row(0, 0)}, "2%", 200, 10}, {[]Row{row(0, 0.1)}, "2%", 200, 20}, {[]Row{row(5, nan)}, "2%", 200, 20},
		{[]Row{{Replications: 10, Stats: make([]Stat, len(metrics))}}, "2%", 200, 10}, // no value
	} {
		p, err := ParsePrecision("cost", c.within)
		if err != nil {
			t.Fatal(err)
		}
		if got := Replications(c.rows, []Precision{p}, c.most); got != c.want {
			t.Errorf("%v within %s of most %d: got %d, want %d", c.rows[0].Stats[metricIndex("cost")], c.within, c.most, got, c.want)
		}
	}
}

func TestParsePrecision(t *testing.T) {
	for text, want := range map[string]string{"latency_p99_s=0.5%": "0.781", "latency_max_s=2%": "maximum", "cost=0": "above 0", "cost=±2%": "above 0", "cost=x": "amount", "nothing=1": "no metric", "cold_ratio=0.1pp": "", "latency_p99_s=10ms": "", "latency_mean_s=0.1%": ""} {
		name, amount, _ := strings.Cut(text, "=")
		p, err := ParsePrecision(name, amount)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v", text, p, err)
		}
	}
}

// What the note says: of those that are not reached, of 10 replications to which none was
// added, and of a column that no row has a value of. A median of 0.727 s is known to 5.68 ms
// (÷ 128), whatever the replications: 1 ms is not asked of more of them, though they are as
// narrow as 0; 6 ms is reached; and of 5.68 + 1 ms, which are to be 5.68 + 0.5, twice squared
// as many are, of which twice as many are made first.
func TestPrecisionNote(t *testing.T) {
	row := func(metric string, s Stat) Row {
		r := Row{Replications: 12, Platform: "p", Values: []PathValue{{Path: "k", Label: "1m"}}, Stats: make([]Stat, len(metrics))}
		r.Stats[metricIndex(metric)] = s
		return r
	}
	cost := func(half float64) Row { return row("cost", Stat{Values: []float64{100}, Mean: 100, Half: half}) }
	median := func(values ...float64) Row {
		return row("latency_p50_s", statOf(metricIndex("latency_p50_s"), values))
	}
	const bins = 0.727 / 128
	spread := median(0.727, 0.727)
	spread.Stats[metricIndex("latency_p50_s")].Half += 0.001
	for _, c := range []struct {
		row          Row
		asked        string
		began, needs int
		want         string
	}{
		{cost(3.14), "cost=2%", 10, 24, "12 replications are the most that precision.most allows, and not enough for cost=2%: cost of k=1m, p (± 3.14 %)"},
		{cost(1.99), "cost=2%", 10, 12, "12 replications: they were added until the 95 % intervals were as narrow as cost=2%. "},
		{cost(1.99), "cost=2%", 12, 12, "12 replications: none was added, since the 95 % intervals of these were as narrow as cost=2%. "},
		{cost(1.99), "user_latency_p99_s=1%", 10, 12, "[precision] user_latency_p99_s=1%: no row has a value of it, and none was held to it"},
		{median(0.727, 0.727), "latency_p50_s=1ms", 10, 12, "[precision] asks for less than the bins of a histogram can tell, which no number of replications makes narrower (0.781 % of a quantile): latency_p50_s of k=1m, p (known to 5.68 ms)"},
		{median(0.727, 0.727), "latency_p50_s=6ms", 10, 12, "12 replications: they were added until the 95 % intervals were as narrow as latency_p50_s=0.006. "},
		{spread, "latency_p50_s=" + number(bins+0.0005), 10, 24, "12 replications are the most"},
		{spread, "latency_p50_s=" + number(bins+0.0009), 10, 15, "12 replications are the most"}, // (1 ÷ 0.9)² = 1.235 times
	} {
		name, amount, _ := strings.Cut(c.asked, "=")
		p, err := ParsePrecision(name, amount)
		if err != nil {
			t.Fatal(err)
		}
		if got := PrecisionNote([]Row{c.row}, []Precision{p}, c.began); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.asked, got, c.want)
		}
		if got := Replications([]Row{c.row}, []Precision{p}, 200); got != c.needs {
			t.Errorf("%s: got %d replications, want %d", c.asked, got, c.needs)
		}
	}
	// Of 4 ms the bins of 727 ms are wider (5.68 ms), and the interval of 200 ms is, by 7.56 ms.
	wide := median(0.2, 0.2)
	wide.Stats[metricIndex("latency_p50_s")].Half += 0.01
	got := PrecisionNote([]Row{median(0.727, 0.727), wide}, []Precision{{Metric: "latency_p50_s", Within: 0.004}}, 10)
	for _, want := range []string{"not enough for latency_p50_s=0.004: latency_p50_s of k=1m, p (± 5.78 %)", "which no number of replications makes narrower (0.781 % of a quantile): latency_p50_s of k=1m, p (known to 5.68 ms)"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %q, want %q in it", got, want)
		}
	}
}
