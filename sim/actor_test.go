package sim

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// script is an actor that says what a test says, and notes what it is told.
type script struct {
	joined  [][]uint32
	arrived func(a Arrived, next *Next)
	due     func(now Time, t Timer, next *Next)
	began   func(b Began, next *Next)
	ended   func(e End, next *Next)
	told    []string
}

func (s *script) Joined() [][]uint32 { return s.joined }
func (s *script) New() Follower      { return s }
func (*script) Ran([]Follower)       {}

func (s *script) note(at Time, format string, args ...any) {
	s.told = append(s.told, fmt.Sprintf("%d: ", at)+fmt.Sprintf(format, args...))
}

func (s *script) Arrived(a Arrived, next *Next) {
	s.note(a.Arrival, "f%d: invocation %d", a.Function, a.Ordinal)
	if s.arrived != nil {
		s.arrived(a, next)
	}
}

func (s *script) Due(now Time, t Timer, next *Next) {
	s.note(now, "timer %d of %d", t.Ref, t.Key)
	if s.due != nil {
		s.due(now, t, next)
	}
}

func (s *script) Began(b Began, next *Next) {
	text := ""
	if b.Cold {
		text += ", cold"
	}
	if b.First {
		text += ", first"
	}
	s.note(b.Now, "f%d: %d begins on %d%s", b.Function, b.Key, uint32(b.Instance), text)
	if s.began != nil {
		s.began(b, next)
	}
}

func (s *script) Ended(e End, next *Next) {
	text := [...]string{"completed", "timed out", "rejected", "failed", "abandoned", "unfinished"}[e.Status]
	s.note(e.Now, "f%d: %d %s", e.Function, e.Key, text)
	if s.ended != nil {
		s.ended(e, next)
	}
}

// play runs a script and returns what it was told and what observers were.
func play(t *testing.T, s *script, c Config, l *list) (string, *tape) {
	t.Helper()
	c.Workload, c.Follow = l, s
	if c.Window.Horizon == 0 {
		c.Window.Horizon = 1000
	}
	got, _ := replay(t, c)
	return strings.Join(s.told, "\n"), got
}

func same(t *testing.T, want, got string) {
	t.Helper()
	if d := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("by hand −, kernel +:\n%s", d)
	}
}

// at is a request of a function, without a service of its own.
func at(now Time, function uint32, key uint64) Arrival {
	return Arrival{Invocation: Invocation{Arrival: now, Function: function}, Key: key}
}

// A trigger (f0) makes requests at a function (f1) that works for 3 ns, calls another
// (f2, 4 ns) and answers when that has answered. An initialisation takes 5 ns.
func TestBodyCallsByHand(t *testing.T) {
	open := map[uint64]Handle{}
	s := &script{joined: [][]uint32{{0, 1, 2}}}
	s.arrived = func(a Arrived, next *Next) { next.Arrive(at(a.Arrival, 1, uint64(a.Ordinal)+1)) }
	s.began = func(b Began, next *Next) {
		open[b.Key] = b.Request
		next.Wake(Timer{At: b.Now + 3, Key: b.Key, Ref: 7})
	}
	s.due = func(now Time, timer Timer, next *Next) {
		a := at(now, 2, timer.Key)
		a.Service, a.Parent = 4, timer.Key
		next.Arrive(a)
	}
	s.ended = func(e End, next *Next) {
		if e.Function == 2 {
			next.Leave(Leave{Request: open[e.Parent], At: e.Now, Status: e.Status})
		}
	}
	l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "body", Open: true}, {Name: "g"}},
		invocations: [][]Invocation{{{Arrival: 10}, {Arrival: 20}, {Arrival: 27}, {Arrival: 30}}, nil, nil}}
	told, got := play(t, s, Config{Platforms: []Platform{{KeepAlive: window(Never), Init: Init{{Phase: PhaseRuntime, Duration: Constant(5)}}}}}, l)
	same(t, `
10: f0: invocation 0
15: f1: 1 begins on 0, cold, first
18: timer 7 of 1
20: f0: invocation 1
25: f1: 2 begins on 1, cold, first
27: f2: 1 completed
27: f1: 1 completed
27: f0: invocation 2
27: f1: 3 begins on 0
28: timer 7 of 2
30: f0: invocation 3
30: timer 7 of 3
32: f2: 2 completed
32: f1: 2 completed
35: f1: 4 begins on 2, cold, first
38: timer 7 of 4
39: f2: 3 completed
39: f1: 3 completed
42: f2: 4 completed
42: f1: 4 completed`, told)
	var busy Time
	for _, o := range got.outcomes {
		if o.Function == 1 {
			busy += o.End - o.Start
		}
	}
	if busy != 12+7+12+7 { // of 15, 25, 27, 35
		t.Errorf("f1 is busy for %d ns, want 38", busy)
	}
	if len(got.lives) != 3+2 {
		t.Errorf("%d instances, want 3 of f1 and 2 of f2", len(got.lives))
	}
}

