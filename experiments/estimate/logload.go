package estimate

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// Log is the load that a log shows, of as many functions as the Input has.
type Log struct {
	trace    *traces.Trace
	from     []uint32 // index in the trace of each function
	Length   sim.Time
	LengthOf string       // what that rests on
	Days     []sim.Window // those in UTC of which it has 20 hours or more
}

// leastMonth is how long a log must be for a month to be made of it.
const leastMonth = sim.Hour

// Span is what bills are of: a month like the log, or the log as it is.
func (l *Log) Span() costmodel.Span {
	if l.Length < leastMonth {
		return costmodel.SpanRun
	}
	return costmodel.SpanMonth
}

// Close gives up what the log was sorted into.
func (l *Log) Close() error { return l.trace.Close() }

// total returns the number of requests in the log.
func (l *Log) total(functions []Function) (n int64) {
	for i := range functions {
		n += functions[i].seen.count
	}
	return n
}

// load is the log at a factor on its rate. Where it has more than budget
// requests, some of its hours are simulated, spread evenly.
func (l *Log) load(functions []Function, factor float64, budget int64) (*load, error) {
	kept, end := l.hours(min(1, float64(budget)/(float64(l.total(functions))*factor)))
	before := warmup
	if l.Span() == costmodel.SpanRun {
		before = 0 // it is taken as it is, and nothing before it
	}
	out := &load{window: sim.Window{Warmup: before, Horizon: before + end}}
	if end < l.Length {
		out.notes = append(out.notes, fmt.Sprintf("%s of the log's %s are simulated, in hours that are spread evenly over it", clock(end), clock(l.Length)))
	}
	r := &replay{trace: l.trace, from: l.from, copies: newCopies(l.trace, l.Length, factor, played(kept, before, end))}
	share := float64(end) / float64(l.Length)
	for i := range functions {
		f := &functions[i]
		out.functions = append(out.functions, f.sim(likely))
		out.counts = append(out.counts, float64(f.seen.count)*factor*share)
		r.resized = append(r.resized, f.seen.resized)
		mean := f.seen.mean * f.seen.resized
		var drawn sim.Sampler
		if f.seen.service == nil {
			var err error
			if drawn, err = f.service(likely); err != nil {
				return nil, err
			}
			mean = f.Duration.Likely
		}
		r.drawn, out.means = append(r.drawn, drawn), append(out.means, mean)
	}
	out.workload = r.workload
	for _, d := range l.Days {
		from, to := playedAt(kept, d.Warmup), playedAt(kept, d.Horizon)
		if to > from {
			out.days = append(out.days, sim.Window{Warmup: before + from, Horizon: before + to})
		}
	}
	return out, nil
}

// hours returns the stretches of the log that are kept, a share of its hours,
// one after another from 0 on, and where the last ends. Multiples of irrational
// numbers choose them, one over the days and one over the hours: about as many
// of each time of day, so that none falls in step with what comes once a day.
func (l *Log) hours(share float64) (kept []stretch, end sim.Time) {
	const golden, silver = 0.6180339887498949, 0.41421356237309503 // (√5 − 1) ÷ 2, √2 − 1
	for i := sim.Time(0); i*sim.Hour < l.Length; i++ {
		if _, part := math.Modf(float64(i/24)*golden + float64(i%24)*silver); part >= share {
			continue
		}
		s := stretch{i * sim.Hour, min(l.Length, (i+1)*sim.Hour), end}
		if n := len(kept); n > 0 && kept[n-1].to == s.from {
			kept[n-1].to = s.to
		} else {
			kept = append(kept, s)
		}
		end += s.to - s.from
	}
	return kept, end
}

// played puts the last of the stretches before the others.
func played(kept []stretch, before, end sim.Time) (out []stretch) {
	for _, s := range kept {
		if cut := end - before - s.at; cut < s.to-s.from {
			from := s.from + max(0, cut)
			out = append(out, stretch{from, s.to, max(0, s.at-(end-before))})
		}
	}
	for _, s := range kept {
		out = append(out, stretch{s.from, s.to, before + s.at})
	}
	return out
}

// playedAt is how much of the stretches lies before a time of the log.
func playedAt(kept []stretch, at sim.Time) (sum sim.Time) {
	for _, s := range kept {
		sum += max(0, min(at, s.to)-s.from)
	}
	return sum
}
