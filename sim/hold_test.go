package sim

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is an autoscaler that answers what stands in a list, one after the other, and
// notes what it sees; Next is the time until it is asked again.
type told struct {
	answers []Scale
	saw     *[][4]Time // now, present, arrived, arrival of the last that waits (−1: nobody does)
}

func (p told) New(Group) Scaling { return &answering{told: p} }

type answering struct {
	told
	asked int
}

func (*answering) New(Group) Scaling { panic("it is made already") }

func (*answering) Start(View, Time) int { return 0 }

func (p *answering) Tick(v View, now Time) Scale {
	if p.saw != nil {
		last := Time(-1)
		if n := v.Waiting(); n > 0 {
			last = v.Since(n - 1)
		}
		*p.saw = append(*p.saw, [4]Time{now, Time(v.Present()), Time(v.Arrived()), last})
	}
	a := p.answers[min(p.asked, len(p.answers)-1)]
	p.asked++
	if a.Next != Never {
		a.Next += now
	}
	return a
}

func toldStays(t *testing.T, keep KeepAliveFactory, answers []Scale, requests ...[2]Time) []stay {
	t.Helper()
	var calls []Invocation
	for _, r := range requests {
		calls = append(calls, Invocation{Arrival: r[0], Service: r[1]})
	}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{calls}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{{
		Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, KeepAlive: keep, Scaling: told{answers: answers}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(30)}},
	}}})
	var stays []stay
	for _, l := range got.lives {
		stays = append(stays, stay{l.Created, l.Ready, l.Stopped, l.Served, l.Flags})
	}
	slices.SortFunc(stays, func(a, b stay) int { return int(a.Created-b.Created)*100_000 + int(a.Stopped-b.Stopped) })
	return stays
}

// Asked at 0, 100, 200 and 300 it wants two, one, one and none, and holds them but for
// the last. A, of time 0 for
// the request of that time, is ready at 30 as any other, serves until 40, and is idle
// longer than its keep-alive of 20 says: until 300, when nobody holds it. B is held
// until 100, and stops then, since it was ready at 30 and its keep-alive is over.
func TestHoldsWhatIsWanted(t *testing.T) {
	answers := []Scale{{Wanted: 2, Hold: true, Next: 100}, {Wanted: 1, Hold: true, Next: 100}, {Wanted: 1, Hold: true, Next: 100}, {Wanted: 0, Next: Never}}
	want := []stay{{0, 30, 100, 0, Prewarmed}, {0, 30, 300, 1, Prewarmed}}
	if diff := cmp.Diff(want, toldStays(t, window(20), answers, [2]Time{0, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// Both are ready at 30, which is before the look of that time. B, whom no request waited for, has been
// held until then and is idle: it is held on, until 130, as is A, which serves until 40.
func TestHoldsWhoIsReadyAtTheLook(t *testing.T) {
	answers := []Scale{{Wanted: 2, Hold: true, Next: 30}, {Wanted: 2, Hold: true, Next: 100}, {Wanted: 0, Next: Never}}
	want := []stay{{0, 30, 130, 0, Prewarmed}, {0, 30, 130, 1, Prewarmed}}
	if diff := cmp.Diff(want, toldStays(t, window(20), answers, [2]Time{0, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// One that is used while it is held, from 250 to 260, keeps what its keep-alive says
// beyond the hold: until 280 + 40.
func TestHoldShortensNothing(t *testing.T) {
	answers := []Scale{{Wanted: 1, Hold: true, Next: 270}, {Wanted: 0, Next: Never}}
	want := []stay{{0, 30, 300, 2, Prewarmed}}
	if diff := cmp.Diff(want, toldStays(t, window(40), answers, [2]Time{0, 10}, [2]Time{250, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// Whoever keeps nothing idle is held as well.
func TestHoldsAgainstNoKeepAlive(t *testing.T) {
	answers := []Scale{{Wanted: 1, Hold: true, Next: 100}, {Wanted: 0, Next: Never}}
	want := []stay{{0, 30, 100, 2, Prewarmed}}
	if diff := cmp.Diff(want, toldStays(t, stopping{}, answers, [2]Time{0, 10}, [2]Time{60, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// AsKeepAlive is the keep-alive's window from when it is ready; another one is a
// time, 0 too: one that is ready later goes then.
func TestStartsStayAsTheirKeepAliveSays(t *testing.T) {
	for until, stopped := range map[Time]Time{AsKeepAlive: 50, 45: 45, 15: 30, 0: 30} {
		answers := []Scale{{Wanted: 2, Until: until, Next: Never}}
		want := []stay{{0, 30, stopped, 0, Prewarmed}, {0, 30, 60, 1, Prewarmed}}
		if diff := cmp.Diff(want, toldStays(t, window(20), answers, [2]Time{0, 10})); diff != "" {
			t.Errorf("until %d (−want +got):\n%s", until, diff)
		}
	}
}

// Nothing is started before 20, when three have arrived, the last at 12. At 60 the first
// two have ended (from 50, one after the other), and the third is served.
func TestAutoscalersSeeTheLine(t *testing.T) {
	var saw [][4]Time
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 4}, {Arrival: 5, Service: 5}, {Arrival: 12, Service: 9}}}}
	replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{{
		Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, KeepAlive: window(20), Init: Init{{Phase: PhaseSandbox, Duration: Constant(30)}},
		Scaling: told{[]Scale{{Next: 20}, {Wanted: 1, Next: 40}, {Next: Never}}, &saw},
	}}})
	want := [][4]Time{{0, 1, 1, 0}, {20, 3, 3, 12}, {60, 1, 3, -1}}
	if !slices.Equal(saw, want) {
		t.Errorf("it saw %v, want %v", saw, want)
	}
}

// One that is held until the horizon lives on, as any other.
func TestHoldsBeyondTheHorizon(t *testing.T) {
	for _, next := range []Time{10_000, 10_001, Never} {
		want := []stay{{0, 30, 10_000, 1, Prewarmed | Live}}
		if diff := cmp.Diff(want, toldStays(t, window(20), []Scale{{Wanted: 1, Hold: true, Next: next}}, [2]Time{0, 10})); diff != "" {
			t.Errorf("until %d (−want +got):\n%s", next, diff)
		}
	}
}
