package sim

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// starts runs functions, each of requests [arrival, service], on a platform that holds
// idle instances for 100, and returns of each request function, arrival and start; a
// rejected one starts at −1.
func starts(t *testing.T, p Platform, functions ...[][2]Time) [][3]Time {
	t.Helper()
	l := &list{}
	for f, requests := range functions {
		var calls []Invocation
		for _, r := range requests {
			calls = append(calls, Invocation{Arrival: r[0], Service: r[1], Function: uint32(f)})
		}
		l.functions = append(l.functions, Function{Name: string(rune('a' + f))})
		l.invocations = append(l.invocations, calls)
	}
	p.Concurrency, p.Scaling = 1, perRequest{}
	if p.KeepAlive == nil {
		p.KeepAlive = window(100)
	}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	var all [][3]Time
	for _, o := range got.outcomes {
		if !o.Started {
			o.Start = -1
		}
		all = append(all, [3]Time{Time(o.Function), o.Arrival, o.Start})
	}
	slices.SortFunc(all, func(a, b [3]Time) int { return int(a[1] - b[1]) })
	return all
}

// One instance for all. That of a has served from 0 to 10 and stays until 110, so that
// one for c, who waits from 15 on, starts at 111; it serves to 114 and stays until 214;
// and b, who waits from 20 on, is served at 215, as is its next, a request later.
func TestFleet(t *testing.T) {
	a, b, c := [][2]Time{{0, 10}}, [][2]Time{{20, 5}, {30, 5}}, [][2]Time{{15, 3}}
	want := [][3]Time{{0, 0, 0}, {2, 15, 111}, {1, 20, 215}, {1, 30, 220}}
	for _, dispatch := range []Dispatch{BoundDispatch, QueueDispatch} {
		p := Platform{Dispatch: dispatch, Limit: Limit{Fleet: 1, Over: QueueOver}}
		if diff := cmp.Diff(want, starts(t, p, a, b, c)); diff != "" {
			t.Errorf("%s (−want +got):\n%s", dispatch, diff)
		}
	}
	// Two: c has its own at 15; b has to wait until that of a is gone.
	p := Platform{Dispatch: QueueDispatch, Limit: Limit{Fleet: 2, Over: QueueOver}}
	want = [][3]Time{{0, 0, 0}, {2, 15, 15}, {1, 20, 111}, {1, 30, 116}}
	if diff := cmp.Diff(want, starts(t, p, a, b, c)); diff != "" {
		t.Errorf("two (−want +got):\n%s", diff)
	}
	// Where nobody may wait, who finds none is rejected, and at 111 there is one.
	p = Platform{Limit: Limit{Fleet: 1, Over: RejectOver}}
	want = [][3]Time{{0, 0, 0}, {1, 20, -1}, {1, 110, -1}, {1, 111, 111}}
	if diff := cmp.Diff(want, starts(t, p, a, [][2]Time{{20, 5}, {110, 5}, {111, 5}})); diff != "" {
		t.Errorf("rejected (−want +got):\n%s", diff)
	}
	// An instance that is used again stays longer, and b waits with it.
	p = Platform{Limit: Limit{Fleet: 1, Over: QueueOver}}
	want = [][3]Time{{0, 0, 0}, {1, 20, 171}, {0, 50, 50}}
	if diff := cmp.Diff(want, starts(t, p, [][2]Time{{0, 10}, {50, 20}}, [][2]Time{{20, 5}})); diff != "" {
		t.Errorf("used again (−want +got):\n%s", diff)
	}
	// b comes while the only one is busy: nobody knows yet when it will be gone.
	want = [][3]Time{{0, 0, 0}, {1, 5, 111}}
	if diff := cmp.Diff(want, starts(t, p, a, [][2]Time{{5, 5}})); diff != "" {
		t.Errorf("busy (−want +got):\n%s", diff)
	}
	// Without keep-alive b has it as soon as a has ended.
	p.KeepAlive, want = window(-1), [][3]Time{{0, 0, 0}, {1, 5, 10}}
	if diff := cmp.Diff(want, starts(t, p, a, [][2]Time{{5, 5}})); diff != "" {
		t.Errorf("at once (−want +got):\n%s", diff)
	}
}

