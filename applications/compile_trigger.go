package applications

import (
	"math"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/flows"
	"github.com/coldcurve/coldcurve/workloads"
)

func itoa(n int) string { return strconv.Itoa(n) }

// meterNamed is the meter in a place that is written tariff/meter; None of no name.
func (c *compiler) meterNamed(name string, place int32, unit string) int32 {
	tariff, meter, _ := strings.Cut(name, "/")
	return c.meter(c.priced(tariff, place), meter, unit)
}

// trigger fills in a trigger.
func (c *compiler) trigger(i int) {
	t, at := &c.file.Triggers[i], c.at("trigger", i)
	starts := c.names[t.Start]
	out := flows.Trigger{
		Name: t.Name, Line: c.at("trigger", i, "name").Place(), Function: int32(len(c.file.Functions) + i), Start: flows.Target{Function: flows.None, Flow: flows.None}, Owner: c.owner(t.Name),
		Record: bytesOf(&t.Record.Size), Meter: flows.None,
	}
	switch starts.class {
	case functionClass:
		out.Start.Function = int32(starts.index)
	case flowClass:
		out.Start.Flow = int32(starts.index)
	}
	beside := func() int32 { return c.targetPlace(starts) }
	out.Poison = t.Record.Poison
	if k := t.Record.Key; k != nil {
		out.Keys = &flows.Keys{Popularity: cumulated(workloads.Zipf(k.Count, k.Zipf))}
	}
	place := beside
	switch {
	case t.HTTP != nil:
		out.HTTP = c.http(t, out.Owner, beside(), below(at, "http"))
		c.noteWaits(t, &out)
	case t.Queue != nil:
		place = func() int32 { return c.placeOr(t.Queue.Region, beside) }
		c.queue(t, &out, place(), below(at, "queue"))
	case t.Stream != nil:
		place = func() int32 { return c.placeOr(t.Stream.Region, beside) }
		c.stream(t, &out, place(), below(at, "stream"))
	case t.Schedule != nil:
		c.schedule(t, &out)
	case t.Object != nil:
		c.object(t, &out)
	case t.Bus != nil:
		place = func() int32 { return c.placeOr(t.Bus.Region, beside) }
		c.bus(t, &out, place(), below(at, "bus"))
	case t.Async != nil:
		c.async(t, &out, below(at, "async"))
	}
	if t.Async != nil && t.calledFor() {
		c.called(t, &out, below(at, "async"))
	}
	c.noteBridge(t, out.Start)
	out.Place = c.placeOr(t.Region, place)
	c.g.Triggers = append(c.g.Triggers, out)
	c.g.Functions = append(c.g.Functions, flows.Function{Name: t.Name, Place: out.Place, Owner: out.Owner})
}

// cumulated sums up shares, so that the last is 1.
func cumulated(shares []float64) []float64 {
	sum := 0.0
	out := make([]float64, len(shares))
	for i, s := range shares {
		sum += s
		out[i] = sum
	}
	out[len(out)-1] = 1
	return out
}

// service adds the service that belongs to a trigger, and returns its index.
func (c *compiler) service(name string, s *catalog.Service, owner flows.Owner, place int32) int32 {
	i := int32(len(c.g.Services))
	out := flows.Service{Name: name, Place: place, Owner: owner, Behind: flows.None}
	c.fromCatalog(&out, s, "")
	for _, h := range s.Held {
		if h.What == "one" { // a stream, a load balancer
			c.standing(&out, c.priced(s.Tariff, place), h, 1)
		}
	}
	c.g.Services = append(c.g.Services, out)
	return i
}

