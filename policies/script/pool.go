package script

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Pool makes the policy of a pool of the script that a table names.
func Pool(n *spec.Node) (sim.SharedPoolFactory, error) {
	p, err := read(n)
	if err != nil {
		return nil, err
	}
	f := &pools{program: p}
	if f.tick, err = p.must("a pool policy", tickSignature()); err == nil {
		f.idle, err = p.must("a pool policy", signature{"idle", []string{"ctx", "view", "instance", "now"}, "which is asked when an instance of the pool is ready"})
	}
	if err == nil {
		f.started, err = p.function(signature{name: "started", params: []string{"ctx", "view", "start", "now"}})
	}
	if err != nil {
		return nil, n.Get("script").Errorf("%w", err)
	}
	return f, nil
}

type pools struct {
	*program
	tick, idle, started *starlark.Function
}

// New makes the policy of a platform.
func (f *pools) New(g sim.Group) sim.SharedPool {
	c := newCaller(f.program, groupOf(g), g.All, 1, g.Key)
	if len(g.Functions) > 0 {
		c.of = g.Functions[0]
	}
	return &pool{caller: c, fns: f, view: newView(c, false), pool: newPoolView()}
}

type pool struct {
	*caller
	fns  *pools
	view *view
	pool *poolView
}

// Tick asks the script.
func (p *pool) Tick(v sim.PoolView, now sim.Time) sim.PoolAction {
	p.pool.v, p.now = v, now
	p.args = [4]starlark.Value{p.ctx, p.pool, starlark.MakeInt64(now)}
	got := p.call(p.fns.tick, 3)
	a, ok := got.(*stock)
	if !ok {
		p.refuse(p.fns.tick, "it returns %s, want stock(…)", described(got))
	}
	p.checkNext(p.fns.tick, a.says.Next, now)
	p.checkCells(p.fns.tick, v, a.says.Start)
	return a.says
}

// Started tells the script, and asks what starts now.
func (p *pool) Started(v sim.PoolView, s sim.Started, now sim.Time) []sim.Cell {
	if p.fns.started == nil {
		return nil
	}
	p.pool.v, p.now = v, now
	taken := starlark.Value(starlark.None)
	if s.Taken {
		taken = &cell{"cell", s.Cell}
	}
	p.args = [4]starlark.Value{p.ctx, p.pool, &record{kind: "start", values: starlark.StringDict{
		"function": starlark.MakeUint64(uint64(s.Function)), "memory": starlark.MakeInt64(s.Memory), "runtime": starlark.String(s.Runtime), "taken": taken,
	}}, starlark.MakeInt64(now)}
	got := p.call(p.fns.started, 4)
	cells, err := cellsOf(got, "what it returns")
	if err != nil {
		p.refuse(p.fns.started, "%s", err)
	}
	p.checkCells(p.fns.started, v, cells)
	return cells
}

// checkCells refuses a runtime that no function on the platform has.
func (p *pool) checkCells(f *starlark.Function, v sim.PoolView, cells []sim.Cell) {
	for _, c := range cells {
		if c.Layer > sim.PhaseRuntime && !v.Has(c.Runtime) {
			p.refuse(f, "it starts a cell of the runtime %q, which no function on the platform has", c.Runtime)
		}
	}
}

// Idle asks the script.
func (p *pool) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	p.view.v, p.view.now, p.now = v, now, now
	p.args = [4]starlark.Value{p.ctx, p.view, &instance{p.caller, p.calls + 1, in}, starlark.MakeInt64(now)}
	got := p.call(p.fns.idle, 4)
	d, ok := got.(*decision)
	switch {
	case !ok:
		p.refuse(p.fns.idle, "it returns %s, want until(t), demote(t, layer) or stop_now", described(got))
	case d.says.Until != sim.StopNow && d.says.Until < now:
		p.refuse(p.fns.idle, "it returns %s(%d) at %d ns, want a time that is not over", d.name, d.says.Until, now)
	case d.says.PrewarmFrom != 0:
		p.refuse(p.fns.idle, "it returns prewarm_from, want none: tick and started say what a pool starts")
	case d.says.Then == sim.Pause || d.says.Then == sim.Demote && d.says.Layer >= in.Layer():
		p.refuse(p.fns.idle, "it returns %s(…) of an instance that goes on with %v, want until(t), stop_now or demote(t, layer) to an earlier phase", d.name, in.Layer())
	case d.says.Then == sim.Demote && d.says.Until-now < shortest:
		p.refuse(p.fns.idle, "it returns demote(%d) at %d ns, want 1 ms or more between two stages", d.says.Until, now)
	}
	return d.says
}

