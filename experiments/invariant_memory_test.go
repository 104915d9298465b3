package experiments_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// memoryCase is a few requests to functions of some sizes in a shared memory.
type memoryCase struct {
	sizes    []int64
	requests []sim.Invocation // by arrival
	memory   int64
	window   sim.Window
}

func drawMemoryCase(t *rapid.T, sizes []int64) memoryCase {
	c := memoryCase{sizes: sizes, memory: rapid.Int64Range(1, 8).Draw(t, "memory")}
	at := sim.Time(0)
	for range rapid.IntRange(1, 7).Draw(t, "requests") {
		at += short(t, "gap", 6)
		c.requests = append(c.requests, sim.Invocation{Arrival: at, Service: short(t, "service", 5), Function: uint32(rapid.IntRange(0, len(sizes)-1).Draw(t, "function"))})
	}
	slices.SortStableFunc(c.requests, func(a, b sim.Invocation) int {
		if a.Arrival != b.Arrival {
			return int(a.Arrival - b.Arrival)
		}
		return int(a.Function) - int(b.Function)
	})
	c.window = sim.Window{Warmup: short(t, "warmup", 12), Horizon: at + 20}
	return c
}

// run makes the run of a keep-alive and returns its cold requests in the window, what
// idle instances held there, in MiB·ns, and its lives.
func (c *memoryCase) run(t fataler, keep sim.KeepAliveFactory) (cold int, held sim.Time, tape *simtest.Tape) {
	t.Helper()
	w := &simtest.Load{}
	for f, size := range c.sizes {
		var own []sim.Invocation
		for _, r := range c.requests {
			if int(r.Function) == f {
				own = append(own, r)
			}
		}
		w.Add(sim.Function{Name: fmt.Sprint(f), Memory: size}, own)
	}
	seen := &simtest.ActivityObserver{}
	u := experiments.Unit{
		Workload: w, Platforms: []sim.Platform{{KeepAlive: keep, Scaling: policies.PerRequest{}, Concurrency: 1}}, Window: c.window,
		Meters: func() ([]costmodel.Meter, error) { return nil, nil },
	}
	r, _, err := u.Run(context.Background(), nil, seen)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range seen.Tape.Lives {
		held += l.Idle * sim.Time(l.Memory)
	}
	return int(r.ColdStarts), held, &seen.Tape
}

// busy is what requests take at a time.
func (c *memoryCase) busy(now sim.Time) (mib int64) {
	for _, r := range c.requests {
		if r.Arrival <= now && now < r.Arrival+r.Service {
			mib += c.sizes[r.Function]
		}
	}
	return mib
}

// bridgedGap is that a request takes the instance of an earlier one.
type bridgedGap struct{ from, to int }

// best tries every instance for request i and those after it, a new one too, and hands over
// which gaps are bridged then. taken are the requests whose instance is in use again.
func (c *memoryCase) best(i int, taken []bool, gaps []bridgedGap, f func([]bridgedGap)) {
	if i == len(c.requests) {
		if c.onDemand(gaps) {
			f(gaps)
		}
		return
	}
	c.best(i+1, taken, gaps, f)
	for j := range i {
		if taken[j] || c.requests[j].Function != c.requests[i].Function || c.end(j) > c.requests[i].Arrival {
			continue
		}
		taken[j] = true
		c.best(i+1, taken, append(gaps[:len(gaps):len(gaps)], bridgedGap{j, i}), f)
		taken[j] = false
	}
}

func (c *memoryCase) end(i int) sim.Time { return c.requests[i].Arrival + c.requests[i].Service }

// onDemand reports whether nobody starts an instance while one of the function is idle.
func (c *memoryCase) onDemand(gaps []bridgedGap) bool {
	for i, r := range c.requests {
		if slices.ContainsFunc(gaps, func(g bridgedGap) bool { return g.to == i }) {
			continue
		}
		for _, g := range gaps {
			if g.from < i && i < g.to && c.requests[g.from].Function == r.Function && c.end(g.from) <= r.Arrival {
				return false
			}
		}
	}
	return true
}

// cold counts the requests in the window whose gap is not bridged.
func (c *memoryCase) cold(gaps []bridgedGap) (n int) {
	for i, r := range c.requests {
		if c.window.Contains(r.Arrival) && !slices.ContainsFunc(gaps, func(g bridgedGap) bool { return g.to == i }) {
			n++
		}
	}
	return n
}

