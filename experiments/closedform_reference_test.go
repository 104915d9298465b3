package experiments_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// The reference case: Poisson arrivals at 0.9/s, service of mean 1.991 s warm
// and 2.244 s cold, window 600 s. An independent C program without an event
// queue was run on it for 3·10⁸ s, the first hundredth dropped.
const (
	referenceRate = 0.9
	referenceWarm = 1.991
	referenceCold = 2.244
)

func reference(t *testing.T, reuse sim.Reuse, dist func(float64) workloads.Sampler, replications int, warmup, length float64) []*sums {
	t.Helper()
	window := sim.Window{Warmup: seconds(warmup), Horizon: seconds(warmup + length)}
	return replicate(t, replications, 0, sim.Config{
		Workload: workload(t, window.Horizon, synthetic{
			arrivals: poissonArrivals(referenceRate), service: dist(referenceWarm), cold: dist(referenceCold),
		}),
		Platforms: []sim.Platform{{KeepAlive: fixed(600), Reuse: reuse}}, Window: window,
	})
}

// TestReferenceNumbers compares with the reference program. Its numbers are
// estimates themselves, from 2.67·10⁸ requests, so the interval of the
// difference is ours widened by √(1 + our requests ÷ its requests).
func TestReferenceNumbers(t *testing.T) {
	for _, test := range []struct {
		name        string
		reuse       sim.Reuse
		dist        func(float64) workloads.Sampler
		cold, total float64
	}{
		{"newest, exponential", sim.Newest, exponential, 0.001333, 7.697}, // with another seed 0.001329
		{"most recent, exponential", sim.MostRecent, exponential, 0.001337, 7.696},
		{"newest, constant", sim.Newest, constant, 0.001296, 7.739},
	} {
		t.Run(test.name, func(t *testing.T) {
			const replications, warmup, length = 16, 5e4, 8e5
			long(t, replications*length*referenceRate)
			runs := reference(t, test.reuse, test.dist, replications, warmup, length)
			near(t, "cold ratio", test.cold, values(runs, coldRatio), replications*length*referenceRate, 0.03)
			near(t, "instances", test.total, values(runs, instancesMean), replications*length*referenceRate, 0.01)

			// Facts F1, true of every run: the mean number of busy instances is
			// λ(p·cold + (1−p)·warm), and the mean lifespan E[N] ÷ λp.
			mean := referenceRate * referenceWarm
			holds(t, "busy − what cold ones add", mean, values(runs, func(s *sums) float64 {
				return busyMean(s) - referenceRate*coldRatio(s)*(referenceCold-referenceWarm)
			}))
			holds(t, "lifespan × λp ÷ E[N]", 1, values(runs, func(s *sums) float64 {
				starts := float64(s.created) / s.length()
				return float64(s.lifespan) / 1e9 / float64(s.stopped) * starts / instancesMean(s)
			}))
		})
	}
}

// near holds an estimate to another program's, which has its own error.
func near(t *testing.T, what string, want float64, x []float64, requests, precision float64) {
	t.Helper()
	mean, half := stat.Interval(x, 0.999)
	half *= math.Sqrt(1 + requests/2.67e8)
	t.Logf("%-40s reference %.6g, simulated %.6g ± %.2g (%.2f %%)", what, want, mean, half, 100*half/want)
	if !(math.Abs(mean-want) <= half) {
		t.Errorf("%s: the reference %.6g lies outside %.6g ± %.2g", what, want, mean, half)
	}
	if !(half <= precision*want) {
		t.Errorf("%s: the half-width %.2g is more than %.3g of %.6g", what, half, precision, want)
	}
}

// expectedRecord is the mean, at a time, of the highest number of requests at a
// time so far.
//
// Where the least recent instance is reused, each instance is used every few
// seconds and none ever ends: the number of instances is the highest number of
// requests at a time so far. From n in the system to n+1 takes F(n) ÷ (λ f(n)) on
// average, with f and F of the Poisson distribution of mean λE[S] (a birth and
// death process); so the first time at k is the sum over n < k. For rare k that
// time is nearly exponential, which gives the expected record at a time.
func expectedRecord(rate, load, at float64) float64 {
	p := distuv.Poisson{Lambda: load}
	record, passage := 0.0, 0.0
	for n := 0.0; n < 40; n++ {
		passage += p.CDF(n) / (rate * p.Prob(n))
		record += -math.Expm1(-at / passage)
	}
	return record
}

// TestReferenceLeastRecent: the reference program had three cold starts in
// 2.67·10⁸ requests, and 14.406 instances; that number is one path of a record
// process. The record that theory expects is averaged over the reference's
// window and compared with it, and at our horizon with ours.
func TestReferenceLeastRecent(t *testing.T) {
	const load = referenceRate * referenceWarm
	var x []float64
	for at := 3e6; at < 3e8; at += 1e6 {
		x = append(x, expectedRecord(referenceRate, load, at))
	}
	theirs := stat.Mean(x)
	t.Logf("over the reference's window theory expects %.3f instances, the reference had 14.406", theirs)
	if math.Abs(theirs-14.406) > 1 { // a record's deviation is about half an instance
		t.Errorf("theory expects %.3f instances, the reference had 14.406", theirs)
	}

	const length = 20_000
	long(t, 1000*length*referenceRate)
	runs := reference(t, sim.LeastRecent, exponential, 1000, length, 600)
	holds(t, fmt.Sprintf("instances at %d s", length), expectedRecord(referenceRate, load, length+300), values(runs, instancesMean))
}

// TestLeastRecentIsTheRecord says so exactly: of any path of the reference, the
// number of instances created is the highest number of requests at a time.
func TestLeastRecentIsTheRecord(t *testing.T) {
	long(t, 4*1_000_000*referenceRate)
	window := sim.Window{Horizon: 1_000_000 * sim.Second}
	w := workload(t, window.Horizon, synthetic{
		arrivals: poissonArrivals(referenceRate), service: exponential(referenceWarm), cold: exponential(referenceCold),
	})
	for i, n := range each(4, func(i int) [3]int64 {
		r := &record{sums: sums{window: window}}
		_, err := sim.Run(context.Background(), sim.Config{
			Workload: w, Platforms: []sim.Platform{{KeepAlive: fixed(600), Reuse: sim.LeastRecent}}, Window: window,
			Key:       sim.RunKey{Seed: sim.HashName(t.Name()), Replication: uint64(i)},
			Observers: func() []sim.Observer { return []sim.Observer{r} },
		})
		if err != nil {
			t.Error(err)
		}
		return [3]int64{r.created, r.cold, int64(r.highest())}
	}) {
		if n[0] != n[2] || n[1] != n[2] {
			t.Errorf("replication %d: %d instances and %d cold starts, the record is %d", i, n[0], n[1], n[2])
		}
	}
}

// record is an observer that knows the highest number of requests at a time.
type record struct {
	sums
	arrivals, ends []sim.Time
}

func (r *record) Requests(batch []sim.Outcome) {
	r.sums.Requests(batch)
	for i := range batch {
		r.arrivals, r.ends = append(r.arrivals, batch[i].Arrival), append(r.ends, batch[i].End)
	}
}

// highest walks through the arrivals and the ends in the order of time; a
// request that ends makes room for one that arrives at that time.
func (r *record) highest() (most int) {
	slices.Sort(r.arrivals)
	slices.Sort(r.ends)
	ended := 0
	for i, at := range r.arrivals {
		for r.ends[ended] <= at {
			ended++
		}
		most = max(most, i+1-ended)
	}
	return most
}
