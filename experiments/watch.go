package experiments

import (
	"cmp"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// Busy is when which requests were asked for, waiting or served, of all workers of a run.
type Busy struct{ spans []busySpan }

// busySpan is one request, from when it was asked for to its end. One that was turned away
// is there for a moment.
type busySpan struct {
	from, to sim.Time
	init     sim.Time // when its initialisation began, where it is cold
	function uint32
	cold     bool
}

// Requests implements sim.Observer.
func (b *Busy) Requests(batch []sim.Outcome) {
	for i := range batch {
		if o := &batch[i]; o.Flags&sim.Ping == 0 {
			b.spans = append(b.spans, busySpan{o.Arrival, max(o.End, o.Arrival+1), o.Start - o.Init, o.Function, o.Started && o.Flags&sim.Cold != 0})
		}
	}
}

// most is the largest number of spans at a time within a window, of those that are asked
// for.
func (b *Busy) most(w sim.Window, of func(*busySpan) bool) int {
	type edge struct {
		at   sim.Time
		step int
	}
	var edges []edge
	for i := range b.spans {
		s := &b.spans[i]
		from, to := max(s.from, w.Warmup), min(s.to, w.Horizon)
		if from < to && of(s) {
			edges = append(edges, edge{from, 1}, edge{to, -1})
		}
	}
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.step, b.step)) })
	n, most := 0, 0
	for _, e := range edges {
		n += e.step
		most = max(most, n)
	}
	return most
}