// fits reports whether idle instances have room beside busy ones at all times.
func (c *memoryCase) fits(gaps []bridgedGap) bool {
	for now := sim.Time(0); now < c.window.Horizon; now++ {
		held := int64(0)
		for _, g := range gaps {
			if c.end(g.from) <= now && now < c.requests[g.to].Arrival {
				held += c.sizes[c.requests[g.to].Function]
			}
		}
		if held > max(0, c.memory-c.busy(now)) {
			return false
		}
	}
	return true
}

// least is the least number of cold requests in the memory, by all decisions.
func (c *memoryCase) least() int {
	least := len(c.requests)
	c.best(0, make([]bool, len(c.requests)), nil, func(gaps []bridgedGap) {
		if cold := c.cold(gaps); cold < least && c.fits(gaps) {
			least = cold
		}
	})
	return least
}

func (c *memoryCase) size() spec.Size { return spec.Size(c.memory << 20) }

// In a limited memory, what is tried against are all decisions. Instances of one size:
// Belady's rule reaches the least number of cold starts, when all of the run counts. Of
// several sizes it reaches what can be reached, and the relaxation is never above the
// least, whatever part of the run counts.
func TestInvariantMemoryBounds(t *testing.T) {
	t.Run("one size", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c := drawMemoryCase(t, []int64{2, 2})
			c.window.Warmup = 0
			cold, _, _ := c.run(t, policies.OfflineBelady{Memory: c.size(), Cost: "count"})
			if least := c.least(); cold != least {
				t.Fatalf("%d cold starts, the least is %d: %+v", cold, least, c)
			}
		})
	})
	t.Run("sizes", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			c := drawMemoryCase(t, []int64{1, 2, 5})
			least := c.least()
			cold, _, tape := c.run(t, policies.OfflineBelady{Memory: c.size(), Cost: "count"})
			if cold < least {
				t.Fatalf("Belady's rule has %d cold starts, the least is %d: %+v", cold, least, c)
			}
			for now := sim.Time(0); now < c.window.Horizon; now++ {
				there := int64(0)
				for _, l := range tape.Lives {
					if l.Created <= now && now < l.Stopped {
						there += l.Memory
					}
				}
				if most := max(c.memory, c.busy(now)); there > most {
					t.Fatalf("at %d its instances hold %d, want %d at most: %+v", now, there, most, c)
				}
			}
			if cold, _, _ := c.run(t, policies.OfflineRelaxed{Memory: c.size()}); cold > least {
				t.Fatalf("the relaxation has %d cold starts, the least is %d: %+v", cold, least, c)
			}
		})
	})
}

// The front: at any price of a cold start no decisions cost less than the bound at that
// price, over functions of several sizes. So all that can be reached lies above the lower
// convex hull of the bounds. A price of λ MiB·ns is a window of λ ÷ size.
func TestInvariantFront(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawMemoryCase(t, []int64{1, 2, 5})
		c.window.Warmup = 0
		price := 10 * int64(rapid.IntRange(0, 8).Draw(t, "price")) // λ ÷ size is whole
		const perMiBns = 1024 * 3600e9
		cold, held, _ := c.run(t, policies.OfflineKeepAlive{Holding: ptr(1.0), ColdStart: ptr(float64(price) / perMiBns)})
		got := int64(held) + price*int64(cold)
		least := int64(1 << 62)
		c.best(0, make([]bool, len(c.requests)), nil, func(gaps []bridgedGap) {
			cost := price * int64(c.cold(gaps))
			for _, g := range gaps {
				cost += int64(c.requests[g.to].Arrival-c.end(g.from)) * c.sizes[c.requests[g.to].Function]
			}
			least = min(least, cost)
		})
		if got != least {
			t.Fatalf("the bound costs %d, the least is %d: %+v", got, least, c)
		}
	})
}

func ptr[T any](x T) *T { return &x }

