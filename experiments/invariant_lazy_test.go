package experiments_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// together is a keep-alive policy whose functions all run in one shard.
type together struct{ sim.KeepAliveFactory }

func (together) Scope() sim.Scope { return sim.ScopeAccount }

// apart makes a policy of account scope hold no state that functions share:
// each deployment is answered by its own.
type apart struct {
	inner sim.KeepAliveFactory
	group sim.Group
	each  map[uint32]sim.KeepAlive
}

func (p together) New(g sim.Group) sim.KeepAlive {
	return &apart{p.KeepAliveFactory, g, map[uint32]sim.KeepAlive{}}
}

func (p *apart) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	k, ok := p.each[v.Function()]
	if !ok {
		k = p.inner.New(sim.Group{Functions: []uint32{v.Function()}, All: p.group.All, Memory: v.Memory(), Key: p.group.Key})
		p.each[v.Function()] = k
	}
	return k.Idle(v, in, now)
}

// same holds two runs to each other, record by record.
func same(t fataler, what string, a, b *simtest.Tape) {
	t.Helper()
	if d := cmp.Diff(a.Requests, b.Requests); d != "" {
		t.Fatalf("requests, %s:\n%s", what, d)
	}
	if d := cmp.Diff(a.Lives, b.Lives); d != "" {
		t.Fatalf("lives, %s:\n%s", what, d)
	}
	if d := cmp.Diff(a.Activities, b.Activities); d != "" {
		t.Fatalf("activities, %s:\n%s", what, d)
	}
}

// Lazy equals eager: functions in shards of their own are served as all of
// them in one shard, which a policy of account scope asks for.
func TestInvariantLazyEqualsEagerOneShard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := sim.Config{Workload: drawLoad(t, nil), Platforms: []sim.Platform{drawPlatform(t)}, Window: sim.Window{Warmup: short(t, "warmup", 20), Horizon: 21 + short(t, "horizon", 150)}}
		c.Platforms[0].KeepAlive = drawDemandOnly(t)
		c.Platforms[0].Limit.Account = 0
		decoupled, _, _ := play(t, c)
		c.Platforms[0].KeepAlive = together{c.Platforms[0].KeepAlive}
		coupled, _, sum := play(t, c)
		if sum.Shards != 1 {
			t.Fatalf("a policy of account scope ran in %d shards", sum.Shards)
		}
		same(t, "decoupled − coupled +", decoupled, coupled)
	})
}

// Lazy equals eager: an account limit that never binds changes nothing, whether
// the certificate says so or the functions ran coupled. A limit of the highest
// number of requests at a time never binds; the sum of the shards' highest
// in a second is often more, so both happen.
func TestInvariantLazyEqualsEagerLimit(t *testing.T) {
	certified, coupledRuns := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, nil)
		c := sim.Config{Workload: w, Platforms: []sim.Platform{drawPlatform(t)}, Window: sim.Window{Horizon: 1 + short(t, "horizon", 200)}}
		c.Platforms[0].Limit.Account = 0
		// A request that times out while its instance initialises holds that
		// beyond its own end, which highest does not see.
		c.Platforms[0].Timeout = 0
		free, _, _ := play(t, c)
		// One more: a request of no length is there for a moment.
		c.Platforms[0].Limit.Account = highest(free.Requests) + 1 + rapid.IntRange(0, 2).Draw(t, "room")
		limited, _, sum := play(t, c)
		if sum.Coupled {
			coupledRuns++
		} else {
			certified++
		}
		same(t, "without a limit − with one that never binds +", free, limited)
	})
	if !testing.Short() && (certified == 0 || coupledRuns == 0) { // few runs may all be of one kind
		t.Errorf("%d runs were certified and %d coupled, want some of both", certified, coupledRuns)
	}
}

// highest returns the largest number of requests at a time, each from its
// arrival to its end.
func highest(outcomes []sim.Outcome) int {
	most := 0
	for _, o := range outcomes {
		n := 0
		for _, p := range outcomes {
			if p.Arrival <= o.Arrival && o.Arrival < p.End {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// A limit of one less than what a load needs does bind.
func TestLimitBinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, nil)
		c := sim.Config{Workload: w, Platforms: []sim.Platform{unboundedPlatform(drawDemandOnly(t))}, Window: beyond(w)}
		free, _, _ := play(t, c)
		need := highest(free.Requests)
		if need < 2 {
			return
		}
		c.Platforms[0].Limit.Account = need - 1
		limited, _, sum := play(t, c)
		rejected := 0
		for _, o := range limited.Requests {
			if o.Status == sim.Rejected {
				rejected++
			}
		}
		if !sum.Coupled || rejected == 0 {
			t.Fatalf("%d requests are there at a time; under a limit of %d none is rejected (coupled %v)", need, need-1, sum.Coupled)
		}
	})
}
