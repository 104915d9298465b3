package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// everySecond asks again each second, as often as it takes.
func everySecond(on Errors) Retry {
	return Retry{On: on, Attempts: 100, Backoff: backoff.Backoff{First: second, Factor: 1}}
}

// slowly serves one request at a time and turns the others away.
var slowly = sim.Platform{KeepAlive: policies.Forever{}, Limit: sim.Limit{Instances: 1, Over: sim.RejectOver}}

// What is throttled is not billed, so that the try that gets through is the first that costs
// anything: it is work, whoever tried before. Ten come at a time to what takes one a second, and
// are asked for again each second until all have been taken: ten are billed, and none of them is
// what retries add.
func TestThrottledRetriesAddNothing(t *testing.T) {
	for _, c := range []struct {
		name  string
		meter string // "": requests at the function
		build func(b *builder)
	}{
		{"a library", "store read", func(b *builder) {
			store := b.service("store", Op{Name: "read", First: after(ms), Limit: &Bucket{Burst: 1, Rate: 1}})
			b.g.Services[store].Retry = everySecond(OnThrottled)
			f := b.function("f", after(ms))
			b.g.Functions[f].Uses = []Use{asks(store, 0)}
			b.calls("in", f).Async = lambdaAsync()
		}},
		{"a producer", "q send", func(b *builder) {
			q := b.sqs(b.calls("q", b.function("f", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
			b.g.Services[q.Queue.Service].Ops[q.Queue.Send].Limit = &Bucket{Burst: 1, Rate: 1}
			b.g.Services[q.Queue.Service].Retry = everySecond(OnThrottled)
		}},
		{"a producer of a stream's shard", "s put", func(b *builder) {
			s := b.kinesis(b.calls("s", b.function("f", after(ms))), Stream{Shards: 1, Batch: 1, Retries: -1, MaxAge: sim.Hour, In: &Bucket{Burst: 1, Rate: 1}})
			b.g.Services[s.Stream.Service].Retry = everySecond(OnThrottled)
		}},
		{"a step", "", func(b *builder) {
			flow := b.flow("flow", nothing())
			call := callOf("call", b.function("f", after(990*ms)))
			call.Retry = []Retry{everySecond(OnThrottled)}
			b.main(flow, call)
			b.trigger("t", flow)
		}},
		{"a step around branches", "", func(b *builder) {
			flow := b.flow("flow", nothing())
			both := parallel("both", b.list(flow, callOf("call", b.function("f", after(990*ms)))))
			both.Retry = []Retry{everySecond(OnThrottled)}
			b.main(flow, both)
			b.trigger("t", flow)
		}},
		{"a step around items", "", func(b *builder) {
			flow := b.flow("flow", nothing())
			each := mapOf("each", 1, b.list(flow, callOf("call", b.function("f", after(990*ms)))))
			each.Retry = []Retry{everySecond(OnThrottled)}
			b.main(flow, each)
			b.trigger("t", flow)
		}},
		{"a caller", "gateway request", func(b *builder) {
			in := b.calls("in", b.function("f", after(ms)))
			b.gateway(in, &Bucket{Burst: 1, Rate: 1})
			in.HTTP.Client = new(everySecond(OnThrottled))
		}},
		{"a caller whose function is busy", "", func(b *builder) {
			in := b.calls("in", b.function("f", after(500*ms)))
			b.gateway(in, nil)
			in.HTTP.Client = new(everySecond(OnThrottled))
		}},
		{"an asynchronous call", "", func(b *builder) {
			in := b.calls("in", b.function("f", after(500*ms)))
			in.Async = &Async{Throttle: everySecond(OnThrottled), MaxAge: sim.Hour}
		}},
		{"a queue's deliveries", "", func(b *builder) {
			b.sqs(b.calls("q", b.function("f", after(500*ms))), Queue{Batch: 1, Visibility: second})
		}},
	} {
		b := newBuilder(1000 * second)
		c.build(b)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 10)}, platforms: []sim.Platform{slowly}})
		var n [NumCauses]uint64
		for cause := range n {
			if c.meter != "" {
				n[cause] = used(&b.g, tally, c.meter, Cause(cause))
				continue
			}
			for _, call := range tally.Calls {
				if call.Cause == Cause(cause) {
					n[cause] += call.N
				}
			}
		}
		if n[Work] != 10 || n[Again] != 0 || n[Failure] != 0 {
			t.Errorf("%s: by cause %v, want ten of work", c.name, n)
		}
	}
}

