package flows

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// told is each request at a function: when it began, how long it was served, and how it ended.
func told(tape *simtest.Tape, function int32) (list []string) {
	for _, o := range of(tape, function) {
		list = append(list, fmt.Sprintf("%d ms for %d ms: %s", o.Start/sim.Millisecond, (o.End-o.Start)/sim.Millisecond, [...]string{"completed", "timed out", "rejected", "failed", "abandoned", "unfinished"}[o.Status]))
	}
	return list
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("by hand −, engine +:\n%s", d)
	}
}

// A caller of 10 ms calls one of 30 ms and waits: its instance is busy for 40, and so
// billed, while the other's is for 30. A failure of the other is its own, unless it
// can do without.
func TestNestedCallBillsTheWaitingCaller(t *testing.T) {
	for _, c := range []struct {
		name     string
		error    float64
		optional bool
		want     string
	}{
		{"well", 0, false, "0 ms for 40 ms: completed"},
		{"the callee fails", 1, false, "0 ms for 40 ms: failed"},
		{"and is optional", 1, true, "0 ms for 40 ms: completed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage()
			callee := s.function(Function{Name: "callee", Base: constant(30), Error: c.error})
			use := calls(callee)
			use.Optional = c.optional
			caller := s.function(Function{Name: "caller", Base: constant(10), Uses: []Use{use}})
			s.called(caller, 0)
			a, tape := s.run(t)
			same(t, []string{c.want}, told(tape, caller))
			if n := of(tape, callee); len(n) != 1 || n[0].Start != millis(10) || n[0].End != millis(40) {
				t.Errorf("the callee was served %v, want 10 to 40 ms", n)
			}
			busy := map[int32]float64{}
			for _, k := range a.counts.calls.list {
				busy[k.Function] += k.Busy.Float() / 1e6
			}
			same(t, map[int32]float64{caller: 40, callee: 30}, busy)
		})
	}
}

// Own time 10; a read of 5 twice, one after the other; then a write of 7 and a read of
// 5, by two uses that are each made thrice at the same time.
func TestUsesInOrder(t *testing.T) {
	s := newStage()
	store := s.service(aStore(constant(5), constant(7)))
	twice, thrice, last := asks(store, 0), asks(store, 1), asks(store, 0)
	twice.Count = 2
	thrice.Count, thrice.Parallel = 3, true
	last.Count, last.Parallel = 3, true
	f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{twice, thrice, last}})
	s.called(f, 0)
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 32 ms: completed"}, told(tape, f)) // 10 + 2×5 + 7 + 5
	if n := a.counts.services[store].Calls; n != 8 {
		t.Errorf("%d calls of the store, want 8", n)
	}
}

// A timeout of 12 ms ends a body of 10 + 5 + 5: the first read has been asked for, and
// is billed, the second has not.
func TestTimeoutEndsABody(t *testing.T) {
	s := newStage()
	meter := s.meter("reads")
	v := aStore(constant(5), nil)
	v.Ops[0].Meter = meter
	use := asks(s.service(v), 0)
	use.Count = 2
	f := s.function(Function{Name: "f", Base: constant(10), Timeout: millis(12), Uses: []Use{use}})
	s.called(f, 0)
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 12 ms: timed out"}, told(tape, f))
	if n := a.used(meter, Work); n != 1 {
		t.Errorf("%d reads, want 1", n)
	}
}

// One call of the store in ten fails; the function fails with it, after the time of
// the call, and asks nothing after it.
func TestFailureOfAStoreFailsTheBody(t *testing.T) {
	s := newStage()
	meter := s.meter("reads")
	v := aStore(constant(5), constant(7))
	v.Ops[0].Error, v.Ops[0].Meter = 0.1, meter
	store := s.service(v)
	f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{asks(store, 0), asks(store, 1)}})
	const n = 20_000
	at := make([]sim.Time, n)
	for i := range at {
		at[i] = sim.Time(i) * sim.Second / 10
	}
	s.called(f, at...)
	a, tape := s.bothWays(t)
	failed := 0
	for _, o := range of(tape, f) {
		want := millis(22)
		if o.Status == sim.Failed {
			failed++
			want = millis(15)
		}
		if o.End-o.Start != want {
			t.Fatalf("%v took %d ns, want %d", o.Status, o.End-o.Start, want)
		}
	}
	if d := math.Abs(float64(failed) - 0.1*n); d > 4*math.Sqrt(0.09*n) {
		t.Errorf("%d of %d failed, want about a tenth", failed, n)
	}
	if got := a.used(meter, Failure); got != int64(failed) {
		t.Errorf("%d reads are billed as failures, want %d", got, failed)
	}
	if got := a.counts.services[store].Calls; got != uint64(2*n-failed) {
		t.Errorf("%d calls, want %d", got, 2*n-failed)
	}
}

