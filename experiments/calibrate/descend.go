package calibrate

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/coldcurve/coldcurve/workloads/hardware"
)

const (
	mostDescents = 8
	// leastDeviation bounds how much a single request can weigh, in scatters.
	leastDeviation = 0.5
	// wide is over how many steps differences are taken, but for blocks, whose effect
	// is no line: wider than the jumps of single requests.
	wide = 5
	// damping keeps a direction that the log hardly tells from running away.
	damping = 1e-3
)

// descend comes near to the values that make the distance least, by Gauss–Newton
// with the weights of least absolute deviations: it finds its way along values that
// can nearly stand for each other, where a simplex gets stuck. Differences are
// taken over whole steps of the parameters, since single requests jump from pass
// to pass where a value changes a little.
func (f *fitter) descend(ctx context.Context, s hardware.Spec, list []parameter, from, to int) (hardware.Spec, error) {
	best, r, err := f.near(s, from, to)
	if err != nil || math.IsInf(best, 1) || len(list) == 0 {
		return s, err
	}
	for range mostDescents {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		step, err := f.newton(s, list, r, from, to)
		if err != nil || step == nil {
			return s, err
		}
		nearer := false
		for part := 1.0; part > 0.1 && !nearer; part /= 2 {
			try := s
			for i, p := range list {
				p.set(&try, p.clamp(p.get(&s)+part*p.step*step.AtVec(i)))
			}
			d, residuals, err := f.near(try, from, to)
			if err != nil {
				return s, err
			}
			if d < best*(1-1e-3) {
				s, best, r, nearer = try, d, residuals, true
			}
		}
		if !nearer {
			return s, nil
		}
	}
	return s, nil
}

// near returns the distance of a Spec and the deviations that make it, in scatters,
// without the requests from one to another; infinite where it cannot be served.
func (f *fitter) near(s hardware.Spec, from, to int) (float64, []float64, error) {
	r, err := f.replay(s)
	if errors.Is(err, errUnfit) {
		return math.Inf(1), nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	var list []float64
	for m, d := range f.deviations(r) {
		for i, x := range d {
			if i >= from && i < to || math.IsNaN(x) {
				x = 0
			}
			list = append(list, x/f.scatter[m])
		}
	}
	return f.distance(r, from, to), list, nil
}

// newton returns the step, in steps of the parameters, to where the deviations
// would be least if they were linear; nil where there is none.
func (f *fitter) newton(s hardware.Spec, list []parameter, r []float64, from, to int) (*mat.VecDense, error) {
	n := len(list)
	slopes := make([][]float64, n)
	for i, p := range list {
		by := p.step
		if p.key != "blocks" {
			by *= wide
		}
		at := p.get(&s) + by
		if at > p.high {
			by, at = -by, p.get(&s)-by
		}
		try := s
		p.set(&try, at)
		_, there, err := f.near(try, from, to)
		if err != nil || there == nil {
			return nil, err
		}
		slopes[i] = make([]float64, len(r))
		for k := range r {
			slopes[i][k] = (there[k] - r[k]) * p.step / by
		}
	}
	normal, right := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sum := 0.0
			for k := range r {
				sum += slopes[i][k] * slopes[j][k] / math.Max(leastDeviation, math.Abs(r[k]))
			}
			if i == j {
				sum *= 1 + damping
			}
			normal.SetSym(i, j, sum)
		}
		sum := 0.0
		for k := range r {
			sum -= slopes[i][k] * r[k] / math.Max(leastDeviation, math.Abs(r[k]))
		}
		right.SetVec(i, sum)
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(normal) {
		return nil, nil // a value changes nothing
	}
	step := mat.NewVecDense(n, nil)
	if err := cholesky.SolveVecTo(step, right); err != nil {
		return nil, nil // so nearly alike that no step is to be had
	}
	return step, nil
}
