package estimate

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"

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

	hourly []int64            // requests of each hour, once it is asked for
	once   sync.Mutex         // of what is read once
	rows   [][]sim.Invocation // of each function, of a small log
}

// smallLog is up to how many requests a log is held in memory, where its pieces
// are found faster: some 6 MB.
const smallLog = 1 << 18

// small returns the requests of a small log.
func (l *Log) small() ([][]sim.Invocation, error) {
	l.once.Lock()
	defer l.once.Unlock()
	if l.rows != nil {
		return l.rows, nil
	}
	rows := make([][]sim.Invocation, len(l.from))
	for i, f := range l.from {
		if err := l.each(f, func(v *sim.Invocation) { rows[i] = append(rows[i], *v) }); err != nil {
			return nil, err
		}
	}
	l.rows = rows
	return rows, nil
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

// load is the log at a level of what is guessed beside it and at a factor on
// its rate. Where it has more than budget requests, some of its hours stand for
// all.
func (l *Log) load(functions []Function, lv level, factor float64, budget int64) (*load, error) {
	kept, end, err := l.hours(float64(budget) / (float64(l.total(functions)) * factor))
	if err != nil {
		return nil, err
	}
	before, short := sim.Time(0), "" // of less than a month it is taken as it is, and nothing before it
	if l.Span() != costmodel.SpanRun {
		var services []sim.Sampler
		for i := range functions {
			service, err := functions[i].service(lv)
			if err != nil {
				return nil, err
			}
			services = append(services, service)
		}
		before, short = warm(services, warmup, min(mostWarmup, end, sim.Longest-end))
	}
	out := &load{window: sim.Window{Warmup: before, Horizon: before + end}}
	if short != "" {
		out.notes = append(out.notes, short)
	}
	whole := end == l.Length
	if !whole {
		out.notes = append(out.notes, fmt.Sprintf("%s of the log's %s are simulated: hours that have, together, the log's load to within %s", Clock(end), Clock(l.Length), Percent(hoursOff)))
	}
	r := &replay{trace: l.trace, from: l.from, copies: newCopies(l.Length, factor, played(kept, before, end))}
	if l.total(functions) <= smallLog {
		if r.rows, err = l.small(); err != nil {
			return nil, err
		}
	}
	for i := range functions {
		f := &functions[i]
		n := f.seen.count
		if !whole {
			if n, err = l.counted(l.from[i], kept); err != nil {
				return nil, err
			}
		}
		out.functions = append(out.functions, f.sim(lv))
		out.counts = append(out.counts, float64(n)*factor)
		r.resized = append(r.resized, f.seen.resized)
		mean := f.seen.mean * f.seen.resized
		var drawn sim.Sampler
		if f.seen.service == nil {
			if drawn, err = f.service(lv); err != nil {
				return nil, err
			}
			mean = f.Duration.at(lv)
		}
		r.drawn, out.means = append(r.drawn, drawn), append(out.means, mean)
	}
	out.workload = r.workload
	if whole {
		for _, d := range l.Days {
			out.days = append(out.days, sim.Window{Warmup: before + d.Warmup, Horizon: before + d.Horizon})
		}
	}
	return out, nil
}

// hoursOff is how far the load of the hours that are kept may be from the
// log's, as a part of it; leastHours how many are kept at least.
const (
	hoursOff   = 0.01
	leastHours = 24
)

// hours returns stretches of the log that are kept, about a share of its hours,
// one after another from 0 on, and where the last ends. Hours are sorted by
// their requests and taken in groups of neighbours, the one nearest to the
// group's mean for all of it; groups are made smaller until what is kept has
// the load of the log. All are kept where that takes nearly all.
func (l *Log) hours(share float64) (kept []stretch, end sim.Time, err error) {
	all := []stretch{{0, l.Length, 0}}
	n := int(l.Length / sim.Hour) // a last part of one is no hour
	if share >= 1 || n <= leastHours {
		return all, l.Length, nil
	}
	if err := l.countHours(); err != nil {
		return nil, 0, err
	}
	order := make([]int, n)
	var total int64
	for i := range order {
		order[i] = i
		total += l.hourly[i]
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(l.hourly[a], l.hourly[b]), cmp.Compare(a, b)) })
	for groups := max(leastHours, int(math.Ceil(share*float64(n)))); 2*groups <= n; groups = groups * 3 / 2 {
		chosen := l.chosen(order, groups)
		var sum int64
		for _, i := range chosen {
			sum += l.hourly[i]
		}
		off := float64(sum)/float64(len(chosen))/(float64(total)/float64(n)) - 1
		if math.Abs(off) > hoursOff {
			continue
		}
		for _, i := range chosen {
			at := sim.Time(i) * sim.Hour
			if k := len(kept); k > 0 && kept[k-1].to == at {
				kept[k-1].to += sim.Hour
			} else {
				kept = append(kept, stretch{at, at + sim.Hour, end})
			}
			end += sim.Hour
		}
		return kept, end, nil
	}
	return all, l.Length, nil
}

// chosen returns, of each of so many groups of hours that are neighbours by
// their load, the one nearest to the group's mean; in the order of time.
func (l *Log) chosen(order []int, groups int) (hours []int) {
	for g := range groups {
		group := order[g*len(order)/groups : (g+1)*len(order)/groups]
		mean := 0.0
		for _, i := range group {
			mean += float64(l.hourly[i]) / float64(len(group))
		}
		hours = append(hours, slices.MinFunc(group, func(a, b int) int {
			return cmp.Or(cmp.Compare(math.Abs(float64(l.hourly[a])-mean), math.Abs(float64(l.hourly[b])-mean)), cmp.Compare(a, b))
		}))
	}
	slices.Sort(hours)
	return hours
}

// countHours counts the requests of each hour.
func (l *Log) countHours() error {
	l.once.Lock()
	defer l.once.Unlock()
	if l.hourly != nil {
		return nil
	}
	hourly := make([]int64, l.Length/sim.Hour+1)
	for _, f := range l.from {
		if err := l.each(f, func(v *sim.Invocation) { hourly[min(v.Arrival, l.Length-1)/sim.Hour]++ }); err != nil {
			return err
		}
	}
	l.hourly = hourly
	return nil
}

// counted returns how many requests of a function lie in stretches of the log.
func (l *Log) counted(f uint32, kept []stretch) (n int64, err error) {
	k := 0
	err = l.each(f, func(v *sim.Invocation) {
		for k < len(kept) && kept[k].to <= v.Arrival {
			k++
		}
		if k < len(kept) && v.Arrival >= kept[k].from {
			n++
		}
	})
	return n, err
}

// each calls take for each invocation of a function of the trace.
func (l *Log) each(f uint32, take func(*sim.Invocation)) (err error) {
	source, err := l.trace.Open(sim.RunKey{}, []uint32{f})
	if err != nil {
		return err
	}
	if c, ok := source.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	buf := make([]sim.Invocation, 512)
	for {
		n, err := source.Next(buf)
		for i := range buf[:n] {
			take(&buf[i])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the log again: %w", err)
		}
	}
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
