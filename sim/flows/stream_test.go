package flows

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

// kinesis makes a trigger a stream whose puts are metered by 25 KB and whose shards are
// read once a second.
func (b *builder) kinesis(t *Trigger, s Stream) *Trigger {
	b.meter("none")
	s.Service = b.service(t.Name, Op{Name: "put", Unit: 25 << 10}, Op{Name: "get", Meter: None})
	s.Put, s.Get, s.Pipe = 0, 1, max(s.Pipe, None)
	if s.Pipe == 0 {
		s.Pipe = None
	}
	if s.Poll == 0 {
		s.Poll = second
	}
	if s.Poll < 0 {
		s.Poll = 0
	}
	t.Stream = &s
	return t
}

// Records at 0.1, 0.2 and 1.5 s; the shard is read at 0, 1, 2 … s.
func TestReadsByHand(t *testing.T) {
	b := newBuilder(10 * second)
	f := b.function("f", after(300*ms))
	b.kinesis(b.calls("s", f), Stream{Batch: 100, Retries: -1})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{100 * ms, 200 * ms, 1500 * ms}}})
	if got, want := starts(requests, uint32(f), second), "1 2"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	n := tally.Triggers[0]
	if n.Polls != 10 || n.EmptyPolls != 8 || n.Deleted != 3 || n.Latency.Max != 1200*ms {
		t.Errorf("%+v", n)
	}
	// The age of the last record at each delivery: 0.8 and 0.5 s.
	if n.Age.N != 2 || n.Age.Max != 800*ms || n.Age.Min != 500*ms {
		t.Errorf("ages %+v", n.Age)
	}
	if used(&b.g, tally, "s put", Work) != 3 {
		t.Errorf("%d puts", used(&b.g, tally, "s put", Work))
	}
}

// Nothing comes for a day: four shards are read 86,400 times each, and a stream that
// pushes is not.
func TestIdleStream(t *testing.T) {
	for poll, want := range map[sim.Time]uint64{second: 4 * 86_400, -1: 0} {
		b := newBuilder(sim.Day)
		b.kinesis(b.calls("s", b.function("f", after(ms))), Stream{Batch: 100, Shards: 4, Poll: poll})
		tally, _ := b.runAll(t, config{})
		if n := tally.Triggers[0]; n.EmptyPolls != want || n.Polls != want {
			t.Errorf("every %d: %d reads, want %d", poll, n.Polls, want)
		}
	}
}

// A batch is full, its window is over since its first record was read, or it has 6 MB.
func TestStreamBatchesByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		stream   Stream
		size     int64
		arrivals []sim.Time
		want     string
	}{
		{"what was read", Stream{Batch: 100}, 1000, []sim.Time{100, 200, 1500}, "1 2"},
		{"more than a batch", Stream{Batch: 2}, 1000, []sim.Time{100, 200, 300, 400, 500}, "1 1.1 1.2"},
		{"the window, from the read at 1 s", Stream{Batch: 100, Window: 5 * second}, 1000, []sim.Time{100, 200, 1500, 5900, 6100}, "6 11.1"},
		{"full before its window", Stream{Batch: 3, Window: 5 * second}, 1000, []sim.Time{100, 200, 1500, 6100}, "2 12"},
		{"6 MB", Stream{Batch: 100, Bytes: 6 << 20}, 1 << 20, make([]sim.Time, 8), "0 0.1"},
		{"pushed", Stream{Batch: 100, Poll: -1}, 1000, []sim.Time{100, 100, 300, 310}, "0.1 0.3 0.4"},
	} {
		b := newBuilder(100 * second)
		f := b.function("f", after(100*ms))
		c.stream.Retries = -1
		trigger := b.calls("s", f)
		trigger.Record = fixed(c.size)
		b.kinesis(trigger, c.stream)
		var arrivals []sim.Time
		for _, at := range c.arrivals {
			arrivals = append(arrivals, at*ms)
		}
		_, requests := b.runAll(t, config{arrivals: [][]sim.Time{arrivals}})
		if got := starts(requests, uint32(f), second); got != c.want {
			t.Errorf("%s: starts at %s, want %s", c.name, got, c.want)
		}
	}
}

