package sim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// served runs functions with requests [arrival, service], and returns "function arrival:
// start–end", one a request, by their starts.
func served(t *testing.T, p Platform, functions []Function, requests ...[][2]Time) string {
	t.Helper()
	l := &list{functions: functions}
	for f, own := range requests {
		var calls []Invocation
		for _, r := range own {
			calls = append(calls, Invocation{Arrival: r[0], Service: r[1], Function: uint32(f)})
		}
		l.invocations = append(l.invocations, calls)
	}
	p.Scaling, p.Limit.Over = perRequest{}, QueueOver
	if p.KeepAlive == nil {
		p.KeepAlive = window(Never)
	}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}})
	slices.SortStableFunc(got.outcomes, func(a, b Outcome) int { return cmp.Compare(a.Start, b.Start) })
	var lines []string
	for _, o := range got.outcomes {
		lines = append(lines, fmt.Sprintf("%c %d: %d–%d", 'a'+o.Function, o.Arrival, o.Start, o.End))
	}
	return strings.Join(lines, "; ")
}

// One at a time: a's services take 10, b's 2. While the a of 0 is served come a at 1 and b at
// 2, when nothing has ended, so that all are expected to take 0 and have the order of their
// arrival. From 10 on a is expected to take 10, b 0 until 22 and then 2. At 20 wait b of 2,
// a of 11 and b of 12, and at 24 a of 11 and b of 23: the one with the shorter mean is b,
// the one who would have ended first a, 21 against 25. b's clients wait until 102, 112 and
// 123, a's for ever.
func TestOrders(t *testing.T) {
	a, b := [][2]Time{{0, 10}, {1, 10}, {11, 10}}, [][2]Time{{2, 2}, {12, 2}, {23, 2}}
	functions := []Function{{Name: "a", App: "x", Memory: 300}, {Name: "b", App: "x", Memory: 300, Patience: 100}}
	for order, want := range map[Order]string{
		FIFO:             "a 0: 0–10; a 1: 10–20; b 2: 20–22; a 11: 22–32; b 12: 32–34; b 23: 34–36",
		ShortestExpected: "a 0: 0–10; a 1: 10–20; b 2: 20–22; b 12: 22–24; b 23: 24–26; a 11: 26–36",
		EarliestExpected: "a 0: 0–10; a 1: 10–20; b 2: 20–22; b 12: 22–24; a 11: 24–34; b 23: 34–36",
		EarliestDeadline: "a 0: 0–10; b 2: 10–12; a 1: 12–22; b 12: 22–24; b 23: 24–26; a 11: 26–36",
	} {
		for line, p := range map[string]Platform{
			"an app's, for one instance":      {Unit: PerApp, Dispatch: QueueDispatch, Limit: Limit{Instances: 1}},
			"an app's, bound to one instance": {Unit: PerApp, Limit: Limit{Function: 1}},
			"an account's":                    {Limit: Limit{Account: 1}},
			"a node's":                        {Cluster: &Cluster{Nodes: []Node{{Memory: 300}}, Placement: homeNode{}, Eviction: leastRecent{}}},
		} {
			p.Order = order
			if got := served(t, p, functions, a, b); got != want {
				t.Errorf("%v, the line is %s: %s, want %s", order, line, got, want)
			}
		}
	}
}

