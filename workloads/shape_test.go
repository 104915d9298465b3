package workloads

import (
	"math"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestShapes: what the help of a shape says, of one period and of the last of
// three: the share between two times of it.
func TestShapes(t *testing.T) {
	for _, c := range []struct {
		shape    string
		from, to sim.Time
		want     float64
		within   float64
	}{
		// Half, and the first of twenty parts of the other half.
		{"bursty", 0, 3 * sim.Minute, 0.5 + 0.5/20, 1e-12},
		// ∫ 1 + 0.8·cos(2π(x − ½)) from a quarter to three quarters is ½ + 0.8 ÷ π.
		{"diurnal", 6 * sim.Hour, 18 * sim.Hour, 0.5 + 0.8/math.Pi, 1e-3},
		{"diurnal", 0, 12 * sim.Hour, 0.5, 1e-12},
		// Two of fifty office hours, of nine tenths; and the weekend's 48 of the
		// 118 other hours, of one tenth.
		{"office", 32 * sim.Hour, 34 * sim.Hour, 0.9 * 2 / 50, 1e-12},
		{"office", 5 * sim.Day, 7 * sim.Day, 0.1 * 48 / 118, 1e-12},
	} {
		s := must(FindShape(c.shape))
		for _, periods := range []int{1, 3} {
			d := s.Density(periods)
			at := func(x sim.Time) float64 { // ends of parts
				return d[int(math.Round(float64(x)/float64(s.Period)*float64(len(d)-1)/float64(periods)))]
			}
			last := s.Period * sim.Time(periods-1)
			if got := (at(last+c.to) - at(last+c.from)) * float64(periods); math.Abs(got-c.want) > c.within {
				t.Errorf("%s, of %d: %v of a period from %v to %v, want %v", c.shape, periods, got, c.from, c.to, c.want)
			}
			if d[0] != 0 || d[len(d)-1] != 1 {
				t.Errorf("%s, of %d: from %v to %v, want 0 to 1", c.shape, periods, d[0], d[len(d)-1])
			}
		}
	}
	for _, s := range Shapes() {
		if flat := s.Density(1) == nil; flat != (s.Period == 0) {
			t.Errorf("%s has a period of %v and a density: %v", s.Name, s.Period, !flat)
		}
	}
	if _, err := FindShape("dirunal"); err == nil || err.Error() != `unknown shape "dirunal"; did you mean "diurnal"?` {
		t.Errorf("an unknown shape: %v", err)
	}
}

func TestStretched(t *testing.T) {
	d := Stretched(must(NewUniform(0, 1000)), 1.5)
	if got := d.Sample(0.5); got != 750 {
		t.Errorf("half of 0 to 1,000 ns, 1.5 times as long: %d ns, want 750", got)
	}
	init := StretchedInit(sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(3)}, {Phase: sim.PhaseRuntime, Duration: sim.Constant(10)}}, 0.5)
	if a, b := init[0].Duration.Sample(0), init[1].Duration.Sample(0); init[0].Phase != sim.PhaseSandbox || a != 2 || b != 5 {
		t.Errorf("half of 3 and 10 ns: %d and %d, want 2 (the nearest, away from 0) and 5", a, b)
	}
}

// A peak is as many times the mean as is asked, at the hour where the shape has it:
// the part of a day's requests in the quarter of an hour with the most is the factor
// ÷ 96. A flat rate has none, and no peak is less than the mean or more than a
// quarter of an hour can hold.
func TestShapePeaked(t *testing.T) {
	day := must(FindShape("diurnal"))
	for _, factor := range []float64{1.1, 1.8, 3, 10, 40} {
		s, err := day.Peaked(factor)
		if err != nil {
			t.Fatal(err)
		}
		most, at := 0.0, 0
		d := s.Density(1)
		for i := 1; i < len(d); i++ {
			if x := d[i] - d[i-1]; x > most {
				most, at = x, i-1
			}
		}
		if math.Abs(most*96/factor-1) > 1e-9 || at != 47 && at != 48 || math.Abs(s.Peak()/factor-1) > 1e-9 {
			t.Errorf("a peak of %v: %v in part %d, Peak is %v", factor, most*96, at, s.Peak())
		}
	}
	for _, bad := range []struct {
		shape  string
		factor float64
	}{{"constant", 2}, {"even", 2}, {"diurnal", 1}, {"diurnal", 0.5}, {"diurnal", math.NaN()}, {"diurnal", 48}, {"office", 10}} {
		s := must(FindShape(bad.shape))
		if _, err := s.Peaked(bad.factor); err == nil {
			t.Errorf("a %s load has a peak of %v", bad.shape, bad.factor)
		}
	}
}
