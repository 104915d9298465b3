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
	joined   [][]uint32
	arrived  func(a Arrived, next *Next)
	due      func(now Time, t Timer, next *Next)
	began    func(b Began, next *Next)
	computed func(c Computed, next *Next)
	ended    func(e End, next *Next)
	told     []string
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

func (s *script) Computed(c Computed, next *Next) {
	s.note(c.Now, "computed %d", c.Parent)
	if s.computed != nil {
		s.computed(c, next)
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
		"simulating: t: it is outside or open, and the run has no actor":                            {Workload: of(outside), Platforms: plain},
		"simulating: f: it is outside or open, and the run has no actor":                            {Workload: of(open), Platforms: plain},
		"t is outside or open, and what follows from the requests of its shard is no actor":         {Workload: of(outside), Platforms: plain, Follow: nobody{}},
		"f is outside or open, and what follows from the requests of its shard is no actor":         {Workload: of(open), Platforms: plain, Follow: nobody{}},
		"simulating: f: it is outside, where nothing is served, and open":                           {Workload: of(Function{Name: "f", Open: true, Outside: true}), Platforms: plain, Follow: nobody{}},
		"simulating: f: it is open, and platform 0 has servers, which end services by themselves":   {Workload: of(open), Platforms: []Platform{{KeepAlive: window(0), Server: asleep{}}}, Follow: nobody{}},
		"an arrival at t leads to t, which is outside: only the source's arrive there":              {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Arrive(at(7, 0, 0)) }}},
		"an arrival at t at 7 ns sets a timer to 6 ns, want at or after that":                       {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Wake(Timer{At: 6}) }}},
		"an arrival at t at 7 ns leads to one at 6 ns, want at or after that":                       {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Arrive(at(6, 0, 0)) }}},
		"a timer in the shard of t at 9 ns sets a timer to 8 ns, want at or after that":             {Workload: of(outside), Platforms: plain, Follow: &script{arrived: func(a Arrived, n *Next) { n.Wake(Timer{At: 9}) }, due: func(_ Time, _ Timer, n *Next) { n.Wake(Timer{At: 8}) }}},
		"a service of f at 7 ns ends a service at 6 ns, want at or after that":                      {Workload: of(open), Platforms: plain, Follow: &script{began: func(b Began, n *Next) { n.Leave(Leave{Request: b.Request, At: 6}) }}},
		"a service of f at 7 ns ends a service with status 1, want 0 or 3: completed or failed":     {Workload: of(open), Platforms: plain, Follow: &script{began: func(b Began, n *Next) { n.Leave(Leave{Request: b.Request, At: 7, Status: TimedOut}) }}},
		"a request of f leads to one that counts by rule 3, want 0 to 2":                            {Workload: of(Function{Name: "f"}), Platforms: plain, Follow: &script{ended: func(e End, n *Next) { a := at(e.Now, 0, 0); a.Counts = 3; n.Arrive(a) }}},
		"a request of f leads to a timer, a service or the end of one, which only an actor may say": {Workload: of(Function{Name: "f"}), Platforms: plain, Follow: wakes{}},
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

// soon ends each service after a time that its key says.
func soon(after map[uint64]Time, as Status) func(Began, *Next) {
	return func(b Began, next *Next) {
		if d, ok := after[b.Key]; ok {
			next.Leave(Leave{Request: b.Request, At: b.Now + d, Status: as})
		}
	}
}

// openLoad is one Open function whose source's requests arrive at the given times.
func openLoad(timeout, patience Time, arrivals ...Time) *list {
	l := &list{functions: []Function{{Name: "f", Open: true, Timeout: timeout, Patience: patience}}, invocations: [][]Invocation{nil}}
	for _, at := range arrivals {
		l.invocations[0] = append(l.invocations[0], Invocation{Arrival: at})
	}
	return l
}