// A batch of two fails three times, and its shard waits: the third record is delivered
// when the two are given up. A notice tells of each batch.
func TestBlockedShardByHand(t *testing.T) {
	b := newBuilder(100 * second)
	bad := b.fails("bad", after(500*ms))
	parked := b.parked()
	b.kinesis(b.calls("s", bad), Stream{Batch: 2, Retries: 2, Dead: &Send{Trigger: None, Service: parked, Op: 0, Count: 1}})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{100 * ms, 200 * ms, 300 * ms}}})
	if got, want := starts(requests, uint32(bad), second), "1 1.5#1 2#2 2.5 3#1 3.5#2"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := tally.Triggers[0]; n.Dead != 3 || n.Received != 9 || n.Again != 6 || n.Failed != 6 || tally.Services[parked].Calls != 2 {
		t.Errorf("%+v, %d notices", n, tally.Services[parked].Calls)
	}
}

// Without an end of retries a record blocks its shard until it is too old: one of 0.1 s
// is tried from 1 s on, every half second, up to 3 s after it came. Then those behind
// it, which are too old as well, are given up untried; the one of 2.9 s is tried.
func TestExpiryByHand(t *testing.T) {
	b := newBuilder(6 * second)
	b.g.Drain = sim.Minute
	bad := b.fails("bad", after(500*ms))
	b.kinesis(b.calls("s", bad), Stream{Batch: 1, Retries: -1, MaxAge: 3 * second})
	tally, requests := b.runAll(t, config{arrivals: [][]sim.Time{{100 * ms, 200 * ms, 300 * ms, 2900 * ms}}})
	// The last try begins at 3 s, at 2.9 s of age; at 3.5 s the first three are 3.4, 3.3 and 3.2 s old. The fourth was
	// read behind them at 4 s, and tried until 5.5 s; it would be 3.1 s old at 6 s.
	if got, want := starts(requests, uint32(bad), second), "1 1.5#1 2#2 2.5#3 3#4 3.5 4#1 4.5#2 5#3 5.5#4"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if n := tally.Triggers[0]; n.Dead != 4 || n.Received != 10 {
		t.Errorf("%+v", n)
	}
}

// Four records that always fail, one retry each. Halving is none:
//
//	1234 fails, 12 fails, 1 fails twice, 2 fails twice, 34 fails, 3 and 4 fail twice
//
// The attempt is how often the first record was delivered before.
func TestBisectByHand(t *testing.T) {
	b := newBuilder(100 * second)
	bad := b.fails("bad", after(100*ms))
	b.kinesis(b.calls("s", bad), Stream{Batch: 4, Retries: 1, Bisect: true})
	var sizes []int32
	c := config{arrivals: [][]sim.Time{{100 * ms, 200 * ms, 300 * ms, 400 * ms}}}
	c.wrap = func(app *watched) sim.FollowerFactory {
		return spy{watched: app, made: func(_ *actor, c *call, _ sim.Time) { sizes = append(sizes, c.records.n) }}
	}
	tally, requests := b.runAll(t, c)
	if got, want := starts(requests, uint32(bad), second), "1 1.1#1 1.2#2 1.3#3 1.4#2 1.5#3 1.6#1 1.7#2 1.8#3 1.9#2 2#3"; got != want {
		t.Errorf("starts at %s, want %s", got, want)
	}
	if got, want := fmt.Sprint(sizes), "[4 2 1 1 1 1 2 1 1 1 1]"; got != want {
		t.Errorf("sizes %s, want %s", got, want)
	}
	if n := tally.Triggers[0]; n.Dead != 4 {
		t.Errorf("%+v", n)
	}
}