// An account serves one at a time, d until 10. a and b are one app, c is another. c, with a
// deadline of 52, waits for its place, and so does the app, for the a of 1 with one of 101;
// then b comes with one of 25, and the app is before c.
func TestOrderOfFunctionsChanges(t *testing.T) {
	functions := []Function{{Name: "a", App: "x", Patience: 100}, {Name: "b", App: "x", Patience: 20}, {Name: "c", Patience: 50}, {Name: "d"}}
	got := served(t, Platform{Unit: PerApp, Order: EarliestDeadline, Limit: Limit{Account: 1}}, functions,
		[][2]Time{{1, 10}}, [][2]Time{{5, 10}}, [][2]Time{{2, 10}}, [][2]Time{{0, 10}})
	if want := "d 0: 0–10; b 5: 10–20; c 2: 20–30; a 1: 30–40"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A node has 300 MiB, of which a has 200 until 50. b (200) waits from 10, c (300), whose
// clients give up after 60, from 20, as those of b do after 100: at 50 c is before b.
func TestOrderForRoom(t *testing.T) {
	functions := []Function{{Name: "a", Memory: 200}, {Name: "b", Memory: 200, Patience: 100}, {Name: "c", Memory: 300, Patience: 60}}
	p := Platform{Cluster: &Cluster{Nodes: []Node{{Memory: 300}}, Placement: firstNode{}, Eviction: leastRecent{}}}
	for order, want := range map[Order]string{FIFO: "a 0: 0–50; b 10: 50–60; c 20: 60–70", EarliestDeadline: "a 0: 0–50; c 20: 50–60; b 10: 60–70"} {
		p.Order = order
		if got := served(t, p, functions, [][2]Time{{0, 50}}, [][2]Time{{10, 10}}, [][2]Time{{20, 10}}); got != want {
			t.Errorf("%v: %s, want %s", order, got, want)
		}
	}
}

// The full line rejects who comes, whoever else it would serve later.
func TestFullLineRejectsWhoComes(t *testing.T) {
	functions := []Function{{Name: "a", App: "x"}, {Name: "b", App: "x", Patience: 50}}
	p := Platform{Unit: PerApp, Order: EarliestDeadline, Dispatch: QueueDispatch, Limit: Limit{Instances: 1, Queue: 1}}
	got := served(t, p, functions, [][2]Time{{0, 10}, {1, 10}}, [][2]Time{{2, 10}})
	if want := "a 0: 0–10; b 2: 2–2; a 1: 10–20"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A request clock's timeout is a deadline, too, where it comes before the client gives up.
func TestTimeoutIsADeadline(t *testing.T) {
	functions := []Function{{Name: "a", App: "x", Patience: 60}, {Name: "b", App: "x", Patience: 90, Timeout: 40}}
	p := Platform{Unit: PerApp, Order: EarliestDeadline, TimeoutClock: RequestClock, Limit: Limit{Function: 1}}
	got := served(t, p, functions, [][2]Time{{0, 10}, {1, 10}}, [][2]Time{{2, 10}})
	if want := "a 0: 0–10; b 2: 10–20; a 1: 20–30"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A heap of requests that join and leave anywhere has the first of those that are there.
func TestLineIsAHeap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &shard{}
		d := &deployment{platform: &platform{Platform: Platform{Order: EarliestDeadline}}}
		var l line
		var there []requestID
		s.starts = []startSpec{{}}
		for id := range rapid.IntRange(1, 40).Draw(r, "requests") {
			s.starts[0].patience = Time(rapid.IntRange(1, 30).Draw(r, "deadline"))
			s.requests = append(s.requests, request{ordinal: uint32(id)})
			s.joinLine(d, &l, requestID(id))
			there = append(there, requestID(id))
			for rapid.IntRange(0, 2).Draw(r, "leave") == 0 && len(there) > 0 {
				k := rapid.IntRange(0, len(there)-1).Draw(r, "who")
				s.dropFrom(d, &l, there[k])
				there = slices.Delete(there, k, k+1)
			}
			if l.len() != len(there) {
				r.Fatalf("%d are there, want %d", l.len(), len(there))
			}
			if len(there) == 0 {
				continue
			}
			first := slices.MinFunc(there, func(a, b requestID) int {
				return cmp.Or(cmp.Compare(s.waiters[a].key, s.waiters[b].key), cmp.Compare(a, b))
			})
			if l.first() != first {
				r.Fatalf("request %d is first, want %d", l.first(), first)
			}
		}
	})
}

// A mean over more nanoseconds than an int64 holds stays one.
func TestLearned(t *testing.T) {
	var l learned
	if l.mean() != 0 {
		t.Error("of none, 0")
	}
	for range 100 {
		l.add(Longest)
	}
	if got := l.mean(); got != Longest {
		t.Errorf("%d, want %d", got, Longest)
	}
	l = learned{}
	l.add(1)
	l.add(4)
	if l.mean() != 2 {
		t.Errorf("%d, want 2, of 2.5", l.mean())
	}
}

// seeing notes at each tick since when those wait that do.
type seeing struct {
	perRequest
	notes *[][]Time
}

