package policies

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
)

// lookedThrough makes policies that look at all that they plan for, each time.
type lookedThrough struct {
	sim.KeepAliveFactory
	stoodBy *int // how often something was wanted
}

func (l lookedThrough) New(g sim.Group) sim.KeepAlive {
	switch p := l.KeepAliveFactory.New(g).(type) {
	case *spes:
		return lookingSPES{p, l.stoodBy}
	case *defuse:
		return lookingDefuse{p, l.stoodBy}
	}
	panic("a policy that does not plan")
}

type lookingSPES struct {
	*spes
	stoodBy *int
}

func (l lookingSPES) Next() sim.Time {
	if !l.trained {
		return l.end
	}
	return slices.Min(l.planned.times)
}

func (l lookingSPES) StandBy(_ sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	l.train()
	for i := range l.functions {
		f := &l.functions[i]
		if l.planned.times[i] > now {
			continue
		}
		until := sim.Never
		if f.category != alwaysWarm {
			until = f.through(now, l.minutes(l.Prewarm))
		}
		if until > now {
			*l.stoodBy++
			wanted = append(wanted, sim.Standby{Function: f.id, Instances: 1, Until: until})
		}
		l.plan(i, max(now, until))
	}
	return wanted
}

type lookingDefuse struct {
	*defuse
	stoodBy *int
}

func (l lookingDefuse) Next() sim.Time {
	if !l.trained {
		return l.end
	}
	next := sim.Never
	for _, s := range l.sets {
		next = min(next, s.from, s.again)
	}
	return next
}

func (l lookingDefuse) StandBy(v sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	l.train()
	for _, s := range l.sets {
		if s.again <= now {
			s.lookAgain(l.runs(v, s), now)
		}
		if s.from > now {
			continue
		}
		s.from = sim.Never
		if s.until > now {
			*l.stoodBy++
			wanted = l.standBy(s, wanted)
		}
	}
	return wanted
}

// Whatever comes when, a policy does the same as one that looks at all that it plans for, and
// in the same order: every outcome and every life is the same.
func TestPlanningIsALookAtAll(t *testing.T) {
	for _, policy := range []string{
		`{ name = "spes", train = "40m", validate = "20m" }`,
		`{ name = "defuse", train = "40m" }`,
		`{ name = "defuse", train = "40m", sets = "app", range = "20m" }`,
		`{ name = "defuse", train = "40m", sets = "function" }`,
	} {
		t.Run(policy, func(t *testing.T) {
			p, err := KeepAlive(table(t, policy))
			if err != nil {
				t.Fatal(err)
			}
			stoodBy := 0
			rapid.Check(t, func(rt *rapid.T) {
				load := newLoad(periodic(rt)...)
				of := func(p sim.KeepAliveFactory) *tape {
					return run(t, sim.Config{Workload: load, Platforms: []sim.Platform{{KeepAlive: p, Concurrency: 1}}, Window: sim.Window{Horizon: 2 * sim.Hour}})
				}
				if diff := cmp.Diff(of(lookedThrough{p, &stoodBy}), of(p)); diff != "" {
					rt.Errorf("(-look at all +timetable):\n%s", diff)
				}
			})
			if stoodBy == 0 {
				t.Error("nothing was ever wanted")
			}
		})
	}
}

// periodic draws up to eight functions, each invoked at distances of a few minutes that take
// turns, or as the one before it, some of them in the same seconds. Arrivals are in seconds.
func periodic(t *rapid.T) [][]float64 {
	arrivals := make([][]float64, rapid.IntRange(1, 8).Draw(t, "functions"))
	first, distances := 0, []int{20}
	for f := range arrivals {
		if !rapid.Bool().Draw(t, "as the one before") {
			first = rapid.IntRange(0, 20).Draw(t, "first")
			distances = rapid.SliceOfN(rapid.IntRange(1, 25), 1, 3).Draw(t, "distances")
		}
		late := rapid.SampledFrom([]float64{0, 0, 1, 30}).Draw(t, "late")
		for k, at := 0, first; at < 120; k++ {
			arrivals[f] = append(arrivals[f], float64(at)*60+late)
			at += distances[k%len(distances)]
		}
	}
	return arrivals
}

// BenchmarkPlanning is the time of a request where one policy plans for 10,000 functions,
// each of which is invoked every 10 minutes for 2 h, 30 minutes of them training.
func BenchmarkPlanning(b *testing.B) {
	const functions, rounds = 10_000, 12
	arrivals := make([][]float64, functions)
	for f := range arrivals {
		for k := range rounds {
			arrivals[f] = append(arrivals[f], float64(k)*600+float64(f)*600/functions)
		}
	}
	for _, policy := range []string{
		`{ name = "spes", train = "30m", validate = "10m" }`,
		`{ name = "defuse", train = "30m", sets = "function" }`,
	} {
		p, err := KeepAlive(table(b, policy))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(p.(about).About().Name, func(b *testing.B) {
			load := newLoad(arrivals...)
			for b.Loop() {
				_, err := sim.Run(context.Background(), sim.Config{Workload: load, Platforms: []sim.Platform{{KeepAlive: p, Scaling: PerRequest{}}}, Window: sim.Window{Horizon: 2 * sim.Hour}, Observers: func() []sim.Observer { return nil }})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/functions/rounds, "ns/request")
		})
	}
}