// By hand. f0 of 2 MiB is asked at 0 and 10, f1 of 1 MiB at 2 and 6, f2 of 1 MiB at 4, each
// for 1 ns. In 3 MiB the start at 4 needs 1 beside f0 and f1, which are idle: f0 weighs
// (10 − 4) · 2 = 12 and f1 (6 − 4) · 1 = 2, so that f0 leaves. Four are cold, and f1 has held
// (6 − 3) · 1. Busy instances take 7 MiB·ns of the window's 12 · 3 = 36: the 29 that are left
// are more than the gaps' 3 and 9 · 2, so that the relaxation has three cold and holds 21. In
// 2 MiB Belady lets f0 go at 2, and the relaxation has 24 − 7 = 17 left, less than 21.
//
// Size decides where g0 of 1 MiB is asked at 0 and 10, g1 of 2 MiB at 2 and 8, and g2 of 1 MiB
// at 4: then g0, used later, weighs (10 − 4) · 1 = 6 and g1 (8 − 4) · 2 = 8, so that g1 leaves.
// Four are cold, and g0 holds (10 − 1) · 1 = 9; the relaxation has the same 29 left, holds
// 9 + (8 − 3) · 2 = 19, and three are cold.
//
// Of one size, in 2 MiB, the later next use leaves: h0, asked at 0 and 10, and not h1, asked at
// 2 and 6, when h2 starts at 4. Four are cold, and h1 holds 6 − 3; of 24 − 5 the relaxation
// holds 9 + 3, and three are cold.
//
// A memory that is just full: i0 of 1 MiB, asked at 0 and 11, holds 10 MiB·ns between, and in 1 MiB
// 12 − 2 are left.
//
// Where two weigh the same the first function's leaves. j1 of 2 MiB is asked at 0 and 8, j2 of 1 MiB at
// 2 and 12, and j0 of 1 MiB at 4: (8 − 4) · 2 = (12 − 4) · 1, so that j1 leaves, and j2 holds 12 − 3;
// of 42 − 7 the relaxation holds 9 + (8 − 1) · 2. l0 at 0 and l1 at 2 of 1 MiB are both used next at
// 8, when l2 starts at 4: l0 leaves, and l1 holds 8 − 3; of 24 − 5 the relaxation holds 5 + 7.
func TestMemoryBoundsByHand(t *testing.T) {
	f := memoryCase{sizes: []int64{2, 1, 1}, window: sim.Window{Horizon: 12}, requests: []sim.Invocation{
		{Arrival: 0, Service: 1}, {Arrival: 2, Service: 1, Function: 1}, {Arrival: 4, Service: 1, Function: 2},
		{Arrival: 6, Service: 1, Function: 1}, {Arrival: 10, Service: 1},
	}}
	g := memoryCase{sizes: []int64{1, 2, 1}, window: f.window, requests: []sim.Invocation{
		{Arrival: 0, Service: 1}, {Arrival: 2, Service: 1, Function: 1}, {Arrival: 4, Service: 1, Function: 2},
		{Arrival: 8, Service: 1, Function: 1}, {Arrival: 10, Service: 1},
	}}
	h := memoryCase{sizes: []int64{1, 1, 1}, window: f.window, requests: f.requests}
	i := memoryCase{sizes: []int64{1}, window: f.window, requests: []sim.Invocation{{Arrival: 0, Service: 1}, {Arrival: 11, Service: 1}}}
	j := memoryCase{sizes: []int64{1, 2, 1}, window: sim.Window{Horizon: 14}, requests: []sim.Invocation{
		{Arrival: 0, Service: 1, Function: 1}, {Arrival: 2, Service: 1, Function: 2}, {Arrival: 4, Service: 1},
		{Arrival: 8, Service: 1, Function: 1}, {Arrival: 12, Service: 1, Function: 2},
	}}
	l := memoryCase{sizes: []int64{1, 1, 1}, window: f.window, requests: []sim.Invocation{
		{Arrival: 0, Service: 1}, {Arrival: 2, Service: 1, Function: 1}, {Arrival: 4, Service: 1, Function: 2},
		{Arrival: 8, Service: 1}, {Arrival: 8, Service: 1, Function: 1},
	}}
	for _, test := range []struct {
		requests          memoryCase
		memory            int64
		belady, relaxed   int
		held, heldRelaxed sim.Time
	}{{f, 3, 4, 3, 3, 21}, {f, 2, 4, 4, 3, 3}, {g, 3, 4, 3, 9, 19}, {h, 2, 4, 3, 3, 12}, {i, 1, 1, 1, 10, 10}, {j, 3, 4, 3, 9, 23}, {l, 2, 4, 3, 5, 12}} {
		c := test.requests
		c.memory = test.memory
		if cold, held, _ := c.run(t, policies.OfflineBelady{Memory: c.size(), Cost: "count"}); cold != test.belady || held != test.held {
			t.Errorf("in %d MiB Belady has %d cold starts and holds %d, want %d and %d", test.memory, cold, held, test.belady, test.held)
		}
		if cold, held, _ := c.run(t, policies.OfflineRelaxed{Memory: c.size()}); cold != test.relaxed || held != test.heldRelaxed {
			t.Errorf("in %d MiB the relaxation has %d cold starts and holds %d, want %d and %d", test.memory, cold, held, test.relaxed, test.heldRelaxed)
		}
	}
}
