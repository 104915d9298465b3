package script

import (
	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

func startSignature() signature {
	return signature{"start", []string{"ctx", "view", "now"}, "which is asked how many instances to start when a request finds no free slot"}
}

// Scaling makes a scaling policy of the script that a table names.
func Scaling(n *spec.Node) (sim.ScalingFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &scalings{program: p}
	if f.start, err = p.must("a scaling policy", startSignature()); err == nil {
		f.tick, err = p.function(tickSignature())
	}
	if err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type scalings struct {
	*program
	start, tick *starlark.Function
}

// Ticks reports whether it looks at times of its own.
func (f *scalings) Ticks() bool { return f.tick != nil }

// New makes the policy of a deployment.
func (f *scalings) New(g sim.Group) sim.Scaling {
	c := newCaller(f.program, groupOf(g), g.All, len(g.All))
	s := scaling{c, newView(c, f.Ticks()), f, g.Key}
	if f.Ticks() {
		return &ticking{s}
	}
	return &s
}

type scaling struct {
	*caller
	view *view
	of   *scalings
	key  sim.RunKey
}

func (s *scaling) ask(f *starlark.Function, v sim.View, now sim.Time) starlark.Value {
	s.view.v, s.view.now = v, now
	s.draw = s.keyed(s.key, v.Function(), now)
	s.args = [4]starlark.Value{s.ctx, s.view, starlark.MakeInt64(now)}
	return s.call(f, 3)
}

// Start asks the script.
func (s *scaling) Start(v sim.View, now sim.Time) int {
	n, err := count(s.ask(s.of.start, v, now), "what it returns", mostInstances)
	if err != nil {
		s.refuse(s.of.start, "%s", err)
	}
	return n
}

// ticking is a scaling policy that also looks at times of its own.
type ticking struct{ scaling }

var _ sim.TickingScaling = (*ticking)(nil)

// Tick asks the script.
func (s *ticking) Tick(v sim.View, now sim.Time) sim.Scale {
	got := s.ask(s.of.tick, v, now)
	a, ok := got.(*scale)
	if !ok {
		s.refuse(s.of.tick, "it returns %s, want scale(…)", described(got))
	}
	s.checkNext(s.of.tick, a.says.Next, now)
	s.checkUntil(s.of.tick, a.says.Until, now)
	return a.says
}
