package policies

import (
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// FFTForecast is the forecaster of IceBreaker (Roy et al., ASPLOS 2022), as FeMux's code
// has it: of the last n intervals the slope p of a straight line is taken off, of what is
// left, y, the discrete Fourier transform is cut to the 1 + 2·h bins of the lowest
// frequencies, and these go on, with the line:
//
//	x̂ = Σ Aₖ·cos(2π·fₖ·n + φₖ) + p·n.
//
// One step on, each of these waves is where it began (fₖ·n is whole), so the sum is
// what is kept of y at 0, and that is y weighted by Dirichlet's kernel:
//
//	(1 ÷ n)·Σ yₜ·D(t),  D(t) = 1 + 2·Σ cos(2π·k·t ÷ n) = sin((2h + 1)·π·t ÷ n) ÷ sin(π·t ÷ n),
//
// which needs no transform. So it supposes that the window is a whole number of periods:
// what it forecasts is how the window began, smoothed, and raised by the trend.
//
// IceBreaker's paper chooses by it among servers too, at two thresholds of a utility;
// servers here are of one kind.
type FFTForecast struct {
	Harmonics int `toml:"harmonics" default:"10" help:"frequencies above 0 that are kept, 1 to 5000"`
	Window    int `toml:"window" default:"504" unit:"intervals" help:"the last intervals that are transformed, 2 to 10000"`
	Forecast
}

// About describes the policy.
func (FFTForecast) About() Entry {
	return Entry{
		Name: "forecast-fft", Help: "as many instances stand as the trend and the lowest frequencies of the demand forecast (IceBreaker)", Control: Operator,
		Source: "Roy et al., IceBreaker, ASPLOS 2022 [S]; linear trend and 21 bins from FeMux's code of it [V], where the paper's trend is quadratic [S]; window: FeMux's block of 504 minutes [V]",
	}
}

// Check refuses what is out of range.
func (p FFTForecast) Check(n *spec.Node) error {
	if p.Harmonics < 1 || p.Harmonics > maxWindow/2 {
		return at(n, "harmonics").Errorf("found %d, want 1 to %d frequencies", p.Harmonics, maxWindow/2)
	}
	if err := checkWindow(n, p.Window); err != nil {
		return err
	}
	return p.check(n)
}

// New returns the policy of a deployment.
func (p FFTForecast) New(sim.Group) sim.Prewarm {
	return newForecasting(p.Forecast, newFourier(p.Harmonics, p.Window))
}

type fourier struct {
	recent
	harmonics int
	kernel    []float64 // D of as many values as there were
}

func newFourier(harmonics, window int) *fourier {
	return &fourier{recent: newRecent(window), harmonics: harmonics, kernel: make([]float64, 0, window)}
}

func (f *fourier) next() float64 {
	n, p := float64(len(f.xs)), slope(f.xs)
	rise := float64(p * n)
	if 2*f.harmonics+1 >= len(f.xs) { // all bins are kept
		return f.xs[0] + rise
	}
	f.weigh()
	sum := 0.0
	for t, x := range f.xs {
		sum += float64((x - float64(p*float64(t))) * f.kernel[t])
	}
	return sum/n + rise
}

// weigh makes the kernel anew where there are more values than it is of.
func (f *fourier) weigh() {
	if len(f.kernel) == len(f.xs) {
		return
	}
	f.kernel = f.kernel[:len(f.xs)]
	bins := float64(2*f.harmonics + 1)
	f.kernel[0] = bins
	for t := 1; t < len(f.xs); t++ {
		angle := math.Pi * float64(t) / float64(len(f.xs))
		f.kernel[t] = math.Sin(bins*angle) / math.Sin(angle)
	}
}

// slope returns the slope of the line through xs at 0, 1, 2 … by least squares; 0 of one.
func slope(xs []float64) float64 {
	if len(xs) < 2 {
		return 0
	}
	n := float64(len(xs))
	middle, m, sum := float64((n-1)/2), mean(xs), 0.0
	for t, x := range xs {
		sum += float64((float64(t) - middle) * (x - m))
	}
	return sum / (n * (float64(n*n) - 1) / 12)
}