// The counts of a use with a fraction, a probability, and what a hit makes unneeded:
// means by their closed form.
func TestHowOftenAUseIsMade(t *testing.T) {
	s := newStage()
	cache := s.service(Service{Name: "cache", Behind: None, HitRate: 0.8, Ops: []Op{{Name: "read", First: constant(1), Meter: None}}})
	table := s.service(aStore(constant(5), nil))
	log := s.service(aStore(constant(2), nil))
	look, ask, note := asks(cache, 0), asks(table, 0), asks(log, 0)
	ask.SkipOnHit = cache
	note.Count, note.Probability = 2.3, 0.5
	f := s.function(Function{Name: "f", Base: constant(10), Uses: []Use{look, ask, note}})
	const n = 40_000
	at := make([]sim.Time, n)
	for i := range at {
		at[i] = sim.Time(i) * 50 * sim.Millisecond
	}
	s.called(f, at...)
	a, _ := s.bothWays(t)
	v := a.counts.services
	if v[cache].Calls != n || v[cache].Hits+v[cache].Misses != n {
		t.Errorf("%d calls of the cache, %d hits, %d misses, want %d calls", v[cache].Calls, v[cache].Hits, v[cache].Misses, n)
	}
	if v[table].Calls != v[cache].Misses {
		t.Errorf("%d calls of the table, want one for each of %d misses", v[table].Calls, v[cache].Misses)
	}
	if d := math.Abs(float64(v[cache].Misses) - 0.2*n); d > 4*math.Sqrt(0.16*n) {
		t.Errorf("%d misses of %d, want about a fifth", v[cache].Misses, n)
	}
	if mean := float64(v[log].Calls) / n; math.Abs(mean-1.15) > 4*1.21/math.Sqrt(n) { // variance of ½·(2 or 3): ½·5.5 − 1.15² = 1.44
		t.Errorf("%v notes a request, want 0.5 × 2.3", mean)
	}
}

// sameTwins sees that two runs of an application did the same.
func sameTwins(t interface {
	Helper()
	Errorf(string, ...any)
}, a, b *actor, x, y *simtest.Tape) {
	t.Helper()
	line := func(tape *simtest.Tape) (list []string) {
		for _, o := range tape.Requests {
			list = append(list, fmt.Sprintf("f%d at %d: %d to %d, status %d, attempt %d", o.Function, o.Arrival, o.Start, o.End, o.Status, o.Attempt))
		}
		slices.Sort(list)
		return list
	}
	if d := gocmp.Diff(line(x), line(y)); d != "" {
		t.Errorf("by events −, ahead +:\n%s", d)
	}
	used := func(a *actor) []Used {
		list := slices.Clone(a.counts.used.list)
		slices.SortFunc(list, compareUsed)
		return list
	}
	if d := gocmp.Diff(used(a), used(b)); d != "" {
		t.Errorf("used, by events −, ahead +:\n%s", d)
	}
	if !reflect.DeepEqual(a.counts.services, b.counts.services) {
		t.Errorf("services: by events %+v, ahead %+v", a.counts.services, b.counts.services)
	}
}

// Random functions with random uses of random services, with errors, caches, key
// services, outages, timeouts and calls of each other: run ahead they do what they do
// by events.
func TestAheadIsAsByEvents(t *testing.T) {
	byEvents := false
	rapid.Check(t, func(r *rapid.T) {
		s := randomStage(r)
		s.g.byEvents = true
		a, x := s.run(t)
		s.g.byEvents = false
		b, y := s.run(t)
		sameTwins(r, a, b, x, y)
		if n := len(b.operations.items); n > 0 {
			r.Errorf("%d operations went by events, want all to be run ahead", n)
		}
		byEvents = byEvents || len(a.operations.items) > 0
	})
	if !byEvents {
		t.Error("none went by events")
	}
}

