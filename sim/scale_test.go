package sim

import (
	"slices"
	"testing"
)

// scripted is an autoscaler that wants what stands in a list, one after the
// other, and starts instances as a request needs them.
type scripted struct {
	every  Time
	wanted []int
}

func (s scripted) New(Group) Scaling { return &scripting{scripted: s} }

type scripting struct {
	scripted
	perRequest
	asked int
}

func (*scripting) New(Group) Scaling { panic("it is made already") }

func (s *scripting) Tick(_ View, now Time) Scale {
	a := Scale{Wanted: s.wanted[s.asked], Until: Never, Next: now + s.every}
	s.asked = min(s.asked+1, len(s.wanted)-1)
	return a
}

// spread runs requests, [arrival, service], and returns how many each instance
// served, in the order of creation.
func spread(t *testing.T, p Platform, requests ...[2]Time) []uint32 {
	t.Helper()
	var calls []Invocation
	for _, r := range requests {
		calls = append(calls, Invocation{Arrival: r[0], Service: r[1]})
	}
	p.Dispatch, p.Reuse, p.KeepAlive = QueueDispatch, LeastLoaded, window(100_000)
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{calls}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	slices.SortStableFunc(got.lives, func(a, b Life) int { return int(a.Created - b.Created) })
	var served []uint32
	for _, l := range got.lives {
		served = append(served, l.Served)
	}
	return served
}

// The first request starts A, the tick at 50 B. The next go to who has least: B,
// A, B. From the tick at 100 on B is too many: two more go to A, though it has more.
func TestLeastLoadedAndNotWanted(t *testing.T) {
	p := Platform{Concurrency: 10, Scaling: scripted{50, []int{1, 2, 1}}}
	got := spread(t, p, [2]Time{0, 1000}, [2]Time{60, 1000}, [2]Time{70, 1000}, [2]Time{80, 1000}, [2]Time{110, 1000}, [2]Time{120, 1000})
	if want := []uint32{4, 2}; !slices.Equal(got, want) {
		t.Errorf("the instances served %v requests, want %v", got, want)
	}
}

// A has no slot left when the fourth comes, and B starts. It is as good as A
// until the next tick: when one of A's has ended, A has two and B one, and the
// next goes to B.
func TestStartedForARequestIsWanted(t *testing.T) {
	p := Platform{Concurrency: 3, Scaling: scripted{5000, []int{1, 1}}}
	got := spread(t, p, [2]Time{0, 50}, [2]Time{1, 1000}, [2]Time{2, 1000}, [2]Time{3, 1000}, [2]Time{60, 1000})
	if want := []uint32{3, 2}; !slices.Equal(got, want) {
		t.Errorf("the instances served %v requests, want %v", got, want)
	}
}

// The instance of the floor is wanted even where none is: the last request goes
// to it, with one request, and not to the other, which is idle.
func TestTheFloorIsWanted(t *testing.T) {
	p := Platform{Concurrency: 2, Scaling: scripted{40, []int{0, 0}}, Prewarm: ticking{every: 100_000, floor: []int{1}, unit: 1}}
	got := spread(t, p, [2]Time{1, 50}, [2]Time{2, 1000}, [2]Time{3, 50}, [2]Time{60, 1000})
	if want := []uint32{3, 1}; !slices.Equal(got, want) {
		t.Errorf("the instances served %v requests, want %v", got, want)
	}
}

// One that has no slot left is not asked for more, and one that is too old not
// either: the third starts an instance of its own.
func TestLeastLoadedLeavesTheOld(t *testing.T) {
	p := Platform{Concurrency: 2, MaxLifetime: 10, Scaling: perRequest{}}
	got := spread(t, p, [2]Time{0, 100}, [2]Time{20, 100})
	if want := []uint32{1, 1}; !slices.Equal(got, want) {
		t.Errorf("the instances served %v requests, want %v", got, want)
	}
}

// loaded is an autoscaler that notes what it sees.
type loaded struct{ notes *[][2]Time }

func (l loaded) New(Group) Scaling      { return l }
func (loaded) Start(v View, _ Time) int { return max(0, v.Waiting()-v.Initialising()) }
func (l loaded) Tick(v View, now Time) Scale {
	*l.notes = append(*l.notes, [2]Time{v.Load(now), Time(v.RequestTime(now))})
	return Scale{Wanted: 1, Until: now + 1, Next: now + 10}
}

// half is a server that has been busy for half of its time.
type half struct {
	apartServer
	since Time
}

type halves struct{}

func (halves) New(Group) Server { return &half{apartServer: apartServer{slots: 9}, since: -1} }

func (h *half) Offer(now Time, r ServerRequest) bool {
	if h.since < 0 {
		h.since = now
	}
	return h.apartServer.Offer(now, r)
}

func (h *half) Load(now Time) Time {
	if h.since < 0 {
		return 0
	}
	return (now - h.since) / 2
}

// One request at 0 for 24 ns and one at 5 for 15 are on one instance, which stops
// at 24; its load counts after that, too. One at 28 for 2 ns is on another.
func TestAutoscalersSeeLoad(t *testing.T) {
	var notes [][2]Time
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 24}, {Arrival: 5, Service: 15}, {Arrival: 28, Service: 2}}}}
	replay(t, Config{Workload: l, Window: Window{Horizon: 45}, Platforms: []Platform{{
		Dispatch: QueueDispatch, Reuse: LeastLoaded, Concurrency: 9, KeepAlive: stopping{}, Scaling: loaded{&notes}, Server: halves{}}}})
	want := [][2]Time{
		{0, 0},
		{5, 15},          // at 10: one for 10, one for 5
		{10, 35},         // at 20, when the second ends
		{12 + 1, 39 + 2}, // at 30: the first instance until 24, another from 28
		{13, 41},         // at 40
	}
	if !slices.Equal(notes, want) {
		t.Errorf("it saw\n%v, want\n%v", notes, want)
	}
}

// stopping stops an instance as soon as it is idle.
type stopping struct{}

func (stopping) Scope() Scope                       { return ScopeDeployment }
func (s stopping) New(Group) KeepAlive              { return s }
func (stopping) Idle(View, Instance, Time) Decision { return Decision{Until: StopNow} }

// An autoscaler that says when to be asked next is not asked before, also where
// that is after the horizon: at 0, 10 and 20, and not when requests come at 21, 22
// and 23.
func TestAutoscalersAreAskedWhenTheySaid(t *testing.T) {
	var notes [][2]Time
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0}, {Arrival: 21}, {Arrival: 22}, {Arrival: 23}}}}
	replay(t, Config{Workload: l, Window: Window{Horizon: 25}, Platforms: []Platform{{
		Dispatch: QueueDispatch, Reuse: LeastLoaded, Concurrency: 9, KeepAlive: window(100), Scaling: loaded{&notes}}}})
	if len(notes) != 3 {
		t.Errorf("it was asked %d times, want 3", len(notes))
	}
}