// A function that tells its first record that failed goes on from there: with one in
// three records failing, each delivery of ten does three to its first, as many as
// a geometric variable cut at ten: attempts of a record are geometric.
func TestPartialBatchesGoOn(t *testing.T) {
	const n, p = 20_000, 0.3
	b := newBuilder(n * second)
	b.g.Drain = sim.Day
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = p
	b.kinesis(b.calls("s", f), Stream{Batch: 10, Retries: -1, Partial: true, Poll: 250 * ms})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, 100*ms)}})
	x := tally.Triggers[0]
	if x.Deleted != n || x.Dead != 0 || x.Failed != 0 {
		t.Errorf("%+v", x)
	}
	// Batches of two or three are read each 250 ms, all of 2.5 on average; what matters here: a record that fails is
	// delivered again with those behind it, so that deliveries exceed n ÷ (1 − p).
	if got := float64(x.Received) / n; got < 1/(1-p) {
		t.Errorf("%v deliveries of a record, want more than %v", got, 1/(1-p))
	}
}

// A shard takes 1,000 records a second; a producer's library asks twice more, after
// 100 and 200 ms. Of 1,500 at once 1,000 are taken, 100 more after 100 ms, 200 more
// after 300: 200 are lost.
func TestShardThrottlesByHand(t *testing.T) {
	b := newBuilder(100 * second)
	b.kinesis(b.calls("s", b.function("f", after(ms))), Stream{Batch: 100, Retries: -1, In: &Bucket{Burst: 1000, Rate: 1000}, InBytes: &Bucket{Burst: 1 << 20, Rate: 1 << 20}})
	b.g.Services[0].Retry = Retry{On: OnThrottled, Attempts: 2, Backoff: backoff.Backoff{First: 100 * ms, Factor: 2}}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 1500)}})
	n, s := tally.Triggers[0], tally.Services[0]
	if n.Throttled != 200 || n.Deleted != 1300 || s.Calls-n.Polls != 1300 {
		t.Errorf("%+v, %d calls", n, s.Calls)
	}
	if s.Throttled != 500+400+200 || s.Retries != 500+400 {
		t.Errorf("%d throttles and %d retries, want 1,100 and 900", s.Throttled, s.Retries)
	}
	// By bytes: records of 100 KB, of which 1 MB are taken at once.
	b.g.Triggers[0].Record = fixed(100 << 10)
	b.g.Services[0].Retry = Retry{}
	tally, _ = b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 15)}})
	if n := tally.Triggers[0]; n.Throttled != 5 || n.Deleted != 10 {
		t.Errorf("%+v", n)
	}
}

// A shard gives 2 MB/s: 10 MB that were there are read at once, and the next read waits
// until they are paid for, 5 s.
func TestShardOutByHand(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(10*ms))
	trigger := b.calls("s", f)
	trigger.Record = fixed(1 << 20)
	b.kinesis(trigger, Stream{Batch: 10_000, Retries: -1, OutBytes: &Bucket{Burst: 1, Rate: 2 << 20}})
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 15)}})
	if got, want := starts(requests, uint32(f), ms), "0 5000.000001"; got != want { // the first read has 10 records, the second five
		t.Errorf("starts at %s, want %s", got, want)
	}
}

// A stream on demand takes 4 MB/s at first, and twice what a minute has had when that
// is a quarter of an hour ago. Records of 1 MB, 6 a second: 4 are taken, and 4 a
// second are 8 after 16 minutes, so that all 6 are.
func TestOnDemandGrows(t *testing.T) {
	b := newBuilder(30 * sim.Minute)
	b.g.Drain = sim.Hour
	trigger := b.calls("s", b.function("f", after(ms)))
	trigger.Record = fixed(1 << 20)
	b.kinesis(trigger, Stream{Batch: 10_000, Retries: -1, Shards: 4, OnDemand: true, In: &Bucket{Burst: 1000, Rate: 1000}, InBytes: &Bucket{Burst: 1 << 20, Rate: 1 << 20}})
	var arrivals []sim.Time
	for s := range 30 * 60 {
		for k := range 6 {
			arrivals = append(arrivals, sim.Time(s)*second+sim.Time(k))
		}
	}
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{arrivals}})
	// 16 minutes of 2 a second are lost.
	near(t, "lost", float64(tally.Triggers[0].Throttled), 16*60*2, 0.01)
}

