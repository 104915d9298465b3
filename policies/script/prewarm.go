package script

import (
	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func tickSignature() signature {
	return signature{"tick", []string{"ctx", "view", "now"}, "which is asked at time 0, and then when its last answer said"}
}

// Prewarm makes a prewarm policy of the script that a table names.
func Prewarm(n *spec.Node) (sim.PrewarmFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &prewarms{program: p}
	if f.tick, err = p.must("a prewarm policy", tickSignature()); err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type prewarms struct {
	*program
	tick *starlark.Function
}

// New makes the policy of a deployment.
func (f *prewarms) New(g sim.Group) sim.Prewarm {
	c := newCaller(f.program, groupOf(g), g.All, len(g.All))
	return &prewarm{c, newView(c, false), f.tick, g.Key}
}

type prewarm struct {
	*caller
	view *view
	tick *starlark.Function
	key  sim.RunKey
}

// Tick asks the script.
func (p *prewarm) Tick(v sim.View, now sim.Time) sim.Action {
	p.view.v, p.view.now = v, now
	p.draw = p.keyed(p.key, v.Function(), now)
	p.args = [4]starlark.Value{p.ctx, p.view, starlark.MakeInt64(now)}
	got := p.call(p.tick, 3)
	a, ok := got.(*action)
	if !ok {
		p.refuse(p.tick, "it returns %s, want action(…)", described(got))
	}
	p.checkNext(p.tick, a.says.Next, now)
	p.checkUntil(p.tick, a.says.Until, now)
	return a.says
}

// checkNext refuses a next look that is not after this one.
func (c *caller) checkNext(f *starlark.Function, next, now sim.Time) {
	if next != sim.Never && next-now < shortest {
		c.refuse(f, "it returns next = %d at %d ns, want 1 ms later or more", next, now)
	}
}

// checkUntil refuses that what starts now is over.
func (c *caller) checkUntil(f *starlark.Function, until, now sim.Time) {
	if until != sim.AsKeepAlive && until < now {
		c.refuse(f, "it returns until = %d at %d ns, want a time that is not over, or as_keepalive", until, now)
	}
}
