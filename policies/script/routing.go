package script

import (
	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func routeSignature() signature {
	return signature{"route", []string{"ctx", "candidates", "now"}, "which is asked which of the candidates serves a request"}
}

// Routing makes a routing policy of the script that a table names.
func Routing(n *spec.Node) (sim.RoutingFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &routings{program: p}
	if f.route, err = p.must("a routing policy", routeSignature()); err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type routings struct {
	*program
	route *starlark.Function
}

// New makes the policy of a deployment.
func (f *routings) New(g sim.Group) sim.Routing {
	c := newCaller(f.program, groupOf(g), g.All, len(g.All))
	return &routing{c, newCandidates(c), f.route, g}
}

type routing struct {
	*caller
	list  *candidates
	route *starlark.Function
	group sim.Group
}

// Route asks the script.
func (r *routing) Route(list sim.Candidates, now sim.Time) int {
	r.list.c, r.list.now = list, now
	r.draw = r.keyed(r.group.Key, r.group.Functions[0], now)
	r.args = [4]starlark.Value{r.ctx, r.list, starlark.MakeInt64(now)}
	i, err := count(r.call(r.route, 3), "what it returns", list.Len()-1)
	if err != nil {
		r.refuse(r.route, "%s, the place of a candidate", err)
	}
	return i
}

// candidates is sim.Candidates. One is used for all questions of a deployment.
type candidates struct {
	c               sim.Candidates
	now             sim.Time
	replica, cached *starlark.Builtin
}

func newCandidates(of *caller) *candidates {
	l := &candidates{}
	l.replica = starlark.NewBuiltin("replica", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		i, err := indexed("replica", args, kwargs, l.c.Len())
		if err != nil {
			return nil, err
		}
		return &replica{of, of.calls, l.c.Replica(i), l.now}, nil
	})
	l.cached = starlark.NewBuiltin("cached", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		i, err := indexed("cached", args, kwargs, l.c.Len())
		if err != nil {
			return nil, err
		}
		cached, prompt := l.c.Cached(i, l.now)
		return starlark.Tuple{starlark.MakeInt64(cached), starlark.MakeInt64(prompt)}, nil
	})
	return l
}

func (l *candidates) String() string        { return "<candidates>" }
func (l *candidates) Type() string          { return "candidates" }
func (l *candidates) Freeze()               {}
func (l *candidates) Truth() starlark.Bool  { return true }
func (l *candidates) Hash() (uint32, error) { return 0, unhashable("candidates") }
func (l *candidates) AttrNames() []string   { return []string{"cached", "len", "replica"} }
func (l *candidates) Attr(name string) (starlark.Value, error) {
	switch name {
	case "cached":
		return l.cached, nil
	case "len":
		return starlark.MakeInt(l.c.Len()), nil
	case "replica":
		return l.replica, nil
	}
	return nil, nil
}
