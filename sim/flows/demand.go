package flows

import "github.com/coldcurve/coldcurve/sim"

// demand is what is asked of a limit second by second, granted or not, from a time on.
type demand struct {
	from   sim.Time
	second sim.Time // the end of the one that is counted
	n      int64    // in it
	most   int64    // in any
	all    int64
}

// add counts n more. Times do not descend.
func (d *demand) add(now sim.Time, n int64) {
	if now < d.from {
		return
	}
	if now >= d.second {
		d.second, d.n = now-now%sim.Second+sim.Second, 0
	}
	d.n += n
	d.all += n
	d.most = max(d.most, d.n)
}

// Limit is a rate that something of the graph is held to.
type Limit struct {
	Of     string // whose: a flow's, service's or trigger's name
	What   string // starts, transitions, an op, records in, bytes in, bytes out, reads
	Part   string // each of which has a limit of its own: key, shard, partition; "": there is one
	Waits  bool   // what is over it waits; else it is throttled
	Bucket *Bucket
}

// Limits are the rates that a graph is held to, each once, in the order of its parts.
// Of those that flows or ops share, the first is named.
func (g *Graph) Limits() (list []Limit) {
	seen := map[*Bucket]bool{}
	add := func(l Limit) {
		if l.Bucket != nil && !seen[l.Bucket] {
			seen[l.Bucket] = true
			list = append(list, l)
		}
	}
	engine := func(name string, e *Engine) {
		part := ""
		if e.Partitions > 1 {
			part = "partition"
		}
		add(Limit{Of: name, What: "starts", Bucket: e.Starts})
		add(Limit{Of: name, What: "transitions", Part: part, Waits: true, Bucket: e.States})
	}
	for i := range g.Flows {
		engine(g.Flows[i].Name, &g.Flows[i].Engine)
	}
	for i := range g.Steps {
		if s := &g.Steps[i]; s.Kind == MapStep && s.Map.Child != nil {
			engine(g.Flows[s.Flow].Name+"/"+s.Name, s.Map.Child)
		}
	}
	for i := range g.Services {
		for k := range g.Services[i].Ops {
			o := &g.Services[i].Ops[k]
			add(Limit{Of: g.Services[i].Name, What: o.Name, Bucket: o.Limit})
			add(Limit{Of: g.Services[i].Name, What: o.Name, Part: "key", Bucket: o.Partition})
		}
	}
	for i := range g.Triggers {
		if s := g.Triggers[i].Stream; s != nil {
			name := g.Triggers[i].Name
			add(Limit{Of: name, What: "records in", Part: "shard", Bucket: s.In})
			add(Limit{Of: name, What: "bytes in", Part: "shard", Bucket: s.InBytes})
			add(Limit{Of: name, What: "bytes out", Part: "shard", Waits: true, Bucket: s.OutBytes})
			add(Limit{Of: name, What: "reads", Part: "shard", Waits: true, Bucket: s.Reads})
		}
	}
	return list
}

// LimitTally is what was asked of a limit from the warm-up's end on, granted or not;
// where each part has its own, of the part that was asked most. In the units of its
// bucket.
type LimitTally struct {
	Peak int64 // in a second
	All  int64
}

func (t *LimitTally) merge(o LimitTally) {
	t.Peak, t.All = max(t.Peak, o.Peak), max(t.All, o.All)
}

// fill starts a limit's tokens.
func (a *actor) fill(b *Bucket) tokens {
	t := newTokens(b)
	t.asked.from = a.g.Warmup
	return t
}

// demands is what was asked of the graph's limits, in their order.
func (a *actor) demands() []LimitTally {
	limits := a.g.Limits()
	place := make(map[*Bucket]int, len(limits))
	for i := range limits {
		place[limits[i].Bucket] = i
	}
	list := make([]LimitTally, len(limits))
	add := func(b *Bucket, t *tokens) {
		if i, ok := place[b]; ok {
			list[i].merge(LimitTally{t.asked.most, t.asked.all})
		}
	}
	for i, b := range a.plan.buckets {
		add(b, &a.buckets[i])
	}
	for b, t := range a.limited {
		add(b, t)
	}
	for p, t := range a.partitions {
		add(p.limit, t)
	}
	for i := range a.triggers {
		if v, s := a.triggers[i].stream, a.g.Triggers[i].Stream; v != nil {
			for k := range v.shards {
				h := &v.shards[k]
				add(s.In, &h.in)
				add(s.InBytes, &h.inBytes)
				add(s.OutBytes, &h.out)
				add(s.Reads, &h.reads)
			}
		}
	}
	return list
}
