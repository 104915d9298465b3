package policies

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// forecasts returns what a model says after each value.
func forecasts(m forecaster, xs ...float64) []float64 {
	var said []float64
	for _, x := range xs {
		m.add(x)
		said = append(said, m.next())
	}
	return said
}

func wantNumbers(t *testing.T, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if differ(got[i], want[i], tolerance) {
			t.Errorf("got %v, want %v: number %d is off by %g", got, want, i, got[i]-want[i])
		}
	}
}

// Each is 0.3·x + 0.7·last: 6 + 7, 0 + 9.1, 3 + 6.37, 3 + 6.559, 12 + 6.6913.
func TestEWMA(t *testing.T) {
	wantNumbers(t, forecasts(&ewma{alpha: 0.3}, 10, 20, 0, 10, 10, 40), []float64{10, 13, 9.1, 9.37, 9.559, 18.6913}, 1e-12)
}

// With both weights ½: after 4 the level is 4 and the trend 2. 8: level (8 + 6) ÷ 2 = 7, trend
// (3 + 2) ÷ 2 = 2.5. 6: (6 + 9.5) ÷ 2 = 7.75, (0.75 + 2.5) ÷ 2 = 1.625. 6: (6 + 9.375) ÷ 2 = 7.6875,
// (−0.0625 + 1.625) ÷ 2 = 0.78125. 10: (10 + 8.46875) ÷ 2 = 9.234375, (1.546875 + 0.78125) ÷ 2 = 1.1640625.
func TestHolt(t *testing.T) {
	wantNumbers(t, forecasts(&holt{alpha: 0.5, beta: 0.5}, 2, 4, 8, 6, 6, 10), []float64{2, 6, 9.5, 9.375, 8.46875, 10.3984375}, 1e-12)
	// The weights are of what they are said to be: 10, 20, then 0: level 0.3·0 + 0.7·30 = 21, trend 0.1·1 + 0.9·10 = 9.1.
	wantNumbers(t, forecasts(&holt{alpha: 0.3, beta: 0.1}, 10, 20, 0), []float64{10, 30, 30.1}, 1e-12)
}

// A season of two, α = ½, β = ¼, γ = ½. After 2 and 6 the level is 4, the parts −2 and 2: 2 is next. 4: level
// (6 + 4) ÷ 2 = 5, trend ¼·1 = 0.25, first part (−1 − 2) ÷ 2 = −1.5; next 5 + 0.25 + 2. 8: level
// (6 + 5.25) ÷ 2 = 5.625, trend ¼·0.625 + ¾·0.25 = 0.34375, second part (2.375 + 2) ÷ 2 = 2.1875; next
// 5.625 + 0.34375 − 1.5 = 4.46875. 4: level (5.5 + 5.96875) ÷ 2 = 5.734375, trend ¼·0.109375 + ¾·0.34375 =
// 0.28515625; next 5.734375 + 0.28515625 + 2.1875.
func TestHoltWinters(t *testing.T) {
	got := forecasts(newHoltWinters(0.5, 0.25, 0.5, 2), 2, 6, 4, 8, 4)
	wantNumbers(t, got, []float64{2, 2, 7.25, 4.46875, 8.20703125}, 1e-12)
}

// A series that repeats exactly is forecast without error after its first season, and so after two.
func TestHoltWintersOfASeason(t *testing.T) {
	season := []float64{0, 3, 9, 4, 1, 1, 7}
	m := newHoltWinters(0.3, 0.1, 0.1, len(season))
	for i := range 10 * len(season) {
		x := season[i%len(season)]
		if i >= len(season) && differ(m.next(), x, 1e-12) {
			t.Fatalf("value %d is forecast as %v, want %v", i, m.next(), x)
		}
		m.add(x)
	}
	// In the first season it is Holt's method: 0, then 3 and as much again, then level 0.3·9 + 0.7·6, trend 0.1·3.9 + 0.9·3.
	wantNumbers(t, forecasts(newHoltWinters(0.3, 0.1, 0.1, 7), 0, 3, 9), []float64{0, 6, 6.9 + 3.09}, 1e-12)
}