// What ends a service that is open: the actor, first come first heard; the timeout,
// before which an end at the same time counts; the client, whose platform cuts it
// off or serves on.
func TestOpenEndsByHand(t *testing.T) {
	init := Init{{Phase: PhaseRuntime, Duration: Constant(5)}}
	for _, c := range []struct {
		name  string
		p     Platform
		l     *list
		began func(Began, *Next)
		want  string
		ends  []Time // by ordinal: of the outcomes
	}{
		{"the first end that is said counts", Platform{}, openLoad(0, 0, 1), func(b Began, n *Next) {
			n.Leave(Leave{Request: b.Request, At: 7, Status: Failed})
			n.Leave(Leave{Request: b.Request, At: 4})
		}, `
1: f0: 0 begins on 0, cold, first
7: f0: 0 failed`, []Time{7}},
		{"an end at the time of the timeout is in time", Platform{}, openLoad(6, 0, 1, 2), soon(map[uint64]Time{0: 6, 1: 7}, Completed), `
1: f0: 0 begins on 0, cold, first
2: f0: 1 begins on 1, cold, first
7: f0: 0 completed
8: f0: 1 timed out`, []Time{7, 8}},
		{"who never ends is cut off by the timeout, and frees the slot", Platform{Limit: Limit{Function: 1, Over: QueueOver}}, openLoad(6, 0, 1, 2), nil, `
1: f0: 0 begins on 0, cold, first
7: f0: 0 timed out
7: f0: 1 begins on 0
13: f0: 1 timed out`, []Time{7, 13}},
		{"a timeout from the arrival comes before the instance is ready", Platform{Init: init, TimeoutClock: RequestClock}, openLoad(3, 0, 1, 20), nil, `
4: f0: 0 timed out
20: f0: 1 begins on 0
23: f0: 1 timed out`, []Time{4, 23}},
		{"a timeout from the arrival comes when the instance is ready", Platform{Init: init, TimeoutClock: RequestClock}, openLoad(5, 0, 1), soon(map[uint64]Time{0: 0}, Completed), `
6: f0: 0 begins on 0, cold, first
6: f0: 0 completed`, []Time{6}},
		{"the client gives up, and the service goes on", Platform{}, openLoad(0, 4, 1), soon(map[uint64]Time{0: 9}, Completed), `
1: f0: 0 begins on 0, cold, first
5: f0: 0 abandoned`, []Time{10}},
		{"the client gives up, and the timeout ends the service", Platform{}, openLoad(6, 4, 1), nil, `
1: f0: 0 begins on 0, cold, first
5: f0: 0 abandoned`, []Time{7}},
		{"the client gives up, and is cut off", Platform{Abandoned: Cancel, Limit: Limit{Function: 1, Over: QueueOver}}, openLoad(0, 4, 1, 3), soon(map[uint64]Time{0: 9, 1: 1}, Completed), `
1: f0: 0 begins on 0, cold, first
5: f0: 0 abandoned
5: f0: 1 begins on 0
6: f0: 1 completed`, []Time{5, 6}},
		{"the client gives up while the instance initialises", Platform{Init: init, Abandoned: Cancel}, openLoad(0, 4, 1, 3), soon(map[uint64]Time{0: 9, 1: 2}, Completed), `
5: f0: 0 abandoned
7: f0: 1 abandoned`, []Time{5, 7}},
		{"the client gives up while the instance initialises, which serves nobody", Platform{Init: init}, openLoad(0, 4, 1), soon(map[uint64]Time{0: 9}, Completed), `
5: f0: 0 abandoned
6: f0: 0 begins on 0, cold, first`, []Time{15}},
		{"an initialisation that another one left is gone on with", Platform{Init: init, Abandoned: Cancel}, openLoad(0, 3, 1, 5), soon(map[uint64]Time{1: 2}, Completed), `
4: f0: 0 abandoned
6: f0: 1 begins on 0, cold, first
8: f0: 1 completed`, []Time{4, 8}},
		{"two share an instance", Platform{Init: init, Concurrency: 2, Dispatch: QueueDispatch, Scaling: perRequest{}, Limit: Limit{Over: QueueOver}}, openLoad(0, 0, 1, 2), soon(map[uint64]Time{0: 3, 1: 1}, Completed), `
6: f0: 0 begins on 0, cold, first
6: f0: 1 begins on 0, cold
7: f0: 1 completed
9: f0: 0 completed`, []Time{9, 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.KeepAlive = window(Never)
			told, got := play(t, &script{began: c.began}, Config{Platforms: []Platform{c.p}}, c.l)
			same(t, c.want, told)
			for k, o := range got.outcomes {
				if o.End != c.ends[k] {
					t.Errorf("request %d ends at %d, want %d", k, o.End, c.ends[k])
				}
			}
			if len(got.outcomes) != len(c.ends) {
				t.Errorf("%d outcomes, want %d", len(got.outcomes), len(c.ends))
			}
		})
	}
}

// A service of no length is a service: what an actor ends when it begins takes its
// slot, and its cold time is told.
func TestOpenColdService(t *testing.T) {
	var services []Time
	l := openLoad(0, 0, 1, 50)
	l.functions[0].Cold = Constant(30)
	l.invocations[0][0].Service, l.invocations[0][1].Service = 4, 4
	told, _ := play(t, &script{began: func(b Began, n *Next) {
		services = append(services, b.Service)
		n.Leave(Leave{Request: b.Request, At: b.Now + b.Service})
	}}, Config{Platforms: []Platform{{KeepAlive: window(Never)}}}, l)
	same(t, `
1: f0: 0 begins on 0, cold, first
31: f0: 0 completed
50: f0: 1 begins on 0
54: f0: 1 completed`, told)
	if d := cmp.Diff([]Time{30, 4}, services); d != "" {
		t.Errorf("services: %s", d)
	}
}

