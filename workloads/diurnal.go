package workloads

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Diurnal is the Poisson process of rate(t) = rate·(1 + amplitude·cos(2π·(t −
// peak) ÷ period)). It is simulated by inversion, so that a change of its
// parameters moves the arrivals and does not redraw them: arrival k is where
// the integral of the rate reaches the sum of k+1 unit exponentials.
type Diurnal struct {
	rate      float64
	amplitude float64
	period    sim.Time
	peak      sim.Time
}

type diurnalSpec struct {
	Rate      spec.Rate     `toml:"rate" required:"true" help:"mean rate over a period, above 0, at most 5M/s"`
	Amplitude float64       `toml:"amplitude" required:"true" help:"0 (constant) … 1 (rate 0 at the trough, twice the mean at the peak)"`
	Period    spec.Duration `toml:"period" default:"24h" help:"above 0"`
	Peak      spec.Duration `toml:"peak" default:"12h" help:"time of a peak"`
}

func newDiurnalOf(s diurnalSpec) (Process, error) {
	return NewDiurnal(float64(s.Rate), s.Amplitude, sim.Time(s.Period), sim.Time(s.Peak))
}

// NewDiurnal returns the process of a mean rate per second, in (0, 5·10⁶]; an
// amplitude in [0, 1]; a period of 1 s to sim.Longest; and a peak in [0, sim.Longest].
func NewDiurnal(rate, amplitude float64, period, peak sim.Time) (Diurnal, error) {
	if err := checkRate("rate", rate); err != nil {
		return Diurnal{}, err
	}
	if rate > maxRate/2 {
		return Diurnal{}, fmt.Errorf("rate is %v, want at most 5M/s", spec.Rate(rate))
	}
	if err := within("amplitude", amplitude, 0, 1); err != nil {
		return Diurnal{}, err
	}
	if period < sim.Second || period > maxDuration {
		return Diurnal{}, fmt.Errorf("period is %v, want 1 s … %v", spec.Duration(period), spec.Duration(maxDuration))
	}
	if err := checkDuration("peak", peak); err != nil {
		return Diurnal{}, err
	}
	return Diurnal{rate, amplitude, period, peak}, nil
}

// Rate returns the mean rate per second.
func (d Diurnal) Rate() float64 { return d.rate }

// Scaled returns the process at factor × the rate.
func (d Diurnal) Scaled(factor float64) Process {
	d.rate *= factor
	return d
}

// omega returns 2π ÷ period, per ns.
func (d Diurnal) omega() float64 { return 2 * math.Pi / float64(d.period) }

// phase returns the angle of the peak.
func (d Diurnal) phase() float64 {
	return float64(2 * math.Pi * (float64(d.peak%d.period) / float64(d.period)))
}

// dayCurve is the shape of a Diurnal, ready to be integrated.
type dayCurve struct {
	amplitude, omega, phase, sinPhase float64
	swing                             float64 // amplitude ÷ omega, ns
	period                            float64
}

// integral returns the integral of rate(t) ÷ rate over [0, x], in ns, for x in
// [0, period], and the integrand at x.
func (c *dayCurve) integral(x float64) (sum, slope float64) {
	sin, cos := math.Sincos(float64(c.omega*x) - c.phase)
	return x + float64(c.swing*(sin+c.sinPhase)), 1 + float64(c.amplitude*cos)
}

func (d Diurnal) curve() dayCurve {
	c := dayCurve{amplitude: d.amplitude, omega: d.omega(), phase: d.phase(), period: float64(d.period)}
	c.sinPhase, c.swing = math.Sin(c.phase), d.amplitude/c.omega
	return c
}

// Expected returns the integral of the rate over [0, horizon).
func (d Diurnal) Expected(horizon sim.Time) float64 {
	c := d.curve()
	part, _ := c.integral(float64(horizon % d.period))
	whole := float64(horizon - horizon%d.period)
	return d.rate / 1e9 * (whole + part)
}

// Start returns the arrivals.
func (d Diurnal) Start(key sim.RunKey, function uint64) Generator {
	g := &diurnalGenerator{
		dayCurve: d.curve(),
		stream:   sim.NewStream(key, sim.PurposeArrival, function),
		gap:      gapOf(d.rate),
		day:      d.period,
	}
	_, g.slope = g.integral(0)
	return g
}

// diurnalGenerator counts from the start of the present period, so that
// nothing loses precision however long it runs.
type diurnalGenerator struct {
	dayCurve
	stream  sim.Stream
	ordinal uint64
	gap     float64  // 1 ÷ mean rate, ns
	day     sim.Time // the period
	from    sim.Time // start of the present period
	reached float64  // of the integral in this period, [0, period)
	x       float64  // where it is reached
	slope   float64  // the integrand at x
}

func (g *diurnalGenerator) Fill(batch []sim.Invocation, horizon sim.Time) int {
	for i := range batch {
		g.advance(float64(g.gap * negLog1m(g.stream.Uniform(g.ordinal))))
		g.ordinal++
		if g.from >= horizon {
			return i
		}
		now := g.from + min(toTime(g.x), g.day)
		if now >= horizon {
			return i
		}
		batch[i].Arrival = now
	}
	return len(batch)
}

// advance moves on to where the integral is larger by step.
func (g *diurnalGenerator) advance(step float64) {
	target := g.reached + step
	guess := g.x + step/g.slope
	if target >= g.period {
		whole := float64(math.Floor(target/g.period) * g.period)
		target = min(max(0, target-whole), g.period)
		g.from = min(g.from+g.day*(toTime(whole+float64(g.day)/2)/g.day), maxDuration)
		g.x, guess = 0, target
	}
	g.reached = target
	g.solve(target, guess)
}

// solve finds x in [g.x, period] where the integral is target: Newton's
// method, halving the interval where that leads out of it. It stops within ¼ ns
// of the integral, or where rounding does not let it come so close. At the
// trough of amplitude 1 the rate is 0, and the time there is less certain than
// that: up to a second, of a day.
func (g *diurnalGenerator) solve(target, guess float64) {
	low, high := g.x, g.period
	tolerance := max(0.25, target*0x1p-50)
	x := guess
	for range 100 {
		if !(x >= low && x <= high) {
			x = low + (high-low)/2
		}
		sum, slope := g.integral(x)
		g.x, g.slope = x, slope
		miss := target - sum
		if math.Abs(miss) <= tolerance {
			return
		}
		if miss > 0 {
			low = x
		} else {
			high = x
		}
		x += miss / slope
	}
}