// 1, 2, 3, 4 are −1.5, −0.5, 0.5, 1.5 about their mean; four times the autocovariances are 5, 0.75 − 0.25 + 0.75 = 1.25,
// −0.75 − 0.75 = −1.5. With one lag φ = r₁ ÷ r₀ = 0.25: 2.5 + 0.25·1.5. With two, by Cramer's rule,
// φ₁ = r₁(r₀ − r₂) ÷ (r₀² − r₁²) = 8.125 ÷ 23.4375, φ₂ = (r₀r₂ − r₁²) ÷ (r₀² − r₁²) = −9.0625 ÷ 23.4375.
func TestYuleWalker(t *testing.T) {
	for _, test := range []struct {
		order int
		phi   []float64
	}{
		{1, []float64{0.25}},
		{2, []float64{8.125 / 23.4375, -9.0625 / 23.4375}},
	} {
		m := newYuleWalker(test.order, 4)
		for _, x := range []float64{99, 1, 2, 3, 4} { // the window has left 99 behind
			m.add(x)
		}
		wantNumbers(t, m.fit(2.5), test.phi, 1e-12)
		want := 2.5 + test.phi[0]*1.5
		if test.order > 1 {
			want += test.phi[1] * 0.5
		}
		wantNumbers(t, []float64{m.next()}, []float64{want}, 1e-12)
	}
	// One value is its own forecast, what does not vary its mean, and of two values one lag is used:
	// −1, 1 about the mean have φ = −1 ÷ 2.
	wantNumbers(t, forecasts(newYuleWalker(3, 10), 5), []float64{5}, 0)
	wantNumbers(t, forecasts(newYuleWalker(3, 10), 5, 5, 5, 5), []float64{5, 5, 5, 5}, 0)
	wantNumbers(t, forecasts(newYuleWalker(3, 10), 2, 4), []float64{2, 2.5}, 1e-12)
}

// The equations hold for any series and order: Σⱼ φⱼ·r|ᵢ₋ⱼ| = rᵢ.
func TestYuleWalkerEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(0, 10), 3, 40).Draw(t, "xs")
		m := newYuleWalker(rapid.IntRange(1, 8).Draw(t, "order"), len(xs))
		for _, x := range xs {
			m.add(x)
		}
		phi := m.fit(mean(xs))
		if m.r[0] < 0.01 {
			return // hardly varies
		}
		for i := range phi {
			sum := 0.0
			for j, p := range phi {
				sum += p * m.r[max(i-j, j-i)]
			}
			if differ(sum, m.r[i+1], 1e-6*m.r[0]) {
				t.Fatalf("equation %d: %v, want %v", i+1, sum, m.r[i+1])
			}
		}
	})
}

// The coefficient of x ← 0.6·x + noise is found within four standard errors, √((1 − φ²) ÷ n) each.
func TestYuleWalkerFindsItsModel(t *testing.T) {
	const n, phi = 10_000, 0.6
	stream := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeArrival, 1)
	m, x := newYuleWalker(1, n), 0.0
	for i := range n {
		x = phi*x + stream.Uniform(uint64(i)) - 0.5
		m.add(x)
	}
	wantNumbers(t, m.fit(mean(m.xs)), []float64{phi}, 4*math.Sqrt((1-phi*phi)/n))
}

