package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Forecast is what the forecasting policies share. Each looks, a period apart, at how
// many instances are in demand: busy ones, and those that waiting requests would fill. At
// the end of each interval the mean or the peak of its looks joins the series, of which
// the next value x̂ is forecast, and
//
//	⌈x̂ + z · sd⌉
//
// instances stand for the next interval, where sd is the root of the mean square of all
// errors so far. They are a provisioned floor: none of them stops within the interval, and
// requests beyond them are served on demand. A forecast below 0 is 0.
//
// A look sees what is there at its time: what is shorter than the time between two may
// fall between them, and arrivals in step with them are seen too often or never. The
// series of published work are means or maxima over a minute of what a platform's
// metrics say, which are samples as well.
//
// The forecast of a mean that fades never reaches 0, and so wants one instance until it is
// below 1e-9; Least ends that sooner.
type Forecast struct {
	Every spec.Duration `toml:"every" default:"1m" help:"the interval that is forecast; a whole number of looks"`
	Look  spec.Duration `toml:"look" default:"1s" help:"time between two looks at how many instances are in demand"`
	Of    Statistic     `toml:"of" default:"mean" help:"what of an interval's looks is forecast: mean or peak"`
	Z     float64       `toml:"z" default:"0" help:"instances beyond the forecast, in standard deviations of its errors so far, 0 to 100"`
	Least float64       `toml:"least" default:"0" help:"where forecast and margin are below this, none stands, ≥ 0"`
	Max   int           `toml:"max" default:"1000" help:"instances that stand at most, ≥ 1"`
}

// check refuses what is out of range.
func (p Forecast) check(n *spec.Node) error {
	if err := checkInterval(n, "every", p.Every, p.Look); err != nil {
		return err
	}
	if !(p.Z >= 0 && p.Z <= 100) {
		return at(n, "z").Errorf("found %v, want 0 to 100 standard deviations", p.Z)
	}
	if !(p.Least >= 0) {
		return at(n, "least").Errorf("found %v, want ≥ 0", p.Least)
	}
	return checkCounts(n, 1, named[int]{"max", p.Max})
}

// Floor returns the most instances of each deployment that stand: a tariff asks.
func (p Forecast) Floor() int { return p.Max }

// forecaster forecasts a series of values by those so far.
type forecaster interface {
	add(x float64)
	next() float64 // after at least one value
}

// forecasting is the state of a deployment.
type forecasting struct {
	p     Forecast
	model forecaster
	looks interval
	floor int

	forecast float64 // of the interval that runs
	errors   int     // how many there were
	squares  float64 // their sum
	begun    bool    // forecast is one
}

var _ sim.Prewarm = (*forecasting)(nil)

func newForecasting(p Forecast, model forecaster) *forecasting {
	return &forecasting{p: p, model: model}
}

// Tick looks, and at the end of an interval sets the floor of the next.
func (f *forecasting) Tick(v sim.View, now sim.Time) sim.Action {
	if now > 0 {
		f.looks.add(float64(inDemand(v)))
		if ticksAt(now, sim.Time(f.p.Every)) {
			f.floor = f.want(f.looks.end(f.p.Of))
		}
	}
	return sim.Action{Provisioned: f.floor, Next: after(now, sim.Time(f.p.Look))}
}

// want returns how many instances are to stand after an interval of x.
func (f *forecasting) want(x float64) int {
	if f.begun {
		miss := x - f.forecast
		f.squares += float64(miss * miss)
		f.errors++
	}
	f.model.add(x)
	f.forecast, f.begun = max(0, f.model.next()), true
	want := f.forecast
	if f.errors > 0 {
		want += float64(f.p.Z * math.Sqrt(f.squares/float64(f.errors)))
	}
	if want < f.p.Least {
		return 0
	}
	return min(whole(want), f.p.Max)
}

// recent holds the last values of a series, the oldest first.
type recent struct{ xs []float64 }

func newRecent(most int) recent { return recent{make([]float64, 0, most)} }

func (r *recent) add(x float64) {
	if len(r.xs) == cap(r.xs) {
		copy(r.xs, r.xs[1:])
		r.xs = r.xs[:len(r.xs)-1]
	}
	r.xs = append(r.xs, x)
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}
