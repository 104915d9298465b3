package workloads

import (
	"math"

	"github.com/coldcurve/coldcurve/sim"
	"gonum.org/v1/gonum/mathext"
)

// Gamma is the distribution with density x^(shape−1)·e^(−x÷scale) ÷
// (Γ(shape)·scale^shape).
type Gamma struct {
	scale, shape float64
	table        *gammaTable
}

// NewGamma returns the gamma distribution of that scale, above 0, and shape,
// in [0.01, 10000].
func NewGamma(scale sim.Time, shape float64) (Gamma, error) {
	if err := positiveTime("scale", scale); err != nil {
		return Gamma{}, err
	}
	if err := within("shape", shape, 0.01, 10000); err != nil {
		return Gamma{}, err
	}
	return Gamma{float64(scale), shape, newGammaTable(shape)}, nil
}

// NewGammaMean returns the gamma distribution of that mean, above 0, and that
// coefficient of variation (standard deviation ÷ mean), in [0.01, 10]. The
// shape is 1 ÷ cv².
func NewGammaMean(mean sim.Time, cv float64) (Gamma, error) {
	if err := positiveTime("mean", mean); err != nil {
		return Gamma{}, err
	}
	if err := checkCV(cv); err != nil {
		return Gamma{}, err
	}
	shape := gammaShape(cv)
	return Gamma{float64(mean) / shape, shape, newGammaTable(shape)}, nil
}

func gammaShape(cv float64) float64 { return 1 / float64(cv*cv) }

// Sample returns the quantile of u, from a table; see gammaTable.
func (g Gamma) Sample(u float64) sim.Time { return toTime(float64(g.scale * g.table.quantile(u))) }

// Mean returns scale·shape in nanoseconds.
func (g Gamma) Mean() float64 { return float64(g.scale * g.shape) }

// gammaSteps is the number of steps in each half of a gammaTable.
const gammaSteps = 1024

// gammaReach is the length of each half in −log probability: from log 2 to
// beyond 53·log 2, the farthest that a uniform of a sim.Stream goes.
const gammaReach = 36.1

// gammaTable is the quantile function of a gamma distribution of scale 1.
// Inverting the incomplete gamma function takes microseconds, so it is done
// once at each knot, in 2 to 4 ms for all, and a draw interpolates. The knots
// are solved for here, not by gonum's GammaIncRegInv, which is far off in the
// lower tail of shapes of 0.1 and below.
//
// What is interpolated is the logarithm y of the quantile, below the median as
// a function of e = −log u, above it of e = −log(1−u). Both are smooth all the
// way into the tails: y is linear in e as u → 0, and grows like log e as u → 1.
// Cubic Hermite interpolation through exact values and derivatives has the
// error h⁴/384·max|y⁗|, with h = 36.1/1024. A quantile's probability (below the
// median F, above it 1−F) is within 1e-7 of what was asked for, relative to
// itself, for every shape accepted: TestGammaTable measures it against gonum's
// incomplete gamma function, which it takes for exact.
type gammaTable struct{ lower, upper [gammaSteps + 1]gammaKnot }

// gammaKnot is y, and the change of y over a step at its present slope.
type gammaKnot struct{ y, step float64 }

func newGammaTable(shape float64) *gammaTable {
	t := new(gammaTable)
	start := gammaStart(shape)
	gammaFill(&t.lower, shape, start, logGammaCDF)
	gammaFill(&t.upper, shape, start, logGammaTail)
	return t
}

// logGammaCDF returns log F at x = e^y, and the change of −log F in y.
func logGammaCDF(shape, y float64) (logP, slope float64) {
	x := math.Exp(y)
	if x < 1e-17*(shape+1) { // F = x^shape ÷ Γ(shape+1)·(1 − O(x))
		lg, _ := math.Lgamma(shape + 1)
		return float64(shape*y) - lg, -shape
	}
	p := mathext.GammaIncReg(shape, x)
	return math.Log(p), -math.Exp(logGammaDensity(shape, y) - math.Log(p))
}

// logGammaTail returns log(1−F) at x = e^y, and the change of −log(1−F) in y.
func logGammaTail(shape, y float64) (logP, slope float64) {
	p := mathext.GammaIncRegComp(shape, math.Exp(y))
	return math.Log(p), math.Exp(logGammaDensity(shape, y) - math.Log(p))
}

// logGammaDensity returns the logarithm of the density of log x, at x = e^y.
func logGammaDensity(shape, y float64) float64 {
	lg, _ := math.Lgamma(shape)
	return float64(shape*y) - math.Exp(y) - lg
}

// gammaStart returns the logarithm of the median of shape.
func gammaStart(shape float64) float64 {
	return gammaSolve(shape, math.Log(shape), -math.Ln2, logGammaCDF)
}

type logProbability func(shape, y float64) (logP, slope float64)

// gammaSolve returns the y at which the probability is e^logP. Both
// probabilities are log-concave in y, since its density is, so that Newton's
// method converges from everywhere.
func gammaSolve(shape, y, logP float64, f logProbability) float64 {
	for range 200 {
		at, slope := f(shape, y)
		change := (at - logP) / slope
		y += change
		if math.Abs(change) <= 1e-14*max(1, math.Abs(y)) {
			break
		}
	}
	return y
}

// gammaQuantile returns one quantile of the gamma distribution of scale 1,
// without a table.
func gammaQuantile(shape, u float64) float64 {
	start := math.Log(shape)
	if u < 0.5 {
		return math.Exp(gammaSolve(shape, start, math.Log(u), logGammaCDF))
	}
	return math.Exp(gammaSolve(shape, start, math.Log1p(-u), logGammaTail))
}

// gammaFill solves for each knot, from the one before it on.
func gammaFill(half *[gammaSteps + 1]gammaKnot, shape, y float64, f logProbability) {
	const h = gammaReach / gammaSteps
	for i := range half {
		y = gammaSolve(shape, y, -math.Ln2-float64(float64(i)*h), f)
		_, slope := f(shape, y)
		half[i] = gammaKnot{y, h / slope}
	}
}

// quantile returns the quantile of u, exact at the knots.
func (t *gammaTable) quantile(u float64) float64 {
	half, v := &t.upper, 1-u
	if u < 0.5 {
		half, v = &t.lower, u
	}
	at := float64((negLog(v) - math.Ln2) * (gammaSteps / gammaReach))
	i := max(0, min(int(at), gammaSteps-1))
	s := max(0, min(at-float64(i), 1))
	a, b := half[i], half[i+1]
	rise := b.y - a.y
	cubic := a.step + b.step - float64(2*rise)
	square := rise - a.step - cubic
	return math.Exp(a.y + float64(s*(a.step+float64(s*(square+float64(s*cubic))))))
}
