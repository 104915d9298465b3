package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// waitOf is what waited for the only limit of a graph that counts something.
func waitOf(t *testing.T, g *Graph, tally *Tally, what string) Wait {
	t.Helper()
	for i, l := range g.Limits() {
		if l.What == what {
			return tally.Waited[i]
		}
	}
	t.Fatalf("no limit counts %s", what)
	return Wait{}
}

// isWait compares a wait with n, whose times sum to sum and of which the longest is so long,
// to a microsecond: buckets let things happen at the next ns.
func isWait(t *testing.T, w Wait, n uint64, sum, longest sim.Time) {
	t.Helper()
	near := func(x, y float64) bool { return x-y < 1e3 && y-x < 1e3 }
	if w.N != n || !near(w.Sum.Float(), float64(sum)) || !near(float64(w.Longest), float64(longest)) {
		t.Errorf("%d wait %v ns, the longest %d; want %d, %d, %d", w.N, w.Sum.Float(), w.Longest, n, sum, longest)
	}
}

// One transition a second and a burst of one; five executions of one state come at 0: the
// k-th enters it at k s, so that four wait 1 + 2 + 3 + 4 s. The first half of 100 s has all
// five, which take as long.
func TestTransitionsWait(t *testing.T) {
	b := newBuilder(100 * second)
	e := nothing()
	e.Counts.Pass = 1
	e.States = &Bucket{Burst: 1, Rate: 1}
	flow := b.flow("f", e)
	b.main(flow, step(PassStep, "pass"))
	b.trigger("t", flow)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{make([]sim.Time, 5)}})
	isWait(t, waitOf(t, &b.g, tally, "transitions"), 4, 10*second, 4*second)
	q := tally.Flows[0].Quarters
	isWait(t, Wait{N: q[0].N, Sum: q[0].Sum}, 5, 10*second, 0)
	if q[0].Came != 5 || q[1] != (Quarter{}) || q[2] != (Quarter{}) || q[3] != (Quarter{}) {
		t.Errorf("the quarters have %+v, want 5 that came in the first, and nothing else", q)
	}
}

// One execution of 1 s at a time; three come at 0 and end after 1, 2 and 3 s: two have
// waited 1 and 2 s. One worker for two calls of 1 s that come at 0: the second waits 1 s.
func TestPlacesAreWaitedFor(t *testing.T) {
	b := newBuilder(100 * second)
	e := nothing()
	e.Concurrent = &Slots{N: 1}
	flow := b.flow("f", e)
	b.main(flow, wait("w", after(second)))
	b.trigger("t", flow)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{make([]sim.Time, 3)}})
	isWait(t, waitOf(t, &b.g, tally, "executions"), 2, 3*second, 2*second)

	b = newBuilder(100 * second)
	e = nothing()
	e.Slots = &Slots{N: 1}
	flow = b.flow("f", e)
	b.main(flow, callOf("c", b.function("g", after(second))))
	b.trigger("t", flow)
	tally, _ = b.run(t, config{arrivals: [][]sim.Time{make([]sim.Time, 2)}})
	isWait(t, waitOf(t, &b.g, tally, "tasks"), 1, second, second)
	if l := tally.Limits[0]; l.Peak != 2 {
		t.Errorf("%d workers are asked for at a time, want 2", l.Peak)
	}
}

// Three requests of 1 s come at 0 to a function that serves one at a time: where over is
// reject two are refused, where it is queue two wait 1 and 2 s. The same with one instance,
// and with one for the whole platform; of starts one each 10 s, the other two are refused.
func TestLimitsOfPlatforms(t *testing.T) {
	for _, c := range []struct {
		limit sim.Limit
		kind  sim.LimitKind
	}{
		{sim.Limit{Function: 1}, sim.FunctionLimit},
		{sim.Limit{Account: 1}, sim.AccountLimit},
		{sim.Limit{Instances: 1}, sim.InstanceLimit},
		{sim.Limit{Fleet: 1}, sim.FleetLimit},
		{sim.Limit{Ramp: sim.Ramp{Burst: 1, Period: 10 * second}}, sim.RampLimit},
	} {
		for _, over := range []sim.Over{sim.RejectOver, sim.QueueOver} {
			b := newBuilder(100 * second)
			b.calls("t", b.function("f", after(second)))
			platform := anyNumber
			platform.Limit = c.limit
			platform.Limit.Over = over
			tally, _ := b.run(t, config{arrivals: [][]sim.Time{make([]sim.Time, 3)}, platforms: []sim.Platform{platform}})
			if len(tally.Met) != 1 || tally.Met[0].Function != 0 || tally.Met[0].Limit != c.kind {
				t.Errorf("%+v: %+v are met, want kind %d", platform.Limit, tally.Met, c.kind)
				continue
			}
			m := tally.Met[0]
			if over == sim.RejectOver {
				if m.Refused != 2 {
					t.Errorf("%+v: %d are refused, want 2", platform.Limit, m.Refused)
				}
				isWait(t, m.Waited, 0, 0, 0)
				continue
			}
			isWait(t, m.Waited, 2, 3*second, 2*second)
		}
	}
}

