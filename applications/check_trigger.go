package applications

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// checkTrigger checks what starts flows and functions.
func (c *checker) checkTrigger(i int, at *spec.Node) {
	t := &c.file.Triggers[i]
	c.region(t.Region, below(at, "region"))
	starts, _ := c.resolve(t.Start, below(at, "start"), functionClass, flowClass)
	var ways []string
	for _, w := range []struct {
		key string
		has bool
	}{{"http", t.HTTP != nil}, {"queue", t.Queue != nil}, {"stream", t.Stream != nil}, {"schedule", t.Schedule != nil}, {"object", t.Object != nil}, {"bus", t.Bus != nil}, {"async", t.Async != nil}} {
		if w.has && (w.key != "async" || len(ways) == 0 || !t.calledFor()) {
			ways = append(ways, w.key)
		}
	}
	if len(ways) > 1 {
		c.failf(below(at, ways[1]), "found %s beside %s, want one way to start", ways[1], ways[0])
	}
	switch {
	case t.Schedule != nil && at.Get("arrivals") != nil:
		c.failf(below(at, "arrivals"), "found arrivals beside a schedule, want none: it starts by itself")
	case t.HTTP != nil && at.Get("arrivals") == nil:
		c.failf(below(at, "http"), "found an http trigger without arrivals, want some: no step sends to it")
	case t.Object != nil && at.Get("arrivals") == nil && !c.isFed(t.Name):
		c.failf(below(at, "object"), "found an object trigger without arrivals that its store does not feed, want arrivals, those of objects from outside, or feeds of the store")
	}
	if k := t.Record.Key; k != nil {
		where := below(at, "record", "key")
		if k.Count < 1 || k.Count > 1<<24 {
			c.failf(below(where, "count"), "found %d, want 1 … %d", k.Count, 1<<24)
		}
		if !(k.Zipf >= 0 && k.Zipf <= 10) {
			c.failf(below(where, "zipf"), "found %v, want 0 … 10", k.Zipf)
		}
	}
	if t.Record.Poison != 0 {
		where := below(at, "record", "poison")
		c.fail(where, part("poison", t.Record.Poison))
		if starts.class == flowClass {
			c.failf(where, "found poison records of a trigger that starts a flow, want them where a function is called: the functions of a flow have an error_rate")
		}
	}
	switch {
	case t.HTTP != nil:
		c.checkHTTP(t, starts, below(at, "http"))
	case t.Queue != nil:
		c.checkQueue(t, starts, below(at, "queue"))
	case t.Stream != nil:
		c.checkStream(t, below(at, "stream"))
	case t.Schedule != nil:
		c.checkSchedule(t.Schedule, below(at, "schedule"))
	case t.Object != nil:
		c.checkObject(t, below(at, "object"))
	case t.Bus != nil:
		c.checkBus(t, below(at, "bus"))
	}
	if t.Async != nil {
		c.checkAsync(t, below(at, "async"))
		if t.calledFor() && starts.class == flowClass {
			c.failf(below(at, "async"), "found async where a flow is started, want it where a function is called: a flow that has been started was delivered to")
		}
		if t.calledFor() && t.Async.Duplicates != nil {
			c.failf(below(at, "async", "duplicates"), "found duplicates of the call, want those of the bus or object: they are of what is delivered")
		}
	}
	if known, op := c.takes(t); known != nil && at.Get("arrivals") != nil {
		c.checkPayload(known, op, &t.Record.Size, below(at, "record", "size"))
	}
}

