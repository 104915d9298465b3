package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What functions write to a store starts what its objects start, and the write is theirs:
// it is billed once. What comes from outside is written by its trigger, and starts once.
// Reads, and writes that fail, start nothing.
func TestStoreFeedsObjects(t *testing.T) {
	b := newBuilder(100 * second)
	b.meter("none")
	store := b.service("store", Op{Name: "write", Writes: true, First: after(10 * ms)}, Op{Name: "read"}, Op{Name: "lose", Writes: true, Error: 1})
	written := b.calls("written", b.function("reader", after(5*ms)))
	written.Latency = after(second)
	written.Write = &Use{Service: store, Op: 0, Function: None, Flow: None, Count: 1, Probability: 1, SkipOnHit: None}
	b.g.Services[store].Feeds = &Send{Trigger: 0, Service: None, Count: 1}
	writer := b.function("writer", after(5*ms))
	use := func(op int32, count float64) Use {
		return Use{Service: store, Op: op, Function: None, Flow: None, Count: count, Probability: 1, SkipOnHit: None, Optional: true}
	}
	b.g.Functions[writer].Uses = []Use{use(0, 3), use(1, 2), use(2, 1)}
	b.calls("in", writer)
	b.g.Drain = sim.Minute
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(10, second), times(20, second)}})
	// 10 from outside and 20 calls of three writes: 70 starts, and as many writes.
	if n := tally.Triggers[0]; n.Arrived != 10 || n.Sent != 60 || n.Started != 70 || n.Deleted != 70 {
		t.Errorf("%+v, want 10 arrived, 60 sent, 70 started", n)
	}
	if n := used(&b.g, tally, "store write", Work); n != 70 {
		t.Errorf("%d writes billed, want 70", n)
	}
}