// asking counts how often it is asked to start.
type asking struct {
	perRequest
	asked *int
}

func (a asking) New(Group) Scaling { return a }

func (a asking) Start(v View, now Time) int {
	*a.asked++
	return a.perRequest.Start(v, now)
}

// However many wait for a full fleet, they try again when there may be room, once each,
// and are not called by each other: 60 functions and 3 instances, each of which serves
// its function and stays for 10.
func TestFleetIsNotStormed(t *testing.T) {
	asked := 0
	l := &list{}
	for f := range uint32(60) {
		var calls []Invocation
		for i := range Time(20) {
			calls = append(calls, Invocation{Arrival: i*1000 + Time(f), Service: 5, Function: f})
		}
		l.functions, l.invocations = append(l.functions, Function{Name: string(rune('A' + f))}), append(l.invocations, calls)
	}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 30_000}, Platforms: []Platform{{
		Concurrency: 1, Dispatch: QueueDispatch, KeepAlive: window(10), Scaling: asking{asked: &asked}, Limit: Limit{Fleet: 3, Over: QueueOver}}}})
	if n := len(got.outcomes); n != 1200 {
		t.Errorf("%d requests ended", n)
	}
	if asked > 1200*2*60 { // at each idle instance and each stop, all that wait
		t.Errorf("asked %d times for 1200 requests", asked)
	}
	t.Logf("asked %d times", asked)
}

// The autoscaler holds one until its next look at 100, and a prewarm policy ticks then,
// before it: the instance stays, and serves at 150.
func TestHeldThroughATick(t *testing.T) {
	p := Platform{Concurrency: 1, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}, KeepAlive: window(5), Dispatch: QueueDispatch,
		Scaling: holding{scripted{100, []int{1}}}, Prewarm: ticking{every: 100, floor: []int{0}, unit: 1}}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 100, Service: 10}, {Arrival: 250, Service: 10}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}})
	if o := got.outcomes[1]; o.Start != 250 || o.Flags&Cold != 0 {
		t.Errorf("the second request began at %d: %+v", o.Start, o)
	}
}

// holding is scripted, and holds whom it wants.
type holding struct{ scripted }

func (h holding) New(Group) Scaling { return &holds{scripting{scripted: h.scripted}} }

type holds struct{ scripting }

func (h *holds) New(Group) Scaling { panic("it is made already") }

func (h *holds) Tick(v View, now Time) Scale {
	a := h.scripting.Tick(v, now)
	a.Hold, a.Next = true, (now/100+1)*100
	return a
}

// Whom an autoscaler holds, its age ends all the same: of 150, it serves nobody at 300.
func TestHeldNoLongerThanItsAge(t *testing.T) {
	p := Platform{Concurrency: 1, KeepAlive: window(5), Dispatch: QueueDispatch, MaxLifetime: 150, Scaling: holding{scripted{100, []int{1, 1, 0}}}}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 1, Service: 10}, {Arrival: 300, Service: 10}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}})
	if first := got.lives[0]; first.Stopped != 151 || first.Served != 1 {
		t.Errorf("the first instance: %+v", first)
	}
}

// The floor of one is created after the instance that the first request needs, which is
// too many: both it and the floor are seen while they have room, the floor alone else.
func TestRoutedToTheFloor(t *testing.T) {
	var notes [][]int
	p := Platform{Concurrency: 2, Scaling: scripted{100, []int{1, 1}}, Routing: witness{&notes}, Prewarm: ticking{every: 50, floor: []int{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, unit: 1}}
	staysOf(t, p, [2]Time{1, 1000}, [2]Time{60, 5}, [2]Time{130, 5})
	want := [][]int{{60, 0, 1, 1, 0}, {130, 0, 1, 1, 0}}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}
