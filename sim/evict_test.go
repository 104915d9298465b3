package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// falling gives whoever becomes idle less than all before.
type falling struct {
	next float64
	most int // entries of its node's queue
}

func (f *falling) New(int, RunKey) Eviction { return f }
func (*falling) Clones() bool               { return false }
func (*falling) Evicted(float64, Time)      {}

func (f *falling) Idle(r Resident, _ Time) float64 {
	f.most = max(f.most, len(r.d.cluster.nodes[0].queue))
	f.next--
	return f.next
}

// Where priorities fall and nobody needs room, what is stale of a node's queue goes: two
// instances that serve 3,000 requests in turn have at most two entries each that count,
// or did, beside the spare ones. And who is to leave first still does: c takes the room
// of a, which was idle last and has the least, so that only b is warm at the end.
func TestStaleEntriesGo(t *testing.T) {
	f := &falling{}
	p := Platform{KeepAlive: window(Never), Limit: Limit{Over: QueueOver}, Init: Init{{Phase: PhaseRuntime, Duration: Constant(1)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 200}}, Placement: firstNode{}, Eviction: f}}
	var a, b [][2]Time
	for i := range Time(1500) {
		b = append(b, [2]Time{6 * i, 1})
		a = append(a, [2]Time{6*i + 3, 1})
	}
	a, b = append(a, [2]Time{9800, 1}), append(b, [2]Time{9700, 1})
	l := &list{}
	for _, calls := range [][][2]Time{a, b, {{9500, 1}}} {
		var list []Invocation
		for _, c := range calls {
			list = append(list, Invocation{Arrival: c[0], Service: c[1], Function: uint32(len(l.functions))})
		}
		l.functions = append(l.functions, Function{Name: string(rune('a' + len(l.functions))), Memory: 100})
		l.invocations = append(l.invocations, list)
	}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	if f.most > spareCandidates+2*2+1 {
		t.Errorf("a queue of %d entries for 2 instances", f.most)
	}
	for _, o := range got.outcomes {
		cold := o.Flags&Cold != 0
		if want := o.Function == 2 || o.Arrival == 9800 || o.Arrival == 0 || o.Arrival == 3; cold != want {
			t.Fatalf("function %d at %d: cold %v, want %v", o.Function, o.Arrival, cold, want)
		}
	}
}

// startsAt starts an instance at a time, which stays for ever.
type startsAt Time

func (o startsAt) New(Group) Prewarm { return o }

func (o startsAt) Tick(_ View, now Time) Action {
	if now < Time(o) {
		return Action{Next: Time(o)}
	}
	return Action{Start: 1, Until: Never, Next: Never}
}

// counting notes how many clones an instance has whenever one becomes idle.
type counting struct{ seen []int }

func (c *counting) New(int, RunKey) Eviction { return c }
func (*counting) Clones() bool               { return true }
func (*counting) Evicted(float64, Time)      {}

func (c *counting) Idle(r Resident, _ Time) float64 {
	c.seen = append(c.seen, r.Clones())
	return 0
}

// The instance of a request at 10, which is ready at 12 and free at 15, is idle until 21.
// One that is started ahead at 20 is ready at 22: it is alone then, though nobody has
// looked at the other since it went.
func TestWhoIsGoneIsNoClone(t *testing.T) {
	c := &counting{}
	p := Platform{KeepAlive: window(6), Prewarm: startsAt(20), Init: Init{{Phase: PhaseRuntime, Duration: Constant(2)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 400}}, Placement: firstNode{}, Eviction: c}}
	onNodes(t, p, []int64{100}, [][2]Time{{10, 3}})
	if want := []int{1, 1}; !slices.Equal(c.seen, want) {
		t.Errorf("it has %v clones, want %v", c.seen, want)
	}
}

// growsTo wants two instances of the first function from its first request on, looks every
// 20, and wants four from 40 on. They stay for ever. Of others it wants what they have.
type growsTo struct {
	perRequest
	first bool
}

func (growsTo) New(g Group) Scaling { return growsTo{first: g.Functions[0] == 0} }

func (g growsTo) Tick(v View, now Time) Scale {
	s := Scale{Wanted: 2, Until: Never, Next: now + 20}
	switch {
	case !g.first:
		s.Wanted = v.Instances()
	case now >= 40:
		s.Wanted = 4
	}
	return s
}

