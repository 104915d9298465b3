package experiments_test

import (
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// counting is a prewarm policy that notes the pings it asks for.
type counting struct {
	sim.PrewarmFactory
	window sim.Window
	pings  *int // in the window
}

type countingPolicy struct {
	sim.Prewarm
	c counting
}

func (c counting) New(g sim.Group) sim.Prewarm { return countingPolicy{c.PrewarmFactory.New(g), c} }

func (p countingPolicy) Tick(v sim.View, now sim.Time) sim.Action {
	a := p.Prewarm.Tick(v, now)
	if p.c.window.Contains(now) {
		*p.c.pings += a.Pings
	}
	return a
}

// Conservation, over the measured cohort and the window: each invocation has
// one outcome; arrivals = completed + failed + rejected + timed out + in flight;
// pings are counted apart; instance time = initialising + idle + busy. And the
// results package says the same as the records of the kernel.
func TestInvariantConservation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, func(f *sim.Function) { f.Timeout = short(t, "own timeout", 8) })
		pings := 0
		c := sim.Config{Workload: w, Platforms: []sim.Platform{drawPlatform(t)}, Window: sim.Window{Warmup: short(t, "warmup", 30), Horizon: 31 + short(t, "horizon", 150)}, Key: sim.RunKey{Seed: 3}}
		if c.Platforms[0].Prewarm != nil {
			c.Platforms[0].Prewarm = counting{c.Platforms[0].Prewarm, c.Window, &pings}
		}
		// An account limit that binds runs the workload twice, and asks twice.
		c.Platforms[0].Limit.Account = 0
		run, rep, sum := play(t, c)

		arrived, cohort := 0, 0
		for _, invs := range w.Invocations {
			for _, inv := range invs {
				if inv.Arrival < c.Window.Horizon {
					arrived++
				}
				if c.Window.Contains(inv.Arrival) {
					cohort++
				}
			}
		}
		if int(sum.Arrivals) != arrived {
			t.Fatalf("the run counts %d arrivals, the workload has %d before the horizon", sum.Arrivals, arrived)
		}

		var ended [5]int
		outcomes, pinged := 0, 0
		var served sim.Time
		seen := map[[3]uint32]bool{}
		for _, o := range run.Requests {
			key := [3]uint32{o.Function, o.Ordinal, uint32(o.Flags & sim.Ping)}
			if seen[key] {
				t.Fatalf("a second outcome of %+v", o)
			}
			seen[key] = true
			if o.Arrival > o.Start || o.Start > o.End || o.Init < 0 || o.Started && o.Init > o.Start-o.Arrival {
				t.Fatalf("%+v is out of order", o)
			}
			if o.Started {
				served += c.Window.Clip(o.Start, o.End)
			}
			switch {
			case o.Flags&sim.Ping != 0:
				if c.Window.Contains(o.Arrival) {
					pinged++
				}
				continue
			case c.Window.Contains(o.Arrival):
				ended[o.Status]++
			}
			outcomes++
		}
		if outcomes != arrived {
			t.Fatalf("%d outcomes of %d arrivals", outcomes, arrived)
		}
		if total := ended[0] + ended[1] + ended[2] + ended[3] + ended[4]; total != cohort || int(rep.Arrivals()) != cohort {
			t.Fatalf("%d in the cohort, but %v ended, and the results count %v", cohort, ended, rep.Ended)
		}
		for s, n := range ended {
			if int(rep.Ended[s]) != n {
				t.Fatalf("ended %v, and the results count %v", ended, rep.Ended)
			}
		}
		if pinged != pings || int(rep.Pings) != pings {
			t.Fatalf("%d pings were asked for, %d happened, and the results count %d", pings, pinged, rep.Pings)
		}

		var total, initialising, idle, active, activeInit sim.Time
		for _, l := range run.Lives {
			if l.Created > l.Ready || l.Created > l.Stopped {
				t.Fatalf("%+v is out of order", l)
			}
			total += c.Window.Clip(l.Created, l.Stopped)
			initialising += c.Window.Clip(l.Created, min(l.Ready, l.Stopped))
			idle += l.Idle
		}
		for _, a := range run.Activities {
			active += c.Window.Clip(a.From, a.To)
			activeInit += c.Window.Clip(a.From, a.From+a.Init)
		}
		if total != idle+active || activeInit != initialising {
			t.Fatalf("instances %d = idle %d + active %d, initialising %d by lives and %d by stretches", total, idle, active, initialising, activeInit)
		}
		if c.Platforms[0].Concurrency == 1 && total != initialising+idle+served {
			t.Fatalf("instances %d = initialising %d + idle %d + served %d", total, initialising, idle, served)
		}
		i := &rep.Instances
		if !equal(i.Total, total) || !equal(i.Idle, idle) || !equal(i.Initialising, initialising) {
			t.Fatalf("instances %d, idle %d, initialising %d; the results have %+v", total, idle, initialising, i)
		}
		if s := &rep.Series; add(s.Instances) != total || add(s.Initialising) != initialising || add(s.Busy) != active-initialising {
			t.Fatalf("instances %d, initialising %d, busy %d; the time series has %d, %d, %d",
				total, initialising, active-initialising, add(s.Instances), add(s.Initialising), add(s.Busy))
		}
	})
}