// 20 + t ÷ 100 and two waves that fit into the window, 5·cos(2π·3t ÷ n) + 3·cos(2π·7t ÷ n), are 33.04 at n = 504. Since
// Σ t·cos(2πkt ÷ n) = −n ÷ 2, the line through them is too flat by d = 6·(5 + 3) ÷ (n² − 1), and what that leaves in y, d·t,
// is kept at 0 as d·((n − 1) ÷ 2 − 10): the forecast is too low by d·(n − 241.5) = 0.0496.
func TestFourier(t *testing.T) {
	const n = 504
	m := newFourier(10, n)
	for i := -3; i < n; i++ { // the window has left three behind
		at := 2 * math.Pi * float64(i) / n
		m.add(20 + float64(i)/100 + 5*math.Cos(3*at) + 3*math.Cos(7*at))
	}
	const d = 6.0 * 8 / (n*n - 1)
	wantNumbers(t, []float64{m.next()}, []float64{33.04 - d*(n-241.5)}, 1e-9)
	// A line alone goes on.
	line := newFourier(2, 40)
	for i := range 40 {
		line.add(3 + 2*float64(i))
	}
	if got := line.next(); differ(got, 83, 1e-9) {
		t.Errorf("a line goes on to %v, want 83", got)
	}
}

// transformed is the forecast as it is written down: the transform, cut, extrapolated to n.
func transformed(xs []float64, harmonics int) float64 {
	n := len(xs)
	p := slope(xs)
	kept := []int{0} // frequencies by their size: 0, 1, −1, 2, −2 …
	for k := 1; len(kept) < n; k++ {
		kept = append(kept, k)
		if len(kept) < n {
			kept = append(kept, -k)
		}
	}
	sum := p * float64(n)
	for _, k := range kept[:min(n, 1+2*harmonics)] {
		re, im := 0.0, 0.0
		for t, x := range xs {
			angle := 2 * math.Pi * float64(k) * float64(t) / float64(n)
			re += (x - p*float64(t)) * math.Cos(angle)
			im -= (x - p*float64(t)) * math.Sin(angle)
		}
		amplitude, phase := math.Hypot(re, im)/float64(n), math.Atan2(im, re)
		sum += amplitude * math.Cos(2*math.Pi*float64(k)*float64(n)/float64(n)+phase)
	}
	return sum
}

// The kernel says what the transform says.
func TestFourierIsTheTransform(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(0, 10), 1, 60).Draw(t, "xs")
		h := rapid.IntRange(1, 12).Draw(t, "harmonics")
		m := newFourier(h, len(xs))
		for i, x := range xs {
			m.add(x)
			if want := transformed(xs[:i+1], h); differ(m.next(), want, 1e-9) {
				t.Fatalf("after %d values %v, want %v", i+1, m.next(), want)
			}
		}
	})
}

// Forecast as the last value. 2 is 2. 4 missed by 2: 4 + 2. 4 by 0: 4 + √(4 ÷ 2) = 5.4. 1 by −3: 1 + √(13 ÷ 3) = 3.08.
func TestForecastMargin(t *testing.T) {
	for _, test := range []struct {
		p    Forecast
		want []int
	}{
		{Forecast{Z: 1, Max: 100}, []int{2, 6, 6, 4}},
		{Forecast{Z: 2, Max: 100}, []int{2, 8, 7, 6}}, // 4 + 2.83, 1 + 4.16
		{Forecast{Max: 100}, []int{2, 4, 4, 1}},
		{Forecast{Z: 1, Max: 5}, []int{2, 5, 5, 4}},
		{Forecast{Max: 100, Least: 2}, []int{2, 4, 4, 0}},
		{Forecast{Z: 1, Max: 100, Least: 4}, []int{0, 6, 6, 0}},
	} {
		f := newForecasting(test.p, &ewma{alpha: 1})
		var got []int
		for _, x := range []float64{2, 4, 4, 1} {
			got = append(got, f.want(x))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v (−want +got):\n%s", test.p, diff)
		}
	}
	// No fewer than none: Holt's trend goes on below 0, and that is no miss of what is 0 then.
	f := newForecasting(Forecast{Z: 1, Max: 9}, &holt{alpha: 0.5, beta: 0.5})
	if got := []int{f.want(4), f.want(1), f.want(0)}; !cmp.Equal(got, []int{4, 3, 3}) {
		t.Errorf("got %v, want 4; 0 + 3, since 1 missed 4 by −3; 0 + √(9 ÷ 2) = 2.1", got)
	}
}