func (c *compiler) http(t *triggerSpec, owner flows.Owner, place int32, at *spec.Node) *flows.HTTP {
	h := t.HTTP
	out := &flows.HTTP{Service: flows.None, Timeout: sim.Time(h.Timeout), Begun: h.Answer == answerStart}
	if known, err := c.catalog.Service(h.Service); err == nil && known.Gateway != nil {
		out.Service = c.service(t.Name, known, owner, place)
		c.front(t, known, out.Service, at)
		if at.Get("timeout") == nil {
			out.Timeout = sim.Time(take(c, "service "+known.Name, "gateway.timeout", &known.Gateway.Timeout))
		}
	}
	if h.DNS != nil {
		u := c.use(h.DNS, owner)
		out.DNS = &u
	}
	if a := h.Auth; a != nil {
		u := c.use(&useSpec{Per: "invocation", Count: 1, Probability: 1}, owner)
		switch n := c.names[a.Call]; n.class {
		case functionClass:
			u.Function = int32(n.index)
		case storeClass:
			u.Service, u.Op = c.op(a.Call, "")
		}
		out.Authorizer, out.Remember = &u, sim.Time(a.Cache)
	}
	if k := h.Client; k != nil {
		out.Client = clientOf(k)
		if t := sim.Time(k.Timeout); t > 0 && (out.Timeout == 0 || t < out.Timeout) { // a gateway does not wait longer than it can
			out.Timeout = t
		}
	}
	return out
}

// front takes the largest payload from a gateway that has it only before another platform than
// that of what it starts.
func (c *compiler) front(t *triggerSpec, known *catalog.Service, service int32, at *spec.Node) {
	n := c.names[t.Start]
	for i := range known.Ops {
		o := &known.Ops[i]
		if o.MostOf == "" {
			continue
		}
		if n.class != functionClass || c.on[n.index] < 0 || c.o.Platforms[c.on[n.index]].Preset != o.MostOf {
			c.g.Services[service].Ops[i].Most = nil
			continue
		}
		if size := &t.Record.Size; size.Sizer != nil && size.Least() > int64(o.Most.Value) {
			c.fail(at, "found a record of %v, want at most the %v of %s before %s", spec.Size(size.Least()), o.Most.Value, known.Name, o.MostOf)
		}
	}
}

// noteWaits notes a caller who waits for the end of a flow whose orchestrator answers who
// starts it at once.
func (c *compiler) noteWaits(t *triggerSpec, trigger *flows.Trigger) {
	if trigger.HTTP.Begun || trigger.Start.Flow == flows.None {
		return
	}
	if e, err := c.catalog.Engine(c.file.Flows[trigger.Start.Flow].Engine.Preset); err == nil && e.Detached {
		c.notes.add("trigger "+t.Name, "answer", `"end"`, catalog.Basis{Grade: "U", Source: e.Title + " only starts it; with answer = \"start\" the caller is answered at once"})
	}
}

// handed is how a function is tried again that a service calls, by the rules of another;
// nil: by its own, or it is called by another provider.
func (c *compiler) handed(service *catalog.Service, name string, start flows.Target) *flows.Async {
	if name == "" || start.Function == flows.None || c.provider(c.g.Places[c.functionPlace(int(start.Function))]) != service.Provider {
		return nil
	}
	known, err := c.catalog.Service(name)
	if err != nil || known.Async == nil {
		return nil
	}
	k, subject := known.Async, "service "+known.Name
	return &flows.Async{
		Retries: take(c, subject, "async.retries", &k.Retries), After: times(take(c, subject, "async.after", &k.After)),
		Throttle: c.turnedAway(k, subject), MaxAge: sim.Time(take(c, subject, "async.max_age", &k.MaxAge)),
	}
}

// called puts what the file says of a function's own retries in place of the rules by
// which the service that calls it is answered.
func (c *compiler) called(t *triggerSpec, trigger *flows.Trigger, at *spec.Node) {
	s, a := t.Async, trigger.Async
	if a == nil {
		c.fail(at, "found async beside a service that waits for the answer of %q, want none: it is tried again by that service", t.Start)
		return
	}
	if s.Retries >= 0 {
		a.Retries = s.Retries
	}
	if at.Get("max_age") != nil {
		a.MaxAge = sim.Time(s.MaxAge)
	}
	a.Dead = c.dead(s.Dead)
}

// turnedAway is how a call that nobody waits for is tried again that was turned away.
func (c *compiler) turnedAway(k *catalog.Async, subject string) flows.Retry {
	return flows.Retry{On: flows.OnThrottled, Attempts: math.MaxInt32, Backoff: backoff.Backoff{First: sim.Time(take(c, subject, "async.first", &k.First)), Factor: 2, Cap: sim.Time(take(c, subject, "async.cap", &k.Cap))}}
}

