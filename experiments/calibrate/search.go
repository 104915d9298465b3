package calibrate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

const (
	// leastDecodes are the fitted requests of more than one token without which
	// there is no time a token.
	leastDecodes = 20

	// mostUnknown is how uncertain a value may be: a part of the scale, or of the
	// time that it is part of.
	mostUnknown = 0.05
	// significant is how many standard errors a value must differ by from the
	// profile's own.
	significant = 2.5
	// leastGain is how much nearer a value must bring the replay than the profile's
	// own does, all others fitted, as a part; leastDistance is a difference that is
	// none, in scatters.
	leastGain     = 0.05
	leastDistance = 0.02
	// nearEnough is how far off the time a token may be for a host not to be looked
	// for: as far as profiles of measured operations are. What is gained below that
	// is paid for at other loads, since the host and the decode scale can nearly
	// stand for each other on one.
	nearEnough = 0.02
)

// search fits what the log tells, and notes what it does not.
func (c *Calibration) search(ctx context.Context, f *fitter, before *replay, given []string) error {
	list := c.candidates(before, given)
	f.pass, f.crowd = c.typical(before)
	start := c.Before
	start, err := f.settle(ctx, start, list)
	if err != nil {
		return err
	}
	start, list, err = c.searchBlocks(ctx, f, start, list)
	if err != nil {
		return err
	}
	for len(list) > 0 {
		best, distance, err := f.fit(ctx, start, list, 0, 0)
		if err != nil {
			return err
		}
		i, why, err := c.idle(ctx, f, start, list, best, distance)
		if err != nil {
			return err
		}
		var errs []float64
		if i < 0 {
			if errs, err = f.uncertainty(ctx, start, list); err != nil {
				return err
			}
			i, why = c.worst(list, best, errs, before)
		}
		if i < 0 {
			c.After = best
			for i, p := range list {
				c.Values = append(c.Values, Value{p.key, value(&p, &c.Before), value(&p, &best), errs[i]})
			}
			return nil
		}
		c.refuse(list[i].key, "%s", why)
		list[i].set(&start, list[i].get(&c.Before))
		list = without(list, i)
	}
	if c.agrees {
		c.After = start
		return nil
	}
	why := ""
	for _, r := range c.Refused {
		why += fmt.Sprintf("\n  %s: %s", r.Key, r.Why)
	}
	return fmt.Errorf("%s: the log tells no value of the profile; nothing is written%s", c.Log.Name, why)
}

