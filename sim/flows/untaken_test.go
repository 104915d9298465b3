package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// The service of a queue, a stream and a bus does not answer from 10 to 20 s: of a message a
// second the ten of then fail, which is no limit that turns them away.
func TestMessagesInAnOutageFail(t *testing.T) {
	for name, make := range map[string]func(b *builder, t *Trigger) int32{
		"queue": func(b *builder, t *Trigger) int32 {
			return b.sqs(t, Queue{Batch: 1, Visibility: sim.Minute}).Queue.Service
		},
		"stream": func(b *builder, t *Trigger) int32 {
			return b.kinesis(t, Stream{Batch: 1, Shards: 1, Retries: -1}).Stream.Service
		},
		"bus": func(b *builder, t *Trigger) int32 {
			b.meter("none")
			t.Bus = &Bus{Service: b.service("bus", Op{Name: "put"}), Match: 1, MaxAge: sim.Day}
			return t.Bus.Service
		},
		"object": func(b *builder, t *Trigger) int32 { return b.object(t, 1000).Write.Service },
	} {
		b := newBuilder(100 * second)
		service := make(b, b.calls("t", b.function("f", after(ms))))
		b.g.Outages = []Outage{{Of: "service", Services: []int32{service}, From: 10 * second, To: 20 * second, Part: 1, After: second}}
		tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(50, second)}})
		n := tally.Triggers[0]
		if n.Outside.Failed != 10 || n.Outside.Throttled != 0 || n.Outside.Done != 40 || n.Lost != 10 || n.Throttled != 0 {
			t.Errorf("%s: %+v, %d lost, %d turned away, want 10 failed and lost, none turned away", name, n.Outside, n.Lost, n.Throttled)
		}
		if d := n.Outages[0].During; d.Failed != 10 || d.Throttled != 0 {
			t.Errorf("%s: in the outage %+v, want 10 failed", name, d)
		}
	}
}

// table makes a table that feeds the stream of trigger 0, and a function that writes so often.
func (b *builder) table(writes float64) (table, writer int32) {
	b.meter("none")
	table = b.service("table", Op{Name: "write", Writes: true, First: after(10 * ms)})
	b.g.Services[table].Feeds = &Send{Trigger: 0, Service: None, Count: 1}
	writer = b.function("writer", after(5*ms))
	b.g.Functions[writer].Uses = []Use{{Service: table, Op: 0, Function: None, Flow: None, Count: writes, Probability: 1, SkipOnHit: None}}
	return table, writer
}

// A table writes 30 items a second for 2 s to a stream that takes 10 records a second: the 60
// are put again until they are taken, and none is lost.
func TestFedRecordsAreTriedUntilTaken(t *testing.T) {
	b := newBuilder(1000 * second)
	b.kinesis(b.calls("changes", b.function("reader", after(ms))), Stream{Batch: 1, Shards: 1, Retries: -1, In: &Bucket{Burst: 1, Rate: 10}})
	_, writer := b.table(3)
	b.calls("in", writer)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, times(20, 100*ms)}})
	n := tally.Triggers[0]
	if n.Sent != 60 || n.Untaken != 0 || n.Deleted != 60 {
		t.Errorf("%d records are taken, %d not, %d read, want 60, 0, 60", n.Sent, n.Untaken, n.Deleted)
	}
	if refusals(&b.g, tally, "changes", "records in") == 0 {
		t.Error("none is refused at first")
	}
	// 60 records at 10 a second: the last not before 5.9 s.
	if n.Age.Max < 4*second {
		t.Errorf("the oldest is %d ns old when it is read", n.Age.Max)
	}
}

