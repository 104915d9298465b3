package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// Requests every 10 s to a function of 1 s that does not answer from 120 to 180 s. By the
// minute: six came each, and all of the third failed. An instance has started before.
func TestCourseByHand(t *testing.T) {
	b := newBuilder(300 * second)
	b.g.Step = sim.Minute
	f := b.function("f", after(second))
	b.gateway(b.calls("api", f), nil)
	b.g.Outages = []Outage{{Functions: []int32{f}, From: 120 * second, To: 180 * second, Part: 1}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(30, 10*second)}})
	n := tally.Triggers[0]
	if len(n.Course) != 5 {
		t.Fatalf("%d minutes, want 5", len(n.Course))
	}
	for k, m := range n.Course {
		want := Ends{Done: 6}
		if k == 2 {
			want = Ends{Failed: 6}
		}
		if m.Ends != want {
			t.Errorf("minute %d: %+v, want %+v", k, m.Ends, want)
		}
		// 10 ms of the gateway and 1 s, to within 1/32.
		if p50 := m.Quantile(0.5); k != 2 && (p50 < 1010*ms*31/32 || p50 > 1010*ms || m.Max != 1010*ms) || k == 2 && (p50 != 0 || m.Max != 0) {
			t.Errorf("minute %d: p50 %d, largest %d, want 1010 ms", k, p50, m.Max)
		}
	}
	o := n.Outages[0]
	if o.Before.Ends != (Ends{Done: 12}) || o.During.Ends != (Ends{Failed: 6}) || o.After.Ends != (Ends{Done: 12}) || o.During.Late != 0 || o.Before.Max != 1010*ms {
		t.Errorf("beside the outage: %+v", o)
	}
}

// Messages at 5, 15, 25 and 35 s of a queue that are hidden for 60 s when a delivery has
// failed. The function, of 1 s, does not answer from 10 to 30 s: the second and the third
// are done at 76 and 86 s, 61 s after they came, the others after 1 s.
func TestQueueWaitsForTheEndOfAnOutage(t *testing.T) {
	b := newBuilder(200 * second)
	b.g.Drain = 200 * second
	f := b.function("f", after(second))
	b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 60 * second})
	b.g.Outages = []Outage{{Functions: []int32{f}, From: 10 * second, To: 30 * second, Part: 1}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{5 * second, 15 * second, 25 * second, 35 * second}}})
	o := tally.Triggers[0].Outages[0]
	if o.During != (Spell{Ends: Ends{Done: 2}, Late: 2, Max: 61 * second}) || o.Before != (Spell{Ends: Ends{Done: 1}, Max: second}) || o.After != (Spell{Ends: Ends{Done: 1}, Max: second}) {
		t.Errorf("%+v", o)
	}
}

// Messages at 2, 5 and 25 s of a queue that shows them after 6 s, hides them for 60 s where a delivery
// failed, and gives up what was received once. The function, of 1 s, does not answer from 10 to 30 s. The
// first is received at 8 s and done at 9 s; the second is received in the outage, though it came before it, and is dead; the third came
// in it, and is done after it. With two receives the second is done at 72 s.
// The same of messages that a step sends.
func TestStruckByAnOutage(t *testing.T) {
	for _, sent := range []bool{false, true} {
		for receives, struck := range map[int]Spell{1: {Ends: Ends{Failed: 1}}, 2: {Ends: Ends{Done: 1}, Late: 1, Max: 67 * second}} {
			b := newBuilder(200 * second)
			b.g.Drain = 200 * second
			f := b.function("f", after(second))
			b.g.Outages = []Outage{{Functions: []int32{f}, From: 10 * second, To: 30 * second, Part: 1}}
			at := [][]sim.Time{{2 * second, 5 * second, 25 * second}}
			if sent {
				flow := b.flow("flow", nothing())
				b.main(flow, sendOf("send", Send{Trigger: 1, Service: None, Count: 1}))
				b.trigger("outside", flow)
			}
			b.sqs(b.calls("q", f), Queue{Batch: 1, Visibility: 60 * second, Delay: 6 * second, Receives: receives})
			tally, _ := b.runAll(t, config{arrivals: at})
			of := tally.Triggers[0].Outages
			if sent {
				of = tally.Triggers[1].SentOutages
			}
			want := Beside{
				Before: Spell{Ends: Ends{Done: 1}, Max: 7 * second}, Struck: struck,
				During: Spell{Ends: Ends{Done: 1}, Late: 1, Max: 7 * second},
			}
			if len(of) != 1 || of[0] != want {
				t.Errorf("sent %v, %d receives:\n%+v\nwant\n%+v", sent, receives, of, want)
			}
		}
	}
}

// A batch of a stream fails in an outage, though its record came before it, and a call that
// nobody waits for, which is tried again 20 s later and is done; without retries both are given up.
func TestStruckOnOtherWays(t *testing.T) {
	for retries, struck := range map[int]Ends{0: {Failed: 1}, 1: {Done: 1}} {
		for _, way := range []string{"stream", "async", "http"} {
			b := newBuilder(200 * second)
			b.g.Drain = 200 * second
			f := b.function("f", after(second))
			b.g.Outages = []Outage{{Functions: []int32{f}, From: 10 * second, To: 30 * second, Part: 1}}
			tr := b.calls("t", f)
			wait := Retry{On: OnAny, Attempts: retries, Backoff: backoff.Backoff{First: 30 * second, Factor: 1}}
			// It comes at 5 s and reaches the function at 15 s.
			switch way {
			case "stream":
				b.kinesis(tr, Stream{Shards: 1, Batch: 2, Window: 10 * second, Poll: -1, Retries: retries, Backoff: &wait})
			case "async":
				tr.Async, tr.Latency = &Async{Retries: retries, After: []sim.Time{30 * second}}, after(10*second)
			case "http":
				b.gateway(tr, nil)
				b.g.Services[tr.HTTP.Service].Ops[0].First = after(10 * second)
				tr.HTTP.Client, tr.HTTP.Timeout = &wait, 0
			}
			tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{5 * second}}})
			of := tally.Triggers[0].Outages
			if len(of) != 1 || of[0].Struck.Ends != struck || of[0].Before.Ends != (Ends{}) {
				t.Errorf("%s with %d retries: %+v, want %+v", way, retries, of, struck)
			}
		}
	}
}

