package sim

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// onNodes runs functions of such MiB, each of requests [arrival, service], on nodes, and
// returns "function arrival: start–end", one a request, in the order of arrival; what
// never began has no start.
func onNodes(t *testing.T, p Platform, memory []int64, functions ...[][2]Time) string {
	t.Helper()
	l := &list{}
	for f, requests := range functions {
		var calls []Invocation
		for _, r := range requests {
			calls = append(calls, Invocation{Arrival: r[0], Service: r[1], Function: uint32(f)})
		}
		l.functions = append(l.functions, Function{Name: string(rune('a' + f)), Memory: memory[f]})
		l.invocations = append(l.invocations, calls)
	}
	p.Scaling = perRequest{}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 10_000}, Platforms: []Platform{p}})
	var lines []string
	slices.SortStableFunc(got.outcomes, func(a, b Outcome) int { return int(a.Arrival - b.Arrival) })
	for _, o := range got.outcomes {
		start := ""
		if o.Started {
			start = fmt.Sprint(o.Start)
		}
		line := fmt.Sprintf("%c %d: %s–%d", 'a'+o.Function, o.Arrival, start, o.End)
		if o.Status != Completed {
			line += fmt.Sprintf(" status %d", o.Status)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// One node of 300 MiB, where a (200) is busy from 0 to 50. b (200) waits from 10, c (300)
// from 20, d (100) has room at 30, and ends at 40. At 50 a may go: b, which has waited
// longest, has its room till 60; c, which needs all, then that of b and d.
func TestWhoWaitsForRoom(t *testing.T) {
	p := Platform{KeepAlive: window(Never), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{Nodes: []Node{{Memory: 300}}, Placement: firstNode{}, Eviction: leastRecent{}}}
	got := onNodes(t, p, []int64{200, 200, 300, 100}, [][2]Time{{0, 50}}, [][2]Time{{10, 10}}, [][2]Time{{20, 10}}, [][2]Time{{30, 10}})
	if want := "a 0: 0–50; b 10: 50–60; c 20: 60–70; d 30: 30–40"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// Where nobody may wait b and c are rejected at once.
	p.Limit.Over = RejectOver
	got = onNodes(t, p, []int64{200, 200, 300, 100}, [][2]Time{{0, 50}}, [][2]Time{{10, 10}}, [][2]Time{{20, 10}}, [][2]Time{{30, 10}})
	if want := "a 0: 0–50; b 10: –10 status 2; c 20: –20 status 2; d 30: 30–40"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// Where nobody is evicted, b has the room that a's window of 30 leaves at 81, and c
	// that of b, which ends at 91, and idles until 121, at 122.
	p.Limit.Over, p.KeepAlive, p.Cluster.Eviction = QueueOver, window(30), nil
	got = onNodes(t, p, []int64{200, 200, 300, 100}, [][2]Time{{0, 50}}, [][2]Time{{10, 10}}, [][2]Time{{20, 10}}, [][2]Time{{30, 10}})
	if want := "a 0: 0–50; b 10: 81–91; c 20: 122–132; d 30: 30–40"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// a pauses, 5 after its first request, to 100 of its 150 MiB. b has 60 of the 170 from 20
// to 60, so that there are 10 free, and a needs 50 at 30: its own memory is not to be had
// for itself. It goes on when b idles, and may be evicted. c is as a, where b has ended
// before and is evicted at once.
func TestPausedNeedsItsRoomAgain(t *testing.T) {
	p := Platform{KeepAlive: shrinking{}, Limit: Limit{Over: QueueOver}, Cluster: &Cluster{Nodes: []Node{{Memory: 170}}, Placement: firstNode{}, Eviction: leastRecent{}}}
	got := onNodes(t, p, []int64{150, 60}, [][2]Time{{0, 10}, {30, 5}}, [][2]Time{{20, 40}})
	if want := "a 0: 0–10; b 20: 20–60; a 30: 60–65"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	got = onNodes(t, p, []int64{150, 60}, [][2]Time{{0, 10}, {30, 5}}, [][2]Time{{20, 5}})
	if want := "a 0: 0–10; b 20: 20–25; a 30: 30–35"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// shrinking pauses after 5 to 100 MiB, for ever.
type shrinking struct{}

func (shrinking) Scope() Scope          { return ScopeDeployment }
func (p shrinking) New(Group) KeepAlive { return p }

func (shrinking) Idle(v View, in Instance, now Time) Decision {
	if in.Stage() == Whole && v.Memory() > 100 {
		return Decision{Until: now + 5, Then: Pause, Memory: 100}
	}
	return Decision{Until: Never}
}

// Starts take 10. The first node fails at 25: a's request of 0, which began at 10, ends as
// failed, b's, which arrived at 20 and whose instance still starts, too, and never began. c
// is on the second node, and not concerned. a's of 30 starts there anew; b's of 31 finds it
// full, and waits for the first to be back at 125. A drain lets both end: of the
// first node, back at 125, they hold all, until b's has ended and gone at 130.
func TestNodeFails(t *testing.T) {
	for _, c := range []struct {
		drain bool
		want  string
	}{
		{false, "a 0: 10–25 status 3; c 5: 15–515; b 20: –25 status 3; a 30: 40–240; b 31: 135–235"},
		{true, "a 0: 10–210; c 5: 15–515; b 20: 30–130; a 30: 40–240; b 31: 140–240"},
	} {
		p := Platform{KeepAlive: window(Never), Limit: Limit{Over: QueueOver}, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
			Cluster: &Cluster{Nodes: []Node{{Memory: 200}, {Memory: 220}}, Placement: firstNode{}, Eviction: leastRecent{}, Failures: Failures{Schedule: []Outage{{Node: 0, At: 25, For: 100, Drain: c.drain}}}}}
		got := onNodes(t, p, []int64{100, 100, 120}, [][2]Time{{0, 200}, {30, 200}}, [][2]Time{{20, 100}, {31, 100}}, [][2]Time{{5, 500}})
		if got != c.want {
			t.Errorf("drain %v: %s, want %s", c.drain, got, c.want)
		}
	}
}

// A node fails at 25, under two whose instances initialise until 29 and 30, and who have 5 from
// their arrival: of 19 timed out at 24; that of 20, which would at 25, fails, since what happens
// to nodes comes first. Servers and slots alike.
func TestNodeFailsAsRequestsTimeOut(t *testing.T) {
	p := Platform{KeepAlive: window(Never), Limit: Limit{Over: QueueOver}, Timeout: 5, TimeoutClock: RequestClock, Init: Init{{Phase: PhaseSandbox, Duration: Constant(10)}},
		Cluster: &Cluster{Nodes: []Node{{Memory: 200}}, Placement: firstNode{}, Failures: Failures{Schedule: []Outage{{At: 25, For: 100}}}}}
	for name, server := range map[string]ServerFactory{"slots": nil, "a server": apart{1}} {
		p.Server = server
		got := onNodes(t, p, []int64{100, 100}, [][2]Time{{19, 100}}, [][2]Time{{20, 100}})
		if want := "a 19: –24 status 1; b 20: –25 status 3"; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Times between failures are exponential: over 4,000 nodes with a mean of 50 up and 25
// down, those that have failed by 100 are 1 − e^−2 = 86.5 %, ± 4 deviations of 0.54 %: each
// has one request that is served from 0 to 100.
func TestMeanTimeToFailure(t *testing.T) {
	l := &list{}
	c := &Cluster{Placement: firstNode{}, Failures: Failures{MeanUp: 50 * Second, MeanDown: 25 * Second}}
	for f := range 4000 {
		c.Nodes = append(c.Nodes, Node{Memory: 100})
		l.functions = append(l.functions, Function{Name: fmt.Sprint(f), Memory: 100})
		l.invocations = append(l.invocations, []Invocation{{Service: 100 * Second, Function: uint32(f)}})
	}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 200 * Second}, Platforms: []Platform{{KeepAlive: window(Never), Cluster: c}}})
	failed := 0
	for _, o := range got.outcomes {
		if o.Status == Failed {
			failed++
		}
	}
	if failed < 3373 || failed > 3545 {
		t.Errorf("%d of 4000 have failed", failed)
	}
}

// Nodes of two platforms fail each for itself: of 2,000 pairs of the same number both have
// failed by 100 s with (1 − e^−2)², 74.8 %, ± 4 deviations of 19.4.
func TestPlatformsFailApart(t *testing.T) {
	l := &list{}
	c := Config{Workload: l, Window: Window{Horizon: 200 * Second}}
	for k := range 2 {
		cluster := &Cluster{Placement: firstNode{}, Failures: Failures{MeanUp: 50 * Second, MeanDown: 25 * Second}}
		for i := range 2000 {
			cluster.Nodes = append(cluster.Nodes, Node{Memory: 100})
			f := uint32(len(l.functions))
			l.functions = append(l.functions, Function{Name: fmt.Sprint(k, i), Memory: 100})
			l.invocations = append(l.invocations, []Invocation{{Service: 100 * Second, Function: f}})
			c.On = append(c.On, PlatformID(k))
		}
		c.Platforms = append(c.Platforms, Platform{KeepAlive: window(Never), Cluster: cluster})
	}
	got, _ := replay(t, c)
	failures := map[uint32]int{} // by the number of the node, which is the function's
	for _, o := range got.outcomes {
		if o.Status == Failed {
			failures[o.Function%2000]++
		}
	}
	both := 0
	for _, n := range failures {
		both += n / 2
	}
	if both < 1418 || both > 1573 {
		t.Errorf("%d of 2000 pairs have failed both", both)
	}
}

// A server whose start takes no time has its second slot from then on, as slots do. a has the
// only room until 10, and for that instant; of b two wait, and the first starts an instance for both though there
// would be room for two.
func TestServerOpensAtOnce(t *testing.T) {
	l := &list{functions: []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 50}},
		invocations: [][]Invocation{{{Service: 10}}, {{Arrival: 1, Service: 5, Function: 1}, {Arrival: 2, Service: 6, Function: 1}}}}
	for name, server := range map[string]ServerFactory{"slots": nil, "a server": apart{2}} {
		got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{{KeepAlive: window(0), Concurrency: 2, Server: server,
			Limit: Limit{Over: QueueOver}, Cluster: &Cluster{Nodes: []Node{{Memory: 100}}, Placement: firstNode{}}}}})
		var lives []string
		for _, life := range got.lives {
			lives = append(lives, fmt.Sprint(life.Created, "–", life.Stopped, " served ", life.Served))
		}
		if want := "0–10 served 1; 11–17 served 2"; strings.Join(lives, "; ") != want {
			t.Errorf("%s: %q, want %q", name, lives, want)
		}
	}
}

