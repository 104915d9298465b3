package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// nodesTold runs functions of such MiB on a platform and returns "node ordered, there from
// –to", one a NodeLife, with a * of those that are there at the horizon of 1,000.
func nodesTold(t *testing.T, p Platform, memory []int64, functions ...[][2]Time) (requests, nodes string) {
	t.Helper()
	l := &list{}
	for f, calls := range functions {
		var list []Invocation
		for _, c := range calls {
			list = append(list, Invocation{Arrival: c[0], Service: c[1], Function: uint32(f)})
		}
		l.functions = append(l.functions, Function{Name: string(rune('a' + f)), Memory: memory[f]})
		l.invocations = append(l.invocations, list)
	}
	p.Scaling = perRequest{}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 1_000}, Platforms: []Platform{p}})
	var lines, lives []string
	slices.SortStableFunc(got.outcomes, func(a, b Outcome) int { return int(a.Arrival - b.Arrival) })
	for _, o := range got.outcomes {
		lines = append(lines, fmt.Sprintf("%c %d: %d–%d", 'a'+o.Function, o.Arrival, o.Start, o.End))
	}
	for _, n := range got.nodes {
		line := fmt.Sprintf("%d: %d, %d–%d", n.Node, n.Ordered, n.From, n.To)
		if n.Live {
			line += "*"
		}
		lives = append(lives, line)
	}
	return strings.Join(lines, "; "), strings.Join(lives, "; ")
}

// Nodes of 200 MiB, one always, three at most; the autoscaler looks every 10, a node takes
// 30 to start and leaves when it has been empty for 50. Instances leave when they idle.
//
// Two of a (100) fill the first node from 5 to 105. From 12 on three more wait, and from 13
// on one of b (150). At 20 two nodes are ordered: b, the largest, is packed into the first,
// beside which no a has room, two of a into the second, and for the third of a there is no
// node more (the smallest first would order as many: TestNodesArePackedLargestFirst). Both are there at 50, and who waits is served in the order of arrival: a has
// node 1 for two and node 2 for one, until 70, and b, which needs 150, then node 1 until
// 80. So node 2 is empty from 70 on and leaves at 120, and node 1 at 130.
func TestNodesAreOrdered(t *testing.T) {
	p := Platform{KeepAlive: window(-1), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{
		Nodes: []Node{{Memory: 200}, {Memory: 200}, {Memory: 200}}, Placement: firstNode{},
		Scaling: &NodeScaling{Scan: 10, Groups: []NodeGroup{{Count: 3, Least: 1, Start: Constant(30), Idle: 50}}},
	}}
	requests, nodes := nodesTold(t, p, []int64{100, 150}, [][2]Time{{5, 100}, {5, 100}, {12, 20}, {12, 20}, {12, 20}}, [][2]Time{{13, 10}})
	if want := "a 5: 5–105; a 5: 5–105; a 12: 50–70; a 12: 50–70; a 12: 50–70; b 13: 70–80"; requests != want {
		t.Errorf("requests\n%s, want\n%s", requests, want)
	}
	if want := "0: 0, 0–1000*; 1: 20, 50–130; 2: 20, 50–120"; nodes != want {
		t.Errorf("nodes\n%s, want\n%s", nodes, want)
	}
}

// First fit decreasing into nodes of 200: c (200) has the only one from 5 to 105; at 20 two of
// a (50) and two of b (150) wait, and two nodes are enough, a b and an a on each. The smallest
// first, both of a would share one, and each b need another: three. Both are there at 55, when
// who waits has the first node with room in the order of arrival: both a's node 1, until 75,
// where no b has room beside them, the first b node 2, and the second after it, at 58. Node 2
// is empty from 61 on and leaves at 120, node 1 from 75 on, at 130.
func TestNodesArePackedLargestFirst(t *testing.T) {
	p := Platform{KeepAlive: window(-1), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{
		Nodes: []Node{{Memory: 200}, {Memory: 200}, {Memory: 200}, {Memory: 200}, {Memory: 200}}, Placement: firstNode{},
		Scaling: &NodeScaling{Scan: 10, Groups: []NodeGroup{{Count: 5, Least: 1, Start: Constant(35), Idle: 50}}},
	}}
	requests, nodes := nodesTold(t, p, []int64{50, 150, 200}, [][2]Time{{12, 20}, {12, 20}}, [][2]Time{{13, 3}, {13, 3}}, [][2]Time{{5, 100}})
	if want := "c 5: 5–105; a 12: 55–75; a 12: 55–75; b 13: 55–58; b 13: 58–61"; requests != want {
		t.Errorf("requests\n%s, want\n%s", requests, want)
	}
	if want := "0: 0, 0–1000*; 1: 20, 55–130; 2: 20, 55–120"; nodes != want {
		t.Errorf("nodes\n%s, want\n%s", nodes, want)
	}
}