func (c *checker) checkHTTP(t *triggerSpec, starts named, at *spec.Node) {
	if k := t.HTTP.Client; k != nil {
		c.plainClient(k, below(at, "client"))
	}
	h := t.HTTP
	switch {
	case h.Answer == hole || h.Answer == answerEnd:
	case h.Answer != answerStart:
		c.fail(below(at, "answer"), errors.New(spec.Unknown("answer", h.Answer, []string{answerEnd, answerStart})))
	case starts.class == functionClass:
		c.failf(below(at, "answer"), "found \"start\" where a function is called, want \"end\", or a trigger with async: a flow alone goes on after its start")
	}
	if h.Service != direct {
		known := c.service(h.Service, below(at, "service"), "gateway", func(s *catalog.Service) bool { return s.Gateway != nil })
		if known != nil {
			c.longest(below(at, "timeout"), at.Get("timeout") != nil, h.Timeout, &known.Gateway.MostTimeout, known.Name)
			c.checkPayload(known, known.Ops[0].Name, &t.Record.Size, below(at, "http"))
			if h.Auth != nil {
				c.longest(below(at, "authorizer", "cache"), at.Get("authorizer", "cache") != nil, h.Auth.Cache, &known.Gateway.MostCache, known.Name)
			}
		}
	}
	if h.DNS != nil {
		c.checkUse(h.DNS, below(at, "dns"))
	}
	if h.Auth != nil {
		c.resolve(h.Auth.Call, below(at, "authorizer", "call"), functionClass, storeClass)
	}
	if h.Client != nil && h.Client.Timeout > 0 && h.Timeout > 0 {
		c.failf(below(at, "client", "timeout"), "found a timeout of the client beside one of the request, want one of them")
	}
}

// calledFor reports whether a service calls what the trigger starts and waits for no
// answer, so that async beside it says how a function is tried again.
func (t *triggerSpec) calledFor() bool { return t.Bus != nil || t.Object != nil || t.Schedule != nil }

// longest checks a duration against a limit of a service.
func (c *checker) longest(at *spec.Node, given bool, found spec.Duration, most *catalog.Fact[spec.Duration], of string) {
	if given && most.Known && found > most.Value {
		c.failf(at, "found %v, want at most the %v of %s", found, most.Value, of)
	}
}

// atLeast checks a duration against the least of a service.
func (c *checker) atLeast(at *spec.Node, found spec.Duration, least *catalog.Fact[spec.Duration], of string) {
	if least.Known && found < least.Value {
		c.failf(at, "found %v, want at least the %v of %s", found, least.Value, of)
	}
}

// aged refuses an age of nothing, which would be any.
func (c *checker) aged(at *spec.Node, found spec.Duration) {
	if age := at.Get("max_age"); age != nil && found == 0 && !hasHole(age) {
		c.failf(age, "found 0s, want it above 0")
	}
}

func (c *checker) checkQueue(t *triggerSpec, starts named, at *spec.Node) {
	q := t.Queue
	c.region(q.Region, below(at, "region"))
	c.checkDead(t.Name, q.Dead, below(at, "dead"))
	c.checkEncrypt(t.Name, q.Service, q.Encrypt, q.KeyReuse, at)
	c.checkDuplicates(q.Duplicates, below(at, "duplicates"))
	c.count(at, "batch", q.Batch, 1, 1e6)
	c.count(at, "receives", q.Receives, 0, 1e6)
	c.count(at, "concurrency", q.Concurrency, 0, 1e6)
	if p := q.Pollers; p != nil {
		where := below(at, "pollers")
		c.count(where, "start", p.Start, 1, 1e6)
		c.count(where, "grow", p.Grow, 0, 1e6)
		c.count(where, "most", p.Most, 1, 1e6)
		if where.Get("start") != nil && where.Get("most") != nil && p.Most < p.Start {
			c.failf(below(where, "most"), "found %d, want at least the %d at the start", p.Most, p.Start)
		}
	}
	known := c.service(q.Service, below(at, "service"), "queue", func(s *catalog.Service) bool { return s.Queue != nil })
	if known == nil {
		return
	}
	c.checkUnreadOfQueue(known, at)
	k := known.Queue
	batch, window := k.Batch.Or(1), k.Window.Value
	batchAt := below(at, "service")
	if at.Get("batch") != nil {
		batch, batchAt = q.Batch, below(at, "batch")
	}
	if at.Get("window") != nil {
		window = q.Window
	}
	c.atMost(batchAt, "messages of a batch", batch, k.MostBatch.Value, known.Name)
	if k.MostUnwindowed.Known && batch > k.MostUnwindowed.Value && batch <= k.MostBatch.Or(batch) && window == 0 {
		c.failf(batchAt, "found a batch of %d without a window, want at most %d without one of %s, or window = \"1s\"", batch, k.MostUnwindowed.Value, known.Name)
	}
	c.longest(below(at, "window"), at.Get("window") != nil, q.Window, &k.MostWindow, known.Name)
	c.longest(below(at, "visibility"), at.Get("visibility") != nil, q.Visibility, &k.MostVisibility, known.Name)
	c.longest(below(at, "delay"), at.Get("delay") != nil, q.Delay, &k.MostDelay, known.Name)
	c.atMost(below(at, "receives"), "receives", q.Receives, k.MostReceives.Value, known.Name)
	c.checkConcurrency(q, known, below(at, "concurrency"))
	if q.Pollers != nil {
		c.atMost(below(at, "pollers", "most"), "pollers", q.Pollers.Most, k.MostPollers.Value, known.Name)
	}
	if known.Queue.AboveTimeout.Value && starts.class == functionClass {
		c.checkVisibility(q, k, starts.index, at)
	}
}

