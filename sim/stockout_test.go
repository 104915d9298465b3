package sim

import (
	"math"
	"testing"
)

// spaced are requests so far from each other that each starts an instance.
func spaced(n int, gap Time) *list {
	calls := make([]Invocation, n)
	for i := range calls {
		calls[i] = Invocation{Arrival: Time(i) * gap, Service: 5}
	}
	return &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{calls}}
}

// waits runs spaced requests and returns how long each waited, and how many were rejected.
func waits(t *testing.T, p Platform, n int) (waited []Time, rejected int, inits []InitWait) {
	t.Helper()
	p.Concurrency, p.KeepAlive, p.Scaling = 1, window(-1), perRequest{}
	got, _ := replay(t, Config{Workload: spaced(n, 1_000_000), Window: Window{Horizon: Time(n) * 1_000_000}, Platforms: []Platform{p}})
	for _, o := range got.outcomes {
		if o.Status == Rejected {
			rejected++
		} else {
			waited = append(waited, o.Start-o.Arrival)
		}
	}
	return waited, rejected, got.inits
}

// Every start waits 60 for a machine and 10 for its sandbox, and says so.
func TestStockoutLengthensStarts(t *testing.T) {
	p := Platform{Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}, Stockout: Stockout{Probability: 1, Wait: Constant(60)}}
	waited, _, inits := waits(t, p, 3)
	for i, w := range waited {
		if got := inits[i].Phases; w != 70 || got[PhaseCapacity] != 60 || got[PhaseSandbox] != 10 {
			t.Errorf("waited %d, of it %v", w, got)
		}
	}
	if len(waited) != 3 {
		t.Errorf("%d were served", len(waited))
	}
}

// A start fails with probability p and is tried again 60 later: the number of tries
// before one succeeds is geometric, so that requests wait 60 p/(1−p) on average, and a
// part 1−p not at all. Both are held to four standard deviations.
func TestStockoutFailsStarts(t *testing.T) {
	const n, p, wait = 20_000, 0.3, 60
	waited, rejected, _ := waits(t, Platform{Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, Stockout: Stockout{Probability: p, Wait: Constant(wait), Fails: true}}, n)
	if rejected > 0 || len(waited) != n {
		t.Fatalf("%d rejected, %d served", rejected, len(waited))
	}
	var sum float64
	var at0 int
	for _, w := range waited {
		if w%wait != 0 {
			t.Fatalf("waited %d", w)
		}
		if sum += float64(w); w == 0 {
			at0++
		}
	}
	if got, want, sd := sum/n, wait*p/(1-p), wait*math.Sqrt(p)/(1-p)/math.Sqrt(n); math.Abs(got-want) > 4*sd {
		t.Errorf("waited %.2f on average, want %.2f ± %.2f", got, want, 4*sd)
	}
	if got, sd := float64(at0)/n, math.Sqrt(p*(1-p)/n); math.Abs(got-(1-p)) > 4*sd {
		t.Errorf("%.4f did not wait, want %.4f ± %.4f", got, 1-p, 4*sd)
	}
}

// Where nobody may wait, who finds no machine is rejected: a part p.
func TestStockoutRejects(t *testing.T) {
	const n, p = 20_000, 0.3
	_, rejected, _ := waits(t, Platform{Stockout: Stockout{Probability: p, Wait: Constant(60), Fails: true}}, n)
	if got, sd := float64(rejected)/n, math.Sqrt(p*(1-p)/n); math.Abs(got-p) > 4*sd {
		t.Errorf("%.4f rejected, want %.4f ± %.4f", got, p, 4*sd)
	}
}

// While a provider has no machine no start is tried: of requests 10 apart, a start
// that fails rejects 6 in 60, one that does not serves 1. So 6p/(6p + 1−p) are rejected.
func TestStockoutLasts(t *testing.T) {
	const n, p = 20_000, 0.3
	l := spaced(n, 10)
	pl := Platform{Concurrency: 1, KeepAlive: window(-1), Scaling: perRequest{}, Stockout: Stockout{Probability: p, Wait: Constant(60), Fails: true}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: n * 10}, Platforms: []Platform{pl}})
	rejected := 0
	for _, o := range got.outcomes {
		if o.Status == Rejected {
			rejected++
		}
	}
	if got, want := float64(rejected)/n, 6*p/(6*p+1-p); math.Abs(got-want) > 0.02 { // some 11,000 draws: 4 standard deviations
		t.Errorf("%.4f rejected, want %.4f", got, want)
	}
}
