package script

import (
	"strconv"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func prioritySignature() signature {
	return signature{"idle", []string{"ctx", "resident", "now"}, "which is asked the priority of an instance that is idle now"}
}

// Eviction makes an eviction policy of the script that a table names.
func Eviction(n *spec.Node) (sim.EvictionFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &evictions{program: p}
	if f.idle, err = p.must("an eviction policy", prioritySignature()); err == nil {
		f.evicted, err = p.function(signature{name: "evicted", params: []string{"ctx", "priority", "now"}})
	}
	if err == nil {
		f.clones, err = p.flag("clones")
	}
	if err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type evictions struct {
	*program
	clones        bool
	idle, evicted *starlark.Function
}

// Clones is what the global clones says.
func (f *evictions) Clones() bool { return f.clones }

// mostNodes is more than the nodes of most clusters: what their states may take is shared so.
const mostNodes = 1000

// New makes the policy of a node.
func (f *evictions) New(node int, key sim.RunKey) sim.Eviction {
	group := &record{kind: "group", values: starlark.StringDict{"node": starlark.MakeInt(node)}}
	c := newCaller(f.program, group, nil, mostNodes, key)
	return &eviction{c, f, sim.NewStream(key, sim.PurposePolicy, sim.HashName("eviction", strconv.Itoa(node)))}
}

type eviction struct {
	*caller
	of     *evictions
	stream sim.Stream
}

// Idle asks the script.
func (e *eviction) Idle(r sim.Resident, now sim.Time) float64 {
	e.all = r.All()
	e.draw = e.stream.Attempt(uint64(now)).Uniform
	e.args = [4]starlark.Value{e.ctx, &resident{e.caller, e.calls + 1, r}, starlark.MakeInt64(now)}
	got := e.call(e.of.idle, 3)
	f, ok := starlark.AsFloat(got)
	if _, isBool := got.(starlark.Bool); !ok || isBool || f != f {
		e.refuse(e.of.idle, "it returns %s, want a number: the instance with the lowest leaves first", described(got))
	}
	return f
}

// Evicted tells the script.
func (e *eviction) Evicted(priority float64, now sim.Time) {
	if e.of.evicted == nil {
		return
	}
	e.draw = e.stream.Attempt(uint64(now)).Uniform
	e.args = [4]starlark.Value{e.ctx, starlark.Float(priority), starlark.MakeInt64(now)}
	e.call(e.of.evicted, 3)
}

// resident is sim.Resident, during a call.
type resident struct {
	c    *caller
	call uint64
	r    sim.Resident
}

func (r *resident) String() string        { return "<resident>" }
func (r *resident) Type() string          { return "resident" }
func (r *resident) Freeze()               {}
func (r *resident) Truth() starlark.Bool  { return true }
func (r *resident) Hash() (uint32, error) { return 0, unhashable("resident") }
func (r *resident) AttrNames() []string {
	return []string{"clones", "clones_served", "function", "memory", "served", "startup"}
}
func (r *resident) Attr(name string) (starlark.Value, error) {
	if r.call != r.c.calls {
		return nil, errPrivate
	}
	switch name {
	case "clones":
		return starlark.MakeInt(r.r.Clones()), nil
	case "clones_served":
		return starlark.MakeInt64(r.r.ClonesServed()), nil
	case "function":
		return starlark.MakeUint64(uint64(r.r.Function())), nil
	case "memory":
		return starlark.MakeInt64(r.r.Memory()), nil
	case "served":
		return starlark.MakeInt(r.r.Served()), nil
	case "startup":
		return starlark.MakeInt64(r.r.Startup()), nil
	}
	return nil, nil
}
