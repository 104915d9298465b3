package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// How events are answered, and when all is over that they began, by hand. A gateway takes
// 10 ms; good and bad take a second.
func TestWholeByHand(t *testing.T) {
	for _, c := range []struct {
		name  string
		make  func(b *builder, good, bad int32)
		at    []sim.Time
		ends  Ends
		times []sim.Time // the shortest and the longest
	}{
		{"answered at the start, and goes well", func(b *builder, good, _ int32) {
			b.gateway(&b.g.Triggers[b.trigger("t", good)], nil).HTTP.Begun = true
		}, times(4, second), Ends{Done: 4}, []sim.Time{second + 10*ms, second + 10*ms}},
		{"answered at the start, and fails", func(b *builder, _, bad int32) {
			b.gateway(&b.g.Triggers[b.trigger("t", bad)], nil).HTTP.Begun = true
		}, times(4, second), Ends{Failed: 4}, nil},
		{"a call that is not waited for", func(b *builder, _, _ int32) {
			b.detaches(func(s *Step) { s.Function = 1 })
		}, times(4, second), Ends{Done: 4}, []sim.Time{second, second}},
		{"a flow in a flow, neither waited for", func(b *builder, good, _ int32) {
			b.detaches(func(s *Step) { s.SubFlow = good })
			b.gateway(&b.g.Triggers[0], nil).HTTP.Begun = true
		}, times(4, second), Ends{Done: 4}, []sim.Time{second + 10*ms, second + 10*ms}},
		// Three messages of a batch that is gathered for 5 s from the first on, and starts a
		// flow of one second: 6 s, 5 and 4 after they came.
		{"a batch that only starts a flow", func(b *builder, good, _ int32) {
			b.g.Flows[good].Engine.Detached = true
			b.trigger("q", good)
			b.sqs(&b.g.Triggers[0], Queue{Batch: 10, Window: 5 * second, Visibility: sim.Minute})
		}, []sim.Time{0, second, 2 * second}, Ends{Done: 3}, []sim.Time{4 * second, 6 * second}},
		{"a batch that only starts a flow, which fails", func(b *builder, _, bad int32) {
			b.g.Flows[bad].Engine.Detached = true
			b.trigger("q", bad)
			b.sqs(&b.g.Triggers[0], Queue{Batch: 10, Window: 5 * second, Visibility: sim.Minute})
		}, []sim.Time{0, second, 2 * second}, Ends{Failed: 3}, nil},
		// The message is an event of the queue's: the sender's is over at once.
		{"a message to what only starts a flow", func(b *builder, _, bad int32) {
			b.g.Flows[bad].Engine.Detached = true
			first := b.flow("first", nothing())
			send := step(SendStep, "send")
			send.Send = &Send{Trigger: 1, Service: None, Count: 1}
			b.main(first, send)
			b.trigger("t", first)
			b.trigger("q", bad)
			b.sqs(&b.g.Triggers[1], Queue{Batch: 1, Visibility: sim.Minute})
		}, times(4, second), Ends{Done: 4}, []sim.Time{0, 0}},
		// So it is where what sent it goes on for 2 s, and is answered at the start.
		{"a message of what goes on", func(b *builder, _, _ int32) {
			secondly := b.flow("second", nothing())
			call := callOf("call", 0)
			call.Async = true
			b.main(secondly, call)
			first := b.flow("first", nothing())
			send := step(SendStep, "send")
			send.Send = &Send{Trigger: 1, Service: None, Count: 1}
			b.main(first, send, wait("wait", after(2*second)))
			b.trigger("t", first)
			b.trigger("then", secondly)
			b.gateway(&b.g.Triggers[0], nil).HTTP.Begun = true
		}, times(4, 10*second), Ends{Done: 4}, []sim.Time{2*second + 10*ms, 2*second + 10*ms}},
	} {
		b := newBuilder(100 * second)
		failing, fine := b.fails("bad", after(second)), b.function("good", after(second))
		good, bad := b.flow("good", nothing()), b.flow("bad", nothing())
		b.main(good, callOf("call", fine))
		b.main(bad, callOf("call", failing))
		c.make(b, good, bad)
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{c.at}})
		w := tally.Triggers[0].Whole
		if w.Ends != c.ends {
			t.Errorf("%s: %+v, want %+v", c.name, w.Ends, c.ends)
		}
		if c.times != nil && (w.Time.Min != c.times[0] || w.Time.Max != c.times[1]) {
			t.Errorf("%s: from %d to %d ns, want %d to %d", c.name, w.Time.Min, w.Time.Max, c.times[0], c.times[1])
		}
		if n := tally.Triggers[0].Outside; n.Done != uint64(len(c.at)) {
			t.Errorf("%s: %+v were answered, want all %d done", c.name, n, len(c.at))
		}
	}
}

// What has not ended behind an event that was answered leaves it without an end.
func TestWholeWithoutAnEnd(t *testing.T) {
	b := newBuilder(10 * second)
	b.detaches(func(s *Step) { s.Function = b.function("f", after(second)) })
	a := newActor(&b.g, sim.RunKey{})
	from := lineage{trigger: 0, counted: true, record: 7}
	a.opens(0, from.record)
	a.goesOn(from, batch{})
	a.came(&a.counts.triggers[0], &from, came{ended: a.now})
	a.leaveOpen()
	if n := &a.counts.triggers[0]; n.Outside.Done != 1 || n.Whole.Ends != (Ends{Unfinished: 1}) {
		t.Errorf("answered %+v, whole %+v, want it done, and not over", n.Outside, n.Whole.Ends)
	}
}