// Timers of the same time go by all of their key's bits, those of the same key by
// when they were set; so do arrivals. Both come after the arrivals of the source, and
// before who gives up then.
func TestOrderOfWhatIsSaid(t *testing.T) {
	const high = 1 << 63
	l := &list{functions: []Function{{Name: "t", Outside: true}, {Name: "f", Open: true, Timeout: 10}}, invocations: [][]Invocation{{{Arrival: 0}, {Arrival: 10}}, {{Arrival: 10, Function: 1}}}}
	var first Handle
	s := &script{joined: [][]uint32{{0, 1}}}
	s.arrived = func(a Arrived, n *Next) {
		if a.Ordinal > 0 {
			return
		}
		n.Arrive(at(0, 1, 77))
		n.Wake(Timer{At: 10, Key: high | 1, Ref: 1})
		n.Wake(Timer{At: 10, Key: high, Ref: 2})
		n.Wake(Timer{At: 10, Key: 5, Ref: 3})
		n.Wake(Timer{At: 10, Key: 5, Ref: 4})
		n.Wake(Timer{At: 3, Key: high | 9, Ref: 5})
		n.Arrive(at(10, 1, high|1))
		n.Arrive(at(10, 1, high))
		n.Arrive(at(10, 1, 3))
	}
	s.began = func(b Began, n *Next) {
		if b.Key == 77 {
			first = b.Request
		} else {
			n.Leave(Leave{Request: b.Request, At: b.Now})
		}
	}
	s.due = func(now Time, timer Timer, n *Next) {
		if timer.Ref == 1 { // the last timer of the time at which the first service times out
			n.Leave(Leave{Request: first, At: now, Status: Failed})
			n.Wake(Timer{At: now, Key: 1, Ref: 6})
		}
	}
	told, _ := play(t, s, Config{Platforms: []Platform{{KeepAlive: window(Never)}}}, l)
	same(t, `
0: f0: invocation 0
0: f1: 77 begins on 0, cold, first
3: timer 5 of 9223372036854775817
10: f0: invocation 1
10: f1: 0 begins on 1, cold, first
10: f1: 0 completed
10: f1: 3 begins on 1
10: f1: 3 completed
10: f1: 9223372036854775808 begins on 1
10: f1: 9223372036854775808 completed
10: f1: 9223372036854775809 begins on 1
10: f1: 9223372036854775809 completed
10: timer 3 of 5
10: timer 4 of 5
10: timer 2 of 9223372036854775808
10: timer 1 of 9223372036854775809
10: f1: 77 failed
10: timer 6 of 1`, told)
}

// What is said of a request that has ended, or is another function's, is not heard,
// in a place that others have taken too.
func TestHandlesOfTheGone(t *testing.T) {
	var first, now Handle
	s := &script{}
	s.began = func(b Began, n *Next) {
		if b.Key == 0 {
			first = b.Request
			n.Leave(Leave{Request: b.Request, At: b.Now + 1})
			return
		}
		now = b.Request
		n.Leave(Leave{Request: first, At: b.Now}) // its place is now this one's
		n.Leave(Leave{At: b.Now})
		n.Wake(Timer{At: b.Now + 5})
	}
	s.due = func(at Time, _ Timer, n *Next) { n.Leave(Leave{Request: now, At: at}) }
	told, _ := play(t, s, Config{Platforms: []Platform{{KeepAlive: window(Never)}}}, openLoad(0, 0, 1, 10))
	same(t, `
1: f0: 0 begins on 0, cold, first
2: f0: 0 completed
10: f0: 1 begins on 0
15: timer 0 of 0
15: f0: 1 completed`, told)
	if first.place != now.place {
		t.Error("the second request has another place, so that the test tests nothing")
	}
}

// What waits for what nothing will serve ends as unfinished, the innermost first: a
// function with one place that calls itself, and then one that nobody ends.
func TestDeadlockEnds(t *testing.T) {
	open := map[uint64]Handle{}
	s := &script{}
	s.began = func(b Began, n *Next) {
		open[b.Key] = b.Request
		if b.Key != 9 {
			a := at(b.Now+2, 0, b.Key+1)
			a.Parent = b.Key + 1
			n.Arrive(a)
		}
	}
	s.ended = func(e End, n *Next) {
		switch {
		case e.Key == 0:
			n.Arrive(at(e.Now, 0, 9)) // which nobody ends
		case e.Parent > 0:
			n.Leave(Leave{Request: open[e.Parent-1], At: e.Now, Status: Failed})
		}
	}
	told, got := play(t, s, Config{Platforms: []Platform{{KeepAlive: window(Never), Limit: Limit{Function: 1, Over: QueueOver}}}}, openLoad(0, 0, 5))
	same(t, `
5: f0: 0 begins on 0, cold, first
1000: f0: 1 unfinished
1000: f0: 0 failed
1000: f0: 9 begins on 0
1000: f0: 9 unfinished`, told)
	if len(got.outcomes) != 3 {
		t.Errorf("%d outcomes, want 3", len(got.outcomes))
	}
}
