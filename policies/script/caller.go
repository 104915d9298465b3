package script

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/sim"
)

// caller asks the functions of a script for one group. One goroutine uses it.
type caller struct {
	*program
	thread *starlark.Thread
	ctx    *context
	draw   func(k uint64) float64 // of ctx.uniform at this question; nil: of key, of the function with the index of, at now
	key    sim.RunKey
	of     uint32
	now    sim.Time
	all    []sim.Function // of the workload; nil: not told of yet
	args   [4]starlark.Value
	calls  uint64 // so far: what was given to an earlier one is not there any more

	most  int // bytes of the state
	sizer sizer
	steps int // since the state was measured
	due   int // steps until it is measured again
}

// leastDue is after how many steps a state is measured at the earliest.
const leastDue = 100_000

// newCaller makes the state of a group.
func newCaller(p *program, group *record, all []sim.Function, groups int, key sim.RunKey) *caller {
	c := &caller{program: p, key: key, thread: newThread(p.file), all: all, most: stateMost(groups), due: leastDue}
	c.ctx = &context{params: p.params, state: starlark.None}
	c.ctx.uniform = starlark.NewBuiltin("uniform", c.uniform)
	c.ctx.function = starlark.NewBuiltin("function", c.function)
	if p.new == nil {
		return c
	}
	group.values["params"], group.values["function"] = p.params, c.ctx.function
	c.args[0] = group
	c.ctx.made = true
	c.ctx.state = c.call(p.new, 1)
	c.measure(p.new)
	return c
}

// call asks a function with the first n of args. What goes wrong ends the run.
func (c *caller) call(f *starlark.Function, n int) starlark.Value {
	c.calls++
	c.thread.Steps = 0
	v, err := starlark.Call(c.thread, f, c.args[:n], nil)
	if err != nil {
		sim.Refuse(wrap(c.file, err))
	}
	if c.steps += int(c.thread.Steps); c.steps >= c.due {
		c.measure(f)
	}
	return v
}

// measure takes the size of the state behind a call, which may not be more than most.
func (c *caller) measure(behind *starlark.Function) {
	bytes, values := c.sizer.size(c.ctx.state, c.most)
	if bytes > c.most {
		c.refuse(behind, "the state of a group takes more than %d KB behind it, which is the most of one", c.most>>10)
	}
	c.steps, c.due = 0, max(leastDue, values)
}

// refuse ends the run because of what a function has returned.
func (c *caller) refuse(f *starlark.Function, format string, a ...any) {
	at := f.Position()
	sim.Refuse(&Error{File: c.file, Line: int(at.Line), Column: int(at.Col), Text: fmt.Sprintf(format, a...), Calls: []Call{{Function: f.Name()}}})
}

// uniform is ctx.uniform(k).
func (c *caller) uniform(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	k := starlark.Value(starlark.MakeInt(0))
	if err := starlark.UnpackPositionalArgs("uniform", args, kwargs, 0, &k); err != nil {
		return nil, err
	}
	n, err := count(k, "uniform: k", 1<<40)
	if err != nil {
		return nil, err
	}
	if c.draw != nil {
		return starlark.Float(c.draw(uint64(n))), nil
	}
	return starlark.Float(sim.NewStream(c.key, sim.PurposePolicy, c.all[c.of].Key()).Attempt(uint64(c.now)).Uniform(uint64(n))), nil
}

// function is ctx.function(i).
func (c *caller) function(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var i starlark.Value
	if err := starlark.UnpackPositionalArgs("function", args, kwargs, 1, &i); err != nil {
		return nil, err
	}
	if c.all == nil {
		return nil, fmt.Errorf("function: new of a placement or an eviction is not told of the workload; ctx.function(i) knows its functions when the policy is asked")
	}
	n, err := count(i, "function: i", len(c.all)-1)
	if err != nil {
		return nil, err
	}
	return &function{&c.all[n]}, nil
}

// context is ctx: what a policy object is, apart from the question.
type context struct {
	params            *record
	made              bool // by a function new
	state             starlark.Value
	uniform, function *starlark.Builtin
}

func (c *context) String() string        { return "<ctx>" }
func (c *context) Type() string          { return "ctx" }
func (c *context) Freeze()               {}
func (c *context) Truth() starlark.Bool  { return true }
func (c *context) Hash() (uint32, error) { return 0, unhashable("ctx") }
func (c *context) AttrNames() []string   { return []string{"function", "params", "state", "uniform"} }
func (c *context) Attr(name string) (starlark.Value, error) {
	switch name {
	case "params":
		return c.params, nil
	case "state":
		if !c.made {
			return nil, errors.New("ctx.state is what a function new returns, and this script has none: want one, as in def new(group): return {\"requests\": 0}")
		}
		return c.state, nil
	case "uniform":
		return c.uniform, nil
	case "function":
		return c.function, nil
	}
	return nil, nil
}

func unhashable(kind string) error { return fmt.Errorf("unhashable type: %s", kind) }

// function is a function of the workload.
type function struct{ f *sim.Function }

func (f *function) String() string        { return "<function " + f.f.ID() + ">" }
func (f *function) Type() string          { return "workload function" }
func (f *function) Freeze()               {}
func (f *function) Truth() starlark.Bool  { return true }
func (f *function) Hash() (uint32, error) { return 0, unhashable(f.Type()) }
func (f *function) AttrNames() []string {
	return []string{"app", "id", "memory", "name", "owner", "runtime", "timeout", "trigger"}
}
func (f *function) Attr(name string) (starlark.Value, error) {
	switch name {
	case "app":
		return starlark.String(f.f.App), nil
	case "id":
		return starlark.String(f.f.ID()), nil
	case "memory":
		return starlark.MakeInt64(f.f.Memory), nil
	case "name":
		return starlark.String(f.f.Name), nil
	case "owner":
		return starlark.String(f.f.Owner), nil
	case "runtime":
		return starlark.String(f.f.Runtime), nil
	case "timeout":
		return starlark.MakeInt64(f.f.Timeout), nil
	case "trigger":
		return starlark.String(f.f.Trigger), nil
	}
	return nil, nil
}

// groupOf is what new(group) is given for functions.
func groupOf(g sim.Group) *record {
	list := make([]starlark.Value, len(g.Functions))
	for i, f := range g.Functions {
		list[i] = starlark.MakeUint64(uint64(f))
	}
	functions := starlark.NewList(list)
	functions.Freeze()
	return &record{kind: "group", values: starlark.StringDict{"functions": functions, "memory": starlark.MakeInt64(g.Memory)}}
}
