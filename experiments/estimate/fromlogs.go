package estimate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces/logs"
	"github.com/coldcurve/coldcurve/workloads"
)

// FromLogs makes the question of logs. What they do not say is taken from the
// settings' one function: a rate and a shape where they have no times, a
// duration, a memory size. The tariff is what the log was billed by.
func FromLogs(ctx context.Context, files []logs.File, lo logs.Options, s *Settings, tariff string, tariffs ...string) (*Input, error) {
	p, err := logs.Read(ctx, files, lo)
	if err != nil {
		var path *fs.PathError
		if ctx.Err() != nil || errors.As(err, &path) {
			return nil, err
		}
		return nil, inputError("%w", err)
	}
	return fromProfile(p, s, tariff, tariffs...)
}

func fromProfile(p *logs.Profile, s *Settings, tariff string, tariffs ...string) (*Input, error) {
	in, err := s.common()
	if err != nil {
		return nil, err
	}
	catalog, err := costmodel.Load(tariffs...)
	if err != nil {
		return nil, inputError("%w", err)
	}
	in.Notes = append(in.Notes, p.Caveats...)
	if p.Skipped > 0 {
		in.Notes = append(in.Notes, fmt.Sprintf("%d of %d lines are malformed and were left out", p.Skipped, p.Lines))
	}
	var origin time.Time
	timed := p.Requests - p.Missing.Time
	if timed > 0 {
		origin, in.Length = span(p, timed)
		in.Days = days(origin, in.Length)
	}
	if in.Today, err = newToday(p, catalog, tariff, in.Length); err != nil {
		return nil, err
	}
	given, err := s.Functions[0].function()
	if err != nil {
		return nil, inputError("%w", err)
	}
	switch {
	case timed > 0 && s.Functions[0].Requests != "":
		return nil, inputError("the logs say when requests arrived: --requests is for logs that do not")
	case timed == 0 && s.Functions[0].Requests == "":
		in.Notes = append(in.Notes, "without times the logs have no rate: the bill of what they say is all there is; --requests and --shape give a load")
		if in.Today == nil {
			return nil, inputError("the logs say neither when requests arrived nor what was billed; --requests and --shape give a load")
		}
		return in, nil
	}
	for i := range p.Functions {
		f, err := observed(&p.Functions[i], given, p.Requests, origin, in.Length)
		if err != nil {
			return nil, err
		}
		if f != nil {
			in.Functions = append(in.Functions, *f)
		}
	}
	if share, ok := fitShare(p.Functions); ok && !in.ShareKnown {
		in.CPUShare, in.ShareKnown = Known(share), true
		in.Notes = append(in.Notes, fmt.Sprintf("the share of CPU, %s, is fitted to mean billed durations by memory size, initialisations included", digits(share, 2)))
	}
	for i := range p.Functions {
		if f := &p.Functions[i]; resized(f) != 1 {
			in.Notes = append(in.Notes, fmt.Sprintf("function %s ran at several memory sizes: its durations are scaled to their mean at %d MB", f.Name, f.Memory))
		}
	}
	in.observedAssumptions(p, s)
	return in, nil
}

// span returns when a log begins and how much time it is of. A log of about a
// day or more is taken to be of whole intervals; a shorter one lasts from its
// first arrival to the last and one mean gap more.
func span(p *logs.Profile, timed int64) (time.Time, sim.Time) {
	whole := sim.Time(len(p.Total.Counts)) * p.Total.Width
	if p.Span() >= 20*sim.Hour || timed < 2 {
		return p.Total.Start(), whole
	}
	return p.First, max(sim.Second, p.Span()/(timed-1)*timed)
}

// days are the days in UTC of which the log has 20 hours or more.
func days(origin time.Time, length sim.Time) (out []sim.Window) {
	end := origin.Add(time.Duration(length))
	for d := origin.UTC().Truncate(24 * time.Hour); d.Before(end); d = d.Add(24 * time.Hour) {
		w := sim.Window{Warmup: max(0, d.Sub(origin).Nanoseconds()), Horizon: min(length, d.Add(24*time.Hour).Sub(origin).Nanoseconds())}
		if w.Length() >= 20*sim.Hour {
			out = append(out, w)
		}
	}
	return out
}