// nobody follows, and acts in nothing.
type nobody struct{}

func (nobody) Joined() [][]uint32 { return nil }
func (nobody) New() Follower      { return nobody{} }
func (nobody) Ran([]Follower)     {}
func (nobody) Ended(End, *Next)   {}

// Functions of which nobody could be told, and things that cannot be said, are
// errors that say what was found.
func TestActorsAreChecked(t *testing.T) {
	outside, open := Function{Name: "t", Outside: true}, Function{Name: "f", Open: true}
	plain := []Platform{{KeepAlive: window(0)}}
	of := func(f Function) *list {
		return &list{functions: []Function{f}, invocations: [][]Invocation{{{Arrival: 7}}}}
	}
	for want, c := range map[string]Config{
		"simulating: t: it is outside or open, and the run has no actor":                          {Workload: of(outside), Platforms: plain},
		"simulating: f: it is outside or open, and the run has no actor":                          {Workload: of(open), Platforms: plain},
		"t is outside or open, and what follows from the requests of its shard is no actor":       {Workload: of(outside), Platforms: plain, Follow: nobody{}},
		"f is outside or open, and what follows from the requests of its shard is no actor":       {Workload: of(open), Platforms: plain, Follow: nobody{}},
		"simulating: f: it is outside, where nothing is served, and open":                         {Workload: of(Function{Name: "f", Open: true, Outside: true}), Platforms: plain, Follow: nobody{}},
		"simulating: f: it is open, and platform 0 has servers, which end services by themselves": {Workload: of(open), Platforms: []Platform{{KeepAlive: window(0), Server: asleep{}}}, Follow: nobody{}},
		"an arrival at t leads to t, which is outside: only the source's arrive there":            {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Arrive(at(7, 0, 0)) }}},
		"an arrival at t at 7 ns sets a timer to 6 ns, want at or after that":                     {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Wake(Timer{At: 6}) }}},
		"an arrival at t at 7 ns leads to one at 6 ns, want at or after that":                     {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Arrive(at(6, 0, 0)) }}},
		"a timer in the shard of t at 9 ns sets a timer to 8 ns, want at or after that":           {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Wake(Timer{At: 9}) }, due: func(_ Time, _ Timer, n *Next) { n.Wake(Timer{At: 8}) }}},
		"a service of f at 7 ns ends a service at 6 ns, want at or after that":                    {Workload: of(open), Platforms: plain, Follow: &script{began: func(b Began, n *Next) { n.Leave(Leave{Request: b.Request, At: 6}) }}},
		"a service of f at 7 ns ends a service with status 1, want 0 or 3: completed or failed":   {Workload: of(open), Platforms: plain, Follow: &script{began: func(b Began, n *Next) { n.Leave(Leave{Request: b.Request, At: 7, Status: TimedOut}) }}},
		"a request of f leads to one that counts by rule 3, want 0 to 2":                          {Workload: of(Function{Name: "f"}), Platforms: plain, Follow: &script{ended: func(e End, n *Next) { a := at(e.Now, 0, 0); a.Counts = 3; n.Arrive(a) }}},
		"a request of f leads to a timer or the end of a service, which only an actor may say":    {Workload: of(Function{Name: "f"}), Platforms: plain, Follow: wakes{}},
	} {
		c.Window.Horizon = 10
		c.Observers = func() []Observer { return nil }
		if _, err := Run(context.Background(), c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "goroutine") {
			t.Errorf("error %v, want one with %q and no stack", err, want)
		}
	}
}

// wakes follows and sets a timer, which it cannot be told of.
type wakes struct{ nobody }

func (wakes) New() Follower           { return wakes{} }
func (wakes) Ended(e End, next *Next) { next.Wake(Timer{At: e.Now}) }