func randomStage(r *rapid.T) *stage {
	s := newStage()
	s.key.Seed = rapid.Uint64().Draw(r, "seed")
	there := s.place("there")
	for k := range s.g.Hops {
		if k == 1 || k == 2 {
			s.g.Hops[k] = Hop{RTT: constant(float64(k)), PerByte: 1000, Egress: s.meter("egress"), Trips: float64(k)}
		}
	}
	part := func(name string) float64 { return rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(r, name) }
	for k := range rapid.IntRange(1, 4).Draw(r, "services") {
		v := Service{Name: fmt.Sprint(k), Place: int32(k) % 2 * there, Behind: None, Ops: []Op{
			{Name: "read", First: spread{millis(rapid.Float64Range(0, 4).Draw(r, "first"))}, PerByte: 1e3, Meter: s.meter("reads"), Unit: 100, Error: part("error") / 2},
			{Name: "write", First: spread{millis(2)}, Meter: s.meter("writes"), ByBytes: true, Writes: true},
		}}
		if rapid.Bool().Draw(r, "retry") {
			v.Retry = Retry{On: OnAny, Attempts: 2, Backoff: backoff.Backoff{First: millis(1), Factor: 2, Jitter: backoff.Full}}
		}
		if k > 0 && rapid.Bool().Draw(r, "cache") {
			v.HitRate, v.Behind = part("hits"), int32(k-1)
		}
		if k > 0 && rapid.Bool().Draw(r, "encrypts") {
			first := asks(int32(k-1), 1)
			first.Probability, first.Size, first.Overhead = part("encrypts"), fixedBytes(10), true
			v.Before = []Use{first, asks(int32(k-1), 0)}
		}
		if rapid.Bool().Draw(r, "out") {
			s.g.Outages = append(s.g.Outages, Outage{Services: []int32{int32(k)}, From: millis(100), To: millis(300), Part: max(0.3, part("out")), After: millis(3)})
		}
		s.service(v)
	}
	for k := range rapid.IntRange(1, 3).Draw(r, "functions") {
		f := Function{Name: fmt.Sprint("f", k), Place: int32(k) % 2 * there, Base: spread{millis(5)}}
		if rapid.Bool().Draw(r, "timeout") {
			f.Timeout = millis(rapid.Float64Range(1, 20).Draw(r, "timeout"))
		}
		for range rapid.IntRange(0, 4).Draw(r, "uses") {
			u := asks(int32(rapid.IntRange(0, len(s.g.Services)-1).Draw(r, "service")), int32(rapid.IntRange(0, 1).Draw(r, "op")))
			if k > 0 && rapid.IntRange(0, 3).Draw(r, "calls") == 0 {
				u = calls(int32(rapid.IntRange(0, k-1).Draw(r, "callee")))
			} else if rapid.Bool().Draw(r, "skips") {
				u.SkipOnHit = int32(rapid.IntRange(0, len(s.g.Services)-1).Draw(r, "cache"))
			}
			u.Count, u.Probability = rapid.SampledFrom([]float64{1, 2, 0.5, 2.5}).Draw(r, "count"), rapid.SampledFrom([]float64{1, 0.5}).Draw(r, "probability")
			u.Parallel, u.Optional, u.Overhead = rapid.Bool().Draw(r, "parallel"), rapid.Bool().Draw(r, "optional"), rapid.Bool().Draw(r, "overhead")
			u.Size = fixedBytes(rapid.IntRange(0, 1000).Draw(r, "size"))
			f.Uses = append(f.Uses, u)
		}
		s.function(f)
	}
	last := int32(len(s.g.Functions) - 1)
	var at []sim.Time
	for k := range 40 {
		at = append(at, millis(float64(10*k)))
	}
	s.called(last, at...)
	return s
}

// spread is uniform from 0 to twice its mean.
type spread struct{ mean sim.Time }

func (s spread) Sample(u float64) sim.Time { return sim.Time(2 * u * float64(s.mean)) }
