package calibrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/optimize"

	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// fitter replays a log with other values of a profile.
type fitter struct {
	log     *Log
	profile *hardware.Profile
	engine  servers.LLM
	fitted  int        // requests of the first part, which values are fitted to
	scatter [2]float64 // of |ln(simulated ÷ measured)| of TTFT and TPOT
	// pass is what a pass takes typically, ns, and crowd how many requests are in it.
	pass, crowd float64
	runs        *atomic.Int64
	workers     int
}

// replay serves the log with the values of a Spec.
func (f *fitter) replay(s hardware.Spec) (*replay, error) {
	f.runs.Add(1)
	p := f.profile.Adjusted(s)
	engine := f.engine
	engine.Timer, engine.Blocks, engine.Front = p, p.Blocks, p.Front
	return f.log.replayed(engine)
}

// deviations are ln(simulated ÷ measured) of the fitted requests, by metric; NaN
// where one has none.
func (f *fitter) deviations(r *replay) (d [2][]float64) {
	for m := range d {
		d[m] = make([]float64, f.fitted)
		for i := range d[m] {
			d[m][i] = math.Log(r.times[i][m] / f.log.Requests[i].measured()[m])
		}
	}
	return d
}

// leastScatter bounds how much a metric can weigh.
const leastScatter = 0.01

// weigh takes the scatter of TTFT and TPOT around their medians from a replay.
func (f *fitter) weigh(r *replay) {
	for m, d := range f.deviations(r) {
		d = slices.DeleteFunc(d, math.IsNaN)
		f.scatter[m] = math.Inf(1)
		if len(d) > 0 {
			center := quantile(d, 0.5)
			for i := range d {
				d[i] = math.Abs(d[i] - center)
			}
			f.scatter[m] = math.Max(leastScatter, quantile(d, 0.5))
		}
	}
}

// distance is how far a replay is from the log, less the requests from one to
// another.
func (f *fitter) distance(r *replay, from, to int) float64 {
	sum := 0.0
	for m, d := range f.deviations(r) {
		n, part := 0, 0.0
		for i, x := range d {
			if (i < from || i >= to) && !math.IsNaN(x) {
				part += math.Abs(x)
				n++
			}
		}
		if n > 0 {
			sum += part / float64(n) / f.scatter[m]
		}
	}
	return sum
}

// minimised returns what the distance adds up, before and after a fit.
func (f *fitter) minimised(before, after *replay) (list []Minimum) {
	was, is := f.deviations(before), f.deviations(after)
	absolute := func(d []float64) []float64 {
		d = slices.DeleteFunc(d, math.IsNaN)
		for i := range d {
			d[i] = math.Abs(d[i])
		}
		return d
	}
	for m := range was {
		if x, y := absolute(was[m]), absolute(is[m]); len(x) > 0 {
			list = append(list, Minimum{metricNames[m], f.scatter[m], mean(x), mean(y)})
		}
	}
	return list
}

// evaluate returns the distance of a Spec; that of one which the engine cannot
// serve is infinite.
func (f *fitter) evaluate(s hardware.Spec, from, to int) (float64, error) {
	r, err := f.replay(s)
	if errors.Is(err, errUnfit) {
		return math.Inf(1), nil
	}
	if err != nil {
		return 0, err
	}
	return f.distance(r, from, to), nil
}

// minimise looks for the values of some parameters that make the distance least,
// from those of a Spec on, without the requests from one to another.
func (f *fitter) minimise(ctx context.Context, s hardware.Spec, list []parameter, size float64, most, from, to int) (hardware.Spec, float64, error) {
	if len(list) == 0 {
		distance, err := f.evaluate(s, from, to)
		return s, distance, err
	}
	start := make([]float64, len(list))
	for i, p := range list {
		start[i] = p.get(&s)
	}
	at := func(x []float64) (hardware.Spec, float64) {
		v, beyond := s, 0.0
		host := f.hostShare(list, x)
		for i, p := range list {
			want := start[i] + x[i]*p.step
			if p.key == "decode_scale" {
				want -= host
			}
			got := p.clamp(want)
			beyond += math.Abs(want-got) / p.step
			p.set(&v, got)
		}
		return v, beyond
	}
	var failed error
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			v, beyond := at(x)
			d, err := f.evaluate(v, from, to)
			if err != nil {
				failed = err
			}
			return d + beyond
		},
		Status: func() (optimize.Status, error) {
			if err := errors.Join(failed, ctx.Err()); err != nil {
				return optimize.Failure, err
			}
			return optimize.NotTerminated, nil
		},
	}
	result, err := optimize.Minimize(problem, make([]float64, len(list)), &optimize.Settings{
		FuncEvaluations: most, Converger: &optimize.FunctionConverge{Absolute: 1e-3, Iterations: 15 * len(list)},
	}, &optimize.NelderMead{SimplexSize: size})
	if err != nil {
		return s, 0, fmt.Errorf("fitting %s: %w", keys(list), err)
	}
	best, _ := at(result.X)
	return best, result.F, nil
}