// prewarmed runs requests, [arrival, service] in seconds, under a prewarm policy with no keep-alive; a cold one takes
// the given time to start.
func prewarmed(t *testing.T, prewarm string, init float64, requests ...[2]float64) *tape {
	t.Helper()
	load := newLoad(nil)
	load.Functions()[0].Init = initOf(init)
	for _, r := range requests {
		load.Invocations[0] = append(load.Invocations[0], sim.Invocation{Arrival: seconds(r[0]), Service: seconds(r[1])})
	}
	p, err := Prewarm(table(t, prewarm))
	if err != nil {
		t.Fatal(err)
	}
	return run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: 2000 * sim.Second},
		Platforms: []sim.Platform{{KeepAlive: NoKeepAlive{}, Prewarm: p}}})
}

// The first request is cold, and is there from 0.5 to 14.5: on average 1 until 10, when one is begun, and 0.4 until 20: it
// stays. It serves one of the two of 26.5; the other starts its own, until 29.5. On average they are 0.4 until 30: one
// stays until 40, since nobody comes. Their peak is 2: another stands from 30 to 40.
func TestForecastStands(t *testing.T) {
	load := [][2]float64{{0.5, 12}, {26.5, 1}, {26.5, 1}}
	for of, want := range map[string][]string{
		"mean": {"f0 0.5-14.5", "f0 10-40", "f0 26.5-29.5"},
		"peak": {"f0 0.5-14.5", "f0 10-40", "f0 26.5-29.5", "f0 30-40"},
	} {
		got := prewarmed(t, `{ name = "forecast-ewma", alpha = 1, every = "10s", of = "`+of+`" }`, 2, load...)
		wantSpans(t, got, want...)
		if diff := cmp.Diff([]float64{0.5, 26.5}, got.colds()); diff != "" {
			t.Errorf("%s: cold requests (−want +got):\n%s", of, diff)
		}
	}
}

// The first interval has no forecast to miss. Later the errors are −0.6, 0, −0.4 and then 0: 0.4 + 0.6, 0.4 + √(0.36 ÷ 2),
// 0 + √(0.52 ÷ 3), 0 + √(0.52 ÷ 4) … are above 0 and 1 at most: one stands for good.
func TestForecastStandsWithMargin(t *testing.T) {
	got := prewarmed(t, `{ name = "forecast-ewma", alpha = 1, every = "10s", z = 1 }`, 2, [2]float64{0.5, 12}, [2]float64{26.5, 1}, [2]float64{26.5, 1})
	wantSpans(t, got, "f0 0.5-14.5", "f0 10-", "f0 26.5-29.5")
}

// demands notes what is in demand at 5 s.
type demands struct{ at5 *int }

func (d demands) New(sim.Group) sim.Prewarm { return d }

func (d demands) Tick(v sim.View, now sim.Time) sim.Action {
	if now == 5*sim.Second {
		*d.at5 = inDemand(v)
	}
	return sim.Action{Next: 5 * sim.Second}
}

// Six requests on one instance of two slots, which is all there may be: four wait, and would fill two more.
func TestInDemandCountsWhoWaits(t *testing.T) {
	load := newLoad(nil)
	for range 6 {
		load.Invocations[0] = append(load.Invocations[0], sim.Invocation{Arrival: 1, Service: 100 * sim.Second})
	}
	got := -1
	run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: 2000 * sim.Second}, Platforms: []sim.Platform{{
		KeepAlive: NoKeepAlive{}, Prewarm: demands{&got}, Concurrency: 2, Dispatch: sim.QueueDispatch, Limit: sim.Limit{Instances: 1, Over: sim.QueueOver},
	}}})
	if got != 3 {
		t.Errorf("%d instances are in demand, want 3", got)
	}
}