// checkVisibility refuses, as the provider does, a visibility below the timeout of the
// function: a message would come back while it is being worked on.
func (c *checker) checkVisibility(q *queueSpec, k *catalog.Queue, function int, at *spec.Node) {
	timeout := c.file.Functions[function].Timeout
	visibility, where := k.Visibility.Value, at
	if v := at.Get("visibility"); v != nil {
		if text(v) == hole {
			return
		}
		visibility, where = q.Visibility, below(at, "visibility")
	}
	if timeout > 0 && visibility < timeout && k.Visibility.Known {
		c.failf(where, "found a visibility of %v, want at least the timeout of %q, %v (%s)", visibility, c.file.Functions[function].Name, timeout, c.at("function", function, "timeout").Place())
	}
}

func (c *checker) checkStream(t *triggerSpec, at *spec.Node) {
	s := t.Stream
	c.aged(at, s.MaxAge)
	c.region(s.Region, below(at, "region"))
	c.checkDead(t.Name, s.Dead, below(at, "dead"))
	c.checkEncrypt(t.Name, s.Service, s.Encrypt, s.KeyReuse, at)
	c.count(at, "shards", s.Shards, 1, 100_000)
	c.count(at, "batch", s.Batch, 1, 1e6)
	c.count(at, "parallel", s.Parallel, 1, 1000)
	c.count(at, "retries", s.Retries, -1, 10_000)
	known := c.service(s.Service, below(at, "service"), "stream", func(s *catalog.Service) bool { return s.Stream != nil })
	if s.Via != "" && s.Via != "pipe" && s.Via != hole {
		c.fail(below(at, "via"), errors.New(spec.Unknown("via", s.Via, []string{"pipe"})))
	}
	if known == nil {
		return
	}
	k := known.Stream
	if s.Via == "pipe" && k.Pipe == "" {
		c.failf(below(at, "via"), "found a pipe, which %s has not", known.Name)
	}
	c.atMost(below(at, "batch"), "records of a batch", s.Batch, k.MostBatch.Value, known.Name)
	c.atMost(below(at, "parallel"), "batches of a shard at a time", s.Parallel, k.MostParallel.Value, known.Name)
	c.longest(below(at, "window"), at.Get("window") != nil, s.Window, &k.MostWindow, known.Name)
	c.atLeast(below(at, "retention"), s.Retention, &k.LeastRetention, known.Name)
	c.longest(below(at, "retention"), true, s.Retention, &k.MostRetention, known.Name)
	c.checkOnDemand(s, k, known.Name, at)
	if at.Get("max_age") != nil && s.MaxAge > s.Retention {
		c.failf(below(at, "max_age"), "found %v, want at most the retention of %v", s.MaxAge, s.Retention)
	}
	if s.Parallel > 1 && t.Record.Key == nil {
		c.warnf(below(at, "parallel"), "each record has a key of its own: parallel = %d keeps no order between any; record.key says otherwise", s.Parallel)
	}
}

func (c *checker) checkSchedule(s *scheduleSpec, at *spec.Node) {
	c.service(s.Service, below(at, "service"), "scheduler", func(s *catalog.Service) bool { return s.Schedule != nil })
	if s.Every < spec.Duration(time.Second) {
		c.failf(below(at, "every"), "found %v, want 1s or longer", s.Every)
	}
}

