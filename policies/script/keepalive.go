package script

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func idleSignature() signature {
	return signature{"idle", []string{"ctx", "view", "instance", "now"}, "which is asked when the last request of an instance has ended"}
}

// KeepAlive makes a keep-alive policy of the script that a table names.
func KeepAlive(n *spec.Node) (sim.KeepAliveFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &keepAlives{program: p}
	if f.idle, err = p.must("a keep-alive policy", idleSignature()); err == nil {
		f.arrived, err = p.function(signature{name: "arrived", params: []string{"ctx", "view", "now"}})
	}
	if err == nil {
		f.scope, err = p.scope()
	}
	if err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

// scope reads the global scope: what one state is of.
func (p *program) scope() (sim.Scope, error) {
	v := p.globals["scope"]
	if v == nil {
		return sim.ScopeDeployment, nil
	}
	var known []string
	for _, s := range []sim.Scope{sim.ScopeDeployment, sim.ScopeApp, sim.ScopeOwner, sim.ScopeAccount} {
		if name, ok := starlark.AsString(v); ok && name == s.String() {
			return s, nil
		}
		known = append(known, s.String())
	}
	return 0, &Error{File: p.file, Text: fmt.Sprintf("scope: found %s, want one of %q", described(v), known)}
}

type keepAlives struct {
	*program
	scope         sim.Scope
	idle, arrived *starlark.Function
}

func (f *keepAlives) Scope() sim.Scope { return f.scope }

// New makes the policy of a group.
func (f *keepAlives) New(g sim.Group) sim.KeepAlive {
	c := newCaller(f.program, groupOf(g), g.All, len(g.All), g.Key)
	k := keepAlive{c, newView(c, false), f}
	if f.arrived == nil {
		return &k
	}
	return &listening{k}
}

type keepAlive struct {
	*caller
	view *view
	of   *keepAlives
}

func (k *keepAlive) at(v sim.View, now sim.Time) {
	k.view.v, k.view.now = v, now
	k.caller.of, k.caller.now = v.Function(), now
}

// shortest is the time between two looks of a script, and between two stages of an
// instance: so that no slip of a script makes a run endless.
const shortest = sim.Millisecond

// Idle asks the script.
func (k *keepAlive) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	k.at(v, now)
	k.args = [4]starlark.Value{k.ctx, k.view, &instance{k.caller, k.calls + 1, in}, starlark.MakeInt64(now)}
	got := k.call(k.of.idle, 4)
	d, ok := got.(*decision)
	switch {
	case !ok:
		k.refuse(k.of.idle, "it returns %s, want until(t), pause(t), demote(t, layer) or stop_now", described(got))
	case d.says.Until != sim.StopNow && d.says.Until < now:
		k.refuse(k.of.idle, "it returns %s(%d) at %d ns, want a time that is not over", d.name, d.says.Until, now)
	case d.says.PrewarmFrom != 0 && d.says.PrewarmFrom < now:
		k.refuse(k.of.idle, "it returns prewarm_from = %d at %d ns, want a time that is not over", d.says.PrewarmFrom, now)
	case in.Stage() != sim.Whole && d.says.Then != sim.Stop && d.says.Until-now < shortest:
		k.refuse(k.of.idle, "it returns %s(%d) at %d ns of an instance that is %s, want 1 ms or more between two stages", d.name, d.says.Until, now, stageNames[in.Stage()])
	}
	return d.says
}

// listening is a keep-alive policy that is told of arrivals.
type listening struct{ keepAlive }

// Arrived tells the script.
func (l *listening) Arrived(v sim.View, now sim.Time) {
	l.at(v, now)
	l.args = [4]starlark.Value{l.ctx, l.view, starlark.MakeInt64(now)}
	l.call(l.of.arrived, 3)
}
