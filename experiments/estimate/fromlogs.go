package estimate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// FromLogs makes the question of logs. What they do not say is taken from the
// settings' one function: a rate and a shape where they have no times, a
// duration, a memory size. The tariff is what the log was billed by.
func FromLogs(ctx context.Context, files []logs.File, lo logs.Options, s *Settings, tariff string, tariffs ...string) (*Input, error) {
	catalog, err := costmodel.Load(tariffs...)
	if err != nil {
		return nil, inputError("%w", err)
	}
	return fromLogs(ctx, files, lo, s, catalog, tariff)
}

func fromLogs(ctx context.Context, files []logs.File, lo logs.Options, s *Settings, catalog *costmodel.Catalog, tariff string) (*Input, error) {
	given, err := s.Functions[0].function()
	if err != nil {
		return nil, inputError("%w", err)
	}
	lo.KeepUnmeasured = given.Duration.High > 0
	var p *logs.Profile
	trace, err := traces.OpenForeign(ctx, "the logs", traces.Options{TempDir: lo.TempDir}, func(ctx context.Context, w *traces.StoreWriter) (*traces.Recording, error) {
		lo.Store = w
		var err error
		if p, err = logs.Read(ctx, files, lo); err != nil {
			return nil, err
		}
		return p.Recording(), nil
	})
	if err != nil {
		if ctx.Err() != nil || fault.Machine(err) {
			return nil, err
		}
		return nil, inputError("%w", err)
	}
	in, err := fromProfile(p, trace, given, s, catalog, tariff)
	if err != nil || in.Log == nil {
		return in, errors.Join(err, trace.Close())
	}
	return in, nil
}

