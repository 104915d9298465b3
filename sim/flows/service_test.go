package flows

import (
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
	"github.com/coldcurve/coldcurve/workloads"
)

// every is times in a row.
func every(d sim.Time, n int) []sim.Time {
	at := make([]sim.Time, n)
	for i := range at {
		at[i] = sim.Time(i) * d
	}
	return at
}

// 200 calls a second for 100 s at a limit of 100 a second with a bucket of 10: the
// bucket and what flows into it are let through, 10 + 100 × 100, and no more. The
// calls that are turned away are not billed.
func TestLimitOfAService(t *testing.T) {
	s := newStage()
	v := aStore(constant(5), nil)
	v.Ops[0].Limit, v.Ops[0].Meter = &Bucket{Burst: 10, Rate: 100}, s.meter("reads")
	store := s.service(v)
	f := s.function(Function{Name: "f", Uses: []Use{asks(store, 0)}})
	s.called(f, every(5*sim.Millisecond, 20_000)...)
	a, _ := s.run(t)
	n := a.counts.services[store]
	if got := int(n.Calls - n.Throttled); got < 10_009 || got > 10_010 {
		t.Errorf("%d calls were let through, want 10 + 100 × 100", got)
	}
	if got := a.used(0, Work); got != int64(n.Calls-n.Throttled) {
		t.Errorf("%d reads are billed, want those %d that were let through", got, n.Calls-n.Throttled)
	}
}

// Two calls at a time, and a token a second: the second is turned away and asked again
// after 100, 200, 400 and 800 ms, at 1.5 s at last. Without jitter, by hand. With four
// tries in all it is given up at 0.7 s.
func TestLibraryAsksAgain(t *testing.T) {
	for _, c := range []struct {
		retries int
		want    []string
	}{
		{4, []string{"0 ms for 5 ms: completed", "0 ms for 1505 ms: completed"}},
		{3, []string{"0 ms for 5 ms: completed", "0 ms for 700 ms: failed"}},
	} {
		s := newStage()
		v := aStore(constant(5), nil)
		v.Ops[0].Limit = &Bucket{Burst: 1, Rate: 1}
		v.Retry = Retry{On: OnThrottled, Attempts: c.retries, Backoff: backoff.Backoff{First: millis(100), Factor: 2}}
		f := s.function(Function{Name: "f", Uses: []Use{asks(s.service(v), 0)}})
		s.called(f, 0, 0)
		_, tape := s.run(t)
		got := told(tape, f)
		slices.Sort(got)
		slices.Sort(c.want)
		same(t, c.want, got)
	}
}

// A key of records has 1,000 write units a second in its partition: of 2,000 a second
// to one key half are throttled, of 2,000 to ten keys none are. A write of 2.5 KB takes
// three units.
func TestHotPartition(t *testing.T) {
	for _, c := range []struct {
		name  string
		keys  []float64
		bytes int64
		want  float64 // part that is throttled
	}{
		{"one key", []float64{1}, 100, 0.5},
		{"ten keys", []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}, 100, 0},
		{"one key, three units", []float64{1}, 2500, 1 - 1000.0/6000},
		{"no keys", nil, 100, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage()
			v := aStore(nil, constant(5))
			v.Ops[1].Partition, v.Ops[1].Unit = &Bucket{Burst: 1000, Rate: 1000, Units: true}, 1000
			store := s.service(v)
			use := asks(store, 1)
			use.Size = fixedBytes(c.bytes)
			f := s.function(Function{Name: "f", Uses: []Use{use}})
			trigger := s.called(f, every(sim.Millisecond/2, 60_000)...)
			if c.keys != nil {
				s.g.Triggers[trigger].Keys = &Keys{c.keys}
			}
			a, _ := s.run(t)
			n := a.counts.services[store]
			if got := float64(n.Throttled) / float64(n.Calls); math.Abs(got-c.want) > 0.02 { // the bucket is full at first: 1,000 of 60,000
				t.Errorf("%v of the writes are throttled, want %v", got, c.want)
			}
		})
	}
}

// A cache that hits takes 1 ms, one that misses 1 ms and the 5 of what is behind it.
func TestCacheBefore(t *testing.T) {
	s := newStage()
	table := s.service(aStore(constant(5), nil))
	cache := s.service(Service{Name: "cache", Behind: table, HitRate: 0.9, Ops: []Op{{Name: "read", First: constant(1), Meter: None}}})
	f := s.function(Function{Name: "f", Uses: []Use{asks(cache, 0)}})
	s.called(f, every(50*sim.Millisecond, 10_000)...)
	a, tape := s.bothWays(t)
	took := map[sim.Time]uint64{}
	for _, o := range of(tape, f) {
		took[o.End-o.Start]++
	}
	n := a.counts.services[cache]
	same(t, map[sim.Time]uint64{millis(1): n.Hits, millis(6): n.Misses}, took)
	if d := math.Abs(float64(n.Hits) - 9000); d > 4*30 {
		t.Errorf("%d hits of 10,000, want about 9,000", n.Hits)
	}
	if got := a.counts.services[table].Calls; got != n.Misses {
		t.Errorf("%d calls of the table, want %d", got, n.Misses)
	}
}

