package traces

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// Statistics describe a trace as its options cut it.
type Statistics struct {
	Functions   int
	Active      int // functions with at least one invocation
	Apps        int // functions without an app count as one each
	Invocations int64
	Horizon     sim.Time
	Epoch       *time.Time // when time 0 was, in UTC; nil: the trace has no clock
	Rate        float64    // invocations a second over the horizon
	PeakMinute  int64      // the most invocations in a minute
	PeakAt      sim.Time
	MeanService float64 // seconds

	// IATCV are quantiles, over functions with at least three invocations, of
	// the coefficient of variation of the gaps between arrivals: 0 is
	// periodic, 1 Poisson, above is bursty. Empty where there is no such function.
	IATCV []Quantile

	Top1Share  float64 // share of the invocations of the most popular 1 % of the functions, rounded up
	Top10Share float64
	// Zipf is the exponent s of count ∝ rank^−s, by least squares on the
	// logarithms over functions with a count; 0 where fewer than two have one.
	Zipf float64

	Tokens *TokenStatistics // nil where no request has tokens

	Triggers   []TriggerCount // by count, then name
	Top        []FunctionStat // the most popular functions
	PerMinute  []int64        // counts, for a plot over time
	Popularity []int64        // counts of all functions, descending, for a plot over rank
}

// Quantile is a value at a probability.
type Quantile struct{ P, Value float64 }

// TriggerCount is what one trigger contributes.
type TriggerCount struct {
	Trigger     string
	Functions   int
	Invocations int64
}

// FunctionStat describes one function.
type FunctionStat struct {
	Function    sim.Function
	Count       int64
	Share       float64 // of all invocations
	MeanService float64 // seconds
	CV          float64 // of the gaps between arrivals; NaN with fewer than three invocations
}

// Stat reads a trace once, function by function. top is how many functions to
// list. Its memory is bounded by the functions and the minutes; and, of requests to
// a language model, by their blocks.
func Stat(ctx context.Context, t *Trace, key sim.RunKey, top int) (*Statistics, error) {
	s := &Statistics{Functions: len(t.functions), Horizon: t.horizon}
	minutes := t.horizon / sim.Minute
	if t.horizon%sim.Minute > 0 {
		minutes++
	}
	s.PerMinute = make([]int64, minutes)
	if epoch, ok := t.Epoch(); ok {
		s.Epoch = &epoch
	}
	stats := make([]FunctionStat, len(t.functions))
	var service sim.Wide
	asked := newTokenStat()
	for f := range t.functions {
		sum, err := s.function(ctx, t, key, uint32(f), &stats[f], asked)
		if err != nil {
			return nil, err
		}
		service.AddWide(sum)
	}
	if s.Invocations > 0 {
		s.MeanService = service.Float() / float64(s.Invocations) / float64(sim.Second)
	}
	if s.Horizon > 0 {
		s.Rate = float64(s.Invocations) / (float64(s.Horizon) / float64(sim.Second))
	}
	for m, n := range s.PerMinute {
		if n > s.PeakMinute {
			s.PeakMinute, s.PeakAt = n, sim.Time(m)*sim.Minute
		}
	}
	s.Tokens = asked.end()
	s.IATCV = cvQuantiles(stats)
	s.groups(stats)
	s.popularity(stats, top)
	return s, nil
}

// function reads one function.
func (s *Statistics) function(ctx context.Context, t *Trace, key sim.RunKey, f uint32, out *FunctionStat, asked *tokenStat) (service sim.Wide, err error) {
	r, err := newBatches(ctx, t, key, []uint32{f})
	if err != nil {
		return service, err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	out.Function = t.functions[f]
	q := t.side.of(t.from[f])
	if q != nil {
		asked.begin(q)
	}
	var first, last sim.Time
	var squares sim.Wide
	for {
		batch, err := r.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return service, err
		}
		for i := range batch {
			v := &batch[i]
			if out.Count == 0 {
				first = v.Arrival
			} else {
				squares.AddProduct(v.Arrival-last, v.Arrival-last)
			}
			last = v.Arrival
			out.Count++
			service.Add(v.Service)
			if q != nil {
				r := q.at(int(v.Attr) - 1)
				asked.add(&r)
			}
			s.PerMinute[min(int(v.Arrival/sim.Minute), len(s.PerMinute)-1)]++ // a damaged store may go on
		}
	}
	s.Invocations += out.Count
	if out.Count > 0 {
		out.MeanService = service.Float() / float64(out.Count) / float64(sim.Second)
	}
	out.CV = variation(out.Count-1, last-first, squares)
	return service, nil
}

