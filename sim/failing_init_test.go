package sim

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Initialisations that fail, of 2 s, by hand: which do is what their own streams say, here
// for requests at 0, 10, 20 … s, of 1 s each, which nobody keeps an instance for.
//
// Bound to its instance, a request whose initialisation fails has failed when that ends, 2 s
// after it came, and its service never began: 0 s. Its instance is there for 2 s, of which
// none is idle, and stops for that cause. Where requests wait for whichever instance is free
// first, another is started when it has stopped: a request with k failed ones waits for
// 2 × (k + 1) s, and is served.
func TestInitFails(t *testing.T) {
	f := Function{Name: "f", InitError: 0.5}
	l := &list{functions: []Function{f}, invocations: [][]Invocation{evenly(0, 0, 100*Second, Second, 200)}}
	fails := func(request, start int) bool {
		return NewStream(RunKey{}, PurposePhase+14, f.Key()).Start(uint64(start)).Uniform(uint64(request)) < 0.5
	}
	for _, dispatch := range []Dispatch{BoundDispatch, QueueDispatch} {
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 30_000 * Second}, Platforms: []Platform{{KeepAlive: window(0), Dispatch: dispatch, Scaling: perRequest{},
			Init: Init{{Phase: PhaseRuntime, Duration: Constant(2 * Second)}}}}})
		lost, again := 0, 0
		for i, o := range got.outcomes {
			at, k := Time(i)*100*Second, 0
			for fails(i, k) && (k == 0 || dispatch == QueueDispatch) {
				k++
			}
			if dispatch == BoundDispatch && k > 0 {
				lost++
				if o.Status != Failed || o.Start != at+2*Second || o.End != o.Start || o.Init != 2*Second || o.Flags&Cold == 0 {
					t.Errorf("found %+v, want it to have failed 2 s after %d ns", o, at)
				}
				continue
			}
			again += k
			if want := at + 2*Second*Time(k+1); o.Status != Completed || o.Start != want || o.End != want+Second {
				t.Errorf("dispatch %v: found %+v, want it to be served from %d ns on", dispatch, o, want)
			}
		}
		broken := 0
		for _, life := range got.lives {
			if life.Cause == InitFailed {
				broken++
				if life.Idle != 0 || life.Stopped-life.Created != 2*Second {
					t.Errorf("found %+v, want an instance that stops after 2 s", life)
				}
			}
		}
		if broken != lost+again {
			t.Errorf("dispatch %v: %d instances stopped since their initialisation failed, want %d", dispatch, broken, lost+again)
		}
		// of 200, binomial with 1/2: 100 ± 5 standard deviations; failed ones before a good
		// one are geometric, 200 ± 5 × √400
		if n := float64(lost); dispatch == BoundDispatch && math.Abs(n-100) > 5*math.Sqrt(50) {
			t.Errorf("%v of 200 failed, want some 100", n)
		}
		if n := float64(again); dispatch == QueueDispatch && math.Abs(n-200) > 5*math.Sqrt(400) {
			t.Errorf("%v more were started, want some 200", n)
		}
	}
}

// Initialisations that fail, on whatever platform: against the twin.
func TestInitFailuresEqualTwin(t *testing.T) {
	broken, served, nodes := 0, 0, 0
	oftener(t, 5, func() bool { return broken*served*nodes > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l, p := t.load(), t.platform()
		for f := range l.functions {
			l.functions[f].InitError = float64(t.int("init tenths", 0, 8)) / 10
		}
		if p.Server != nil {
			p.Server = nil
		}
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		for _, life := range got.lives {
			if life.Cause == InitFailed {
				broken++
				if p.Cluster != nil {
					nodes++
				}
			} else if life.Served > 0 {
				served++
			}
		}
	})
	t.Logf("%d initialisations failed, %d of them on nodes; %d instances served", broken, nodes, served)
}
