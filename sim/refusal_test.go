package sim

import (
	"context"
	"strings"
	"testing"
)

// pausing pauses an instance for ever, a while at a time.
type pausing Time

func (pausing) Scope() Scope          { return ScopeDeployment }
func (p pausing) New(Group) KeepAlive { return p }
func (p pausing) Idle(_ View, _ Instance, now Time) Decision {
	return Decision{Until: now + Time(p), Then: Pause}
}

// A policy that pauses an instance again and again ends with the run; one that
// would do so for ever at the same time is refused.
func TestPausedForEver(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Service: 5}}}}
	c := Config{Workload: l, Platforms: []Platform{{KeepAlive: pausing(10)}}, Window: Window{Horizon: 100}}
	got, _ := replay(t, c)
	if n := len(got.lives); n != 10 || got.lives[n-1].Stopped != 100 || got.lives[n-1].Flags&Live == 0 {
		t.Errorf("%d stages, the last %+v; want ten: from 0, 15, 25 … 95, and the last one living at 100", n, got.lives[n-1])
	}
	c.Platforms[0].KeepAlive = pausing(0)
	refused(t, c, "the keep-alive policy of f wants a paused or demoted instance to change at 5 ns, want later than now, 5 ns")
}

// leads makes of each first request one of the given kind.
type leads struct {
	joined [][]uint32
	to     Arrival
}

func (l leads) Joined() [][]uint32 { return l.joined }
func (l leads) New() Follower      { return l }
func (leads) Ran([]Follower)       {}
func (l leads) Ended(e End, next *Next) {
	if e.Attempt > 0 {
		return
	}
	a := l.to
	a.Arrival += e.Now
	a.Attempt = 1
	next.Arrive(a)
}

func refused(t *testing.T, c Config, want string) {
	t.Helper()
	c.Observers = func() []Observer { return nil }
	if _, err := Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("error %v, want one with %q and no stack", err, want)
	}
}

// What a follower or a server must not do is an error that names the function.
func TestContractsAreHeld(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{{{Arrival: 7}}, nil}}
	for want, f := range map[string]leads{
		"a request of a at 7 ns leads to one at 3 ns, want at or after that": {to: Arrival{Invocation: Invocation{Arrival: -4}}},
		"a request of a leads to one with a service time of -40 ns":          {to: Arrival{Invocation: Invocation{Service: -40}}},
		"a request of a leads to function 9 of 2":                            {to: Arrival{Invocation: Invocation{Function: 9}}},
		"the follower joins function 5 of 2":                                 {joined: [][]uint32{{}, {0, 5}}},
		"a request of a leads to b, which it is not joined with":             {to: Arrival{Invocation: Invocation{Function: 1}}},
	} {
		refused(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0)}}, Window: Window{Horizon: 10}, Follow: f}, want)
	}
	refused(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0), Server: asleep{}}}, Window: Window{Horizon: 10}},
		"servers of a hold 1 requests and say that nothing will happen")
	refused(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(0), Server: apart{0}}}, Window: Window{Horizon: 10}},
		"a server of a that holds nothing refused a request")
}

// asleep takes requests and never ends one.
type asleep struct{}

func (asleep) New(Group) Server                              { return asleep{} }
func (asleep) Offer(Time, ServerRequest) bool                { return true }
func (asleep) Next() Time                                    { return Never }
func (asleep) Advance(_ Time, ended []ServerEnd) []ServerEnd { return ended }
func (asleep) Withdraw(Time, uint32) Serving                 { return Serving{} }

// A retry is drawn anew: its init and its cold service are its own.
func TestAttemptsDrawAnew(t *testing.T) {
	for _, f := range []Function{{Name: "init", Init: Init{{Phase: PhaseRuntime, Duration: uniformTo(1 << 40)}}}, {Name: "cold", Cold: uniformTo(1 << 40)}} {
		l := &list{functions: []Function{f}, invocations: [][]Invocation{{{}}}}
		got, _ := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(-1)}}, Window: Window{Horizon: Longest}, Follow: leads{}})
		if len(got.outcomes) != 2 {
			t.Fatalf("%d requests, want two attempts", len(got.outcomes))
		}
		a, b := got.outcomes[0], got.outcomes[1]
		if a.End-a.Arrival == b.End-b.Arrival {
			t.Errorf("%s: both attempts take %d ns", f.Name, a.End-a.Arrival)
		}
	}
}

// What waits for ever ends as unfinished, and whoever follows is told so.
func TestUnfinishedIsAnEnd(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 1, Service: 3}, {Arrival: 2, Service: 3}}}}
	got, _ := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(-1), Dispatch: QueueDispatch, Scaling: once{}, Limit: Limit{Over: QueueOver}}},
		Window: Window{Horizon: 10}, Follow: leads{}})
	var ends []Status
	for _, o := range got.outcomes {
		ends = append(ends, o.Status)
	}
	if len(ends) != 4 || ends[0] != Completed || ends[1] != Unfinished && ends[1] != Completed {
		t.Errorf("ends %v of %+v", ends, got.outcomes)
	}
	for _, o := range got.outcomes {
		if o.Status == Unfinished && o.End < 10 {
			t.Errorf("unfinished at %d, before the horizon", o.End)
		}
	}
}

// once is a scaling policy that starts one instance at the first request.
type once struct{}

func (once) New(Group) Scaling { return once{} }
func (once) Start(v View, now Time) int {
	if now == 1 {
		return 1
	}
	return 0
}

// Times beyond all times are the last one: nothing wraps around, on either path.
func TestBeyondAllTimes(t *testing.T) {
	for name, p := range map[string]Platform{
		"timeout":    {KeepAlive: window(10), Timeout: Never},
		"request":    {KeepAlive: window(10), Timeout: Never, TimeoutClock: RequestClock},
		"lifetime":   {KeepAlive: window(10), MaxLifetime: Never},
		"queue wait": {KeepAlive: window(10), Limit: Limit{Function: 1, Over: QueueOver, QueueWait: Never}},
	} {
		for _, general := range []bool{false, true} {
			l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 1, Service: 3}, {Arrival: 6, Service: 3}}}}
			got, _ := replay(t, Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 100}, general: general})
			if len(got.lives) != 1 {
				t.Errorf("%s: %d instances, want one for both", name, len(got.lives))
			}
			for _, o := range got.outcomes {
				if o.Status != Completed || o.End != o.Arrival+3 {
					t.Errorf("%s: %+v, want it completed after 3 ns", name, o)
				}
			}
		}
	}
	// A chain of requests of ten years each: the last ones end at the end of time.
	// Each is at the bound, and so is the service of the cold one.
	l := &list{functions: []Function{{Name: "f", Cold: Constant(Never)}}, invocations: [][]Invocation{nil}}
	for k := range Time(32) {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: k, Service: Longest})
	}
	got, sum := replay(t, Config{Workload: l, Platforms: []Platform{{KeepAlive: window(1), Limit: Limit{Function: 1, Over: QueueOver}}}, Window: Window{Horizon: 100}})
	last := Time(0)
	for _, o := range got.outcomes {
		if o.Status != Completed || o.Start < o.Arrival || o.End < o.Start || o.End < last {
			t.Errorf("%+v after one that ended at %d", o, last)
		}
		last = o.End
	}
	if last != Never {
		t.Errorf("the last ends at %d, want the end of time", last)
	}
	if sum.Clamped != 33 {
		t.Errorf("%d durations at the bound, want 33: 32 services and the one that is drawn for a cold start", sum.Clamped)
	}
}
