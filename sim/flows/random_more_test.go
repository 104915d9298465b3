package flows

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// randomPlatforms are those of random applications: as many instances as it takes, one
// that serves one request after the other, and instances whose requests share a processor.
func randomPlatforms() []sim.Platform {
	shared := one
	shared.Server, shared.Concurrency, shared.Limit.Instances = oneProcessor, 4, 2
	return []sim.Platform{anyNumber, one, shared}
}

// sharing is the last of them.
const sharing = 2

// stores draws services that are asked, with limits, and some of which are a stream's.
func (r *graphs) stores() {
	r.b.meter("none")
	r.tables = int32(r.int("tables", 1, 2))
	for k := range r.tables {
		read := Op{Name: "read", First: r.delay("read", 2), Error: float64(r.int("error", 0, 1)) / 4}
		write := Op{Name: "write", First: r.delay("write", 2), Writes: true, PerByte: 1e3}
		for _, o := range []*Op{&read, &write} {
			if r.sometimes("limit") {
				o.Limit = r.shared[r.int("limit", 0, 2)]
			}
			if r.sometimes("partition") {
				o.Partition = &Bucket{Burst: 2, Rate: 5}
			}
			if r.sometimes("most") {
				o.Most = &Most{Bytes: int64(r.int("most", 500, 2000))}
			}
		}
		s := r.b.service(fmt.Sprint("table", k), read, write)
		r.b.g.Services[s].Retry = Retry{On: OnAny, Attempts: r.int("attempts", 0, 2), Backoff: backoff.Backoff{First: r.time("interval", 3), Factor: 2}}
	}
}

// use draws a call of one of them.
func (r *graphs) use() Use {
	u := asks(int32(r.int("table", 0, int(r.tables)-1)), int32(r.int("op", 0, 1)))
	u.Count, u.Parallel, u.Optional = float64(r.int("count", 0, 3)), r.sometimes("parallel"), r.sometimes("optional")
	if r.sometimes("size") {
		u.Size = fixed(r.int("size", 0, 4000))
	}
	return u
}

// function draws where a function is, and what it waits for.
func (r *graphs) function(f int32) {
	fn := &r.b.g.Functions[f]
	r.on = append(r.on, sim.PlatformID(r.int("platform", 0, sharing)))
	for range max(0, r.int("uses", -2, 2)) {
		fn.Uses = append(fn.Uses, r.use())
	}
	fn.Shares = fn.Uses != nil && r.on[f] == sharing
	if r.sometimes("sync") {
		fn.Sync = &Most{Bytes: int64(r.int("sync", 500, 5000))}
	}
}

// messages draws a function that writes, a queue, a stream that a table's writes may come to, and a function that
// is called for nobody, of which those that fail may go to the queue.
func (r *graphs) messages() {
	w := r.b.function("writer", r.delay("service", 5))
	r.on = append(r.on, 0)
	r.b.g.Functions[w].Uses = []Use{asks(0, 1)}
	r.b.calls("writes", w)
	callee := func() int32 { return int32(r.int("function", 0, int(r.callees)-1)) }
	work := callee()
	q := r.b.sqs(r.b.calls("queue", work), Queue{Batch: r.int("batch", 1, 4), Window: r.time("window", 5), Visibility: r.time("visibility", 50) + second, Receives: r.int("receives", 1, 4), Partial: r.sometimes("partial"), FIFO: r.sometimes("fifo"), Concurrency: anyOf(r.int("batches", 0, 2))})
	if r.sometimes("bytes") {
		q.Queue.Bytes = 1500 // of records of 1,000: one at a time
	}
	if r.sometimes("keys") {
		q.Keys = &Keys{Popularity: []float64{0.5, 0.75, 1}}
	}
	ops := r.b.g.Services[q.Queue.Service].Ops
	for k := range ops {
		if r.int("queue limit", 0, 1) == 0 {
			ops[k].Limit = &Bucket{Burst: float64(r.int("burst", 1, 2)), Rate: float64(r.int("rate", 1, 5))}
		}
	}
	queue := int32(len(r.b.g.Triggers) - 1)
	dead := func() *Send {
		if !r.sometimes("dead") {
			return nil
		}
		return &Send{Trigger: queue, Service: None, Count: 1}
	}
	s := r.b.calls("stream", callee())
	r.b.kinesis(s, Stream{Batch: r.int("batch", 1, 4), Shards: r.int("shards", 1, 2), Parallel: r.int("parallel", 1, 2), Retries: r.int("retries", 0, 3), Bisect: r.sometimes("bisect"), Dead: dead()})
	if r.sometimes("in") {
		s.Stream.In = &Bucket{Burst: 2, Rate: 2}
	}
	if fed := int32(r.int("fed", 0, int(r.tables))); fed < r.tables && !r.writes(s.Start.Function, fed) && !r.writes(work, fed) {
		r.b.g.Services[fed].Feeds = &Send{Trigger: queue + 1, Service: None, Count: 1}
	}
	a := r.b.calls("async", callee())
	a.Async = &Async{Retries: r.int("retries", 0, 2), After: []sim.Time{second, 2 * second}, Throttle: Retry{Backoff: backoff.Backoff{First: second, Factor: 2, Cap: 5 * second}}, MaxAge: sim.Minute, Dead: dead()}
}