// A read of a shard returns 2 MB a second at most: 3 records of 1 MB that come at 0 to a
// shard that pushes are read at once, which takes 1.5 s of the limit, 1 s of it its burst. The
// record of 1 ms waits until there is a byte again, at 0.5 s.
func TestReadsWait(t *testing.T) {
	b := newBuilder(100 * second)
	tr := b.calls("s", b.function("f", after(0)))
	tr.Record = fixed(1_000_000)
	b.kinesis(tr, Stream{Shards: 1, Batch: 1, Poll: -1, OutBytes: &Bucket{Burst: 2_000_000, Rate: 2_000_000}})
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0, 0, 0, ms}}})
	isWait(t, waitOf(t, &b.g, tally, "bytes out"), 1, 499*ms, 499*ms)
}

// A window of 100 s. Executions of 30 s come at 10, 25, 60, 80 and 90 s: at 25 s that of 10 s
// has not ended, at 50 s that of 25 s, which came in this half, at 75 s that of 60 s, and at the
// end those of 80 and 90 s, which end when the run goes on.
func TestOpenAtTheEndOfAQuarter(t *testing.T) {
	b := newBuilder(100 * second)
	flow := b.flow("f", nothing())
	b.main(flow, wait("w", after(30*second)))
	b.trigger("t", flow)
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{10 * second, 25 * second, 60 * second, 80 * second, 90 * second}}})
	sum := func(n sim.Time) (w sim.Wide) { w.Add(30 * second * n); return w }
	want := [4]Quarter{
		{N: 1, Sum: sum(1), Open: 1, Came: 1},
		{N: 1, Sum: sum(1), Open: 1, Came: 1, Kept: 1},
		{N: 1, Sum: sum(1), Open: 1, Came: 1},
		{N: 2, Sum: sum(2), Open: 2, Came: 2, Kept: 2},
	}
	for what, q := range map[string][4]Quarter{"trigger": tally.Triggers[0].Quarters, "flow": tally.Flows[0].Quarters} {
		if q != want {
			t.Errorf("%s: %+v, want %+v", what, q, want)
		}
	}
}

// One batch at a time, which takes 60 s, and a message each 10 s of a window of 80 s: nothing
// ends by 40 s. Until the drain of 50 s is over, at 130 s, three have begun, at 0, 60 and 120 s,
// which go on to their end; five are left.
func TestLeft(t *testing.T) {
	b := newBuilder(80 * second)
	b.g.Drain = 50 * second
	tr := b.calls("q", b.function("f", after(60*second)))
	b.sqs(tr, Queue{Batch: 1, Visibility: sim.Hour, Concurrency: &Slots{N: 1}})
	tally, _ := b.run(t, config{arrivals: [][]sim.Time{{0, 10 * second, 20 * second, 30 * second, 40 * second, 50 * second, 60 * second, 70 * second}}})
	came, kept, left := [4]uint64{}, [4]uint64{}, [4]uint64{}
	for k, q := range tally.Triggers[0].Quarters {
		came[k], kept[k], left[k] = q.Came, q.Kept, q.Left
	}
	if came != [4]uint64{2, 2, 2, 2} || kept != [4]uint64{2, 2, 2, 2} || left != [4]uint64{0, 1, 2, 2} {
		t.Errorf("%v came, %v were there at the end of their half, %v at the run's", came, kept, left)
	}
}
