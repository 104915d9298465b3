package script

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"github.com/coldcurve/coldcurve/sim"
)

// view is sim.View. One is used for all questions of a group.
type view struct {
	c       *caller
	v       sim.View
	now     sim.Time
	ticking bool // it is of a sim.TickingScaling
	replica *starlark.Builtin
	since   *starlark.Builtin
}

func newView(c *caller, ticking bool) *view {
	v := &view{c: c, ticking: ticking}
	v.replica = starlark.NewBuiltin("replica", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		i, err := indexed("replica", args, kwargs, v.v.Instances())
		if err != nil {
			return nil, err
		}
		return &replica{c, c.calls, v.v.Replica(i), v.now}, nil
	})
	v.since = starlark.NewBuiltin("since", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		i, err := indexed("since", args, kwargs, v.v.Waiting())
		if err != nil {
			return nil, err
		}
		return starlark.MakeInt64(v.v.Since(i)), nil
	})
	return v
}

// indexed reads the one argument of a function: the place of one of n.
func indexed(name string, args starlark.Tuple, kwargs []starlark.Tuple, n int) (int, error) {
	var i starlark.Value
	if err := starlark.UnpackPositionalArgs(name, args, kwargs, 1, &i); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, fmt.Errorf("%s: found %s, and there is none", name, described(i))
	}
	return count(i, name+": i", n-1)
}

func (v *view) String() string        { return "<view>" }
func (v *view) Type() string          { return "view" }
func (v *view) Freeze()               {}
func (v *view) Truth() starlark.Bool  { return true }
func (v *view) Hash() (uint32, error) { return 0, unhashable("view") }

var viewNames = [...]string{"busy", "concurrency", "function", "held", "idle", "in_flight", "initialising", "mean_service", "mean_start", "memory", "runtime", "waiting"}

// tickingNames are of a scaling policy that has a function tick.
var tickingNames = [...]string{"arrived", "instances", "load", "oldest", "present", "replica", "request_time", "since"}

func (v *view) AttrNames() []string {
	if v.ticking {
		return slices.Concat(viewNames[:], tickingNames[:])
	}
	return viewNames[:]
}

func (v *view) Attr(name string) (starlark.Value, error) {
	switch name {
	case "busy":
		return starlark.MakeInt(v.v.Busy()), nil
	case "concurrency":
		return starlark.MakeInt(v.v.Concurrency()), nil
	case "function":
		return starlark.MakeUint64(uint64(v.v.Function())), nil
	case "held":
		return starlark.MakeInt(v.v.Held()), nil
	case "idle":
		return starlark.MakeInt(v.v.Idle()), nil
	case "in_flight":
		return starlark.MakeInt(v.v.InFlight()), nil
	case "initialising":
		return starlark.MakeInt(v.v.Initialising()), nil
	case "mean_service":
		return starlark.MakeInt64(v.v.MeanService()), nil
	case "mean_start":
		return starlark.MakeInt64(v.v.MeanStart()), nil
	case "memory":
		return starlark.MakeInt64(v.v.Memory()), nil
	case "runtime":
		return starlark.String(v.v.Runtime()), nil
	case "waiting":
		return starlark.MakeInt(v.v.Waiting()), nil
	}
	if !slices.Contains(tickingNames[:], name) {
		return nil, nil
	}
	if !v.ticking {
		return nil, fmt.Errorf("view.%s is only there for a scaling policy that has a function tick", name)
	}
	switch name {
	case "arrived":
		return starlark.MakeUint64(v.v.Arrived()), nil
	case "instances":
		return starlark.MakeInt(v.v.Instances()), nil
	case "load":
		return starlark.MakeInt64(v.v.Load(v.now)), nil
	case "oldest":
		return starlark.MakeInt64(v.v.Oldest(v.now)), nil
	case "present":
		return starlark.MakeInt(v.v.Present()), nil
	case "request_time":
		return starlark.MakeUint64(v.v.RequestTime(v.now)), nil
	case "replica":
		return v.replica, nil
	}
	return v.since, nil
}

// instance is sim.Instance, during a call.
type instance struct {
	c    *caller
	call uint64
	in   sim.Instance
}

func (i *instance) String() string        { return "<instance>" }
func (i *instance) Type() string          { return "instance" }
func (i *instance) Freeze()               {}
func (i *instance) Truth() starlark.Bool  { return true }
func (i *instance) Hash() (uint32, error) { return 0, unhashable("instance") }
func (i *instance) AttrNames() []string {
	return []string{"created", "layer", "memory", "prewarmed", "ready", "served", "stage"}
}
func (i *instance) Attr(name string) (starlark.Value, error) {
	if i.call != i.c.calls {
		return nil, errPrivate
	}
	switch name {
	case "created":
		return starlark.MakeInt64(i.in.Created()), nil
	case "layer":
		return starlark.String(i.in.Layer().String()), nil
	case "memory":
		return starlark.MakeInt64(i.in.Memory()), nil
	case "prewarmed":
		return starlark.Bool(i.in.Prewarmed()), nil
	case "ready":
		return starlark.MakeInt64(i.in.Ready()), nil
	case "served":
		return starlark.MakeInt(i.in.Served()), nil
	case "stage":
		return starlark.String(stageNames[i.in.Stage()]), nil
	}
	return nil, nil
}

var stageNames = [...]string{sim.Whole: "whole", sim.Paused: "paused", sim.Demoted: "demoted", sim.Shared: "shared"}

// replica is sim.Replica, during a call.
type replica struct {
	c    *caller
	call uint64
	r    sim.Replica
	now  sim.Time
}

func (r *replica) String() string        { return "<replica>" }
func (r *replica) Type() string          { return "replica" }
func (r *replica) Freeze()               {}
func (r *replica) Truth() starlark.Bool  { return true }
func (r *replica) Hash() (uint32, error) { return 0, unhashable("replica") }
func (r *replica) AttrNames() []string {
	return []string{"blocks", "held", "in_flight", "ordinal", "ready", "running", "waiting"}
}
func (r *replica) Attr(name string) (starlark.Value, error) {
	if r.call != r.c.calls {
		return nil, errPrivate
	}
	switch name {
	case "in_flight":
		return starlark.MakeInt(r.r.InFlight()), nil
	case "ordinal":
		return starlark.MakeUint64(uint64(r.r.Ordinal())), nil
	case "ready":
		return starlark.Bool(r.r.Ready(r.now)), nil
	case "blocks":
		return starlark.MakeInt64(r.r.Gauge(r.now).Blocks), nil
	case "held":
		return starlark.MakeInt64(r.r.Gauge(r.now).Held), nil
	case "running":
		return starlark.MakeInt(r.r.Gauge(r.now).Running), nil
	case "waiting":
		return starlark.MakeInt(r.r.Gauge(r.now).Waiting), nil
	}
	return nil, nil
}
