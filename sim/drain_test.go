package sim

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// draining is scripted, and lets go whom it does not want.
type draining struct{ scripted }

func (d draining) New(Group) Scaling { return &drains{scripting{scripted: d.scripted}} }

type drains struct{ scripting }

func (d *drains) New(Group) Scaling { panic("it is made already") }

func (d *drains) Tick(v View, now Time) Scale {
	a := d.scripting.Tick(v, now)
	a.Drain = true
	return a
}

// stay is a life, shortly.
type stay struct {
	Created, Ready, Stopped Time
	Served                  uint32
	Flags                   Flags
}

func staysOf(t *testing.T, p Platform, requests ...[2]Time) []stay {
	t.Helper()
	var calls []Invocation
	for _, r := range requests {
		calls = append(calls, Invocation{Arrival: r[0], Service: r[1]})
	}
	p.Dispatch, p.KeepAlive = QueueDispatch, window(100_000)
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{calls}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	var stays []stay
	for _, l := range got.lives {
		sum := l.Created
		for _, d := range l.Phases {
			sum += d
		}
		if sum != l.Ready {
			t.Errorf("the phases of %+v end at %d", l, sum)
		}
		stays = append(stays, stay{l.Created, l.Ready, l.Stopped, l.Served, l.Flags})
	}
	slices.SortFunc(stays, func(a, b stay) int { return int(a.Created-b.Created)*100_000 + int(a.Stopped-b.Stopped) })
	return stays
}

// The first request, at 1, starts A, the tick of that time B and C, all ready at 31: A
// serves it from then to 281, another serves the next from 51 to 151. At 101 one is
// wanted: that one drains, and stops at 151, and of A and the idle one the idle one
// stops. Though a request comes at 121, it waits for D, started then and ready at 151.
// The tick at 201 finds A and D, and D is the newest.
func TestDrains(t *testing.T) {
	p := Platform{Concurrency: 1, Init: Init{{Phase: PhaseSandbox, Duration: Constant(30)}}, Scaling: draining{scripted{100, []int{3, 1}}}}
	want := []stay{
		{1, 31, 101, 0, Prewarmed},
		{1, 31, 151, 1, Prewarmed | Draining},
		{1, 31, 10_000, 1, Live},
		{121, 151, 201, 1, 0},
	}
	for name, p := range map[string]Platform{"most recent": p, "least loaded": least(p), "routed": routed(p)} {
		got := staysOf(t, p, [2]Time{1, 250}, [2]Time{51, 100}, [2]Time{121, 10})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (−want +got):\n%s", name, diff)
		}
	}
}

func least(p Platform) Platform { p.Reuse = LeastLoaded; return p }

func routed(p Platform) Platform { p.Routing = lastOf{}; return p }

// All three initialise from 1 to 151, for the request, when one is wanted at 101: the two
// newest stop there, having been in their first phase for 70 and in their second for 30.
func TestDrainsWhatInitialises(t *testing.T) {
	p := Platform{Concurrency: 1, Init: Init{{Phase: PhaseSandbox, Duration: Constant(70)}, {Phase: PhaseWeights, Duration: Constant(80)}}, Scaling: draining{scripted{100, []int{3, 1}}}}
	want := []stay{{1, 101, 101, 0, Prewarmed}, {1, 101, 101, 0, Prewarmed}, {1, 151, 10_000, 1, Live}}
	if diff := cmp.Diff(want, staysOf(t, p, [2]Time{1, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// The floor stays: of three, one of it, the two others go, though none is wanted.
func TestDrainsNotTheFloor(t *testing.T) {
	p := Platform{Concurrency: 1, Scaling: draining{scripted{100, []int{3, 0}}}, Prewarm: ticking{every: 100_000, floor: []int{1}, unit: 1}}
	want := []stay{{0, 0, 10_000, 1, Live | Provisioned}, {1, 1, 101, 0, Prewarmed}, {1, 1, 101, 0, Prewarmed}}
	if diff := cmp.Diff(want, staysOf(t, p, [2]Time{1, 10})); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// The second request goes to B, which drains from 101 to 151 with a free slot: the
// third goes to A, which has one request as well.
func TestDrainingHasNoFreeSlot(t *testing.T) {
	p := Platform{Concurrency: 2, Init: Init{{Phase: PhaseSandbox, Duration: Constant(30)}}, Scaling: draining{scripted{100, []int{2, 1}}}}
	want := []stay{{1, 31, 151, 1, Prewarmed | Draining}, {1, 31, 10_000, 2, Live}}
	for name, p := range map[string]Platform{"least loaded": least(p), "routed": routed(p)} {
		got := staysOf(t, p, [2]Time{1, 250}, [2]Time{51, 100}, [2]Time{121, 10})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (−want +got):\n%s", name, diff)
		}
	}
}