// clientOf is how a client asks again; nil: it does not.
func clientOf(k *clientSpec) *flows.Retry {
	if k.Retries == 0 {
		return nil
	}
	out := &flows.Retry{Attempts: k.Retries, Backoff: k.Backs()}
	for _, word := range k.On {
		switch word {
		case "timeout":
			out.On |= flows.OnTimeout
		case "rejected":
			out.On |= flows.OnThrottled
		case "failed":
			out.On |= flows.OnFailed
		}
	}
	if len(k.On) == 0 {
		out.On = flows.OnAny
	}
	return out
}

// duplicates is the part of deliveries that happens twice.
func (c *compiler) duplicates(own *float64, subject, key string, f *catalog.Fact[float64]) float64 {
	if own != nil {
		return *own
	}
	return take(c, subject, key, f)
}

func (c *compiler) queue(t *triggerSpec, trigger *flows.Trigger, place int32, at *spec.Node) {
	q := t.Queue
	known, err := c.catalog.Service(q.Service)
	if err != nil || known.Queue == nil {
		return // a hole
	}
	k, subject := known.Queue, "service "+known.Name
	given := func(keys ...string) bool { return at.Get(keys...) != nil }
	duration := func(key string, own spec.Duration, f *catalog.Fact[spec.Duration]) sim.Time {
		return sim.Time(either(c, given(key), own, subject, "queue."+key, f))
	}
	out := &flows.Queue{
		Service: c.service(t.Name, known, trigger.Owner, place), Send: int32(known.Op(k.Send)), Receive: int32(known.Op(k.Receive)), Delete: int32(known.Op(k.Delete)),
		Batch: max(1, either(c, given("batch"), q.Batch, subject, "queue.batch", &k.Batch)), Window: duration("window", q.Window, &k.Window),
		Visibility: duration("visibility", q.Visibility, &k.Visibility), Receives: either(c, given("receives"), q.Receives, subject, "queue.receives", &k.Receives),
		Dead: c.dead(q.Dead), Partial: q.Partial, Delay: sim.Time(q.Delay), Latency: c.latency(q.Latency, subject, "queue.latency", &k.Latency),
		Bytes: int64(take(c, subject, "queue.bytes", &k.Bytes)), Backoff: times(take(c, subject, "queue.backoff", &k.Backoff)),
		FIFO: k.FIFO, Moves: k.Moves, PerReceive: take(c, subject, "queue.per_receive", &k.PerReceive), PerDelete: take(c, subject, "queue.per_delete", &k.PerDelete),
		Refill: take(c, subject, "queue.refill", &k.Refill), Again: c.again(subject, "queue.again", k.Again),
	}
	if q.Concurrency > 0 {
		out.Concurrency = &flows.Slots{N: q.Concurrency}
	}
	p := q.Pollers
	if p == nil {
		p = &pollerSpec{}
	}
	out.Pollers = flows.Pollers{
		Start: either(c, given("pollers", "start"), p.Start, subject, "queue.start", &k.Start), Grow: either(c, given("pollers", "grow"), p.Grow, subject, "queue.grow", &k.Grow),
		Most: either(c, given("pollers", "most"), p.Most, subject, "queue.most_pollers", &k.MostPollers),
		Poll: sim.Time(either(c, given("pollers", "poll"), p.Poll, subject, "queue.poll", &k.Poll)), Provisioned: flows.None, Each: max(1, take(c, subject, "queue.each", &k.Each)),
	}
	if out.Pollers.Start = max(1, out.Pollers.Start); out.Pollers.Most < out.Pollers.Start {
		out.Pollers.Most = out.Pollers.Start
	}
	if out.Again != nil && !k.Pushed {
		// What is under way is kept hidden for as long as that takes, and the visibility that
		// is given is of what failed.
		if given("visibility") {
			out.Again.First = out.Visibility
		}
		out.Visibility = 0
	}
	if k.Pushed {
		out.Pollers = flows.Pollers{Provisioned: flows.None}
	}
	if k.Provisioned != "" {
		out.Pollers.Provisioned = c.meterNamed(k.Provisioned, place, perTime)
	}
	c.encrypt(out.Service, known, q.Encrypt, q.KeyReuse)
	trigger.Queue, trigger.Duplicates = out, c.duplicates(q.Duplicates, subject, "queue.duplicates", &k.Duplicates)
}