// A key service of 50 ms is asked before each call, or of one in a hundred where a data
// key is used for a hundred: 1 % of the calls, as AWS's page has it.
func TestEncryption(t *testing.T) {
	for _, part := range []float64{1, 0.01} {
		s := newStage()
		kms := Service{Name: "kms", Behind: None, Ops: []Op{{Name: "encrypt", First: constant(50), Meter: s.meter("requests")}}}
		v := aStore(constant(5), nil)
		key := asks(s.service(kms), 0)
		key.Probability, key.Overhead = part, true
		v.Before = []Use{key}
		f := s.function(Function{Name: "f", Uses: []Use{asks(s.service(v), 0)}})
		s.called(f, every(100*sim.Millisecond, 10_000)...)
		a, tape := s.bothWays(t)
		slow := 0
		for _, o := range of(tape, f) {
			switch o.End - o.Start {
			case millis(55):
				slow++
			case millis(5):
			default:
				t.Fatalf("a call took %d ns, want 5 or 55 ms", o.End-o.Start)
			}
		}
		if d := math.Abs(float64(slow) - 10_000*part); d > 4*math.Sqrt(10_000*part*(1-part))+0.5 {
			t.Errorf("%d of 10,000 calls were encrypted, want %v", slow, 10_000*part)
		}
		if got := a.used(0, Overhead); got != int64(slow) {
			t.Errorf("%d calls of the key service are counted as overhead, want %d", got, slow)
		}
	}
}

// What was measured of DynamoDB, as a function of 128 MB sees it, goes in as p50, p90
// and p99 and comes out as them.
func TestMeasuredQuantilesComeBack(t *testing.T) {
	want := map[float64]sim.Time{0.5: millis(7.5), 0.9: millis(14), 0.99: millis(23)}
	q, err := workloads.NewQuantiles([]float64{0.5, 0.9, 0.99}, []sim.Time{want[0.5], want[0.9], want[0.99]}, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := newStage()
	store := s.service(aStore(q, nil))
	f := s.function(Function{Name: "f", Uses: []Use{asks(store, 0)}})
	s.called(f, every(10*sim.Millisecond, 300_000)...)
	_, tape := s.run(t)
	var took []sim.Time
	for _, o := range of(tape, f) {
		took = append(took, o.End-o.Start)
	}
	slices.Sort(took)
	for p, v := range want {
		got := took[int(p*float64(len(took)))]
		if d := math.Abs(float64(got-v)) / float64(v); d > 1.0/128 {
			t.Errorf("the quantile at %v is %v ms, want %v", p, float64(got)/1e6, float64(v)/1e6)
		}
	}
}

// Requests by a Poisson process that each wait for a store of exponential latency, and
// nothing holds them: M/M/∞. How many are under way is Poisson of mean λ(s + l),
// which is its variance too.
func TestManyWaitAtOnce(t *testing.T) {
	s := newStage()
	latency, err := workloads.NewExponential(millis(80))
	if err != nil {
		t.Fatal(err)
	}
	store := s.service(aStore(latency, nil))
	f := s.function(Function{Name: "f", Base: constant(20), Uses: []Use{asks(store, 0)}})
	draws := sim.NewStream(sim.RunKey{Seed: 7}, sim.PurposeArrival, 0)
	var at []sim.Time
	for now, k := 0.0, uint64(0); ; k++ {
		now += -math.Log(draws.Uniform(k)) / 100 // 100 a second
		if now >= 3000 {
			break
		}
		at = append(at, sim.Time(now*1e9))
	}
	s.called(f, at...)
	_, tape := s.run(t)
	const first, last = 10, 3000
	under := make([]float64, last-first)
	for _, o := range of(tape, f) {
		for k := o.Start/sim.Second + 1; k*sim.Second <= o.End; k++ {
			if k >= first && k < last {
				under[k-first]++
			}
		}
	}
	mean, square := 0.0, 0.0
	for _, n := range under {
		mean += n / float64(len(under))
		square += n * n / float64(len(under))
	}
	if math.Abs(mean-10) > 0.3 || math.Abs(square-mean*mean-10) > 1.2 {
		t.Errorf("under way are %v with a variance of %v, want 10 and 10", mean, square-mean*mean)
	}
}