// idle returns a time without which the fit is as good, and why; −1 where there is
// none. Of several that can stand for each other the one that is missed least goes.
func (c *Calibration) idle(ctx context.Context, f *fitter, start hardware.Spec, list []parameter, best hardware.Spec, distance float64) (index int, why string, err error) {
	index, least := -1, math.Inf(1)
	left, off := make([]float64, len(list)), make([]float64, len(list))
	others := make([]hardware.Spec, len(list)) // the best without each
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, f.workers))
	for i, p := range list {
		left[i], off[i] = math.Inf(1), math.Inf(1)
		if isScale(p.key) || p.key == "blocks" {
			continue
		}
		g.Go(func() (err error) {
			own := start
			p.set(&own, p.get(&c.Before))
			others[i], left[i], err = f.fit(ctx, own, without(list, i), 0, 0)
			if err == nil && p.key == "host" {
				off[i], err = f.tokenError(others[i])
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return -1, "", err
	}
	for i, d := range left {
		if (d <= (1+leastGain)*distance+leastDistance || off[i] <= nearEnough) && d < least {
			index, least = i, d
		}
	}
	if index >= 0 {
		p := &list[index]
		why = c.stands(list, index, &best, &others[index])
		if off[index] <= nearEnough && left[index] > (1+leastGain)*distance+leastDistance {
			why = fmt.Sprintf("with the profile's %s, the time a token is off by %.1f %%, as near as profiles are: %s would be nearer on this log, and say little of other loads", shown(p.key, p.get(&c.Before)), 100*off[index], shown(p.key, p.get(&best)))
		}
	}
	return index, why, nil
}

// stands says why a log is as near without a value as with it: the best is what the
// profile has, or other values go elsewhere in its place, or it does next to nothing.
func (c *Calibration) stands(list []parameter, index int, best, other *hardware.Spec) string {
	p := &list[index]
	was, is := shown(p.key, p.get(&c.Before)), shown(p.key, p.get(best))
	if was == is {
		return fmt.Sprintf("the best of what was tried is the %s that the profile has", was)
	}
	var moved []string
	for i := range list {
		q := &list[i]
		if from, to := shown(q.key, value(q, best)), shown(q.key, value(q, other)); i != index && from != to {
			moved = append(moved, fmt.Sprintf("%s goes from %s to %s", q.key, from, to))
		}
	}
	if len(moved) == 0 {
		return fmt.Sprintf("it does next to nothing: the log is as near with the profile's %s as with %s", was, is)
	}
	return fmt.Sprintf("others stand for it: the log is as near with the profile's %s as with %s, where %s", was, is, strings.Join(moved, ", "))
}

// tokenError returns the median of |ln(simulated ÷ measured)| of TPOT; infinite
// where there is none.
func (f *fitter) tokenError(s hardware.Spec) (float64, error) {
	r, err := f.replay(s)
	if err != nil {
		return math.Inf(1), err
	}
	d := slices.DeleteFunc(f.deviations(r)[tpot], math.IsNaN)
	if len(d) == 0 {
		return math.Inf(1), nil
	}
	for i := range d {
		d[i] = math.Abs(d[i])
	}
	return quantile(d, 0.5), nil
}

func isScale(key string) bool { return key == "prefill_scale" || key == "decode_scale" }

// value is a parameter as it is shown: blocks as their number.
func value(p *parameter, s *hardware.Spec) float64 {
	if p.key == "blocks" {
		return float64(s.Blocks)
	}
	return p.get(s)
}

// candidates are the values that the log may tell, but for blocks.
func (c *Calibration) candidates(before *replay, given []string) (list []parameter) {
	v := c.variety(before)
	for _, p := range parameters() {
		switch {
		case slices.Contains(given, p.key):
			c.refuse(p.key, "given")
		case p.key == "decode_scale" && v.decodes < leastDecodes:
			c.refuse(p.key, "%d of the fitted requests made more than one token, want %d or more: there is no time a token", v.decodes, leastDecodes)
		case p.key == "host_per_request" && !v.crowd.varies():
			c.refuse(p.key, "%.0f to %.0f requests are in service nine tenths of the time; what each adds to a step is told by numbers that differ", v.crowd.low, v.crowd.high)
		case p.key == "front" && c.Log.OtherClock:
			c.refuse(p.key, "arrivals are on another clock than tokens, and the quickest way into line was taken for 0 s")
		default:
			list = append(list, p)
		}
	}
	return c.apart(list, &v)
}

// apart refuses what others can stand for.
func (c *Calibration) apart(list []parameter, v *variety) []parameter {
	confounded := v.confounded(keys(list))
	return slices.DeleteFunc(list, func(p parameter) bool {
		i := slices.Index(confounded, p.key)
		if i < 0 {
			return false
		}
		others := slices.Delete(slices.Clone(confounded), i, i+1)
		c.refuse(p.key, "%s can stand for it where the log has %s; what is known of them can be said in --hardware", strings.Join(others, " or "), v.alike(p.key))
		return true
	})
}

// worst returns a value that the log does not tell, and why; −1 where it tells
// all. Scales come last: what is uncertain beside them may be what makes them so.
func (c *Calibration) worst(list []parameter, best hardware.Spec, errs []float64, before *replay) (index int, why string) {
	index, most := -1, 0.0
	for i, p := range list {
		known := c.known(&p, before)
		change := math.Abs(p.get(&best) - p.get(&c.Before))
		scale := isScale(p.key)
		unknown := errs[i] / known
		text := fmt.Sprintf("%s ± %s: more uncertain than a twentieth of what it is part of", shown(p.key, value(&p, &best)), spreadOf(p.key, value(&p, &best), errs[i]))
		if unknown <= 1 {
			if p.key == "blocks" || change > significant*errs[i] {
				continue
			}
			c.agrees = c.agrees || scale
			unknown = 1 + 1/(1+change/(errs[i]+1))
			text = fmt.Sprintf("%s ± %s: not told from the %s that the profile has", shown(p.key, value(&p, &best)), spreadOf(p.key, value(&p, &best), errs[i]), shown(p.key, value(&p, &c.Before)))
		}
		if scale {
			if change > significant*errs[i] {
				continue // it is far from 1, however far: 1 would be worse
			}
			unknown /= 1e6
		}
		if unknown > most {
			index, most, why = i, unknown, text
		}
	}
	return index, why
}

// known is how large the standard error of a value may be.
func (c *Calibration) known(p *parameter, before *replay) float64 {
	var firsts []float64
	for i := range c.Fitted {
		firsts = append(firsts, c.Log.Requests[i].measured()[ttft]*1e9)
	}
	pass, crowd := c.typical(before)
	switch p.key {
	case "host":
		return mostUnknown * pass
	case "host_per_request":
		return mostUnknown * pass / crowd
	case "front":
		return mostUnknown * quantile(firsts, 0.5)
	}
	return mostUnknown
}

// typical returns the time of a pass, ns, of which there is one a token, and how
// many requests are in it.
func (c *Calibration) typical(before *replay) (pass, crowd float64) {
	var steps []float64
	for i := range c.Fitted {
		if m := c.Log.Requests[i].measured()[tpot]; !math.IsNaN(m) {
			steps = append(steps, m*1e9)
		}
	}
	low, high := before.inService(c.Log)
	if len(steps) == 0 {
		return 0, (low + high) / 2
	}
	return quantile(steps, 0.5), (low + high) / 2
}

// searchBlocks tells whether the log tells how many blocks of memory there were,
// and returns where a fit begins.
func (c *Calibration) searchBlocks(ctx context.Context, f *fitter, s hardware.Spec, list []parameter) (hardware.Spec, []parameter, error) {
	at := slices.IndexFunc(list, func(p parameter) bool { return p.key == "blocks" })
	if at < 0 {
		return s, list, nil
	}
	others := without(list, at)
	scales := slices.DeleteFunc(slices.Clone(others), func(p parameter) bool { return !isScale(p.key) })
	least, all := c.Log.extremes()
	free := s
	free.Blocks = max(all, s.Blocks)
	free, spared, err := f.fit(ctx, free, others, 0, 0)
	if err != nil {
		return s, list, err
	}
	best, err := f.onGrid(ctx, s, scales, least, all)
	if err != nil {
		return s, list, err
	}
	tight, with, err := f.fit(ctx, best, list, 0, 0)
	if err != nil {
		return s, list, err
	}
	tight.Blocks = free.Blocks
	alike, err := f.evaluate(tight, 0, 0) // nothing is told by blocks that leave all as it is
	if err != nil {
		return s, list, err
	}
	spared = math.Min(spared, alike)
	if with < (1-leastGain)*spared {
		return best, list, nil
	}
	enough, err := c.enough(f, free, least)
	if err != nil {
		return s, list, err
	}
	if enough > s.Blocks {
		c.refuse("blocks", "the engine was never short of memory, and with the %d that are computed it would have been: at least %d are taken", s.Blocks, enough)
	} else {
		c.refuse("blocks", "the engine was never short of memory: at least %d, and the %d that are computed stay", enough, s.Blocks)
	}
	s.Blocks = max(s.Blocks, enough)
	c.Before.Blocks = s.Blocks
	return s, others, nil
}

// without returns a list less one of it.
func without(list []parameter, i int) []parameter { return slices.Delete(slices.Clone(list), i, i+1) }

// gridRatio is from one number of blocks to the next.
const gridRatio = 1.3

// settle fits all but blocks, and takes the scatter of TTFT and TPOT from there:
// how far a log is from a profile that does not suit it says little of how it
// scatters around one that does.
func (f *fitter) settle(ctx context.Context, s hardware.Spec, list []parameter) (hardware.Spec, error) {
	list = slices.DeleteFunc(slices.Clone(list), func(p parameter) bool { return p.key == "blocks" })
	if len(list) == 0 {
		return s, nil
	}
	near := s
	for range 2 {
		var err error
		near, err = f.descend(ctx, near, list, 0, 0)
		if err != nil {
			return s, err
		}
		r, err := f.replay(near)
		if err != nil {
			return s, err
		}
		f.weigh(r)
	}
	return s, nil
}

// onGrid tries numbers of blocks, from all that could be held at a time down to
// those of the largest request, each with the scales that suit it best: a simplex
// would see only the valley that it stands in.
func (f *fitter) onGrid(ctx context.Context, s hardware.Spec, scales []parameter, least, all int64) (hardware.Spec, error) {
	var tries []hardware.Spec
	for b := float64(all); b >= float64(least); b /= gridRatio {
		s.Blocks = int64(b)
		tries = append(tries, s)
	}
	distances := make([]float64, len(tries))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, f.workers))
	for i := range tries {
		g.Go(func() (err error) {
			tries[i], distances[i], err = f.minimise(ctx, tries[i], scales, 2, mostEvaluations, 0, 0)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return s, err
	}
	return tries[slices.Index(distances, slices.Min(distances))], nil
}

// extremes returns the blocks of the largest request and of all together, with
// the null block.
func (l *Log) extremes() (least, all int64) {
	for i := range l.Requests {
		n := (l.Requests[i].length() + hardware.BlockTokens - 2) / hardware.BlockTokens // the last token is not computed
		least, all = max(least, n), all+n
	}
	return least + 1, all + 1
}

// enough returns the least blocks with which a replay is as with all that could
// be held at a time.
func (c *Calibration) enough(f *fitter, s hardware.Spec, least int64) (int64, error) {
	_, all := c.Log.extremes()
	s.Blocks = all
	want, err := f.replay(s)
	if err != nil {
		return 0, err
	}
	low, high := least-1, all // low is too few
	for high-low > 1 {
		s.Blocks = (low + high) / 2
		got, err := f.replay(s)
		if err != nil {
			return 0, err
		}
		if slices.EqualFunc(got.times, want.times, func(a, b times) bool { return a[ttft] == b[ttft] && a[e2e] == b[e2e] }) {
			high = s.Blocks
		} else {
			low = s.Blocks
		}
	}
	return high, nil
}

// shown is a value as people and files read it.
func shown(key string, v float64) string {
	switch key {
	case "host", "host_per_request", "front":
		return spec.Duration(v).String()
	case "blocks":
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// spread is the standard error of a value as people read it.
func (v *Value) spread() string { return spreadOf(v.Key, v.After, v.Error) }

func spreadOf(key string, v, err float64) string {
	switch key {
	case "blocks":
		return fmt.Sprintf("%.0f", math.Ceil(v*err))
	case "host", "front":
		return spec.Duration(math.Round(err/1e3) * 1e3).String()
	case "host_per_request":
		return spec.Duration(math.Round(err/100) * 100).String()
	}
	return fmt.Sprintf("%.2g", err)
}