// What a stream has not taken when the run is over is counted: of one that takes a record in
// 1000 s, all but the first.
func TestFedRecordsThatAreNotTaken(t *testing.T) {
	b := newBuilder(100 * second)
	b.kinesis(b.calls("changes", b.function("reader", after(ms))), Stream{Batch: 1, Shards: 1, Retries: -1, In: &Bucket{Burst: 1, Rate: 0.001}})
	_, writer := b.table(3)
	b.calls("in", writer)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, times(20, second)}})
	if n := tally.Triggers[0]; n.Sent != 1 || n.Untaken != 59 || n.InFlight != 0 {
		t.Errorf("%d records are taken, %d not, %d are in flight, want 1, 59, 0", n.Sent, n.Untaken, n.InFlight)
	}
}

// A stream that does not answer for 10 s has all records of its table afterwards.
func TestFedStreamInAnOutage(t *testing.T) {
	b := newBuilder(1000 * second)
	stream := b.kinesis(b.calls("changes", b.function("reader", after(ms))), Stream{Batch: 1, Shards: 1, Retries: -1}).Stream.Service
	_, writer := b.table(1)
	b.calls("in", writer)
	b.g.Outages = []Outage{{Services: []int32{stream}, From: 0, To: 10 * second, Part: 1}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, times(20, second)}})
	if n := tally.Triggers[0]; n.Sent != 20 || n.Deleted != 20 || n.Untaken != 0 {
		t.Errorf("%d records are taken, %d read, %d not taken, want 20, 20, 0", n.Sent, n.Deleted, n.Untaken)
	}
}

// A table whose stream starts a function that writes to it, half of the time: 1 + ½ + ¼ … = 2
// records for each write from outside. All of them have one key, and are in one of the four
// shards.
func TestFedLoop(t *testing.T) {
	const n = 2000
	b := newBuilder(n * second)
	b.g.Drain = sim.Hour
	reader := b.function("reader", after(ms))
	trigger := b.calls("changes", reader)
	trigger.Keys = &Keys{Popularity: []float64{1}}
	b.kinesis(trigger, Stream{Batch: 1, Shards: 4, Retries: -1, In: &Bucket{Burst: 1e6, Rate: 1e6}})
	table, writer := b.table(1)
	b.g.Functions[reader].Uses = []Use{{Service: table, Op: 0, Function: None, Flow: None, Count: 1, Probability: 0.5, SkipOnHit: None}}
	b.calls("in", writer)
	busy := map[int]bool{}
	look := func(a *actor) {
		if s := a.triggers[0].stream; s != nil {
			for k := range s.shards {
				if s.shards[k].in.asked.all > 0 {
					busy[k] = true
				}
			}
		}
	}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, times(n, second)}, look: look})
	// The number of a write has variance p ÷ (1 − p)² = 2: ± 4 standard deviations of the mean of 2,000 are ± 0.13.
	near(t, "records for a write", float64(tally.Triggers[0].Sent)/n, 2, 0.065)
	if len(busy) > 1 {
		t.Errorf("shards %v have records, want one", busy)
	}
}

// Ten dead letters come to a queue that takes one, at once: nine are nowhere, and are counted.
func TestDeadLettersThatAreNotTaken(t *testing.T) {
	b := newBuilder(1000 * second)
	b.calls("t", b.fails("f", after(ms))).Async = lambdaAsync()
	b.sqs(b.calls("dead", b.function("looks", after(ms))), Queue{Batch: 1, Visibility: sim.Minute})
	q := b.g.Triggers[1].Queue
	b.g.Services[q.Service].Ops[q.Send].Limit = &Bucket{Burst: 1, Rate: 0.001}
	b.g.Triggers[0].Async.Dead = &Send{Trigger: 1, Service: None, Count: 1}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 10), nil}})
	if n := tally.Triggers[1]; n.Sent != 1 || n.Untaken != 9 {
		t.Errorf("%d dead letters are taken, %d not, want 1 and 9", n.Sent, n.Untaken)
	}
	if n := tally.Triggers[0]; n.Dead != 10 || n.Untaken != 0 {
		t.Errorf("%d are dead, want 10", n.Dead)
	}
}