func fromProfile(p *logs.Profile, trace *traces.Trace, given *Function, s *Settings, catalog *costmodel.Catalog, tariff string) (*Input, error) {
	in, err := s.common()
	if err != nil {
		return nil, err
	}
	in.Notes = append(in.Notes, p.Caveats...)
	in.durations = &p.Durations
	if s.Functions[0].Name == DefaultName { // nobody said it
		in.Taken = taken(p)
	}
	if p.Skipped > 0 {
		in.Notes = append(in.Notes, fmt.Sprintf("%d of %d lines are malformed and were left out", p.Skipped, p.Lines))
	}
	timed := p.Requests - p.Missing.Time
	if timed > 0 {
		in.Log = &Log{trace: trace, Length: p.Length, LengthOf: p.LengthOf, Days: days(p.First, p.Length)}
	}
	if in.Today, err = newToday(p, catalog, tariff, given.Memory, in.FreeTier, in.Log); err != nil {
		return nil, err
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
	if err := in.observe(p, given); err != nil {
		return nil, err
	}
	if share, ok := fitShare(p.Functions); ok && !in.ShareKnown {
		in.CPUShare, in.ShareKnown = Known(share), true
		in.Notes = append(in.Notes, fmt.Sprintf("the share of CPU, %s, is fitted to mean billed durations by memory size, initialisations included", Digits(share, 2)))
	}
	for i := range p.Functions {
		if f := &p.Functions[i]; resized(f) != 1 {
			in.Notes = append(in.Notes, fmt.Sprintf("function %s ran at several memory sizes: its durations are scaled to their mean at %d MB", f.Name, f.Memory))
		}
	}
	in.observedAssumptions(p, s)
	in.unusedFlags(p, &s.Functions[0])
	return in, nil
}

// taken says as what requests were taken that name no function, where that was a
// choice: the bill depends on how many functions there are.
func taken(p *logs.Profile) string {
	files := 0
	for _, t := range p.Taken {
		files += t.Files
	}
	if files < 2 {
		return ""
	}
	other := "--function gives it another name"
	if len(p.Taken) > 1 {
		other = "--function NAME makes them one"
	}
	which := "The requests of the log name no function"
	if n := p.Missing.Function; n < p.Requests {
		which = fmt.Sprintf("Of %d requests %d name no function", p.Requests, n)
	}
	return fmt.Sprintf("%s: %s; %s.", which, p.TakenFor(), other)
}

// unusedFlags notes what was given and is not used, since the log says it.
func (in *Input) unusedFlags(p *logs.Profile, s *FunctionSettings) {
	says := func(has func(f *Function) bool) bool {
		return !slices.ContainsFunc(in.Functions, func(f Function) bool { return !has(&f) })
	}
	for _, flag := range []struct {
		name, text, why string
		unused          bool
	}{
		{"function", s.Name, "the log names its functions", s.Name != DefaultName && p.Missing.Function == 0},
		{"duration", s.Duration, "the log says how long requests take", says(func(f *Function) bool { return f.seen.service != nil })},
		{"cv", s.CV, "the log says how long requests take", says(func(f *Function) bool { return f.seen.service != nil })},
		{"memory", s.Memory, "the log says the memory; what another size would cost is searched with --cpu-share", says(func(f *Function) bool { return f.seen.sized })},
		{"shape", s.Shape, "the log says when requests come", in.Log != nil},
		{"init", s.Init, "the log says how long initialisations take", says(func(f *Function) bool { return f.seen.init != nil })},
		{"needs", s.Needs, "other memory sizes are searched with --cpu-share, of a log of one function", !in.ShareKnown || len(in.Functions) > 1},
	} {
		if flag.text != "" && flag.unused {
			in.Notes = append(in.Notes, fmt.Sprintf("--%s %s is not used: %s", flag.name, flag.text, flag.why))
		}
	}
}

// days are the days in UTC of which the log has 20 hours or more, or, where these
// are many, stretches of several that follow each other.
func days(origin time.Time, length sim.Time) (out []sim.Window) {
	all := daysOf(origin, length)
	size := (len(all) + mostDays - 1) / mostDays
	for i := 0; i < len(all); i += max(1, size) {
		last := min(i+size, len(all)) - 1
		out = append(out, sim.Window{Warmup: all[i].Warmup, Horizon: all[last].Horizon})
	}
	return out
}

// mostDays is how many stretches of a log a bootstrap draws from: of a longer
// log each is of several days.
const mostDays = 60

func daysOf(origin time.Time, length sim.Time) (out []sim.Window) {
	end := origin.Add(time.Duration(length))
	for d := origin.UTC().Truncate(24 * time.Hour); d.Before(end); d = d.Add(24 * time.Hour) {
		w := sim.Window{Warmup: max(0, d.Sub(origin).Nanoseconds()), Horizon: min(length, d.Add(24*time.Hour).Sub(origin).Nanoseconds())}
		if w.Length() >= 20*sim.Hour {
			out = append(out, w)
		}
	}
	return out
}

// observe adds the functions of a log. Those that cannot be replayed, for want
// of a duration, are left out and counted, unless that leaves none.
func (in *Input) observe(p *logs.Profile, given *Function) error {
	var counts []int64
	if in.Log != nil {
		counts = in.Log.trace.Counts()
	}
	var left []string
	requests := int64(0)
	for i := range p.Functions {
		f := &p.Functions[i]
		if in.Log != nil && counts[i] == 0 {
			left, requests = append(left, f.Name), requests+f.Requests
			continue
		}
		out, err := observed(f, given)
		if err != nil {
			return err
		}
		if in.Log != nil {
			out.seen.count = counts[i]
			in.Log.from = append(in.Log.from, uint32(i))
		} else {
			share := float64(f.Requests) / float64(p.Requests)
			out.Rate = Range{given.Rate.Low * share, given.Rate.Likely * share, given.Rate.High * share}
		}
		in.Functions = append(in.Functions, *out)
	}
	if len(in.Functions) == 0 {
		return inputError("function %s: the logs do not say how long it runs; --duration does", left[0])
	}
	if len(left) > 0 {
		in.Notes = append(in.Notes, fmt.Sprintf("%d requests are left out, since the log has no time or no duration of any to %s", requests, strings.Join(left[:min(len(left), 3)], ", ")+more(len(left)-3)))
	}
	return nil
}

// more says how many are not named.
func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// observed is what a log shows of a function, completed by what was given.
func observed(f *logs.Function, given *Function) (*Function, error) {
	out := *given
	out.Name, out.Used, out.seen = f.Name, f.MaxUsed, &seen{init: f.Workload().Init, resized: resized(f), sized: f.Memory > 0}
	if f.Memory > 0 {
		out.Memory = f.Memory
	}
	if out.Memory == 0 && f.Managed > 0 {
		return nil, inputError("function %s: its reports are those of Lambda Managed Instances, which have a duration alone (they are billed by their machines): --memory says its memory", f.Name)
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
	if n := f.Warm.Count() + f.First.Count(); n > 0 {
		out.seen.mean = (float64(f.Warm.Mean())*float64(f.Warm.Count()) + float64(f.First.Mean())*float64(f.First.Count())) / float64(n)
	}
	if out.seen.init != nil {
		out.InitKnown = true
	}
	if f.Restored > 0 && given.Restore.High == 0 {
		out.Restore = Known(float64(f.Restore.Mean()))
		out.RestoreBilled = f.RestoreTold.Part()
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
	return math.Round(share/weight*1e6) / 1e6, true // less is what sums of floats leave
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
	for i, f := range in.byLoad() {
		if i == most {
			in.Notes = append(in.Notes, fmt.Sprintf("what it rests on lists the %d functions of the most load; %d more, with %s of the requests and %s of their time, are not listed",
				most, len(in.Functions)-most, Percent(in.part(most, requestsOf)), Percent(in.part(most, timeOf))))
			break
		}
		given := FunctionSettings{Name: f.Name}
		if f.seen.count > 0 {
			same(f.Name+": requests", fmt.Sprint(f.seen.count), "log")
		} else {
			given.Requests = s.Functions[0].Requests
		}
		if f.seen.service == nil {
			given.Duration, given.CV = s.Functions[0].Duration, s.Functions[0].CV
		}
		in.assume(&given, &Function{Rate: f.Rate, Duration: f.Duration, CV: f.CV, seen: f.seen})
		if f.seen.service != nil {
			same(f.Name+": duration, mean", Clock(sim.Time(f.seen.mean*f.seen.resized)), "log")
		}
		basis := "given"
		if f.seen.sized {
			basis = "log"
		}
		same(f.Name+": memory", fmt.Sprintf("%d MB", f.Memory), basis)
		if len(f.seen.init) > 0 {
			same(f.Name+": initialisation, mean", Clock(sim.Time(mean(f.seen.init[0].Duration))), "log")
		}
	}
	in.assumeShared(s)
}