// Three share a node from 15 on: two of a until 32 and 38, one of b until 35, each kept for 20
// more. The node is empty when the last has gone, at 58, though a is counted out at once, and that of
// b, at 55, behind it; it leaves at the first look from 103 on.
func TestNodeIsEmptyWithItsLast(t *testing.T) {
	p := Platform{KeepAlive: window(20), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{
		Nodes: []Node{{Memory: 200}}, Placement: firstNode{},
		Scaling: &NodeScaling{Scan: 10, Groups: []NodeGroup{{Count: 1, Start: Constant(5), Idle: 45}}},
	}}
	requests, nodes := nodesTold(t, p, []int64{60, 60}, [][2]Time{{5, 17}, {5, 23}}, [][2]Time{{6, 20}})
	if want := "a 5: 15–32; a 5: 15–38; b 6: 15–35"; requests != want {
		t.Errorf("requests\n%s, want\n%s", requests, want)
	}
	if want := "0: 10, 15–110"; nodes != want {
		t.Errorf("nodes\n%s, want\n%s", nodes, want)
	}
}

// Of two groups the first that is large enough is ordered: b (300) needs one of the second,
// a (100) one of the first. Who waits when nothing more can be ordered waits for who is
// there. One that fails is not there until it is back, and then has not
// been ordered anew; what is not there does not fail.
func TestNodeGroups(t *testing.T) {
	p := Platform{KeepAlive: window(-1), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{
		Nodes: []Node{{Memory: 100}, {Memory: 300}, {Memory: 300}}, Placement: firstNode{},
		Scaling:  &NodeScaling{Scan: 10, Groups: []NodeGroup{{Count: 1, Start: Constant(5), Idle: 400}, {First: 1, Count: 2, Start: Constant(15), Idle: 400}}},
		Failures: Failures{Schedule: []Outage{{Node: 0, At: 2, For: 500}, {Node: 1, At: 100, For: 20}, {Node: 2, At: 90, For: 5}}},
	}}
	requests, nodes := nodesTold(t, p, []int64{100, 300}, [][2]Time{{13, 10}, {995, 10}}, [][2]Time{{3, 10}})
	// At 10 b waits alone, and node 1 is ordered, which is there at 25; node 0 is too small. At 20
	// a waits, which node 1 on its way has no room for, and node 0 is ordered, there at 25, too. The
	// outages of node 0 at 2 and node 2 at 90 are of what is not there. Node 0 is empty from 35
	// on, and leaves at 440, the first look after 435; node 1 fails at 100, is back at 120, and has been empty for 400 at
	// 520. a's of 995 is looked at at 1000, and has node 0 at 1005: of what is ordered at the horizon nobody is told.
	if want := "b 3: 25–35; a 13: 25–35; a 995: 1005–1015"; requests != want {
		t.Errorf("requests\n%s, want\n%s", requests, want)
	}
	if want := "0: 20, 25–440; 1: 10, 25–100; 1: 120, 120–520"; nodes != want {
		t.Errorf("nodes\n%s, want\n%s", nodes, want)
	}
}

// A node that leaves while it drains has no part in the end of that: it drains from 50 on,
// is empty from 25 on, and leaves at 80; at 450 the drain would be over, of which nothing
// comes. So a's of 700 has no room, the node is ordered then, and there at 705.
func TestNodeLeavesWhileItDrains(t *testing.T) {
	p := Platform{KeepAlive: window(-1), Limit: Limit{Over: QueueOver}, Cluster: &Cluster{
		Nodes: []Node{{Memory: 100}}, Placement: firstNode{},
		Scaling:  &NodeScaling{Scan: 10, Groups: []NodeGroup{{Count: 1, Start: Constant(5), Idle: 50}}},
		Failures: Failures{Schedule: []Outage{{Node: 0, At: 50, For: 400, Drain: true}}},
	}}
	requests, nodes := nodesTold(t, p, []int64{100}, [][2]Time{{3, 10}, {700, 10}})
	if want := "a 3: 15–25; a 700: 705–715"; requests != want {
		t.Errorf("requests\n%s, want\n%s", requests, want)
	}
	if want := "0: 10, 15–80; 0: 700, 705–770"; nodes != want {
		t.Errorf("nodes\n%s, want\n%s", nodes, want)
	}
}
