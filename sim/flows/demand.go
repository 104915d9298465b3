package flows

import (
	"cmp"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// demand is what is asked of a limit, granted or not, from a time on: second by second,
// and over the longer stretch in which a bucket's burst is little beside its rate.
type demand struct {
	from   sim.Time
	most   int64 // in any second
	all    int64
	excess int64 // of all, those that waited or were refused

	second, longer stretch
	long           int64 // the most in any longer stretch
}

// stretch is one that is counted.
type stretch struct {
	end sim.Time
	n   int64 // in it
}

// add counts n more and returns how many there are in the stretch of a length that is now.
func (s *stretch) add(now, length sim.Time, n int64) int64 {
	if now >= s.end {
		s.end, s.n = now-now%length+length, 0
	}
	s.n += n
	return s.n
}

// add counts n more. Times do not descend.
func (d *demand) add(now sim.Time, n int64, length sim.Time) {
	if now < d.from {
		return
	}
	d.all += n
	d.most = max(d.most, d.second.add(now, sim.Second, n))
	d.long = max(d.long, d.longer.add(now, length, n))
}

// hold counts n that wait or are refused.
func (d *demand) hold(now sim.Time, n int64) {
	if now >= d.from {
		d.excess += n
	}
}

// Stretch is how long what is asked of a bucket is looked at beside a second: ten times
// what fills it, in whole seconds, since over that it lets little more through than its
// rate. It is above 0.
func (b *Bucket) Stretch() sim.Time {
	return sim.Second * max(1, sim.Time(math.Ceil(10*b.Burst/b.Rate)))
}

// Limit is what something of the graph is held to: one of a rate, of places, and of a
// payload.
type Limit struct {
	Of     string // whose: see Quota; where that says nothing a flow's, service's, trigger's or function's name
	What   string // what is counted: an op, starts, transitions, executions, tasks, batches, records in, bytes in, bytes out, reads
	Part   string // each of which has a limit of its own: account, queue, key, shard, partition; "": there is one
	Waits  bool   // what is over it waits; else it is refused
	Bucket *Bucket
	Slots  *Slots
	Most   *Most
}

// Parts that have their own state each.
const (
	perKey   = "key"
	perShard = "shard"
)

// Limits are what a graph is held to, each once, in the order of its parts. Of those
// that flows, ops or functions share, the first is named where the limit says no name.
func (g *Graph) Limits() []Limit {
	var l limitList
	for i := range g.Flows {
		l.engine(g.Flows[i].Name, &g.Flows[i].Engine)
	}
	for i := range g.Steps {
		if s := &g.Steps[i]; s.Kind == MapStep && s.Map.Child != nil {
			l.engine(g.Flows[s.Flow].Name+"/"+s.Name, s.Map.Child)
		}
	}
	for i := range g.Services {
		s := &g.Services[i]
		for k := range s.Ops {
			o := &s.Ops[k]
			l.rate(o.Limit, Quota{s.Name, o.Name, ""}, false)
			l.rate(o.Partition, Quota{s.Name, o.Name, perKey}, false)
			l.size(o.Most, Quota{s.Name, o.Name, ""})
		}
	}
	for i := range g.Triggers {
		if q := g.Triggers[i].Queue; q != nil && q.Concurrency != nil {
			l.add(q.Concurrency, Limit{Slots: q.Concurrency, Waits: true}, q.Concurrency.Quota, Quota{g.Triggers[i].Name, "batches", ""})
		}
		if s := g.Triggers[i].Stream; s != nil {
			name := g.Triggers[i].Name
			l.rate(s.In, Quota{name, "records in", perShard}, false)
			l.rate(s.InBytes, Quota{name, "bytes in", perShard}, false)
			l.rate(s.OutBytes, Quota{name, "bytes out", perShard}, true)
			l.rate(s.Reads, Quota{name, "reads", perShard}, true)
		}
	}
	for i := range g.Functions {
		f := &g.Functions[i]
		l.size(f.Sync, Quota{f.Name, "calls", ""})
		l.size(f.Async, Quota{f.Name, "asynchronous calls", ""})
	}
	return l.list
}

// limitList is limits, each once.
type limitList struct {
	list []Limit
	seen map[any]bool
}

// add adds a limit, with the words of its own where it has some.
func (l *limitList) add(what any, x Limit, own, other Quota) {
	if l.seen[what] {
		return
	}
	if l.seen == nil {
		l.seen = map[any]bool{}
	}
	l.seen[what] = true
	x.Of, x.What, x.Part = cmp.Or(own.Of, other.Of), cmp.Or(own.What, other.What), cmp.Or(other.Each, own.Each)
	l.list = append(l.list, x)
}

func (l *limitList) rate(b *Bucket, q Quota, waits bool) {
	if b != nil {
		l.add(b, Limit{Bucket: b, Waits: waits}, b.Quota, q)
	}
}

func (l *limitList) size(m *Most, q Quota) {
	if m != nil {
		l.add(m, Limit{Most: m}, m.Quota, q)
	}
}

func (l *limitList) engine(name string, e *Engine) {
	part := ""
	if e.Partitions > 1 {
		part = "partition"
	}
	l.rate(e.Starts, Quota{name, "starts", ""}, false)
	l.rate(e.States, Quota{name, "transitions", part}, true)
	if e.Concurrent != nil {
		l.add(e.Concurrent, Limit{Slots: e.Concurrent, Waits: true}, e.Concurrent.Quota, Quota{name, "executions", ""})
	}
	if e.Slots != nil {
		l.add(e.Slots, Limit{Slots: e.Slots, Waits: true}, e.Slots.Quota, Quota{name, "tasks", ""})
	}
	l.size(e.Payload, Quota{name, "payload", ""})
}

// LimitTally is what was asked of a limit from the warm-up's end on, granted or not;
// where each part has its own, of the part that was asked most.
type LimitTally struct {
	Peak   int64 // of a rate its units in a second; of places at a time; of a payload bytes of the largest
	Long   int64 // of a rate its units in a Stretch of its bucket; else 0
	Excess int64 // of a rate its units that waited or were refused, of all parts; else 0
	All    int64 // of a rate its units in all; else 0
}

func (t *LimitTally) merge(o LimitTally) {
	t.Peak, t.Long, t.All = max(t.Peak, o.Peak), max(t.Long, o.Long), max(t.All, o.All)
	t.Excess += o.Excess
}

// demands is what was asked of the graph's limits, in their order.
func (a *actor) demands() []LimitTally {
	list := make([]LimitTally, len(a.plan.quotas))
	add := func(quota int32, t *tokens) {
		list[quota].merge(LimitTally{Peak: t.asked.most, Long: t.asked.long, Excess: t.asked.excess, All: t.asked.all})
	}
	for i := range a.quotas {
		q := &a.quotas[i]
		list[i].Peak = q.most
		for k := range q.parts {
			add(int32(i), &q.parts[k])
		}
	}
	for i := range a.waiting {
		list[a.plan.rooms[i]].Peak = int64(a.waiting[i].peak)
	}
	for i := range a.slots {
		list[a.plan.quotaOf(a.plan.slots[i])].Peak = int64(a.slots[i].peak)
	}
	for p, t := range a.partitions {
		add(p.quota, t)
	}
	for i := range a.triggers {
		if q, t := a.triggers[i].queue, a.g.Triggers[i].Queue; q != nil && t.Concurrency != nil {
			list[a.plan.quotaOf(t.Concurrency)].Peak = int64(q.fullness.most(a.g.Horizon, a.g.Warmup))
		}
		if v, s := a.triggers[i].stream, a.g.Triggers[i].Stream; v != nil {
			for k := range v.shards {
				h := &v.shards[k]
				for _, x := range []struct {
					b *Bucket
					t *tokens
				}{{s.In, &h.in}, {s.InBytes, &h.inBytes}, {s.OutBytes, &h.out}, {s.Reads, &h.reads}} {
					if x.b != nil {
						add(a.plan.quotaOf(x.b), x.t)
					}
				}
			}
		}
	}
	return list
}
