package script

import (
	"fmt"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// answer is what a script says: one of the kernel's decisions.
type answer[T any] struct {
	name string
	says T
}

func (a *answer[T]) String() string        { return a.name + "(…)" }
func (a *answer[T]) Type() string          { return a.name }
func (a *answer[T]) Freeze()               {}
func (a *answer[T]) Truth() starlark.Bool  { return true }
func (a *answer[T]) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable type: %s", a.name) }

type (
	decision = answer[sim.Decision]
	action   = answer[sim.Action]
	scale    = answer[sim.Scale]
)

// mostInstances is what a script can ask for at a time: instances, pings.
const mostInstances = 1_000_000

// asKeepAlive as until lets an instance that is started ahead stay as its keep-alive says.
type asKeepAlive struct{}

func (asKeepAlive) String() string        { return "as_keepalive" }
func (asKeepAlive) Type() string          { return "as_keepalive" }
func (asKeepAlive) Freeze()               {}
func (asKeepAlive) Truth() starlark.Bool  { return true }
func (asKeepAlive) Hash() (uint32, error) { return 0, fmt.Errorf("unhashable type: as_keepalive") }

// answers adds the constructors of answers.
func answers(env starlark.StringDict) {
	env["stop_now"] = &decision{"stop_now", sim.Decision{Until: sim.StopNow}}
	env["as_keepalive"] = asKeepAlive{}
	env["until"] = starlark.NewBuiltin("until", makeUntil)
	env["pause"] = starlark.NewBuiltin("pause", makePause)
	env["demote"] = starlark.NewBuiltin("demote", makeDemote)
	env["action"] = starlark.NewBuiltin("action", makeAction)
	env["scale"] = starlark.NewBuiltin("scale", makeScale)
	poolAnswers(env)
}

// until(t, prewarm_from, prewarm_until) keeps an instance until t; at exactly t it still serves.
func makeUntil(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var t, from, to starlark.Value
	if err := starlark.UnpackArgs("until", args, kwargs, "t", &t, "prewarm_from?", &from, "prewarm_until?", &to); err != nil {
		return nil, err
	}
	return newDecision(b, t, from, to, sim.Decision{Then: sim.Stop})
}

// pause(t, memory, …) freezes it at t.
func makePause(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var t, from, to, memory starlark.Value
	if err := starlark.UnpackArgs("pause", args, kwargs, "t", &t, "memory?", &memory, "prewarm_from?", &from, "prewarm_until?", &to); err != nil {
		return nil, err
	}
	mib, err := mebibytes(b, memory)
	if err != nil {
		return nil, err
	}
	return newDecision(b, t, from, to, sim.Decision{Then: sim.Pause, Memory: mib})
}

// mebibytes is how many MiB an instance keeps that pauses or goes on to a layer; 0: as many as before.
func mebibytes(b *starlark.Builtin, v starlark.Value) (int64, error) {
	if v == nil {
		return 0, nil
	}
	n, err := count(v, b.Name()+": memory, MiB", 1<<40)
	return int64(n), err
}

// demote(t, layer, memory, …) leaves, at t, the phases of its initialisation before a layer.
func makeDemote(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var t, from, to, memory starlark.Value
	var layer string
	if err := starlark.UnpackArgs("demote", args, kwargs, "t", &t, "layer", &layer, "memory?", &memory, "prewarm_from?", &from, "prewarm_until?", &to); err != nil {
		return nil, err
	}
	mib, err := mebibytes(b, memory)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, p := range sim.Phases() {
		if p.String() == layer {
			return newDecision(b, t, from, to, sim.Decision{Then: sim.Demote, Layer: p, Memory: mib})
		}
		known = append(known, p.String())
	}
	return nil, fmt.Errorf("demote: layer: %s", spec.Unknown("phase", layer, known))
}

func newDecision(b *starlark.Builtin, t, from, to starlark.Value, d sim.Decision) (starlark.Value, error) {
	var err error
	if d.Until, err = nanoseconds(t, b.Name()); err != nil {
		return nil, err
	}
	if d.Memory < 0 || d.Memory > 1<<40 {
		return nil, fmt.Errorf("%s: memory: found %d, want 0 to 2^40 MiB", b.Name(), d.Memory)
	}
	switch {
	case given(from) && given(to):
		if d.PrewarmFrom, err = nanoseconds(from, b.Name()+": prewarm_from"); err != nil {
			return nil, err
		}
		if d.PrewarmUntil, err = nanoseconds(to, b.Name()+": prewarm_until"); err != nil {
			return nil, err
		}
		if d.PrewarmFrom == 0 || d.PrewarmUntil < d.PrewarmFrom {
			return nil, fmt.Errorf("%s: found prewarm_from = %d and prewarm_until = %d, want a time above 0 and one that is not before it", b.Name(), d.PrewarmFrom, d.PrewarmUntil)
		}
	case given(from) || given(to):
		return nil, fmt.Errorf("%s: found one of prewarm_from and prewarm_until, want both or none", b.Name())
	}
	return &decision{b.Name(), d}, nil
}

func given(v starlark.Value) bool { return v != nil && v != starlark.None }

// action(…) is what a prewarm policy wants done now.
func makeAction(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var provisioned, pings, service, start, until, next starlark.Value
	err := starlark.UnpackArgs("action", args, kwargs, "provisioned?", &provisioned, "pings?", &pings, "ping_service?", &service, "start?", &start, "until?", &until, "next?", &next)
	if err != nil {
		return nil, err
	}
	a := sim.Action{Until: sim.AsKeepAlive, Next: sim.Never}
	err = firstError(
		whole(&a.Provisioned, provisioned, "action: provisioned"), whole(&a.Pings, pings, "action: pings"), whole(&a.Start, start, "action: start"),
		timed(&a.PingService, service, "action: ping_service"), stays(&a.Until, until, "action: until"), timed(&a.Next, next, "action: next"),
	)
	return &action{"action", a}, err
}

// scale(…) is what an autoscaler wants from now on.
func makeScale(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var wanted, until, next starlark.Value
	s := sim.Scale{Until: sim.AsKeepAlive, Next: sim.Never}
	err := starlark.UnpackArgs("scale", args, kwargs, "wanted", &wanted, "drain?", &s.Drain, "hold?", &s.Hold, "until?", &until, "next?", &next)
	if err != nil {
		return nil, err
	}
	err = firstError(whole(&s.Wanted, wanted, "scale: wanted"), stays(&s.Until, until, "scale: until"), timed(&s.Next, next, "scale: next"))
	return &scale{"scale", s}, err
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

func whole(into *int, v starlark.Value, what string) (err error) {
	if given(v) {
		*into, err = count(v, what, mostInstances)
	}
	return err
}

func timed(into *sim.Time, v starlark.Value, what string) (err error) {
	if given(v) {
		*into, err = nanoseconds(v, what)
	}
	return err
}

func stays(into *sim.Time, v starlark.Value, what string) error {
	if _, ok := v.(asKeepAlive); ok {
		return nil
	}
	return timed(into, v, what)
}