// variation is the standard deviation of n gaps (dividing by n) over their
// mean, from their exact sum and sum of squares: √(n·Σg² − (Σg)²) ÷ Σg.
func variation(n int64, sum sim.Time, squares sim.Wide) float64 {
	if n < 2 || sum == 0 {
		return math.NaN()
	}
	v := new(big.Int).Mul(big.NewInt(n), squares.Big())
	v.Sub(v, new(big.Int).Mul(big.NewInt(sum), big.NewInt(sum)))
	f, _ := new(big.Float).SetInt(v).Float64()
	return math.Sqrt(max(0, f)) / float64(sum)
}

// cvQuantiles are nearest-rank quantiles over functions.
func cvQuantiles(stats []FunctionStat) []Quantile {
	var cv []float64
	for i := range stats {
		if !math.IsNaN(stats[i].CV) {
			cv = append(cv, stats[i].CV)
		}
	}
	if len(cv) == 0 {
		return nil
	}
	slices.Sort(cv)
	var out []Quantile
	for _, p := range []float64{0, 0.1, 0.25, 0.5, 0.75, 0.9, 1} {
		rank := max(1, int(math.Ceil(p*float64(len(cv)))))
		out = append(out, Quantile{p, cv[rank-1]})
	}
	return out
}

// groups counts apps and triggers.
func (s *Statistics) groups(stats []FunctionStat) {
	type app struct{ owner, app, function string }
	apps := map[app]bool{}
	for i := range stats {
		f := &stats[i].Function
		a := app{f.Owner, f.App, ""}
		if f.App == "" {
			a.function = f.Name
		}
		apps[a] = true
		at := slices.IndexFunc(s.Triggers, func(t TriggerCount) bool { return t.Trigger == f.Trigger })
		if at < 0 {
			at = len(s.Triggers)
			s.Triggers = append(s.Triggers, TriggerCount{Trigger: f.Trigger})
		}
		s.Triggers[at].Functions++
		s.Triggers[at].Invocations += stats[i].Count
	}
	s.Apps = len(apps)
	slices.SortFunc(s.Triggers, func(a, b TriggerCount) int {
		return cmp.Or(cmp.Compare(b.Invocations, a.Invocations), cmp.Compare(a.Trigger, b.Trigger))
	})
}

// popularity ranks the functions.
func (s *Statistics) popularity(stats []FunctionStat, top int) {
	order := make([]int, len(stats))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(stats[b].Count, stats[a].Count), cmp.Compare(a, b)) })
	for rank, i := range order {
		f := &stats[i]
		s.Popularity = append(s.Popularity, f.Count)
		if f.Count > 0 {
			s.Active++
			f.Share = float64(f.Count) / float64(s.Invocations)
		}
		if rank < top {
			s.Top = append(s.Top, *f)
		}
	}
	s.Top1Share, s.Top10Share = topShare(s.Popularity, s.Invocations, 1), topShare(s.Popularity, s.Invocations, 10)
	s.Zipf = zipfExponent(s.Popularity[:s.Active])
}

// topShare is the share of the first per cent of the counts.
func topShare(counts []int64, total int64, percent int) float64 {
	if total == 0 {
		return 0
	}
	sum := int64(0)
	for _, c := range counts[:(len(counts)*percent+99)/100] {
		sum += c
	}
	return float64(sum) / float64(total)
}

// zipfExponent fits log count = a − s·log rank by least squares. The counts do not
// grow, so that it is never below 0; where they are equal it is 0, whatever rounding
// would make of it.
func zipfExponent(counts []int64) float64 {
	n := float64(len(counts))
	if n < 2 || counts[0] == counts[len(counts)-1] {
		return 0
	}
	var sx, sy, sxx, sxy float64
	for i, c := range counts {
		x, y := math.Log(float64(i+1)), math.Log(float64(c))
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+float64(x*x), sxy+float64(x*y)
	}
	return -(n*sxy - float64(sx*sy)) / (n*sxx - float64(sx*sx))
}