// again is how long is waited after each failure; nil: nothing is said.
func (c *compiler) again(subject, key string, b *catalog.Backoff) *flows.Retry {
	if b == nil {
		return nil
	}
	out := flows.Retry{
		On: flows.OnAny, Attempts: math.MaxInt32, Backoff: backoff.Backoff{First: sim.Time(take(c, subject, key+".first", &b.First)), Factor: 2, Cap: sim.Time(take(c, subject, key+".cap", &b.Cap))},
	}
	if b.Rate.Known {
		out.Factor = take(c, subject, key+".rate", &b.Rate)
	}
	return &out
}

func (c *compiler) stream(t *triggerSpec, trigger *flows.Trigger, place int32, at *spec.Node) {
	s := t.Stream
	known, err := c.catalog.Service(s.Service)
	if err != nil || known.Stream == nil {
		return // a hole
	}
	k, subject := known.Stream, "service "+known.Name
	given := func(key string) bool { return at.Get(key) != nil }
	out := &flows.Stream{
		Service: c.service(t.Name, known, trigger.Owner, place), Put: int32(known.Op(k.Put)), Get: int32(known.Op(k.Get)), Shards: s.Shards, OnDemand: k.OnDemand.Known, Pipe: flows.None,
		Batch:  max(1, either(c, given("batch"), s.Batch, subject, "stream.batch", &k.Batch)),
		Window: sim.Time(either(c, given("window"), s.Window, subject, "stream.window", &k.Window)), Bytes: int64(take(c, subject, "stream.bytes", &k.Bytes)),
		Parallel: s.Parallel, Retries: s.Retries, Bisect: s.Bisect, MaxAge: sim.Time(s.Retention), Dead: c.dead(s.Dead), Partial: s.Partial,
		Poll: sim.Time(either(c, given("poll"), s.Poll, subject, "stream.poll", &k.Poll)), Latency: c.latency(s.Latency, subject, "stream.latency", &k.Latency),
	}
	if out.OnDemand && !given("shards") {
		out.Shards = take(c, subject, "stream.on_demand", &k.OnDemand)
	}
	if given("max_age") {
		out.MaxAge = sim.Time(s.MaxAge)
	}
	second := func(rate float64) *flows.Bucket { return &flows.Bucket{Rate: rate, Burst: max(1, rate)} }
	if k.In.Known {
		out.In = second(float64(take(c, subject, "stream.in", &k.In)))
	}
	if k.InBytes.Known {
		out.InBytes = second(float64(take(c, subject, "stream.in_bytes", &k.InBytes)))
	}
	if k.OutBytes.Known {
		out.OutBytes = second(float64(take(c, subject, "stream.out_bytes", &k.OutBytes)))
	}
	if k.Reads.Known {
		out.Reads = second(float64(take(c, subject, "stream.reads", &k.Reads)))
	}
	out.Backoff = c.again(subject, "stream.backoff", k.Backoff)
	if pipe, err := c.catalog.Service(k.Pipe); s.Via == "pipe" && err == nil {
		o := &pipe.Ops[0]
		out.Pipe, out.PipeUnit = c.meter(c.priced(pipe.Tariff, place), o.Meter, unitOf(o.ByBytes)), int64(take(c, "service "+pipe.Name, "op."+o.Name+".unit", &o.Unit))
	}
	for _, h := range known.Held {
		if h.What == "shards" || h.What == "retention" && s.Retention > day {
			c.standing(&c.g.Services[out.Service], c.priced(known.Tariff, place), h, float64(s.Shards))
		}
	}
	out.Kept = c.kept(subject, known, c.priced(known.Tariff, place), s)
	c.encrypt(out.Service, known, s.Encrypt, s.KeyReuse)
	trigger.Stream = out
}

