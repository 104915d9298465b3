package policies

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// replayed runs a policy on functions of one app up to a horizon in minutes; arrivals are
// in minutes, too. It returns the cold requests and the lives, in seconds.
func replayed(t *testing.T, policy string, horizon sim.Time, arrivals ...[]float64) ([]float64, []string) {
	t.Helper()
	p, err := KeepAlive(table(t, policy))
	if err != nil {
		t.Fatal(err)
	}
	for _, times := range arrivals {
		for i := range times {
			times[i] *= 60
		}
	}
	got := run(t, sim.Config{Workload: newLoad(arrivals...), Platforms: []sim.Platform{{KeepAlive: p}}, Window: sim.Window{Horizon: horizon * sim.Minute}})
	return got.colds(), got.spans()
}

// Two hours of training see f0 at 10, 40, 70 and 100: idle stretches of 10, 29, 29, 29 and
// 19 minutes. Without those that the edges cut they are equal, so it is regular, with a
// median of 29 and a deviation of 7.7, of which 2 count. In training instances stay for 10
// minutes. The next is predicted for 101 + 29 = 130 ± 2, so an instance is there from the
// end of the minute 128 − 2, 127 min = 7620 s, and without a request would be until the end
// of the minute 132, 7980 s. The request at 130 (7800 s) finds it and ends; it goes at the
// end of the next minute but this, 132 min = 7920 s. For 160 another is there from 157 min
// = 9420 s; 160.5 finds it, and it goes at 162 min = 9720 s. For 190 there is one from 187 to
// 193 min (11220 to 11580 s), and nobody comes; for 220 one from 217 min (13020 s), which
// 222 finds (13320 s): it ends at 224 min (13440 s). For 252 one is there from 249 to 255.
func TestSPESRegular(t *testing.T) {
	colds, spans := replayed(t, `{ name = "spes", train = "2h", validate = "30m" }`, 260, []float64{10, 40, 70, 100, 130, 160.5, 222})
	if want := []float64{600, 2400, 4200, 6000}; !slices.Equal(colds, want) {
		t.Errorf("cold at %v, want %v: those of the training", colds, want)
	}
	want := []string{"f0 600-1203", "f0 2400-3003", "f0 4200-4803", "f0 6000-6603",
		"f0 7620-7920", "f0 9420-9720", "f0 11220-11580", "f0 13020-13440", "f0 14940-15300"}
	if diff := cmp.Diff(want, spans); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
}

// Two hours of training see f0 at irregular times and f1 two minutes after each. Neither fits
// a category. In the last 40 minutes f1 is invoked at 93 and 104: pulsed, all are cold, and
// three minutes are wasted on each; as it follows f0 none is cold, and four are wasted (92,
// 94, 95 and 96 of the first): it is correlated. f0 itself follows nobody and is pulsed.
//
// f0's next is at 150 min (9000 s): cold, it ends at 9003, and goes after three idle
// minutes, at the end of minute 153, 9240 s. With it an instance of f1 starts, for the
// minutes 150 to 152 and two more, until the end of the third, 156 min = 9360 s; 152 min (9120 s)
// finds it. At 300 min the same, but f1 does not come.
func TestSPESCorrelated(t *testing.T) {
	colds, spans := replayed(t, `{ name = "spes", train = "2h", validate = "40m" }`, 400, []float64{5, 22, 50, 91, 102, 150, 300}, []float64{7, 24, 52, 93, 104, 152})
	if want := []float64{300, 420, 1320, 1440, 3000, 3120, 5460, 5580, 6120, 6240, 9000, 18000}; !slices.Equal(slices.Sorted(slices.Values(colds)), want) {
		t.Errorf("cold at %v, want %v: those of the training, and f0", colds, want)
	}
	want := []string{"f0 9000-9240", "f1 9000-9360", "f0 18000-18240", "f1 18000-18360"}
	if diff := cmp.Diff(want, spans[len(spans)-4:]); diff != "" {
		t.Errorf("instances behind the training (-want +got):\n%s", diff)
	}
}