func (c *checker) checkObject(t *triggerSpec, at *spec.Node) {
	o := t.Object
	c.checkDuplicates(o.Duplicates, below(at, "duplicates"))
	x, ok := c.resolve(o.Store, below(at, "store"), storeClass)
	if !ok {
		return
	}
	s := &c.file.Stores[x.index]
	known, err := c.catalog.Service(s.Service)
	switch {
	case s.Service == hole:
	case s.Service == custom && c.stateOp(s, "write") == "":
		c.failf(below(at, "store"), "found %q, which has no op %q by which an object is written", o.Store, "write")
	case s.Service != custom && err == nil && known.Object == nil:
		c.failf(below(at, "store"), "found %q, whose service %s starts nothing when it is written to", o.Store, s.Service)
	}
}

func (c *checker) checkBus(t *triggerSpec, at *spec.Node) {
	b := t.Bus
	c.aged(at, b.MaxAge)
	c.region(b.Region, below(at, "region"))
	c.checkDead(t.Name, b.Dead, below(at, "dead"))
	c.checkEncrypt(t.Name, b.Service, b.Encrypt, b.KeyReuse, at)
	c.checkDuplicates(b.Duplicates, below(at, "duplicates"))
	c.service(b.Service, below(at, "service"), "bus", func(s *catalog.Service) bool { return s.Bus != nil })
	c.fail(below(at, "match"), part("match", b.Match))
	c.count(at, "retries", b.Retries, -1, 10_000)
}

func (c *checker) checkAsync(t *triggerSpec, at *spec.Node) {
	s := t.Async
	c.aged(at, s.MaxAge)
	c.checkDead(t.Name, s.Dead, below(at, "dead"))
	c.checkDuplicates(s.Duplicates, below(at, "duplicates"))
	c.count(at, "retries", s.Retries, -1, 10_000)
	known := c.service(s.Service, below(at, "service"), "asynchronous call", func(s *catalog.Service) bool { return s.Async != nil })
	if known == nil {
		return
	}
	c.atMost(below(at, "retries"), "retries", s.Retries, known.Async.MostRetries.Value, known.Name)
	c.longest(below(at, "max_age"), at.Get("max_age") != nil, s.MaxAge, &known.Async.MostAge, known.Name)
}

// checkDead checks where dead letters go: elsewhere.
func (c *checker) checkDead(trigger, dead string, at *spec.Node) {
	if dead == "" {
		return
	}
	if dead == trigger {
		c.failf(at, "found the trigger itself, want another one, or a store: its dead letters would come back for ever")
		return
	}
	c.checkSend(dead, nil, at, at)
}

func (c *checker) checkDuplicates(d *float64, at *spec.Node) {
	if d != nil {
		c.fail(at, part("duplicates", *d))
	}
}

// count checks a key that is a whole number, where it is given.
func (c *checker) count(at *spec.Node, key string, v, least, most int) {
	if n := at.Get(key); n != nil && !hasHole(n) && (v < least || v > most) {
		c.failf(n, "found %d, want %d … %d", v, least, most)
	}
}

// plainClient refuses what callers of a trigger do not do: it is of the clients of
// functions without an application.
func (c *checker) plainClient(k *clientSpec, at *spec.Node) {
	if at.Get("on") != nil && slices.Contains(k.On, "node") {
		c.failf(below(at, "on"), "found \"node\" of the callers of a trigger, want \"failed\": what answers them tells a node's failure as any other")
	}
	for _, key := range []struct {
		name  string
		given bool
	}{{"throttled", k.Throttled != nil}, {"max_age", k.MaxAge > 0}, {"quota", k.Quota != nil}} {
		if key.given {
			found, instead := key.name, ""
			if at.Get(key.name) == nil {
				preset := text(at.Get("preset"))
				found, instead = fmt.Sprintf("preset %q, which has %s,", preset, key.name), "; what is left of it: client = "+workloads.PlainClient(preset)
			}
			c.failf(below(at, key.name), "found %s of the callers of a trigger, want none: they ask again alike after every failure, and without a budget%s", found, instead)
		}
	}
}
