package script

import (
	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func placeSignature() signature {
	return signature{"place", []string{"ctx", "nodes", "now"}, "which is asked on which node an instance starts"}
}

// Placement makes a placement policy of the script that a table names.
func Placement(n *spec.Node) (sim.PlacementFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &placements{program: p}
	if f.place, err = p.must("a placement policy", placeSignature()); err == nil {
		f.send, err = p.function(signature{name: "send", params: []string{"ctx", "nodes", "now"}})
	}
	if err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type placements struct {
	*program
	place *starlark.Function
	send  *starlark.Function // nil: it sends no requests
}

// New makes the policy of a cluster.
func (f *placements) New(count int) sim.Placement {
	group := &record{kind: "group", values: starlark.StringDict{"nodes": starlark.MakeInt(count)}}
	c := newCaller(f.program, group, nil, 1, sim.RunKey{})
	p := placement{c, newNodes(), f}
	if f.send == nil {
		return &p
	}
	return &sending{p}
}

type placement struct {
	*caller
	nodes *nodes
	of    *placements
}

// chosen asks a function of the script for a node.
func (p *placement) chosen(by *starlark.Function, list sim.Nodes, now sim.Time) int {
	p.nodes.n, p.all = list, list.All()
	p.draw = func(k uint64) float64 { return list.Uniform(int(k)) }
	p.args = [4]starlark.Value{p.ctx, p.nodes, starlark.MakeInt64(now)}
	i, err := count(p.call(by, 3), "what it returns", list.Len()-1)
	if err != nil {
		p.refuse(by, "%s, a node", err)
	}
	return i
}

// Place asks the script.
func (p *placement) Place(list sim.Nodes, now sim.Time) int {
	i := p.chosen(p.of.place, list, now)
	if !list.CanFit(i) {
		p.refuse(p.of.place, "it returns the node %d, where the instance has no room, want one of which nodes.can_fit is True", i)
	}
	return i
}

// sending is a placement policy that sends requests to nodes, too.
type sending struct{ placement }

var _ sim.Balancer = (*sending)(nil)

// Send asks the script.
func (p *sending) Send(list sim.Nodes, now sim.Time) int {
	i := p.chosen(p.of.send, list, now)
	if !list.Takes(i) {
		p.refuse(p.of.send, "it sends a request to the node %d, which is not there or too small, want one of which nodes.takes is True", i)
	}
	return i
}

// nodes is sim.Nodes. One is used for all questions of a cluster.
type nodes struct {
	n       sim.Nodes
	methods starlark.StringDict
}

func newNodes() *nodes {
	l := &nodes{methods: starlark.StringDict{}}
	add := func(name string, of func(i int) starlark.Value) {
		l.methods[name] = starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			i, err := indexed(name, args, kwargs, l.n.Len())
			if err != nil {
				return nil, err
			}
			return of(i), nil
		})
	}
	add("busy", func(i int) starlark.Value { return starlark.MakeInt(l.n.Busy(i)) })
	add("can_fit", func(i int) starlark.Value { return starlark.Bool(l.n.CanFit(i)) })
	add("clones", func(i int) starlark.Value { return starlark.MakeInt(l.n.Clones(i)) })
	add("committed", func(i int) starlark.Value { return starlark.MakeInt64(l.n.Committed(i)) })
	add("cores", func(i int) starlark.Value { return starlark.Float(l.n.Cores(i)) })
	add("evictable", func(i int) starlark.Value { return starlark.MakeInt64(l.n.Evictable(i)) })
	add("fits", func(i int) starlark.Value { return starlark.Bool(l.n.Fits(i)) })
	add("free", func(i int) starlark.Value { return starlark.MakeInt64(l.n.Free(i)) })
	add("instances", func(i int) starlark.Value { return starlark.MakeInt(l.n.Instances(i)) })
	add("memory", func(i int) starlark.Value { return starlark.MakeInt64(l.n.Memory(i)) })
	add("requests", func(i int) starlark.Value { return starlark.MakeInt(l.n.Requests(i)) })
	add("takes", func(i int) starlark.Value { return starlark.Bool(l.n.Takes(i)) })
	add("waiting", func(i int) starlark.Value { return starlark.MakeInt(l.n.Waiting(i)) })
	add("warm", func(i int) starlark.Value { return starlark.MakeInt(l.n.Warm(i)) })
	return l
}

func (l *nodes) String() string        { return "<nodes>" }
func (l *nodes) Type() string          { return "nodes" }
func (l *nodes) Freeze()               {}
func (l *nodes) Truth() starlark.Bool  { return true }
func (l *nodes) Hash() (uint32, error) { return 0, unhashable("nodes") }
func (l *nodes) AttrNames() []string {
	return append([]string{"function", "len", "need"}, l.methods.Keys()...)
}
func (l *nodes) Attr(name string) (starlark.Value, error) {
	switch name {
	case "function":
		f := l.n.Function()
		return &function{&f}, nil
	case "len":
		return starlark.MakeInt(l.n.Len()), nil
	case "need":
		return starlark.MakeInt64(l.n.Need()), nil
	}
	if m, ok := l.methods[name]; ok {
		return m, nil
	}
	return nil, nil
}