// poolView is sim.PoolView. One is used for all questions of a pool.
type poolView struct {
	v          sim.PoolView
	there, has *starlark.Builtin
}

func newPoolView() *poolView {
	p := &poolView{}
	p.there = starlark.NewBuiltin("there", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var v starlark.Value
		if err := starlark.UnpackPositionalArgs("there", args, kwargs, 1, &v); err != nil {
			return nil, err
		}
		c, ok := v.(*cell)
		if !ok {
			return nil, fmt.Errorf("there: found %s, want cell(…)", described(v))
		}
		return starlark.MakeInt(p.v.Count(c.says)), nil
	})
	p.has = starlark.NewBuiltin("has", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var runtime string
		if err := starlark.UnpackPositionalArgs("has", args, kwargs, 1, &runtime); err != nil {
			return nil, err
		}
		return starlark.Bool(p.v.Has(runtime)), nil
	})
	return p
}

func (p *poolView) String() string        { return "<view>" }
func (p *poolView) Type() string          { return "view" }
func (p *poolView) Freeze()               {}
func (p *poolView) Truth() starlark.Bool  { return true }
func (p *poolView) Hash() (uint32, error) { return 0, unhashable("view") }
func (p *poolView) AttrNames() []string   { return []string{"has", "there"} }
func (p *poolView) Attr(name string) (starlark.Value, error) {
	switch name {
	case "there":
		return p.there, nil
	case "has":
		return p.has, nil
	}
	return nil, nil
}

type (
	stock = answer[sim.PoolAction]
	cell  = answer[sim.Cell]
)

// poolAnswers adds the constructors of what a pool answers.
func poolAnswers(env starlark.StringDict) {
	env["cell"] = starlark.NewBuiltin("cell", makeCell)
	env["stock"] = starlark.NewBuiltin("stock", makeStock)
}

// cell(memory, runtime, layer) is an instance of a pool: it has gone through the phases
// before a layer, and holds so many MiB.
func makeCell(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var memory starlark.Value
	runtime, layer := "", sim.PhaseDependencies.String()
	if err := starlark.UnpackArgs("cell", args, kwargs, "memory", &memory, "runtime?", &runtime, "layer?", &layer); err != nil {
		return nil, err
	}
	mib, err := count(memory, "cell: memory", 1<<40)
	if err == nil && mib == 0 {
		err = fmt.Errorf("cell: memory: found 0, want 1 MiB or more")
	}
	if err != nil {
		return nil, err
	}
	var known []string
	for _, p := range sim.Phases() {
		if p == 0 || p > sim.PhaseDependencies {
			continue
		}
		known = append(known, p.String())
		if p.String() == layer {
			if p <= sim.PhaseRuntime {
				runtime = "" // it has none yet
			}
			return &cell{b.Name(), sim.Cell{Layer: p, Runtime: runtime, Memory: int64(mib)}}, nil
		}
	}
	return nil, fmt.Errorf("cell: layer: %s", spec.Unknown("phase that a pool's instance can go on with", layer, known))
}

// stock(start, next) is what a pool wants done now.
func makeStock(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var start, next starlark.Value
	a := sim.PoolAction{Next: sim.Never}
	err := starlark.UnpackArgs("stock", args, kwargs, "start?", &start, "next?", &next)
	if err == nil {
		a.Start, err = cellsOf(start, "stock: start")
	}
	if err == nil {
		err = timed(&a.Next, next, "stock: next")
	}
	if err != nil {
		return nil, err
	}
	return &stock{b.Name(), a}, nil
}

// cellsOf reads a list of cells; None is none.
func cellsOf(v starlark.Value, what string) ([]sim.Cell, error) {
	if !given(v) {
		return nil, nil
	}
	list, ok := v.(*starlark.List)
	if !ok {
		return nil, fmt.Errorf("%s: found %s, want a list of cell(…)", what, described(v))
	}
	if list.Len() > mostInstances {
		return nil, fmt.Errorf("%s: found %d cells, want at most %d", what, list.Len(), mostInstances)
	}
	cells := make([]sim.Cell, list.Len())
	for i := range cells {
		c, ok := list.Index(i).(*cell)
		if !ok {
			return nil, fmt.Errorf("%s: found %s, want a list of cell(…)", what, described(list.Index(i)))
		}
		cells[i] = c.says
	}
	return cells, nil
}