// every returns minutes from the first on, at distances that take turns, before the end.
func every(first, end int, distances ...int) *activity {
	a := &activity{}
	for k, m := 0, first; m < end; k++ {
		a.add(m)
		m += distances[k%len(distances)]
	}
	return a
}

// bursts are active stretches of so many minutes, each at a start, so many invocations a minute.
func bursts(length, calls int, starts ...int) *activity {
	a := &activity{}
	for _, s := range starts {
		for m := s; m < s+length; m++ {
			for range calls {
				a.add(m)
			}
		}
	}
	return a
}

// Each category by its threshold, on a day of 1440 minutes, or on two where a day is
// forgotten.
func TestSPESCategories(t *testing.T) {
	day := 1440
	long := every(30, 14*day, 1000) // 20 idle stretches of 999, one of them tried out in between
	long.minutes = slices.Insert(long.minutes, 11, activeMinute{10130, 1})
	for _, c := range []struct {
		name   string
		a      *activity
		end    int
		want   category
		forget int
	}{
		{"every minute", every(0, day, 1), day, alwaysWarm, 0},
		{"one idle minute of 1440 is less than one in a thousand", bursts(1, 1, slices.Collect(func(y func(int) bool) {
			for m := range day {
				if m != 700 && !y(m) {
					return
				}
			}
		})...), day, alwaysWarm, 0},
		{"every half an hour, from the tenth minute", every(10, day, 30), day, regular, 0},
		{"the same in bursts of three minutes", bursts(3, 1, 10, 40, 70, 100, 130), 160, regular, 0},
		{"by turns 19 and 29 idle", every(10, day, 20, 30), day, approRegular, 0},
		{"by turns 19, 29, 39 and 49 idle: the top three are 75 %", every(10, day, 20, 30, 40, 50), day, unknown, 0},
		{"idle for 1 to 4 by turns: P90 is below 5", every(0, day, 2, 3, 4, 5), day, dense, 0},
		{"idle for 2 to 6 by turns: P90 is 6", every(0, day, 3, 4, 5, 6, 7), day, unknown, 0},
		{"bursts of 10 minutes, idle stretches that differ", bursts(10, 1, 20, 100, 230, 470, 900), day, successive, 0},
		{"of 9", bursts(9, 1, 20, 100, 230, 470, 900), day, unknown, 0},
		{"of one minute, with 11 invocations", bursts(1, 11, 20, 100, 230, 470, 900), day, successive, 0},
		{"with 10", bursts(1, 10, 20, 100, 230, 470, 900), day, unknown, 0},
		{"irregular on the first day, every half an hour on the second", bursts(1, 1, append([]int{20, 100, 230, 470, 900, 1005, 1017, 1100, 1177}, every(day, 2*day, 30).starts()...)...), 2 * day, regular, day},
		{"tried out once beside a long regular time", long, 14 * day, regular, 0},
		{"never invoked", &activity{}, day, unknown, 0},
	} {
		if got, forget := categorise(c.a, c.end, 5); got != c.want || forget != c.forget {
			t.Errorf("%s: %v from minute %d on, want %v from %d", c.name, got, forget, c.want, c.forget)
		}
	}
}

func (a *activity) starts() []int {
	var all []int
	for _, m := range a.minutes {
		all = append(all, int(m.at))
	}
	return all
}

// Which of the three strategies is taken, worked by hand; cold and waste of each.
func TestSPESAssignment(t *testing.T) {
	for _, c := range []struct {
		trials [3]trial
		want   int
	}{
		{[3]trial{{0.5, 3}, {0.4, 2}, untried}, 1},   // best at both
		{[3]trial{{0.5, 3}, {0.5, 2}, untried}, 1},   // as cold, and wastes less
		{[3]trial{{0.5, 2}, {0.4, 2}, untried}, 1},   // wastes as much, and is less cold
		{[3]trial{{0.9, 1}, {0.1, 90}, untried}, 1},  // hardly cold, at whatever waste
		{[3]trial{{1, 3}, untried, untried}, 0},      // always cold
		{[3]trial{{0.8, 3}, {0.4, 6}, untried}, 1},   // ½·(0.8−0.4)÷0.4 = 0.5 ≤ (6−3)÷3 = 1
		{[3]trial{{0.8, 3}, {0.2, 4}, untried}, 0},   // ½·(0.8−0.2)÷0.2 = 1.5 > (4−3)÷3
		{[3]trial{{0.8, 3}, {0.6, 9}, {0.2, 12}}, 2}, // 1.5 ≤ (12−3)÷3 = 3
		{[3]trial{{0.8, 0}, {0.4, 6}, untried}, 1},   // nothing wasted: any waste is endlessly more
	} {
		if got := best(c.trials); got != c.want {
			t.Errorf("%v: %d, want %d", c.trials, got, c.want)
		}
	}
}

