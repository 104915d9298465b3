package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Two nodes of 400 MiB; a (300) and c (100) are sent to the first, b (100) to the second.
// a is busy there from 0 to 50. The next a, at 10, waits, and c behind it, though it has
// room from 20 on: until 50, when a's instance is free, and c starts in the room beside it.
// b comes at 30, and has its node for itself.
func TestWhoIsFirstHoldsBack(t *testing.T) {
	memory := []int64{300, 100, 100}
	a, b, c := [][2]Time{{0, 50}, {10, 10}}, [][2]Time{{30, 5}}, [][2]Time{{20, 5}}
	p := Platform{KeepAlive: window(Never), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{Nodes: []Node{{Memory: 400}, {Memory: 400}}, Placement: homeNode{}, Eviction: leastRecent{}}}
	for _, test := range []struct {
		name, want string
		change     func(*Platform)
	}{
		{"lines", "a 0: 0–50; a 10: 50–60; c 20: 50–55; b 30: 30–35", func(*Platform) {}},
		// Placed when they start, all but the first a find room at once: on the second node.
		{"placed", "a 0: 0–50; a 10: 10–20; c 20: 20–25; b 30: 30–35", func(p *Platform) { p.Cluster.Placement = firstNode{} }},
		// The first node drains at 25: a goes on, who waits is sent to the second, in order.
		{"drains", "a 0: 0–50; a 10: 25–35; c 20: 25–30; b 30: 30–35", func(p *Platform) {
			p.Cluster.Failures.Schedule = []Outage{{Node: 0, At: 25, For: 100, Drain: true}}
		}},
		// It fails: all that is there does, who waits too.
		{"fails", "a 0: 0–25 status 3; a 10: –25 status 3; c 20: –25 status 3; b 30: 30–35", func(p *Platform) {
			p.Cluster.Failures.Schedule = []Outage{{Node: 0, At: 25, For: 100}}
		}},
		// Both are away from 5 on, so that a at 10 and c wait for the first that is back, which
		// is the second, at 40.
		{"nobody", "a 0: 0–50; a 10: 40–50; c 20: 40–45; b 30: 45–50", func(p *Platform) {
			p.Cluster.Failures.Schedule = []Outage{{Node: 0, At: 5, For: 100, Drain: true}, {Node: 1, At: 5, For: 35}}
		}},
		{"one may wait", "a 0: 0–50; a 10: 50–60; c 20: –20 status 2; b 30: 30–35", func(p *Platform) { p.Limit.Queue = 1 }},
		{"nobody may wait", "a 0: 0–50; a 10: –10 status 2; c 20: 20–25; b 30: 30–35", func(p *Platform) { p.Limit.Over = RejectOver }},
		// The second a gives up at 40, and c is first.
		{"gives up", "a 0: 0–50; a 10: –40 status 2; c 20: 40–45; b 30: 30–35", func(p *Platform) { p.Limit.QueueWait = 30 }},
		// Two at a time, those who wait too: a limit on requests rejects before any is sent.
		{"account", "a 0: 0–50; a 10: 50–60; c 20: –20 status 2; b 30: –30 status 2", func(p *Platform) { p.Limit.Account = 2 }},
	} {
		p, cluster := p, *p.Cluster
		p.Cluster = &cluster
		test.change(&p)
		if got := onNodes(t, p, memory, a, b, c); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// Nodes of 400 and 100 MiB are both away from 5 on; node 1 is back at 40, node 0 at 200. a
// (300 MiB), of 10, is first of those that nobody takes, whatever the order: of neither is
// anything known, a came first, and its clients give up first. b (100), of 20, is served at
// 40 all the same, and a at 200.
func TestWhoNobodyTakesHoldsNobodyBack(t *testing.T) {
	for o := range numOrders {
		p := Platform{Order: Order(o), Cluster: &Cluster{Nodes: []Node{{Memory: 400}, {Memory: 100}}, Placement: homeNode{}, Eviction: leastRecent{},
			Failures: Failures{Schedule: []Outage{{Node: 0, At: 5, For: 195}, {Node: 1, At: 5, For: 35}}}}}
		functions := []Function{{Name: "a", Memory: 300, Patience: 500}, {Name: "b", Memory: 100, Patience: 600}}
		if got, want := served(t, p, functions, [][2]Time{{10, 5}}, [][2]Time{{20, 5}}), "b 20: 40–45; a 10: 200–205"; got != want {
			t.Errorf("%v: %s, want %s", p.Order, got, want)
		}
	}
}

// What the placement sees: three requests of a at its node, of which one is served, one
// waits and one has been cut off; an instance serves two at a time.
func TestNodesTellWhatIsSent(t *testing.T) {
	var told []string
	p := Platform{KeepAlive: window(Never), Concurrency: 2, Limit: Limit{Over: QueueOver}, Cluster: &Cluster{Nodes: []Node{{Memory: 100}, {Memory: 300}}, Placement: tellsSent{&told}, Eviction: leastRecent{}}}
	// The two of 0 have one instance, and that of 10 waits: with it, and with that of 30, two
	// are wanted. At 70 all have ended, and the instance idles.
	onNodes(t, p, []int64{100}, [][2]Time{{0, 50}, {0, 60}, {10, 1}, {30, 1}, {70, 1}})
	want := []string{"0 100 0", "1 100 0", "2 200 0", "3 200 0", "0 100 1"}
	if len(told) != len(want) {
		t.Fatalf("%q, want %q", told, want)
	}
	for i, w := range want {
		if told[i] != w {
			t.Errorf("request %d is told %q, want %q", i, told[i], w)
		}
	}
}

// What goes with no lines of nodes is refused.
func TestBalanceRefuses(t *testing.T) {
	for want, change := range map[string]func(*Platform){
		"dispatch by a queue":       func(p *Platform) { p.Dispatch = QueueDispatch },
		"pool that functions share": func(p *Platform) { p.Pool = restock{} },
		"autoscaler of nodes": func(p *Platform) {
			p.Cluster.Scaling = &NodeScaling{Scan: 1, Groups: []NodeGroup{{Count: 1, Start: Constant(1)}}}
		},
		"reuse of the least loaded": func(p *Platform) { p.Reuse = LeastLoaded },
		"routing policy":            func(p *Platform) { p.Routing = lastOf{} },
	} {
		p := Platform{KeepAlive: window(1), Scaling: perRequest{}, Cluster: &Cluster{Nodes: []Node{{Memory: 100}}, Placement: homeNode{}}}
		change(&p)
		refused(t, Config{Workload: &list{functions: []Function{{Name: "f", Memory: 1}}, invocations: make([][]Invocation, 1)}, Platforms: []Platform{p}, Window: Window{Horizon: 1}}, want)
	}
	p := Platform{KeepAlive: window(1), Cluster: &Cluster{Nodes: []Node{{Memory: 10}, {Memory: 100}}, Placement: awry{}}}
	refused(t, Config{Workload: &list{functions: []Function{{Name: "f", Memory: 50}}, invocations: [][]Invocation{{{Arrival: 1}}}}, Platforms: []Platform{p}, Window: Window{Horizon: 5}},
		"sent a request to node 0 of 2, want one that takes it")
}

// The floors of a (100 MiB) and b (300) fill the first node, and a's next request waits
// there. As that node drains at 5, the request starts an instance on the second, until
// 15, and b's floor, for which that one is too small, comes back with the first node, at
// 25: its policy is asked no more.
func TestFloorComesBackThoughOthersAreSentOn(t *testing.T) {
	l := &list{functions: []Function{{Name: "a", Memory: 100}, {Name: "b", Memory: 300}},
		invocations: [][]Invocation{{{Arrival: 1, Service: 10}, {Arrival: 2, Service: 10}}, nil}}
	p := Platform{KeepAlive: window(-1), Prewarm: ticking{every: 10_000, floor: []int{1}, unit: 1}, Limit: Limit{Over: QueueOver},
		Cluster: &Cluster{Nodes: []Node{{Memory: 400}, {Memory: 100}}, Placement: homeNode{}, Failures: Failures{Schedule: []Outage{{Node: 0, At: 5, For: 20, Drain: true}}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 100}, Platforms: []Platform{p}})
	var floors []string
	for _, in := range got.lives {
		if in.Flags&Provisioned != 0 {
			floors = append(floors, fmt.Sprintf("%c %d–%d", 'a'+in.Deployment, in.Created, in.Stopped))
		}
	}
	slices.Sort(floors)
	if got, want := strings.Join(floors, "; "), "a 0–11; a 15–100; b 0–5; b 25–100"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
