package sim

import (
	"context"
	"testing"
)

// TestStoresLeaveThePlainPath: a platform with stores keeps to the general path.
func TestStoresLeaveThePlainPath(t *testing.T) {
	l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1}, {Arrival: 50, Service: 1}}}}
	p := Platform{KeepAlive: window(3), Init: Init{{Phase: PhaseWeights, Duration: Constant(2), Content: Content{Bytes: 1}}}, Stores: lastOnHosts{4}}
	plain := func() int {
		sum, err := Run(context.Background(), Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 99},
			Observers: func() []Observer { return []Observer{onlyRequests{&tape{}}} }})
		if err != nil {
			t.Fatal(err)
		}
		return sum.plain
	}
	if plain() != 0 {
		t.Error("the plain path carries a platform with stores")
	}
	p.Stores, p.Init = nil, nil
	if plain() != 1 {
		t.Error("without stores it is not on the plain path, so that the test tests nothing")
	}
}

// TestSourcesOfStages: what a stage loaded is told of that stage. The first init
// loads weights; from the engine on none are loaded again, from the image on they are.
func TestSourcesOfStages(t *testing.T) {
	for _, c := range []struct {
		layer Phase
		again bool
	}{{PhaseEngine, false}, {PhaseImage, true}} {
		p := Platform{KeepAlive: demoting{c.layer}, Stores: lastOnHosts{1},
			Init: Init{{Phase: PhaseWeights, Duration: Constant(2), Content: Content{Bytes: 1}}, {Phase: PhaseEngine, Duration: Constant(3)}}}
		l := &list{functions: []Function{{Name: "f"}}, invocations: [][]Invocation{{{Arrival: 0, Service: 1}, {Arrival: 50, Service: 1}}}}
		got, _ := replay(t, Config{Workload: l, Platforms: []Platform{p}, Window: Window{Horizon: 99}})
		var stages []Stage
		for _, x := range got.lives {
			stages = append(stages, x.Stage)
			store, loaded := x.Sources.Store(PhaseWeights)
			switch {
			case x.Flags&Later == 0 && (!loaded || store != 1):
				t.Errorf("layer %v: the first stage loads from store %d (%v), want 1", c.layer, store, loaded)
			case x.Flags&Later != 0 && x.Stage == Demoted && loaded:
				t.Errorf("layer %v: while it is demoted it loads from store %d", c.layer, store)
			case x.Flags&Later != 0 && x.Stage == Whole && (loaded != c.again || loaded && store != 0):
				t.Errorf("layer %v: when it is whole again it loads from store %d (%v), want %v, of the same host", c.layer, store, loaded, c.again)
			}
		}
		if len(stages) != 3 {
			t.Errorf("layer %v: stages %v, want whole, demoted and whole", c.layer, stages)
		}
	}
}

// demoting demotes an idle instance at once and keeps it for 90.
type demoting struct{ layer Phase }

func (demoting) Scope() Scope          { return ScopeDeployment }
func (d demoting) New(Group) KeepAlive { return d }
func (d demoting) Idle(_ View, in Instance, now Time) Decision {
	switch {
	case in.Stage() != Whole:
		return Decision{Until: now + 90}
	case now > 50:
		return Decision{Until: StopNow}
	}
	return Decision{Until: now + 1, Then: Demote, Layer: d.layer}
}