// Idle times by hand: P5 and P95 of 1, 2, 3, 4, 5 lie 0.2 from the ends; the deviation of
// 2, 4, 4, 4, 5, 5, 7, 9 is 2, a textbook's.
func TestWaits(t *testing.T) {
	w := sortedWaits([]int{5, 3, 1, 2, 4})
	if p5, p95, m := w.percentile(5), w.percentile(95), w.median(); math.Abs(p5-1.2) > 1e-12 || math.Abs(p95-4.8) > 1e-12 || m != 3 {
		t.Errorf("P5 %v, median %v, P95 %v, want 1.2, 3, 4.8", p5, m, p95)
	}
	if d := sortedWaits([]int{9, 2, 4, 5, 4, 5, 4, 7}).deviation(); d != 2 {
		t.Errorf("the deviation is %v, want 2", d)
	}
	if m := sortedWaits([]int{7, 3, 3, 9, 7, 1}).modes(); !slices.Equal(m, []mode{{3, 2}, {7, 2}, {1, 1}, {9, 1}}) {
		t.Errorf("modes %v", m)
	}
}

// However waits come, those that are counted as they come are in the order of those that are
// counted at once.
func TestTally(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var seen waits
		var modes []mode
		for _, wait := range rapid.SliceOfN(rapid.IntRange(1, 9), 1, 60).Draw(t, "waits") {
			seen, modes = seen.add(wait), tally(modes, wait)
			if want := seen.modes(); !slices.Equal(modes, want) {
				t.Fatalf("%v, want %v", modes, want)
			}
		}
	})
}

// Invoked every minute of the training of a day, a function is warm for ever from its end on, though
// it was not in between, nor is invoked any more.
func TestSPESAlwaysWarmStands(t *testing.T) {
	const day = 1440
	minutes := make([]float64, day)
	for i := range minutes {
		minutes[i] = float64(i)
	}
	_, spans := replayed(t, `{ name = "spes", train = "1d", window = "10s", validate = "1h" }`, 1500, minutes)
	if last := spans[len(spans)-1]; len(spans) != day+1 || last != "f0 86400-" {
		t.Errorf("%d spans, the last %q, want one that begins with 86400 and does not end", len(spans), last)
	}
}

// Predictions that follow what is seen. A regular function with a median of 29 that comes
// after 39 five times is expected after (29 + 39) ÷ 2 = 34; a dense one between 1 and 4 that
// comes after 3 five times from 3 on, and still until 4; a possible one that knows 20 and 40, repeated
// four and three times, takes 60, seen five times, in place of the 20, the most frequent
// that is less so.
func TestSPESLearns(t *testing.T) {
	r := prediction{category: regular, period: 29}
	d := prediction{category: dense, expected: []int{1, 4}, between: true}
	p := prediction{category: possible}
	p.repeat([]mode{{20, 4}, {40, 3}})
	u := prediction{}
	for range 4 {
		r.learn(39, 5)
		d.learn(3, 5)
		p.learn(60, 5)
		u.learn(12, 5)
	}
	if r.period != 29 || d.expected[0] != 1 || p.expected[0] != 20 || u.category != unknown {
		t.Errorf("four idle times changed something: %+v, %+v, %+v, %+v", r, d, p, u)
	}
	r.learn(39, 5)
	d.learn(3, 5)
	p.learn(60, 5)
	u.learn(12, 5)
	if r.period != 34 || !slices.Equal(d.expected, []int{3, 4}) || !slices.Equal(p.expected, []int{40, 60}) || u.category != possible || !slices.Equal(u.expected, []int{12, 12}) {
		t.Errorf("after five: %+v, %+v, %+v, %+v", r, d, p, u)
	}
}