// What arrived in one outage is neither before nor after another.
func TestOutagesBesideEachOther(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(second))
	b.gateway(b.calls("api", f), nil)
	b.g.Outages = []Outage{{Functions: []int32{f}, From: 20 * second, To: 40 * second, Part: 1}, {Functions: []int32{f}, From: 60 * second, To: 80 * second, Part: 1}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(10, 10*second)}})
	// 0, 10 | 20, 30 | 40, 50 | 60, 70 | 80, 90.
	for k, want := range [][3]uint64{{2, 2, 4}, {4, 2, 2}} {
		o := tally.Triggers[0].Outages[k]
		if got := [3]uint64{o.Before.Done, o.During.Failed, o.After.Done}; got != want || o.Before.Failed+o.After.Failed+o.During.Done != 0 {
			t.Errorf("outage %d: before, during, after %v, want %v", k, got, want)
		}
	}
}

// What steps send to a trigger is apart from what arrives there: 3 requests of 1 s from
// outside, 5 of 2 s that a flow sends.
func TestInnerTimesAreApart(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(second))
	both := b.calls("both", f)
	to := int32(0)
	both.Latency = nil
	flow := b.flow("flow", nothing())
	send := step(SendStep, "send")
	send.Send = &Send{Trigger: to, Service: None, Count: 1}
	b.main(flow, send)
	b.trigger("start", flow)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(3, second), times(5, second)}, platforms: []sim.Platform{one}})
	if n := tally.Triggers[0]; n.Latency.N != 3 || n.Inner.N != 5 || n.Outside.Done != 3 || n.Sent != 5 {
		t.Errorf("from outside %d times, sent %d; %+v", n.Latency.N, n.Inner.N, n)
	}
}

// Failures that nobody is told of: of executions that a caller has only started, of calls
// and flows that a step does not wait for, and of flows that a message was delivered to.
// What a caller waits for is none.
func TestBehindByHand(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(b *builder, good, bad int32)
		want Behind
	}{
		{"a caller who is answered at the start", func(b *builder, _, bad int32) {
			b.gateway(&b.g.Triggers[b.trigger("t", bad)], nil).HTTP.Begun = true
		}, Behind{4, 4}},
		{"a caller who waits", func(b *builder, _, bad int32) {
			b.gateway(&b.g.Triggers[b.trigger("t", bad)], nil)
		}, Behind{}},
		{"a flow that is not waited for", func(b *builder, _, bad int32) {
			b.detaches(func(s *Step) { s.SubFlow = bad })
		}, Behind{4, 4}},
		{"a call that is not waited for", func(b *builder, _, _ int32) {
			b.detaches(func(s *Step) { s.Function = 0 })
		}, Behind{4, 4}},
		{"one that goes well", func(b *builder, good, _ int32) {
			b.detaches(func(s *Step) { s.SubFlow = good })
		}, Behind{4, 0}},
		{"one that does not answer", func(b *builder, _, _ int32) {
			b.detaches(func(s *Step) { s.Function = 1 })
			b.g.Outages = []Outage{{Functions: []int32{1}, To: 100 * second, Part: 1}}
		}, Behind{4, 4}},
		{"a flow that a message is delivered to", func(b *builder, _, bad int32) {
			first := b.flow("first", nothing())
			send := step(SendStep, "send")
			send.Send = &Send{Trigger: 1, Service: None, Count: 1}
			b.main(first, send)
			b.trigger("t", first)
			b.trigger("inner", bad)
		}, Behind{4, 4}},
	} {
		b := newBuilder(100 * second)
		failing, fine := b.fails("bad", after(second)), b.function("good", after(second))
		good, bad := b.flow("good", nothing()), b.flow("bad", nothing())
		b.main(good, callOf("call", fine))
		b.main(bad, callOf("call", failing))
		c.make(b, good, bad)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(4, second)}})
		if n := tally.Triggers[0]; n.Behind != c.want {
			t.Errorf("%s: %+v, want %+v (%+v)", c.name, n.Behind, c.want, n.Outside)
		}
	}
}

// detaches makes a flow of a step that does not wait for what it calls, and its trigger.
func (b *builder) detaches(what func(*Step)) {
	flow := b.flow("first", nothing())
	s := step(CallStep, "call")
	s.Async = true
	what(&s)
	b.main(flow, s)
	b.trigger("t", flow)
}

// The attempts of callers are geometric: of those that fail with 0.3 and ask again up to
// three times there are 1 + p + p² + p³ = 1.417 a request.
func TestAttemptsOfCallers(t *testing.T) {
	const n, p = 20_000, 0.3
	b := newBuilder(n * second)
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = p
	b.gateway(b.calls("api", f), nil).HTTP.Client = &Retry{On: OnAny, Attempts: 3, Backoff: backoff.Backoff{First: second, Factor: 1}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, second)}})
	near(t, "attempts", float64(tally.Triggers[0].Attempts)/n, 1+p+p*p+p*p*p, 0.01)
}
