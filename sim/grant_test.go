package sim

import (
	"slices"
	"testing"
)

// created runs an autoscaler that wants three instances from time 0 on, asked every
// 100, on one request that takes 500, and returns when instances were created.
func created(t *testing.T, p Platform) (out []Time) {
	t.Helper()
	p.Dispatch, p.KeepAlive, p.Limit.Over = QueueDispatch, window(10_000), QueueOver
	p.Scaling = told{answers: []Scale{{Wanted: 3, Hold: true, Until: Never, Next: 100}}}
	p.Init = Init{{Phase: PhaseSandbox, Duration: Constant(30)}}
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 500}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}})
	for _, l := range got.lives {
		out = append(out, l.Created)
	}
	slices.Sort(out)
	return out
}

// A ramp of one start in 100 holds an autoscaler back from the beginning; what a floor
// starts at time 0 stood there before, and takes no token.
func TestAutoscalersTakeTokensAtOnce(t *testing.T) {
	slow := Limit{Ramp: Ramp{Burst: 1, Period: 100}}
	for name, test := range map[string]struct {
		p    Platform
		want []Time
	}{
		"no ramp":         {Platform{}, []Time{0, 0, 0}},
		"ramp":            {Platform{Limit: slow}, []Time{0, 100, 200}},
		"ramp, floor":     {Platform{Limit: slow, Prewarm: ticking{every: 10_000, floor: []int{2}}}, []Time{0, 0, 0}},
		"no machine":      {Platform{Stockout: Stockout{Probability: 1, Wait: Constant(60), Fails: true}}, nil},
		"the floor's one": {Platform{Stockout: Stockout{Probability: 1, Wait: Constant(60), Fails: true}, Prewarm: ticking{every: 10_000, floor: []int{1}}}, []Time{0}},
	} {
		if got := created(t, test.p); !slices.Equal(got, test.want) {
			t.Errorf("%s: created at %v, want %v", name, got, test.want)
		}
	}
}

// An instance that needs no initialisation serves who waits, though its keep-alive
// keeps nobody who is idle.
func TestStartsWithoutInitServeWhoWaits(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 10}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{{
		Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, KeepAlive: stopping{},
		Scaling: told{answers: []Scale{{Next: 20}, {Wanted: 1, Until: AsKeepAlive, Next: Never}}},
	}}})
	if o := got.outcomes[0]; o.Start != 20 || o.Status != Completed {
		t.Errorf("served from %d on, status %d; want from 20 on", o.Start, o.Status)
	}
	if len(got.lives) != 1 || got.lives[0].Created != 20 || got.lives[0].Stopped != 30 {
		t.Errorf("lives %v, want one from 20 to 30", got.lives)
	}
}