// writes reports whether a function writes to a table: fed by it, it would never end.
func (r *graphs) writes(function, table int32) bool {
	for _, u := range r.b.g.Functions[function].Uses {
		if u.Service == table && r.b.g.Services[table].Ops[u.Op].Writes {
			return true
		}
	}
	return false
}

// keys draws a key service, and which services ask it for their data keys.
func (r *graphs) keys() {
	services := r.b.g.Services
	op := Op{Name: "encrypt", First: r.delay("fetch", 3), Error: float64(r.int("error", 0, 1)) / 4}
	if r.sometimes("limit") {
		op.Limit = r.shared[r.int("limit", 0, 2)]
	}
	r.kms = r.b.service("kms", op)
	for s := range services {
		if !r.sometimes("encrypted") {
			continue
		}
		k := DataKey{Calls: make([]int, len(services[s].Ops)), For: r.time("reuse", 50), Idle: r.sometimes("idle"), Apart: r.sometimes("apart")}
		for o := range k.Calls {
			k.Calls[o] = r.int("fetches", 0, mostFetches)
		}
		u := asks(r.kms, 0)
		u.Overhead, u.Key = true, &k
		r.b.g.Services[s].Before = append(r.b.g.Services[s].Before, u)
	}
}

// mostFetches is how many calls fetch a data key, at most.
const mostFetches = 2

// checkKeys checks that keys are fetched for calls: each that is made has had at most so many
// fetches that went well; of those before one that failed there is one less.
func (r *graphs) checkKeys(t *Tally) {
	n, most := &t.Services[r.kms], uint64(0)
	for s := range r.b.g.Services {
		if r.b.g.Services[s].Before != nil {
			most += mostFetches * t.Services[s].Calls
		}
	}
	if vain := n.Failed + n.Throttled; n.Calls > most+mostFetches*vain {
		r.Errorf("%d fetches of keys, %d of them in vain, for calls that have %d at most", n.Calls, vain, most)
	}
}

// outages draws when functions and services do not answer.
func (r *graphs) outages() {
	for k := range r.int("outages", 0, 2) {
		from := r.time("from", 150)
		o := Outage{Of: fmt.Sprint("outage ", k), From: from, To: from + r.time("lasts", 60) + 1, Part: float64(r.int("part", 1, 2)) / 2, After: r.time("known", 5)}
		if f := int32(r.int("function", 0, int(r.callees))); f < r.callees {
			o.Functions = []int32{f}
		}
		if s := int32(r.int("service", 0, len(r.b.g.Services))); s < int32(len(r.b.g.Services)) {
			o.Services = []int32{s}
		}
		r.b.g.Outages = append(r.b.g.Outages, o)
	}
}

// covered is what random applications have gone through.
type covered struct{ runs, fed, shared, refused, held, struck, timed, fetched, vain uint64 }

func (c *covered) add(g *Graph, t *Tally, kms int32) {
	c.runs++
	c.fetched += t.Services[kms].Calls
	c.vain += t.Services[kms].Failed
	queue, stream := len(t.Triggers)-3, len(t.Triggers)-2
	c.fed += t.Triggers[stream].Sent
	for _, n := range t.Calls {
		if g.Functions[n.Function].Shares {
			c.shared += n.N
		}
	}
	for k := range t.Services {
		c.refused += t.Services[k].Throttled
	}
	c.held += t.Services[g.Triggers[queue].Queue.Service].Throttled
	for k := range t.Triggers {
		for i := range t.Triggers[k].Outages {
			c.struck += t.Triggers[k].Outages[i].During.Failed
		}
		c.timed += uint64(len(t.Triggers[k].Course))
	}
}

// checkCourse checks that what came from outside is told over time once, and beside an
// outage at most once.
func (r *graphs) checkCourse(t *Trigger, n *TriggerTally) {
	if (n.Course != nil) != (r.b.g.Step > 0 && n.Arrived > 0) {
		r.Errorf("trigger %s: %d steps of %d ns for %d that came", t.Name, len(n.Course), r.b.g.Step, n.Arrived)
	}
	if n.Course == nil {
		return
	}
	var all Ends
	for k := range n.Course {
		all.Add(&n.Course[k].Ends)
	}
	if all != n.Outside {
		r.Errorf("trigger %s: over time %+v, in all %+v", t.Name, all, n.Outside)
	}
	for k := range n.Outages {
		o := &n.Outages[k]
		var beside Ends
		for _, s := range []*Spell{&o.Before, &o.Struck, &o.During, &o.After} {
			beside.Add(&s.Ends)
		}
		if len(n.Outages) == 1 && beside != n.Outside {
			r.Errorf("trigger %s: beside the outage %+v, in all %+v", t.Name, beside, n.Outside)
		}
	}
}