// A node of 200 MiB has the two instances of a, which are idle from 20 on. An autoscaler
// that wants four finds no room: it does not let those go that it has. b's request of 70
// may have the room of one of them, from 80 to 85; at 100 a's autoscaler takes it back.
func TestNobodyEvictsItsOwn(t *testing.T) {
	p := Platform{KeepAlive: window(Never), Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 200}}, Placement: firstNode{}, Eviction: leastRecent{}}}
	for _, c := range []struct {
		b    []Invocation
		want int
	}{{nil, 0}, {[]Invocation{{Arrival: 70, Service: 5, Function: 1}}, 2}} {
		l := &list{functions: []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 100}}, invocations: [][]Invocation{{{Service: 5}}, c.b}}
		p.Scaling = growsTo{}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 300}, Platforms: []Platform{p}})
		evicted := 0
		for _, l := range got.lives {
			if l.Cause == Evicted {
				evicted++
			}
		}
		if evicted != c.want {
			t.Errorf("%d of %d instances were evicted, want %d", evicted, len(got.lives), c.want)
		}
	}
}

// holder is an autoscaler that looks every 100 from its first request on, and holds what it wants.
type holder struct {
	perRequest
	first  uint32
	wanted func(first uint32, now Time) int
}

func (h holder) New(g Group) Scaling { return holder{first: g.Functions[0], wanted: h.wanted} }

func (h holder) Tick(_ View, now Time) Scale {
	return Scale{Wanted: h.wanted(h.first, now), Hold: true, Until: Never, Next: now + 100}
}

// A node has room for three. a's autoscaler wants two from 0 on, and one from 200 on; b's wants
// two from 50 on, and finds room for one: both of a are wanted, so that neither leaves, at 50 or
// when b's looks again, at 150. At 200 a's newer one is let go, and b's has its room when it looks
// at 250. a wants it back from 300 on, and finds no room.
func TestNobodyEvictsWhatAnotherHolds(t *testing.T) {
	wanted := func(first uint32, now Time) int {
		if first == 0 && now == 200 {
			return 1
		}
		return 2
	}
	l := &list{functions: []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 100}}, invocations: [][]Invocation{{{Service: 5}}, {{Arrival: 50, Service: 5, Function: 1}}}}
	for name, eviction := range map[string]EvictionFactory{"by instance": leastRecent{}, "by clones": oftenAndSmall{}} {
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 600}, Platforms: []Platform{{
			KeepAlive: window(Never), Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, Scaling: holder{wanted: wanted},
			Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}, Cluster: &Cluster{Nodes: []Node{{Memory: 300}}, Placement: firstNode{}, Eviction: eviction},
		}}})
		lines := whoWasEvicted(got.lives)
		if want := []string{"a of 0", "a of 0 evicted at 250", "b of 250", "b of 50"}; !slices.Equal(lines, want) {
			t.Errorf("%s: %q, want %q", name, lines, want)
		}
	}
}

// toldEach are autoscalers that answer what stands in a list, one for each deployment in the
// order of its first function.
type toldEach [][]Scale

func (l toldEach) New(g Group) Scaling { return told{answers: l[g.Functions[0]]}.New(g) }

// floorOfFirst has one provisioned instance of the first function.
type floorOfFirst struct{}

func (floorOfFirst) New(g Group) Prewarm {
	if g.Functions[0] == 0 {
		return ticking{every: 100_000, floor: []int{1}, unit: 1}
	}
	return ticking{every: 100_000, floor: []int{0}, unit: 1}
}

