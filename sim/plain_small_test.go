package sim

import (
	"context"
	"strings"
	"testing"
)

// A long run of warm requests, told to an observer that wants outcomes: each of
// them once, in their order.
func TestWarmRunsAreUnrolled(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{nil}}
	for k := range Time(1500) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: 10 * k, Service: k % 7})
	}
	got := &tape{}
	if _, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{{KeepAlive: fixed{window(Never)}}}, Window: Window{Horizon: 20_000},
		Observers: func() []Observer { return []Observer{onlyRequests{got}} }}); err != nil {
		t.Fatal(err)
	}
	if len(got.outcomes) != 1500 {
		t.Fatalf("%d requests told, want 1,500", len(got.outcomes))
	}
	got.sort()
	for k, o := range got.outcomes {
		if o.Ordinal != uint32(k) || o.Arrival != Time(10*k) || o.End != o.Arrival+Time(k%7) {
			t.Fatalf("request %d is %+v", k, o)
		}
	}
}

// Time that goes backwards among warm requests is an error on the plain path, too.
func TestPlainPathRefuses(t *testing.T) {
	for want, late := range map[string]Invocation{
		"arrives at 150 ns, after one at 200 ns was read":     {Arrival: 150},
		"has a service time of -1 ns, want 0 to":              {Arrival: 300, Service: -1},
		"has a service time of 315619200000000001 ns, want 0": {Arrival: 300, Service: Longest + 1},
	} {
		l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0}, {Arrival: 100}, {Arrival: 200}, late}}}
		_, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{{KeepAlive: fixed{window(Never)}}}, Window: Window{Horizon: 1000},
			Observers: func() []Observer { return nil }})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Services at the bound are counted alike on both paths: cold or warm, cut by a
// timeout or not; one of a nanosecond less is not.
func TestClampedIsCountedOnBothPaths(t *testing.T) {
	for _, timeout := range []Time{0, 5} {
		l := &list{functions: []Function{{Name: "f", Timeout: timeout}}, invocations: [][]Invocation{{
			{Arrival: 0, Service: 1}, {Arrival: 10, Service: Longest}, {Arrival: 20, Service: Longest - 1}, {Arrival: 30, Service: Longest}, {Arrival: 50, Service: 2},
		}}}
		for _, general := range []bool{false, true} {
			_, sum := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: fixed{window(100)}}}, Window: Window{Horizon: 1000}, general: general})
			if sum.Clamped != 2 {
				t.Errorf("timeout %d, general %v: %d services at the bound, want 2", timeout, general, sum.Clamped)
			}
		}
	}
}

// seen notes what a policy sees each time that it is asked.
type seen struct {
	window
	idle, busy, inFlight *[]int
}

func (s seen) New(Group) KeepAlive { return s }
func (s seen) Idle(v View, in Instance, now Time) Decision {
	*s.idle = append(*s.idle, v.Idle())
	*s.busy = append(*s.busy, v.Busy())
	*s.inFlight = append(*s.inFlight, v.InFlight())
	return s.window.Idle(v, in, now)
}

// A policy sees what there is when it is asked, and nothing that has gone: three
// requests of 1, 2 and 9 ns at a time, and a window of 5.
func TestWhatPoliciesSee(t *testing.T) {
	for _, general := range []bool{false, true} {
		var s seen
		s.window = 5
		s.idle, s.busy, s.inFlight = new([]int), new([]int), new([]int)
		l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Service: 1}, {Service: 2}, {Service: 9}}}}
		replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: s}}, Window: Window{Horizon: 100}, general: general})
		for k, want := range [][3]int{{0, 2, 2}, {1, 1, 1}, {0, 0, 0}} { // at 9 those of 1 and 2 have gone
			if got := [3]int{(*s.idle)[k], (*s.busy)[k], (*s.inFlight)[k]}; got != want {
				t.Errorf("general %v: when the %d. is idle, %v are idle, busy and in flight, want %v", general, k+1, got, want)
			}
		}
	}
}

// firstOnly plans a start after the first request only.
type firstOnly struct{ window }

func (f firstOnly) New(Group) KeepAlive { return f }
func (f firstOnly) Idle(_ View, in Instance, now Time) Decision {
	if in.Served() == 1 {
		return Decision{Until: now + 3, PrewarmFrom: now + 20, PrewarmUntil: now + 30}
	}
	return Decision{Until: now + 3}
}

// The newest decision replaces the plan of the one before it.
func TestPlansAreReplaced(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Service: 1}, {Arrival: 3, Service: 1}}}}
	got, _ := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: firstOnly{}}}, Window: Window{Horizon: 100}})
	if len(got.lives) != 1 || got.lives[0].Served != 2 || got.lives[0].Stopped != 7 {
		t.Errorf("instances %+v, want one until 7", got.lives)
	}
}