// The trials of TestSPESCorrelated, by hand, and the minutes of an approximately regular
// function: invoked in minute 100 and expected 19 or 29 idle minutes later, in 120 or 130,
// an instance is there from the ends of 118 and 128 on until the ends of 123 and 133.
func TestSPESTrials(t *testing.T) {
	s := SPES{Train: 7200e9, Validate: 2400e9, Prewarm: 120e9, Pulsed: 180e9, Dense: 300e9}.New(sim.Group{Functions: []uint32{0, 1}}).(*spes)
	s.functions[0].counts = *bursts(1, 1, 5, 22, 50, 91, 102)
	f := &s.functions[1]
	f.counts = *bursts(1, 1, 7, 24, 52, 93, 104)
	never := func(int) bool { return false }
	if got := f.counts.try(80, 120, 2, 3, false, never); got != (trial{1, 3}) {
		t.Errorf("pulsed: %v, want all cold and 3 minutes wasted on each", got)
	}
	f.follows = s.followed(1, 120)
	if !slices.Equal(f.follows, []lead{{0, 2}}) {
		t.Errorf("follows %v, want function 0 by 2 minutes", f.follows)
	}
	if got := s.tryCorrelated(f, 80, 120, 2, 2); got != (trial{0, 4}) {
		t.Errorf("correlated: %v, want none cold and 4 minutes wasted on each", got)
	}
	a := prediction{category: approRegular, expected: []int{19, 29}}
	a.predict(100)
	var got []sim.Time
	for at := a.starts(0, 2); at < sim.Never; at = a.starts(a.through(at, 2), 2) {
		got = append(got, at/sim.Minute, a.through(at, 2)/sim.Minute)
	}
	if want := []sim.Time{119, 124, 129, 134}; !slices.Equal(got, want) {
		t.Errorf("approximately regular: from and until minutes %v, want %v", got, want)
	}
}

// The load of TestSPESCorrelated with f1 in another app of the same owner. Within the owner it
// is correlated as there. Within its app it follows nobody, and is pulsed: it is cold at 152 min
// (9120 s), and goes behind three idle minutes, at the end of minute 155, 9360 s.
func TestSPESWithinOwner(t *testing.T) {
	for _, c := range []struct {
		within string
		colds  []float64
		want   []string
	}{
		{"owner", []float64{9000, 18000}, []string{"f0 9000-9240", "f1 9000-9360", "f0 18000-18240", "f1 18000-18360"}},
		{"app", []float64{9000, 9120, 18000}, []string{"f0 9000-9240", "f1 9120-9360", "f0 18000-18240"}},
	} {
		p, err := KeepAlive(table(t, `{ name = "spes", train = "2h", validate = "40m", within = "`+c.within+`" }`))
		if err != nil {
			t.Fatal(err)
		}
		load := newLoad([]float64{300, 1320, 3000, 5460, 6120, 9000, 18000}, []float64{420, 1440, 3120, 5580, 6240, 9120})
		for i := range load.Functions() {
			f := &load.Functions()[i]
			f.Owner, f.App = "owner", f.Name
		}
		got := run(t, sim.Config{Workload: load, Platforms: []sim.Platform{{KeepAlive: p}}, Window: sim.Window{Horizon: 400 * sim.Minute}})
		behind := func(x float64) bool { return x < 7200 }
		if colds := slices.DeleteFunc(got.colds(), behind); !slices.Equal(slices.Sorted(slices.Values(colds)), c.colds) {
			t.Errorf("within %s: cold at %v behind the training, want %v", c.within, colds, c.colds)
		}
		spans := got.spans()
		if diff := cmp.Diff(c.want, spans[max(0, len(spans)-len(c.want)):]); diff != "" {
			t.Errorf("within %s: instances behind the training (-want +got):\n%s", c.within, diff)
		}
	}
}