// What cannot run on a cluster is refused.
func TestClusterRefuses(t *testing.T) {
	for what, p := range map[string]Platform{
		"no node has as much":                      {Cluster: &Cluster{Nodes: []Node{{Memory: 64}}, Placement: firstNode{}}},
		"its cluster has 0 nodes":                  {Cluster: &Cluster{Placement: firstNode{}}},
		"its cluster has no placement policy":      {Cluster: &Cluster{Nodes: []Node{{Memory: 128}}}},
		"outage 0 is of node 1 of 1":               {Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}, Failures: Failures{Schedule: []Outage{{Node: 1}}}}},
		"chose node -1 of 1, want one with room":   {Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: nowhere{}}},
		"the priority NaN":                         {Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}, Eviction: nan{}}},
		"hold 64 MiB after 32, want no more":       {KeepAlive: growing{}, Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}}},
		"a mean time of repair and none between":   {Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}, Failures: Failures{MeanDown: 1}}},
		"0 MiB, 0 thousandths of a core and 0 of":  {Cluster: &Cluster{Nodes: []Node{{}}, Placement: firstNode{}}},
		"an instance has -1 thousandths of a GPU":  {MilliGPU: -1, Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}}},
		"128 MiB and 500 thousandths of a GPU, an": {MilliGPU: 500, Cluster: &Cluster{Nodes: []Node{{Memory: 128}}, Placement: firstNode{}}},
	} {
		if p.KeepAlive == nil {
			p.KeepAlive = window(5)
		}
		p.Scaling = perRequest{}
		err := refusedOn(p)
		if err == nil || !strings.Contains(err.Error(), what) || !strings.HasPrefix(err.Error(), "simulating: ") || strings.Contains(err.Error(), "panic") {
			t.Errorf("%v, want %q", err, what)
		}
	}
}

// refusedOn runs one request.
func refusedOn(p Platform) error {
	l := &list{functions: []Function{{Name: "f", Memory: 128}}, invocations: [][]Invocation{{{Service: 1}, {Arrival: 500, Service: 1}}}}
	_, err := Run(context.Background(), Config{Workload: l, Window: Window{Horizon: 1000}, Platforms: []Platform{p}, Observers: func() []Observer { return nil }})
	return err
}

type nowhere struct{}

func (n nowhere) New(int) Placement   { return n }
func (nowhere) Place(Nodes, Time) int { return -1 }

type nan struct{ leastRecent }

func (n nan) New(int, RunKey) Eviction  { return n }
func (nan) Idle(Resident, Time) float64 { return math.NaN() }

// growing holds more when it is paused again.
type growing struct{}

func (growing) Scope() Scope          { return ScopeDeployment }
func (g growing) New(Group) KeepAlive { return g }

func (growing) Idle(_ View, in Instance, now Time) Decision {
	return Decision{Until: now + 5, Then: Pause, Memory: 32 * int64(1+in.Stage())}
}