// a's autoscaler looks every 100 from 0 on, and drains nobody: who is not wanted idles, and may be
// evicted. Starts take 10. b's looks every 100 from its request on, wants one instance from then on,
// and finds no room where it may evict nobody. Of two of a the older one serves the request of 0, to 15.
//
//   - wanted again: the newer one is let go at 100, wanted from 200 on, before b's looks at 250, and let
//     go again at 400: its room is b's when that looks next, at 450.
//   - busy: each serves one of two requests, from 10 to 510. The newer one is let go at 100, and idles
//     from 510 on: b's, which looks at 150, 250 …, has its room at 550, and ends nobody's work before.
//   - floor: a wants none, and has a provisioned one, which is nobody's to evict.
//   - no eviction: on a node where nobody is evicted the one that is let go stays, too.
//   - stops holding: at 100 it wants two and holds neither, so that both may leave: the newer one, idle
//     since 10, has been so for longer, and its room is b's at 150.
func TestLetGoMayBeEvicted(t *testing.T) {
	next := func(wanted int, hold bool) Scale { return Scale{Wanted: wanted, Hold: hold, Until: Never, Next: 100} }
	one, two := next(1, true), next(2, true)
	for _, c := range []struct {
		name     string
		a        []Scale
		calls    []Time // services of a's requests of 0
		b        Time   // when its request arrives
		memory   int64
		eviction EvictionFactory
		prewarm  PrewarmFactory
		want     []string
	}{
		{"wanted again", []Scale{two, one, two, two, one}, []Time{5}, 250, 200, leastRecent{}, nil, []string{"a of 0", "a of 0 evicted at 450", "b of 450"}},
		{"wanted again, by clones", []Scale{two, one, two, two, one}, []Time{5}, 250, 200, oftenAndSmall{}, nil, []string{"a of 0", "a of 0 evicted at 450", "b of 450"}},
		{"busy", []Scale{two, one}, []Time{500, 500}, 150, 200, leastRecent{}, nil, []string{"a of 0", "a of 0 evicted at 550", "b of 550"}},
		{"floor", []Scale{next(0, true)}, []Time{5}, 150, 100, leastRecent{}, floorOfFirst{}, []string{"a of 0"}},
		{"no eviction", []Scale{two, one}, []Time{5}, 150, 200, nil, nil, []string{"a of 0", "a of 0"}},
		{"stops holding", []Scale{two, next(2, false)}, []Time{5}, 150, 200, leastRecent{}, nil, []string{"a of 0", "a of 0 evicted at 150", "b of 150"}},
	} {
		l := &list{functions: []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 100}}, invocations: [][]Invocation{nil, {{Arrival: c.b, Service: 5, Function: 1}}}}
		for _, service := range c.calls {
			l.invocations[0] = append(l.invocations[0], Invocation{Service: service})
		}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 600}, Platforms: []Platform{{
			KeepAlive: window(Never), Dispatch: QueueDispatch, Limit: Limit{Over: QueueOver}, Scaling: toldEach{c.a, {one}}, Prewarm: c.prewarm,
			Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}}, Cluster: &Cluster{Nodes: []Node{{Memory: c.memory}}, Placement: firstNode{}, Eviction: c.eviction},
		}}})
		if lines := whoWasEvicted(got.lives); !slices.Equal(lines, c.want) {
			t.Errorf("%s: %q, want %q", c.name, lines, c.want)
		}
	}
}

// whoWasEvicted lists lives as "function of creation", and when they were evicted.
func whoWasEvicted(lives []Life) (lines []string) {
	for _, l := range lives {
		line := fmt.Sprintf("%c of %d", 'a'+l.Deployment, l.Created)
		if l.Cause == Evicted {
			line += fmt.Sprintf(" evicted at %d", l.Stopped)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// fallingClones has all of the first function leave last until 30, and first from then on.
type fallingClones struct{}

func (f fallingClones) New(int, RunKey) Eviction { return f }
func (fallingClones) Clones() bool               { return true }
func (fallingClones) Evicted(float64, Time)      {}

func (fallingClones) Idle(r Resident, now Time) float64 {
	switch {
	case r.Function() > 0:
		return 3
	case now < 30:
		return 5
	}
	return 1
}

// A node of 320 MiB has two of a, of 110, and b, of 100. a's first is idle from 10 on, with 5, b from 20 on,
// with 3, a's second from 31 on, with 1, which is the priority of both of a from then on: c's of 210 at 50 takes the
// room of these two, whatever a's first had when it became idle. So it is where both are paused meanwhile, 5 after they
// became idle, to 100 MiB.
func TestClonesFallTogether(t *testing.T) {
	for name, p := range map[string]Platform{
		"most recent":  {KeepAlive: window(Never)},
		"least loaded": {KeepAlive: window(Never), Reuse: LeastLoaded},
		"paused":       {KeepAlive: shrinking{}},
	} {
		l := &list{functions: []Function{{Name: "a", Memory: 110}, {Name: "b", Memory: 100}, {Name: "c", Memory: 210}}, invocations: [][]Invocation{
			{{Arrival: 0, Service: 10}, {Arrival: 1, Service: 30}}, {{Arrival: 5, Service: 15, Function: 1}}, {{Arrival: 50, Service: 5, Function: 2}}}}
		p.Scaling, p.Limit.Over = perRequest{}, QueueOver
		p.Cluster = &Cluster{Nodes: []Node{{Memory: 320}}, Placement: firstNode{}, Eviction: fallingClones{}}
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{p}})
		var lines []string
		for _, line := range whoWasEvicted(got.lives) {
			if line[0] == 'b' || strings.Contains(line, "evicted") {
				lines = append(lines, line[:1]+line[strings.LastIndexByte(line, ' '):])
			}
		}
		if want := []string{"a 50", "a 50", "b 5"}; !slices.Equal(lines, want) {
			t.Errorf("%s: who stopped when, or stays since, is %q, want %q", name, lines, want)
		}
	}
}