// hostShare returns the part of a typical pass that a step of the host's times
// takes. The decode scale gives as much way: what a pass takes in all is told best,
// and which part of it is the host's along a line of its own, not across a valley.
func (f *fitter) hostShare(list []parameter, x []float64) (share float64) {
	if f.pass == 0 {
		return 0
	}
	for i, p := range list {
		switch p.key {
		case "host":
			share += x[i] * p.step / f.pass
		case "host_per_request":
			share += x[i] * p.step * f.crowd / f.pass
		}
	}
	return share
}

// mostEvaluations is how often a simplex replays the log at most, by parameter.
const mostEvaluations = 80

// fit looks for the best values of some parameters, without the requests from one
// to another: it descends, and then looks around by simplexes, each from where the
// last has ended, since one can shrink where it should not.
func (f *fitter) fit(ctx context.Context, s hardware.Spec, list []parameter, from, to int) (best hardware.Spec, distance float64, err error) {
	if len(list) == 0 {
		distance, err = f.evaluate(s, from, to)
		return s, distance, err
	}
	if best, err = f.approach(ctx, s, list, from, to); err != nil {
		return best, 0, fmt.Errorf("fitting %s: %w", keys(list), err)
	}
	for _, size := range []float64{1, -0.5} {
		if best, distance, err = f.minimise(ctx, best, list, size, mostEvaluations*len(list), from, to); err != nil {
			return best, 0, err
		}
	}
	return best, distance, nil
}

// hostParts are the parts of a pass that the host is tried to take at first. It and
// the decode scale can nearly stand for each other, so that a descent from one end
// of their valley stops before the other.
var hostParts = []float64{0, 0.1, 0.2, 0.3, 0.45}

// approach descends from a Spec on; where the host is looked for, from several.
func (f *fitter) approach(ctx context.Context, s hardware.Spec, list []parameter, from, to int) (hardware.Spec, error) {
	host := slices.IndexFunc(list, func(p parameter) bool { return p.key == "host" })
	if host < 0 || f.pass == 0 {
		return f.descend(ctx, s, list, from, to)
	}
	best, nearest := s, math.Inf(1)
	for _, part := range hostParts {
		try := s
		list[host].set(&try, part*f.pass)
		try, err := f.descend(ctx, try, without(list, host), from, to)
		if err != nil {
			return s, err
		}
		if try, err = f.descend(ctx, try, list, from, to); err != nil {
			return s, err
		}
		d, err := f.evaluate(try, from, to)
		if err != nil {
			return s, err
		}
		if d < nearest {
			best, nearest = try, d
		}
	}
	return best, nil
}

// folds is how many runs of requests a jackknife leaves out, one after the other.
const folds = 6

// uncertainty returns the standard error of each parameter, that of rounding it
// included. Each fit of it begins where the one of all requests did: what the log does
// not tell ends here and there.
func (f *fitter) uncertainty(ctx context.Context, start hardware.Spec, list []parameter) ([]float64, error) {
	values := make([][]float64, folds)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, f.workers))
	for k := range folds {
		g.Go(func() error {
			from, to := k*f.fitted/folds, (k+1)*f.fitted/folds
			s, _, err := f.fit(ctx, start, list, from, to)
			for _, p := range list {
				values[k] = append(values[k], p.get(&s))
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	errs := make([]float64, len(list))
	for i := range list {
		mean, sum := 0.0, 0.0
		for _, v := range values {
			mean += v[i] / folds
		}
		for _, v := range values {
			sum += (v[i] - mean) * (v[i] - mean)
		}
		errs[i] = math.Sqrt(sum*(folds-1)/folds + list[i].unit()*list[i].unit()/12)
	}
	return errs, nil
}

// keys lists the names of parameters.
func keys(list []parameter) []string {
	var names []string
	for _, p := range list {
		names = append(names, p.key)
	}
	return names
}