func (c *compiler) schedule(t *triggerSpec, trigger *flows.Trigger) {
	known, err := c.catalog.Service(t.Schedule.Service)
	if err != nil || known.Schedule == nil {
		return // a hole
	}
	subject := "service " + known.Name
	trigger.Async = c.handed(known, known.Schedule.Async, trigger.Start)
	trigger.Meter = c.meter(c.priced(known.Tariff, c.targetPlace(c.names[t.Start])), known.Schedule.Meter, perCall)
	trigger.Latency = delayOf(take(c, subject, "schedule.latency", &known.Schedule.Latency))
}

func (c *compiler) object(t *triggerSpec, trigger *flows.Trigger) {
	o := t.Object
	n := c.names[o.Store]
	if n.class != storeClass {
		return // a hole
	}
	u := noUse(trigger.Owner)
	if o.Latency != nil {
		trigger.Latency = delayOf(*o.Latency)
	}
	if o.Duplicates != nil {
		trigger.Duplicates = *o.Duplicates
	}
	op := "write"
	if known, err := c.catalog.Service(c.file.Stores[n.index].Service); err == nil && known.Object != nil {
		op = known.Object.Op
		trigger.Async = c.handed(known, known.Object.Async, trigger.Start)
		subject := "service " + known.Name
		trigger.Latency = c.latency(o.Latency, subject, "object.latency", &known.Object.Latency)
		trigger.Duplicates = c.duplicates(o.Duplicates, subject, "object.duplicates", &known.Object.Duplicates)
	}
	u.Service, u.Op = c.op(o.Store, op)
	trigger.Write = &u
}

func (c *compiler) bus(t *triggerSpec, trigger *flows.Trigger, place int32, at *spec.Node) {
	b := t.Bus
	known, err := c.catalog.Service(b.Service)
	if err != nil || known.Bus == nil {
		return // a hole
	}
	k, subject := known.Bus, "service "+known.Name
	trigger.Bus = &flows.Bus{
		Service: c.service(t.Name, known, trigger.Owner, place), Put: int32(known.Op(k.Put)), Match: b.Match,
		Retry:  &flows.Retry{On: flows.OnAny, Attempts: either(c, b.Retries >= 0, b.Retries, subject, "bus.retries", &k.Retries)},
		MaxAge: sim.Time(either(c, at.Get("max_age") != nil, b.MaxAge, subject, "bus.max_age", &k.MaxAge)),
		Dead:   c.dead(b.Dead),
	}
	trigger.Bus.Retry.Backoff = backoff.Backoff{First: sim.Time(take(c, subject, "bus.first", &k.First)), Factor: 2, Cap: sim.Time(take(c, subject, "bus.cap", &k.Cap))}
	c.encrypt(trigger.Bus.Service, known, b.Encrypt, b.KeyReuse)
	trigger.Async = c.handed(known, k.Async, trigger.Start)
	trigger.Latency = c.latency(b.Latency, subject, "bus.latency", &k.Latency)
	trigger.Duplicates = c.duplicates(b.Duplicates, subject, "bus.duplicates", &k.Duplicates)
}

func (c *compiler) async(t *triggerSpec, trigger *flows.Trigger, at *spec.Node) {
	s := t.Async
	known, err := c.catalog.Service(s.Service)
	if err != nil || known.Async == nil {
		return // a hole
	}
	k, subject := known.Async, "service "+known.Name
	trigger.Async = &flows.Async{
		Retries:  either(c, s.Retries >= 0, s.Retries, subject, "async.retries", &k.Retries),
		After:    times(take(c, subject, "async.after", &k.After)),
		Throttle: c.turnedAway(k, subject),
		MaxAge:   sim.Time(either(c, at.Get("max_age") != nil, s.MaxAge, subject, "async.max_age", &k.MaxAge)), Dead: c.dead(s.Dead),
	}
	trigger.Latency = delayOf(take(c, subject, "async.latency", &k.Latency))
	trigger.Duplicates = c.duplicates(s.Duplicates, subject, "async.duplicates", &k.Duplicates)
}
