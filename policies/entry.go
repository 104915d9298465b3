package policies

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Control says who can set a policy on a real platform.
type Control string

// The controls.
const (
	Tenant   Control = "tenant"   // who deploys the function
	Provider Control = "provider" // who runs a public cloud
	Operator Control = "operator" // who runs a platform for others or for themselves
	Bound    Control = "bound"    // nobody: it knows the future
)

// Entry describes a policy of the registry. Exactly one of the constructors is
// set; each decodes the parameters from a table, in which the keys name and
// label are not parameters.
type Entry struct {
	Name    string // in experiments
	Help    string // one line
	Params  []spec.Param
	Example string    // parameters as an experiment may give them, where it must give some: `window = "10m"`
	Scope   sim.Scope // what one policy object sees and acts on
	Control Control
	Source  string // where the algorithm is from, with the grade of the evidence
	Starts  bool   // it weighs how long starts take: where none takes any time it goes by what it weighs beside that
	Queues  bool   // it is asked where requests wait in a queue alone: it scales at times of its own, or by who waits

	NewKeepAlive func(n *spec.Node) (sim.KeepAliveFactory, error)
	NewPrewarm   func(n *spec.Node) (sim.PrewarmFactory, error)
	NewPool      func(n *spec.Node) (sim.SharedPoolFactory, error)
	NewScaling   func(n *spec.Node) (sim.ScalingFactory, error)
	NewRouting   func(n *spec.Node) (sim.RoutingFactory, error)
	NewEviction  func(n *spec.Node) (sim.EvictionFactory, error)
	NewPlacement func(n *spec.Node) (sim.PlacementFactory, error)
}

// Bound reports whether the entry is an offline bound and not a policy.
func (e Entry) Bound() bool { return e.Control == Bound }

// about is what each policy's parameter struct says of itself: Name, Help,
// Example, Control and Source of its Entry.
type about interface{ About() Entry }

// checker is a parameter struct whose fields can contradict each other or be
// out of range.
type checker interface{ Check(n *spec.Node) error }

func keepAlive[P interface {
	about
	sim.KeepAliveFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.Scope = p.Scope()
	e.NewKeepAlive = func(n *spec.Node) (sim.KeepAliveFactory, error) { return decode[P](n) }
	return e
}

func prewarm[P interface {
	about
	sim.PrewarmFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.NewPrewarm = func(n *spec.Node) (sim.PrewarmFactory, error) { return decode[P](n) }
	return e
}

func pool[P interface {
	about
	sim.SharedPoolFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.NewPool = func(n *spec.Node) (sim.SharedPoolFactory, error) { return decode[P](n) }
	return e
}

func scaling[P interface {
	about
	sim.ScalingFactory
}]() Entry {
	var p P
	e := describe[P](p)
	_, ticks := p.New(sim.Group{}).(sim.TickingScaling)
	e.Queues = e.Queues || ticks
	e.NewScaling = func(n *spec.Node) (sim.ScalingFactory, error) { return decode[P](n) }
	return e
}

func routing[P interface {
	about
	sim.RoutingFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.NewRouting = func(n *spec.Node) (sim.RoutingFactory, error) { return decode[P](n) }
	return e
}

func eviction[P interface {
	about
	sim.EvictionFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.NewEviction = func(n *spec.Node) (sim.EvictionFactory, error) { return decode[P](n) }
	return e
}

func placement[P interface {
	about
	sim.PlacementFactory
}]() Entry {
	var p P
	e := describe[P](p)
	e.NewPlacement = func(n *spec.Node) (sim.PlacementFactory, error) { return decode[P](n) }
	return e
}

func describe[P about](p P) Entry {
	e := p.About()
	e.Params = spec.Params(&p)
	return e
}

// decode reads the parameters of a policy's table and checks them.
func decode[P any](n *spec.Node) (P, error) {
	var p P
	if err := n.Without("name", "label").Decode(&p); err != nil {
		return p, err
	}
	if c, ok := any(p).(checker); ok {
		return p, c.Check(n)
	}
	return p, nil
}

// Marks explains the letters that stand behind the sources of policies.
const Marks = "Evidence: [V] read in the primary source or code; [S] a secondary source that quotes it; [M] textbook knowledge, not checked against a source."