// starts is the largest number of cold starts that began in a stretch of so long, of those
// of a window.
func (b *Busy) starts(w sim.Window, stretch sim.Time, of func(*busySpan) bool) int {
	var at []sim.Time
	for i := range b.spans {
		if s := &b.spans[i]; s.cold && w.Contains(s.init) && of(s) {
			at = append(at, s.init)
		}
	}
	slices.Sort(at)
	most, first := 0, 0
	for i := range at {
		for at[i]-at[first] >= stretch {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// Watch lets the plan's units tell how near they came to their limits: see
// results.Application.Limits.
func (p *Plan) Watch() {
	for _, u := range p.units {
		u.busy = new(Busy)
	}
}

// limits compares what was asked of each limit of an application with it.
func (u *unit) limits(tally *flows.Tally) (list []results.LimitRecord) {
	for k, pl := range u.platforms {
		on, err := pl.on(u.workload, u.key)
		if err != nil {
			return nil // the run would have failed
		}
		grade := pl.gradeOf("limit")
		here := func(s *busySpan) bool { return u.on[s.function] == sim.PlatformID(k) }
		over := "throttled"
		if on.Limit.Over == sim.QueueOver {
			over = "waits"
		}
		if on.Limit.Account > 0 {
			list = append(list, results.LimitRecord{Of: "platform " + pl.name, What: "requests at a time", Value: float64(on.Limit.Account), Peak: float64(u.busy.most(u.window, here)), Over: over, Grade: grade})
		}
		for f := range u.workload.functions {
			if u.workload.functions[f].Outside || int(u.on[f]) != k {
				continue
			}
			name := "function " + u.workload.functions[f].Name
			mine := func(s *busySpan) bool { return int(s.function) == f }
			if n := least(on.Limit.Function, on.Limit.Instances*max(1, on.Concurrency)); n > 0 {
				list = append(list, results.LimitRecord{Of: name, What: "requests at a time", Value: float64(n), Peak: float64(u.busy.most(u.window, mine)), Over: over, Grade: grade})
			}
			if r := on.Limit.Ramp; r.Burst > 0 {
				list = append(list, results.LimitRecord{Of: name, What: "cold starts in " + spec.Duration(r.Period).String(), Value: float64(r.Burst), Peak: float64(u.busy.starts(u.window, r.Period, mine)), Over: over, Grade: grade})
			}
		}
	}
	g := u.app.compiled.Graph
	for i, l := range g.Limits() {
		if r, ok := limitRecord(&l, &tally.Limits[i]); ok {
			list = append(list, r)
		}
	}
	for i := range g.Triggers {
		t := &g.Triggers[i]
		if s := t.Stream; s != nil && !s.OnDemand {
			list = append(list, results.LimitRecord{Of: t.Name, What: "batches at a time", Value: float64(max(1, s.Shards) * max(1, s.Parallel)), Peak: u.underWay(tally, &t.Start), Mean: true, Over: "records wait: the iterator's age grows"})
		}
		if q := t.Queue; q != nil {
			n := q.Pollers.Most * max(1, q.Pollers.Each)
			if n > 0 && (q.Concurrency == nil || n < q.Concurrency.N) { // else those of its concurrency bind first
				list = append(list, u.batches(tally, t, n))
			}
		}
	}
	for i := range g.Flows {
		f := &g.Flows[i]
		if f.Timeout > 0 && tally.Flows[i].Latency.N > 0 {
			list = append(list, results.LimitRecord{Of: f.Name, What: "seconds of an execution", Value: float64(f.Timeout) / float64(sim.Second), Peak: float64(tally.Flows[i].Latency.Max) / float64(sim.Second), Fixed: true, Over: "timed out"})
		}
	}
	return list
}

// underWay is how many requests of a function, or executions of a flow, are served at a
// time, in the mean.
func (u *unit) underWay(tally *flows.Tally, start *flows.Target) float64 {
	sum := 0.0
	if start.Function == flows.None {
		sum = tally.Flows[start.Flow].Latency.Sum.Float()
	}
	for _, c := range tally.Calls {
		if c.Function == start.Function {
			sum += c.Busy.Float()
		}
	}
	return sum / float64(u.window.Length())
}

// gradeOf is the grade of a value of the platform's preset; "" where it is the user's own.
func (pl *platform) gradeOf(key string) string {
	if pl.preset == "" || slices.Contains(pl.given, key) {
		return ""
	}
	p, err := newPreset(pl.preset)
	if err != nil {
		return ""
	}
	for _, v := range p.Values {
		if v.Key == key {
			return v.Grade
		}
	}
	return ""
}

// nearPayload is the part of the largest payload from which on a limit of it is told.
const nearPayload = 0.5

// limitRecord is what was asked of a limit of a graph; false: it is a payload's, and none
// came near.
func limitRecord(l *flows.Limit, t *flows.LimitTally) (results.LimitRecord, bool) {
	r := results.LimitRecord{Of: l.Of, What: l.What, Part: l.Part, Peak: float64(t.Peak), Over: "throttled"}
	if l.Waits {
		r.Over = "waits"
	}
	switch {
	case l.Bucket != nil:
		r.Value, r.Second, r.Burst = l.Bucket.Rate, true, l.Bucket.Burst
		r.Long, r.Excess, r.Stretch = float64(t.Long), float64(t.Excess), float64(l.Bucket.Stretch())/float64(sim.Second)
	case l.Slots != nil:
		r.Value, r.What = float64(l.Slots.N), l.What+" at a time"
	default:
		r.Value, r.What, r.Fixed, r.Over = float64(l.Most.Bytes), l.What+", bytes of a payload", true, "fails"
		return r, r.Peak >= nearPayload*r.Value
	}
	return r, true
}

// batches is what was asked of those who poll a queue: batches at a time, of a flow's
// executions in the mean.
func (u *unit) batches(tally *flows.Tally, t *flows.Trigger, n int) results.LimitRecord {
	r := results.LimitRecord{Of: t.Name, What: "batches at a time by its pollers", Value: float64(n), Over: "messages wait"}
	if t.Start.Function == flows.None {
		r.Peak, r.Mean = u.underWay(tally, &t.Start), true
		return r
	}
	r.Peak = float64(u.busy.most(u.window, func(s *busySpan) bool { return int(s.function) == int(t.Start.Function) }))
	return r
}