func (s seeing) New(Group) Scaling { return s }
func (s seeing) Tick(v View, now Time) Scale {
	note := []Time{v.Oldest(now)}
	for i := range v.Waiting() {
		note = append(note, v.Since(i))
	}
	*s.notes = append(*s.notes, note)
	return Scale{Wanted: 1, Next: now + 3, Until: Never}
}

// Who autoscalers ask of those that wait are in the order of arrival, whoever is served
// first: at 3 the a of 1 and the b of 2 wait, b before a.
func TestSinceIsByArrival(t *testing.T) {
	var notes [][]Time
	l := &list{functions: []Function{{Name: "a", App: "x"}, {Name: "b", App: "x", Patience: 100}},
		invocations: [][]Invocation{{{Service: 50}, {Arrival: 1, Service: 1}}, {{Arrival: 2, Service: 1, Function: 1}}}}
	replay(t, Config{Workload: l, Window: Window{Horizon: 5}, Platforms: []Platform{{Unit: PerApp, Dispatch: QueueDispatch, Order: EarliestDeadline, KeepAlive: window(Never),
		Limit: Limit{Instances: 1, Over: QueueOver}, Scaling: seeing{notes: &notes}}}})
	if got, want := fmt.Sprint(notes), "[[0] [2 1 2]]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// One at a time, each of 10; c until 20. The means of the times between arrivals, as each
// request comes: b of 1 and a of 2 are the first of theirs; b of 5 has 4, a of 7 has 5, a of 8
// (5 + 1) ÷ 2 = 3.
func TestOrdersByFrequency(t *testing.T) {
	functions := []Function{{Name: "a", App: "x"}, {Name: "b", App: "x"}, {Name: "c", App: "x"}}
	for order, want := range map[Order]string{
		FIFO:         "c 0: 0–20; b 1: 20–30; a 2: 30–40; b 5: 40–50; a 7: 50–60; a 8: 60–70",
		MostFrequent: "c 0: 0–20; b 1: 20–30; a 2: 30–40; a 8: 40–50; b 5: 50–60; a 7: 60–70",
		Rarest:       "c 0: 0–20; b 1: 20–30; a 2: 30–40; a 7: 40–50; b 5: 50–60; a 8: 60–70",
	} {
		got := served(t, Platform{Unit: PerApp, Order: order, Limit: Limit{Function: 1}}, functions,
			[][2]Time{{2, 10}, {7, 10}, {8, 10}}, [][2]Time{{1, 10}, {5, 10}}, [][2]Time{{0, 20}})
		if got != want {
			t.Errorf("%v: %s, want %s", order, got, want)
		}
	}
}

// An account serves one at a time; starts take 10, services of a 6, of b 2, of c 30, of d 5,
// and an idle instance stays for 30.
//
//	a    of 0 is cold, 16 with its start; of 40 it is warm, 6, and idles until 76
//	b    of 20 is cold, 12; of 34 warm, 2, and idles until 66
//	c    of 60 is cold, served from 70 to 100
//
// Then wait a of 67, for which an instance idles: 6; b of 68, whose is gone: 12; d of 69, of
// which nothing is known. At 100 all instances but c's are gone.
func TestOrderWithStart(t *testing.T) {
	functions := []Function{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}
	for order, want := range map[Order]string{
		FIFO:              "a 67: 110–116; b 68: 126–128; d 69: 138–143",
		ShortestExpected:  "d 69: 110–115; b 68: 125–127; a 67: 137–143",
		ShortestWithStart: "d 69: 110–115; a 67: 125–131; b 68: 141–143",
	} {
		got := served(t, Platform{KeepAlive: window(30), Order: order, Limit: Limit{Account: 1}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}}, functions,
			[][2]Time{{0, 6}, {40, 6}, {67, 6}}, [][2]Time{{20, 2}, {34, 2}, {68, 2}}, [][2]Time{{60, 30}}, [][2]Time{{69, 5}})
		if !strings.HasSuffix(got, want) {
			t.Errorf("%v: %s, want at its end %s", order, got, want)
		}
	}
}

// resting pauses an instance after 5, for 40.
type resting struct{}

func (p resting) Scope() Scope        { return ScopeDeployment }
func (p resting) New(Group) KeepAlive { return p }

