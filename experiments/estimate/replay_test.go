package estimate

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// logOf makes a log of requests of 100 ms at some times.
func logOf(at ...time.Time) string {
	var b strings.Builder
	for i, t := range at {
		fmt.Fprintf(&b, "%s REPORT RequestId: r%d\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 1024 MB\tMax Memory Used: 90 MB\t\n",
			t.Add(100*time.Millisecond).Format("2006-01-02T15:04:05.000Z"), i)
	}
	return b.String()
}

func inputOf(t testing.TB, text string) *Input {
	t.Helper()
	in, err := FromLogs(context.Background(), []logs.File{{Name: "f.log", R: strings.NewReader(text)}}, logs.Options{Strict: true}, guess(FunctionSettings{}), "aws-lambda")
	if err != nil {
		t.Fatal(err)
	}
	if c, ok := t.(interface{ Cleanup(func()) }); ok {
		c.Cleanup(func() { in.Close() })
	}
	return in
}

var october = time.Date(2026, 10, 1, 3, 0, 0, 0, time.UTC)

// arrivals reads when the requests of a load arrive.
func arrivals(t testing.TB, l *load, seed uint64) (out []sim.Time) {
	t.Helper()
	factors := make([]float64, len(l.functions))
	set := make([]uint32, len(l.functions))
	for i := range factors {
		factors[i], set[i] = 1, uint32(i)
	}
	src, err := l.workload(l.functions, factors).Open(sim.RunKey{Seed: seed}, set)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]sim.Invocation, 7)
	for {
		n, err := src.Next(buf)
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range buf[:n] {
			out = append(out, v.Arrival)
		}
	}
}

// A log is replayed as it is, its last hour once more before it: by hand.
func TestReplayByHand(t *testing.T) {
	var at []time.Time
	for i := range 5 { // hourly, and a burst of two at the end: of five hours
		at = append(at, october.Add(time.Duration(i)*time.Hour))
	}
	at = append(at, at[4])
	in := inputOf(t, logOf(at...))
	l, err := in.load(likely, 1, 1000)
	if err != nil {
		t.Fatal(err)
	}
	const h = sim.Hour
	if d := cmp.Diff([]sim.Time{0, 0, h, 2 * h, 3 * h, 4 * h, 5 * h, 5 * h}, arrivals(t, l, 1)); d != "" {
		t.Errorf("by hand −, replay +:\n%s", d)
	}
	if l.window != (sim.Window{Warmup: h, Horizon: 6 * h}) || l.requests() != 6 {
		t.Errorf("%+v, %v requests", l.window, l.requests())
	}
}

// A factor keeps about so many requests, above 1 the log itself among them and
// no burst higher; whatever the factor, it is a load.
func TestReplayFactors(t *testing.T) {
	var at []time.Time
	for day := range 30 {
		for range 100 {
			at = append(at, october.Add(time.Duration(day)*24*time.Hour))
		}
	}
	in := inputOf(t, logOf(at...))
	for _, factor := range []float64{1e-6, 0.25, 1, 1.5, 3} {
		l, err := in.load(likely, factor, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		count, highest, n := map[sim.Time]int{}, 0, 0
		for _, a := range arrivals(t, l, 1) {
			count[a]++
			highest = max(highest, count[a])
			if a >= l.window.Warmup {
				n++
			}
		}
		// A binomial of 3,000: five standard deviations at the fraction.
		_, part := int(factor), factor-float64(int(factor))
		if off := float64(n) - 3000*factor; off*off > 25*3000*part*(1-part)+1e-9 && factor >= 0.25 || n > 100 && factor < 0.1 {
			t.Errorf("at a factor of %v %d requests are left, want about %v", factor, n, 3000*factor)
		}
		if factor >= 1 && highest != 100 {
			t.Errorf("at a factor of %v a burst has %d requests, want the log's 100", factor, highest)
		}
		if want := 3000 * factor; l.requests() != want {
			t.Errorf("%v requests are expected, want %v", l.requests(), want)
		}
	}
}

// Whatever the log, its factor and the hours that are kept: what is played lies
// in the window, comes in order, and is the same with any reading; all hours
// play every request once in the window.
func TestReplayProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(r, "requests")
		at := make([]time.Time, n)
		for i := range at {
			at[i] = october.Add(time.Duration(rapid.Int64Range(0, 400_000).Draw(r, "second")) * time.Second)
		}
		in := inputOf(t, logOf(at...))
		defer in.Close()
		factor := rapid.SampledFrom([]float64{0.3, 1, 2, 2.7}).Draw(r, "factor")
		budget := rapid.SampledFrom([]int64{5, 20, 1 << 40}).Draw(r, "budget")
		l, err := in.load(likely, factor, budget)
		if err != nil {
			r.Fatal(err)
		}
		got, inside := arrivals(t, l, 1), 0
		for i, a := range got {
			if a < 0 || a >= l.window.Horizon || i > 0 && a < got[i-1] {
				r.Fatalf("%v in a window of %+v", got, l.window)
			}
			if a >= l.window.Warmup {
				inside++
			}
		}
		if d := cmp.Diff(got, arrivals(t, l, 1)); d != "" {
			r.Fatalf("read twice: %s", d)
		}
		if budget == 1<<40 && factor == float64(int(factor)) && inside != n*int(factor) {
			r.Fatalf("%d of %d requests, %v times", inside, n, factor)
		}
		if l.window.Length() > in.Log.Length {
			r.Fatalf("%+v of a log of %d", l.window, in.Log.Length)
		}
	})
}

// Hours that stand for a log have its load, whatever its shape: daily bursts,
// a flash crowd in one hour, a log of which most hours are idle.
func TestHoursStandForTheLog(t *testing.T) {
	shapes := map[string]func(hour int) int{
		"even":            func(int) int { return 40 },
		"by day":          func(h int) int { return 10 + 8*(h%24) },
		"a daily burst":   func(h int) int { return map[bool]int{true: 900, false: 3}[h%24 == 3] },
		"a flash crowd":   func(h int) int { return map[bool]int{true: 9000, false: 20}[h == 100] },
		"mostly idle":     func(h int) int { return map[bool]int{true: 50, false: 0}[h%17 == 0] },
		"quiet at 0 only": func(h int) int { return map[bool]int{true: 1, false: 80}[h%24 == 0] },
	}
	for name, of := range shapes {
		var at []time.Time
		for h := range 240 {
			for i := range of(h) {
				at = append(at, october.Add(time.Duration(h)*time.Hour+time.Duration(i)*100*time.Millisecond))
			}
		}
		in := inputOf(t, logOf(at...))
		whole, err := in.load(likely, 1, 1<<40)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []int{2, 4, 9} {
			l, err := in.load(likely, 1, int64(len(at)/part))
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, a := range arrivals(t, l, 1) {
				if a >= l.window.Warmup {
					n++
				}
			}
			if float64(n) != l.requests() {
				t.Errorf("%s, 1/%d: %d requests, %v are expected", name, part, n, l.requests())
			}
			if off := l.rate()/whole.rate() - 1; off > 0.02 || off < -0.02 {
				t.Errorf("%s, 1/%d: %v requests a second, the log has %v", name, part, l.rate(), whole.rate())
			}
		}
		if l, err := in.load(likely, 1, int64(len(at)/4)); err != nil || name == "even" && l.window.Length() > 70*sim.Hour {
			t.Errorf("%s: a quarter of the log is %v h, %v", name, l.window.Length()/sim.Hour, err)
		}
	}
}
