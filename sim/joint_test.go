package sim

import (
	"context"
	"maps"
	"testing"
)

// A limit of three on two functions: of six requests that last 10 ns and arrive 1 ns
// apart the first three are served, and so is who arrives when the first has left.
func TestJointRejects(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{nil, nil}}
	for i, at := range []Time{0, 1, 2, 3, 4, 10, 10} {
		f := uint32(i % 2)
		l.invocations[f] = append(l.invocations[f], Invocation{Arrival: at, Service: 10, Function: f})
	}
	all := &tape{}
	sum, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{{KeepAlive: fixed{window(100)}, Limit: Limit{Account: 3}}}, Window: Window{Horizon: 100}, coupled: true,
		Observers: func() []Observer { return []Observer{onlyRequests{all}} }})
	if err != nil || sum.joint != 1 {
		t.Fatalf("error %v, %d shards took the joint path, want 1", err, sum.joint)
	}
	// Three are under way until 10, when the one of 0 leaves before who arrives. Of the two
	// of that time a's comes first, and has its place.
	got := map[[2]Time]bool{}
	for _, o := range all.outcomes {
		if o.Status == Rejected {
			got[[2]Time{o.Arrival, Time(o.Function)}] = true
		}
	}
	if want := map[[2]Time]bool{{3, 1}: true, {4, 0}: true, {10, 1}: true}; !maps.Equal(got, want) {
		t.Errorf("rejected are those of (arrival, function) %v, want %v", got, want)
	}
}

// A limit of 100 is met, and no more: of 228 requests of 1,000 ns, 1 ns apart, 100 are served.
// At 1,040 59 of them are under way, so that of 120 that come then 41 are. By then the path
// looks at its room roughly again, and has to know of the 59.
func TestJointKnowsWhoIsUnderWay(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{nil, nil}}
	for i := range 228 {
		f := uint32(i % 2)
		l.invocations[f] = append(l.invocations[f], Invocation{Arrival: Time(i), Service: 1000, Function: f})
	}
	for i := range 120 {
		f := uint32(i % 2)
		l.invocations[f] = append(l.invocations[f], Invocation{Arrival: 1040, Service: 10_000, Function: f})
	}
	all := &tape{}
	sum, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{{KeepAlive: fixed{window(100)}, Limit: Limit{Account: 100}}}, Window: Window{Horizon: 100_000}, coupled: true,
		Observers: func() []Observer { return []Observer{onlyRequests{all}} }})
	if err != nil || sum.joint != 1 {
		t.Fatalf("error %v, %d shards took the joint path, want 1", err, sum.joint)
	}
	first, second := 0, 0
	for _, o := range all.outcomes {
		switch {
		case o.Status != Completed:
		case o.Arrival < 1040:
			first++
		default:
			second++
		}
	}
	if first != 100 || second != 41 {
		t.Errorf("%d and %d are served, want 100 and 41", first, second)
	}
}