// A pipe is billed for each batch, by 64 KB.
func TestPipeIsMetered(t *testing.T) {
	b := newBuilder(100 * second)
	b.meter("none")
	pipe := b.meter("pipe")
	f := b.function("f", after(ms))
	flow := b.flow("flow", nothing())
	b.main(flow, callOf("call", f))
	b.trigger("s", flow)
	b.g.Triggers[0].Record = fixed(10 << 10)
	b.kinesis(&b.g.Triggers[0], Stream{Batch: 100, Retries: -1, Pipe: pipe, PipeUnit: 64 << 10})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(20, 100*ms)}})
	// Reads at 0, 1 and 2 s with 1, 10 and 9 records: 10, 100 and 90 KB are 1, 2 and 2 chunks.
	if n := used(&b.g, tally, "pipe", Work); n != 5 || tally.Flows[flow].Succeeded != 3 {
		t.Errorf("%d requests of the pipe, want 5; %+v", n, tally.Flows[flow])
	}
}

// What a lane or a group promises, whatever the settings: of a key one batch is under
// way at a time, and no record is delivered before those of its key that came earlier
// are done or given up, unless they are in the same batch before it.
func orderByKey(t *rapid.T, b *builder) (wrap func(*watched) sim.FollowerFactory) {
	under := map[int]int{}
	keyOf := func(a *actor, record uint64) int {
		_, k := a.groupOf(&b.g.Triggers[0], record)
		return k
	}
	return func(app *watched) sim.FollowerFactory {
		clear(under)
		return spy{watched: app, made: func(a *actor, c *call, now sim.Time) {
			alive := a.alive(0)
			seen := map[int]bool{}
			for k := range c.records.n {
				record := a.recordKey(c.records, c.key, k)
				key := keyOf(a, record)
				if !seen[key] {
					under[key]++
					if under[key] > 1 {
						t.Fatalf("at %d two batches have records of key %d", now, key)
					}
				}
				seen[key] = true
				for ordinal := uint32(0); ; ordinal++ {
					earlier := sim.MadeKey(a.names[0], 0, ordinal)
					if earlier == record {
						break
					}
					if ordinal > 10_000 {
						t.Fatal("a record that never came")
					}
					if keyOf(a, earlier) != key || !alive[earlier] {
						continue
					}
					before := false
					for j := range k {
						before = before || a.recordKey(c.records, c.key, j) == earlier
					}
					if !before {
						t.Fatalf("at %d a record of key %d is delivered before an earlier one is done", now, key)
					}
				}
			}
		}, ended: func(a *actor, c *call, _ sim.Time) {
			seen := map[int]bool{}
			for k := range c.records.n {
				key := keyOf(a, a.recordKey(c.records, c.key, k))
				if !seen[key] {
					under[key]--
				}
				seen[key] = true
			}
		}}
	}
}

func TestStreamOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBuilder(60 * second)
		b.g.Drain = sim.Hour
		f := b.function("f", exponential(rapid.SampledFrom([]sim.Time{10 * ms, 300 * ms, 2 * second}).Draw(r, "service")))
		b.g.Functions[f].Error = rapid.SampledFrom([]float64{0, 0.1, 0.5}).Draw(r, "error")
		trigger := b.calls("s", f)
		keys := rapid.IntRange(1, 8).Draw(r, "keys")
		trigger.Keys = &Keys{}
		for k := range keys {
			trigger.Keys.Popularity = append(trigger.Keys.Popularity, float64(k+1)/float64(keys))
		}
		b.kinesis(trigger, Stream{
			Shards: rapid.IntRange(1, 4).Draw(r, "shards"), Batch: rapid.IntRange(1, 10).Draw(r, "batch"), Parallel: rapid.IntRange(1, 10).Draw(r, "parallel"),
			Window: rapid.SampledFrom([]sim.Time{0, 3 * second}).Draw(r, "window"), Retries: rapid.IntRange(-1, 3).Draw(r, "retries"),
			Bisect: rapid.Bool().Draw(r, "bisect"), Partial: rapid.Bool().Draw(r, "partial"), MaxAge: rapid.SampledFrom([]sim.Time{20 * second, sim.Hour}).Draw(r, "age"),
			Poll: rapid.SampledFrom([]sim.Time{-1, 250 * ms, second}).Draw(r, "poll"),
		})
		arrivals := poisson(rapid.SampledFrom([]float64{1, 4}).Draw(r, "rate"), 60*second, rapid.Uint64().Draw(r, "seed"))
		tally, _ := b.runAll(r, config{arrivals: [][]sim.Time{arrivals}, wrap: orderByKey(r, b), key: sim.RunKey{Seed: rapid.Uint64().Draw(r, "draws")}})
		if n := tally.Triggers[0]; n.Deleted == 0 && b.g.Functions[f].Error < 0.5 {
			r.Fatalf("nothing is delivered: %+v", n)
		}
	})
}

func TestFIFOOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBuilder(60 * second)
		b.g.Drain = sim.Hour
		f := b.function("f", exponential(rapid.SampledFrom([]sim.Time{10 * ms, 300 * ms, 2 * second}).Draw(r, "service")))
		b.g.Functions[f].Error = rapid.SampledFrom([]float64{0, 0.1, 0.5}).Draw(r, "error")
		trigger := b.calls("q", f)
		keys := rapid.IntRange(1, 8).Draw(r, "keys")
		trigger.Keys = &Keys{}
		for k := range keys {
			trigger.Keys.Popularity = append(trigger.Keys.Popularity, float64(k+1)/float64(keys))
		}
		b.sqs(trigger, Queue{
			FIFO: true, Batch: rapid.IntRange(1, 10).Draw(r, "batch"), Window: rapid.SampledFrom([]sim.Time{0, 3 * second}).Draw(r, "window"),
			Visibility: 5 * sim.Minute, Receives: rapid.IntRange(0, 3).Draw(r, "receives"), Partial: rapid.Bool().Draw(r, "partial"),
			Latency: exponential(30 * ms), Pollers: Pollers{Start: rapid.IntRange(1, 5).Draw(r, "pollers"), Most: 10, Grow: 300, Each: rapid.IntRange(1, 3).Draw(r, "each")},
			Delay: rapid.SampledFrom([]sim.Time{0, second}).Draw(r, "delay"),
		})
		arrivals := poisson(rapid.SampledFrom([]float64{1, 4}).Draw(r, "rate"), 60*second, rapid.Uint64().Draw(r, "seed"))
		b.runAll(r, config{arrivals: [][]sim.Time{arrivals}, wrap: orderByKey(r, b), key: sim.RunKey{Seed: rapid.Uint64().Draw(r, "draws")}})
	})
}

// A batch that gets on has its retries again. With one retry, what is left of a batch of
// ten is given up when its first record fails once more: of n that are tried again
//
//	D(n) = p n + Σ (1 − p)^i p D(n − i), i from 1 to n − 1
//
// are dead on average, and of ten that are tried first the same without the first term,
// and i from 0.
func TestPartialBatchesBeginAnew(t *testing.T) {
	const n, p = 30_000, 0.3
	b := newBuilder(n * second)
	b.g.Drain = sim.Day
	f := b.function("f", after(ms))
	b.g.Functions[f].Error = p
	b.kinesis(b.calls("s", f), Stream{Batch: 10, Retries: 1, Partial: true, Poll: second})
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{times(n, 100*ms)}})
	var d [11]float64
	for n := 1; n <= 10; n++ {
		d[n] = p * float64(n)
		for i := 1; i < n; i++ {
			d[n] += math.Pow(1-p, float64(i)) * p * d[n-i]
		}
	}
	want := 0.0
	for i := range 10 {
		want += math.Pow(1-p, float64(i)) * p * d[10-i]
	}
	near(t, "dead", float64(tally.Triggers[0].Dead)/n, want/10, 0.03)
}