// What an attempt at a step around branches or items asks for is what retries add where
// something of the attempt before it was billed: of two attempts one call each of what goes well
// and what fails is a first try, and so are the states of the first; those of the second are
// retries. Of what is cancelled in the first attempt the same is so: it goes on. A flow's last
// transitions, as AWS counts them, are two.
func TestRetriesAroundBranches(t *testing.T) {
	for _, c := range []struct {
		name                 string
		work, failure, again uint64 // calls
		states, retried      float64
		around               func(b *builder, flow, well, bad int32) Step
	}{
		{"branches", 1, 1, 2, 2 + 3, 3, func(b *builder, flow, well, bad int32) Step {
			return parallel("around", b.list(flow, callOf("well", well)), b.list(flow, callOf("bad", bad)))
		}},
		{"a branch of two steps", 1, 1, 2, 2 + 3, 3, func(b *builder, flow, well, bad int32) Step {
			return parallel("around", b.list(flow, callOf("well", well), callOf("bad", bad)))
		}},
		{"branches within branches", 1, 1, 2, 2 + 4, 4, func(b *builder, flow, well, bad int32) Step {
			return parallel("around", b.list(flow, parallel("within", b.list(flow, callOf("well", well)), b.list(flow, callOf("bad", bad)))))
		}},
		{"items", 0, 2, 2, 2 + 3, 3, func(b *builder, flow, _, bad int32) Step {
			return mapOf("around", 2, b.list(flow, callOf("bad", bad)))
		}},
		{"what is cancelled", 1, 0, 1, 2 + 3, 3, func(b *builder, flow, well, _ int32) Step {
			return parallel("around", b.list(flow, callOf("well", well)), b.list(flow, step(FailStep, "no")))
		}},
	} {
		b := newBuilder(100 * second)
		e := b.standard()
		flow := b.flow("flow", e)
		around := c.around(b, flow, b.function("well", after(second)), b.fails("bad", after(2*second)))
		around.Retry = []Retry{{On: OnFailed, Attempts: 1, Backoff: backoff.Backoff{First: 10 * second, Factor: 1}}}
		b.main(flow, around)
		b.trigger("t", flow)
		tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0}}})
		var n [NumCauses]uint64
		for _, call := range tally.Calls {
			n[call.Cause] += call.N
		}
		if n[Work] != c.work || n[Failure] != c.failure || n[Again] != c.again {
			t.Errorf("%s: calls by cause %v, want %d of work, %d failures, %d retries", c.name, n, c.work, c.failure, c.again)
		}
		if states, retried := usedOf(tally, e.Transitions, Work), usedOf(tally, e.Transitions, Again); states != c.states || retried != c.retried {
			t.Errorf("%s: %v states and %v of retries, want %v and %v", c.name, states, retried, c.states, c.retried)
		}
	}
}

// A batch of a stream's lane that its function turned away twice and then serves is work: so is
// all of it. Of two shards' at a time one is served, for 500 ms, and one turned away.
func TestThrottledLane(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(1500*ms))
	b.kinesis(b.calls("s", f), Stream{Shards: 1, Batch: 1, Retries: -1, MaxAge: sim.Hour})
	b.calls("beside", f)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{100 * ms}, {0}}, platforms: []sim.Platform{slowly}})
	calls := map[Cause]uint64{}
	for _, c := range tally.Calls {
		calls[c.Cause] += c.N
	}
	if calls[Work] != 2 || calls[Again] != 0 || tally.Triggers[0].Rejected == 0 {
		t.Errorf("by cause %v, %d were turned away, want 2 of work, and some", calls, tally.Triggers[0].Rejected)
	}
}

// What has failed was billed, and what is tried after it is what retries add: a firewall's check
// that its library asks for again and again remains a retry, failed or not. Each fails with its first
// try, and three more are made.
func TestRetriesOfOverhead(t *testing.T) {
	b := newBuilder(100 * second)
	firewall := b.service("firewall", Op{Name: "check", First: after(ms), Error: 1})
	b.g.Services[firewall].Retry = Retry{On: OnFailed, Attempts: 3, Backoff: backoff.Backoff{First: ms, Factor: 1}}
	f := b.function("f", after(ms))
	u := asks(firewall, 0)
	u.Overhead = true
	b.g.Functions[f].Uses = []Use{u}
	b.calls("in", f).Async = lambdaAsync()
	b.g.Triggers[0].Async.Retries = 0
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(5, second)}})
	if failed, again := used(&b.g, tally, "firewall check", Failure), used(&b.g, tally, "firewall check", Again); failed != 5 || again != 15 {
		t.Errorf("%d first tries failed and %d are retries, want 5 and 15", failed, again)
	}
}