func (resting) Idle(_ View, in Instance, now Time) Decision {
	if in.Stage() == Whole {
		return Decision{Until: now + 5, Then: Pause}
	}
	return Decision{Until: now + 40}
}

// The same with instances that are paused for 40 from 5 on, and take 3 to resume.
//
//	b    of 0 is cold, 12 with its start, paused at 17 and gone at 57
//	a    of 20 is cold, 16; of 50 it is woken, 9, and paused from 64 to 104
//	c    of 70 is cold, served from 80 to 100
//
// Then wait b of 81, whose instance is gone: 12, and a of 82, whose is to be woken: 9. If that
// were taken for a start, it would be 16 or, with both, ⌊25 ÷ 2⌋ = 12, and b before it.
func TestOrderWithWake(t *testing.T) {
	functions := []Function{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	got := served(t, Platform{KeepAlive: resting{}, Order: ShortestWithStart, Resume: Constant(3), Limit: Limit{Account: 1}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}}, functions,
		[][2]Time{{20, 6}, {50, 6}, {82, 6}}, [][2]Time{{0, 2}, {81, 2}}, [][2]Time{{70, 20}})
	if want := "a 82: 103–109; b 81: 119–121"; !strings.HasSuffix(got, want) {
		t.Errorf("%s, want at its end %s", got, want)
	}
}

// Who comes when an instance that was woken for another stands ready finds it warm. An app of
// at most two instances, whose resume takes 10:
//
//	b    of 0 is cold, 12 with its start, and its instance is paused at 17
//	a    of 1 is cold, served by the second one from 11 to 51
//	a    of 45 has the first one woken, ready at 55, and is served by the second, free at 51
//	a    of 56 and 57 find both idle, which pause at 67 and 68
//	c    of 70 has one woken, which serves it from 80 to 180
//
// Then wait, for the other one, a of 82, that had it woken, ready at 92, and b of 83, for which
// nothing is there: 12. What a takes with a wake is not known, so it goes first; if it were
// known of the one of 56 or 57 that the woken instance served, it would be 16.
func TestOrderOfAWakeThatNoneWaitedFor(t *testing.T) {
	functions := []Function{{Name: "a", App: "x"}, {Name: "b", App: "x"}, {Name: "c", App: "x"}}
	got := served(t, Platform{KeepAlive: resting{}, Order: ShortestWithStart, Dispatch: QueueDispatch, Unit: PerApp, Resume: Constant(10), Limit: Limit{Instances: 2}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}}, functions,
		[][2]Time{{1, 40}, {45, 4}, {56, 6}, {57, 6}, {82, 6}}, [][2]Time{{0, 2}, {83, 2}}, [][2]Time{{70, 100}})
	if want := "b 0: 10–12; a 1: 11–51; a 45: 51–55; a 56: 56–62; a 57: 57–63; c 70: 80–180; a 82: 92–98; b 83: 98–100"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// A node of 400 MiB sends nobody elsewhere: the same, with a resume of 8, by what is on the node.
//
//	b    of 0 is cold, 12 with its start, and gone at 57
//	a    of 20 is cold; of 50 it is woken, 14, and paused from 69 to 109
//	c    (300 MiB) of 60 is served from 70 to 100
//	d    (300 MiB) of 80, of which nothing is known, is first and waits for room
//
// Behind it wait b of 81, whose instance is gone: 12, and a of 82, whose is to be woken: 14. At
// 100 d has c's room, and a's instance leaves; b starts beside it, and a when b has ended. If
// a's had been taken for one that idles, of which nothing is known, a were before b.
func TestOrderWithWakeOnANode(t *testing.T) {
	functions := []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 100}, {Name: "c", Memory: 300}, {Name: "d", Memory: 300}}
	got := served(t, Platform{KeepAlive: resting{}, Order: ShortestWithStart, Resume: Constant(8), Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 400}}, Placement: homeNode{}, Eviction: leastRecent{}}}, functions,
		[][2]Time{{20, 6}, {50, 6}, {82, 6}}, [][2]Time{{0, 2}, {81, 2}}, [][2]Time{{60, 30}}, [][2]Time{{80, 10}})
	for _, want := range []string{"a 50: 58–64", "d 80: 110–120", "b 81: 110–112", "a 82: 122–128"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s, want %s in it", got, want)
		}
	}
}