// A stream that grows splits its shards in two, and again. What comes to the new ones
// waits until what came before it in their shard is handled, so that order stands.
func TestSplitShardsKeepOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBuilder(25 * sim.Minute)
		b.g.Drain = sim.Hour
		f := b.function("f", exponential(rapid.SampledFrom([]sim.Time{300 * ms, 10 * second}).Draw(r, "service")))
		b.g.Functions[f].Error = rapid.SampledFrom([]float64{0, 0.2}).Draw(r, "error")
		trigger := b.calls("s", f)
		trigger.Keys = evenKeys(6)
		b.kinesis(trigger, Stream{Shards: 1, Parallel: rapid.IntRange(1, 2).Draw(r, "parallel"), Batch: 5, Retries: 2, Poll: second, OnDemand: true, In: &Bucket{Burst: 1, Rate: 0.2}})
		var most int
		order := orderByKey(r, b)
		wrap := func(app *watched) sim.FollowerFactory {
			s := order(app).(spy)
			made := s.made
			s.made = func(a *actor, c *call, now sim.Time) {
				most = max(most, len(a.triggers[0].stream.shards))
				made(a, c, now)
			}
			return s
		}
		arrivals := poisson(0.6, b.g.Horizon, rapid.Uint64().Draw(r, "seed"))
		tally, _ := b.runAll(r, config{arrivals: [][]sim.Time{arrivals}, wrap: wrap, key: sim.RunKey{Seed: rapid.Uint64().Draw(r, "draws")}})
		// 0.2 a second are taken at first, and the most of a minute twice over after a quarter of an hour: 0.4 or more.
		if most < 3 {
			r.Fatalf("%d shards, want one that was split", most)
		}
		if x := tally.Triggers[0]; x.InFlight != 0 {
			r.Fatalf("%+v", x)
		}
	})
}

// A read returns 10,000 records at most; a shard that is read once a second at most has
// its 25,000 read in three.
func TestReadsAreLimited(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(10*ms))
	trigger := b.calls("s", f)
	trigger.Record = fixed(10)
	b.kinesis(trigger, Stream{Batch: 10_000, Retries: -1, Poll: -1, Reads: &Bucket{Burst: 1, Rate: 1}})
	_, requests := b.runAll(t, config{arrivals: [][]sim.Time{make([]sim.Time, 25_000)}})
	at := map[sim.Time]int{}
	for _, r := range requests {
		at[r.Arrival/second]++
	}
	if len(requests) != 3 || at[0] != 1 || at[1] != 1 || at[2] != 1 {
		t.Errorf("%d batches, by second %v, want one at 0, 1 and 2 s", len(requests), at)
	}
}

// Each write of a table that ends well is a record of its stream, whether it has limits or
// not; reads and writes that fail are none.
func TestTableFeedsStream(t *testing.T) {
	b := newBuilder(100 * second)
	b.meter("none")
	table := b.service("table", Op{Name: "write", Writes: true, First: after(10 * ms)}, Op{Name: "read"}, Op{Name: "lose", Writes: true, Error: 1})
	reader := b.function("reader", after(5*ms))
	b.kinesis(b.calls("changes", reader), Stream{Batch: 1, Shards: 1, Retries: -1})
	b.g.Services[table].Feeds = &Send{Trigger: 0, Service: None, Count: 1}
	writer := b.function("writer", after(5*ms))
	use := func(op int32, count float64) Use {
		return Use{Service: table, Op: op, Function: None, Flow: None, Count: count, Probability: 1, SkipOnHit: None, Optional: true}
	}
	b.g.Functions[writer].Uses = []Use{use(0, 3), use(1, 2), use(2, 1)}
	b.calls("in", writer)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{nil, times(20, second)}})
	// 20 calls of three writes.
	if n := tally.Triggers[0]; n.Sent != 60 || n.Started != 60 {
		t.Errorf("%d records, %d starts, want 60 and 60", n.Sent, n.Started)
	}
}

// Two records of 1,000 bytes that are kept for a day beyond what is free are
// 2 × 1,000 × 86,400 byte·s.
func TestKeptBytesAreBilled(t *testing.T) {
	b := newBuilder(100 * second)
	f := b.function("f", after(ms))
	s := b.kinesis(b.calls("s", f), Stream{Batch: 1, Kept: []Kept{{Meter: b.meter("kept"), Seconds: 86_400}}})
	s.Record = fixed(1000)
	tally, _ := b.runAll(t, config{arrivals: [][]sim.Time{{0, second}}})
	if n := used(&b.g, tally, "kept", Work); n != 172_800_000 {
		t.Errorf("%d byte·s are billed, want 172,800,000", n)
	}
}