func equal(w sim.Wide, n sim.Time) bool { return w.Big().Cmp(big.NewInt(n)) == 0 }

func add(x []int64) (sum int64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// Conservation, Little's law: ∫ N dt over the window is the sum of the sojourn
// times, cut to it, exactly. Where each request is bound to an instance, N is
// the number of instances that are not idle: the two sides come from different
// records.
func TestInvariantConservationLittle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawLoad(t, func(f *sim.Function) {
			if rapid.Bool().Draw(t, "cold") {
				f.Cold = sim.Constant(short(t, "cold service", 9))
			}
		})
		p := sim.Platform{
			Unit:  rapid.SampledFrom([]sim.Unit{sim.PerFunction, sim.PerApp}).Draw(t, "unit"),
			Reuse: rapid.SampledFrom([]sim.Reuse{sim.MostRecent, sim.Newest, sim.Oldest, sim.LeastRecent}).Draw(t, "reuse"),
			Init:  drawInit(t), KeepAlive: drawDemandOnly(t),
		}
		c := sim.Config{Workload: w, Platforms: []sim.Platform{p}, Window: sim.Window{Warmup: short(t, "warmup", 30), Horizon: 31 + short(t, "horizon", 150)}}
		run, _, _ := play(t, c)
		var present, sojourn sim.Time
		for _, l := range run.Lives {
			present += c.Window.Clip(l.Created, l.Stopped) - l.Idle
		}
		for _, o := range run.Requests {
			sojourn += c.Window.Clip(o.Arrival, o.End)
		}
		if present != sojourn {
			t.Fatalf("∫ N dt = %d, the sojourn times sum to %d", present, sojourn)
		}
		if n := integral(run.Requests, c.Window); n != sojourn {
			t.Fatalf("∫ N dt = %d by walking through the events, the sojourn times sum to %d", n, sojourn)
		}
	})
}

// integral walks through arrivals and ends in time order and adds N × dt.
func integral(outcomes []sim.Outcome, w sim.Window) (sum sim.Time) {
	type step struct {
		at sim.Time
		n  int64
	}
	steps := []step{{w.Warmup, 0}, {w.Horizon, 0}}
	for _, o := range outcomes {
		steps = append(steps, step{o.Arrival, 1}, step{o.End, -1})
	}
	slices.SortFunc(steps, func(a, b step) int { return int(a.at - b.at) })
	var n, last int64
	for _, s := range steps {
		if s.at > w.Warmup && s.at <= w.Horizon {
			sum += n * (s.at - max(last, w.Warmup))
		}
		n, last = n+s.n, s.at
	}
	return sum
}
