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