// observed is what a log shows of a function, completed by what was given; nil
// where no request of it has a time and others do.
func observed(f *logs.Function, given *Function, all int64, origin time.Time, length sim.Time) (*Function, error) {
	out := *given
	out.Name, out.Used, out.seen = f.Name, f.MaxUsed, &seen{init: f.Workload().Init}
	if f.Memory > 0 {
		out.Memory = f.Memory
	}
	if out.Memory == 0 {
		return nil, inputError("function %s: the logs do not say its memory; --memory does", f.Name)
	}
	h := &f.Warm
	if h.Count() == 0 {
		h = &f.First
	}
	if out.seen.service = h.Sampler(); out.seen.service == nil && given.Duration.High == 0 {
		return nil, inputError("function %s: the logs do not say how long it runs; --duration does", f.Name)
	}
	if factor := resized(f); out.seen.service != nil {
		out.seen.service = workloads.Stretched(out.seen.service, factor)
	}
	if out.seen.init != nil {
		out.InitKnown = true
	}
	if f.Restored > 0 && given.Restore.High == 0 {
		out.Restore = Known(float64(f.Restore.Mean()))
	}
	if length == 0 {
		share := float64(f.Requests) / float64(all)
		out.Rate = Range{given.Rate.Low * share, given.Rate.Likely * share, given.Rate.High * share}
		return &out, nil
	}
	out.seen.bins, out.seen.total = bins(&f.Arrivals, origin, length)
	if out.seen.total == 0 {
		return nil, nil
	}
	return &out, nil
}

// resized is the mean billed duration at the memory size that a function has,
// over that at all sizes: durations are not told apart by size.
func resized(f *logs.Function) float64 {
	var now, all, nowRequests, requests int64
	for _, u := range f.Billed {
		all, requests = all+u.BilledMS, requests+u.Requests
		if u.MemoryMB == f.Memory {
			now, nowRequests = now+u.BilledMS, nowRequests+u.Requests
		}
	}
	if now == 0 || nowRequests == requests {
		return 1
	}
	return float64(now) / float64(nowRequests) / (float64(all) / float64(requests))
}

// bins are the intervals of a series in which something arrived, cut to the log.
func bins(s *logs.Series, origin time.Time, length sim.Time) (out []bin, total int64) {
	if len(s.Counts) == 0 {
		return nil, 0
	}
	at := s.Start().Sub(origin).Nanoseconds()
	for i, n := range s.Counts {
		from := at + sim.Time(i)*s.Width
		to := min(length, from+s.Width)
		if from = max(0, from); n > 0 && to > from {
			out, total = append(out, bin{from, to, n}), total+n
		}
	}
	return out, total
}

// fitShare fits mean billed durations over memory sizes by d = a + b ÷ CPU, by
// least squares weighted with requests, and returns the share b ÷ CPU of d at
// the size that a function has; the mean over functions by requests. ok is
// false where no function ran at two sizes of different CPU.
func fitShare(functions []logs.Function) (share float64, ok bool) {
	weight := 0.0
	for i := range functions {
		f := &functions[i]
		if s, fits := fitFunction(f); fits {
			n := float64(f.Requests)
			share, weight = share+n*s, weight+n
		}
	}
	if weight == 0 {
		return 0, false
	}
	return share / weight, true
}

func fitFunction(f *logs.Function) (float64, bool) {
	var n, sx, sy, sxx, sxy float64
	var slownesses []float64
	for _, u := range f.Billed {
		if u.Requests == 0 || u.MemoryMB == 0 {
			continue
		}
		w, x := float64(u.Requests), 1/cpuOf("lambda", u.MemoryMB)
		y := float64(u.BilledMS) / w
		n, sx, sy, sxx, sxy = n+w, sx+w*x, sy+w*y, sxx+w*x*x, sxy+w*x*y
		slownesses = append(slownesses, x)
	}
	slices.Sort(slownesses)
	if len(slices.Compact(slownesses)) < 2 || f.Memory == 0 {
		return 0, false
	}
	b := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	a := (sy - b*sx) / n
	now := b / cpuOf("lambda", f.Memory)
	if d := a + now; d > 0 && !math.IsNaN(d) {
		return min(1, max(0, now/d)), true
	}
	return 0, false
}

// observedAssumptions lists what the logs gave and what was assumed beside.
func (in *Input) observedAssumptions(p *logs.Profile, s *Settings) {
	same := func(name, value, basis string) {
		in.Assumptions = append(in.Assumptions, Assumption{name, value, value, value, basis})
	}
	const most = 12
	for i := range in.Functions {
		f := &in.Functions[i]
		if i == most {
			in.Notes = append(in.Notes, fmt.Sprintf("%d more functions are not listed", len(in.Functions)-most))
			break
		}
		if f.seen.total > 0 {
			same(f.Name+": requests", fmt.Sprint(f.seen.total), "log")
		} else {
			in.assume(&FunctionSettings{Name: f.Name, Requests: s.Functions[0].Requests}, &Function{Rate: f.Rate, seen: f.seen})
		}
		if f.seen.service != nil {
			same(f.Name+": duration, mean", clock(sim.Time(mean(f.seen.service))), "log")
		}
		same(f.Name+": memory", fmt.Sprintf("%d MB", f.Memory), "log")
		if len(f.seen.init) > 0 {
			same(f.Name+": initialisation, mean", clock(sim.Time(mean(f.seen.init[0].Duration))), "log")
		}
	}
	in.assumeShared(s)
}
